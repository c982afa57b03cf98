"""What becomes of each thing that hangs on a district or a school that goes: see `place_decisions.py`."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection
from service.merging.place_rules import Entry


async def lock_people(conn: Connection, person_ids: Sequence[UUID]) -> int:
    """Nobody else changes them until the transaction ends."""
    return await db.run(
        conn, "select from person where id = any($1::uuid[]) order by id for no key update", sorted(person_ids)
    )


async def lock_messages(conn: Connection, district_ids: Sequence[UUID]) -> int:
    """Nobody releases or schedules messages to these districts until the transaction ends."""
    return await db.run(
        conn,
        "select from bulk_message where district_id = any($1::uuid[]) order by id for no key update",
        district_ids,
    )


async def lock_schools(conn: Connection, school_ids: Sequence[UUID]) -> int:
    """Nobody changes them, and nothing that refers to them is written, until the transaction ends; how many there are."""
    return await db.run(conn, "select from school where id = any($1::uuid[]) order by id for update", school_ids)


async def lock_districts(conn: Connection, district_ids: Sequence[UUID]) -> int:
    """The same of districts."""
    return await db.run(conn, "select from district where id = any($1::uuid[]) order by id for update", district_ids)


async def keep_districts(conn: Connection, school_ids: Sequence[UUID]) -> int:
    """The districts of these schools stay as they are until the transaction ends."""
    return await db.run(
        conn,
        """select from district where id = any(array(select district_id from school where id = any($1::uuid[])))
            order by id for share""",
        school_ids,
    )


async def follow_district(conn: Connection, kept: Entry, former: Entry, by: UUID, now: datetime) -> None:
    """Whoever asks for what went finds the one that stays; what hangs on it has moved, and it is gone."""
    await db.run(
        conn,
        """insert into merged_district (former_id, district_id, code, name, state, name_before, state_before, merged_by,
                                        merged_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9)""",
        former.id,
        kept.id,
        former.code,
        former.name,
        former.state,
        kept.name,
        kept.state,
        by,
        now,
    )
    await db.run(conn, "update merged_district set district_id = $1 where district_id = $2", kept.id, former.id)
    await db.run(conn, "update merged_school set district_id = $1 where district_id = $2", kept.id, former.id)
    await db.run(conn, "update merged_school set district_before = $1 where district_before = $2", kept.id, former.id)
    await db.run(conn, "update school set district_id = $1 where district_id = $2", kept.id, former.id)
    await db.run(conn, "update person set district_id = $1 where district_id = $2", kept.id, former.id)
    await db.run(
        conn, "update bulk_message set district_id = $1, version = version + 1 where district_id = $2", kept.id, former.id
    )
    await db.run(conn, "delete from district where id = $1", former.id)


class Renamed(Struct, frozen=True):
    """A registration that says the chosen name now."""

    id: UUID
    convening_id: UUID


async def rename_on_registrations(
    conn: Connection, district_id: UUID, names: Sequence[str], name: str, now: datetime
) -> list[Renamed]:
    """What is still to come says the chosen name where it said one of these; a name of its own stays, and what is over."""
    return await db.many(
        conn,
        Renamed,
        """update registration r set district_name = $3, changed_at = $4
             from convening c, person p
            where c.id = r.convening_id and p.id = r.person_id and p.district_id = $1 and c.state = 'published'
              and c.ends_at > $4 and r.state in ('held', 'confirmed', 'waitlisted', 'offered')
              and r.district_name = any($2::text[])
           returning r.id, r.convening_id""",
        district_id,
        names,
        name,
        now,
    )


async def follow_school(conn: Connection, kept: Entry, former: Entry, by: UUID, now: datetime) -> None:
    """The same of a school: students, contacts and kept places are the one's that stays."""
    await db.run(
        conn,
        """insert into merged_school (former_id, school_id, code, name, district_id, name_before, district_before, merged_by,
                                      merged_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9)""",
        former.id,
        kept.id,
        former.code,
        former.name,
        former.district_id,
        kept.name,
        kept.district_id,
        by,
        now,
    )
    await db.run(conn, "update merged_school set school_id = $1 where school_id = $2", kept.id, former.id)
    await db.run(conn, "update signup set school_id = $1 where school_id = $2", kept.id, former.id)
    await db.run(conn, "update school_contact set school_id = $1 where school_id = $2", kept.id, former.id)
    await join_places(conn, kept.id, former.id)
    await db.run(conn, "delete from school where id = $1", former.id)


async def join_places(conn: Connection, kept_id: UUID, former_id: UUID) -> None:
    """Places kept for both are kept together, until the later day; those that were given to anybody are nobody's again."""
    await db.run(
        conn,
        """update panel_hold k set places = case when k.released_at is null and f.released_at is not null then k.places
                                                 when k.released_at is not null and f.released_at is null then f.places
                                                 else k.places + f.places end,
                  held_until = case when (k.released_at is null) = (f.released_at is null)
                                      then greatest(k.held_until, f.held_until)
                                    when k.released_at is null then k.held_until else f.held_until end,
                  released_at = case when k.released_at is not null and f.released_at is not null
                                       then greatest(k.released_at, f.released_at) end
             from panel_hold f where f.panel_id = k.panel_id and k.school_id = $1 and f.school_id = $2""",
        kept_id,
        former_id,
    )
    await db.run(
        conn,
        """delete from panel_hold f where f.school_id = $2
              and exists (select from panel_hold k where k.panel_id = f.panel_id and k.school_id = $1)""",
        kept_id,
        former_id,
    )
    await db.run(conn, "update panel_hold set school_id = $1 where school_id = $2", kept_id, former_id)


async def put_district(
    conn: Connection, district_id: UUID, *, name: str, state: str, time_zone: str, signs_at: int | None, signers: int
) -> int:
    """The kept district as it was chosen."""
    return await db.run(
        conn,
        """update district set name = $2, state = $3, time_zone = $4, student_signs_at = $5, signers_needed = $6
            where id = $1""",
        district_id,
        name,
        state,
        time_zone,
        signs_at,
        signers,
    )


async def put_school(conn: Connection, school_id: UUID, *, name: str, district_id: UUID) -> int:
    """The kept school as it was chosen."""
    return await db.run(conn, "update school set name = $2, district_id = $3 where id = $1", school_id, name, district_id)
