"""The table of roles that people were given."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service import db
from service.access.rules import Role
from service.db import Connection


class GrantRow(Struct, frozen=True):
    """Who has which role where; `title` is empty where the role is theirs everywhere."""

    id: UUID
    person_id: UUID
    name: str
    email: str
    role: Role
    convening_id: UUID | None
    title: str
    created_at: datetime


class Place(Struct, frozen=True):
    """A convening that a role can be given for."""

    id: UUID
    title: str


async def listed(conn: Connection, everywhere: bool, convenings: Sequence[UUID]) -> list[GrantRow]:
    """All grants, or those of these convenings only."""
    return await db.many(
        conn,
        GrantRow,
        """select g.id, g.person_id, p.name, p.email, g.role, g.convening_id, coalesce(c.title, '') as title, g.created_at
             from role_grant g join person p on p.id = g.person_id left join convening c on c.id = g.convening_id
            where $1 or g.convening_id = any($2::uuid[])
            order by p.name, p.id, g.role, c.starts_at nulls first limit 1000""",
        everywhere,
        convenings,
    )


async def places(conn: Connection, everywhere: bool, convenings: Sequence[UUID]) -> list[Place]:
    """All convenings, or only these, the latest first."""
    return await db.many(
        conn,
        Place,
        """select id, title from convening where $1 or id = any($2::uuid[]) order by starts_at desc, id limit 200""",
        everywhere,
        convenings,
    )


async def lock(conn: Connection, grant_id: UUID) -> GrantRow | None:
    """One grant, held until the transaction ends."""
    return await db.maybe(
        conn,
        GrantRow,
        """select g.id, g.person_id, p.name, p.email, g.role, g.convening_id, '' as title, g.created_at
             from role_grant g join person p on p.id = g.person_id where g.id = $1 for update of g""",
        grant_id,
    )


async def lock_organizers(conn: Connection) -> list[UUID]:
    """The grants of those who organize everything, held until the transaction ends."""
    return await db.many(
        conn,
        UUID,
        "select id from role_grant where role = 'organizer' and convening_id is null order by id for update",
    )


async def insert(
    conn: Connection,
    grant_id: UUID,
    *,
    person_id: UUID,
    role: Role,
    convening_id: UUID | None,
    granted_by: UUID | None,
    now: datetime,
) -> int:
    """Give a role; 0 where they have it already."""
    return await db.run(
        conn,
        """insert into role_grant (id, person_id, role, convening_id, granted_by, created_at)
           values ($1, $2, $3, $4, $5, $6) on conflict do nothing""",
        grant_id,
        person_id,
        role,
        convening_id,
        granted_by,
        now,
    )


async def delete(conn: Connection, grant_id: UUID) -> int:
    """Take a role."""
    return await db.run(conn, "delete from role_grant where id = $1", grant_id)


async def person_by_address(conn: Connection, email: str) -> UUID | None:
    """Whose address it is."""
    return await db.maybe(conn, UUID, "select id from person where email_key = lower($1)", email)
