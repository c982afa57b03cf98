"""What happened to one registration: recorded facts, decisions with their reasons, mails."""

from datetime import datetime
from typing import Literal, TypeAlias
from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection
from service.registrations.office_words import EVENT_WORDS, NOTE_WORDS


class FactRow(Struct, frozen=True):
    """One recorded event."""

    kind: str
    created_at: datetime


class NoteRow(Struct, frozen=True):
    """A decision, by whom and why; `decider` is empty where the person is gone."""

    action: str
    reason: str
    decider: str
    created_at: datetime


class MailRow(Struct, frozen=True):
    """One mail about the registration."""

    id: UUID
    kind: str
    state: str
    recipient: str
    created_at: datetime
    sent_at: datetime | None


class AnsweredRow(Struct, frozen=True):
    """What somebody's calendar answered to the invitation, and whether the answer was proven to be theirs."""

    partstat: Literal["ACCEPTED", "TENTATIVE"]
    answered_at: datetime
    is_proven: bool

    @property
    def words(self) -> str:
        """As a page says it."""
        return "Yes" if self.partstat == "ACCEPTED" else "Perhaps"


class Happened(Struct, frozen=True):
    """One line of the history."""

    at: datetime
    words: str
    reason: str = ""
    decider: str = ""


async def history(conn: Connection, registration_id: UUID) -> list[Happened]:
    """In its order; a decision stands behind the facts of the same moment."""
    facts = [Happened(one.created_at, EVENT_WORDS.get(one.kind, one.kind)) for one in await _facts(conn, registration_id)]
    notes = [
        Happened(one.created_at, NOTE_WORDS[one.action], one.reason, one.decider)
        for one in await _notes(conn, registration_id)
    ]
    return sorted([*facts, *notes], key=lambda one: one.at)


async def _facts(conn: Connection, registration_id: UUID) -> list[FactRow]:
    return await db.many(
        conn,
        FactRow,
        "select kind, created_at from event where payload ->> 'registration_id' = $1::uuid::text order by ordinal",
        registration_id,
    )


async def _notes(conn: Connection, registration_id: UUID) -> list[NoteRow]:
    return await db.many(
        conn,
        NoteRow,
        """select n.action, n.reason, coalesce(p.name, '') as decider, n.created_at
             from registration_note n left join person p on p.id = n.person_id
            where n.registration_id = $1 order by n.created_at, n.id""",
        registration_id,
    )


EndedBy: TypeAlias = Literal["self", "calendar", "organizer", "handed over"]
_ENDED_BY: dict[str, EndedBy] = {"calendar_declined": "calendar", "withdrawn": "organizer", "handed_over": "handed over"}


async def ended_by(conn: Connection, registration_id: UUID) -> EndedBy:
    """Who withdrew a registration; what was decided about it before it was withdrawn says nothing about that."""
    action = await db.maybe(
        conn,
        str,
        """select n.action from registration_note n join registration r on r.id = n.registration_id
            where r.id = $1 and n.action in ('withdrawn', 'handed_over', 'calendar_declined')
              and n.created_at >= r.changed_at
            order by n.created_at desc, n.id desc limit 1""",
        registration_id,
    )
    return "self" if action is None else _ENDED_BY[action]


async def answered(conn: Connection, registration_id: UUID) -> AnsweredRow | None:
    """What the calendar says to the time that stands; None where it has not answered."""
    return await db.maybe(
        conn,
        AnsweredRow,
        """select partstat, answered_at, answer_proven as is_proven from calendar_entry
            where registration_id = $1 and ended_at is null and partstat is not null
              and answered_sequence >= timed_sequence""",
        registration_id,
    )


async def mails(conn: Connection, registration_id: UUID) -> list[MailRow]:
    """The mails about it, oldest first; tests that organizers sent to themselves are left out."""
    return await db.many(
        conn,
        MailRow,
        """select id, kind, state, recipient, created_at, sent_at from delivery
            where subject_id = $1 and not is_test order by created_at, id limit 200""",
        registration_id,
    )
