"""Questions about pairs of members and coaches, and what is written about them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection


class CoachRow(Struct, frozen=True):
    """A coach, and how many members they have."""

    id: UUID
    name: str
    title: str
    members: int


async def coaches(conn: Connection) -> list[CoachRow]:
    """All of them, by name."""
    return await db.many(
        conn,
        CoachRow,
        """select p.id, p.name, p.title, (select count(*) from membership m where m.coach_id = p.id) as members
             from coach c join person p on p.id = c.person_id order by folded(p.name) collate "C", p.id""",
    )


class PairedRow(Struct, frozen=True):
    """A member in the list of pairs."""

    id: UUID
    name: str
    title: str
    district_name: str
    joined_year: int
    coach_id: UUID | None
    coach_name: str
    found: int


async def members(
    conn: Connection, words: str, year: int | None, coach_id: UUID | None, *, without: bool, limit: int
) -> list[PairedRow]:
    """Members by name, each of the words found in what is shown: of a cohort, of a coach, or without one."""
    return await db.many(
        conn,
        PairedRow,
        """with fitting as (
             select p.id, p.name, p.title, coalesce(d.name, '') as district_name, m.joined_year, m.coach_id,
                    coalesce(k.name, '') as coach_name
               from membership m join person p on p.id = m.person_id left join district d on d.id = p.district_id
               left join person k on k.id = m.coach_id
              where not exists (
                      select from unnest(string_to_array(folded($1), ' ')) as word
                       where strpos(folded(concat_ws(' ', p.name, p.title, d.name)), word) = 0)
                and ($2::int is null or m.joined_year = $2) and ($3::uuid is null or m.coach_id = $3)
                and (not $4 or m.coach_id is null))
           select f.*, (select count(*) from fitting) as found from fitting f
            order by folded(f.name) collate "C", f.name, f.id limit $5""",
        words,
        year,
        coach_id,
        without,
        limit,
    )


async def without_coach(conn: Connection) -> int:
    """How many members nobody coaches."""
    return await db.one(conn, int, "select count(*) as n from membership where coach_id is null")


class PairRow(Struct, frozen=True):
    """Who coaches a member."""

    member_id: UUID
    coach_id: UUID | None


async def lock_pairs(conn: Connection, member_ids: Sequence[UUID]) -> list[PairRow]:
    """The pairs of these members, held until the transaction ends."""
    return await db.many(
        conn,
        PairRow,
        """select person_id as member_id, coach_id from membership where person_id = any($1::uuid[])
            order by person_id for no key update""",
        member_ids,
    )


async def set_coach(conn: Connection, member_ids: Sequence[UUID], coach_id: UUID | None) -> int:
    """One coach for all of them; call behind `lock_pairs`."""
    return await db.run(conn, "update membership set coach_id = $2 where person_id = any($1::uuid[])", member_ids, coach_id)


async def coach_of(conn: Connection, member_id: UUID) -> PairRow | None:
    """Who coaches somebody; None where they are no member."""
    return await db.maybe(
        conn, PairRow, "select person_id as member_id, coach_id from membership where person_id = $1", member_id
    )


async def paired_with(conn: Connection, coach_id: UUID) -> list[PairRow]:
    """Everybody whom somebody coaches."""
    return await db.many(
        conn,
        PairRow,
        "select person_id as member_id, coach_id from membership where coach_id = $1 order by person_id",
        coach_id,
    )


async def is_booked(conn: Connection, coach_id: UUID, now: datetime) -> bool:
    """Whether members have conversations with a coach before them."""
    return await db.one(
        conn,
        bool,
        """select exists (select from coach_booking b join coach_slot s on s.id = b.slot_id
                           where s.coach_id = $1 and b.state = 'booked' and s.ends_at > $2) as booked""",
        coach_id,
        now,
    )
