"""The members' directory: those who wish to be in it, and nothing that is not meant for it."""

from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection
from service.web.paging import NamePlace


class Entry(Struct, frozen=True):
    """Somebody in the directory; `email` is empty unless they chose to show it."""

    id: UUID
    name: str
    title: str
    district_name: str
    about: str
    email: str


async def entries(conn: Connection, words: str, after: NamePlace | None, limit: int) -> list[Entry]:
    """Who asked to be listed and is still of the network, by name; words are looked for in what is shown, and only there."""
    name, last_id = after or (None, None)
    return await db.many(
        conn,
        Entry,
        """select p.id, p.name, p.title, coalesce(d.name, '') as district_name, p.about,
                  case when p.email_listed then p.email else '' end as email
             from person p left join district d on d.id = p.district_id
            where p.listed
              and (exists (select from membership m where m.person_id = p.id)
                   or exists (select from coach c where c.person_id = p.id)
                   or exists (select from role_grant g
                               where g.person_id = p.id and g.role = 'organizer' and g.convening_id is null))
              and not exists (
                    select from unnest(string_to_array(folded($1), ' ')) as word
                     where strpos(folded(concat_ws(' ', p.name, p.title, d.name, p.about,
                                                   case when p.email_listed then p.email end)), word) = 0)
              and ($2::text is null or (folded(p.name) collate "C", p.name, p.id) > (folded($2), $2, $3::uuid))
            order by folded(p.name) collate "C", p.name, p.id limit $4""",
        words,
        name,
        last_id,
        limit,
    )
