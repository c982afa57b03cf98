"""The PDFs of signed forms: owed for each signature, made from the sealed proof, their hash appended to the chain once."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from msgspec import Struct

from service import db
from service.consents import answer_writes, documents, evidence, queries
from service.consents.answer_rules import Signature
from service.consents.copy_sheet import Source, sheet
from service.consents.evidence import SIGNATURES, Entry, Kind
from service.consents.said import Word
from service.db import Connection
from service.documents import writes
from service.documents.queries import ClaimedRow
from service.documents.rules import DocumentState, SignedForm
from service.errors import NotFound
from service.panels import queries as panels
from service.settings import Settings


class CopyRow(Struct, frozen=True):
    """The PDF of one entry: which one it shows, whose, and how far it is. `sha256` is empty until it is made."""

    id: UUID
    signup_id: UUID
    consent_id: UUID
    signer: str
    ordinal: int
    kind: Kind
    signed_at: datetime
    state: DocumentState
    made_at: datetime | None
    sha256: str

    @property
    def words(self) -> str:
        """What it shows, in the words of the console."""
        who = {"guardian": "guardian", "second_guardian": "second guardian"}.get(self.signer, "student")
        if self.kind == "confirmed":
            return f"The school confirmed the {who}’s signature"
        return f"Signed {'on paper' if self.kind == 'signed_paper' else 'online'} by the {who}"


async def owe(conn: Connection, consent_id: UUID, now: datetime) -> int:
    """A copy of each signature and each confirmation of this signer that has none; how many are new."""
    shown = await db.many(
        conn,
        UUID,
        """select e.id from evidence e join evidence_body b on b.evidence_id = e.id
            where e.signup_id = (select signup_id from consent where id = $1) and e.consent_id = $1
              and e.kind in ('signed', 'signed_paper', 'confirmed') order by e.ordinal""",
        consent_id,
    )
    return await writes.owe(conn, "signed_form", shown, now)


async def form(conn: Connection, evidence_id: UUID, settings: Settings) -> SignedForm:
    """The copy of what an entry proves, from what was sealed; raises NotFound where that was erased."""
    signup_id = await evidence.signup_of(conn, evidence_id)
    chain = await evidence.chain(conn, signup_id)
    entry = next(one for one in chain if one.id == evidence_id)
    before = [one for one in chain if one.consent_id == entry.consent_id and one.ordinal <= entry.ordinal]
    signed = [one for one in before if one.kind in SIGNATURES]
    if entry.body is None or not signed or signed[-1].body is None:
        raise NotFound
    about = await documents.occasion(conn, signup_id)
    source = Source(
        entry=entry,
        signature=msgspec.json.decode(signed[-1].body, type=Signature),
        word=msgspec.json.decode(entry.body, type=Word) if entry.kind == "confirmed" else None,
        zone=about.family_zone,
        topics=await panels.topics(conn),
        organizer=settings.mail_name or "Plenary",
        mail=settings.mail_address,
    )
    return sheet(source)


async def keep(conn: Connection, claimed: ClaimedRow, token: UUID, pdf: bytes, now: datetime) -> bool:
    """Keep the bytes and append their hash, in one commit; False where somebody else did, or an order erased the form."""
    signup_id = await evidence.signup_of(conn, claimed.subject_id)
    await queries.lock(conn, signup_id)
    if not await writes.keep(conn, claimed.id, token, pdf, now):
        return False
    shown: Entry = next(one for one in await evidence.chain(conn, signup_id) if one.id == claimed.subject_id)
    body = evidence.Printed(claimed.id, shown.id, hashlib.sha256(pdf).hexdigest(), len(pdf))
    await evidence.append(conn, signup_id, "document", body, now, consent_id=shown.consent_id)
    return True


async def of_signup(conn: Connection, signup_id: UUID) -> list[CopyRow]:
    """The copies of a student's signers, oldest first."""
    return await db.many(
        conn,
        CopyRow,
        """select d.id, e.signup_id, e.consent_id, c.signer, e.ordinal, e.kind, e.created_at as signed_at, d.state,
                  d.made_at, coalesce(encode(sha256(d.pdf), 'hex'), '') as sha256
             from document d join evidence e on e.id = d.subject_id join consent c on c.id = e.consent_id
            where d.kind = 'signed_form' and e.signup_id = $1 order by e.ordinal""",
        signup_id,
    )


async def of_consent(conn: Connection, consent_id: UUID) -> list[CopyRow]:
    """Those of one signer; raises NotFound for nobody."""
    signup_id = (await answer_writes.consent(conn, consent_id)).signup_id
    return [one for one in await of_signup(conn, signup_id) if one.consent_id == consent_id]


async def copy(conn: Connection, document_id: UUID) -> CopyRow:
    """One of them; raises NotFound."""
    return await db.one(
        conn,
        CopyRow,
        """select d.id, e.signup_id, e.consent_id, c.signer, e.ordinal, e.kind, e.created_at as signed_at, d.state,
                  d.made_at, coalesce(encode(sha256(d.pdf), 'hex'), '') as sha256
             from document d join evidence e on e.id = d.subject_id join consent c on c.id = e.consent_id
            where d.kind = 'signed_form' and d.id = $1""",
        document_id,
    )


async def newest(conn: Connection, signup_id: UUID, consent_id: UUID) -> CopyRow | None:
    """The copy of what a signer signed last; None where it is not owed yet."""
    found = [one for one in await of_signup(conn, signup_id) if one.consent_id == consent_id]
    entry, _ = await evidence.newest_signature(conn, signup_id, consent_id, Signature)
    return next((one for one in reversed(found) if one.ordinal >= entry.ordinal), None)


class UnmadeRow(Struct, frozen=True):
    """Forms of a convening whose PDF nobody could make, and the student of the first."""

    convening_id: UUID
    copies: int
    signup_id: UUID


async def unmade(conn: Connection, only: Sequence[UUID]) -> list[UnmadeRow]:
    """The same for each of these convenings that has some."""
    return await db.many(
        conn,
        UnmadeRow,
        """select s.convening_id, count(*)::int as copies,
                  (array_agg(u.id order by d.created_at, d.id))[1] as signup_id
             from document d join evidence e on e.id = d.subject_id join signup u on u.id = e.signup_id
             join panel p on p.id = u.panel_id join session s on s.id = p.session_id
            where d.kind = 'signed_form' and d.state = 'failed' and s.convening_id = any($1::uuid[])
            group by s.convening_id order by s.convening_id""",
        only,
    )


def for_school(rows: Sequence[CopyRow]) -> list[CopyRow]:
    """What a school sees: neither of two guardians learns of the other through it (W3)."""
    return [one for one in rows if one.signer != "second_guardian"]
