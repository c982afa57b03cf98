"""To those who come to a convening: about their seat, their place on the list, and their calendar."""

from datetime import datetime
from typing import ClassVar, Literal

from emails.messages.parts import Change, ConveningMessage, Gathering, Policy, Revision, Stream


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
    links: ClassVar[tuple[str, ...]] = ("convening", "back")

    was_waiting: bool = False
    by: Literal["self", "calendar", "organizer", "handed over"] = "self"
    """The person did, or their calendar said no; an organizer gave it back, or handed it to a colleague."""
    revision: Revision | None = None


class DeclineAsked(ConveningMessage, frozen=True, kw_only=True, tag="decline_asked"):
    """A calendar said no for somebody, and nothing proves that they meant it: did they?"""

    wanted_while: ClassVar[tuple[str, ...]] = ("confirmed",)
    links: ClassVar[tuple[str, ...]] = ("leaving", "manage")


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
    stream: ClassVar[Stream | None] = "reminders"
    links: ClassVar[tuple[str, ...]] = ("manage",)
    bulk: ClassVar[bool] = True

    days: Literal[7, 1]
    code: str = ""
    """What stands on their badge: shown as it is typed, and as a picture that the door scans. Empty: they have none."""

    @property
    def picture(self) -> str:
        """What the picture that goes with the mail says."""
        return self.code


class CertificateReady(ConveningMessage, frozen=True, kw_only=True, tag="certificate_ready"):
    """Your certificate is there, or there is a new one in place of it."""

    links: ClassVar[tuple[str, ...]] = ("certificate",)
    bulk: ClassVar[bool] = True

    hours: str
    """Such as “2.25 hours attended”."""
    again: bool = False


class Invitation(ConveningMessage, frozen=True, kw_only=True, tag="invitation"):
    """Please come, or say that you cannot: the link opens a form that is filled in."""

    stream: ClassVar[Stream | None] = "invitations"
    links: ClassVar[tuple[str, ...]] = ("invitation",)
    bulk: ClassVar[bool] = True

    until: datetime
    opens_at: datetime | None = None
    """When registration begins, where it has not yet."""
    again: bool = False
