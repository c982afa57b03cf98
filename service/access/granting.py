"""Giving and taking roles: organizers do, for everything or for the convening that is theirs; all of it is written down."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from service import db
from service.access import audit, grants, tokens
from service.access.grants import GrantRow
from service.access.reach import reach_of
from service.access.rules import GRANTED, LastOrganizer, NoConvening, NoSuchPerson, NoSuchRole, Role, Visitor, require
from service.db import Connection
from service.text import email_address

GIVEN: dict[str, Role] = {role: role for role in GRANTED}


async def listed(conn: Connection, visitor: Visitor) -> Sequence[GrantRow]:
    """The grants in somebody's reach."""
    reach = reach_of(visitor)
    return await grants.listed(conn, reach.everywhere, reach.convenings)


async def places(conn: Connection, visitor: Visitor) -> Sequence[grants.Place]:
    """The convenings in somebody's reach."""
    reach = reach_of(visitor)
    return await grants.places(conn, reach.everywhere, reach.convenings)


async def grant(
    conn: Connection, visitor: Visitor, email: str, role: str, convening_id: UUID | None, client: str, now: datetime
) -> None:
    """Give a role to a person whom we know; again is the same. Raises NoSuchPerson, NoSuchRole, NotFound."""
    reach = reach_of(visitor)
    if convening_id is None and not reach.everywhere:
        raise NoConvening(pointer="/convening")
    require(reach.has(convening_id))
    given = GIVEN.get(role)
    if given is None or (given == "system_admin" and convening_id is not None):
        raise NoSuchRole(pointer="/role")
    if convening_id is not None:
        require(any(place.id == convening_id for place in await places(conn, visitor)))
    person_id = await grants.person_by_address(conn, email_address(email))
    if person_id is None:
        raise NoSuchPerson(pointer="/email")
    await _give(conn, person_id, given, convening_id, visitor.person_id, client, now)


async def anybody_organizes(conn: Connection) -> bool:
    """Whether there is an organizer of everything."""
    return bool(await grants.lock_organizers(conn))


async def grant_first(conn: Connection, person_id: UUID, now: datetime) -> None:
    """The environment names an organizer."""
    await _give(conn, person_id, "organizer", None, None, "environment", now)


async def revoke(conn: Connection, visitor: Visitor, grant_id: UUID, client: str, now: datetime) -> None:
    """Take a role; it ends with the next request. One that is gone already is no trouble. Raises NotFound, LastOrganizer."""
    organizers = await grants.lock_organizers(conn)
    row = await grants.lock(conn, grant_id)
    if row is None:
        return
    if not reach_of(visitor).has(row.convening_id):
        raise db.NotFound
    if organizers == [row.id]:
        raise LastOrganizer
    await grants.delete(conn, row.id)
    if row.role == "organizer" and row.convening_id is None:
        await tokens.revoke_all_of(conn, row.person_id, visitor.person_id, client, now)
    await _note(conn, "role_revoked", row.person_id, row.role, row.convening_id, visitor.person_id, client, now)


async def _give(
    conn: Connection,
    person_id: UUID,
    role: Role,
    convening_id: UUID | None,
    by: UUID | None,
    client: str,
    now: datetime,
) -> None:
    new = await grants.insert(
        conn, db.new_id(now), person_id=person_id, role=role, convening_id=convening_id, granted_by=by, now=now
    )
    if new:
        await _note(conn, "role_granted", person_id, role, convening_id, by, client, now)


async def _note(
    conn: Connection,
    action: str,
    person_id: UUID,
    role: Role,
    convening_id: UUID | None,
    by: UUID | None,
    client: str,
    now: datetime,
) -> None:
    detail: dict[str, str] = {"role": role}
    if convening_id is not None:
        detail["convening"] = str(convening_id)
    act = audit.Act(action=action, thing_kind="person", thing_id=person_id, person_id=by, client=client, detail=detail)
    await audit.write(conn, [act], now)
