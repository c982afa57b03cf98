"""What is written about registrations, in sets."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection
from service.registrations.rules import LIVE, Source, State


class NewRegistration(Struct, frozen=True):
    """One row to be, in the words of the table."""

    id: UUID
    person_id: UUID
    state: State
    seated: bool
    name: str
    title: str
    district_name: str
    dietary: str
    access_needs: str


async def insert_registrations(
    conn: Connection,
    convening_id: UUID,
    source: Source,
    rows: Sequence[NewRegistration],
    held_until: datetime,
    now: datetime,
) -> int:
    """Write them in order: the waiting list's numbers follow it."""
    return await db.run(
        conn,
        """insert into registration (id, convening_id, person_id, state, seated, source, name, title, district_name, dietary,
                                     access_needs, held_until, confirmed_at, created_at, changed_at)
           select id, $10, person_id, state, seated, $11, name, title, district_name, dietary, access_needs,
                  case when state = 'held' then $12::timestamptz end,
                  case when state = 'confirmed' then $13::timestamptz end, $13, $13
             from unnest($1::uuid[], $2::uuid[], $3::text[], $4::boolean[], $5::text[], $6::text[], $7::text[], $8::text[],
                         $9::text[]) with ordinality
                  as given (id, person_id, state, seated, name, title, district_name, dietary, access_needs, ordinal)
            order by ordinal""",
        [row.id for row in rows],
        [row.person_id for row in rows],
        [row.state for row in rows],
        [row.seated for row in rows],
        [row.name for row in rows],
        [row.title for row in rows],
        [row.district_name for row in rows],
        [row.dietary for row in rows],
        [row.access_needs for row in rows],
        convening_id,
        source,
        held_until,
        now,
    )


async def add_choices(
    conn: Connection, registration_ids: Sequence[UUID], session_ids: Sequence[UUID], placed: Sequence[bool]
) -> int:
    """Write chosen sessions, one row for each pair."""
    return await db.run(
        conn,
        """insert into registration_session (registration_id, session_id, placed)
           select * from unnest($1::uuid[], $2::uuid[], $3::boolean[])""",
        registration_ids,
        session_ids,
        placed,
    )


async def drop_choices(conn: Connection, registration_id: UUID) -> int:
    """Forget the chosen sessions of one registration."""
    return await db.run(conn, "delete from registration_session where registration_id = $1", registration_id)


async def give_places_back(conn: Connection, registration_ids: Sequence[UUID]) -> int:
    """Keep what was chosen as a wish, and free the places."""
    return await db.run(
        conn,
        "update registration_session set placed = false where registration_id = any($1::uuid[]) and placed",
        registration_ids,
    )


async def take_places(conn: Connection, registration_id: UUID) -> int:
    """Turn wishes into places where the session has room; call behind the locks."""
    return await db.run(
        conn,
        """update registration_session w set placed = true from session s
            where w.registration_id = $1 and not w.placed and s.id = w.session_id
              and (s.capacity is null or s.taken < s.capacity)""",
        registration_id,
    )


async def confirm(conn: Connection, registration_id: UUID, now: datetime) -> int:
    """Give a seat for good."""
    return await db.run(
        conn,
        """update registration set state = 'confirmed', seated = true, confirmed_at = $2, changed_at = $2, held_until = null,
                  offered_until = null where id = $1""",
        registration_id,
        now,
    )


async def put_on_list(conn: Connection, registration_id: UUID, now: datetime) -> int:
    """Wait from now on, behind everybody who already waits."""
    return await db.run(
        conn,
        """update registration set state = 'waitlisted', seated = false, held_until = null, queue_number = default,
                  changed_at = $2 where id = $1""",
        registration_id,
        now,
    )


async def end(conn: Connection, registration_ids: Sequence[UUID], state: State, now: datetime) -> int:
    """Withdrawn, expired or declined: the seat is free."""
    return await db.run(
        conn,
        """update registration set left_from = state, state = $2, seated = false, changed_at = $3
            where id = any($1::uuid[])""",
        registration_ids,
        state,
        now,
    )


async def hold_again(conn: Connection, registration_ids: Sequence[UUID], now: datetime) -> int:
    """Bring back held places that were ended a moment ago, now without a seat."""
    return await db.run(
        conn,
        """update registration set state = 'held', left_from = null, changed_at = $2
            where id = any($1::uuid[]) and state = 'expired' and left_from = 'held'""",
        registration_ids,
        now,
    )


async def offer_next(conn: Connection, convening_id: UUID, count: int, until: datetime, now: datetime) -> list[UUID]:
    """Offer seats to the first `count` people who wait."""
    return await db.many(
        conn,
        UUID,
        """update registration set state = 'offered', seated = true, offered_until = $3, changed_at = $4
            where id in (select id from registration where convening_id = $1 and state = 'waitlisted'
                          order by queue_number limit $2)
           returning id""",
        convening_id,
        count,
        until,
        now,
    )


async def shorten_offers(conn: Connection, convening_id: UUID, latest: datetime, now: datetime) -> list[UUID]:
    """Let open offers end at `latest` at the latest; whose did not."""
    return await db.many(
        conn,
        UUID,
        """update registration set offered_until = $2, changed_at = $3
            where convening_id = $1 and state = 'offered' and offered_until > $2 and offered_until > $3 returning id""",
        convening_id,
        latest,
        now,
    )


async def set_details(
    conn: Connection,
    registration_id: UUID,
    *,
    name: str,
    title: str,
    district_name: str,
    dietary: str,
    access_needs: str,
    now: datetime,
) -> int:
    """Write what a person says about themselves."""
    return await db.run(
        conn,
        """update registration set name = $2, title = $3, district_name = $4, dietary = $5, access_needs = $6,
                  changed_at = $7 where id = $1""",
        registration_id,
        name,
        title,
        district_name,
        dietary,
        access_needs,
        now,
    )


class RenewedRow(Struct, frozen=True):
    """A live registration whose personal link was replaced."""

    id: UUID
    convening_id: UUID


async def new_links(conn: Connection, person_id: UUID, now: datetime) -> list[RenewedRow]:
    """Revoke a person's links, all mailed to one address: of ended registrations too, which lead on; those that are live."""
    return await db.many(
        conn,
        RenewedRow,
        """with renewed as (
             update registration set generation = generation + 1,
                    changed_at = case when state = any($3::text[]) then $2 else changed_at end
              where person_id = $1 returning id, convening_id, state)
           select id, convening_id from renewed where state = any($3::text[]) order by id""",
        person_id,
        now,
        sorted(LIVE),
    )


async def hand_over(conn: Connection, registration_id: UUID, person_id: UUID, now: datetime) -> int:
    """Make it another person's, and revoke the personal link."""
    return await db.run(
        conn,
        "update registration set person_id = $2, generation = generation + 1, changed_at = $3 where id = $1",
        registration_id,
        person_id,
        now,
    )


async def put_invitation(conn: Connection, invitation_id: UUID, convening_id: UUID, person_id: UUID, now: datetime) -> UUID:
    """The invitation of a person, new or the one that is there."""
    return await db.one(
        conn,
        UUID,
        """insert into invitation (id, convening_id, person_id, created_at) values ($1, $2, $3, $4)
           on conflict (convening_id, person_id) do update set own = false, ended_at = null returning id""",
        invitation_id,
        convening_id,
        person_id,
        now,
    )
