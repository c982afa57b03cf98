"""What passes between a device at the door and us: what it may hold, and what it brings when it has network again."""

from datetime import datetime
from typing import Annotated, TypeAlias
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from service.access import acts
from service.access.rules import Visitor
from service.attendance import checking_in, rules, walking_in, writes
from service.attendance import emergency as helpers
from service.attendance.api import require_sense
from service.attendance.checking_in import Answer, Batch
from service.attendance.desk_roster import DeskRoster
from service.attendance.emergency import Sheet
from service.attendance.rules import Instant, Scan, WalkIn
from service.attendance.walking_in import WalkedIn
from service.consents import day_facts, day_rules, disclosures
from service.db import Connection
from service.errors import Invalid, Refused
from service.field_cipher import Ring
from service.web.deps import AnyRequest
from service.web.reading import read

Parts: TypeAlias = Annotated[list[msgspec.Raw], Meta(max_length=rules.MOST)]
UNREADABLE = "unreadable"


class Opening(Struct, frozen=True, forbid_unknown_fields=True):
    """The emergency list was opened on a device, perhaps without network."""

    id: UUID
    at: Instant


class Brought(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a device did."""

    sent_at: Instant
    scans: Parts = []
    walk_ins: Parts = []
    openings: Parts = []


class Reckoned(Struct, frozen=True):
    """What a device took our clock to show when it sent something."""

    reckoned_at: Instant


class Legible(Struct, frozen=True):
    """The parts that can be read, and an answer for each of the others: one bad word never holds up the rest."""

    sent_at: datetime
    reckoned_at: datetime | None
    scans: list[Scan]
    walk_ins: list[WalkIn]
    openings: list[Opening]
    refused_scans: list[Answer]
    refused_walk_ins: list[WalkedIn]


class ScanId(Struct, frozen=True):
    """All of a scan that is needed to say that the rest cannot be read."""

    scan_id: UUID


class PartId(Struct, frozen=True):
    """The same of a walk-in."""

    id: UUID


class Taken(Struct, frozen=True):
    """What became of each part."""

    scans: list[Answer]
    walk_ins: list[WalkedIn]
    openings: list[UUID]


class Held(Struct, frozen=True, kw_only=True):
    """What a device keeps, encrypted; `emergency` is the safety lead's alone."""

    seal: str
    now: datetime
    roster: DeskRoster
    emergency: list[Sheet] | None


class NothingBrought(Invalid):
    """This is not what a desk sends. Load the page again."""

    code = "nothing-brought"


def read_brought(text: str, reckoned: str = "") -> Legible:
    """What the page sent as JSON, part by part; raises NothingBrought, and what is wrong where no id can be read."""
    if not text:
        raise NothingBrought
    given = read(text.encode(), Brought)
    rules.require_possible(given.sent_at, "/sent_at")
    reckoned_at = read(msgspec.json.encode({"reckoned_at": reckoned}), Reckoned).reckoned_at if reckoned else None
    found = Legible(given.sent_at, reckoned_at, [], [], [read(bytes(raw), Opening) for raw in given.openings], [], [])
    for raw in given.scans:
        try:
            scan = read(bytes(raw), Scan)
            require_sense(scan, "/scans")
            found.scans.append(scan)
        except Refused as refusal:
            scan_id = read(bytes(raw), ScanId).scan_id
            found.refused_scans.append(Answer(scan_id, "refused", UNREADABLE, refusal.sentence))
    for raw in given.walk_ins:
        try:
            walk_in = read(bytes(raw), WalkIn)
            rules.require_possible(walk_in.at, "/walk_ins/at")
            found.walk_ins.append(walk_in)
        except Refused as refusal:
            walk_in_id = read(bytes(raw), PartId).id
            found.refused_walk_ins.append(WalkedIn(walk_in_id, None, UNREADABLE, refusal.sentence))
    return found


async def emergency(conn: Connection, ring: Ring, roster: DeskRoster, person_id: UUID, now: datetime) -> list[Sheet]:
    """What helpers must know of the students on the list, in the days when the safety lead may read it."""
    if not day_rules.window(roster.starts_at, roster.ends_at, roster.time_zone).is_open(now):
        return []
    seated = {one.signup_id for one in roster.students}
    found = [one for one in await day_facts.on_site(conn, ring, roster.convening_id, now) if one.student.signup_id in seated]
    ids = [one.student.signup_id for one in found]
    await disclosures.disclose_list(conn, ids, person_id, disclosures.SAFETY, now, own_too=True)
    return [helpers.sheet(one) for one in found]


async def take(
    conn: Connection, request: AnyRequest, ring: Ring, convening_id: UUID, given: Legible, visitor: Visitor, now: datetime
) -> Taken:
    """Walk-ins first, each of them checked in by itself; then the scans; then who opened the emergency list when."""
    walked = [await _walk_in(conn, convening_id, one, now) for one in given.walk_ins]
    arrived = [
        Scan(scan_id=one.id, registration_id=known.registration_id, direction="in", at=one.at, device=one.device)
        for one, known in zip(given.walk_ins, walked, strict=True)
        if known.registration_id is not None
    ]
    shows_now = rules.shows_now(given.sent_at, given.reckoned_at, now)
    batch = Batch(convening_id, [*arrived, *given.scans], shows_now, visitor.person_id)
    answers = await checking_in.check_in(conn, ring, batch, now) if batch.scans else []
    for opened in given.openings:
        if await writes.insert_opening(conn, opened.id, opened.at):
            at = rules.real_time(opened.at, shows_now, now).isoformat()
            await acts.note(conn, request, "emergency_list_opened", ("convening", convening_id), now, at=at)
    return Taken(
        [*answers[len(arrived) :], *given.refused_scans],
        [*walked, *given.refused_walk_ins],
        [one.id for one in given.openings],
    )


async def _walk_in(conn: Connection, convening_id: UUID, given: WalkIn, now: datetime) -> WalkedIn:
    """A mail address that is none is said of this one alone."""
    try:
        return await walking_in.walk_in(conn, convening_id, given, now)
    except Refused as refusal:
        return WalkedIn(given.id, None, refusal.code, refusal.sentence)
