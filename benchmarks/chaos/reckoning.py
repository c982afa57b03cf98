"""From what was seen to the figures, and to a sentence for each promise that was broken; pure."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence

from msgspec import Struct

from benchmarks.chaos.blows import Kill
from benchmarks.chaos.plan import KINDS, Kind, Plan
from benchmarks.chaos.seen import Delivery, Registered, Seen

OWED = {"confirmed": "invite", "waitlisted": "waitlisted"}
"""What each registration is owed, by its state: an invite under `resend`, or a mail under `hold`."""


class Spread(Struct, frozen=True):
    """Seconds: how many values, the 50th and the 95th percentile by nearest rank, the largest."""

    n: int
    p50: float
    p95: float
    most: float


class Doubt(Struct, frozen=True):
    """A delivery of which the product says that it does not know; `kept` is what the mail server knows."""

    delivery: str
    kind: str
    recipient: str
    why: str
    kept: int


class Recovery(Struct, frozen=True):
    """A kill and the seconds until the first new piece of work succeeded; None where no work came after it."""

    kind: Kind
    at: float
    detail: str
    seconds: float | None
    alone: bool
    """Whether nothing else was killed, or still recovering from its own kill, in that time."""


class Report(Struct, frozen=True, kw_only=True):
    """Everything that a run has shown."""

    plan: Plan
    accepted: int
    tries: int
    sent: int
    lost: list[str]
    doubled: list[str]
    repeated: int
    repeated_otherwise: list[str]
    unknown: list[Doubt]
    unnamed: list[str]
    dead: list[str]
    recoveries: list[Recovery]
    by_kind: dict[Kind, Spread]
    alone: dict[Kind, Spread]
    waits: Spread
    ended_by_themselves: int
    drained_seconds: float
    failures: list[str]


def reckon(plan: Plan, seen: Seen, kills: Sequence[Kill], convenings: Sequence[str], took: float, ended: int) -> Report:
    """`took` are the seconds from the healing until nothing was owed any more (less than 0: never)."""
    doubts = [_doubt(one, seen) for one in seen.deliveries if one.state == "unknown"]
    recoveries = _recoveries(seen, kills)
    lost, doubled, otherwise = _lost(seen), _doubled(seen), _repeated_otherwise(seen)
    unnamed = [*_unnamed(seen), *(one.delivery for one in doubts if not one.why)]
    dead = [f"{one.id}: {one.error}" for one in seen.deliveries if one.state == "dead"]
    mails = {
        "lost": lost,
        "doubled under hold": doubled,
        "repeated, but not byte for byte, or without a doubt": otherwise,
        "doubtful, and not named": unnamed,
        "dead, though the mail server never refused for good": dead,
    }
    broken = mails | _broken(plan, seen, convenings, took)
    return Report(
        plan=plan,
        accepted=sum(one.status == 201 for one in seen.answers),
        tries=sum(one.tries for one in seen.answers),
        sent=sum(one.state == "sent" for one in seen.deliveries),
        lost=lost,
        doubled=doubled,
        repeated=sum(len(seen.kept.get(one.message_id, [])) > 1 for one in seen.deliveries if one.policy == "resend"),
        repeated_otherwise=otherwise,
        unknown=doubts,
        unnamed=unnamed,
        dead=dead,
        recoveries=recoveries,
        by_kind={kind: spread(one.seconds for one in recoveries if one.kind == kind) for kind in KINDS},
        alone={kind: spread(one.seconds for one in recoveries if one.kind == kind and one.alone) for kind in KINDS},
        waits=spread((one.sent_at - one.recorded_at).total_seconds() for one in seen.deliveries if one.sent_at is not None),
        ended_by_themselves=ended,
        drained_seconds=round(took, 1),
        failures=[f"{len(found)} {what}: {', '.join(found[:20])}" for what, found in broken.items() if found],
    )


def _broken(plan: Plan, seen: Seen, convenings: Sequence[str], took: float) -> dict[str, list[str]]:
    """What else must be nothing: promises about registrations, and that the run itself was whole."""
    capacities = dict(zip(convenings, plan.capacities, strict=True))
    owed = {one.message_id for one in seen.deliveries}
    times = Counter(one.email for one in seen.registrations)
    unasked = plan.messages - len(seen.answers)
    return {
        "kept by the mail server, and owed by nobody": sorted(set(seen.kept) - owed),
        "answered 201, and not so in PostgreSQL": _not_standing(seen),
        "registered twice": [email for email, n in times.items() if n > 1],
        "sold more seats than there are": _oversold(seen, capacities),
        "never answered": [f"person {one.person}: {one.status}" for one in seen.answers if one.status != 201],
        "not through by the deadline": [] if took >= 0 and not seen.unhandled else [f"{seen.unhandled} events"],
        "not asked at all": [f"{unasked} people"] if unasked else [],
    }


def spread(values: Iterable[float | None]) -> Spread:
    """Of no values at all everything is 0."""
    ranked = sorted(one for one in values if one is not None)
    if not ranked:
        return Spread(0, 0.0, 0.0, 0.0)
    n = len(ranked)
    return Spread(n, *(round(ranked[math.ceil(share * n) - 1], 3) for share in (0.5, 0.95, 1.0)))


def _recoveries(seen: Seen, kills: Sequence[Kill]) -> list[Recovery]:
    """New work is, for the web process, a request that was sent after the kill; for all others a mail for such a request."""
    requests = [(one.asked_at, one.answered_at) for one in seen.answers if one.status == 201]
    mails = [(one.recorded_at.timestamp(), one.sent_at.timestamp()) for one in seen.deliveries if one.sent_at is not None]
    ends: list[float] = []
    for one in kills:
        done = [end for begin, end in (requests if one.kind == "web" else mails) if begin >= one.at]
        ends.append(min(done, default=math.inf))
    return [
        Recovery(
            one.kind,
            one.at,
            one.detail,
            None if end == math.inf else round(end - one.at, 3),
            alone=sum(other.at <= end and until >= one.at for other, until in zip(kills, ends, strict=True)) == 1,
        )
        for one, end in zip(kills, ends, strict=True)
    ]


def _doubt(one: Delivery, seen: Seen) -> Doubt:
    return Doubt(str(one.id), one.kind, one.recipient, one.error or "", len(seen.kept.get(one.message_id, [])))


def _owed(seen: Seen) -> list[tuple[Registered, list[Delivery]]]:
    """Each registration with the deliveries of what it is owed."""
    by_registration: dict[object, list[Delivery]] = {}
    for one in seen.deliveries:
        by_registration.setdefault(one.registration_id, []).append(one)
    return [
        (one, [found for found in by_registration.get(one.id, []) if found.kind == OWED.get(one.state)])
        for one in seen.registrations
    ]


def _copies(deliveries: Sequence[Delivery], seen: Seen) -> list[bytes]:
    return [copy for one in deliveries for copy in seen.kept.get(one.message_id, [])]


def _lost(seen: Seen) -> list[str]:
    """Who is owed a mail of which there is no copy, and which nobody is told to look after."""
    return [
        f"{one.email} ({', '.join(f'{found.id} {found.state}' for found in owed) or 'nothing owed'})"
        for one, owed in _owed(seen)
        if not _copies(owed, seen) and not any(found.state in ("unknown", "dead") for found in owed)
    ]


def _doubled(seen: Seen) -> list[str]:
    """Who got a mail twice that must never come twice, by whatever Message-ID; or is owed it twice."""
    return [
        f"{one.email} ({len(_copies(owed, seen))} copies of {len(owed)} deliveries)"
        for one, owed in _owed(seen)
        if len(owed) > 1 or (len(_copies(owed, seen)) > 1 and owed[0].policy == "hold")
    ]


def _repeated_otherwise(seen: Seen) -> list[str]:
    """Repeats that are not the same bytes, or that no doubt was the reason for."""
    repeats = [(one, seen.kept.get(one.message_id, [])) for one in seen.deliveries if one.policy == "resend"]
    return [str(one.id) for one, copies in repeats if len(set(copies)) > 1 or (len(copies) > 1 and not one.doubtful)]


def _unnamed(seen: Seen) -> list[str]:
    """Under `hold`: texts without an answer, or kept ones, of which the product does not say that it does not know."""
    return [
        f"{one.id} ({one.state})"
        for one in seen.deliveries
        if one.policy == "hold"
        and (
            ((one.doubtful or one.message_id in seen.unanswered) and one.state != "unknown")
            or (one.message_id in seen.kept and one.state not in ("sent", "unknown"))
        )
    ]


def _not_standing(seen: Seen) -> list[str]:
    there = {(str(one.id), str(one.convening_id), one.state) for one in seen.registrations}
    told = [one for one in seen.answers if one.status == 201]
    return [one.registration for one in told if (one.registration, one.convening, one.state) not in there]


def _oversold(seen: Seen, capacities: dict[str, int]) -> list[str]:
    taken = Counter(str(one.convening_id) for one in seen.registrations if one.state in ("confirmed", "offered", "held"))
    return [f"{convening}: {n} of {capacities[convening]}" for convening, n in taken.items() if n > capacities[convening]]
