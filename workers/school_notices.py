"""What follows for contacts of schools: something waits for them. No mail names a student or a guardian (W3)."""

from typing import Any
from uuid import UUID

from emails.messages import SchoolNotice
from emails.messages.families import Noticing
from service import events
from service.consents import answer_writes, assent_queries, cadence_queries, school_queries
from service.consents.speaking import ENGLISH
from service.db import Connection
from service.members import places
from workers.post import Desk, Subject, owe


async def tell_calls(conn: Connection, desk: Desk, event_id: UUID, event: events.CallListDue) -> None:
    """T-17 → each contact hears how many families to call, and where the list is."""
    school_id = await places.school_stays_as(conn, event.school_id) or event.school_id
    found = await cadence_queries.calls(conn, event.convening_id, school_id)
    if not found:
        return
    page = f"/school/panels/{found[0].panel_id}/calls" if len(found) == 1 else "/school"
    for contact in await school_queries.contacts(conn, school_id):
        by = ENGLISH.until(max(one.until for one in found), contact.time_zone)
        message = SchoolNotice(
            name=contact.name,
            school=contact.school_name,
            about="calls",
            page=page,
            count=sum(one.count for one in found),
            by=by,
        )
        subject = Subject(school_id, event.convening_id, contact.person_id, contact.email, contact.time_zone)
        await owe(conn, desk, subject, message, event_id=event_id)


async def tell_slip(conn: Connection, desk: Desk, event_id: UUID, event: events.ConsentSigned) -> None:
    """A slip was signed → somebody of the school confirms who did (E3)."""
    consent = await answer_writes.consent(conn, event.consent_id)
    if consent.state == "signed_unverified":
        await _tell(conn, desk, event_id, event, "slip")


async def tell_objection(conn: Connection, desk: Desk, event_id: UUID, event: events.ConsentObjected) -> None:
    """A guardian objects → the school hears that everything rests, and nothing about either guardian."""
    await _tell(conn, desk, event_id, event, "objection")


async def tell_talk(conn: Connection, desk: Desk, event_id: UUID, event: events.StudentAnswered) -> None:
    """A student wants to talk first → somebody of the school finds a quiet moment."""
    found = await assent_queries.assent(conn, event.signup_id)
    if found.state == "talk_first":
        await _tell(conn, desk, event_id, event, "talk")


async def tell_of_age(conn: Connection, desk: Desk, event_id: UUID, event: events.StudentOfAge) -> None:
    """A student came of age (F8) → somebody of the school hands them the slip: no mail of ours reaches them."""
    await _tell(conn, desk, event_id, event, "of_age")


async def tell_asked_again(conn: Connection, desk: Desk, event_id: UUID, event: events.StudentAskedAgain) -> None:
    """The students' own text has changed → somebody of the school hands out the slip once more."""
    found = await assent_queries.assent(conn, event.signup_id)
    if found.state == "asked":
        await _tell(conn, desk, event_id, event, "again")


async def _tell(conn: Connection, desk: Desk, event_id: UUID, event: Any, about: Noticing) -> None:
    """One mail to each contact of the student's school, at once."""
    school_id = await school_queries.school_of(conn, event.signup_id)
    for contact in await school_queries.contacts(conn, school_id):
        message = SchoolNotice(
            name=contact.name, school=contact.school_name, about=about, page=f"/school/signups/{event.signup_id}"
        )
        subject = Subject(event.signup_id, event.convening_id, contact.person_id, contact.email, signup_id=event.signup_id)
        await owe(conn, desk, subject, message, event_id=event_id)
