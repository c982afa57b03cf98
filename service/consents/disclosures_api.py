"""Who outside a student's school saw or got what about them, as JSON."""

from datetime import datetime
from uuid import UUID

from litestar import get
from litestar.params import FromPath
from msgspec import Struct

from service.consents import disclosures, examples, queries
from service.web.deps import Conn

MOST = 10_000


class Disclosed(Struct, frozen=True):
    """One look or one file: who (a person, or a program by its token), which facts, what for."""

    at: datetime
    viewer: str
    fields: list[str]
    purpose: str


class DisclosureLog(Struct, frozen=True):
    """The latest first; it grows and never changes."""

    items: list[Disclosed]


@get("/signups/{signup_id:uuid}/disclosures", access="organizer", shows=examples.DISCLOSURES)
async def list_disclosures(signup_id: FromPath[UUID], conn: Conn) -> DisclosureLog:
    """Who saw what about a student, for what; it outlives the student's data, of which it holds none."""
    rows = await disclosures.of_signup(conn, signup_id, MOST)
    if not rows:
        await queries.panel_of(conn, signup_id)
    return DisclosureLog([Disclosed(row.created_at, row.viewer, row.fields, row.purpose) for row in rows])


API = [list_disclosures]
"""This module's routes under /api/v1."""
