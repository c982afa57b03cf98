"""Questions about a student's own answer, and what is written of it."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service import db
from service.consents.assent_rules import NameUse, Occasion
from service.consents.rules import Colour, StudentStatus
from service.db import Connection


class AssentRow(Struct, frozen=True):
    """A student's side of a sign-up, with what the page says of the occasion; `language` is what the school named."""

    signup_id: UUID
    panel_id: UUID
    convening_id: UUID
    convening_title: str
    convening_state: str
    starts_at: datetime
    time_zone: str
    place: str
    panel_title: str
    panel_starts_at: datetime
    school_name: str
    contact_name: str
    contact_phone: str
    name: str
    withdrawn_at: datetime | None
    language: str
    state: StudentStatus
    name_use: NameUse
    made_up: str
    topics: dict[str, Colour]
    generation: int
    answered_with: int
    paper_at: datetime | None

    @property
    def has_answered(self) -> bool:
        """Whether an answer stands; where the text was renewed, it is asked for again."""
        return self.state in ("yes", "no", "talk_first")

    @property
    def is_used(self) -> bool:
        """Whether the slip that counts now has been answered with; a new one can be made."""
        return self.has_answered and self.generation == self.answered_with

    @property
    def occasion(self) -> Occasion:
        """What decides whether an answer can be given."""
        withdrawn = self.withdrawn_at is not None
        return Occasion(withdrawn, self.convening_state, self.starts_at, self.time_zone, self.paper_at)


class WordsRow(Struct, frozen=True):
    """A published text of one language."""

    version: int
    language: str
    body: str


async def assent(conn: Connection, signup_id: UUID) -> AssentRow:
    """One student's side; raises NotFound."""
    return await db.one(
        conn,
        AssentRow,
        """select u.id as signup_id, u.panel_id, c.id as convening_id, c.title as convening_title,
                  c.state as convening_state, c.starts_at, c.time_zone, c.venue_name as place, s.title as panel_title,
                  s.starts_at as panel_starts_at, h.name as school_name, coalesce(k.name, '') as contact_name,
                  coalesce(k.phone, '') as contact_phone, u.name, u.withdrawn_at, coalesce(g.language, 'en') as language,
                  a.state, a.name_use, a.made_up, a.topics, a.generation,
                  a.answered_with,
                  (select max(y.signed_at) from consent y
                    where y.signup_id = u.id and y.state = 'signed_paper') as paper_at
             from assent a join signup u on u.id = a.signup_id join panel p on p.id = u.panel_id
             join session s on s.id = p.session_id join convening c on c.id = s.convening_id
             join school h on h.id = u.school_id
             left join lateral (select n.name, o.phone from school_contact o join person n on n.id = o.person_id
                                 where o.school_id = u.school_id order by n.name, n.id limit 1) k on true
             left join lateral (select o.language from consent o where o.signup_id = u.id
                                 order by o.signer limit 1) g on true
            where a.signup_id = $1""",
        signup_id,
    )


async def newest_text(conn: Connection, language: str) -> WordsRow | None:
    """What a student reads now, in that language or in English; None before anything was published."""
    return await db.maybe(
        conn,
        WordsRow,
        """select v.number as version, t.language, t.body from consent_version v join consent_text t on t.version_id = v.id
            where v.template = 'assent' and v.published_at is not null and t.language in ($1, 'en')
            order by v.number desc, t.language = $1 desc limit 1""",
        language,
    )


async def put_answer(
    conn: Connection,
    signup_id: UUID,
    state: StudentStatus,
    name_use: NameUse,
    made_up: str,
    topics: dict[str, Colour],
    version: int,
    generation: int,
    now: datetime,
) -> int:
    """The student's answer, given with the slip of this generation; clearance, and the seat, follows by the trigger."""
    return await db.run(
        conn,
        """update assent set state = $2, name_use = $3, made_up = $4, topics = $5, answered_at = $7, answered_with = $8,
                  version_id = (select v.id from consent_version v where v.template = 'assent' and v.number = $6)
            where signup_id = $1""",
        signup_id,
        state,
        name_use,
        made_up,
        topics,
        version,
        now,
        generation,
    )


async def raise_generation(conn: Connection, signup_id: UUID, generation: int) -> int:
    """A new slip counts from now on; 0 where a newer one than this is out already."""
    return await db.run(
        conn,
        "update assent set generation = generation + 1 where signup_id = $1 and generation = $2",
        signup_id,
        generation,
    )
