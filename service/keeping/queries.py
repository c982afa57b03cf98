"""Questions about students whose data are to go, about holds, requests and tombstones."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection
from service.keeping.rules import ExportKind, OrderedBy, RequestKind


class GoingRow(Struct, frozen=True):
    """A student whose data can be deleted, and where they are signed up."""

    id: UUID
    panel_id: UUID
    convening_id: UUID
    school_id: UUID


class SchoolRow(Struct, frozen=True):
    """What we hold of a school's students, in numbers: people, signed forms, mails to families, files in use."""

    id: UUID
    name: str
    students: int
    forms: int
    mails: int
    media: int
    """Photos, recordings and quotes that are published and have one of them in it."""


class HoldRow(Struct, frozen=True):
    """A legal hold; `convening` is empty for one of everything."""

    id: UUID
    convening_id: UUID | None
    convening: str
    reason: str
    begun_by: str
    begun_at: datetime
    ended_by: str
    ended_at: datetime | None


class RequestRow(Struct, frozen=True):
    """What a family asked a person for; `label` is empty where the student's data are gone."""

    id: UUID
    signup_id: UUID
    convening_id: UUID
    convening: str
    label: str
    kind: RequestKind
    asked_at: datetime
    due_at: datetime
    done_at: datetime | None
    done_by: str


class AskedRow(Struct, frozen=True):
    """Families of a convening who wait for a person, and by when the first has a right to an answer."""

    convening_id: UUID
    open: int
    due_at: datetime


class ExportRow(Struct, frozen=True):
    """A file of students that somebody took along: its number, who, what, of what, how many."""

    id: UUID
    kind: ExportKind
    viewer: str
    of: str
    students: int
    created_at: datetime


class TombstoneRow(Struct, frozen=True):
    """A student of whom nothing is left: by whose order, and what went."""

    signup_id: UUID
    ordered_by: OrderedBy
    person: str
    what: list[str]
    created_at: datetime


class TitleRow(Struct, frozen=True):
    """A convening."""

    id: UUID
    title: str


async def going(conn: Connection, signup_ids: Sequence[UUID]) -> list[GoingRow]:
    """These sign-ups, in the order in which their panels are locked."""
    return await db.many(
        conn,
        GoingRow,
        """select u.id, u.panel_id, s.convening_id, u.school_id
             from signup u join panel p on p.id = u.panel_id join session s on s.id = p.session_id
            where u.id = any($1::uuid[]) order by u.panel_id, u.id""",
        signup_ids,
    )


async def of_school(conn: Connection, school_id: UUID) -> list[UUID]:
    """All sign-ups of a school."""
    return await db.many(conn, UUID, "select id from signup where school_id = $1 order by id", school_id)


async def school(conn: Connection, school_id: UUID) -> SchoolRow:
    """A school's students in numbers; raises NotFound."""
    return await db.one(
        conn,
        SchoolRow,
        """select h.id, h.name, (select count(*) from signup u where u.school_id = h.id) as students,
                  (select count(*) from signup u join evidence e on e.signup_id = u.id
                     join evidence_body b on b.evidence_id = e.id
                    where u.school_id = h.id and e.kind in ('signed', 'signed_paper')) as forms,
                  (select count(*) from signup u join delivery d on d.signup_id = u.id and d.message <> '{}'::jsonb
                    where u.school_id = h.id
                      and (d.kind <> 'family_survey' or not tells_who_answered(d.kind, d.state, d.subject_id))) as mails,
                  (select count(distinct m.item_id) from signup u join media_student m on m.signup_id = u.id
                    where u.school_id = h.id and m.down_at is null) as media
             from school h where h.id = $1""",
        school_id,
    )


async def is_held(conn: Connection, convening_ids: Sequence[UUID]) -> bool:
    """Whether a legal hold runs over one of these convenings, or over everything."""
    return await db.one(
        conn,
        bool,
        """select exists (select from legal_hold where ended_at is null
                             and (convening_id is null or convening_id = any($1::uuid[]))) as is_held""",
        convening_ids,
    )


async def is_erased(conn: Connection, signup_id: UUID) -> bool:
    """Whether everything about a student was deleted."""
    return await db.one(conn, bool, "select exists (select from erasure where signup_id = $1) as is_erased", signup_id)


