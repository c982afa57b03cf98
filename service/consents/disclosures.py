"""The log of who outside a school saw or got what about a student (34 CFR 99.32), which grows and never changes.

The page of one student is logged at each look. A list that is searched as somebody types would log the same look dozens of
times, so of a list each student is logged once a day (UTC) for each person who looked.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection


class Purpose(Struct, frozen=True):
    """What is looked at, for what; both in our own words."""

    fields: tuple[str, ...]
    words: str


BOARD = Purpose(
    ("name", "school", "panel", "language", "standing of the form", "standing of the student’s answer"),
    "To see on the readiness board who may be on stage",
)
ONE_STUDENT = Purpose(
    ("name", "grade", "school", "panel", "language", "standing of the form", "standing of the student’s answer", "history"),
    "To help with one student’s sign-up",
)
MODERATING = Purpose(("badge name", "topic colors"), "To moderate the panel")


class DisclosureRow(Struct, frozen=True):
    """One look; `viewer` is empty where the person is gone."""

    viewer: str
    fields: list[str]
    purpose: str
    created_at: datetime


async def disclose(conn: Connection, signup_id: UUID, person_id: UUID, purpose: Purpose, now: datetime) -> int:
    """Somebody looks at one student."""
    return await db.run(
        conn,
        "insert into disclosure (id, signup_id, person_id, fields, purpose, created_at) values ($1, $2, $3, $4, $5, $6)",
        db.new_id(now),
        signup_id,
        person_id,
        purpose.fields,
        purpose.words,
        now,
    )


async def disclose_list(
    conn: Connection, signup_ids: Sequence[UUID], person_id: UUID, purpose: Purpose, now: datetime
) -> int:
    """Somebody looks at a list; how many of it are new today."""
    return await db.run(
        conn,
        """insert into disclosure (id, signup_id, person_id, fields, purpose, created_at)
           select given.id, given.signup_id, $3, $4, $5, $6
             from unnest($1::uuid[], $2::uuid[]) as given (id, signup_id)
            where not exists (select from disclosure d where d.signup_id = given.signup_id and d.person_id = $3
                                 and d.purpose = $5 and d.fields = $4
                                 and d.created_at >= date_trunc('day', $6::timestamptz, 'UTC'))""",
        [db.new_id(now) for _ in signup_ids],
        signup_ids,
        person_id,
        purpose.fields,
        purpose.words,
        now,
    )


async def of_signup(conn: Connection, signup_id: UUID) -> list[DisclosureRow]:
    """Who saw what about a student, the latest first."""
    return await db.many(
        conn,
        DisclosureRow,
        """select coalesce(p.name, '') as viewer, d.fields, d.purpose, d.created_at
             from disclosure d left join person p on p.id = d.person_id
            where d.signup_id = $1 order by d.created_at desc, d.id desc limit 100""",
        signup_id,
    )
