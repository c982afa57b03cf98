"""What organizers, the clock and a worker do with bulk messages: lock → look → decide → write → record the event."""

from datetime import datetime
from uuid import UUID

import msgspec

from emails.messages import BulkMessage
from service import db, events
from service.bulk import audiences, queries, rules, writes
from service.bulk.queries import MessageRow, NamedRow
from service.bulk.rules import (
    BATCH,
    ChangedMeanwhile,
    Hindrance,
    NotReleased,
    OnlyItsWriter,
    Reached,
    ReleasedAlready,
    Wanted,
)
from service.convenings import queries as convenings
from service.convenings.views import gathering
from service.db import Connection
from service.members import queries as members
from service.members.rules import NoSuchDistrict

BEFORE = ("draft", "scheduled")


async def write(conn: Connection, convening_id: UUID | None, wanted: Wanted, by: UUID, now: datetime) -> UUID:
    """A new draft; raises NoSuchDistrict."""
    await _require_district(conn, wanted)
    message_id = db.new_id(now)
    await writes.insert(conn, message_id, convening_id, wanted, by, now)
    return message_id


async def save(conn: Connection, message_id: UUID, wanted: Wanted, version: str, by: UUID) -> None:
    """Another text or other people; whoever saves it is its writer. Raises ReleasedAlready, ChangedMeanwhile."""
    row = await _lock_before(conn, message_id)
    if version != str(row.version):
        raise ChangedMeanwhile
    await _require_district(conn, wanted)
    await writes.update(conn, message_id, wanted, by)


async def discard(conn: Connection, message_id: UUID) -> None:
    """Throw a draft away; raises ReleasedAlready."""
    await _lock_before(conn, message_id)
    await writes.remove(conn, message_id)


async def release(conn: Connection, message_id: UUID, mark: str, by: UUID, now: datetime) -> int:
    """Let it leave, to exactly those who were shown; how many. Raises what stands against it."""
    row = await _lock_before(conn, message_id)
    if row.written_by != by:
        raise OnlyItsWriter
    reached = await audiences.reached(conn, row, now)
    rules.require_looked(mark, reached, row.version)
    return await _release(conn, row, reached, now)


async def schedule(conn: Connection, message_id: UUID, version: str, at: datetime, by: UUID, now: datetime) -> None:
    """Let the clock release it, to those who are meant then. Raises what stands against it, InThePast."""
    row = await _lock_before(conn, message_id)
    if row.written_by != by:
        raise OnlyItsWriter
    if version != str(row.version):
        raise rules.LookAgain
    rules.require_coming(at, now)
    await writes.schedule(conn, message_id, at)


async def hold(conn: Connection, message_id: UUID) -> None:
    """A draft again, which no clock releases; raises ReleasedAlready."""
    await _lock_before(conn, message_id)
    await writes.schedule(conn, message_id, None)


async def release_due(conn: Connection, message_id: UUID, now: datetime) -> None:
    """The clock's part: by today's facts; where something speaks against it, it is a draft again that says so."""
    row = await queries.lock(conn, message_id)
    if row.state != "scheduled" or row.release_at is None or row.release_at > now:
        return
    reached = await audiences.reached(conn, row, now)
    if await hindrance(conn, row, reached):
        await writes.let_pass(conn, message_id)
    else:
        await _release(conn, row, reached, now)


async def hindrance(conn: Connection, row: MessageRow, reached: Reached) -> Hindrance | None:
    """What keeps the clock from releasing a message to these people, if anything does."""
    called_off = row.convening_id is not None and (await convenings.convening(conn, row.convening_id)).state == "cancelled"
    organizes = await queries.writer_organizes(conn, row.id)
    return rules.hindrance(organizes=organizes, called_off=called_off, reached=reached.count)


async def cancel(conn: Connection, message_id: UUID, now: datetime) -> int:
    """Take back what has not left; how many mails that are for now. Twice is once; raises NotReleased."""
    row = await queries.lock(conn, message_id)
    if row.state == "cancelled":
        return 0
    if row.state != "released":
        raise NotReleased
    return await writes.cancel(conn, message_id, now)


async def ask_for_test(conn: Connection, message_id: UUID, person_id: UUID, now: datetime) -> None:
    """It goes to this one mailbox, as it stands when the worker writes it."""
    await events.record(conn, now, [events.BulkTestAsked(message_id, person_id)])


async def lay_out(conn: Connection, message_id: UUID, release_id: UUID, domain: str, now: datetime) -> bool:
    """The worker's part: owe the mail to the next of the recipients; whether more are left."""
    row = await queries.message(conn, message_id)
    if row.state != "released":
        return False
    base = msgspec.to_builtins(await composed(conn, row, None))
    ids = sorted(db.new_id(now) for _ in range(BATCH))
    await writes.lay_out(
        conn,
        message_id,
        release_id,
        ids=ids,
        message=base,
        convening_id=row.convening_id,
        domain=domain,
        now=now,
    )
    if await writes.waits(conn, message_id):
        return True
    await writes.laid_out(conn, message_id, now)
    return False


async def composed(conn: Connection, row: MessageRow, reader: NamedRow | None) -> BulkMessage:
    """The mail with today's facts of the convening, as this reader gets it."""
    about = None
    if row.convening_id is not None:
        about = gathering(await convenings.convening(conn, row.convening_id), [])
    return BulkMessage(
        name=reader.name if reader else "",
        subject=row.subject,
        words=row.words,
        gathering=about,
        reader_zone=reader.zone if reader else "",
    )


async def _release(conn: Connection, row: MessageRow, reached: Reached, now: datetime) -> int:
    """Everybody who is meant is written down; of those left out the page says why."""
    await writes.release(conn, row.id, reached.everybody, reached.count, now)
    await events.record(conn, now, [events.BulkMessageReleased(row.id)])
    return reached.count


async def _lock_before(conn: Connection, message_id: UUID) -> MessageRow:
    row = await queries.lock(conn, message_id)
    if row.state not in BEFORE:
        raise ReleasedAlready
    return row


async def _require_district(conn: Connection, wanted: Wanted) -> None:
    if wanted.district_id and await members.keep_district(conn, wanted.district_id) is None:
        raise NoSuchDistrict(pointer="/district")
