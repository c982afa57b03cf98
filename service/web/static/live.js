// Figures that follow what happens while the page is open. Without this they stand as they were when the page was made.

const source = document.querySelector("[data-live-source]");

let unseen = false;

function show(figures) {
  for (const element of document.querySelectorAll("[data-live]")) {
    const text = figures[element.dataset.live];
    if (text === undefined || element.textContent === text) continue;
    element.textContent = text;
    unseen ||= element.hidden;
  }
  for (const chip of document.querySelectorAll("[data-live-mark]")) {
    const mark = figures[chip.dataset.liveMark];
    if (mark !== undefined) chip.className = `chip ${mark}`.trim();
  }
  for (const picture of document.querySelectorAll("[data-live-seats]")) seat(picture, figures);
  source.querySelector("time").textContent = figures.time;
  tell(Number(figures.things));
}

// What stands in the list stays until it is read again: here it is said, once, that it is another one.
function tell(things) {
  const place = document.querySelector("[data-live-news]");
  if (!place) return;
  const before = Number(place.dataset.liveNews);
  const quiet = document.querySelector("[data-live-quiet]");
  if (quiet) quiet.hidden = things > 0;
  let words = unseen ? "There is something new" : "";
  if (things > before) words = "Something needs you";
  if (things < before) words = "Less needs you than is listed here";
  if (place.dataset.said === words) return;
  place.dataset.said = words;
  place.replaceChildren(...(words ? [news(words)] : []));
}

function news(words) {
  const line = document.createElement("p");
  const link = document.createElement("a");
  link.href = source.querySelector("a").href;
  link.textContent = "refresh";
  line.className = "notice";
  line.append(`${words}: `, link);
  return line;
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
