"""What the readiness board asks beside the sign-ups themselves."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection


class BesideRow(Struct, frozen=True):
    """Of each sign-up: the language that its family reads, and the zone of its district."""

    signup_id: UUID
    language: str
    time_zone: str


class ContactRow(Struct, frozen=True):
    """Who answers for a school."""

    name: str
    email: str
    phone: str


class FactRow(Struct, frozen=True):
    """A recorded event."""

    kind: str
    created_at: datetime


class ExtensionRow(Struct, frozen=True):
    """More time that an organizer gave, and why; `decider` is empty where the person is gone."""

    until: datetime
    reason: str
    decider: str
    created_at: datetime


async def beside(conn: Connection, signup_ids: Sequence[UUID]) -> list[BesideRow]:
    """Languages and zones of these sign-ups."""
    return await db.many(
        conn,
        BesideRow,
        """select u.id as signup_id, coalesce(c.language, 'en') as language, d.time_zone
             from signup u join school h on h.id = u.school_id join district d on d.id = h.district_id
             left join lateral (select language from consent o where o.signup_id = u.id order by o.signer limit 1) c on true
            where u.id = any($1::uuid[])""",
        signup_ids,
    )


async def contacts(conn: Connection, school_id: UUID) -> list[ContactRow]:
    """Whom to call at a school."""
    return await db.many(
        conn,
        ContactRow,
        """select p.name, p.email, o.phone from school_contact o join person p on p.id = o.person_id
            where o.school_id = $1 order by p.name, p.id""",
        school_id,
    )


async def facts(conn: Connection, convening_id: UUID, signup_id: UUID) -> list[FactRow]:
    """What was recorded about a sign-up, in its order."""
    return await db.many(
        conn,
        FactRow,
        """select kind, created_at from event
            where payload ->> 'convening_id' = $1::uuid::text and payload ->> 'signup_id' = $2::uuid::text
            order by ordinal""",
        convening_id,
        signup_id,
    )


async def extensions(conn: Connection, signup_id: UUID) -> list[ExtensionRow]:
    """The times that more time was given."""
    return await db.many(
        conn,
        ExtensionRow,
        """select x.until, x.reason, coalesce(p.name, '') as decider, x.created_at
             from signup_extension x left join person p on p.id = x.person_id
            where x.signup_id = $1 order by x.created_at, x.id""",
        signup_id,
    )
