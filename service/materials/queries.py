"""Questions about materials; who may see one is decided in `rules`, from what these answer."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection
from service.materials.rules import Audience, How, Kind, Place, Shared, opens_at


class MaterialRow(Struct, frozen=True):
    """One material with what it is reckoned from; `session_id` is None for one of the whole convening."""

    id: UUID
    convening_id: UUID
    session_id: UUID | None
    kind: Kind
    title: str
    description: str
    language: str
    audience: Audience
    chosen_only: bool
    shared: Shared
    shared_at: datetime | None
    url: str
    file_id: UUID | None
    file_name: str
    media_type: str
    size: int
    sha256: bytes | None
    media_id: UUID | None
    created_at: datetime
    changed_at: datetime
    session_title: str | None
    session_starts_at: datetime | None
    state: str
    time_zone: str
    starts_at: datetime
    ends_at: datetime

    @property
    def is_there(self) -> bool:
        """Whether it has its file, or leads somewhere."""
        return self.kind == "link" or self.file_id is not None

    @property
    def opens_at(self) -> datetime | None:
        """The instant from which it is shared; None for never, as things stand."""
        place = Place(self.state, self.time_zone, self.starts_at, self.ends_at)
        return opens_at(self.shared, self.shared_at, place, self.session_starts_at)

    @property
    def etag(self) -> str:
        """What browsers and caches know this version by."""
        return f'"{(self.sha256 or b"").hex()[:32]}"'


async def materials(conn: Connection, convening_ids: Sequence[UUID]) -> list[MaterialRow]:
    """All of these convenings: those of the whole first, then by session, each in its order."""
    return await db.many(
        conn,
        MaterialRow,
        """select m.id, m.convening_id, m.session_id, m.kind, m.title, m.description, m.language, m.audience, m.chosen_only,
                  m.shared, m.shared_at, m.url, m.file_id, m.file_name, m.media_type, m.size, m.sha256, m.media_id,
                  m.created_at, m.changed_at, s.title as session_title, s.starts_at as session_starts_at, c.state,
                  c.time_zone, c.starts_at, c.ends_at
             from material m join convening c on c.id = m.convening_id left join session s on s.id = m.session_id
            where m.convening_id = any($1::uuid[])
            order by c.starts_at, c.id, s.starts_at nulls first, s.ordinal, s.id, m.ordinal, m.id""",
        convening_ids,
    )


async def material(conn: Connection, material_id: UUID) -> MaterialRow:
    """One of them; raises NotFound."""
    return await db.one(
        conn,
        MaterialRow,
        """select m.id, m.convening_id, m.session_id, m.kind, m.title, m.description, m.language, m.audience, m.chosen_only,
                  m.shared, m.shared_at, m.url, m.file_id, m.file_name, m.media_type, m.size, m.sha256, m.media_id,
                  m.created_at, m.changed_at, s.title as session_title, s.starts_at as session_starts_at, c.state,
                  c.time_zone, c.starts_at, c.ends_at
             from material m join convening c on c.id = m.convening_id left join session s on s.id = m.session_id
            where m.id = $1""",
        material_id,
    )


async def of_registration(conn: Connection, registration_id: UUID) -> list[MaterialRow]:
    """All of the convening that a registration is for; raises NotFound."""
    convening_id = await db.one(conn, UUID, "select convening_id from registration where id = $1", registration_id)
    return await materials(conn, [convening_id])


async def piece(conn: Connection, file_id: UUID, ordinal: int) -> bytes:
    """One piece of a file; raises NotFound where this version is gone."""
    return await db.one(
        conn, bytes, "select content from material_chunk where file_id = $1 and ordinal = $2", file_id, ordinal
    )


class UsedRow(Struct, frozen=True):
    """How many materials a convening has, and how many bytes their files."""

    count: int
    size: int


async def used(conn: Connection, convening_id: UUID) -> UsedRow:
    """Behind `writes.lock`, so that two uploads at once do not both find the last room."""
    return await db.one(
        conn,
        UsedRow,
        "select count(*) as count, coalesce(sum(size), 0)::bigint as size from material where convening_id = $1",
        convening_id,
    )


async def moderated(conn: Connection, convening_id: UUID, person_id: UUID, *, by_role: bool) -> list[UUID]:
    """The panels' sessions of a convening that name somebody as their moderator; by the role, all of them."""
    return await db.many(
        conn,
        UUID,
        """select p.session_id from panel p join session s on s.id = p.session_id
            where s.convening_id = $1 and ($3 or p.moderator_id = $2) order by p.session_id""",
        convening_id,
        person_id,
        by_role,
    )


