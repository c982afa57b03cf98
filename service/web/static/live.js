// Figures that follow what happens while the page is open. Without this they stand as they were when the page was made.

const source = document.querySelector("[data-live-source]");

function show(figures) {
  for (const element of document.querySelectorAll("[data-live]")) {
    const text = figures[element.dataset.live];
    if (text !== undefined && element.textContent !== text) element.textContent = text;
  }
  for (const picture of document.querySelectorAll("[data-live-seats]")) seat(picture, figures);
  const time = source.querySelector("time");
  const clock = { hour: "numeric", minute: "2-digit", timeZone: time.dataset.zone };
  const words = new Date().toLocaleTimeString("en-US", clock);
  time.textContent = words.replace("AM", "a.m.").replace("PM", "p.m.");
}

// The seats are drawn by angle, the taken ones first: so many of them belong to the first group.
function seat(picture, figures) {
  const taken = Number(figures[picture.dataset.liveSeats]?.replaceAll(",", ""));
  const seats = [...picture.querySelectorAll("circle")];
  if (Number.isNaN(taken) || taken > seats.length) return;
  const [first, second] = picture.querySelectorAll("g");
  first.append(...seats.slice(0, taken));
  second.append(...seats.slice(taken));
  const free = seats.length - taken;
  const label = `A half circle of ${seats.length} seats. ${taken} are taken, ${free} are free.`;
  picture.querySelector("svg").setAttribute("aria-label", label);
  const [number, words] = picture.querySelectorAll("text");
  number.textContent = free;
  words.textContent = free === 1 ? "seat left" : "seats left";
}

if (source && "EventSource" in window) {
  const stream = new EventSource(source.dataset.liveSource);
  stream.addEventListener("figures", (event) => show(JSON.parse(event.data)));
}
