"""What happens with panels, sign-ups and consents."""

from datetime import datetime
from typing import ClassVar, Literal, TypeAlias
from uuid import UUID

from service.events.base import Event


class PanelCreated(Event, frozen=True, tag="panel_created"):
    """A session became a student panel."""

    convening_id: UUID
    panel_id: UUID


class PanelChanged(Event, frozen=True, tag="panel_changed"):
    """Its seats, topics, moderator or kept places are different."""

    convening_id: UUID
    panel_id: UUID


class SignupEvent(Event, frozen=True):
    """Something about one sign-up of a student."""

    convening_id: UUID
    signup_id: UUID


class StudentSignedUp(SignupEvent, frozen=True, tag="student_signed_up"):
    """A school named a student, or had a slip made."""


class SignupWithdrawn(SignupEvent, frozen=True, tag="signup_withdrawn"):
    """The school took a student off its list."""


class ConsentAsked(SignupEvent, frozen=True, tag="consent_asked"):
    """The form is out: by mail, by slip, or by the school's own call."""


class ConsentAskedAgain(SignupEvent, frozen=True, tag="consent_asked_again"):
    """The school sends the form once more to who has not answered."""


class ConsentReminderDue(SignupEvent, frozen=True, tag="consent_reminder_due"):
    """The clock came to a reminder of one signer; `reminding` is `first`, `second` or `last_day`."""

    bulk: ClassVar[bool] = True

    consent_id: UUID
    reminding: Literal["first", "second", "last_day"]
    due_at: datetime


class LogisticsDue(SignupEvent, frozen=True, tag="logistics_due"):
    """The convening is a week away or less, and the student of this signer has a seat."""

    bulk: ClassVar[bool] = True

    consent_id: UUID


class CallListDue(Event, frozen=True, tag="call_list_due"):
    """The day came on which a school calls the families that have not answered."""

    convening_id: UUID
    school_id: UUID


class ConsentSigned(SignupEvent, frozen=True, tag="consent_signed"):
    """Somebody signed; whether that is a yes, and whose, stands in today's facts."""

    consent_id: UUID


class ConsentConfirmed(SignupEvent, frozen=True, tag="consent_confirmed"):
    """The school knows who signed on a slip."""

    consent_id: UUID


class ConsentRefused(SignupEvent, frozen=True, tag="consent_refused"):
    """The answer is no."""

    consent_id: UUID


class ConsentObjected(SignupEvent, frozen=True, tag="consent_objected"):
    """A guardian objects; the district decides."""

    consent_id: UUID


class ObjectionResolved(SignupEvent, frozen=True, tag="objection_resolved"):
    """The district decided about an objection."""

    consent_id: UUID


class ConsentCodeAsked(Event, frozen=True, tag="consent_code_asked"):
    """Somebody who has a signer's link wants the code that goes to the signer's address."""

    code_id: UUID


class ConsentWithdrawn(SignupEvent, frozen=True, tag="consent_withdrawn"):
    """A yes was taken back."""

    consent_id: UUID


class DayFactsWritten(SignupEvent, frozen=True, tag="day_facts_written"):
    """Who signed wrote what helpers must know on the day."""

    consent_id: UUID


class GlassBroken(SignupEvent, frozen=True, tag="glass_broken"):
    """An organizer looked at what stands behind the glass, and said why."""

    glass_break_id: UUID


class StudentAnswered(SignupEvent, frozen=True, tag="student_answered"):
    """The student said yes, no, or that they want to talk first."""


class SeatGiven(SignupEvent, frozen=True, tag="seat_given"):
    """A cleared student has a seat on the panel."""


class ConsentExpired(SignupEvent, frozen=True, tag="consent_expired"):
    """Nobody answered in time; the place goes to the next student."""


class AlternateMovedUp(SignupEvent, frozen=True, tag="alternate_moved_up"):
    """A place became free, and is this student's now; the seat comes with the last yes."""


class SignupLapsed(SignupEvent, frozen=True, tag="signup_lapsed"):
    """The roster was locked before everything was there."""


class StudentAskedAgain(SignupEvent, frozen=True, tag="student_asked_again"):
    """The students' own text has changed, so that the student answers once more."""


class StudentOfAge(SignupEvent, frozen=True, tag="student_of_age"):
    """The student signs alone from now on; no mail of ours reaches them, so the school hands them a slip."""


class StudentErased(SignupEvent, frozen=True, tag="student_erased"):
    """Everything about a student was deleted; whoever holds a copy deletes it too."""


class PlacesReleased(Event, frozen=True, tag="places_released"):
    """A day until which places were kept for schools is over; the unused ones are anybody's."""

    convening_id: UUID
    panel_id: UUID


class RosterLocked(Event, frozen=True, tag="roster_locked"):
    """Three days before the convening: from now on nobody gets a seat who is not cleared yet."""

    convening_id: UUID
    panel_id: UUID


class SecondGuardianAsked(SignupEvent, frozen=True, tag="second_guardian_asked"):
    """The form is out to a second guardian."""

    consent_id: UUID


class InterpreterAsked(SignupEvent, frozen=True, tag="interpreter_asked"):
    """A family wants an interpreter: an adult looks for one."""

    consent_id: UUID


class InterpreterFound(SignupEvent, frozen=True, tag="interpreter_found"):
    """Somebody has interpreted for a family."""


StudentFact: TypeAlias = (
    PanelCreated
    | PanelChanged
    | StudentSignedUp
    | SignupWithdrawn
    | ConsentAsked
    | ConsentAskedAgain
    | ConsentReminderDue
    | LogisticsDue
    | CallListDue
    | ConsentSigned
    | ConsentConfirmed
    | ConsentRefused
    | ConsentObjected
    | ConsentWithdrawn
    | ObjectionResolved
    | ConsentCodeAsked
    | DayFactsWritten
    | GlassBroken
    | StudentAnswered
    | SeatGiven
    | ConsentExpired
    | AlternateMovedUp
    | SignupLapsed
    | PlacesReleased
    | RosterLocked
    | StudentAskedAgain
    | StudentErased
    | StudentOfAge
    | SecondGuardianAsked
    | InterpreterAsked
    | InterpreterFound
)
"""All of them; `service.events.facts` takes them up."""
