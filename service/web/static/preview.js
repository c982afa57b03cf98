// The preview beside a form follows what is typed: the server draws it, as it draws the real page.
const form = document.getElementById("question");
const preview = document.getElementById("preview");
let waiting;

async function draw() {
  const given = new URLSearchParams(new FormData(form));
  given.set("deed", "preview");
  const answer = await fetch(form.action, { method: "POST", body: given });
  if (answer.ok) preview.innerHTML = await answer.text();
}

form.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(draw, 250);
});
document.getElementById("show")?.addEventListener("click", (event) => {
  event.preventDefault();
  draw();
});
