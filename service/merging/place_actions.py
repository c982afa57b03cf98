"""Two entries of one district or school become one, in one transaction: lock → look again → decide → write → record.

Locked are convenings, messages, people, panels, schools and districts, in this order and each by id, as whoever else writes
more than one of them does it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from service import events
from service.consents import signing_up
from service.convenings import queries as convenings
from service.db import Connection
from service.errors import NotFound
from service.keeping import queries as keeping
from service.merging import place_queries as queries
from service.merging import place_rules as rules
from service.merging import place_writes as writes
from service.merging.place_rules import Facts, Kind, Look
from service.merging.rules import Pick
from service.panels import queries as panels


async def look(conn: Connection, kind: Kind, kept_id: UUID, former_id: UUID, now: datetime) -> Look:
    """Everything that is to be read before; raises NotFound where one of them is not there."""
    return await (_look_at_districts if kind == "district" else _look_at_schools)(conn, kept_id, former_id, now)


async def merge(
    conn: Connection,
    kind: Kind,
    ids: tuple[UUID, UUID],
    chosen: Mapping[str, str],
    mark: str,
    by: UUID,
    now: datetime,
) -> Look:
    """The second of the ids goes; what was done, as it was read.

    Raises NotLooked where something is different since, StandsAgainst, NoSuchPick, NotFound.
    """
    panel_ids = await (_lock_districts if kind == "district" else _lock_schools)(conn, ids)
    read = await look(conn, kind, *ids, now)
    picked = read.picked(chosen)
    rules.require(read, picked, mark)
    if kind == "district":
        await _write_district(conn, read, picked, by, now)
    else:
        await _write_school(conn, read, picked, by, now)
        for panel_id in await queries.to_fill(conn, panel_ids, now):
            await signing_up.fill_seats(conn, panel_id, now)
    return read


async def _look_at_districts(conn: Connection, kept_id: UUID, former_id: UUID, now: datetime) -> Look:
    kept, former = await queries.district(conn, kept_id, now), await queries.district(conn, former_id, now)
    ids = [kept_id, former_id]
    parts = await queries.convenings_of(conn, await queries.schools_of(conn, ids), ids)
    facts = Facts(
        scheduled=await queries.scheduled(conn, ids),
        held=await keeping.is_held(conn, parts),
        twice=await queries.same_schools(conn, kept_id, former_id),
        moves=await queries.district_counts(conn, kept_id, former_id, now),
    )
    return Look(kind="district", kept=kept, former=former, facts=facts)


async def _look_at_schools(conn: Connection, kept_id: UUID, former_id: UUID, now: datetime) -> Look:
    kept, former = await queries.school(conn, kept_id, now), await queries.school(conn, former_id, now)
    facts = Facts(
        same_panels=await queries.same_panels(conn, kept_id, former_id, now),
        held=await keeping.is_held(conn, await queries.convenings_of(conn, [kept_id, former_id], [])),
        kept_contacts=await queries.contact_names(conn, kept_id),
        former_contacts=await queries.contact_names(conn, former_id),
        moves=await queries.school_counts(conn, kept_id, former_id),
    )
    return Look(kind="school", kept=kept, former=former, facts=facts)


async def _lock_districts(conn: Connection, ids: Sequence[UUID]) -> list[UUID]:
    """All that hangs on the two; which panels that is."""
    schools = await queries.schools_of(conn, ids)
    for convening_id in await queries.convenings_of(conn, schools, ids):
        await convenings.lock(conn, convening_id)
    await writes.lock_messages(conn, ids)
    people = [*await queries.people_of(conn, ids), *await queries.contacts_of(conn, schools)]
    await writes.lock_people(conn, people)
    panel_ids = await _lock_panels(conn, schools)
    await writes.lock_schools(conn, schools)
    if await writes.lock_districts(conn, ids) < len(ids):
        raise NotFound
    return panel_ids


async def _lock_schools(conn: Connection, ids: Sequence[UUID]) -> list[UUID]:
    for convening_id in await queries.convenings_of(conn, ids, []):
        await convenings.lock(conn, convening_id)
    await writes.lock_people(conn, await queries.contacts_of(conn, ids))
    panel_ids = await _lock_panels(conn, ids)
    if await writes.lock_schools(conn, ids) < len(ids):
        raise NotFound
    await writes.keep_districts(conn, ids)
    return panel_ids


async def _lock_panels(conn: Connection, school_ids: Sequence[UUID]) -> list[UUID]:
    found = await queries.panels_of(conn, school_ids)
    for panel_id in found:
        await panels.lock(conn, panel_id)
    return found


async def _write_district(conn: Connection, read: Look, picked: Mapping[str, Pick], by: UUID, now: datetime) -> None:
    kept, former, name = read.kept, read.former, read.of(picked, "name").name
    await writes.follow_district(conn, kept, former, by, now)
    await writes.put_district(
        conn,
        kept.id,
        name=name,
        state=read.of(picked, "state").state,
        time_zone=read.of(picked, "time_zone").time_zone,
        signs_at=read.of(picked, "signs_at").student_signs_at,
        signers=read.of(picked, "signers").signers_needed,
    )
    others = [one for one in (kept.name, former.name) if one != name]
    renamed = await writes.rename_on_registrations(conn, kept.id, others, name, now)
    await events.record(conn, now, [events.RegistrationChanged(one.convening_id, one.id) for one in renamed])


async def _write_school(conn: Connection, read: Look, picked: Mapping[str, Pick], by: UUID, now: datetime) -> None:
    district_id = read.of(picked, "district").district_id
    assert district_id  # a school is in a district
    await writes.follow_school(conn, read.kept, read.former, by, now)
    await writes.put_school(conn, read.kept.id, name=read.of(picked, "name").name, district_id=district_id)
