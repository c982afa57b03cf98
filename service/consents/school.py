"""What a school's contact sees: the panels that their school can fill, and its own list; anybody else's is not found."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service.access.rules import require
from service.consents import deadlines, queries, school_queries
from service.consents.queries import SignupRow
from service.consents.school_queries import ContactRow, OfferRow
from service.consents.speaking import ENGLISH
from service.consents.status_words import Mark, sum_mark
from service.consents.views import Signup, shown, waiting
from service.db import Connection
from service.panels import queries as panels
from service.panels.rules import Standing


class Offer(Struct, frozen=True):
    """A panel for one school: until when students are signed up, until when a family of today can answer, free places."""

    row: OfferRow
    is_open: bool
    locks: str
    answer_by: str
    free: int
    """Places that this school can fill now; who comes later waits as an alternate."""

    @property
    def is_theirs(self) -> bool:
        """Whether this school has to do with it: its students are named, or it can name some who get a place."""
        return self.row.own_named > 0 or (self.is_open and self.free > 0)


class Listed(Struct, frozen=True):
    """A line of a school's list: one plain status, what is missing, and by when as long as something still can come."""

    row: SignupRow
    signup: Signup
    mark: Mark
    by: str


async def offers(conn: Connection, contact: ContactRow, now: datetime) -> list[Offer]:
    """The coming panels that are theirs."""
    rows = await school_queries.offers(conn, contact.school_id, None, now)
    found = [offer(row, contact, now) for row in rows if row.convening_state == "published"]
    return [one for one in found if one.is_theirs]


async def own_offer(conn: Connection, contact: ContactRow, panel_id: UUID, now: datetime) -> Offer:
    """One panel that is theirs; raises NotFound for any other (R2)."""
    rows = await school_queries.offers(conn, contact.school_id, panel_id, now)
    require(rows)
    found = offer(rows[0], contact, now)
    require(found.is_theirs)
    return found


def offer(row: OfferRow, contact: ContactRow, now: datetime) -> Offer:
    """How a panel stands for a school. Pure."""
    locks_at = deadlines.lock_at(row.convening_starts_at, row.time_zone)
    answer_by = deadlines.deadline_at(row.convening_starts_at, row.time_zone, contact.time_zone, now)
    standing = Standing(row.seats, row.taken, row.asked, row.held)
    return Offer(
        row,
        row.convening_state == "published" and now < locks_at,
        ENGLISH.until(locks_at, row.time_zone),
        ENGLISH.until(answer_by, contact.time_zone),
        row.own_left + standing.open_places,
    )


async def listed(conn: Connection, contact: ContactRow, panel_id: UUID, now: datetime) -> list[Listed]:
    """Their school's sign-ups for a panel, in the order in which places are given."""
    everybody = await queries.of_panel(conn, panel_id)
    seats = (await panels.panel(conn, panel_id)).seats
    others = await waiting(conn, everybody, panel_id, seats, now)
    own = [row for row in everybody if row.school_id == contact.school_id]
    found = await shown(conn, own, others, now)
    return [_listed(row, signup, contact) for row, signup in zip(own, found, strict=True)]


async def own_signup(conn: Connection, contact: ContactRow, signup_id: UUID, now: datetime) -> Listed:
    """One of their school's sign-ups; raises NotFound for another school's (R2), and while the convening is a draft."""
    row = await queries.signup(conn, signup_id)
    require(row.school_id == contact.school_id)
    require(await school_queries.offers(conn, contact.school_id, row.panel_id, now))
    everybody = await listed(conn, contact, row.panel_id, now)
    return next(one for one in everybody if one.row.id == signup_id)


def _listed(row: SignupRow, signup: Signup, contact: ContactRow) -> Listed:
    mark = sum_mark(signup, withdrawn=row.withdrawn_at is not None)
    waits = row.is_under_way and not signup.cleared
    return Listed(row, signup, mark, ENGLISH.until(row.deadline_at, contact.time_zone) if waits else "")
