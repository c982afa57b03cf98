"""What an answer of a calendar leads to (RFC 5546 2.1.5, 3.2.3): who answered, about which revision, and may it be believed.

Identified by the secret in the UID, authenticated by what our border found. Pure.
"""

from datetime import datetime
from typing import Literal, TypeAlias

from msgspec import Struct

from service.exchange.letters import Answer, Letter

Verdict: TypeAlias = Literal["withdraw", "note", "ask", "tell", "ignore"]
"""The seat is given back · it is written down · the invited person is asked · an organizer is told · nothing."""


class Invited(Struct, frozen=True):
    """How a calendar entry stands when an answer to it comes in."""

    recipient: str
    sequence: int
    timed_sequence: int
    answered_at: datetime | None
    answer_proven: bool
    is_over: bool
    """Whether the entry was taken back, or what it invites to has ended."""


class Decision(Struct, frozen=True):
    """What to do about an answer; `words` say why, to an organizer."""

    verdict: Verdict
    words: str = ""
    stamp: datetime | None = None
    """When it was written; of what comes from the future, when it came."""
    is_proven: bool = False


def decide(answer: Answer, letter: Letter, invited: Invited, received_at: datetime) -> Decision:
    """A proven no ends the registration, a doubtful one is asked about; whoever was not invited changes nothing."""
    if (settled := _beside_the_point(answer, invited)) is not None:
        return settled
    stamp = min(answer.stamp or received_at, received_at)
    theirs = answer.attendee == letter.sender == invited.recipient.lower()
    proven = theirs and letter.is_authentic
    if invited.answered_at is not None and stamp < invited.answered_at and (invited.answer_proven or not proven):
        return Decision("ignore", "an answer that was written later came before it")
    match answer.partstat, theirs, proven:
        case "DECLINED", _, True:
            return Decision("withdraw", "", stamp, is_proven=True)
        case "DECLINED", _, False:
            return Decision("ask", _doubt(answer, letter, invited))
        case _, True, _:
            return Decision("note", "", stamp, is_proven=proven)
        case _:
            return Decision("tell", f"{_doubt(answer, letter, invited)}: was the invitation passed on?")


def _beside_the_point(answer: Answer, invited: Invited) -> Decision | None:
    """What an answer leads to whoever wrote it: one to something else than how things stand, or neither yes nor no."""
    if invited.is_over:
        return Decision("ignore", "what it answers is over, or was taken back before")
    if answer.sequence > invited.sequence:
        return Decision("ignore", "it answers a revision that we never sent")
    if answer.partstat == "DELEGATED":
        return Decision("tell", f"wants to send {answer.delegated_to or 'somebody else'} instead")
    if answer.partstat == "OTHER":
        return Decision("ignore", "it says neither yes nor no")
    return _to_an_earlier_time(answer) if answer.sequence < invited.timed_sequence else None


def _to_an_earlier_time(answer: Answer) -> Decision:
    if answer.partstat == "DECLINED":
        return Decision("ask", "it answers an earlier time")
    return Decision("ignore", "it answers an earlier time, and the newer invitation asks again")


def _doubt(answer: Answer, letter: Letter, invited: Invited) -> str:
    """Why an answer cannot be taken for the invited person's."""
    invited_to = invited.recipient.lower()
    if answer.attendee != invited_to:
        return f"{answer.attendee or 'nobody by name'} answered what was sent to {invited_to}"
    if letter.sender != invited_to:
        return f"it came from {letter.sender}, and was sent to {invited_to}"
    return "our mail server did not find the sender genuine"
