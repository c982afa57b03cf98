"""Whether a mail may be sent again, and what a person may say about one in doubt."""

from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from msgspec import Struct

from service.access.limits import Limit
from service.deliveries.rules import State
from service.errors import Invalid, Refused

Decision: TypeAlias = Literal["arrived", "again", "rest"]

CODES = ("sign_in", "consent_code")
"""Kinds of mail that carry a code: worth something for minutes, and to nobody but who asked."""
TEST_MAILS = Limit("test-mail", 20, timedelta(hours=1))
"""Samples that one person sends to themselves."""
DECIDED_WORDS = "An organizer said that it arrived."
RESTED_WORDS = "An organizer let it rest."


class NotOver(Refused):
    """This mail is still on its way, so there is nothing to send again."""

    code = "mail-not-over"


class DecideFirst(Refused):
    """Nobody knows yet whether this mail arrived. Decide about it first."""

    code = "mail-in-doubt"


class NotSentAgain(Refused):
    """A mail to sign in goes to whoever asked for it, and is never sent again. Whoever needs one asks for a new one."""

    code = "sign-in-not-repeated"


class TestNotSentAgain(Refused):
    """This was a test mail. Send yourself a new one from the previews."""

    __test__ = False
    code = "test-not-repeated"


class RepeatedAlready(Refused):
    """This mail was sent again already."""

    code = "mail-repeated"


class ContentGone(Refused):
    """We keep what a mail said for 30 days. What this one said is gone, so it cannot be sent again."""

    code = "mail-content-gone"


class NewerRevision(Refused):
    """There is a newer mail about this calendar entry, so this one would confuse the calendar. Look at the newer one."""

    code = "mail-superseded"


class NobodyWantsIt(Refused):
    """What this mail is about has changed since (the registration, its address or the convening), so it would not go."""

    code = "mail-not-wanted"


class TimePassed(Refused):
    """The time until which this mail was worth sending has passed, so it would not go."""

    code = "mail-too-late"


class AddressStopped(Refused):
    """We no longer write to this address, so it would not go. Allow mail to it first."""

    code = "address-stopped"


class NotAskedFor(Refused):
    """They asked for no more mails of this kind, so it would not go."""

    code = "mail-unasked"


class DecidedAlready(Refused):
    """Somebody has decided about this mail already, or a worker has finished it. Look at what became of it."""

    code = "mail-decided"


class NoSuchDecision(Invalid):
    """Choose one of the three."""

    code = "no-such-decision"


class Matter(Struct, frozen=True):
    """What sending again looks at, behind the delivery's lock."""

    kind: str
    state: State
    is_test: bool
    not_after: datetime | None
    has_content: bool
    outdated: bool
    wanted: bool
    suppressed: bool
    unasked: bool
    repeated: bool


def objection_to_copy(matter: Matter, now: datetime) -> Refused | None:
    """Why no copy of this mail can be sent; None where one can."""
    reasons: list[tuple[bool, type[Refused]]] = [
        (matter.kind in CODES, NotSentAgain),
        (matter.is_test, TestNotSentAgain),
        (matter.state in ("queued", "sending", "handover"), NotOver),
        (matter.state == "unknown", DecideFirst),
        (matter.repeated, RepeatedAlready),
    ]
    return _first(reasons) or _would_not_go(matter, now)


def objection_to_retry(matter: Matter, now: datetime) -> Refused | None:
    """Why a mail in doubt cannot be given to the server once more; None where it can."""
    return _first([(matter.kind in CODES, NotSentAgain)]) or _would_not_go(matter, now)


def _would_not_go(matter: Matter, now: datetime) -> Refused | None:
    return _first(
        [
            (not matter.has_content, ContentGone),
            (matter.outdated, NewerRevision),
            (not matter.wanted, NobodyWantsIt),
            (matter.not_after is not None and matter.not_after <= now, TimePassed),
            (matter.suppressed, AddressStopped),
            (matter.unasked, NotAskedFor),
        ]
    )


def _first(reasons: list[tuple[bool, type[Refused]]]) -> Refused | None:
    return next((refusal() for holds, refusal in reasons if holds), None)
