"""What happens to registrations: where each stands, and what a calendar says to it."""

from typing import ClassVar, TypeAlias
from uuid import UUID

from service.events.base import Event


class RegistrationEvent(Event, frozen=True):
    """Something about one registration."""

    leaves: ClassVar[bool] = True

    convening_id: UUID
    registration_id: UUID


class RegistrationHeld(RegistrationEvent, frozen=True, tag="registration_held"):
    """The public form came in; the address is not confirmed."""


class RegistrationRepeated(RegistrationEvent, frozen=True, tag="registration_repeated"):
    """The public form came in again for an address that has a live registration."""


class RegistrationConfirmed(RegistrationEvent, frozen=True, tag="registration_confirmed"):
    """The person has a seat."""


class RegistrationWaitlisted(RegistrationEvent, frozen=True, tag="registration_waitlisted"):
    """The person waits."""


class RegistrationOffered(RegistrationEvent, frozen=True, tag="registration_offered"):
    """A freed seat is theirs until a deadline."""


class RegistrationDeclined(RegistrationEvent, frozen=True, tag="registration_declined"):
    """The person said no to an offer."""


class RegistrationWithdrawn(RegistrationEvent, frozen=True, tag="registration_withdrawn"):
    """The person gave the seat or the place on the list back."""


class HoldExpired(RegistrationEvent, frozen=True, tag="hold_expired"):
    """The address was not confirmed in time."""


class OfferExpired(RegistrationEvent, frozen=True, tag="offer_expired"):
    """The offer was not answered in time."""


class RegistrationChanged(RegistrationEvent, frozen=True, tag="registration_changed"):
    """Sessions, needs or the name are different."""


class RegistrationAddressChanged(RegistrationEvent, frozen=True, tag="registration_address_changed"):
    """The person corrected the address."""


class CalendarAnswered(RegistrationEvent, frozen=True, tag="calendar_answered"):
    """The person's calendar said yes or perhaps; the page of the registration says which."""


class CalendarDoubted(RegistrationEvent, frozen=True, tag="calendar_doubted"):
    """A calendar said no, and nothing proves that the person meant it: they are asked."""


class CalendarRefreshed(RegistrationEvent, frozen=True, tag="calendar_refreshed"):
    """The person's calendar asked for its entry again."""


RegistrationFact: TypeAlias = (
    RegistrationHeld
    | RegistrationRepeated
    | RegistrationConfirmed
    | RegistrationWaitlisted
    | RegistrationOffered
    | RegistrationDeclined
    | RegistrationWithdrawn
    | HoldExpired
    | OfferExpired
    | RegistrationChanged
    | RegistrationAddressChanged
    | CalendarAnswered
    | CalendarDoubted
    | CalendarRefreshed
)
