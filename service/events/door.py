"""What happens at the door, and what is certified of it."""

from typing import ClassVar, TypeAlias
from uuid import UUID

from service.events.base import Event
from service.events.students import SignupEvent


class ArrivalEvent(Event, frozen=True):
    """An adult with a seat came or went; the scan says when."""

    leaves: ClassVar[bool] = True

    convening_id: UUID
    registration_id: UUID
    scan_id: UUID


class PersonCheckedIn(ArrivalEvent, frozen=True, tag="person_checked_in"):
    """An adult came in at the door of the house."""


class PersonCheckedOut(ArrivalEvent, frozen=True, tag="person_checked_out"):
    """An adult left the house."""


class StudentSignedIn(SignupEvent, frozen=True, tag="student_signed_in"):
    """A cleared student was signed in by a named adult."""

    scan_id: UUID


class StudentSignedOut(SignupEvent, frozen=True, tag="student_signed_out"):
    """A student was signed out."""

    scan_id: UUID


class ReleaseDoubted(SignupEvent, frozen=True, tag="release_doubted"):
    """A student went with somebody whom the family did not name, or against a stop, and no safety lead decided it."""

    scan_id: UUID


class UnclearedOnSite(Event, frozen=True, tag="uncleared_on_site"):
    """A minor who may not be checked in is in the house all the same; by this scan we know."""

    convening_id: UUID
    scan_id: UUID


class ScanUndone(Event, frozen=True, tag="scan_undone"):
    """A scan was a slip of the finger."""

    convening_id: UUID
    scan_id: UUID


class DoorPapersDue(Event, frozen=True, tag="door_papers_due"):
    """It is the evening before: the lists for the door are to be printed."""

    leaves: ClassVar[bool] = True

    convening_id: UUID


class CreditEvent(Event, frozen=True):
    """Something about what is certified of one registration."""

    leaves: ClassVar[bool] = True

    convening_id: UUID
    registration_id: UUID


class AttendanceCorrected(CreditEvent, frozen=True, tag="attendance_corrected"):
    """An organizer said something else than the scans."""


class HoursClaimed(CreditEvent, frozen=True, tag="hours_claimed"):
    """Somebody wants fewer hours certified than they attended, or all again."""


class CertificateDue(CreditEvent, frozen=True, tag="certificate_due"):
    """The convening is over, and this person came."""

    bulk: ClassVar[bool] = True


class CertificateMade(CreditEvent, frozen=True, tag="certificate_made"):
    """The PDF is there: it can be mailed."""

    bulk: ClassVar[bool] = True

    certificate_id: UUID


DoorFact: TypeAlias = (
    PersonCheckedIn
    | PersonCheckedOut
    | StudentSignedIn
    | StudentSignedOut
    | ReleaseDoubted
    | UnclearedOnSite
    | ScanUndone
    | DoorPapersDue
    | AttendanceCorrected
    | HoursClaimed
    | CertificateDue
    | CertificateMade
)
"""All of them; `service.events.facts` takes them up."""
