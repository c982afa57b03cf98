// How the device's clock stands to ours. It may be days wrong, be set while the page is open, or sleep with the device.

const LIFE = crypto.randomUUID();
const TOLERANCE = 20_000; // a list may take so long to come
const A_MOMENT = 1_000;
const A_RELOAD = 5_000; // nothing tells then whether the clock was set a little

// What the device's clock showed as the page began; another time only where it was set, or the page slept.
const origin = () => Date.now() - performance.now();

export class DeviceClock {
  constructor() {
    this.skew = 0; // how far ours is ahead; nothing as long as nobody said
  }

  // By our clock, as far as we know how wrong the device's is.
  now() {
    return Date.now() + this.skew;
  }

  // Of a deed: after the one before it, also where a fresh list has just set our clock back a little.
  moment() {
    const ahead = (this.latest ?? 0) - this.now();
    this.latest = ahead >= 0 && ahead < 2 * A_MOMENT ? this.latest + 1 : this.now();
    return this.latest;
  }

  // What the device's clock shows as something is done, and what is needed to tell later whether it was set since. No two are at the
  // same: their order counts.
  stamp() {
    const wall = Date.now();
    this.last = this.last - wall >= 0 && this.last - wall < A_MOMENT ? this.last + 1 : wall;
    return { wall: this.last, skew: this.skew, drift: this.drift, life: LIFE, origin: origin() };
  }

  // What the device's clock shows for that moment. It is moved only where the clock was set since: a device that slept was not.
  wallOf(stamp) {
    if (stamp.life === LIFE && Math.abs(origin() - stamp.origin) < TOLERANCE) return stamp.wall; // nothing was set since
    const moved = (stamp.skew ?? this.skew) - this.skew;
    const before = stamp.life === LIFE && Math.abs(moved - stamp.drift) < TOLERANCE; // it was set before the deed
    return Math.abs(moved) < TOLERANCE || before ? stamp.wall : stamp.wall + moved;
  }

  // What our clock showed, as a list says that has just come. One that was long on its way makes ours look too early by so much, and
  // what is sent then must not fall before what was sent by an earlier list: of two that could be right, the later moment counts.
  told(now) {
    const skew = now - Date.now();
    const before = this.skew - this.drift;
    const isNear = Math.abs(before - skew) < (this.base === undefined ? A_RELOAD : TOLERANCE);
    this.skew = this.skew && isNear ? Math.max(before, skew) : skew;
    this.base = origin();
  }

  // How far the clock went since the last list beside what the page itself counts; a page that slept counts less.
  get drift() {
    return this.base === undefined ? 0 : origin() - this.base;
  }

  // Whether the clock may have been set since we last knew how wrong it is.
  get isSure() {
    return this.base !== undefined && Math.abs(this.drift) < TOLERANCE;
  }
}
