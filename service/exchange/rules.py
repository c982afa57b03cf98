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
    """What it invites to has ended, or does not take place."""
    has_left: bool
    """They have no seat any more."""
    has_begun: bool
    """It is under way, or they came in before it was."""
    also: list[str] = []
    """Addresses in lower case that a second entry of theirs had: an answer from there is theirs, too."""

    @property
    def own(self) -> frozenset[str]:
        """All addresses that are theirs."""
        return frozenset([self.recipient.lower(), *self.also])


class Decision(Struct, frozen=True):
    """What to do about an answer; `words` say why, to an organizer, and of a note that there is something to read."""

    verdict: Verdict
    words: str = ""
    stamp: datetime | None = None
    """When it was written; of what comes from the future, when it came."""
    is_proven: bool = False


def decide(answer: Answer, letter: Letter, invited: Invited, received_at: datetime) -> Decision:
    """A proven no ends the registration, a doubtful one is asked about; whoever was not invited changes nothing."""
    if (settled := _beside_the_point(answer, letter, invited)) is not None:
        return settled
    stamp = min(answer.stamp or received_at, received_at)
    proven = is_proven(answer, letter, invited)
    if invited.answered_at is not None and stamp < invited.answered_at and (invited.answer_proven or not proven):
        return Decision("ignore", "an answer that was written later came before it")
    match answer.partstat, _is_theirs(answer, letter, invited), proven:
        case "DECLINED", _, True:
            return Decision("withdraw", "", stamp, is_proven=True)
        case "DECLINED", _, False:
            return Decision("ask", _doubt(answer, letter, invited))
        case _, True, _:
            words = _told(WITH_WORDS, answer, letter, invited).words if answer.comment else ""
            return Decision("note", words, stamp, is_proven=proven)
        case _:
            return Decision("tell", f"{_doubt(answer, letter, invited)}: was the invitation passed on?")


def counter(answer: Answer, letter: Letter, invited: Invited) -> Decision:
    """Somebody would rather have another time."""
    if invited.is_over or invited.has_left:
        return Decision("ignore", OVER)
    return _told(f"would rather have another time: {answer.proposes or 'it does not say which'}", answer, letter, invited)


def is_proven(answer: Answer, letter: Letter, invited: Invited) -> bool:
    """Whether it is surely the invited person's."""
    return letter.is_authentic and _is_theirs(answer, letter, invited)


def _is_theirs(answer: Answer, letter: Letter, invited: Invited) -> bool:
    return answer.attendee in invited.own and letter.sender in invited.own


OVER = "what it answers is over, or was taken back before"
WITH_WORDS = "it was written down, and they wrote something with it"


def _beside_the_point(answer: Answer, letter: Letter, invited: Invited) -> Decision | None:
    """What an answer leads to that is to something else than how things stand, or is neither yes nor no."""
    is_no = answer.partstat == "DECLINED"
    checks = (
        (invited.is_over, Decision("ignore", OVER)),
        (answer.sequence > invited.sequence, Decision("ignore", "it answers a revision that we never sent")),
        (answer.partstat == "OTHER", Decision("ignore", "it says neither yes nor no")),
        (answer.of_series, _told("answers one day of a series, and we invite to none", answer, letter, invited)),
        (
            answer.partstat == "DELEGATED",
            _told(f"wants to send {answer.delegated_to or 'somebody else'} instead", answer, letter, invited),
        ),
        (invited.has_left and is_no, Decision("ignore", OVER)),
        (invited.has_left, _told("says yes or perhaps, and their seat was given back before", answer, letter, invited)),
        (invited.has_begun and is_no, _told("says no while they are there, or could be", answer, letter, invited)),
        (answer.sequence < invited.timed_sequence and is_no, Decision("ask", "it answers an earlier time")),
        (
            answer.sequence < invited.timed_sequence and answer.comment != "",
            _told("answers an earlier time, and wrote something with it", answer, letter, invited),
        ),
        (
            answer.sequence < invited.timed_sequence,
            Decision("ignore", "it answers an earlier time, and the newer invitation asks again"),
        ),
    )
    return next((decision for holds, decision in checks if holds), None)


def _told(words: str, answer: Answer, letter: Letter, invited: Invited) -> Decision:
    """Something for an organizer, with what speaks against believing it."""
    doubt = "" if is_proven(answer, letter, invited) else f" (not proven: {_doubt(answer, letter, invited)})"
    return Decision("tell", words + doubt)


def _doubt(answer: Answer, letter: Letter, invited: Invited) -> str:
    """Why an answer cannot be taken for the invited person's."""
    invited_to = invited.recipient.lower()
    if answer.attendee != invited_to:
        return f"{answer.attendee or 'nobody by name'} answered what was sent to {invited_to}"
    if letter.sender != invited_to:
        return f"it came from {letter.sender}, and was sent to {invited_to}"
    return "nothing proves that the sender is genuine"
