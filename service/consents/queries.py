"""Questions about sign-ups, consents and assents."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service import db
from service.consents import policies
from service.consents.rules import AddressBy, Capacity, HeldBasis, Signer, Status, StudentStatus
from service.db import Connection


class Frame(Struct, frozen=True):
    """What the dates of a panel's sign-ups are reckoned from, and where they may lead."""

    panel_id: UUID
    convening_id: UUID
    convening_state: str
    starts_at: datetime
    time_zone: str
    seats: int
    taken: int


class SchoolRow(Struct, frozen=True):
    """A school, its district and the zone of its families."""

    id: UUID
    name: str
    district_name: str
    state: str
    time_zone: str
    student_signs_at: int | None

    @property
    def signs_at(self) -> int:
        """From which age its students sign for themselves (W2)."""
        return policies.signs_at(self.state, self.student_signs_at)


class SignupRow(Struct, frozen=True):
    """One sign-up with its student's side; `name` is empty for a slip that nobody has filled in."""

    id: UUID
    panel_id: UUID
    convening_id: UUID
    school_id: UUID
    school_name: str
    queue_number: int
    label: str
    name: str
    grade: int | None
    basis: HeldBasis | None
    signs_for_self: bool
    signers_needed: int
    withdrawn_at: datetime | None
    lapsed_at: datetime | None
    placed_at: datetime | None
    deadline_at: datetime
    slip_generation: int
    created_at: datetime
    student: StudentStatus
    is_seated: bool
    is_cleared: bool
    is_under_way: bool


class ConsentRow(Struct, frozen=True):
    """One signer of a sign-up."""

    id: UUID
    signup_id: UUID
    signer: Signer
    name: str
    email: str
    phone: str
    language: str
    version_id: UUID | None
    state: Status
    joins: bool | None
    capacity: Capacity | None
    signed_at: datetime | None
    valid_until: datetime | None
    generation: int
    address_by: AddressBy


async def frame(conn: Connection, panel_id: UUID) -> Frame:
    """A panel's convening and seats; call behind the panel's lock where places are decided. Raises NotFound."""
    return await db.one(
        conn,
        Frame,
        """select p.id as panel_id, c.id as convening_id, c.state as convening_state, c.starts_at, c.time_zone,
                  p.seats, p.taken
             from panel p join session s on s.id = p.session_id join convening c on c.id = s.convening_id
            where p.id = $1""",
        panel_id,
    )


async def schools(conn: Connection, school_ids: Sequence[UUID]) -> list[SchoolRow]:
    """These schools."""
    return await db.many(
        conn,
        SchoolRow,
        """select s.id, s.name, d.name as district_name, d.state, d.time_zone, d.student_signs_at
             from school s join district d on d.id = s.district_id where s.id = any($1::uuid[])""",
        school_ids,
    )


async def signup(conn: Connection, signup_id: UUID) -> SignupRow:
    """One sign-up."""
    return await db.one(
        conn,
        SignupRow,
        """select u.id, u.panel_id, s.convening_id, u.school_id, h.name as school_name, u.queue_number, u.label, u.name,
                  u.grade, u.basis, u.signs_for_self, u.signers_needed, u.withdrawn_at, u.lapsed_at, u.placed_at,
                  u.deadline_at, u.slip_generation, u.created_at, a.state as student, t.is_seated, t.is_cleared,
                  t.is_under_way
             from signup u join panel p on p.id = u.panel_id join session s on s.id = p.session_id
             join school h on h.id = u.school_id join assent a on a.signup_id = u.id
             join signup_standing t on t.id = u.id where u.id = $1""",
        signup_id,
    )


async def of_panel(conn: Connection, panel_id: UUID, school_id: UUID | None = None) -> list[SignupRow]:
    """A panel's sign-ups in their order; only of one school where that is given."""
    return await db.many(
        conn,
        SignupRow,
        """select u.id, u.panel_id, s.convening_id, u.school_id, h.name as school_name, u.queue_number, u.label, u.name,
                  u.grade, u.basis, u.signs_for_self, u.signers_needed, u.withdrawn_at, u.lapsed_at, u.placed_at,
                  u.deadline_at, u.slip_generation, u.created_at, a.state as student, t.is_seated, t.is_cleared,
                  t.is_under_way
             from signup u join panel p on p.id = u.panel_id join session s on s.id = p.session_id
             join school h on h.id = u.school_id join assent a on a.signup_id = u.id
             join signup_standing t on t.id = u.id
            where u.panel_id = $1 and ($2::uuid is null or u.school_id = $2) order by u.queue_number, u.id""",
        panel_id,
        school_id,
    )


async def consents(conn: Connection, signup_ids: Sequence[UUID]) -> list[ConsentRow]:
    """Who signs for these sign-ups."""
    return await db.many(
        conn,
        ConsentRow,
        """select id, signup_id, signer, name, email, phone, language, version_id, state, joins, capacity, signed_at,
                  valid_until, generation, address_by
             from consent where signup_id = any($1::uuid[]) order by signup_id, signer""",
        signup_ids,
    )


async def panel_of(conn: Connection, signup_id: UUID) -> UUID:
    """Whose lock an action about this sign-up needs first; raises NotFound."""
    return await db.one(conn, UUID, "select panel_id from signup where id = $1", signup_id)


async def lock(conn: Connection, signup_id: UUID) -> None:
    """Hold one sign-up until the transaction ends."""
    await db.one(conn, UUID, "select id from signup where id = $1 for no key update", signup_id)


class LineRow(Struct, frozen=True):
    """One sign-up in its panel's line; `is_ready` is cleared at the moment that was asked about."""

    id: UUID
    school_id: UUID
    queue_number: int
    placed_at: datetime | None
    is_seated: bool
    is_under_way: bool
    is_ready: bool


async def line(conn: Connection, panel_id: UUID, now: datetime) -> list[LineRow]:
    """A panel's sign-ups as they stand in line; call behind its lock."""
    return await db.many(
        conn,
        LineRow,
        """select t.id, t.school_id, t.queue_number, t.placed_at, t.is_seated, t.is_under_way,
                  exists (select from clearance k where k.signup_id = t.id
                             and (k.valid_until is null or k.valid_until > $2)) as is_ready
             from signup_standing t where t.panel_id = $1 order by t.queue_number, t.id""",
        panel_id,
        now,
    )
