// What the safety lead must know of who is here, as it stands on the device.

import { chip, clock, h, name } from "./build.js";

export function emergencyList(desk) {
  const here = (sheet) => Number(desk.students.get(sheet.signup_id)?.is_here ?? 0);
  const cards = [...desk.held.emergency].sort((one, other) => here(other) - here(one)).map((one) => card(one, here(one)));
  return [...strangers(desk.incidents, desk.held.roster.time_zone), ...cards];
}

// Minors of whom nobody at the door may know more than that they are here.
function strangers(uncleared, zone) {
  if (!uncleared.length) return [];
  const who = (one) => one.called || (one.school ? `A student of ${one.school}` : "A student");
  const lines = uncleared.map((one) => h("li", {}, h("strong", {}, name(who(one))), one.called && one.school ? `, ${one.school}` : "", `. Since ${clock(one.since, zone)}`));
  return [h("section", { class: "card", "aria-label": "Here, and not cleared" }, h("h3", {}, "Here, and not cleared"), h("ul", { class: "plain" }, ...lines))];
}

function card(sheet, isHere) {
  const facts = sheet.facts.flatMap((fact) => [h("dt", {}, fact.label), h("dd", {}, name(fact.words))]);
  return h("article", { class: "card" }, h("h3", {}, name(sheet.name)),
    h("p", { class: "row" }, chip(isHere ? "yes" : "", isHere ? "Here" : "Not here"), ...sheet.flags.map((flag) => chip("act", flag))),
    h("p", {}, name(sheet.school)), h("dl", { class: "facts" }, ...facts));
}
