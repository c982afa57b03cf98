"""What decides with whom students may go: the form, the family's list, the school's people, and a stop."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from msgspec import Struct

from service import db
from service.attendance import release
from service.attendance.rules import Release
from service.consents import day_facts, day_rules
from service.db import Connection
from service.field_cipher import Ring


class Home(Struct, frozen=True):
    """One student's; `has_stop`: nobody takes them along before the safety lead was asked."""

    signup_id: UUID
    listed: list[str]
    school: list[str]
    may_go_alone: bool
    has_stop: bool
    has_health_flag: bool


class AloneRow(Struct, frozen=True):
    """Whether all who signed say that a student may sign themselves out."""

    signup_id: UUID
    may_go_alone: bool


class SchoolAdultRow(Struct, frozen=True):
    """An adult of a student's school."""

    signup_id: UUID
    name: str


class Homes(Struct, frozen=True):
    """Of several students; nothing is known of a minor who is on no list."""

    by_id: Mapping[UUID, Home]

    def judge(self, signup_id: UUID | None, adult: str, said: Release | None) -> Release:
        """How a sign-out stands."""
        home = self.by_id.get(signup_id) if signup_id else None
        if home is None:
            return "decided" if said == "decided" else "unlisted"
        return release.judged(
            adult, said, listed=home.listed, school=home.school, may_go_alone=home.may_go_alone, has_stop=home.has_stop
        )


async def homes(conn: Connection, ring: Ring, signup_ids: Sequence[UUID]) -> Homes:
    """Read and open it for these students."""
    if not signup_ids:
        return Homes({})
    kept = await day_facts.of_students(conn, ring, signup_ids)
    alone = {row.signup_id: row.may_go_alone for row in await may_go_alone(conn, signup_ids)}
    school: dict[UUID, list[str]] = {}
    for row in await school_adults(conn, signup_ids):
        school.setdefault(row.signup_id, []).append(row.name)
    return Homes(
        {
            one: Home(
                signup_id=one,
                listed=release.listed_names(kept[one]),
                school=school.get(one, []),
                may_go_alone=alone.get(one, False),
                has_stop=any(day_rules.has_stop(each.written.facts, each.written.unreadable) for each in kept[one]),
                has_health_flag=any(each.written.has_health_flag for each in kept[one]),
            )
            for one in signup_ids
        }
    )


async def may_go_alone(conn: Connection, signup_ids: Sequence[UUID]) -> list[AloneRow]:
    """Only where each who signed says so (C: “may sign out alone”), or a student signs for themselves."""
    return await db.many(
        conn,
        AloneRow,
        """select u.id as signup_id,
                  u.signs_for_self or coalesce(bool_and(c.answers ->> 'leave' = 'self_sign_out'), false) as may_go_alone
             from signup u left join consent c on c.signup_id = u.id and c.state in ('signed', 'signed_paper') and c.joins
                  and (c.signer = 'student') = u.signs_for_self
            where u.id = any($1::uuid[]) group by u.id""",
        signup_ids,
    )


async def school_adults(conn: Connection, signup_ids: Sequence[UUID]) -> list[SchoolAdultRow]:
    """Who answers for these students at their school."""
    return await db.many(
        conn,
        SchoolAdultRow,
        """select u.id as signup_id, p.name from signup u join school_contact k on k.school_id = u.school_id
             join person p on p.id = k.person_id where u.id = any($1::uuid[]) order by u.id, p.name""",
        signup_ids,
    )
