"""Samples of what members and coaches get about pairs and conversations."""

from datetime import timedelta
from typing import Any, Final

from msgspec.structs import replace

from emails.changes import changes_between
from emails.messages import (
    AnyMessage,
    CoachingBooked,
    CoachingDeclineAsked,
    CoachingMoved,
    CoachingOff,
    CoachingReminder,
    Gathering,
    Meeting,
    YourCoach,
    YourMembers,
)
from emails.samples.facts import QUOTED, SPRING, at, sample_revision

_PAGE: Final = "/me/coaching/0199e0a4-5d7b-7cc0-8e52-3f3f6a1d9b10"
_TALK: Final = Gathering(
    title="Conversation with Marisela Quillfeather",
    summary=f"At {SPRING.title}.",
    time_zone=SPRING.time_zone,
    starts_at=at("2027-03-11T14:00:00-05:00"),
    ends_at=at("2027-03-11T14:30:00-05:00"),
    venue_name="Garden Room",
    venue_address=f"{SPRING.venue_name}, {SPRING.venue_address}",
    private=True,
)
_LATER: Final = replace(_TALK, starts_at=_TALK.starts_at + timedelta(hours=1), ends_at=_TALK.ends_at + timedelta(hours=1))
_OF_COACH: Final = replace(_TALK, title="Conversation with Tamsin Okafor-Reyes")
_MEMBER: Final[dict[str, Any]] = {
    "name": "Tamsin Okafor-Reyes",
    "side": "member",
    "other": "Marisela Quillfeather",
    "gathering": _TALK,
    "convening": SPRING.title,
    "page": _PAGE,
}
_COACH: Final[dict[str, Any]] = _MEMBER | {
    "name": "Marisela Quillfeather",
    "side": "coach",
    "other": "Tamsin Okafor-Reyes",
    "gathering": _OF_COACH,
}


def _off(sequence: int = 1, **said: Any) -> CoachingOff:
    gathering = said.get("gathering", _TALK)
    return CoachingOff(**said, revision=sample_revision(gathering, sequence=sequence, method="CANCEL", name=said["name"]))


COACHING: Final[tuple[tuple[str, AnyMessage], ...]] = (
    ("conversation, to the member", CoachingBooked(**_MEMBER, revision=sample_revision(_TALK))),
    (
        "conversation, to the coach",
        CoachingBooked(**_COACH, reader_zone="America/Denver", revision=sample_revision(_OF_COACH)),
    ),
    (
        "conversation with somebody of a long name",
        CoachingBooked(**dict(_MEMBER, other=QUOTED, name=QUOTED), revision=sample_revision(_TALK, name=QUOTED)),
    ),
    (
        "conversation moved",
        CoachingMoved(
            **dict(_MEMBER, gathering=_LATER),
            before=_TALK,
            changes=changes_between(_TALK, _LATER),
            revision=sample_revision(_LATER, sequence=1),
        ),
    ),
    (
        "conversation cancelled by the coach",
        _off(**_MEMBER, why="coach", words="I lost my voice. Shall we call?"),
    ),
    ("conversation cancelled by the coach, to the coach", _off(**_COACH, why="coach")),
    ("conversation cancelled by the member", _off(**_COACH, why="member", words="Our bus leaves early.")),
    ("conversation cancelled by the member, to the member", _off(**_MEMBER, why="member")),
    ("conversation declined in a calendar", _off(**_MEMBER, why="calendar")),
    ("conversation declined in a calendar, to the coach", _off(**_COACH, why="calendar")),
    ("conversation cancelled by an organizer", _off(**_MEMBER, why="organizer")),
    ("conversation of somebody who does not come", _off(**_COACH, why="registration")),
    ("conversation of a convening that does not take place", _off(**_MEMBER, why="convening")),
    ("conversation that went to another coach", _off(**_COACH, why="moved")),
    ("conversation written to another address", _off(**_MEMBER, why="address")),
    ("conversation cancelled without an entry", CoachingOff(**_MEMBER, why="coach", words="Sorry!")),
    ("conversation, did you mean to decline", CoachingDeclineAsked(**_MEMBER)),
    (
        "conversations tomorrow",
        CoachingReminder(
            name="Marisela Quillfeather",
            gathering=SPRING,
            reader_zone="America/Denver",
            page="/coach/convenings/0199e0a4-5d7b-7cc0-8e52-3f3f6a1d9b10",
            meetings=(
                Meeting("Tamsin Okafor-Reyes", _TALK.starts_at, _TALK.ends_at, "Garden Room"),
                Meeting(QUOTED, _LATER.starts_at, _LATER.ends_at),
            ),
        ),
    ),
    ("your coach", YourCoach(name="Tamsin Okafor-Reyes", coach="Marisela Quillfeather")),
    ("no coach for now", YourCoach(name="Tamsin Okafor-Reyes", coach="")),
    (
        "your members",
        YourMembers(name="Marisela Quillfeather", gained=("Tamsin Okafor-Reyes", QUOTED), lost=("Ines",)),
    ),
)
