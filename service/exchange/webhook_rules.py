"""Webhooks: their states, when a call is tried again, and when we stop. Pure."""

from datetime import datetime, timedelta
from typing import Annotated, Literal, TypeAlias

from msgspec import UNSET, Meta, Struct, UnsetType

from service.errors import Invalid, Refused
from service.text import Line

State: TypeAlias = Literal["active", "paused", "disabled"]
Outcome: TypeAlias = Literal["taken", "failed", "given_up"]

MOST = 20
"""Webhooks of one installation: with AT_ONCE they bound what is open at a time, so that none waits for another."""
AT_ONCE = 4
"""Calls of one webhook that are under way; one, while it fails."""
ROOM = 1000
"""Calls of one webhook that wait as rows of their own; what happens beyond waits as a position."""
LEASE = timedelta(seconds=60)
"""Longer than any call takes: a worker that ended is noticed by then."""
PAUSES = tuple(
    timedelta(seconds=seconds) for seconds in (5, 300, 1800, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600, 24 * 3600)
)
"""After the first attempt, the second and so on, as the standard recommends; in all more than our PATIENCE."""
PATIENCE = timedelta(days=3)
"""For so long a webhook may fail without a single success; then we stop calling it, before anything is given up."""
BEFORE_REST = 4
"""Failures in a row before a webhook is left alone for a while."""
LONGEST_REST = timedelta(minutes=5)
LONGEST_ASKED = timedelta(hours=1)
"""The most that we follow a `Retry-After`."""
BOTH_SECRETS = timedelta(hours=24)
ATTEMPTS_LIFE = timedelta(days=30)
GONE = 410
BUSY = (429, 503)


class NewWebhook(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whom to call, and about what; no `kinds` means all."""

    url: Annotated[str, Meta(min_length=1, max_length=1000)]
    description: Line = ""
    kinds: Annotated[list[str], Meta(max_length=100)] = []


class WebhookPatch(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be different; `active` also takes up again what was stopped."""

    url: Annotated[str, Meta(min_length=1, max_length=1000)] | UnsetType = UNSET
    description: Line | UnsetType = UNSET
    kinds: Annotated[list[str], Meta(max_length=100)] | UnsetType = UNSET
    state: Literal["active", "paused"] | UnsetType = UNSET


class NewReplay(Struct, frozen=True, forbid_unknown_fields=True):
    """Behind which position everything is told once more."""

    after: Annotated[int, Meta(ge=0, le=2**63 - 1)]


class WebhookThere(Refused):
    """There is a webhook to this address already."""

    code = "webhook-there"


class TooManyWebhooks(Refused):
    """There are 20 webhooks already. Remove one first."""

    code = "too-many-webhooks"


class NotCalled(Refused):
    """This webhook is not called at the moment. Let it go on first."""

    code = "webhook-not-called"


class NoSuchKind(Invalid):
    """There is no such kind of event, or it is not told to other programs. The catalogue lists those that are."""

    code = "no-such-kind"


class NothingThere(Invalid):
    """This webhook has not come to that position yet."""

    code = "position-ahead"


class Answer(Struct, frozen=True):
    """How an attempt ended: with a status, or in our words without one."""

    status: int | None
    error: str = ""
    retry_after: int = 0
    milliseconds: int = 0

    @property
    def taken(self) -> bool:
        """Any 2xx."""
        return self.status is not None and 200 <= self.status < 300


class Fate(Struct, frozen=True):
    """What follows from a failure: the call again at `next_at`, or given up; the webhook rests, or is `disabled`: why."""

    next_at: datetime | None
    rest_until: datetime | None = None
    disabled: str = ""


def after_failure(
    answer: Answer, attempt: int, failures: int, failing_since: datetime | None, now: datetime, jitter: float
) -> Fate:
    """`attempt` counts from 1 and `failures` from the last success, both with this one; `jitter` is from 0 to 1.

    It only makes pauses longer: who never took a call is disabled by the last of them, and nothing is given up.
    """
    if answer.status == GONE:
        return Fate(now, disabled="It answered 410: it is gone, and wants no more calls.")
    if failing_since is not None and now - failing_since >= PATIENCE:
        return Fate(now, disabled=f"For three days it took no call. The last one: {answer.error.rstrip('.')}.")
    pause = PAUSES[attempt - 1] * (1 + jitter / 5) if attempt <= len(PAUSES) else None
    asked = timedelta(seconds=answer.retry_after) if answer.status in BUSY else timedelta(0)
    rest = max(rest_after(failures), min(asked, LONGEST_ASKED))
    return Fate(now + max(pause, rest) if pause is not None else None, now + rest if rest else None)


def rest_after(failures: int) -> timedelta:
    """How long a webhook is left alone after so many failures in a row."""
    if failures < BEFORE_REST:
        return timedelta(0)
    return min(LONGEST_REST, timedelta(seconds=2 ** min(failures - BEFORE_REST, 10)))
