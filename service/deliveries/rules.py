"""States of a delivery, what a claim decides, how long to wait, what a server's words mean."""

from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from msgspec import Struct

from service.consents.deadlines import polite

State: TypeAlias = Literal["queued", "sending", "handover", "sent", "dead", "unknown", "cancelled", "expired"]
Policy: TypeAlias = Literal["resend", "hold"]
Verdict: TypeAlias = Literal[
    "send", "not_now", "wait", "quiet", "expired", "unwanted", "suppressed", "unasked", "superseded", "doubtful"
]
Stage: TypeAlias = Literal["connect", "mail", "rcpt", "data"]
Fate: TypeAlias = Literal["sent", "later", "dead"]

LEASE = timedelta(seconds=15)
GIVE_UP = timedelta(days=5)
"""How long a temporary failure is tried again, as mail servers do (RFC 5321 4.5.4.1)."""
DOUBTS = 5
"""So often a calendar revision is handed over while nobody knows whether it was taken; then a person decides."""
LONGEST_PAUSE = timedelta(minutes=15)
ERASED = "erased:"
"""What an address begins with that nobody knows any more."""
CONTENT_LIFE = timedelta(days=30)
"""How long we keep what a finished mail said."""


class Standing(Struct, frozen=True):
    """What a claim looks at, behind the delivery's row lock."""

    state: State
    policy: Policy
    attempt: int
    next_at: datetime
    lease_until: datetime | None
    not_after: datetime | None
    quiet_zone: str | None
    wanted: bool
    suppressed: bool
    unasked: bool
    """Its reader asked for no more of these."""
    superseded: bool
    earlier_at_work: bool


def repeats(policy: Policy, attempt: int) -> bool:
    """Whether a mail of which nobody knows whether it was taken goes again, after so many attempts."""
    return policy == "resend" and attempt < DOUBTS


def judge(standing: Standing, now: datetime) -> Verdict:
    """What to do with a delivery that the queue named."""
    lease_over = standing.lease_until is None or standing.lease_until <= now
    if standing.state == "handover" and lease_over and not repeats(standing.policy, standing.attempt):
        return "doubtful"
    ready = standing.next_at <= now if standing.state == "queued" else lease_over
    if standing.state not in ("queued", "sending", "handover") or not ready:
        return "not_now"
    reasons: list[tuple[bool, Verdict]] = [
        (standing.superseded, "superseded"),
        (not standing.wanted, "unwanted"),
        (standing.suppressed, "suppressed"),
        (standing.unasked, "unasked"),
        (standing.not_after is not None and standing.not_after <= now, "expired"),
        (standing.earlier_at_work, "wait"),
        (standing.quiet_zone is not None and polite(now, standing.quiet_zone) > now, "quiet"),
    ]
    held: list[Verdict] = [verdict for holds, verdict in reasons if holds]
    return held[0] if held else "send"


def pause(attempt: int, jitter: float) -> timedelta:
    """How long to wait before the next attempt; `attempt` counts from 1, `jitter` is from 0 to 1."""
    return min(LONGEST_PAUSE, timedelta(seconds=2 ** min(attempt, 12))) * (0.75 + jitter / 2)


def fate(stage: Stage, code: int) -> Fate:
    """What an SMTP answer means: only a 5xx about this recipient or this text is final.

    A 5xx to our greeting, our password or our sender is about us: it is mended by a person, so the mail stays owed.
    """
    if 200 <= code < 300:
        return "sent"
    if code >= 500 and stage in ("rcpt", "data"):
        return "dead"
    return "later"
