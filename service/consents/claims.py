"""What rows say that only the chain can prove: an answer without its proof is a fault; so is a deletion without an order."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from service import db
from service.consents.answer_rules import Signature
from service.consents.evidence import SIGNATURES, Entry, Fault, Kind
from service.consents.rules import Status
from service.db import Connection

PROOFS: Mapping[Status, tuple[Kind, ...]] = {
    "signed_unverified": ("signed",),
    "signed": SIGNATURES,
    "signed_paper": ("signed_paper",),
    "refused": ("refused", "resolved"),
    "on_hold_objection": ("objected",),
    "withdrawn": ("withdrawn",),
}
"""For each state that somebody answered to get into, the entries of which one must prove it."""
SAID: Mapping[str, Kind] = {"yes": "assented", "no": "declined"}
"""The same of the student's own answer."""
KEPT: tuple[Kind, ...] = ("document", "erased")
"""Entries whose body stays when everything is deleted: no word of it is anybody's data."""


class ClaimRow(Struct, frozen=True):
    """How a signer stands."""

    consent_id: UUID
    signer: str
    state: Status
    joins: bool | None
    answers: Any
    capacity: str | None
    signed_at: datetime | None


class StandingRow(Struct, frozen=True):
    """Whether a sign-up is there, what the student said, and whether its deletion is written down."""

    is_there: bool
    assent: str
    is_erased: bool


async def known(conn: Connection) -> list[UUID]:
    """Every sign-up of which there is, or must be, a proof: also those whose chain is gone."""
    return await db.many(
        conn,
        UUID,
        """select signup_id from evidence union select signup_id from evidence_head
           union select signup_id from consent
                  where state in ('signed_unverified', 'signed', 'signed_paper', 'refused', 'on_hold_objection', 'withdrawn')
           union select signup_id from assent where state in ('yes', 'no') order by 1""",
    )


async def faults(conn: Connection, signup_id: UUID, chain: Sequence[Entry]) -> list[Fault]:
    """Where what is stored of a sign-up and its chain contradict one another."""
    standing = await _standing(conn, signup_id)
    said = [*_of_the_deletion(standing, chain), *_of_the_student(standing, chain)]
    for row in await _claims(conn, signup_id):
        said += [f"The {row.signer.replace('_', ' ')}: {words}" for words in _of_a_signer(row, chain)]
    return [Fault(signup_id, len(chain), sentence) for sentence in said]


def _of_the_deletion(standing: StandingRow, chain: Sequence[Entry]) -> list[str]:
    said: list[str] = []
    if standing.is_there and standing.is_erased:
        said.append("It was deleted by order, and it is there.")
    if chain and not standing.is_there and not standing.is_erased:
        said.append("The sign-up is gone, and nothing says by whose order.")
    if standing.is_erased and any(entry.body is not None and entry.kind not in KEPT for entry in chain):
        said.append("It was deleted by order, and a proof still has its words.")
    if not standing.is_erased and any(entry.kind == "erased" for entry in chain):
        said.append("There is a tombstone, and nothing says by whose order the student was deleted.")
    return said


def _of_the_student(standing: StandingRow, chain: Sequence[Entry]) -> list[str]:
    answers = [entry.kind for entry in chain if entry.kind in SAID.values()]
    if standing.assent in SAID and answers[-1:] != [SAID[standing.assent]]:
        return [f"The student’s {standing.assent} stands nowhere in the chain."]
    return []


def _of_a_signer(row: ClaimRow, chain: Sequence[Entry]) -> list[str]:
    own = [entry for entry in chain if entry.consent_id == row.consent_id]
    if row.state not in PROOFS:
        return []
    if not any(entry.kind in PROOFS[row.state] for entry in own):
        return [f"“{row.state}” stands nowhere in the chain."]
    signed = [entry for entry in own if entry.kind in SIGNATURES]
    return _of_a_signature(row, signed[-1], own) if row.state in ("signed_unverified", *SIGNATURES) else []


def _of_a_signature(row: ClaimRow, entry: Entry, own: Sequence[Entry]) -> list[str]:
    """Whether the row says what was signed last, and no more than was proved."""
    try:
        proof = msgspec.json.decode(entry.body or b"", type=Signature)
    except msgspec.DecodeError:
        return ["what was signed cannot be read."]
    signed = (proof.answers.join == "yes", msgspec.to_builtins(proof.answers), proof.capacity, proof.at)
    said: list[str] = []
    if (row.joins, row.answers, row.capacity, row.signed_at) != signed:
        said.append("what is stored is not what was signed.")
    if any(one.kind in ("refused", "withdrawn") and one.ordinal > entry.ordinal for one in own):
        said.append("a later no stands in the chain.")
    confirmed = any(one.kind == "confirmed" and one.ordinal > entry.ordinal for one in own)
    if row.state == "signed" and proof.origin.factor == "none" and not confirmed:
        said.append("nobody confirmed who signed.")
    return said


async def _standing(conn: Connection, signup_id: UUID) -> StandingRow:
    return await db.one(
        conn,
        StandingRow,
        """select exists (select from signup where id = $1) as is_there,
                  coalesce((select state from assent where signup_id = $1), '') as assent,
                  exists (select from erasure where signup_id = $1) as is_erased""",
        signup_id,
    )


async def _claims(conn: Connection, signup_id: UUID) -> list[ClaimRow]:
    return await db.many(
        conn,
        ClaimRow,
        """select id as consent_id, signer, state, joins, answers, capacity, signed_at from consent
            where signup_id = $1 order by signer""",
        signup_id,
    )
