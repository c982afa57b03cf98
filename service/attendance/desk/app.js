// The front desk: what is typed or scanned, what is shown, and what is done about it.

import { clock, h, many, name, trimmed } from "./build.js";
import { Camera } from "./camera.js";
import { Cards } from "./cards.js";
import { Desk } from "./desk.js";
import { emergencyList } from "./emergency.js";
import { Line } from "./line.js";
import { badgeCode } from "./names.js";
import { openStore } from "./store.js";

const MOST_SAID = 12;
const $ = (id) => document.getElementById(id);
const { convening, reader, wasm } = $("desk").dataset;
const DEVICE = (localStorage.device ??= `tablet ${crypto.randomUUID().slice(0, 4)}`);

const desk = new Desk(await openStore(convening), DEVICE);
const line = new Line(desk, `/desk/${convening}`, changed);
const cards = new Cards(desk, { scan, close });
const log = [];
const place = () => $("place").value || null;

await desk.load();
show();
line.soon(0, true);
keepPage();
const expire = async () => (await desk.expire()) && show();
setInterval(expire, 60_000);
document.addEventListener("visibilitychange", expire);
new BroadcastChannel("plenary-desk").addEventListener("message", expire); // somebody signed out on another page
$("desk").hidden = false;
document.documentElement.dataset.ready = "yes";

// From here on the desk opens without a signal: the worker keeps its files, and this page is put beside them.
async function keepPage() {
  if (!navigator.serviceWorker || !navigator.onLine) return;
  await navigator.serviceWorker.register("/desk/worker.js", { scope: "/desk/" });
  await navigator.serviceWorker.ready;
  const page = await fetch(location.pathname, { redirect: "manual" }).catch(() => null);
  if (!page?.ok || page.redirected) return; // nobody is signed in: what was kept before stays
  await (await caches.open("desk-pages")).put(location.pathname, page);
  document.documentElement.dataset.kept = "yes";
}

function changed(outcomes) {
  for (const entry of log) {
    const outcome = outcomes?.get(entry.deed.id);
    if (outcome) entry.outcome = outcome;
    if (outcome?.who) entry.deed.name = outcome.who;
    if (outcome?.reason && entry === log[0]) say(entry.deed.name, false, outcome.detail);
  }
  show();
}

// A code is done at once for an adult; a student's opens the card. Anything else is two letters of a name.
async function asked(text, scanned = false) {
  const code = badgeCode(text);
  let one = desk.byCode(text);
  if (!one && code.length === 10 && (scanned || /\d/.test(code))) {
    if (line.state === "up" && (await line.list())) one = desk.byCode(text);
    if (!one) return unknown(text, code);
  }
  if (!one) return found(text);
  $("who").value = "";
  if (one.kind === "student") return open([one]);
  return !place() && one.is_here && !scanned ? open([one]) : scan(one, "in");
}

// Whose badge it was may have lost the seat: the server knows, and counts a student who is here all the same.
async function unknown(text, code) {
  await desk.unknown(code, place() ? { session_id: place() } : {});
  say(text, false, "We do not know this code. Look for the name instead.");
  line.soon(0);
}

function found(text) {
  const letters = text.trim().replace(/[^\p{L}\p{N}]/gu, "");
  const people = letters.length < 2 ? [] : desk.find(text);
  const words = people.length ? `${many(people.length, "person matches", "people match")} “${text.trim()}”.` : "Nobody matches. Look for the name as it is on the photo ID.";
  $("found").textContent = letters.length < 2 ? "" : words;
  open(people, false);
}

function open(people, clear = true) {
  if (clear) $("found").textContent = "";
  const few = people.length <= 2;
  $("cards").replaceChildren(...(few ? people.map((one) => cards.card(one, place())) : [cards.names(people, (one) => open([one]))]));
  if (clear) $("cards").querySelector("button, input")?.focus();
}

