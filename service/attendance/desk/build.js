// Elements from words; text is always text.

export function h(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children.filter((one) => one !== null && one !== undefined && one !== false));
  return made;
}

export const chip = (kind, words) => h("span", { class: `chip ${kind}`.trim() }, words);
export const name = (words) => h("bdi", {}, words);

// `8:41 a.m.`, as everywhere else in Plenary.
export function clock(instant, zone) {
  const parts = new Intl.DateTimeFormat("en-US", { hour: "numeric", minute: "2-digit", hour12: true, timeZone: zone }).formatToParts(new Date(instant));
  const part = (type) => parts.find((one) => one.type === type).value;
  return `${part("hour")}:${part("minute")} ${part("dayPeriod").toLowerCase() === "am" ? "a.m." : "p.m."}`;
}

export const many = (number, one, more) => `${number} ${number === 1 ? one : more}`;

// What was typed, without space around it; nothing where a field that is asked for has only space in it, which the browser then says.
export function trimmed(form) {
  for (const input of form.elements) if (input.tagName === "INPUT") input.value = input.value.trim();
  return form.reportValidity() ? Object.fromEntries(new FormData(form)) : null;
}
