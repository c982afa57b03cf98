"""A form on paper that somebody has looked at: the same text, the same proof, the same effect as a signature online (E7)."""

from datetime import datetime
from uuid import UUID

from service.consents import answer_writes, answering, deciding, documents, evidence
from service.consents.answer_rules import Paper, Signing
from service.consents.answering import TextChanged
from service.consents.rules import Signer
from service.consents.speaking import LANGUAGES
from service.db import Connection
from service.errors import Invalid
from service.settings import Settings


class NoSuchText(Invalid):
    """There is no published text in this language, so nobody can have signed it."""

    code = "no-such-text"


async def take(
    conn: Connection, signup_id: UUID, signer: Signer | None, paper: Paper, settings: Settings, now: datetime
) -> UUID:
    """Take a paper in for the signer named, else for whoever signs for this student; the signer's id.

    Raises NoSuchText, TextChanged for an older version than the newest, and what signing online raises.
    """
    consent = await deciding.pending_signer(conn, signup_id, signer, now)
    spoken = next((one for one in await documents.offered(conn) if one.code == paper.language), None)
    if spoken is None:
        raise NoSuchText(pointer="/language")
    about = await documents.occasion(conn, signup_id)
    student = about.student or LANGUAGES[spoken.code].tell("the_student")
    topics = await documents.topics(conn, about.panel_id)
    shown = await documents.reading(conn, about, student, topics, spoken, settings)
    if paper.version not in (None, shown.document.version):
        raise TextChanged(pointer="/version")
    signing = Signing(choices=paper.choices, name=paper.name, capacity=paper.capacity, born=paper.born)
    await answering.sign_on_paper(
        conn, consent.id, signing, shown.document, paper.checked_by, now, in_person=paper.in_person
    )
    return consent.id


async def proofs(conn: Connection, consent_id: UUID) -> list[evidence.Entry]:
    """The entries of one signer's chain, in order; raises NotFound for nobody."""
    consent = await answer_writes.consent(conn, consent_id)
    return [one for one in await evidence.chain(conn, consent.signup_id) if one.consent_id in (consent_id, None)]
