// The door as this device sees it: the list as we last got it, and on it what was done here since. Every deed is written down
// before it is shown, under an id of its own, and stays until the server has answered it.

import { DeviceClock } from "./device_clock.js";
import { badgeCode, mark, matches, nameKey } from "./names.js";

const MOST_FOUND = 8;
const A_DAY = 24 * 3600 * 1000;

const isSame = (incident, body) =>
  body.unlisted_id ? incident.unlisted_id === body.unlisted_id : Boolean(body.signup_id) && incident.signup_id === body.signup_id;

export class Desk {
  constructor(store, device) {
    this.store = store;
    this.device = device;
    this.clock = new DeviceClock();
    this.order = Date.now();
    this.held = null;
    this.reports = [];
    this.clear();
  }

  clear() {
    this.people = new Map();
    this.students = new Map();
    this.codes = new Map();
    this.incidents = [];
    this.rooms = new Map();
  }

  async load() {
    await this.expire();
    const held = await this.store.kept("held", Date.now());
    this.reports = (await this.store.kept("reports", Date.now())) ?? [];
    if (held) await this.take(held, false);
  }

  // Another page may have deleted it: then nothing of it stays in this one either.
  async expire() {
    const expires = await this.store.expires();
    if (expires === null ? this.held === null : expires > Date.now()) return false;
    await this.forget();
    return true;
  }

  // The list goes; what waits stays until it was sent.
  async forget() {
    await this.store.wipe();
    this.held = null;
    this.reports = [];
    this.clear();
  }

  // Nobody is signed in: what only the lead may see goes at once.
  async dropEmergency() {
    if (!this.held?.emergency) return;
    this.held.emergency = null;
    if ((await this.store.expires()) !== null) await this.store.keep("held", this.held, this.held.until);
  }

  // The newest list; what still waits here is done to it again.
  async take(held, keep = true) {
    this.held = held;
    if (keep) {
      this.clock.told(Date.parse(held.now));
      held.skew = this.clock.skew;
      const life = Date.parse(held.roster.expires_at) - Date.parse(held.now);
      held.until = Date.now() + life; // by the device's clock, however wrong it is
      await this.store.keep("held", held, held.until);
    }
    this.clock.skew = held.skew;
    this.clear();
    for (const one of held.roster.people) this.put(this.people, one.registration_id, { ...one, kind: "person" });
    for (const one of held.roster.students) this.put(this.students, one.signup_id, { ...one, kind: "student" });
    this.incidents = held.roster.incidents.map((one) => ({ ...one }));
    for (const deed of await this.waiting()) this.apply(deed);
  }

  // What cannot be read any more is said and set aside: it holds up nothing.
  async waiting() {
    const { deeds, broken } = await this.store.waiting();
    for (const id of broken) {
      await this.report("Something that was done here cannot be read any more, so it was not sent. Compare the list with the door.");
      await this.store.setAside(id);
    }
    return deeds;
  }

  put(map, id, one) {
    map.set(id, { ...one, id });
    if (one.code) this.codes.set(one.code, map.get(id));
  }

  byCode(text) {
    return this.codes.get(badgeCode(text)) ?? null;
  }

  find(query) {
    const all = [...this.students.values(), ...this.people.values()];
    return all.filter((one) => matches(query, one.name)).slice(0, MOST_FOUND);
  }

  async scan(who, direction, more = {}) {
    const at = this.clock.moment();
    const scan = { scan_id: crypto.randomUUID(), direction, device: this.device, ...this.subject(who), ...more };
    return this.remember({ kind: "scan", id: scan.scan_id, at, name: who.name ?? who.called, body: scan });
  }

  // A badge that is on no list here.
  async unknown(code, more) {
    const scan = { scan_id: crypto.randomUUID(), direction: "in", device: this.device, code, ...more };
    return this.remember({ kind: "scan", id: scan.scan_id, at: this.clock.moment(), name: "A badge that is not on the list", body: scan });
  }

  subject(who) {
    if (who.kind === "person") return { registration_id: who.id };
    if (who.unlisted_id) return { unlisted_id: who.unlisted_id, called: who.called };
    return { signup_id: who.id ?? who.signup_id };
  }

