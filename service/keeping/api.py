"""What the nights deleted, and erasure on order, as JSON for organizers."""

from datetime import date, datetime
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath, JSONBody
from msgspec import Struct

from service.access import acts
from service.access.api import KnownCaller
from service.access.rules import LastOrganizer
from service.errors import NotFound
from service.keeping import erasing, examples, person_erasing, queries, report, retention_queries
from service.keeping.erasing import Order
from service.keeping.periods import periods
from service.keeping.person_rules import ErasedAlready, NotYourself, PersonOnHold
from service.keeping.report import KindRow
from service.keeping.rules import NothingToDelete, NotTyped, OnHold
from service.members import erased
from service.text import Line, folded
from service.web.deps import AnyRequest, Conn, Given, Now, PageSize
from service.web.security import client_address


class Night(Struct, frozen=True):
    """What one night did; without `ended_at` it is under way, or broke off."""

    night: date
    started_at: datetime
    ended_at: datetime | None
    nothing_was_due: bool
    kinds: list[KindRow]


class NightList(Struct, frozen=True):
    """The last nights, the latest first."""

    items: list[Night]


class ErasureOrder(Struct, frozen=True, forbid_unknown_fields=True):
    """The name of whom it is about, as it stands here: so that nobody erases by a wrong id."""

    name: Line


class SchoolErased(Struct, frozen=True):
    """How many students' data are gone."""

    students: int


class PersonErasure(Struct, frozen=True):
    """A tombstone; without `done_at` mails that take entries out of their calendar are on their way."""

    person_id: UUID
    ordered_at: datetime
    done_at: datetime | None
    what: list[str]


@get("/retention", access="organizer", shows=examples.NIGHTS)
async def list_nights(conn: Conn, settings: Given, limit: PageSize = 30) -> NightList:
    """What each night deleted by kind, what it found that should be gone, and whether dead rows were cleared away."""
    runs, kept = await retention_queries.nights(conn, limit), periods(settings)
    return NightList(
        [Night(run.night, run.started_at, run.ended_at, run.was_quiet, report.kinds(run, kept)) for run in runs]
    )


@post(
    "/schools/{school_id:uuid}/erasure",
    access="organizer",
    sends=examples.SCHOOL_ORDER,
    shows=examples.SCHOOL_ERASED,
    refuses=[OnHold, NothingToDelete, NotTyped],
    status_code=200,
)
async def erase_students(
    request: AnyRequest,
    school_id: FromPath[UUID],
    data: JSONBody[ErasureOrder],
    caller: KnownCaller,
    conn: Conn,
    now: Now,
) -> SchoolErased:
    """Everything about all students of a school goes, and tombstones stay. Nobody can undo it."""
    school = await queries.school(conn, school_id)
    if folded(data.name) != folded(school.name):
        raise NotTyped(pointer="/name")
    count = await erasing.erase_school(conn, school_id, Order("organizer", caller.person_id), now)
    await acts.note(conn, request, "students_erased", ("school", school_id), now, count=str(count))
    return SchoolErased(count)


@post(
    "/people/{person_id:uuid}/erasure",
    access="organizer",
    sends=examples.PERSON_ORDER,
    shows=examples.PERSON_ERASED,
    refuses=[PersonOnHold, NotYourself, LastOrganizer, ErasedAlready, NotTyped],
    status_code=200,
)
async def erase_person(
    request: AnyRequest,
    person_id: FromPath[UUID],
    data: JSONBody[ErasureOrder],
    caller: KnownCaller,
    conn: Conn,
    now: Now,
    settings: Given,
) -> PersonErasure:
    """A member, coach, school contact or guest is erased: seats go on, calendars are told, then all else goes."""
    if await erased.tombstone(conn, person_id):
        raise ErasedAlready
    held = await person_erasing.preview(conn, person_id, now)
    if folded(data.name) != folded(held.name):
        raise NotTyped(pointer="/name")
    await person_erasing.order(conn, person_id, caller.person_id, settings.secret_key, client_address(request), now)
    await acts.note(conn, request, "person_erased", ("person", person_id), now)
    stone = await erased.tombstone(conn, person_id)
    if stone is None:
        raise NotFound
    return PersonErasure(stone.person_id, stone.ordered_at, stone.done_at, stone.what)


API = [list_nights, erase_students, erase_person]
"""This slice's routes under /api/v1."""
