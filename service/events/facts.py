"""Every event as one tagged union: a fact in the past tense that carries ids only."""

from datetime import datetime
from typing import ClassVar, TypeAlias
from uuid import UUID

from service.events.base import Event
from service.events.bulk import BulkFact
from service.events.coaching import CoachingFact
from service.events.door import DoorFact
from service.events.materials import MaterialFact
from service.events.registrations import RegistrationEvent, RegistrationFact
from service.events.students import StudentFact
from service.events.surveys import SurveyFact


class ConveningEvent(Event, frozen=True):
    """Something about one convening."""

    leaves: ClassVar[bool] = True

    convening_id: UUID


class ConveningCreated(ConveningEvent, frozen=True, tag="convening_created"):
    """A draft was made."""


class ConveningPublished(ConveningEvent, frozen=True, tag="convening_published"):
    """People can see it and, within its window, register."""


class ConveningChanged(ConveningEvent, frozen=True, tag="convening_changed"):
    """Some of its facts or sessions are different; calendars follow where it matters to them."""


class ConveningRemoved(ConveningEvent, frozen=True, tag="convening_removed"):
    """A draft was thrown away."""


class ConveningCancelled(ConveningEvent, frozen=True, tag="convening_cancelled"):
    """It does not take place."""


class ConveningCompleted(ConveningEvent, frozen=True, tag="convening_completed"):
    """It took place."""


class InvitationEvent(Event, frozen=True):
    """Something about one personal invitation."""

    leaves: ClassVar[bool] = True

    convening_id: UUID
    invitation_id: UUID


class PersonInvited(InvitationEvent, frozen=True, tag="person_invited"):
    """An organizer invites somebody, alone or among many: a mail with the link follows."""

    bulk: ClassVar[bool] = True


class InvitationRepeated(InvitationEvent, frozen=True, tag="invitation_repeated"):
    """Who has not answered is asked once more."""

    bulk: ClassVar[bool] = True


class InvitationDeclined(InvitationEvent, frozen=True, tag="invitation_declined"):
    """The person said that they cannot come."""


class InvitationEnded(InvitationEvent, frozen=True, tag="invitation_ended"):
    """An organizer took the invitation back: its link leads nowhere."""


class ConveningChangeReached(RegistrationEvent, frozen=True, tag="convening_change_reached"):
    """A change of the convening reached this registration."""

    bulk: ClassVar[bool] = True


class CancellationReached(RegistrationEvent, frozen=True, tag="cancellation_reached"):
    """The convening of this registration does not take place."""

    bulk: ClassVar[bool] = True


class ReminderReached(RegistrationEvent, frozen=True, tag="reminder_reached"):
    """The reminder that was due at `due_at`, `days` before the convening, is this registration's too."""

    bulk: ClassVar[bool] = True

    days: int
    due_at: datetime


class ReminderDue(ConveningEvent, frozen=True, tag="reminder_due"):
    """The moment to remind the people of a convening came; `days` before it, at `due_at`."""

    days: int
    due_at: datetime


class PersonAddressChanged(Event, frozen=True, tag="person_address_changed"):
    """Somebody signs in with another address; what it was before is kept under `former_address_id`."""

    person_id: UUID
    former_address_id: UUID


class SignInAsked(Event, frozen=True, tag="sign_in_asked"):
    """Somebody wants to sign in; whether anybody has the address, the reaction sees."""

    sign_in_id: UUID


class DeliveryRepeated(Event, frozen=True, tag="delivery_repeated"):
    """An organizer wants a mail sent again: a new delivery follows, once for each."""

    delivery_id: UUID


class DeliveryDecided(Event, frozen=True, tag="delivery_decided"):
    """A person said what became of a mail that was handed over in doubt."""

    delivery_id: UUID


class TestMailAsked(Event, frozen=True, tag="test_mail_asked"):
    """Somebody wants a sample mailed to themselves; `sample` is its name among the samples."""

    __test__: ClassVar[bool] = False

    person_id: UUID
    sample: str


class WebhookTested(Event, frozen=True, tag="webhook_tested"):
    """An organizer wants to see whether a webhook works; this webhook alone is told."""

    leaves: ClassVar[bool] = True

    webhook_id: UUID


AnyEvent: TypeAlias = (
    StudentFact
    | DoorFact
    | SurveyFact
    | CoachingFact
    | BulkFact
    | MaterialFact
    | ConveningCreated
    | ConveningPublished
    | ConveningChanged
    | ConveningCancelled
    | ConveningCompleted
    | ConveningRemoved
    | RegistrationFact
    | PersonInvited
    | InvitationRepeated
    | InvitationDeclined
    | InvitationEnded
    | ConveningChangeReached
    | CancellationReached
    | ReminderReached
    | ReminderDue
    | PersonAddressChanged
    | SignInAsked
    | DeliveryRepeated
    | DeliveryDecided
    | TestMailAsked
    | WebhookTested
)
