"""Event → what we do about it, where the door and what is certified of it are concerned."""

from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from emails.messages import CertificateReady, DoorNotice
from service import events
from service.attendance import certificate_queries, certificate_sheet, certifying, clock, queries
from service.convenings import queries as convenings
from service.db import Connection
from service.deliveries.facts import facts
from service.errors import NotFound
from service.events.door import CreditEvent
from workers.post import Desk, Reaction, Subject, owe

SOON = timedelta(hours=12)
"""An alert that nobody got for so long helps nobody."""
KEEPERS = ["front_desk", "safety_lead", "organizer"]


async def tell_uncleared(conn: Connection, desk: Desk, event_id: UUID, event: events.UnclearedOnSite) -> None:
    """A minor is here who may not be checked in → the safety lead hears at once; where there is none, the organizers."""
    await _alert(conn, desk, event_id, event.convening_id, event.scan_id, "uncleared")


async def tell_release(conn: Connection, desk: Desk, event_id: UUID, event: events.ReleaseDoubted) -> None:
    """A student went with somebody whom nobody named → the same."""
    if event.scan_id not in await queries.undone(conn, event.convening_id, [event.scan_id]):
        await _alert(conn, desk, event_id, event.convening_id, event.scan_id, "release")


async def tell_papers(conn: Connection, desk: Desk, event_id: UUID, event: events.DoorPapersDue) -> None:
    """The evening before → who keeps the door prints."""
    convening = await convenings.convening(conn, event.convening_id)
    if convening.state != "published":
        return
    for keeper in await clock.keepers(conn, event.convening_id, KEEPERS):
        subject = Subject(event.convening_id, event.convening_id, keeper.person_id, keeper.email)
        message = _notice("papers", event.convening_id, convening.title, convening.starts_at, convening.time_zone)
        await owe(conn, desk, subject, message, event_id=event_id, not_after=convening.starts_at)


async def certify_all(conn: Connection, desk: Desk, _: UUID, event: events.ConveningCompleted) -> None:
    """It is over → a certificate is due to each adult who came, one by one."""
    await certifying.renew(conn, await convenings.convening(conn, event.convening_id), desk.now)


async def certify(conn: Connection, desk: Desk, _: UUID, event: CreditEvent) -> None:
    """Hours are due, were corrected, or are claimed otherwise → what is certified follows; the PDF is owed."""
    try:
        await certifying.certify(conn, event.convening_id, event.registration_id, desk.organizer, desk.now)
    except NotFound:
        return


async def send_certificate(conn: Connection, desk: Desk, event_id: UUID, event: events.CertificateMade) -> None:
    """The PDF is there → its person hears; not where it was replaced meanwhile."""
    row = await certificate_queries.certificate(conn, event.certificate_id)
    if row.replaced_at is not None:
        return
    known = await facts(conn, event.registration_id)
    message = CertificateReady(
        name=known.registration.name,
        gathering=known.gathering,
        reader_zone=known.reader_zone,
        hours=certificate_sheet.in_words(row),
        again=row.number > 1,
    )
    await owe(conn, desk, known, message, event_id=event_id)


async def _alert(
    conn: Connection,
    desk: Desk,
    event_id: UUID,
    convening_id: UUID,
    scan_id: UUID,
    about: Literal["uncleared", "release"],
) -> None:
    convening = await convenings.convening(conn, convening_id)
    leads = await clock.keepers(conn, convening_id, ["safety_lead"])
    for lead in leads or await clock.keepers(conn, convening_id, ["organizer"]):
        subject = Subject(scan_id, convening_id, lead.person_id, lead.email)
        message = _notice(about, convening_id, convening.title, desk.now, convening.time_zone)
        await owe(conn, desk, subject, message, event_id=event_id, not_after=desk.now + SOON)


def _notice(
    about: Literal["uncleared", "release", "papers"], convening_id: UUID, title: str, at: datetime, zone: str
) -> DoorNotice:
    return DoorNotice(about=about, page=f"/door/convenings/{convening_id}", convening=title, at=at, time_zone=zone)


REACTIONS: dict[type[events.Event], tuple[Reaction, ...]] = {
    events.PersonCheckedIn: (),
    events.PersonCheckedOut: (),
    events.StudentSignedIn: (),
    events.StudentSignedOut: (),
    events.ReleaseDoubted: (tell_release,),
    events.UnclearedOnSite: (tell_uncleared,),
    events.ScanUndone: (),
    events.DoorPapersDue: (tell_papers,),
    events.AttendanceCorrected: (certify,),
    events.HoursClaimed: (certify,),
    events.CertificateDue: (certify,),
    events.CertificateMade: (send_certificate,),
}
