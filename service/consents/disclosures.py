"""The log of who outside a school saw or got what about a student (34 CFR 99.32), which grows and never changes.

One look is one entry. Who reloads a page, or searches a list as they type, would log the same look dozens of times: so the
same person with the same fields for the same purpose is logged once within an hour. A school that looks at its own students
discloses nothing. A file that somebody takes along is logged each time: its purpose carries the file's number.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from msgspec import Struct

from service import db
from service.access.rules import Caller
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
    (
        "name",
        "grade",
        "school",
        "panel",
        "language",
        "names and contacts of guardians",
        "standing of the form",
        "standing of the student’s answer",
        "history",
        "badge name",
        "answers about photos, recording and quotes",
    ),
    "To help with one student’s sign-up",
)
LISTING = Purpose(
    ("name", "grade", "school", "panel", "standing of the form", "standing of the student’s answer"),
    "To organize the panel, by the API",
)
SIGNED_FORM = Purpose(
    ("text of the form", "answers of the form", "name of who signed", "name", "school", "panel"),
    "To prove what was signed",
)
SAFETY = Purpose(
    (
        "name",
        "grade",
        "school",
        "allergies",
        "auto-injector",
        "medication",
        "people not to release to",
        "food",
        "travel",
        "emergency contacts",
        "who may collect",
        "guardian’s phone number",
    ),
    "To keep students safe on the day",
)
CONTACTS = Purpose(("emergency contacts", "who may collect"), "To help with one student’s sign-up")
DOOR = Purpose(
    (
        "badge name",
        "school",
        "panel",
        "lanyard code",
        "that helpers must know something",
        "with whom they may go: yes or no",
    ),
    "To sign students in and out at the door",
)
BADGES = Purpose(("badge name", "lanyard code"), "To print badges")
ATTENDING = Purpose(("badge name", "school", "panel", "when they came and went"), "To keep the count of the day, by the API")
MODERATING = Purpose(("badge name", "topic colors", "answers about photos, recording and quotes"), "To moderate the panel")


SCAN = Purpose(("scan of the signed paper",), "To look at a form that was signed on paper")
EVIDENCE = Purpose(
    ("signed form", "answers", "name of who signed", "circumstances of signing"), "To prove what was signed, by the API"
)
AGAIN = timedelta(hours=1)
"""Within this time the same look is the same entry."""


class DisclosureRow(Struct, frozen=True):
    """One look; `viewer` is empty where the person is gone. A program is called by its token."""

    signup_id: UUID
    label: str
    viewer: str
    fields: list[str]
    purpose: str
    created_at: datetime


async def disclose(conn: Connection, signup_id: UUID, person_id: UUID, purpose: Purpose, now: datetime) -> int:
    """Somebody looks at one student."""
    return await disclose_list(conn, [signup_id], person_id, purpose, now)


async def disclose_list(
    conn: Connection,
    signup_ids: Sequence[UUID],
    person_id: UUID | None,
    purpose: Purpose,
    now: datetime,
    caller: str = "",
    *,
    own_too: bool = False,
) -> int:
    """Somebody, or a program with a token of this name, looks at students; how many entries are new.

    A slip without a name says nothing about anybody, so it is left out; so is who belongs to the viewer's own school,
    unless it is seen (`own_too`) what a school never sees.
    """
    return await db.run(
        conn,
        """insert into disclosure (id, signup_id, person_id, caller, fields, purpose, created_at)
           select given.id, given.signup_id, $3, $7, $4, $5, $6
             from unnest($1::uuid[], $2::uuid[]) as given (id, signup_id) join signup u on u.id = given.signup_id
            where u.name <> ''
              and ($9 or not exists (select from school_contact k where k.person_id = $3 and k.school_id = u.school_id))
              and not exists (select from disclosure d where d.signup_id = given.signup_id
                                 and d.person_id is not distinct from $3 and d.caller = $7
                                 and d.purpose = $5 and d.fields = $4 and d.created_at > $8)""",
        [db.new_id(now) for _ in signup_ids],
        signup_ids,
        person_id,
        purpose.fields,
        purpose.words,
        now,
        caller,
        now - AGAIN,
        own_too,
    )


async def to_program(conn: Connection, signup_ids: Sequence[UUID], caller: Caller, purpose: Purpose, now: datetime) -> int:
    """The API answers a program with these students."""
    return await disclose_list(conn, signup_ids, caller.person_id, purpose, now, f"the program “{caller.name}”")


async def disclose_file(
    conn: Connection, signup_ids: Sequence[UUID], person_id: UUID, purpose: Purpose, export_id: UUID, now: datetime
) -> int:
    """Somebody takes a file with these students along, the school's own people too."""
    return await db.run(
        conn,
        """insert into disclosure (id, signup_id, person_id, fields, purpose, created_at)
           select given.id, given.signup_id, $3, $4, $5, $6
             from unnest($1::uuid[], $2::uuid[]) as given (id, signup_id) join signup u on u.id = given.signup_id
            where u.name <> ''""",
        [db.new_id(now) for _ in signup_ids],
        signup_ids,
        person_id,
        purpose.fields,
        f"{purpose.words} (file {export_id})",
        now,
    )


async def of_signup(conn: Connection, signup_id: UUID, most: int = 100) -> list[DisclosureRow]:
    """Who saw what about a student, the latest first."""
    return await db.many(
        conn,
        DisclosureRow,
        """select d.signup_id, coalesce(u.label, '') as label,
                  concat_ws(', ', p.name, nullif(d.caller, '')) as viewer, d.fields, d.purpose, d.created_at
             from disclosure d left join merged_person g on g.former_id = d.person_id
             left join person p on p.id = coalesce(g.person_id, d.person_id) left join signup u on u.id = d.signup_id
            where d.signup_id = $1 order by d.created_at desc, d.id desc limit $2""",
        signup_id,
        most,
    )


async def of_school(conn: Connection, school_id: UUID, most: int) -> list[DisclosureRow]:
    """The same of all students of a school, also of those whose data were deleted: their `label` is empty."""
    return await db.many(
        conn,
        DisclosureRow,
        """select d.signup_id, u.label, concat_ws(', ', p.name, nullif(d.caller, '')) as viewer, d.fields, d.purpose,
                  d.created_at
             from (select id, label from signup where school_id = $1
                   union all select signup_id, '' from erasure
                              where school_id = $1
                                 or school_id = any(array(select former_id from merged_school where school_id = $1)))
                  as u (id, label)
             join disclosure d on d.signup_id = u.id left join merged_person g on g.former_id = d.person_id
             left join person p on p.id = coalesce(g.person_id, d.person_id)
            order by d.created_at desc, d.id desc limit $2""",
        school_id,
        most,
    )
