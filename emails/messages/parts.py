"""What messages are made of: the facts of a convening, and what every message has."""

from datetime import datetime
from typing import ClassVar, Literal, TypeAlias
from uuid import UUID

from msgspec import Struct

Policy: TypeAlias = Literal["resend", "hold"]
"""What a doubtful hand-over leads to: the same bytes again, or a person who decides."""

Method: TypeAlias = Literal["REQUEST", "CANCEL"]


class AgendaItem(Struct, frozen=True):
    """One chosen (or common) session, as it stands in the text of the calendar entry; feeds know it by its id."""

    title: str
    starts_at: datetime
    ends_at: datetime
    room: str = ""
    id: UUID | None = None


Stream: TypeAlias = Literal["invitations", "reminders", "surveys", "reports", "messages", "materials"]
"""Kinds of mail that somebody can have stopped by themselves (RFC 8058)."""
Partstat: TypeAlias = Literal["NEEDS-ACTION", "ACCEPTED", "TENTATIVE"]


class Gathering(Struct, frozen=True):
    """The facts of a convening that matter to a calendar; instants in UTC, `time_zone` an IANA name."""

    title: str
    summary: str
    time_zone: str
    starts_at: datetime
    ends_at: datetime
    venue_name: str
    venue_address: str
    latitude: float | None = None
    longitude: float | None = None
    agenda: tuple[AgendaItem, ...] = ()
    private: bool = False
    """Whether a calendar that others look into shows them no more than that the time is taken."""


class Revision(Struct, frozen=True):
    """One state of one person's calendar entry: the same revision is always the same bytes."""

    uid: str
    sequence: int
    dtstamp: datetime
    method: Method
    gathering: Gathering
    attendee_name: str
    partstat: Partstat = "NEEDS-ACTION"
    """What the person answered to this time already."""


class Change(Struct, frozen=True):
    """One thing that is different now, in words: `what` is a label such as "Starts", never a field name."""

    what: str
    before: str
    after: str


class Message(Struct, frozen=True):
    """What every message has."""

    policy: ClassVar[Policy] = "hold"
    wanted_while: ClassVar[tuple[str, ...]] = ()
    """States of the registration or consent in which this mail is still wanted; empty: always."""
    links: ClassVar[tuple[str, ...]] = ()
    """Names of the links that the mailer puts in at render: see `Links`."""
    entry_link: ClassVar[str] = "manage"
    """Which of them stands in the calendar entry."""
    template: ClassVar[str] = ""
    """The folder of its templates; empty: its tag."""
    stream: ClassVar[Stream | None] = None
    """What somebody may ask for no more of; None: what they need for a thing that they have, or asked for."""
    bulk: ClassVar[bool] = False
    """One of many alike: mail to one person goes first."""


class ConveningMessage(Message, frozen=True):
    """A message about one convening; times are shown in `reader_zone` (IANA) too where it differs from the gathering's."""

    name: str
    """Whom it greets."""
    gathering: Gathering
    reader_zone: str = ""
