"""What people's own pages ask: where they are registered, and the directory of those who wish to be in it."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection
from service.web.paging import MOST_FOUND, NamePlace


class Entry(Struct, frozen=True):
    """Somebody in the directory; `email` is empty unless they chose to show it."""

    id: UUID
    name: str
    title: str
    district_name: str
    about: str
    email: str


class Coming(Struct, frozen=True):
    """A live registration for a convening that is not over; it `differs` where it says other needs than the person now."""

    id: UUID
    generation: int
    title: str
    differs: bool


async def coming(conn: Connection, person_id: UUID, now: datetime) -> list[Coming]:
    """Where somebody is registered, the next convening first."""
    return await db.many(
        conn,
        Coming,
        """select r.id, r.generation, c.title,
                  (r.dietary, r.access_needs) is distinct from (p.dietary, p.access_needs) as differs
             from registration r join convening c on c.id = r.convening_id join person p on p.id = r.person_id
            where r.person_id = $1 and r.state in ('held', 'confirmed', 'waitlisted', 'offered')
              and c.state = 'published' and c.ends_at > $2 order by c.starts_at, r.id""",
        person_id,
        now,
    )


async def gathered(conn: Connection, words: str) -> list[UUID]:
    """Who asked to be listed and in whose entry the longest of these words is; one more than `MOST_FOUND`: too many."""
    return await db.many(
        conn,
        UUID,
        """select p.id from person p
            where p.listed
              and (searchable(p.name || ' ' || p.title || ' ' || p.about
                                 || case when p.email_listed then ' ' || p.email else '' end) like (sought($1))[1]
                   or p.district_id = any(array(select id from district where searchable(name) like (sought($1))[1])))
            limit $2""",
        words,
        MOST_FOUND + 1,
    )


async def entries(conn: Connection, words: str, after: NamePlace | None, limit: int) -> list[Entry]:
    """Who asked to be listed and is still of the network, by name; words are looked for in what is shown, and only there."""
    name, last_id = after or (None, None)
    only = await gathered(conn, words) if words else None
    return await db.many(
        conn,
        Entry,
        """select p.id, p.name, p.title, coalesce(d.name, '') as district_name, p.about,
                  case when p.email_listed then p.email else '' end as email
             from person p left join district d on d.id = p.district_id
            where p.listed
              and (exists (select from membership where person_id = p.id offset 0)
                   or exists (select from coach where person_id = p.id offset 0)
                   or exists (select from role_grant g
                               where g.person_id = p.id and g.role = 'organizer' and g.convening_id is null offset 0))
              and ($1 = '' or searchable(concat_ws(' ', p.name, p.title, d.name, p.about,
                                                    case when p.email_listed then p.email end)) like all(sought($1)))
              and ($5::uuid[] is null or p.id = any($5))
              and ($2::text is null or (folded(p.name) collate "C", p.name, p.id) > (folded($2), $2, $3::uuid))
            order by folded(p.name) collate "C", p.name, p.id limit $4""",
        words,
        name,
        last_id,
        limit,
        None if only is None or len(only) > MOST_FOUND else only,
    )
