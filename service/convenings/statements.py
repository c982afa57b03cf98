"""Who is told what before it is done, in sentences; pure."""

import hashlib
from collections.abc import Sequence
from uuid import UUID

import msgspec

from service.convenings.concerned import FamilyRow, LiveRow
from service.convenings.effects import Effects, Losing
from service.convenings.families import Families
from service.convenings.meetings import Kept, Meetings
from service.convenings.queries import ConveningRow
from service.errors import Refused
from service.web.forms import Form

CALLED_OFF = ("confirmed", "waitlisted", "offered")
"""Whose registrations are told of a cancellation."""


class StatementChanged(Refused):
    """Nothing was done: what it leads to is different now. Look again, then press the button."""

    code = "statement-changed"


def mark(sentences: Sequence[str], concerned: Sequence[UUID]) -> str:
    """What a button is pressed with: another one as soon as other people are concerned, or something else is said."""
    return hashlib.sha256(msgspec.json.encode([sentences, concerned])).hexdigest()[:32]


def told(effects: Effects) -> list[str]:
    """Who is told what, one sentence each; what concerns nobody is not said."""
    said = [
        *_of_seated(effects),
        *_if(effects.offered, "person who waits is", "people who wait are", "offered a seat by mail, at once."),
        *_if(effects.shortened, "person with an offer gets", "people with an offer get", "a mail that it ends earlier now."),
        *_silenced(effects.silenced),
        *_if(effects.open_offers, "person with an offer is", "people with an offer are", "not written to."),
        *_if(effects.waiting, "person who waits is", "people who wait are", "not written to."),
        *_of_families(effects.families),
        *_of_meetings(effects.meetings),
        *(sentence for one in effects.losing for sentence in _loses(one)),
    ]
    return said or ["Nobody is told."]


def mark_of(effects: Effects) -> str:
    """The mark of what a change leads to."""
    return mark(told(effects), [*effects.concerned, *effects.families.concerned, *effects.meetings.concerned])


def unsaid(form: Form, foreseen: Effects) -> int:
    """The status with which a statement must be shown before a change is made; 0 where it need not be.

    It is shown where somebody is concerned, and again where it is another one than what was agreed to.
    """
    if not form.text("agreed"):
        return 200 if foreseen.asks_first else 0
    if form.text("stated") == mark_of(foreseen):
        return 0
    form.refuse(StatementChanged())
    return 409


def _of_seated(effects: Effects) -> list[str]:
    """The silenced are none of `with_seat`: what concerns them stands in a sentence of its own."""
    untouched = effects.with_seat - effects.told - effects.undone
    again = "no mail: for them it is again as they were told last."
    undone = _if(effects.undone, "person with a seat gets", "people with a seat get", again)
    if not effects.told:
        reason = "what is different is in nobody’s calendar entry"
        nobody = [f"Nobody with a seat gets a mail: {reason}."] if untouched and not effects.concerned else []
        return undone or nobody
    get = "person with a seat gets" if effects.told == 1 else "people with a seat get"
    return [
        f"{effects.told:,} {get} a mail with the change, and their calendar entry follows, "
        "five minutes after the last change. What you take back before then tells nobody.",
        *undone,
        *_if(untouched, "person with a seat is", "people with a seat are", "not written to."),
    ]


def _of_families(families: Families) -> list[str]:
    again = "asked again by mail: they said yes to another day. Until they answer, the student has no seat."
    return [
        *_if(families.again, "signer for a student is", "signers for students are", again),
        *_if(families.told, "signer for a student gets", "signers for students get", "the new times and place by mail."),
    ]


def _of_meetings(meetings: Meetings) -> list[str]:
    return [
        *_if(
            meetings.moved,
            "conversation with a coach follows",
            "conversations with coaches follow",
            "and both of each are told.",
        ),
        *_if(
            meetings.ended,
            "conversation with a coach is",
            "conversations with coaches are",
            "cancelled: the convening has no such day any more. Both of each are told.",
        ),
    ]


def _silenced(number: int) -> list[str]:
    return _if(number, "person gets", "people get", "no mail: we no longer write to their address. Call them.")


def _loses(losing: Losing) -> list[str]:
    where = f"in “{losing.title}”"
    return [
        *_if(losing.placed, "person loses the place", "people lose their places", f"{where}."),
        *_if(losing.wished, "person’s wish", "people’s wishes", f"for a place {where} end with it."),
    ]


def _if(number: int, one: str, more: str, rest: str) -> list[str]:
    return [f"{number:,} {one if number == 1 else more} {rest}"] if number else []


def told_of_cancellation(
    row: ConveningRow,
    live: Sequence[LiveRow],
    silent: int,
    families: Sequence[FamilyRow] = (),
    slots: Sequence[Kept] = (),
) -> list[str]:
    """Who learns that it does not take place; `silent` counts the invited who have not answered."""
    mailed = [one for one in live if one.state in CALLED_OFF]
    count = {state: sum(one.state == state and not one.suppressed for one in mailed) for state in CALLED_OFF}
    held = sum(one.state == "held" for one in live)
    off = "a mail that it does not take place."
    said = [
        *_if(count["confirmed"], "person with a seat gets", "people with a seat get", "a mail, and it leaves the calendar."),
        *_if(count["waitlisted"], "person who waits gets", "people who wait get", off),
        *_if(count["offered"], "person with an offer gets", "people with an offer get", off),
        *_if(_unsuppressed(families), "signer for a student gets", "signers for students get", off),
        *_if(
            sum(one.booked is not None for one in slots),
            "conversation with a coach ends",
            "conversations with coaches end",
            "with it, and both of each are told.",
        ),
        *_silenced(sum(one.suppressed for one in (*mailed, *families))),
        *_if(held, "person whose address is", "people whose addresses are", "not confirmed: not written to."),
    ]
    invited = _if(silent, "invited person who has", "invited people who have", "not answered: not written to.")
    return [*(said or [f"Nobody is registered for {row.title}, so nobody gets a mail."]), *invited]


def mails_of_cancellation(live: Sequence[LiveRow], families: Sequence[FamilyRow] = (), slots: Sequence[Kept] = ()) -> int:
    """How many people get a mail that it does not take place."""
    seated = sum(one.state in CALLED_OFF and not one.suppressed for one in live)
    return seated + _unsuppressed(families) + sum(one.reached for one in slots)


def _unsuppressed(families: Sequence[FamilyRow]) -> int:
    return sum(not one.suppressed for one in families)


def button(verb: str, effects: Effects) -> str:
    """What the button says that does it."""
    if not effects.mails:
        return verb
    return f"{verb} and tell {effects.mails:,} {'person' if effects.mails == 1 else 'people'}"
