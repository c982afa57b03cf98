"""A form on paper that somebody has looked at: the same text, the same proof, the same effect as a signature online (E7)."""

from datetime import datetime
from uuid import UUID

import msgspec

from service.consents import (
    answer_writes,
    answering,
    deciding,
    documents,
    evidence,
    interpreting,
    queries,
    scans,
)
from service.consents.answer_rules import Checked, Paper, Signing
from service.consents.answering import TextChanged
from service.consents.queries import ConsentRow, SignupRow
from service.consents.rules import OffTheList
from service.db import Connection
from service.errors import Invalid, Refused
from service.settings import Settings


class NoNameYet(Refused):
    """This slip has no name yet: its family writes that itself. Sign the student up by name for a form on paper."""

    code = "no-name-yet"


class NoSuchText(Invalid):
    """There is no published text in this language, so nobody can have signed it."""

    code = "no-such-text"


async def take(conn: Connection, signup_id: UUID, paper: Paper, settings: Settings, now: datetime) -> UUID | None:
    """Take a paper in; the signer's id, None for the very same once more.

    Raises OffTheList, NoNameYet, NoSuchText, TextChanged for an older version than the newest, StudentInterprets, NotAScan,
    ScanTooLarge, and what signing online raises.
    """
    consent = await deciding.pending_signer(conn, signup_id, paper.signer, now)
    about = await documents.occasion(conn, signup_id)
    row = await _require_possible(conn, signup_id, paper)
    if row.lapsed_at is None and await _is_the_same(conn, consent, paper):
        return None
    spoken = next((one for one in await documents.offered(conn) if one.code == paper.language), None)
    if spoken is None:
        raise NoSuchText(pointer="/language")
    topics = await documents.topics(conn, about.panel_id)
    shown = await documents.reading(conn, about, about.student, topics, spoken, settings)
    if paper.version not in (None, shown.document.version):
        raise TextChanged(pointer="/version")
    if paper.scan is not None:
        await scans.keep(conn, signup_id, consent.id, paper.scan, now)
    signing = Signing(choices=paper.choices, name=paper.name, capacity=paper.capacity, born=paper.born)
    checked = Checked(paper.checked_by, paper.in_person, paper.interpreter, scans.hash_of(paper.scan))
    await answering.sign_on_paper(conn, consent.id, signing, shown.document, checked, now)
    return consent.id


async def _require_possible(conn: Connection, signup_id: UUID, paper: Paper) -> SignupRow:
    row = await queries.signup(conn, signup_id)
    if row.withdrawn_at is not None:
        raise OffTheList
    if not row.name:
        raise NoNameYet
    await interpreting.require_adult(conn, signup_id, paper.interpreter)
    return row


async def _is_the_same(conn: Connection, consent: ConsentRow, paper: Paper) -> bool:
    """Whether this very paper was recorded before: a second click changes nothing."""
    if consent.state != "signed_paper" or (consent.capacity, consent.language) != (paper.capacity, paper.language):
        return False
    return await answer_writes.answers(conn, consent.id) == msgspec.to_builtins(paper.choices)


async def proofs(conn: Connection, consent_id: UUID) -> list[evidence.Entry]:
    """The entries of one signer's chain, in order; raises NotFound for nobody."""
    consent = await answer_writes.consent(conn, consent_id)
    return [one for one in await evidence.chain(conn, consent.signup_id) if one.consent_id in (consent_id, None)]
