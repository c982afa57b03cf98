"""What follows at several removes from what a restored backup knows waits for a person too: it may have been sent before."""

from datetime import datetime, timedelta
from uuid import UUID

from service import db
from service.attendance import certifying
from service.attendance.certifying import Organizer
from service.backups import queries as backups
from service.convenings import actions as convenings
from service.convenings import queries
from service.db import Connection
from tests import make
from tests.attendance.conftest import HOUR, MINUTE, Door, door, scan
from tests.workers.conftest import Office, office

__all__ = ["door", "office"]


async def restored(owner: Connection, backup_at: datetime, doubt_until: datetime) -> None:
    """A backup of then was restored, and what it is of may have gone on until then."""
    await owner.execute(
        "insert into restoration (restored_at, backup_at, doubt_until, position_from) values ($1, $2, $1, 0)",
        doubt_until,
        backup_at,
    )


async def states(conn: Connection, kind: str) -> list[str]:
    return await db.many(conn, str, "select state from delivery where kind = $1", kind)


async def test_a_cancellation_that_has_still_to_reach_everybody_is_in_doubt_for_each(
    office: Office, owner: Connection, conn: Connection, now: datetime
) -> None:
    convening = await make.convening(conn, now)
    await make.registered(conn, convening.id, 1, now=now)
    await make.registered(conn, convening.id, 2, now=now)
    await office.settle()
    await convenings.cancel(conn, convening.id, now)
    await restored(owner, now, now + HOUR)
    office.later(hours=2)

    assert await office.settle() == []
    assert await states(conn, "cancelled") == ["unknown"] * 2

    other = await make.convening(conn, office.moment)
    await make.registered(conn, other.id, 3, now=office.moment)
    assert [make.request(3).email in mail["To"] for mail in await office.settle()] == [True], (
        "what happens now is in no doubt"
    )


async def test_a_certificate_that_has_still_to_be_printed_is_not_mailed_by_itself(
    office: Office, door: Door, owner: Connection, conn: Connection, now: datetime
) -> None:
    convening_id, registration_id = door.convening.id, await attended(door, now)
    over = door.opens + 30 * HOUR
    await certifying.certify(conn, convening_id, registration_id, Organizer("Network", "convenings@eon-demo.example"), over)
    await conn.execute("update event set handled_at = $1", now)
    await restored(owner, over, over + HOUR)
    office.moment = over + 2 * HOUR

    assert await office.print() == 1
    assert await office.settle() == []
    assert await states(conn, "certificate_ready") == ["unknown"]


async def attended(door: Door, now: datetime) -> UUID:
    """Somebody who was there for an hour; it is over."""
    row = await make.registered(door.conn, door.convening.id, 1, now=now)
    [room, *_] = await make.session_ids(door.conn, door.convening.id)
    begins = door.opens + HOUR
    await door.take(
        scan(door.opens, registration_id=row.id),
        scan(begins, registration_id=row.id, session_id=room),
        scan(begins + 60 * MINUTE, "out", registration_id=row.id, session_id=room),
    )
    await queries.set_state(door.conn, door.convening.id, "completed")
    return row.id


async def test_an_event_in_doubt_that_fails_is_tried_again_after_a_pause_from_now(
    office: Office, owner: Connection, conn: Connection, now: datetime
) -> None:
    convening = await make.convening(conn, now)
    await make.registered(conn, convening.id, 1, now=now)
    nobody = {"registration_id": str(UUID(int=0))}
    await owner.execute("update event set payload = payload || $1", nobody)
    await restored(owner, now, now + HOUR)
    office.later(hours=2)

    await office.react()
    next_at = await db.one(conn, datetime, "select next_at from event where kind = 'registration_confirmed'")
    assert timedelta() < next_at - office.moment < timedelta(minutes=1)


async def test_a_backup_of_another_program_is_of_its_newest_event_and_not_of_an_older_backup_in_it(
    owner: Connection, conn: Connection, now: datetime
) -> None:
    assert await backups.newest_moment(conn) is None
    convening = await make.convening(conn, now)
    await make.registered(conn, convening.id, 1, now=now)
    await owner.execute("insert into backup (made_at, keys_mark, finished_at) values ($1, '', $1)", now - timedelta(days=7))
    assert await backups.newest_moment(conn) == now
