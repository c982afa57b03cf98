// What the safety lead must know of who is here, as it stands on the device.

import { chip, h, name } from "./build.js";

export function emergencyList(desk) {
  const here = (sheet) => Number(desk.students.get(sheet.signup_id)?.is_here ?? 0);
  return [...desk.held.emergency].sort((one, other) => here(other) - here(one)).map((one) => card(one, here(one)));
}

function card(sheet, isHere) {
  const facts = sheet.facts.flatMap((fact) => [h("dt", {}, fact.label), h("dd", {}, name(fact.words))]);
  return h("article", { class: "card" }, h("h3", {}, name(sheet.name)),
    h("p", { class: "row" }, chip(isHere ? "yes" : "", isHere ? "Here" : "Not here"), ...sheet.flags.map((flag) => chip("act", flag))),
    h("p", {}, name(sheet.school)), h("dl", { class: "facts" }, ...facts));
}
