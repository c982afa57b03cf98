"""Everything that we hold about one student, as one signer may see it (F7): for a page, and for a program.

A guardian sees every field of the student's. Of a student who said no they learn only that they are not participating (W4),
and of another signer nothing: not that there is one, nor what they said, nor what an organizer wrote about it (W3).
"""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from service.consents import answer_writes, assent_queries, board_queries, day_facts, disclosures, evidence
from service.consents.day_rules import DayFacts
from service.consents.family_door import Door
from service.consents.rules import Capacity, Choices, Colour, HeldBasis, Signer, Status
from service.db import Connection
from service.field_cipher import ring
from service.keeping import held_queries
from service.keeping import queries as keeping
from service.keeping.rules import RequestKind
from service.settings import Settings

MOST = 10_000


class HeldStudent(Struct, frozen=True, kw_only=True):
    """The sign-up: who, where, why the school may give it to us, since when, until when."""

    name: str
    listed_as: str
    grade: int | None
    school: str
    convening: str
    panel: str
    basis: HeldBasis | None
    listed_at: datetime
    off_the_list_at: datetime | None
    answer_until: datetime
    has_seat: bool
    signs_for_self: bool


class HeldSigner(Struct, frozen=True, kw_only=True):
    """Whoever reads this."""

    signer: Signer
    name: str
    email: str
    phone: str
    language: str
    answer: Status
    capacity: Capacity | None
    signed_at: datetime | None
    valid_until: datetime | None


class HeldOwn(Struct, frozen=True):
    """The student's own answer; without a yes there is nothing but that."""

    participates: bool | None
    name_use: str = ""
    made_up: str = ""
    topics: dict[str, Colour] = {}


class HeldProof(Struct, frozen=True):
    """An entry of the chain that is about this signer; `body` is what was signed or said, `scan` a paper as a file."""

    kind: str
    at: datetime
    hash: str
    body: dict[str, Any] | None
    scan: bytes | None = None


class HeldInterpreter(Struct, frozen=True):
    """An interpreter who was asked for, and who helped."""

    language: str
    phone: str
    asked_at: datetime
    done_at: datetime | None
    interpreter: str


class HeldLook(Struct, frozen=True):
    """Somebody outside the school saw it."""

    at: datetime
    viewer: str
    fields: list[str]
    purpose: str


class HeldMail(Struct, frozen=True):
    """A mail to this signer; what it said is kept for 30 days."""

    at: datetime
    kind: str
    state: str
    said: dict[str, Any]


class HeldRequest(Struct, frozen=True):
    """What was asked of a person."""

    kind: RequestKind
    asked_at: datetime
    due_at: datetime
    done_at: datetime | None


class HeldExtension(Struct, frozen=True):
    """More time that an organizer gave; their reason may speak of another guardian, so it is not here."""

    until: datetime
    at: datetime


class Everything(Struct, frozen=True, kw_only=True):
    """All of it; times are UTC."""

    made_at: datetime
    student: HeldStudent
    you: HeldSigner
    your_answers: Choices | None
    students_own_answer: HeldOwn
    for_the_day: DayFacts
    more_time: list[HeldExtension]
    interpreters: list[HeldInterpreter]
    proofs: list[HeldProof]
    who_saw_it: list[HeldLook]
    mails: list[HeldMail]
    published: list[held_queries.PublishedRow]
    requests: list[HeldRequest]


async def everything(conn: Connection, door: Door, settings: Settings, now: datetime) -> Everything:
    """As it is now; the browser has shown the signer's code."""
    signup, consent = door.signup, door.consent
    written = await day_facts.of_signer(conn, ring(settings.field_keys), consent.id)
    answers = await answer_writes.answers(conn, consent.id)
    return Everything(
        made_at=now,
        student=_student(door),
        you=_signer(door),
        your_answers=msgspec.convert(answers, Choices) if answers else None,
        students_own_answer=await _own(conn, signup.id),
        for_the_day=written.facts,
        more_time=[HeldExtension(one.until, one.created_at) for one in await board_queries.extensions(conn, signup.id)],
        interpreters=[
            HeldInterpreter(row.language, row.phone, row.asked_at, row.done_at, row.interpreter)
            for row in await held_queries.interpreters(conn, consent.id)
        ],
        proofs=await _proofs(conn, signup.id, consent.id),
        who_saw_it=[
            HeldLook(row.created_at, row.viewer, row.fields, row.purpose)
            for row in await disclosures.of_signup(conn, signup.id, MOST)
        ],
        mails=[
            HeldMail(row.created_at, row.kind, row.state, row.said)
            for row in await held_queries.mails(conn, signup.id, consent.id, consent.email)
        ],
        published=await held_queries.published(conn, signup.id),
        requests=[
            HeldRequest(row.kind, row.asked_at, row.due_at, row.done_at)
            for row in await keeping.asked_by(conn, signup.id, door.asks_as)
        ],
    )


def _student(door: Door) -> HeldStudent:
    signup, about = door.signup, door.about
    return HeldStudent(
        name=signup.name,
        listed_as=signup.label,
        grade=signup.grade,
        school=about.school,
        convening=about.convening,
        panel=about.panel,
        basis=signup.basis,
        listed_at=signup.created_at,
        off_the_list_at=signup.withdrawn_at,
        answer_until=signup.deadline_at,
        has_seat=signup.is_seated,
        signs_for_self=signup.signs_for_self,
    )


def _signer(door: Door) -> HeldSigner:
    consent = door.consent
    return HeldSigner(
        signer=consent.signer,
        name=consent.name,
        email=consent.email,
        phone=consent.phone,
        language=consent.language,
        answer=consent.state,
        capacity=consent.capacity,
        signed_at=consent.signed_at,
        valid_until=consent.valid_until,
    )


async def _own(conn: Connection, signup_id: UUID) -> HeldOwn:
    row = await assent_queries.assent(conn, signup_id)
    if row.state == "yes":
        return HeldOwn(True, row.name_use, row.made_up, row.topics)
    return HeldOwn(False if row.state == "no" else None)


async def _proofs(conn: Connection, signup_id: UUID, consent_id: UUID) -> list[HeldProof]:
    """Nothing of another signer's, and nothing of the student's own proofs: they say more than how the answer stands."""
    return [_proof(one) for one in await evidence.chain(conn, signup_id) if one.consent_id == consent_id]


def _proof(one: evidence.Entry) -> HeldProof:
    if one.kind == "scan" or one.body is None:
        return HeldProof(one.kind, one.created_at, one.hash.hex(), None, one.body)
    return HeldProof(one.kind, one.created_at, one.hash.hex(), msgspec.json.decode(one.body, type=dict[str, Any]))
