"""A second guardian: asked with a link of their own, or objecting in writing; neither guardian learns of the other (W3)."""

from datetime import datetime
from typing import Literal, TypeAlias
from uuid import UUID

from service import db, events
from service.consents import answer_writes, answering, deciding, evidence, queries, renewing, rules, signing_up
from service.consents.answer_rules import NoObjection
from service.consents.deciding import Reason
from service.consents.queries import Frame, SignupRow
from service.consents.rules import Guardian
from service.consents.said import Word
from service.db import Connection
from service.errors import Invalid
from service.text import Name, email_address

Decision: TypeAlias = Literal["upheld", "lifted"]


class SameGuardian(Invalid):
    """The first guardian has this mail address. A second one has an address of their own, or only a phone number."""

    code = "same-guardian"


async def name(conn: Connection, signup_id: UUID, guardian: Guardian, now: datetime) -> UUID:
    """Name a second guardian, and ask them where the form is out; a mistake is mended by naming them again.

    Raises TooLate, OffTheList, NoGuardianNeeded, NoWayToReach, SameGuardian, and NotOpen where they have answered.
    """
    frame, signup = await _hold(conn, signup_id, now)
    signing_up.require_open(frame, now)
    if signup.signs_for_self:
        raise rules.NoGuardianNeeded
    if guardian.email is None and guardian.phone is None:
        raise rules.NoWayToReach(pointer="/email")
    email = email_address(guardian.email, "/email") if guardian.email else ""
    first = next((one for one in await queries.consents(conn, [signup_id]) if one.signer == "guardian"), None)
    if first is not None and email and first.email.casefold() == email.casefold():
        raise SameGuardian(pointer="/email")
    asked = first is None or first.state != "draft"
    await answer_writes.part_with_second(conn, signup_id, guardian.name.strip(), email)
    consent_id = await answer_writes.put_second(conn, db.new_id(now), signup_id, now)
    phone, state = (guardian.phone or "").strip(), "asked" if asked else "draft"
    if not await answer_writes.name_second(
        conn, signup_id, guardian.name.strip(), email, phone, guardian.language, state, now
    ):
        raise rules.NotOpen
    if asked:
        await events.record(conn, now, [events.SecondGuardianAsked(frame.convening_id, signup_id, consent_id)])
    return consent_id


async def record_objection(conn: Connection, signup_id: UUID, taken_by: Name, now: datetime) -> bool:
    """A guardian objected in writing, and `taken_by` has it: everything rests. False where it rests already.

    Raises OffTheList, NoGuardianNeeded.
    """
    frame, signup = await _hold(conn, signup_id, now)
    if signup.signs_for_self:
        raise rules.NoGuardianNeeded
    if any(one.state == "on_hold_objection" for one in await queries.consents(conn, [signup_id])):
        return False
    consent_id = await answer_writes.put_second(conn, db.new_id(now), signup_id, now)
    await answer_writes.hold_up(conn, consent_id, now)
    body = Word(what="objected_in_writing", name=taken_by.strip(), at=now)
    await evidence.append(conn, signup_id, "objected", body, now, consent_id=consent_id)
    await events.record(conn, now, [events.ConsentObjected(frame.convening_id, signup_id, consent_id)])
    await signing_up.fill_seats(conn, signup.panel_id, now)
    return True


async def resolve(
    conn: Connection, signup_id: UUID, decision: Decision, decided_by: Name, reason: Reason, now: datetime
) -> None:
    """The word of `decided_by` about an objection: upheld is a no, lifted leaves all answers as they were before it.

    Raises NoObjection.
    """
    _, signup = await _hold(conn, signup_id, now, off_too=True)
    held_up = [one for one in await queries.consents(conn, [signup_id]) if one.state == "on_hold_objection"]
    if not held_up:
        raise NoObjection
    for consent in held_up:
        held = await answering.hold(conn, consent.id, now)
        if decision == "upheld":
            await answer_writes.refuse(conn, consent.id, now)
        else:
            await answer_writes.let_go(conn, consent.id, now)
            await renewing.ask_again(conn, held.frame, now)
        body = Word(what=decision, name=decided_by.strip(), at=now, reason=reason.strip())
        await evidence.append(conn, signup_id, "resolved", body, now, consent_id=consent.id)
        fact = events.ObjectionResolved(held.frame.convening_id, signup_id, consent.id)
        await events.record(conn, now, [fact])
        await signing_up.fill_seats(conn, signup.panel_id, now)


async def _hold(conn: Connection, signup_id: UUID, now: datetime, *, off_too: bool = False) -> tuple[Frame, SignupRow]:
    frame, signup = await deciding.hold(conn, signup_id, now)
    if signup.withdrawn_at is not None and not off_too:
        raise rules.OffTheList
    return frame, signup
