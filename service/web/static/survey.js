// What makes a survey quicker: questions that depend on an answer come and go, and a half-filled form stays on this device, and
// on this device alone, until it is sent, emptied, or the survey is closed. Without this script the page is complete.
const form = document.getElementById("survey");
const place = `survey ${location.pathname.replace(/\/thanks$/, "")}`;

function swept() {
  for (const key of Object.keys(localStorage)) {
    if (!key.startsWith("survey ")) continue;
    const until = Number(JSON.parse(localStorage.getItem(key)).until);
    if (until < Date.now()) localStorage.removeItem(key);
  }
}

function fields() {
  return [...form.elements].filter((one) => one.name);
}

function kept() {
  const given = [];
  for (const one of fields()) {
    const chosen = one.type === "radio" || one.type === "checkbox";
    if (chosen ? one.checked && one.value : one.value) given.push([one.name, one.value]);
  }
  return given;
}

function keep() {
  const given = kept();
  document.getElementById("kept").hidden = given.length === 0;
  if (given.length) localStorage.setItem(place, JSON.stringify({ until: form.dataset.until, given }));
  else localStorage.removeItem(place);
}

function bringBack() {
  const found = localStorage.getItem(place);
  if (!found || kept().length) return;
  for (const [name, value] of JSON.parse(found).given) {
    for (const one of fields().filter((field) => field.name === name)) {
      if (one.type === "radio" || one.type === "checkbox") one.checked ||= one.value === value;
      else one.value = value;
    }
  }
  keep();
}

function follow() {
  for (const one of form.querySelectorAll("[data-after]")) {
    const asked = fields().filter((field) => field.name === one.dataset.after && !field.disabled);
    const given = asked.filter((field) => field.checked || !["radio", "checkbox"].includes(field.type));
    const shown = given.some((field) => one.dataset.is.split("|").includes(field.value));
    one.hidden = !shown;
    one.querySelector(".condition").hidden = true;
    for (const field of one.querySelectorAll("input, select, textarea")) field.disabled = !shown;
  }
}

try {
  swept();
  if (document.getElementById("sent") || document.getElementById("over")) localStorage.removeItem(place);
} catch {
  // A browser that keeps nothing: the page works without.
}
if (form) {
  const able = (() => {
    try {
      localStorage.setItem("survey", "");
      localStorage.removeItem("survey");
      return true;
    } catch {
      return false;
    }
  })();
  if (able) {
    bringBack();
    form.addEventListener("input", keep);
    document.getElementById("forget").addEventListener("click", () => {
      form.reset();
      for (const one of fields()) {
        if (one.type === "radio" || one.type === "checkbox") one.checked = false;
        else one.value = "";
      }
      keep();
      follow();
    });
  }
  form.addEventListener("input", follow);
  follow();
}
