"""How the convenings of somebody's reach stand, read at one moment; and the same as the figures that a page keeps fresh."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Protocol, TypeVar
from uuid import UUID

from msgspec import Struct

from service.attendance import day_queries
from service.backups import queries as backups
from service.consents import copies
from service.convenings.queries import ConveningRow
from service.convenings.rules import Phase, phase
from service.convenings.views import Shown
from service.db import Connection
from service.deliveries import heartbeats
from service.deliveries import office_queries as mail
from service.deliveries.office_queries import StandingRow
from service.deliveries.rules import CONTENT_LIFE
from service.exchange import inbox, webhook_queries
from service.home import overview
from service.home import overview_queries as queries
from service.home.health import readiness
from service.home.overview import nobody_invited, nothing_owed
from service.home.overview_queries import FiguresRow
from service.home.overview_words import heading
from service.home.seen import Seen, SeenOfAll
from service.keeping import media, retention, retention_queries
from service.keeping import queries as keeping
from service.registrations import invitation_queries as invitations
from service.registrations.invitation_queries import AnswersRow
from service.surveys import standing_queries as survey_standing

STUCK = timedelta(hours=1)
"""A survey that is open so long after its end needs a person."""
RESTORED_LATELY = timedelta(days=14)
"""So long the overview asks for what a restored backup does not know."""
LOOK_BACK = timedelta(days=400)
"""Convenings that ended longer ago are not on the overview."""
PAST: tuple[Phase, ...] = ("over", "completed", "cancelled")
"""Phases in which an overview has one line for a convening."""
Figures = dict[str, str]
"""What stands in the elements of a page, by their `data-live`."""


class OfConvening(Protocol):
    """A row that belongs to a convening."""

    @property
    def convening_id(self) -> UUID:
        """Which one."""
        ...


RowT = TypeVar("RowT", bound=OfConvening)


class Scope(Struct, frozen=True):
    """What a page shows: all convenings (`only` is None), some of them, or one by itself."""

    only: tuple[UUID, ...] | None
    by_itself: bool = False


class Counts(Struct, frozen=True):
    """People, answers to invitations and mail of one convening, in numbers."""

    people: FiguresRow
    answers: AnswersRow
    mail: StandingRow


async def shown(conn: Connection, scope: Scope, now: datetime) -> list[ConveningRow]:
    """The convenings of a page."""
    since = datetime.min.replace(tzinfo=now.tzinfo) if scope.by_itself else now - LOOK_BACK
    return await queries.convenings(conn, scope.only, since)


async def look(conn: Connection, rows: Sequence[ConveningRow], now: datetime, *, by_itself: bool = False) -> list[Seen]:
    """Everything that decides what these convenings ask of a person.

    What only those ask that are still to come, and what stands on no page but a convening's own (`by_itself`) once it is
    past, is read of no others.
    """
    only = [row.id for row in rows]
    ahead = [row.id for row in rows if by_itself or not is_past(row, now)]
    counts = await _counts(conn, rows, ahead, now)
    agendas = _by_convening(await queries.agendas(conn, ahead))
    offers = _by_convening(await queries.offers(conn, ahead, now))
    returned = _by_convening(await queries.returned(conn, only, now - CONTENT_LIFE))
    needs = {row.convening_id: row.people for row in await queries.needs(conn, ahead)}
    unmade = {row.convening_id: row for row in await copies.unmade(conn, only)}
    students = {row.convening_id: row for row in await queries.students(conn, ahead)}
    asked = {row.convening_id: row for row in await keeping.asked(conn, only)}
    uncleared = {row.convening_id: row.minors for row in await day_queries.uncleared(conn, only, now)}
    asked_of = {row.convening_id: row for row in await survey_standing.standing(conn, only, now, now - STUCK)}
    due, _ = await media.to_take_down(conn, only, timedelta(0), now)
    down = Counter(one.item.convening_id for one in due)
    return [
        Seen(
            now=now,
            row=row,
            agenda=agendas[row.id],
            figures=counts[row.id].people,
            answers=counts[row.id].answers,
            mail=counts[row.id].mail,
            offers=[one.offered_until for one in offers[row.id]],
            returned=returned[row.id],
            needs=needs.get(row.id, 0),
            students=students.get(row.id),
            asked=asked.get(row.id),
            uncleared=uncleared.get(row.id, 0),
            take_downs=down[row.id],
            unmade=unmade.get(row.id),
            surveys=asked_of.get(row.id),
        )
        for row in rows
    ]


async def look_at_all(conn: Connection, now: datetime) -> SeenOfAll:
    """The installation: its worker, what it gave up, and the mail of no convening."""
    health = readiness(await heartbeats.pulses(conn), now)
    failed = await queries.failed_events(conn)
    unknown = await mail.doubtful_elsewhere(conn)
    nights = await retention_queries.latest(conn)
    missed = (retention.night_of(now) - nights[0].night).days - 1 if nights else 0
    came_in = await inbox.waiting_for_a_person(conn)
    stopped = await webhook_queries.stopped(conn)
    left_over = nights[0].left_over if nights else {}
    restored = await backups.newest(conn, now - RESTORED_LATELY)
    return SeenOfAll(health, failed, unknown, left_over, max(0, missed), came_in, stopped, restored)


async def fresh(conn: Connection, scope: Scope, now: datetime) -> Figures:
    """The figures of a page as they are now, and how much needs a person."""
    seen = await look(conn, await shown(conn, scope, now), now, by_itself=scope.by_itself)
    things = sum(len(overview.for_one(one)) for one in seen)
    if scope.only is None:
        things += len(overview.for_all(await look_at_all(conn, now)))
    found: Figures = {"things": str(things), "needs": heading(things)}
    for one in seen:
        mark = "" if scope.by_itself else f"{one.row.id}."
        told = in_figures(one).items() if scope.by_itself or not is_past(one.row, now) else as_marked(one).items()
        found |= {mark + name: text for name, text in told}
    return found


def is_past(row: ConveningRow, now: datetime) -> bool:
    """Whether an overview has one line for it."""
    return phase(row.standing, now) in PAST


def as_shown(seen: Seen) -> Shown:
    """As organizers see it: with the seats that are held for unconfirmed addresses."""
    return Shown(seen.row, phase(seen.row.standing, seen.now), may_register=False, words="")


def unshown(seen: Seen) -> list[str]:
    """Figures that a page leaves out as long as there is nothing to count."""
    invited = [] if seen.answers.invited else ["invited", "registered", "declined", "silent"]
    students = [] if seen.students else ["students", "ready"]
    return [*invited, *students, *(name for name in ("unknown", "dead") if not getattr(seen.mail, name))]


def in_figures(seen: Seen) -> Figures:
    """What a page says in numbers about one convening, and its phase: the words and the mark."""
    row, people, answers, mail = seen.row, seen.figures, seen.answers, seen.mail
    numbers = {
        "taken": row.taken,
        "free": row.seats_left,
        "held": people.held,
        "waiting": people.waiting,
        "offered": people.offered,
        "invited": answers.invited,
        "registered": answers.registered,
        "declined": answers.declined,
        "silent": answers.silent,
        "students": seen.students.students if seen.students else 0,
        "ready": seen.students.ready if seen.students else 0,
        "owed": mail.owed,
        "unknown": mail.unknown,
        "dead": mail.dead,
    }
    return {name: f"{number:,}" for name, number in numbers.items()} | as_marked(seen)


def as_marked(seen: Seen) -> Figures:
    """The phase of a convening: the words and the mark."""
    mark, words = as_shown(seen).chip
    return {"phase": words, "mark": mark}


async def _counts(
    conn: Connection, rows: Sequence[ConveningRow], ahead: Sequence[UUID], now: datetime
) -> dict[UUID, Counts]:
    offered = {row.convening_id: row for row in await queries.offered(conn, ahead)}
    answers = {row.convening_id: row for row in await invitations.answers(conn, ahead)}
    standing = {row.convening_id: row for row in await mail.standing(conn, [row.id for row in rows], now)}
    return {
        row.id: Counts(
            overview.people_of(row, offered.get(row.id)),
            answers.get(row.id) or nobody_invited(row.id),
            standing.get(row.id) or nothing_owed(row.id),
        )
        for row in rows
    }


def _by_convening(rows: Iterable[RowT]) -> "defaultdict[UUID, list[RowT]]":
    found: defaultdict[UUID, list[RowT]] = defaultdict(list)
    for row in rows:
        found[row.convening_id].append(row)
    return found
