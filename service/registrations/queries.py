"""Questions about registrations, one typed function each."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection
from service.registrations.rules import Seats, Source, State


class RegistrationRow(Struct, frozen=True):
    """One registration with its person's address; `position` counts from 1 and is set for those who wait."""

    id: UUID
    convening_id: UUID
    person_id: UUID
    state: State
    seated: bool
    source: Source
    name: str
    email: str
    title: str
    district_name: str
    dietary: str
    access_needs: str
    generation: int
    left_from: str | None
    held_until: datetime | None
    offered_until: datetime | None
    created_at: datetime
    changed_at: datetime
    position: int | None


class LiveRow(Struct, frozen=True):
    """A person who already has a live registration."""

    person_id: UUID
    registration_id: UUID
    state: State


class ChoiceRow(Struct, frozen=True):
    """One chosen session of one registration."""

    registration_id: UUID
    session_id: UUID
    placed: bool


async def seats(conn: Connection, convening_id: UUID) -> Seats:
    """The seats; only meaningful behind the convening's lock."""
    return await db.one(
        conn,
        Seats,
        """select capacity, taken,
                  (select count(*) from registration where convening_id = $1 and state = 'waitlisted') as waiting,
                  (select count(*) from registration where convening_id = $1 and state = 'held' and seated) as held
             from convening where id = $1""",
        convening_id,
    )


async def live_among(conn: Connection, convening_id: UUID, person_ids: Sequence[UUID]) -> list[LiveRow]:
    """Which of these people are registered here.

    Each is looked up by themselves: a plan made before anybody counted the table would look at all who are registered.
    """
    return await db.many(
        conn,
        LiveRow,
        """select given.id as person_id, r.id as registration_id, r.state from unnest($2::uuid[]) as given (id)
            cross join lateral (select id, convening_id, state from registration where person_id = given.id offset 0) r
            where r.convening_id = $1 and r.state in ('held', 'confirmed', 'waitlisted', 'offered')""",
        convening_id,
        person_ids,
    )


async def has_another(conn: Connection, person_id: UUID, registration_id: UUID) -> bool:
    """Whether somebody has a registration, in whatever state, beside this one."""
    return await db.one(
        conn,
        bool,
        "select exists (select from registration where person_id = $1 and id <> $2) as another",
        person_id,
        registration_id,
    )


async def registration(conn: Connection, registration_id: UUID) -> RegistrationRow:
    """One registration."""
    return await db.one(
        conn,
        RegistrationRow,
        """select r.id, r.convening_id, r.person_id, r.state, r.seated, r.source, r.name, p.email, r.title, r.district_name,
                  r.dietary, r.access_needs, r.generation, r.left_from, r.held_until, r.offered_until, r.created_at,
                  r.changed_at,
                  case when r.state = 'waitlisted' then
                    (select count(*) from registration a where a.convening_id = r.convening_id and a.state = 'waitlisted'
                        and a.queue_number <= r.queue_number) end as position
             from registration r join person p on p.id = r.person_id where r.id = $1""",
        registration_id,
    )


class GenerationRow(Struct, frozen=True):
    """Which personal link of a registration is the valid one."""

    id: UUID
    generation: int


async def generations(conn: Connection, registration_ids: Sequence[UUID]) -> list[GenerationRow]:
    """The valid links of these registrations."""
    return await db.many(
        conn, GenerationRow, "select id, generation from registration where id = any($1::uuid[])", registration_ids
    )


async def convening_of(conn: Connection, registration_id: UUID) -> UUID:
    """Whose lock an action about this registration needs first."""
    return await db.one(conn, UUID, "select convening_id from registration where id = $1", registration_id)


async def lock(conn: Connection, registration_id: UUID) -> None:
    """Hold one registration until the transaction ends."""
    await db.one(conn, UUID, "select id from registration where id = $1 for no key update", registration_id)


async def listed(
    conn: Connection, convening_id: UUID, state: str | None, after: tuple[datetime, UUID] | None, limit: int
) -> list[RegistrationRow]:
    """A convening's registrations, oldest first, behind `after`; only of one state where that is given."""
    created_at, last_id = after or (None, None)
    return await db.many(
        conn,
        RegistrationRow,
        """select r.id, r.convening_id, r.person_id, r.state, r.seated, r.source, r.name, p.email, r.title, r.district_name,
                  r.dietary, r.access_needs, r.generation, r.left_from, r.held_until, r.offered_until, r.created_at,
                  r.changed_at, case when r.state = 'waitlisted' then array_position(
                    array(select queue_number from registration where convening_id = $1 and state = 'waitlisted'
                           order by queue_number), r.queue_number) end as position
             from registration r join person p on p.id = r.person_id
            where r.convening_id = $1 and ($2::text is null or r.state = $2)
              and ($3::timestamptz is null or (r.created_at, r.id) > ($3, $4::uuid))
            order by r.created_at, r.id limit $5""",
        convening_id,
        state,
        created_at,
        last_id,
        limit,
    )


async def ids_in_states(conn: Connection, convening_id: UUID, states: Sequence[State]) -> list[UUID]:
    """The registrations of a convening that stand in one of these states."""
    return await db.many(
        conn,
        UUID,
        "select id from registration where convening_id = $1 and state = any($2::text[]) order by queue_number",
        convening_id,
        states,
    )


async def choices(conn: Connection, registration_ids: Sequence[UUID]) -> list[ChoiceRow]:
    """The chosen sessions of these registrations."""
    return await db.many(
        conn,
        ChoiceRow,
        """select registration_id, session_id, placed from registration_session
            where registration_id = any($1::uuid[]) order by registration_id, session_id""",
        registration_ids,
    )


async def overdue(conn: Connection, convening_id: UUID, state: State, now: datetime) -> list[UUID]:
    """Held places or offers of a convening whose time has passed."""
    return await db.many(
        conn,
        UUID,
        """select id from registration
            where convening_id = $1 and state = $2
              and case state when 'held' then held_until when 'offered' then offered_until end <= $3
            order by queue_number for no key update""",
        convening_id,
        state,
        now,
    )