function close() {
  $("cards").replaceChildren();
  $("found").textContent = "";
  $("who").value = "";
  $("who").focus();
}

async function scan(one, direction, more = {}) {
  const before = one.is_here;
  const deed = await desk.scan(one, direction, place() ? { ...more, session_id: place() } : more);
  const words = { in: before && !place() ? "was in already" : "is in", out: "has left" }[direction];
  done(deed, place() ? `${words}: ${$("place").selectedOptions[0].text}` : words);
}

function done(deed, words) {
  log.unshift({ deed, words, outcome: null });
  log.length = Math.min(log.length, MOST_SAID);
  close();
  say(deed.name, true, words, deed);
  show();
  line.soon(0);
}

function say(who, yes, words, deed = null) {
  const undo = deed?.kind === "scan" && h("button", { type: "button", class: "btn quiet small", onclick: () => takeBack(deed) }, "Undo");
  const told = yes ? [name(who), ` ${words}.`] : [name(who), `: ${words}`];
  $("answer").className = yes ? "notice said" : "summary said";
  $("answer").replaceChildren(h("p", { class: "huge-words" }, h("strong", {}, yes ? "Yes. " : "No. "), ...told), ...(undo ? [undo] : []));
  $("answer").hidden = false;
}

async function takeBack(deed) {
  if (deed.kind !== "scan") return;
  await desk.undo(deed);
  const entry = log.find((one) => one.deed === deed);
  if (entry) entry.undone = true;
  say(deed.name, true, "is as before");
  show();
  line.soon(0);
}

function show() {
  const ready = desk.held !== null;
  $("nothing").hidden = ready;
  $("work").hidden = !ready;
  signal();
  reports();
  if (!desk.held?.emergency) { $("emergency").replaceChildren(); $("emergency").hidden = true; }
  if (!ready) return blank();
  rooms();
  counts();
  incidents();
  $("log").replaceChildren(...log.map(entryLine));
  $("empty").hidden = log.length > 0;
  $("lead-part").hidden = desk.held.emergency === null;
}

// Without a list no name stays on the page either.
function blank() {
  log.length = 0;
  for (const id of ["cards", "log", "answer", "incident-list", "counts", "found"]) $(id).replaceChildren();
  $("answer").hidden = true;
}

function signal() {
  const waits = line.waits ? ` ${many(line.waits, "deed waits", "deeds wait")} on this device and ${line.waits === 1 ? "goes" : "go"} up by ${line.waits === 1 ? "itself" : "themselves"}.` : "";
  const words = { up: "Connected.", down: "No signal.", busy: "The server has much to do.", signed_out: "You are signed out.", gone: "This door is not yours to keep any more.", unknown: "Looking for a signal." }[line.state];
  const kind = line.state === "up" ? "yes" : ["signed_out", "gone"].includes(line.state) ? "act" : "part";
  $("signal").className = `mark ${kind}`;
  $("signal").hidden = false;
  $("signal").replaceChildren(h("span", {}, words + waits, ...(line.state === "signed_out" ? [" ", h("a", { href: location.pathname }, "Sign in again"), ": nothing is lost."] : [])));
}

function rooms() {
  const { sessions, time_zone } = desk.held.roster;
  const known = [...$("place").options].map((one) => one.value).slice(1);
  if (known.join() === sessions.map((one) => one.id).join()) return;
  const chosen = place();
  const words = (one) => `${one.room ? `${one.room}: ` : ""}${one.title}, ${clock(one.starts_at, time_zone)}`;
  $("place").replaceChildren($("place").options[0], ...sessions.map((one) => h("option", { value: one.id, selected: one.id === chosen }, words(one))));
}

function counts() {
  const { minors, adults, kept, rule } = desk.count();
  const words = `${many(adults, "adult", "adults")} and ${many(minors, "minor", "minors")} are in the house.`;
  const rules = `At least ${rule.least_adults} adults, and 1 for each ${rule.minors_per_adult} minors: ${kept ? "kept" : "NOT KEPT. Tell the safety lead"}.`;
  $("counts").className = kept ? "notice" : "summary";
  $("counts").replaceChildren(h("p", {}, h("strong", {}, words), " ", rules));
}

