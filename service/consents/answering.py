"""What somebody does behind their own link: begin, sign, say no, change their mind, object."""

from datetime import datetime
from uuid import UUID

import msgspec
from msgspec import Struct

from service import events
from service.consents import (
    age_writes,
    answer_rules,
    answer_writes,
    closing,
    closing_writes,
    evidence,
    interpreter_queries,
    queries,
    signing_up,
    student_questions,
    version_queries,
)
from service.consents.answer_rules import ONLINE, Checked, Document, Origin, Signature, Signing, require_open, require_paper
from service.consents.queries import ConsentRow, Frame, SignupRow
from service.consents.rules import SIGNED, NotOpen, Status
from service.consents.said import Answered
from service.db import Connection
from service.errors import Refused
from service.panels import queries as panels


class Held(Struct, frozen=True):
    """Everything that an answer is about, held in the order of locks: panel, sign-up, signer."""

    frame: Frame
    signup: SignupRow
    consent: ConsentRow
    zone: str
    """The family's."""
    signs_at: int
    """From which age the student signs for themselves."""


class TextChanged(Refused):
    """The form was renewed while you read it. Please read it once more; nothing was signed."""

    code = "text-changed"


async def hold(conn: Connection, consent_id: UUID, now: datetime) -> Held:
    """Lock, settle what the clock owes, and look; raises NotFound."""
    signup_id = (await answer_writes.consent(conn, consent_id)).signup_id
    panel_id = await queries.panel_of(conn, signup_id)
    await panels.lock(conn, panel_id)
    await queries.lock(conn, signup_id)
    await answer_writes.lock(conn, consent_id)
    frame = await queries.frame(conn, panel_id)
    await closing.settle(conn, frame, now)
    signup = await queries.signup(conn, signup_id)
    [school] = await queries.schools(conn, [signup.school_id])
    return Held(frame, signup, await answer_writes.consent(conn, consent_id), school.time_zone, school.signs_at)


async def begin(conn: Connection, consent_id: UUID, language: str, now: datetime) -> None:
    """The form is opened in a language; who has answered already changes nothing by looking again."""
    held = await hold(conn, consent_id, now)
    if held.signup.withdrawn_at is None:
        await answer_writes.open_form(conn, consent_id, language, now)


async def sign(
    conn: Connection, consent_id: UUID, signing: Signing, document: Document, origin: Origin, now: datetime
) -> Status:
    """Sign, or sign changed answers; raises NotOpen, TooLateToAnswer, TextChanged and what is wrong with the answers.

    Without a second factor the signature waits for the school's word (E3).
    """
    held = await hold(conn, consent_id, now)
    require_open(held.frame, held.signup, held.consent, now)
    state: Status = "signed" if origin.factor == "code_by_mail" else "signed_unverified"
    await _write(conn, held, signing, document, origin, state, now)
    return state


async def sign_on_paper(
    conn: Connection,
    consent_id: UUID,
    signing: Signing,
    document: Document,
    paper: Checked,
    now: datetime,
) -> None:
    """What a named person has seen on paper counts as signed everywhere (E7).

    Once the roster is locked, only what was signed before that person brings a student back.
    """
    held = await hold(conn, consent_id, now)
    over = await answer_writes.ends_at(conn, held.frame.convening_id)
    require_paper(held.frame, held.signup, held.consent, over, now, in_person=paper.in_person)
    await _write(conn, held, signing, document, Origin("", "", "paper"), "signed_paper", now, paper)


async def _write(
    conn: Connection,
    held: Held,
    signing: Signing,
    document: Document,
    origin: Origin,
    state: Status,
    now: datetime,
    paper: Checked = ONLINE,
) -> None:
    panel = await panels.panel(conn, held.signup.panel_id)
    answer_rules.check_signing(signing, panel.topics, held.consent.signer)
    over = await answer_writes.ends_at(conn, held.frame.convening_id)
    until = answer_rules.valid_until(signing.born, held.consent.signer, held.signs_at, held.zone, over, now)
    if signing.born is None:
        until = await age_writes.known_until(conn, held.consent.id)
    await _put(conn, held, signing, document, state, until, now)
    if state == "signed_paper":
        await answer_writes.take_from_paper(conn, held.consent.id, signing.name)
    if paper.in_person:
        await closing_writes.come_back(conn, held.signup.id)
    proof = Signature(
        document=document,
        answers=signing.choices,
        name=signing.name,
        capacity=signing.capacity,
        origin=origin,
        signer=held.consent.signer,
        at=now,
        valid_until=until,
        checked_by=paper.name,
        in_person=paper.in_person,
        scan=paper.scan,
        interpreter=paper.interpreter or await interpreter_queries.who(conn, held.consent.id),
    )
    fact = events.ConsentSigned(held.frame.convening_id, held.signup.id, held.consent.id)
    await _settle(conn, held, "signed_paper" if state == "signed_paper" else "signed", proof, fact, now)


