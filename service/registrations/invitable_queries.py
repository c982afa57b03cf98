"""Questions about people who could be invited to a convening."""

from collections.abc import Sequence
from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection


class CandidateRow(Struct, frozen=True):
    """Somebody of the network whom nobody has invited to this convening, and who is not registered for it."""

    id: UUID
    name: str
    email: str
    kinds: list[str]
    district_name: str


async def gathered(
    conn: Connection, convening_id: UUID, kind: str, district_id: UUID | None, search: str, limit: int
) -> list[UUID]:
    """Up to so many of them, in no order: of one kind or district, each word in name, address or the district's name.

    `case` has invitations and registrations looked up of nobody who is none of these anyway.
    """
    return await db.many(
        conn,
        UUID,
        """select p.id
             from person p left join (
               select person_id from membership where $2::text = 'member'
               union all select person_id from coach where $2 = 'coach'
               union all select person_id from school_contact where $2 = 'contact') part on part.person_id = p.id
            where ($4 = ''
                   or (p.words like (sought($4))[1]
                       or p.district_id = any(array(select id from district where searchable(name) like (sought($4))[1])))
                      and concat(p.words, searchable((select name from district where id = p.district_id)))
                          like all(sought($4)))
              and ($3::uuid is null or p.district_id = $3)
              and case when part.person_id is not null
                         or $2 = '' and (exists (select from membership where person_id = p.id offset 0)
                                         or exists (select from coach where person_id = p.id offset 0)
                                         or exists (select from school_contact where person_id = p.id offset 0))
                       then not exists (select from invitation where convening_id = $1 and person_id = p.id
                                           and mailed_at is not null offset 0)
                        and not exists (select from registration where convening_id = $1 and person_id = p.id
                                           and state in ('confirmed', 'waitlisted', 'offered') offset 0)
                       else false end
            limit $5""",
        convening_id,
        kind,
        district_id,
        search,
        limit,
    )


async def candidates(
    conn: Connection,
    convening_id: UUID,
    kind: str,
    district_id: UUID | None,
    search: str,
    after: UUID | None,
    limit: int,
    only: Sequence[UUID] | None = None,
) -> list[CandidateRow]:
    """By name, behind the person `after`; `only` those, or all that `gathered` leaves: quick where it leaves many."""
    return await db.many(
        conn,
        CandidateRow,
        """select p.id, p.name, p.email, p.kinds, p.district_name
             from (select p.id, p.name, p.name_key, p.words, p.email, p.district_id, coalesce(d.name, '') as district_name,
                          array_remove(array[case when m.person_id is not null then 'member' end,
                            case when k.person_id is not null then 'coach' end,
                            case when s.person_id is not null then 'contact' end], null) as kinds
                     from person p left join district d on d.id = p.district_id
                     left join membership m on m.person_id = p.id left join coach k on k.person_id = p.id
                     left join school_contact s on s.person_id = p.id) p
            where p.kinds <> '{}' and ($2::text = '' or $2 = any(p.kinds)) and ($3::uuid is null or p.district_id = $3)
              and ($4 = '' or p.words || searchable(p.district_name) like all(sought($4)))
              and ($7::uuid[] is null or p.id = any($7))
              and ($5::uuid is null or (p.name_key, p.name, p.id)
                                       > (select b.name_key, b.name, b.id from person b where b.id = $5))
              and not exists (select from invitation i where i.convening_id = $1 and i.person_id = p.id
                                 and i.mailed_at is not null)
              and not exists (select from registration r where r.convening_id = $1 and r.person_id = p.id
                                 and r.state in ('confirmed', 'waitlisted', 'offered'))
            order by p.name_key, p.name, p.id limit $6""",
        convening_id,
        kind,
        district_id,
        search,
        after,
        limit,
        only,
    )


class InvitableRow(Struct, frozen=True):
    """One of those who were chosen and can still be invited."""

    id: UUID
    name: str
    email: str
    zone_known: bool
    """Their mail gives the times where they live, too."""
    suppressed: bool
    """We no longer write to their address, or they asked for no more invitations."""


async def invitable(conn: Connection, convening_id: UUID, person_ids: Sequence[UUID]) -> list[InvitableRow]:
    """Those of these people who are not invited (or were, and it was taken back) and not registered, by name."""
    return await db.many(
        conn,
        InvitableRow,
        """select p.id, p.name, p.email, coalesce(p.time_zone, d.time_zone) is not null as zone_known,
                  exists (select from suppression s where s.address_key = p.email_key)
                    or exists (select from opt_out o where o.address_key = p.email_key and o.stream = 'invitations')
                    as suppressed
             from person p left join district d on d.id = p.district_id
            where p.id = any($2::uuid[]) and p.email not like 'erased:%'
              and not exists (select from invitation i where i.convening_id = $1 and i.person_id = p.id
                                 and i.mailed_at is not null and i.ended_at is null)
              and not exists (select from registration r where r.convening_id = $1 and r.person_id = p.id
                                 and r.state in ('confirmed', 'waitlisted', 'offered'))
            order by p.name_key, p.name, p.id""",
        convening_id,
        person_ids,
    )
