"""Districts and schools page by page, found by words."""

from uuid import UUID

from service import db
from service.db import Connection
from service.members.places import DistrictRow, SchoolRow
from service.web.paging import NamePlace


async def districts(conn: Connection, words: str, after: NamePlace | None, limit: int) -> list[DistrictRow]:
    """By name, behind `after`: those in whose name each of the words is."""
    name, last_id = after or (None, None)
    return await db.many(
        conn,
        DistrictRow,
        """select d.id, d.code, d.name, d.state, d.time_zone, d.student_signs_at, d.signers_needed,
                  (select count(*) from school s where s.district_id = d.id) as schools,
                  (select count(*) from person p where p.district_id = d.id) as people
             from district d
            where ($1 = '' or searchable(d.name) like (sought($1))[1] and searchable(d.name) like all(sought($1)))
              and ($2::text is null or (folded(d.name) collate "C", d.name, d.id) > (folded($2), $2, $3::uuid))
            order by folded(d.name) collate "C", d.name, d.id limit $4""",
        words,
        name,
        last_id,
        limit,
    )


async def schools(
    conn: Connection, words: str, district_id: UUID | None, after: NamePlace | None, limit: int
) -> list[SchoolRow]:
    """By name, behind `after`: each of the words in their name, or their district's; of one district where that is given."""
    name, last_id = after or (None, None)
    return await db.many(
        conn,
        SchoolRow,
        """select s.id, s.code, s.name, s.district_id, d.name as district_name,
                  (select count(*) from school_contact k where k.school_id = s.id) as contacts
             from school s join district d on d.id = s.district_id
            where ($1 = ''
                   or (searchable(s.name) like (sought($1))[1]
                       or s.district_id = any(array(select id from district where searchable(name) like (sought($1))[1])))
                      and ((sought($1))[2] is null or searchable(s.name) like (sought($1))[2]
                           or s.district_id = any(array(select id from district
                                                         where searchable(name) like (sought($1))[2])))
                      and searchable(concat_ws(' ', s.name, d.name)) like all(sought($1)))
              and ($2::uuid is null or s.district_id = $2)
              and ($3::text is null or (folded(s.name) collate "C", s.name, s.id) > (folded($3), $3, $4::uuid))
            order by folded(s.name) collate "C", s.name, s.id limit $5""",
        words,
        district_id,
        name,
        last_id,
        limit,
    )
