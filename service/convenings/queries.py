"""Questions about convenings and their sessions."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service import db
from service.convenings.rules import SessionKind, Standing, State
from service.db import Connection


class ConveningRow(Struct, frozen=True):
    """One convening with its counts: `waiting` the people on the list, `held` the seats kept for unconfirmed addresses."""

    id: UUID
    slug: str
    title: str
    summary: str
    time_zone: str
    starts_at: datetime
    ends_at: datetime
    venue_name: str
    venue_address: str
    venue_latitude: float | None
    venue_longitude: float | None
    capacity: int
    taken: int
    registration_opens_at: datetime | None
    registration_closes_at: datetime | None
    state: State
    created_at: datetime
    waiting: int
    held: int

    @property
    def seats_left(self) -> int:
        """Seats that nobody holds."""
        return self.capacity - self.taken

    @property
    def standing(self) -> Standing:
        """What its phase is derived from."""
        return Standing(
            self.state,
            self.starts_at,
            self.ends_at,
            self.registration_opens_at,
            self.registration_closes_at,
            self.seats_left,
            self.waiting,
        )


class SessionRow(Struct, frozen=True):
    """One session of an agenda."""

    id: UUID
    convening_id: UUID
    code: str | None
    ordinal: int
    title: str
    kind: SessionKind
    track: str
    room: str
    starts_at: datetime
    ends_at: datetime
    signup: bool
    capacity: int | None
    taken: int
    credit_minutes: int

    @property
    def full(self) -> bool:
        """Whether it has a capacity and nobody else fits."""
        return self.capacity is not None and self.taken >= self.capacity


async def lock(conn: Connection, convening_id: UUID) -> None:
    """Hold the convening until the transaction ends: seats are looked at only behind this; raises NotFound."""
    await db.one(conn, UUID, "select id from convening where id = $1 for no key update", convening_id)


async def lock_for_many(conn: Connection, convening_id: UUID) -> None:
    """The same for who decides about many at once: until the transaction ends an index is used wherever there is one.

    A plan is kept, and may have been made when a table was counted as empty: then all of it was read for each of a burst.
    """
    await db.one(
        conn,
        UUID,
        "select id from convening where id = $1 and set_config('enable_seqscan', 'off', true) = 'off' for no key update",
        convening_id,
    )


async def convening(conn: Connection, convening_id: UUID) -> ConveningRow:
    """One convening."""
    return await db.one(
        conn,
        ConveningRow,
        """select id, slug, title, summary, time_zone, starts_at, ends_at, venue_name, venue_address, venue_latitude,
                  venue_longitude, capacity, taken, registration_opens_at, registration_closes_at, state, created_at,
                  (select count(*) from registration r where r.convening_id = c.id and r.state = 'waitlisted') as waiting,
                  (select count(*) from registration r where r.convening_id = c.id and r.state = 'held' and r.seated) as held
             from convening c where id = $1""",
        convening_id,
    )


async def convening_by_slug(conn: Connection, slug: str) -> UUID:
    """The id behind a public address; drafts have none."""
    return await db.one(conn, UUID, "select id from convening where slug = $1 and state <> 'draft'", slug)


async def listed(
    conn: Connection, after: tuple[datetime, UUID] | None, limit: int, *, drafts: bool, until: datetime | None = None
) -> list[ConveningRow]:
    """Convenings in the order of their start, behind `after`; `until` leaves out those that ended before it."""
    starts_at, last_id = after or (None, None)
    return await db.many(
        conn,
        ConveningRow,
        """select id, slug, title, summary, time_zone, starts_at, ends_at, venue_name, venue_address, venue_latitude,
                  venue_longitude, capacity, taken, registration_opens_at, registration_closes_at, state, created_at,
                  (select count(*) from registration r where r.convening_id = c.id and r.state = 'waitlisted') as waiting,
                  (select count(*) from registration r where r.convening_id = c.id and r.state = 'held' and r.seated) as held
             from convening c
            where ($1::timestamptz is null or (starts_at, id) > ($1, $2::uuid))
              and ($4 or state <> 'draft') and ($5::timestamptz is null or ends_at >= $5)
            order by starts_at, id limit $3""",
        starts_at,
        last_id,
        limit,
        drafts,
        until,
    )


async def sessions(conn: Connection, convening_id: UUID) -> list[SessionRow]:
    """The agenda in order."""
    return await db.many(
        conn,
        SessionRow,
        """select id, convening_id, code, ordinal, title, kind, track, room, starts_at, ends_at, signup, capacity, taken,
                  credit_minutes
             from session where convening_id = $1 order by starts_at, ordinal, id""",
        convening_id,
    )


async def session_is_gone(conn: Connection, session_id: UUID) -> bool:
    """Whether no agenda has it."""
    return await db.one(conn, bool, "select not exists (select from session where id = $1) as gone", session_id)


async def lock_sessions(conn: Connection, convening_id: UUID) -> None:
    """Hold all sessions of a convening, in id order."""
    await db.many(conn, UUID, "select id from session where convening_id = $1 order by id for no key update", convening_id)


async def with_due_clock(conn: Connection, now: datetime) -> list[UUID]:
    """Convenings with held places or offers whose time has passed."""
    return await db.many(
        conn,
        UUID,
        """select convening_id from registration where state = 'held' and held_until <= $1
           union select convening_id from registration where state = 'offered' and offered_until <= $1""",
        now,
    )


async def to_remind(conn: Connection, now: datetime, until: datetime) -> list[ConveningRow]:
    """Published convenings that start between two instants."""
    return await db.many(
        conn,
        ConveningRow,
        """select id, slug, title, summary, time_zone, starts_at, ends_at, venue_name, venue_address, venue_latitude,
                  venue_longitude, capacity, taken, registration_opens_at, registration_closes_at, state, created_at,
                  0::bigint as waiting, 0::bigint as held
             from convening where state = 'published' and starts_at > $1 and starts_at <= $2 order by starts_at, id""",
        now,
        until,
    )


async def panel_sessions(conn: Connection, convening_id: UUID) -> list[UUID]:
    """The sessions in which a student panel is planned."""
    return await db.many(
        conn,
        UUID,
        "select p.session_id from panel p join session s on s.id = p.session_id where s.convening_id = $1",
        convening_id,
    )


async def set_state(conn: Connection, convening_id: UUID, state: State) -> int:
    """Store another state."""
    return await db.run(conn, "update convening set state = $2 where id = $1", convening_id, state)


async def exists(conn: Connection, convening_id: UUID) -> bool:
    """Whether there is one with this id."""
    return await db.one(conn, bool, "select exists (select from convening where id = $1) as there", convening_id)


async def is_removable(conn: Connection, convening_id: UUID) -> bool:
    """Whether it is a draft about which nobody has registered or been written to."""
    return await db.one(
        conn,
        bool,
        """select state = 'draft' and not exists (select from registration r where r.convening_id = c.id)
                  and not exists (select from delivery d where d.convening_id = c.id) as removable
             from convening c where id = $1""",
        convening_id,
    )


async def was_removed(conn: Connection, convening_id: UUID) -> bool:
    """Whether it was a draft once that was thrown away."""
    return await db.one(
        conn,
        bool,
        """select exists (select from event
                           where kind = 'convening_removed' and payload ->> 'convening_id' = $1::uuid::text) as removed""",
        convening_id,
    )


async def delete(conn: Connection, convening_id: UUID) -> int:
    """Take a convening out, and by the schema what is only there because of it."""
    return await db.run(conn, "delete from convening where id = $1", convening_id)


async def delete_sessions_but(conn: Connection, convening_id: UUID, keep: Sequence[UUID]) -> int:
    """Take sessions off the agenda."""
    return await db.run(
        conn, "delete from session where convening_id = $1 and not (id = any($2::uuid[]))", convening_id, keep
    )