async def _put(
    conn: Connection,
    held: Held,
    signing: Signing,
    document: Document,
    state: Status,
    valid_until: datetime | None,
    now: datetime,
) -> None:
    version_id = await _version_id(conn, document)
    await answer_writes.sign(
        conn,
        held.consent.id,
        state=state,
        joins=signing.choices.join == "yes",
        answers=msgspec.to_builtins(signing.choices),
        capacity=signing.capacity,
        version_id=version_id,
        survey_version=document.questions_version,
        language=document.language,
        valid_until=valid_until,
        now=now,
    )


async def _version_id(conn: Connection, document: Document) -> UUID:
    version = await version_queries.by_number(conn, document.template, document.version)
    asked = await student_questions.newest(conn)
    if version is None or (asked and asked.version) != document.questions_version:
        raise TextChanged
    return version.id


async def refuse(conn: Connection, consent_id: UUID, origin: Origin, now: datetime) -> None:
    """Say no; it needs no signature. A second click changes nothing. Raises NotOpen."""
    held = await hold(conn, consent_id, now)
    if held.consent.state == "refused":
        return
    require_open(held.frame, held.signup, held.consent, now)
    await answer_writes.refuse(conn, consent_id, now)
    await _note(conn, held, "refused", origin, now)


async def withdraw(conn: Connection, consent_id: UUID, origin: Origin, now: datetime) -> None:
    """Take a yes back, at once and everywhere (M4); no reason, and never too late. A second click changes nothing.

    Raises NotOpen where there is no yes.
    """
    held = await hold(conn, consent_id, now)
    if held.consent.state == "withdrawn":
        return
    if held.consent.state not in SIGNED | {"signed_unverified"}:
        raise NotOpen
    await answer_writes.set_state(conn, consent_id, "withdrawn", now)
    await _note(conn, held, "withdrawn", origin, now)


async def object_to(conn: Connection, consent_id: UUID, origin: Origin, now: datetime) -> None:
    """A second guardian objects: everything rests until the district decides (W3). Raises NotOpen for anybody else."""
    held = await hold(conn, consent_id, now)
    if held.consent.signer != "second_guardian" or held.signup.signs_for_self or held.signup.withdrawn_at is not None:
        raise NotOpen
    if held.consent.state != "on_hold_objection":
        await answer_writes.hold_up(conn, consent_id, now)
        await _note(conn, held, "objected", origin, now)


async def _note(conn: Connection, held: Held, what: str, origin: Origin, now: datetime) -> None:
    """What a no of any kind leaves behind."""
    convening_id, signup_id, consent_id = held.frame.convening_id, held.signup.id, held.consent.id
    number = None
    if held.consent.version_id is not None:
        number = (await version_queries.version(conn, held.consent.version_id)).number
    match what:
        case "refused":
            fact: events.AnyEvent = events.ConsentRefused(convening_id, signup_id, consent_id)
        case "withdrawn":
            fact = events.ConsentWithdrawn(convening_id, signup_id, consent_id)
        case _:
            what, fact = "objected", events.ConsentObjected(convening_id, signup_id, consent_id)
    proof = Answered(what=what, signer=held.consent.signer, version=number, origin=origin, at=now)
    await _settle(conn, held, what, proof, fact, now)


async def _settle(
    conn: Connection, held: Held, kind: evidence.Kind, proof: Struct, fact: events.AnyEvent, now: datetime
) -> None:
    """The proof, the fact, and the seat for whom it clears or for the next one."""
    await evidence.append(conn, held.signup.id, kind, proof, now, consent_id=held.consent.id)
    await events.record(conn, now, [fact])
    await signing_up.fill_seats(conn, held.signup.panel_id, now)
