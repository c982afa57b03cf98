"""What helpers must know on the day, written by who signed and read by whom it concerns: here alone it is opened."""

import logging
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from service import events
from service.consents import answer_writes, answering, day_queries, day_rules
from service.consents.day_queries import ClearedRow, SealedRow, WriterRow
from service.consents.day_rules import DayFacts, NotForTheDay
from service.db import Connection
from service.field_cipher import Ring, Unreadable

log = logging.getLogger("plenary.day_facts")
TYPES: dict[str, Any] = {field.name: field.type for field in msgspec.structs.fields(DayFacts)}


class Written(Struct, frozen=True):
    """What one signer wrote; `fields` names what they wrote at all, `unreadable` what cannot be opened."""

    facts: DayFacts = DayFacts()
    fields: frozenset[str] = frozenset()
    unreadable: frozenset[str] = frozenset()
    changed_at: datetime | None = None

    @property
    def has_health_flag(self) -> bool:
        """Whether helpers must look."""
        return day_rules.has_health_flag(self.facts, self.unreadable)

    @property
    def has_stop(self) -> bool:
        """Whether nobody may take the student along before the safety lead was asked."""
        return day_rules.has_stop(self.facts, self.unreadable)


class Kept(Struct, frozen=True):
    """One signer and what they wrote."""

    writer: WriterRow
    written: Written


class OnSite(Struct, frozen=True):
    """A cleared student with all that was written about them."""

    student: ClearedRow
    kept: list[Kept]

    @property
    def has_health_flag(self) -> bool:
        """Whether anybody wrote of allergies, an auto-injector or medication."""
        return any(one.written.has_health_flag for one in self.kept)

    @property
    def has_stop(self) -> bool:
        """Whether anybody named somebody to whom the student is not given."""
        return any(one.written.has_stop for one in self.kept)

    @property
    def is_written(self) -> bool:
        """Whether anybody answered about health at all."""
        return any("allergies" in one.written.fields for one in self.kept)


class DeskFlags(Struct, frozen=True):
    """All that a front desk learns: that helpers must know something, and that somebody may not collect the student."""

    signup_id: UUID
    has_health_flag: bool
    has_stop: bool


async def write(
    conn: Connection, ring: Ring, consent_id: UUID, facts: DayFacts, fields: Sequence[str], now: datetime
) -> None:
    """Keep these fields in place of what was there; counts at once. Raises NotForTheDay."""
    held = await answering.hold(conn, consent_id, now)
    ends_at = await answer_writes.ends_at(conn, held.frame.convening_id)
    listed = held.signup.withdrawn_at is None and (held.consent.signer == "student") == held.signup.signs_for_self
    published = held.frame.convening_state == "published"
    if not day_rules.may_write(held.consent, is_published=published, is_listed=listed, ends_at=ends_at, now=now):
        raise NotForTheDay
    values = [ring.seal(consent_id, name, msgspec.json.encode(getattr(facts, name))) for name in fields]
    await day_queries.put(conn, consent_id, fields, values, now)
    await events.record(conn, now, [events.DayFactsWritten(held.frame.convening_id, held.signup.id, consent_id)])


async def of_signer(conn: Connection, ring: Ring, consent_id: UUID) -> Written:
    """What one signer wrote, for themselves."""
    return _opened(ring, await day_queries.of_signers(conn, [consent_id]))


async def of_students(conn: Connection, ring: Ring, signup_ids: Sequence[UUID]) -> dict[UUID, list[Kept]]:
    """What was written about these students by everybody whose yes counts, by the student."""
    writers = await day_queries.writers(conn, signup_ids)
    rows: dict[UUID, list[SealedRow]] = defaultdict(list)
    for row in await day_queries.of_signers(conn, [one.consent_id for one in writers]):
        rows[row.consent_id].append(row)
    found: dict[UUID, list[Kept]] = {one: [] for one in signup_ids}
    for writer in writers:
        found[writer.signup_id].append(Kept(writer, _opened(ring, rows[writer.consent_id])))
    return found


async def on_site(conn: Connection, ring: Ring, convening_id: UUID, now: datetime) -> list[OnSite]:
    """The cleared students of a convening with all that was written about them, by name."""
    students = await day_queries.cleared(conn, convening_id, now)
    kept = await of_students(conn, ring, [one.signup_id for one in students])
    return [OnSite(one, kept[one.signup_id]) for one in students]


def contacts_of(kept: Kept) -> Kept:
    """The same without what stands behind the glass: for the school and the organizer."""
    facts = DayFacts(**{name: getattr(kept.written.facts, name) for name in day_rules.CONTACTS})
    shown = frozenset(day_rules.CONTACTS)
    bare = Written(facts, kept.written.fields & shown, kept.written.unreadable & shown, kept.written.changed_at)
    return Kept(kept.writer, bare)


async def desk_flags(conn: Connection, ring: Ring, convening_id: UUID, now: datetime) -> list[DeskFlags]:
    """For the front desk: of each cleared student two yes-or-no, and nothing of what they stand for."""
    found = await on_site(conn, ring, convening_id, now)
    return [DeskFlags(one.student.signup_id, one.has_health_flag, one.has_stop) for one in found]


async def meals(conn: Connection, ring: Ring, convening_id: UUID, now: datetime) -> dict[str, int]:
    """For the caterer: how many cleared students eat what, without names; `other` are wishes in words of their own."""
    counts: Counter[str] = Counter()
    for one in await on_site(conn, ring, convening_id, now):
        wished = {kind for kept in one.kept for kind in kept.written.facts.diet.kinds}
        counts.update(wished)
        counts["other"] += any(kept.written.facts.diet.other for kept in one.kept)
    return {kind: count for kind, count in sorted(counts.items()) if count}


def _opened(ring: Ring, rows: Iterable[SealedRow]) -> Written:
    values: dict[str, Any] = {}
    fields, unreadable = set[str](), set[str]()
    changed_at: datetime | None = None
    for row in rows:
        fields.add(row.field)
        changed_at = max(row.changed_at, changed_at or row.changed_at)
        try:
            values[row.field] = msgspec.json.decode(ring.open(row.consent_id, row.field, row.sealed), type=TYPES[row.field])
        except (Unreadable, msgspec.MsgspecError):
            log.error("A fact of the day cannot be read: signer %s, field %s", row.consent_id, row.field)
            unreadable.add(row.field)
    return Written(DayFacts(**values), frozenset(fields), frozenset(unreadable), changed_at)
