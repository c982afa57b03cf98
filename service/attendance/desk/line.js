// The line to the server: everything that waits goes up by itself, as often as it takes; the list comes down every half minute.

const LIST_EVERY = 30_000;
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 15_000;
const AT_ONCE = 100; // of no kind does the server take more
const PATIENCE = 20_000;
const OURS = "x-request-id"; // each answer of ours has it
const LATER = [408, 425, 429];

export class Line {
  constructor(desk, path, changed) {
    this.desk = desk;
    this.path = path;
    this.changed = changed;
    this.state = "unknown"; // "up", "down", "busy", "signed_out", or "gone"
    this.pause = FIRST_PAUSE;
    this.waits = 0;
    this.settled = 0;
    this.listedAt = -Infinity;
    this.stale = false; // somebody signed in anew: the list brings the seal of that sign-in
    this.sending = null;
    addEventListener("online", () => this.soon(0, true));
    addEventListener("offline", () => this.went("down"));
    document.addEventListener("visibilitychange", () => document.hidden || this.soon(0, true));
  }

  // After a deed: what waits goes up. The list comes down when it is due, or when it is `wanted`.
  soon(pause, wanted = false) {
    if (wanted) this.listedAt = -Infinity;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.turn(), pause);
  }

  stop() {
    clearTimeout(this.timer);
    this.stopped = true;
  }

  // Whatever goes wrong in one turn, there is a next.
  async turn() {
    if (this.stopped) return;
    const well = await this.round().catch((error) => console.error(error));
    if (!well) this.listedAt = -Infinity;
    this.soon(well ? Math.max(this.listedAt + LIST_EVERY - performance.now(), FIRST_PAUSE) : this.pause);
    if (!well) this.pause = Math.min(this.pause * 2, LONGEST_PAUSE);
  }

  async round() {
    let sent = await this.send();
    if (!sent && this.stale && (await this.list())) sent = await this.send();
    const due = this.listedAt + LIST_EVERY - performance.now();
    return sent && (due > 0 || this.list());
  }

  // One request at a time; what comes meanwhile goes with the next.
  async send() {
    while (this.sending) await this.sending.catch(() => null);
    this.sending = this.sendAll();
    try {
      return await this.sending;
    } finally {
      this.sending = null;
    }
  }

  // What the server cannot read it gets again in halves, until the one deed is found that it cannot: that one goes to the reports,
  // and holds up no other.
  async sendAll() {
    let most = AT_ONCE;
    for (;;) {
      const waiting = await this.desk.waiting();
      this.waits = waiting.length;
      this.changed();
      if (!waiting.length) return true;
      if (!this.desk.clock.isSure && !(await this.list())) return false; // first how wrong the clock is
      const deeds = waiting.slice(0, most);
      const answer = await this.ask("brought", { method: "POST", body: this.brought(deeds) });
      if (!answer) return false;
      if (!answer.unreadable) await this.settle(deeds, answer);
      else if (deeds.length === 1) await this.settle(deeds, { scans: [{ scan_id: deeds[0].id, reason: "unreadable", detail: answer.unreadable }] });
      most = answer.unreadable && deeds.length > 1 ? Math.ceil(deeds.length / 2) : Math.min(most * 2, AT_ONCE);
    }
  }

  brought(deeds) {
    const of = (kind, put) => deeds.filter((one) => kind.includes(one.kind)).map((one) => ({ ...one.body, ...put(one) }));
    const at = (one) => ({ at: new Date(this.desk.clock.wallOf(one)).toISOString() });
    const sent = Date.now();
    const brought = JSON.stringify({
      sent_at: new Date(sent).toISOString(),
      scans: of(["scan", "undo"], at),
      walk_ins: of(["walk_in"], at),
      openings: of(["opening"], at),
    });
    // By our clock, and beside the rest: an older server, which does not know it, reads the rest all the same.
    const reckoned_at = new Date(sent + this.desk.clock.skew).toISOString();
    return new URLSearchParams({ seal: this.desk.held?.seal ?? "", brought, reckoned_at });
  }

  async settle(deeds, answer) {
    const parts = [answer.scans, answer.walk_ins, answer.openings].flatMap((all) => all ?? []);
    const said = new Map(parts.map((one) => [one.scan_id ?? one.id, one]));
    for (const deed of deeds) {
      const outcome = said.get(deed.id);
      if (!outcome?.reason) continue;
      outcome.who = this.who(deed, outcome);
      await this.refused(deed, outcome);
    }
    await this.desk.store.done(deeds.map((one) => one.id));
    this.waits -= deeds.length;
    this.settled += deeds.length;
    this.changed(new Map(deeds.map((one) => [one.id, said.get(one.id) ?? {}])));
  }

  async refused(deed, outcome) {
    if (deed.kind === "scan" && outcome.reason !== "not_cleared") this.desk.takeBack(deed);
    if (deed.kind === "walk_in") this.desk.people.delete(deed.id);
    const why = outcome.reason === "unreadable" ? `not readable by the server: ${outcome.detail ?? ""}` : outcome.detail;
    await this.desk.report(`${outcome.who}: ${why}`);
  }

  // Of a student who is not cleared nothing keeps the name, and without a list there is none to keep.
  who(deed, { reason }) {
    const school = this.desk.students.get(deed.body.signup_id)?.school;
    if (reason === "not_cleared") return school ? `A student of ${school}` : "A student";
    if (deed.kind === "opening") return "The emergency list was opened";
    return (this.desk.held && deed.name) || "Somebody";
  }

  async list() {
    const settled = this.settled;
    const asked = Date.now();
    const held = await this.ask("held", {});
    if (!held?.roster) return false;
    if (Math.abs(Date.now() - asked) > PATIENCE) return this.list(); // the device slept meanwhile: its clock cannot be compared with it
    if (settled !== this.settled) return this.list(); // it was made before what has gone up meanwhile
    this.stale = false;
    this.listedAt = performance.now();
    await this.desk.take(held);
    this.pause = FIRST_PAUSE;
    this.changed();
    return true;
  }

  // The answer as JSON; nothing where there is no network, or nobody is signed in.
  async ask(what, options) {
    try {
      const answer = await fetch(`${this.path}/${what}`, { ...options, redirect: "manual", signal: AbortSignal.timeout(PATIENCE) });
      if (answer.status >= 400 && !answer.headers.has(OURS)) return this.went("down"); // somebody on the way says it, who does not know
      this.stale = answer.status === 403;
      if (answer.type === "opaqueredirect" || answer.status === 401) return this.signedOut();
      if (answer.status === 404) return this.gone();
      if (LATER.includes(answer.status)) return this.went("busy");
      if (answer.status >= 400 && answer.status < 500 && !this.stale) return this.unread(answer);
      if (!answer.ok) return this.went("down");
      const read = await answer.json();
      this.went("up");
      return read;
    } catch {
      return this.went("down");
    }
  }

  // There is a signal, and the server will not read this: why, as far as it says so.
  async unread(answer) {
    const told = await answer.json().catch(() => ({}));
    this.went("up");
    return { unreadable: told.detail || `error ${answer.status}.` };
  }

  async signedOut() {
    await this.desk.dropEmergency();
    this.changed();
    return this.went("signed_out");
  }

  // The door is not theirs any more who are signed in here: nothing of it stays on the device but what waits.
  async gone() {
    await this.desk.forget();
    return this.went("gone");
  }

  went(state) {
    const other = this.state !== state;
    this.state = state;
    if (other) this.changed();
    return null;
  }
}
