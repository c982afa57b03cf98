"""What a person's own page asks for."""

from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection


class ProfileRow(Struct, frozen=True):
    """What the network knows of somebody, and whether colleagues find them in the directory."""

    title: str
    district_name: str
    pronouns: str
    dietary: str
    access_needs: str
    listed: bool
    email_listed: bool
    time_zone: str
    """In which their times are shown, too; empty where neither they nor their district have one."""


async def profile(conn: Connection, person_id: UUID) -> ProfileRow:
    """One person's."""
    return await db.one(
        conn,
        ProfileRow,
        """select p.title, coalesce(d.name, '') as district_name, p.pronouns, p.dietary, p.access_needs, p.listed,
                  p.email_listed, coalesce(p.time_zone, d.time_zone, '') as time_zone
             from person p left join district d on d.id = p.district_id where p.id = $1""",
        person_id,
    )


async def newest_of_each(conn: Connection, person_id: UUID) -> list[UUID]:
    """Of each convening the registration that counts: the live one, else the newest; in the order of the convenings."""
    return await db.many(
        conn,
        UUID,
        """select n.id from (
             select distinct on (r.convening_id) r.id, c.starts_at, c.id as convening_id
               from registration r join convening c on c.id = r.convening_id where r.person_id = $1
              order by r.convening_id, r.state in ('held', 'confirmed', 'waitlisted', 'offered') desc, r.id desc
           ) n order by n.starts_at, n.convening_id""",
        person_id,
    )
