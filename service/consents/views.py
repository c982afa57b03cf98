"""Sign-ups as the API and pages show them: one plain status each, what is missing, and nothing that families answered."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service.consents import placing, queries
from service.consents.queries import ConsentRow, SignupRow
from service.consents.rules import HeldBasis, Status, StudentStatus
from service.consents.standing import SignerStanding, Standing, stand
from service.db import Connection
from service.panels import queries as panels


class Signup(Struct, frozen=True, kw_only=True):
    """A student on a school's list: `guardian` and `student` are where the two answers stand, `missing` why not cleared.

    `alternate`: the panel's places are taken by those before; `seated`: holds a seat; `lapsed`: not complete when the roster
    was locked.
    """

    id: UUID
    panel_id: UUID
    school_id: UUID
    school: str
    label: str
    grade: int | None
    basis: HeldBasis | None
    signs_for_self: bool
    guardian: Status
    student: StudentStatus
    cleared: bool
    seated: bool
    lapsed: bool = False
    alternate: bool
    missing: list[str]
    deadline_at: datetime
    created_at: datetime


def standing_of(row: SignupRow, signers: Sequence[ConsentRow], now: datetime) -> Standing:
    """How a sign-up stands."""
    return stand(
        [SignerStanding(one.signer, one.state, one.joins, one.valid_until) for one in signers],
        row.student,
        now,
        needed=row.signers_needed,
        signs_for_self=row.signs_for_self,
        withdrawn=row.withdrawn_at is not None,
        lapsed=row.lapsed_at is not None,
    )


async def waiting(conn: Connection, rows: Sequence[SignupRow], panel_id: UUID, seats: int, now: datetime) -> set[UUID]:
    """The alternates among a panel's sign-ups; `rows` are all of them."""
    return placing.alternates(rows, seats, await panels.holds(conn, [panel_id]), now)


async def shown(conn: Connection, rows: Sequence[SignupRow], waiting: set[UUID], now: datetime) -> list[Signup]:
    """These sign-ups; `waiting` are the panel's alternates."""
    signers: dict[UUID, list[ConsentRow]] = defaultdict(list)
    for consent in await queries.consents(conn, [row.id for row in rows]):
        signers[consent.signup_id].append(consent)
    return [_signup(row, standing_of(row, signers[row.id], now), row.id in waiting) for row in rows]


def _signup(row: SignupRow, standing: Standing, alternate: bool) -> Signup:
    return Signup(
        id=row.id,
        panel_id=row.panel_id,
        school_id=row.school_id,
        school=row.school_name,
        label=row.label,
        grade=row.grade,
        basis=row.basis,
        signs_for_self=row.signs_for_self,
        guardian=standing.guardian,
        student=standing.student,
        cleared=standing.cleared,
        seated=row.is_seated,
        lapsed=row.lapsed_at is not None,
        alternate=alternate,
        missing=list(standing.missing),
        deadline_at=row.deadline_at,
        created_at=row.created_at,
    )