function incidents() {
  const zone = desk.held.roster.time_zone;
  $("incidents").hidden = desk.incidents.length === 0;
  $("incident-list").replaceChildren(...desk.incidents.map((one) => {
    const who = one.called || (one.school ? `A student of ${one.school}` : "A student");
    const to = h("input", { type: "text", maxlength: 200, "aria-label": `Who takes them: ${who}`, autocomplete: "off" });
    const out = async () => done(await desk.scan({ ...one, called: who }, "out", { released_to: to.value.trim() }), "has left");
    return h("li", {}, h("span", { class: "mark act" }, h("span", {}, h("strong", {}, name(who)), ` may not be checked in. Here since ${clock(one.since, zone)}. Let ${cards.lead} decide.`, to)),
      h("button", { type: "button", class: "btn small", onclick: out }, "Sign out"));
  }));
}

function entryLine({ deed, words, outcome, undone }) {
  const kind = undone || outcome?.reason ? "shut" : outcome ? "yes" : "part";
  const state = undone ? "taken back" : outcome?.reason ? outcome.detail : outcome ? "" : "waits here";
  const undo = deed.kind === "scan" && !undone && !outcome?.reason;
  return h("li", { "data-deed": deed.id, "data-state": outcome ? "sent" : "waits" },
    h("span", { class: `mark ${kind}` }, h("span", {}, h("strong", {}, name(deed.name)), ` ${words}. ${clock(deed.at, desk.held.roster.time_zone)}`, state ? h("span", { class: "soft" }, ` ${state}`) : null)),
    undo ? h("button", { type: "button", class: "btn quiet small", onclick: () => takeBack(deed) }, "Undo", h("span", { class: "hide" }, ` ${deed.name}`)) : null);
}

function reports() {
  $("reports").hidden = desk.reports.length === 0;
  $("report-list").replaceChildren(...desk.reports.map((one) =>
    h("li", {}, h("span", { class: "mark act" }, h("span", {}, one.text)), h("button", { type: "button", class: "btn quiet small", onclick: async () => { await desk.dismiss(one.id); show(); } }, "Done"))));
}

$("search").addEventListener("submit", (event) => { event.preventDefault(); asked($("who").value); });
$("who").addEventListener("input", () => found($("who").value));
$("place").addEventListener("change", close);
$("walk-in-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const fields = trimmed(event.target);
  if (!fields) return;
  event.target.reset();
  location.hash = "";
  done(await desk.walkIn(fields), "is in, with a new registration");
});
$("unlisted-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const called = trimmed(event.target)?.called;
  if (!called) return;
  event.target.reset();
  location.hash = "";
  await desk.unlisted(called);
  say(called, false, `Not checked in. They count as here. Let ${cards.lead} decide.`);
  show();
  line.soon(0);
});
$("open-emergency").addEventListener("click", async () => {
  $("emergency").replaceChildren(...emergencyList(desk));
  $("emergency").hidden = false;
  $("emergency").focus();
  await desk.opened();
  line.soon(0);
});
$("forget").addEventListener("click", async () => {
  await line.send();
  await desk.forget();
  await caches.delete("desk-pages");
  line.stop();
  show();
});
const camera = new Camera($("video"), { reader, wasm }, (code) => asked(code, true));
$("camera").addEventListener("click", async () => {
  if (camera.stream) { camera.stop(); $("video").hidden = true; $("camera").textContent = "Scan with the camera"; return; }
  try {
    $("video").hidden = false;
    await camera.start();
    $("camera").textContent = "Stop the camera";
  } catch (error) {
    camera.stop();
    $("video").hidden = true;
    say("Camera", false, `It cannot be used (${error.name}). Type the code under the picture on the badge.`);
  }
});
