"""Signs of life of the processes that work through what is owed."""

from datetime import datetime

from msgspec import Struct

from service import db
from service.db import Connection


class Pulse(Struct, frozen=True):
    """The last sign of life of one duty of one process."""

    process: str
    duty: str
    beat_at: datetime
    queue_ok: bool


async def pulses(conn: Connection) -> list[Pulse]:
    """The newest sign of life of each process and duty, newest first."""
    return await db.many(conn, Pulse, "select process, duty, beat_at, queue_ok from heartbeat order by beat_at desc")


async def beat(conn: Connection, process: str, duty: str, now: datetime, *, queue_ok: bool) -> int:
    """Give a sign of life."""
    return await db.run(
        conn,
        """insert into heartbeat (process, duty, beat_at, queue_ok) values ($1, $2, $3, $4)
           on conflict (process) do update set beat_at = excluded.beat_at, queue_ok = excluded.queue_ok""",
        process,
        duty,
        now,
        queue_ok,
    )


async def sign_off(conn: Connection, process: str) -> int:
    """The process ends: none of its duties is waited for."""
    return await db.run(conn, "delete from heartbeat where starts_with(process, $1 || ':')", process)


async def forget_silent(conn: Connection, before: datetime) -> int:
    """Drop the heartbeats of processes that ended long ago; a duty that is silent in one that lives is to be seen."""
    return await db.run(
        conn,
        """delete from heartbeat h
            where beat_at < $1
              and not exists (select from heartbeat r where r.duty = 'relay' and r.beat_at >= $1
                                 and left(r.process, -length(r.duty)) = left(h.process, -length(h.duty)))""",
        before,
    )
