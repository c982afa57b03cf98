"""Every message as a tagged union of structs: what is written to whom, and how carefully it must leave."""

from datetime import datetime
from typing import ClassVar, Literal, TypeAlias, TypeVar

from msgspec import Struct

Policy: TypeAlias = Literal["resend", "hold"]
"""What a doubtful hand-over leads to: the same bytes again, or a person who decides."""

Method: TypeAlias = Literal["REQUEST", "CANCEL"]


class AgendaItem(Struct, frozen=True):
    """One chosen (or common) session, as it stands in the text of the calendar entry."""

    title: str
    starts_at: datetime
    ends_at: datetime
    room: str = ""


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


class Revision(Struct, frozen=True):
    """One state of one person's calendar entry: the same revision is always the same bytes."""

    uid: str
    sequence: int
    dtstamp: datetime
    method: Method
    gathering: Gathering
    attendee_name: str


class Change(Struct, frozen=True):
    """One thing that is different now, in words: `what` is a label such as "Starts", never a field name."""

    what: str
    before: str
    after: str


class Message(Struct, frozen=True):
    """What every message has."""

    policy: ClassVar[Policy] = "hold"
    wanted_while: ClassVar[tuple[str, ...]] = ()
    """Registration states in which this mail is still wanted; empty: always."""
    links: ClassVar[tuple[str, ...]] = ()
    """Names of the links that the mailer puts in at render: see `Links`."""
    bulk: ClassVar[bool] = False
    """One of many alike: mail to one person goes first."""


class ConveningMessage(Message, frozen=True):
    """A message about one convening; times are shown in `reader_zone` (IANA) too where it differs from the gathering's."""

    name: str
    """Whom it greets."""
    gathering: Gathering
    reader_zone: str = ""


class ConfirmAddress(ConveningMessage, frozen=True, kw_only=True, tag="confirm_address"):
    """Please confirm that this address is yours. Carries no word of the form: the writer may be a stranger."""

    wanted_while: ClassVar[tuple[str, ...]] = ("held",)
    links: ClassVar[tuple[str, ...]] = ("confirm",)

    held_until: datetime
    seat_kept: bool


class Invite(ConveningMessage, frozen=True, kw_only=True, tag="invite"):
    """You are in: the calendar entry comes with it."""

    policy: ClassVar[Policy] = "resend"
    wanted_while: ClassVar[tuple[str, ...]] = ("confirmed",)
    links: ClassVar[tuple[str, ...]] = ("manage",)

    revision: Revision


class Waitlisted(ConveningMessage, frozen=True, kw_only=True, tag="waitlisted"):
    """You wait: the position and what happens next."""

    wanted_while: ClassVar[tuple[str, ...]] = ("waitlisted",)
    links: ClassVar[tuple[str, ...]] = ("manage",)

    position: int
    capacity: int


class Offer(ConveningMessage, frozen=True, kw_only=True, tag="offer"):
    """A seat is yours until a deadline: take it or pass."""

    wanted_while: ClassVar[tuple[str, ...]] = ("offered",)
    links: ClassVar[tuple[str, ...]] = ("manage",)

    offered_until: datetime


class OfferExpired(ConveningMessage, frozen=True, kw_only=True, tag="offer_expired"):
    """The offer's deadline passed; the seat went to the next person."""

    wanted_while: ClassVar[tuple[str, ...]] = ("expired",)
    links: ClassVar[tuple[str, ...]] = ("convening",)

    offered_until: datetime


class Changed(ConveningMessage, frozen=True, kw_only=True, tag="changed"):
    """Something of the convening or of the person's sessions is different now; the entry follows."""

    policy: ClassVar[Policy] = "resend"
    wanted_while: ClassVar[tuple[str, ...]] = ("confirmed",)
    links: ClassVar[tuple[str, ...]] = ("manage",)
    bulk: ClassVar[bool] = True

    revision: Revision
    before: Gathering
    changes: tuple[Change, ...]


class Cancelled(ConveningMessage, frozen=True, kw_only=True, tag="cancelled"):
    """The convening does not take place. Without a revision it is a plain notice."""

    policy: ClassVar[Policy] = "resend"
    links: ClassVar[tuple[str, ...]] = ("convening",)
    bulk: ClassVar[bool] = True

    revision: Revision | None = None


class Withdrawn(ConveningMessage, frozen=True, kw_only=True, tag="withdrawn"):
    """Your seat (or your place on the list) is given back: by you, or not. Without a revision it is a plain notice."""

    policy: ClassVar[Policy] = "resend"
    links: ClassVar[tuple[str, ...]] = ("convening",)

    was_waiting: bool = False
    by: Literal["self", "organizer", "handed over"] = "self"
    """An organizer gave it back, or handed it to a colleague."""
    revision: Revision | None = None


class AddressMoved(ConveningMessage, frozen=True, kw_only=True, tag="address_moved"):
    """To the old address: the registration is now written to another one; the entry here is removed.

    It names neither the new address nor a link.
    """

    policy: ClassVar[Policy] = "resend"

    revision: Revision | None = None


class YourRegistration(ConveningMessage, frozen=True, kw_only=True, tag="your_registration"):
    """Somebody asked again for an address that is registered already: here is your page."""

    wanted_while: ClassVar[tuple[str, ...]] = ("confirmed", "waitlisted", "offered")
    links: ClassVar[tuple[str, ...]] = ("manage",)

    state: Literal["confirmed", "waitlisted", "offered"]
    position: int | None = None


class Reminder(ConveningMessage, frozen=True, kw_only=True, tag="reminder"):
    """It is in a week, or tomorrow."""

    wanted_while: ClassVar[tuple[str, ...]] = ("confirmed",)
    links: ClassVar[tuple[str, ...]] = ("manage",)
    bulk: ClassVar[bool] = True

    days: Literal[7, 1]


class Invitation(ConveningMessage, frozen=True, kw_only=True, tag="invitation"):
    """Please come, or say that you cannot: the link opens a form that is filled in."""

    links: ClassVar[tuple[str, ...]] = ("invitation",)
    bulk: ClassVar[bool] = True

    until: datetime
    opens_at: datetime | None = None
    """When registration begins, where it has not yet."""
    again: bool = False


class SignIn(Message, frozen=True, kw_only=True, tag="sign_in"):
    """Somebody asked to sign in with this address: a link for any device, a code for the browser that asked.

    It greets nobody by name: a stranger may have typed the name into the public form.
    """

    links: ClassVar[tuple[str, ...]] = ("sign_in", "code")

    minutes: int


class ConsentCode(Message, frozen=True, kw_only=True, tag="consent_code"):
    """Somebody is about to sign, or wants to see a copy: a code for the page that asked. Of the student it says nothing."""

    links: ClassVar[tuple[str, ...]] = ("code",)

    minutes: int
    language: str = "en"


class AddressChanged(Message, frozen=True, tag="address_changed"):
    """To the old address: somebody signs in with another one now. It names nobody, no address and no link."""


AnyMessage: TypeAlias = (
    ConfirmAddress
    | Invite
    | Waitlisted
    | Offer
    | OfferExpired
    | Changed
    | Cancelled
    | Withdrawn
    | AddressMoved
    | YourRegistration
    | Reminder
    | Invitation
    | SignIn
    | ConsentCode
    | AddressChanged
)

MessageT = TypeVar("MessageT", bound=Message)