async def holds(conn: Connection) -> list[HoldRow]:
    """All holds, those that run first."""
    return await db.many(
        conn,
        HoldRow,
        """select l.id, l.convening_id, coalesce(c.title, '') as convening, l.reason, coalesce(p.name, '') as begun_by,
                  l.begun_at, coalesce(q.name, '') as ended_by, l.ended_at
             from legal_hold l left join convening c on c.id = l.convening_id
             left join person p on p.id = l.begun_by left join person q on q.id = l.ended_by
            order by l.ended_at is not null, l.begun_at desc""",
    )


async def hold(conn: Connection, hold_id: UUID) -> UUID:
    """That there is such a hold; raises NotFound."""
    return await db.one(conn, UUID, "select id from legal_hold where id = $1", hold_id)


async def requests(conn: Connection, convening_id: UUID | None, request_id: UUID | None = None) -> list[RequestRow]:
    """What families asked for, of one convening or one by itself: open ones first, as they are due."""
    return await db.many(
        conn,
        RequestRow,
        """select r.id, r.signup_id, r.convening_id, c.title as convening, coalesce(u.label, '') as label, r.kind,
                  r.asked_at, r.due_at, r.done_at, coalesce(p.name, '') as done_by
             from student_request r join convening c on c.id = r.convening_id
             left join signup u on u.id = r.signup_id left join person p on p.id = r.done_by
            where ($1::uuid is null or r.convening_id = $1) and ($2::uuid is null or r.id = $2)
            order by r.done_at is not null, r.due_at, r.id""",
        convening_id,
        request_id,
    )


async def asked(conn: Connection, convening_ids: Sequence[UUID]) -> list[AskedRow]:
    """How many families wait for a person."""
    return await db.many(
        conn,
        AskedRow,
        """select convening_id, count(*) as open, min(due_at) as due_at from student_request
            where done_at is null and convening_id = any($1::uuid[]) group by convening_id""",
        convening_ids,
    )


async def asked_by(conn: Connection, signup_id: UUID, consent_id: UUID | None) -> list[RequestRow]:
    """What one signer asked for (None: who holds the slip), and nobody else of the family."""
    return await db.many(
        conn,
        RequestRow,
        """select r.id, r.signup_id, r.convening_id, c.title as convening, '' as label, r.kind,
                  r.asked_at, r.due_at, r.done_at, '' as done_by
             from student_request r join convening c on c.id = r.convening_id
            where r.signup_id = $1 and r.consent_id is not distinct from $2 order by r.asked_at, r.id""",
        signup_id,
        consent_id,
    )


async def exports(conn: Connection, most: int) -> list[ExportRow]:
    """The latest files first."""
    return await db.many(
        conn,
        ExportRow,
        """select e.id, e.kind, coalesce(p.name, '') as viewer, concat_ws(', ', c.title, h.name) as of, e.students,
                  e.created_at
             from student_export e left join merged_person g on g.former_id = e.person_id
             left join person p on p.id = coalesce(g.person_id, e.person_id)
             left join convening c on c.id = e.convening_id left join merged_school m on m.former_id = e.school_id
             left join school h on h.id = coalesce(m.school_id, e.school_id)
            order by e.created_at desc, e.id desc limit $1""",
        most,
    )


async def tombstones(conn: Connection, school_id: UUID) -> list[TombstoneRow]:
    """Of a school, the latest first."""
    return await db.many(
        conn,
        TombstoneRow,
        """select e.signup_id, e.ordered_by, coalesce(p.name, '') as person, e.what, e.created_at
             from erasure e left join merged_person g on g.former_id = e.person_id
             left join person p on p.id = coalesce(g.person_id, e.person_id)
            where e.school_id = $1 or e.school_id = any(array(select former_id from merged_school where school_id = $1))
            order by e.created_at desc, e.id desc limit 200""",
        school_id,
    )


async def with_panels(conn: Connection) -> list[TitleRow]:
    """Convenings that have students, the latest first."""
    return await db.many(
        conn,
        TitleRow,
        """select c.id, c.title from convening c
            where exists (select from session s join panel p on p.session_id = s.id where s.convening_id = c.id)
            order by c.starts_at desc, c.id""",
    )
