"""Questions about pairs of members and coaches, and what is written about them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection
from service.web.paging import MOST_FOUND, NamePlace, most


class Paired(Struct, frozen=True):
    """Whom the list of pairs shows: words, a cohort, the members of one coach, or of nobody."""

    words: str = ""
    year: int | None = None
    coach_id: UUID | None = None
    without: bool = False


class PairedRow(Struct, frozen=True):
    """A member in the list of pairs."""

    id: UUID
    name: str
    title: str
    district_name: str
    joined_year: int
    coach_id: UUID | None
    coach_name: str


async def gathered(conn: Connection, wanted: Paired) -> list[UUID]:
    """The members whom it may show, in no order; one more than `most` stands for any number above it.

    `offset 0` has each person looked up by themselves: otherwise all people would be read.
    """
    return await db.many(
        conn,
        UUID,
        """select m.person_id from membership m
            where ($2::int is null or m.joined_year = $2) and ($3::uuid is null or m.coach_id = $3)
              and (not $4::boolean or m.coach_id is null)
              and ($1 = ''
                   or m.person_id = any(array(
                        select p.id from person p
                         where (p.words like (sought($1))[1]
                                or p.district_id = any(array(select id from district
                                                              where searchable(name) like (sought($1))[1])))
                           and searchable(concat_ws(' ', p.name, p.title,
                                                    (select name from district where id = p.district_id)))
                               like all(sought($1)))))
            limit $5""",
        wanted.words,
        wanted.year,
        wanted.coach_id,
        wanted.without,
        most(wanted.words) + 1,
    )


async def members(
    conn: Connection, wanted: Paired, only: Sequence[UUID] | None, after: NamePlace | None, limit: int
) -> list[PairedRow]:
    """Members by name behind `after`, each of the words found in what is shown; where they are known already, of these."""
    name, last_id = after or (None, None)
    return await db.many(
        conn,
        PairedRow,
        """select p.id, p.name, p.title, coalesce((select name from district where id = p.district_id), '') as district_name,
                  m.joined_year, m.coach_id, coalesce((select name from person where id = m.coach_id), '') as coach_name
             from person p cross join lateral (select * from membership where person_id = p.id offset 0) m
            where ($1 = '' or searchable(concat_ws(' ', p.name, p.title,
                                                    (select name from district where id = p.district_id)))
                              like all(sought($1)))
              and ($2::int is null or m.joined_year = $2) and ($3::uuid is null or m.coach_id = $3)
              and (not $4::boolean or m.coach_id is null) and ($5::uuid[] is null or p.id = any($5))
              and ($7::text is null or (p.name_key, p.name, p.id) > (folded($7), $7, $8::uuid))
            order by p.name_key, p.name, p.id limit $6""",
        wanted.words,
        wanted.year,
        wanted.coach_id,
        wanted.without,
        only,
        limit,
        name,
        last_id,
    )


async def without_coach(conn: Connection) -> int:
    """How many members nobody coaches; one more than `MOST_FOUND` stands for any number above it."""
    return await db.one(
        conn,
        int,
        "select count(*) as n from (select from membership where coach_id is null limit $1) m",
        MOST_FOUND + 1,
    )


class PairRow(Struct, frozen=True):
    """Who coaches a member."""

    member_id: UUID
    coach_id: UUID | None


async def lock_pairs(conn: Connection, member_ids: Sequence[UUID]) -> list[PairRow]:
    """The pairs of these members, held until the transaction ends; and their people, whose form writes the pair too."""
    await db.many(conn, UUID, "select id from person where id = any($1::uuid[]) order by id for no key update", member_ids)
    return await db.many(
        conn,
        PairRow,
        """select person_id as member_id, coach_id from membership where person_id = any($1::uuid[])
            order by person_id for no key update""",
        member_ids,
    )


async def lock_coach(conn: Connection, person_id: UUID) -> UUID | None:
    """Nobody is given to this coach, and nobody books them, until the transaction ends; None where they are none."""
    return await db.maybe(conn, UUID, "select person_id from coach where person_id = $1 for update", person_id)


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
