"""Questions about the network's people."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection
from service.errors import NotFound


class PersonRow(Struct, frozen=True):
    """One person, with the district's name and the zone that their times are shown in."""

    id: UUID
    name: str
    email: str
    title: str
    district_name: str
    time_zone: str
    dietary: str
    access_needs: str


class KnownAddress(Struct, frozen=True):
    """Which person an address belongs to."""

    id: UUID
    email_key: str


async def person(conn: Connection, person_id: UUID) -> PersonRow:
    """One person."""
    return await db.one(
        conn,
        PersonRow,
        """select p.id, p.name, p.email, p.title, coalesce(d.name, '') as district_name,
                  coalesce(p.time_zone, d.time_zone, '') as time_zone, p.dietary, p.access_needs
             from person p left join district d on d.id = p.district_id where p.id = $1""",
        person_id,
    )


async def upsert_by_address(
    conn: Connection, ids: Sequence[UUID], names: Sequence[str], emails: Sequence[str], titles: Sequence[str], now: datetime
) -> list[KnownAddress]:
    """The people of these addresses (each address once); unknown ones are made, known ones stay as they are.

    Two addresses may be one person's: one theirs, and one that a second entry of theirs had. Who was made just now has one
    of the given ids.
    """
    known = await _known(conn, emails)
    keys = {one.email_key for one in known}
    unknown = [at for at, email in enumerate(emails) if email.lower() not in keys]
    if not unknown:
        return known
    made = await _made(
        conn,
        [ids[at] for at in unknown],
        [names[at] for at in unknown],
        [emails[at] for at in unknown],
        [titles[at] for at in unknown],
        now,
    )
    return known + made if len(made) == len(unknown) else await _known(conn, emails)  # somebody else made one meanwhile


async def _known(conn: Connection, emails: Sequence[str]) -> list[KnownAddress]:
    """Each is looked up by itself: a plan made before anybody counted the table would look at everybody."""
    return await db.many(
        conn,
        KnownAddress,
        """select p.id, p.email_key from unnest($1::text[]) as given
            cross join lateral (select id, email_key from person where email_key = lower(given) offset 0) p
           union all
           select f.person_id, lower(given) from unnest($1::text[]) as given
            cross join lateral (select person_id from former_address where merged and lower(email) = lower(given)
                                 order by changed_at desc, id limit 1) f
            where not exists (select from person where email_key = lower(given) offset 0)""",
        emails,
    )


async def _made(
    conn: Connection, ids: Sequence[UUID], names: Sequence[str], emails: Sequence[str], titles: Sequence[str], now: datetime
) -> list[KnownAddress]:
    """In the order of their addresses, so that two who make the same people never wait for one another."""
    return await db.many(
        conn,
        KnownAddress,
        """insert into person (id, name, email, title, created_at)
           select id, name, email, title, $5
             from unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) as given (id, name, email, title)
            order by lower(email)
           on conflict (email_key) do nothing returning id, email_key""",
        ids,
        names,
        emails,
        titles,
        now,
    )


async def person_with(conn: Connection, email: str) -> UUID | None:
    """Whose address this is, whatever its letters' case; also of somebody whose second entry had it."""
    return await db.maybe(conn, UUID, "select who from person_of_address($1) as who where who is not null", email)


async def merged_into(conn: Connection, person_id: UUID) -> UUID | None:
    """Who somebody is now whose entry was merged into another; None for everybody else."""
    return await db.maybe(conn, UUID, "select person_id from merged_person where former_id = $1", person_id)


async def set_address(conn: Connection, person_id: UUID, email: str) -> int:
    """Write a person's new address; raises UniqueViolationError where somebody else has it."""
    return await db.run(conn, "update person set email = $2 where id = $1", person_id, email)


async def lock(conn: Connection, person_id: UUID) -> str:
    """The person's address, now that nobody else changes the person; raises NotFound, also of whose erasure was ordered."""
    email = await db.one(conn, str, "select email from person where id = $1 for no key update", person_id)
    if await db.one(conn, bool, "select exists (select from person_erasure where person_id = $1) as gone", person_id):
        raise NotFound
    return email


async def hold(conn: Connection, person_id: UUID) -> None:
    """Nobody else changes the person, and nothing that refers to them is written, until the transaction ends."""
    await db.one(conn, UUID, "select id from person where id = $1 for update", person_id)


async def is_known(conn: Connection, person_id: UUID, now: datetime) -> bool:
    """Whether anything but registrations knows them: a part, a role, a sign-in, an invitation, what is kept of them.

    Of anybody else we know no more than what a stranger may have typed into a form.
    """
    return await db.one(
        conn,
        bool,
        """select exists (select from membership where person_id = $1)
               or exists (select from coach where person_id = $1)
               or exists (select from school_contact where person_id = $1)
               or exists (select from role_grant where person_id = $1)
               or exists (select from api_token where created_by = $1)
               or exists (select from web_session where person_id = $1)
               or exists (select from sign_in where person_id = $1 and (used_at is not null or expires_at > $2))
               or exists (select from invitation where person_id = $1)
               or exists (select from person
                           where id = $1 and (code is not null or district_id is not null or time_zone is not null or listed
                              or pronouns || dietary || access_needs || badge_name || about <> '')) as known""",
        person_id,
        now,
    )


async def keep_former_address(conn: Connection, former_id: UUID, person_id: UUID, email: str, now: datetime) -> int:
    """What somebody signed in with until now: a mail there says that they no longer do."""
    return await db.run(
        conn,
        "insert into former_address (id, person_id, email, changed_at) values ($1, $2, $3, $4)",
        former_id,
        person_id,
        email,
        now,
    )


async def keep_district(conn: Connection, district_id: UUID) -> UUID | None:
    """The district, which stays until the end of the transaction; None where there is none."""
    return await db.maybe(conn, UUID, "select id from district where id = $1 for key share", district_id)


async def keep_school(conn: Connection, school_id: UUID) -> UUID | None:
    """The school, which stays until the end of the transaction; None where there is none."""
    return await db.maybe(conn, UUID, "select id from school where id = $1 for key share", school_id)


async def keep_coach(conn: Connection, person_id: UUID) -> UUID | None:
    """The coach, who stays one until the end of the transaction; None where they are none."""
    return await db.maybe(conn, UUID, "select person_id from coach where person_id = $1 for key share", person_id)