async def has_session(conn: Connection, convening_id: UUID, session_id: UUID) -> bool:
    """Whether a session is of this convening."""
    return await db.one(
        conn,
        bool,
        "select exists (select from session where id = $2 and convening_id = $1) as has",
        convening_id,
        session_id,
    )


async def sessions_of(conn: Connection, registration_id: UUID) -> list[UUID]:
    """Sessions that are somebody's: everybody's, those with a place in them, and those at whose room they were scanned."""
    return await db.many(
        conn,
        UUID,
        """select s.id from registration r join session s on s.convening_id = r.convening_id
            where r.id = $1
              and (not s.signup
                or exists (select from registration_session p
                            where p.registration_id = r.id and p.session_id = s.id and p.placed)
                or exists (select from scan n
                            where n.registration_id = r.id and n.session_id = s.id and n.direction = 'in'
                              and n.outcome <> 'refused'
                              and not exists (select from scan_undo u where u.scan_id = n.id)))""",
        registration_id,
    )


async def seat_of(conn: Connection, convening_id: UUID, person_id: UUID) -> UUID | None:
    """The registration by which somebody has a seat there; None where they have none, or gave it back."""
    return await db.maybe(
        conn,
        UUID,
        "select id from registration where convening_id = $1 and person_id = $2 and state = 'confirmed'",
        convening_id,
        person_id,
    )


async def seats(conn: Connection, convening_id: UUID) -> list[UUID]:
    """The registrations that have a seat."""
    return await db.many(
        conn,
        UUID,
        "select id from registration where convening_id = $1 and state = 'confirmed' order by id",
        convening_id,
    )


async def seats_in(conn: Connection, convening_id: UUID, session_ids: Sequence[UUID]) -> list[UUID]:
    """Those of them to whom one of these sessions belongs, as `sessions_of` says of each."""
    return await db.many(
        conn,
        UUID,
        """select r.id from registration r where r.convening_id = $1 and r.state = 'confirmed'
              and (exists (select from session where id = any($2::uuid[]) and not signup)
                or exists (select from registration_session c
                            where c.registration_id = r.id and c.session_id = any($2) and c.placed)
                or exists (select from scan n
                            where n.registration_id = r.id and n.session_id = any($2) and n.direction = 'in'
                              and n.outcome <> 'refused' and not exists (select from scan_undo where scan_id = n.id)))
            order by r.id""",
        convening_id,
        session_ids,
    )


class NoticeRow(Struct, frozen=True):
    """That everybody with a seat is told, or that nothing goes by itself."""

    how: How
    created_at: datetime
    by: str


async def notices(conn: Connection, convening_id: UUID) -> list[NoticeRow]:
    """Of a convening, the newest first."""
    return await db.many(
        conn,
        NoticeRow,
        """select n.how, n.created_at, coalesce(p.name, '') as by
             from material_notice n left join person p on p.id = n.made_by
            where n.convening_id = $1 order by n.created_at desc, n.id desc""",
        convening_id,
    )


async def to_announce(conn: Connection, now: datetime, after: datetime) -> list[UUID]:
    """Convenings that ended since `after` and have something to share, of which nothing was said since their end."""
    return await db.many(
        conn,
        UUID,
        """select c.id from convening c
            where c.state in ('published', 'completed') and c.ends_at <= $1 and c.ends_at > $2
              and exists (select from material m where m.convening_id = c.id and m.audience <> 'organizers')
              and not exists (select from material_notice n where n.convening_id = c.id
                                 and (n.how <> 'asked' or n.created_at >= c.ends_at))
            order by c.ends_at, c.id""",
        now,
        after,
    )


async def with_materials(conn: Connection, now: datetime, limit: int) -> list[UUID]:
    """Convenings that have something for the network or for everybody, the latest first; drafts have not."""
    return await db.many(
        conn,
        UUID,
        """select c.id from convening c
            where c.state in ('published', 'completed') and c.starts_at <= $1::timestamptz + interval '1 year'
              and exists (select from material m where m.convening_id = c.id and m.audience in ('network', 'public'))
            order by c.starts_at desc, c.id limit $2""",
        now,
        limit,
    )
