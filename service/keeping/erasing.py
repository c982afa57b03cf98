"""Everything about a student goes, by order, and a tombstone stays: of what kind it was, when it went, by whose order (S2).

What stays holds ids and words of ours: the chain of hashes, which still verifies, the disclosure log, recorded events, the
audit log. What was published of a student is still listed for taking down.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service import events
from service.consents import evidence, signing_up
from service.consents import queries as signups
from service.db import Connection
from service.keeping import media, queries, writes
from service.keeping.queries import GoingRow
from service.keeping.rules import NothingToDelete, OnHold, OrderedBy
from service.keeping.writes import Gone
from service.panels import queries as panels


class Order(Struct, frozen=True):
    """By whose order: a person of the school or of the organizers, a family, or the periods that everybody can read."""

    by: OrderedBy
    person_id: UUID | None = None

    @property
    def words(self) -> str:
        """As the chain keeps it: no name, since the name of a guardian would stay."""
        return f"{self.by}:{self.person_id}" if self.person_id else self.by


async def erase(conn: Connection, signup_ids: Sequence[UUID], order: Order, now: datetime) -> int:
    """Delete these students, all or none; how many there were. Raises OnHold, NothingToDelete."""
    rows = await queries.going(conn, signup_ids)
    if not rows:
        raise NothingToDelete
    panel_ids = sorted({row.panel_id for row in rows})
    for panel_id in panel_ids:
        await panels.lock(conn, panel_id)
    if await queries.is_held(conn, [row.convening_id for row in rows]):
        raise OnHold
    await media.remember(conn, sorted({row.convening_id for row in rows}), now)
    for row in rows:
        await _erase_one(conn, row, order, now)
    for panel_id in panel_ids:
        if now < (await signups.frame(conn, panel_id)).starts_at:
            await signing_up.fill_seats(conn, panel_id, now)
    return len(rows)


async def erase_school(conn: Connection, school_id: UUID, order: Order, now: datetime) -> int:
    """A school's order to delete all its students (S5); raises as `erase` does."""
    return await erase(conn, await queries.of_school(conn, school_id), order, now)


async def _erase_one(conn: Connection, row: GoingRow, order: Order, now: datetime) -> None:
    await signups.lock(conn, row.id)
    proofs = await evidence.erase(conn, row.id, order.words, now)
    await writes.forget_addresses(conn, row.id)
    await writes.forget_incoming(conn, row.id)
    mails = await writes.empty_mails(conn, row.id, now)
    await writes.forget_answers(conn, row.id)
    await writes.finish_requests(conn, row.id, None, order.person_id, now)
    await writes.delete_signup(conn, row.id)
    found = {"sign-up, signers and answers": 1, "signed forms and what proves them": proofs, "mails": mails}
    what = tuple(kind for kind, count in found.items() if count)
    await writes.insert_tombstone(conn, Gone(row, order.by, order.person_id, what), now)
    await events.record(conn, now, [events.StudentErased(row.convening_id, row.id)])
