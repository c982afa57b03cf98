"""Event → what we do about it, where the door and what is certified of it are concerned."""

from service import events
from workers.post import Reaction

REACTIONS: dict[type[events.Event], tuple[Reaction, ...]] = {
    events.PersonCheckedIn: (),
    events.PersonCheckedOut: (),
    events.StudentSignedIn: (),
    events.StudentSignedOut: (),
    events.ReleaseDoubted: (),
    events.UnclearedOnSite: (),
    events.ScanUndone: (),
    events.DoorPapersDue: (),
    events.AttendanceCorrected: (),
    events.HoursClaimed: (),
    events.CertificateDue: (),
    events.CertificateMade: (),
}
