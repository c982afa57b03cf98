// Somebody on a card, with what can be done for them: large, one question at a time, no reasons.

import { chip, clock, h, name } from "./build.js";

const field = (id, label, input) => h("div", { class: "field" }, h("label", { for: id }, label), input);
const text = (id) => h("input", { id, type: "text", maxlength: 200, autocomplete: "off", autocapitalize: "words", spellcheck: "false" });
const tick = (id, words) => h("label", { class: "choice" }, h("input", { type: "checkbox", id }), h("span", {}, words));
const pick = (group, value, words) => h("label", { class: "choice" }, h("input", { type: "radio", name: group, value }), h("span", {}, name(words)));
const button = (kind, words, click) => h("button", { type: "button", class: `btn ${kind}`.trim(), onclick: click }, ...[words].flat());

export class Cards {
  constructor(desk, does) {
    this.desk = desk;
    this.does = does;
  }

  get zone() {
    return this.desk.held.roster.time_zone;
  }

  get lead() {
    return this.desk.held.roster.leads[0] ?? "the safety lead";
  }

  card(one, place) {
    const made = h("article", { class: "card", "aria-labelledby": `n-${one.id}` });
    made.append(...(one.kind === "person" ? this.person(one, place) : this.student(one, place)));
    return made;
  }

  // More than two: first which of them.
  names(people, chosen) {
    const words = (one) => [h("span", {}, name(one.name), h("br"), h("small", {}, name(one.kind === "person" ? one.place : one.school))), h("span", {}, one.is_here ? "Here" : "Not here")];
    return h("ul", { class: "plain names" }, ...people.map((one) => h("li", {}, button("quiet", words(one), () => chosen(one)))));
  }

  head(one, chips) {
    const state = one.is_here ? chip("yes", `Here since ${clock(one.arrived_at, this.zone)}`) : chip("", "Not here");
    return [h("p", { class: "row apart" }, h("span", { class: "row" }, ...chips), state), h("h2", { id: `n-${one.id}` }, name(one.name))];
  }

  person(one, place) {
    const parts = this.head(one, [chip("tag", "Adult")]);
    if (one.place) parts.push(h("p", {}, name(one.place)));
    const yes = place ? "Yes, in this room" : "Yes, check in";
    const ask = [button("huge", yes, () => this.does.scan(one, "in")), button("huge no", "No, not this person", () => this.does.close())];
    const gone = button("huge quiet", place ? "Leaves this room" : "Leaves the house", () => this.does.scan(one, "out"));
    const choices = !place && one.is_here ? [gone, ask[1]] : place ? [ask[0], gone, ask[1]] : ask;
    return [...parts, h("div", { class: "choices pair" }, ...choices)];
  }

  student(one, place) {
    const flags = [chip("tag", "Student"), chip("yes", "Cleared"), chip("tag", `${one.lanyard}: ${one.lanyard_words}`)];
    if (one.ask_first) flags.push(chip("act", "Ask first"));
    if (one.has_health_flag) flags.push(chip("act", "Helpers must know something"));
    const parts = this.head(one, flags);
    parts.push(h("p", {}, name(one.school), h("br"), name(one.panel), `, ${clock(one.starts_at, this.zone)}`));
    if (place) return [...parts, h("p", {}, "Students are signed in and out at the door.")];
    return [...parts, one.is_here ? this.signOut(one) : this.signIn(one)];
  }

  signIn(one) {
    const group = `by-${one.id}`;
    const other = text(`other-${one.id}`);
    const seen = tick(`seen-${one.id}`, "I saw a photo ID");
    const wrong = h("p", { class: "error", role: "alert" });
    const form = h("div", {},
      h("fieldset", {}, h("legend", {}, "Who brings them?"),
        h("div", { class: "choices" }, ...one.school_adults.map((adult) => pick(group, adult, adult)), pick(group, "", "Another adult"))),
      field(other.id, "Name of another adult", other), seen, wrong,
      h("div", { class: "choices pair" }, button("huge", "Yes, sign in", () => enter()), button("huge no", "No, not this person", () => this.does.close())));
    const enter = () => {
      const by = form.querySelector("input[type=radio]:checked")?.value || other.value.trim();
      const checked = seen.querySelector("input").checked;
      if (!by) wrong.textContent = "Write who brings them.";
      else if (!checked) wrong.textContent = "Look at a photo ID of the adult, then tick it.";
      else this.does.scan(one, "in", { brought_by: by, id_checked: true });
    };
    return form;
  }

  signOut(one) {
    if (one.ask_first) return this.stop(one, "Stop. Do not let them go with anybody yet.", "");
    const adult = text(`to-${one.id}`);
    const seen = tick(`id-${one.id}`, "I saw their photo ID");
    const wrong = h("p", { class: "error", role: "alert" });
    const form = h("div", {}, field(adult.id, "Who takes them? Write the name on the photo ID", adult), seen, wrong);
    const give = async () => {
      if (!adult.value.trim()) wrong.textContent = "Write the name on the photo ID.";
      else if (!seen.querySelector("input").checked) wrong.textContent = "Look at the photo ID, then tick it.";
      else if (await this.desk.mayTake(one, adult.value)) this.does.scan(one, "out", { released_to: adult.value.trim(), release: "listed", id_checked: true });
      else form.replaceChildren(this.stop(one, "This name is not on the family’s list.", adult.value.trim()));
    };
    const choices = [button("huge", "Sign out with this adult", give)];
    if (one.may_go_alone) choices.push(button("huge quiet", "Goes alone, as the form allows", () => this.does.scan(one, "out", { released_to: "self", release: "self" })));
    choices.push(button("huge no", "Stays here", () => this.does.close()));
    form.append(h("div", { class: "choices" }, ...choices));
    return form;
  }

  // Nobody at the desk judges; the lead decides, or is told at once that the student went.
  stop(one, words, adult) {
    const who = text(`stop-${one.id}`);
    who.value = adult;
    const wrong = h("p", { class: "error", role: "alert" });
    const go = (release) => {
      if (!who.value.trim()) wrong.textContent = "Write who takes them.";
      else this.does.scan(one, "out", { released_to: who.value.trim(), release, id_checked: false });
    };
    return h("div", {},
      h("div", { class: "notice warn", role: "alert" }, h("p", {}, h("strong", {}, words)), h("p", {}, `Let ${this.lead} decide. You do not have to.`)),
      field(who.id, "Who takes them?", who), wrong,
      h("div", { class: "choices" },
        button("huge", h("span", {}, name(this.lead), " said yes: sign out"), () => go("decided")),
        button("huge quiet", "They have gone already: write it down and tell the lead", () => go("unlisted")),
        button("huge no", "Stays here", () => this.does.close())));
  }
}