  async undo(deed) {
    const body = { scan_id: crypto.randomUUID(), undoes: deed.id, direction: deed.body.direction, device: this.device };
    return this.remember({ kind: "undo", id: body.scan_id, at: this.clock.moment(), name: deed.name, body, undone: { body: deed.body, before: deed.before } });
  }

  async walkIn(fields) {
    const id = crypto.randomUUID();
    return this.remember({ kind: "walk_in", id, at: this.clock.moment(), name: fields.name, body: { id, device: this.device, ...fields } });
  }

  async unlisted(called) {
    return this.scan({ unlisted_id: crypto.randomUUID(), called }, "in");
  }

  async opened() {
    const id = crypto.randomUUID();
    return this.remember({ kind: "opening", id, at: this.clock.moment(), name: "", body: { id } });
  }

  async remember(deed) {
    Object.assign(deed, this.clock.stamp());
    deed.before = this.stateOf(deed.body);
    this.order += 1;
    await this.store.wait(deed.id, this.order, deed);
    this.apply(deed);
    return deed;
  }

  apply(deed) {
    const { body } = deed;
    if (deed.kind === "walk_in") this.put(this.people, body.id, this.walked(deed));
    if (deed.kind === "undo") this.takeBack(deed.undone);
    if (deed.kind !== "scan" || body.session_id || body.code) return;
    if (body.unlisted_id || !this.isListed(body)) this.incident(deed);
    const one = this.subjectOf(body);
    if (!one) return;
    if (body.direction === "in" && !one.is_here) one.arrived_at = new Date(deed.at).toISOString();
    one.is_here = body.direction === "in";
  }

  subjectOf(body) {
    return this.people.get(body.registration_id) ?? this.students.get(body.signup_id) ?? null;
  }

  isListed(body) {
    return body.registration_id || this.students.has(body.signup_id);
  }

  incident({ at, body }) {
    this.incidents = this.incidents.filter((one) => !isSame(one, body));
    if (body.direction === "in") this.incidents.push({ signup_id: null, unlisted_id: null, school: "", ...body, since: new Date(at).toISOString() });
  }

  // What an undo brings back: where somebody was before a scan.
  stateOf(body) {
    const { is_here, arrived_at } = this.subjectOf(body) ?? {};
    return { is_here, arrived_at, incident: this.incidents.find((one) => isSame(one, body)) ?? null };
  }

  walked({ at, body, name }) {
    const place = [body.title, body.district].filter(Boolean).join(", ");
    return { kind: "person", code: null, name, place, is_here: true, arrived_at: new Date(at).toISOString(), waits: true };
  }

  // What an undo takes back is put right here at once; the next list says the same.
  takeBack({ body, before }) {
    if (body.session_id || !before) return;
    const one = this.subjectOf(body);
    if (one) Object.assign(one, { is_here: before.is_here, arrived_at: before.arrived_at });
    this.incidents = this.incidents.filter((other) => !isSame(other, body));
    if (before.incident) this.incidents.push(before.incident);
  }

  async report(text) {
    this.reports.push({ id: crypto.randomUUID(), text, at: new Date(this.clock.now()).toISOString() });
    await this.keepReports();
  }

  async dismiss(id) {
    this.reports = this.reports.filter((one) => one.id !== id);
    await this.keepReports();
  }

  // A day, and never longer than the list: there may be names in them.
  async keepReports() {
    const aDay = Date.now() + A_DAY;
    await this.store.keep("reports", this.reports, Math.min(aDay, this.held?.until ?? aDay));
  }

  // With whom a student may go: yes or no; the list itself is not on this device.
  async mayTake(student, adult) {
    if (!nameKey(adult)) return false;
    const school = student.school_adults.some((name) => nameKey(name) === nameKey(adult));
    return school || student.releases.includes(await mark(this.held.roster.salt, adult));
  }

  count() {
    const { rule } = this.held.roster;
    const minors = [...this.students.values()].filter((one) => one.is_here && one.is_minor).length + this.incidents.length;
    const adults = [...this.people.values()].filter((one) => one.is_here).length;
    const needed = minors ? Math.max(rule.least_adults, Math.ceil(minors / rule.minors_per_adult)) : 0;
    return { minors, adults, needed, kept: adults >= needed, rule };
  }
}
