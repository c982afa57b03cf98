"""Answers as JSON, for organizers: a paper taken in, and the proof of what was signed."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct

from service.access import acts
from service.access.api import KnownCaller
from service.consents import answer_examples, copies, disclosures, papering, rules, scans
from service.consents.answer_rules import InPersonOnly, Paper, StudentInterprets, TooLateToAnswer
from service.consents.answering import TextChanged
from service.consents.api import one_signup
from service.consents.copies import CopyRow
from service.consents.copy_file import PDF, attached
from service.consents.evidence import Entry, Kind
from service.consents.views import Signup
from service.documents.rules import DocumentState, NotMade
from service.settings import Settings
from service.web.deps import AnyRequest, Conn, Given, Now
from service.web.uploads import MOST_UPLOADED_BYTES


class Proof(Struct, frozen=True, kw_only=True):
    """One entry of the chain: `body` is what was signed or said, null where it was erased by order."""

    ordinal: int
    kind: Kind
    at: datetime
    hash: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
    body_hash: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
    body: dict[str, object] | None


class Copy(Struct, frozen=True, kw_only=True):
    """The PDF of the entry `shows`: its hash, as it stands in the chain, and where it is; null while it is not made."""

    id: UUID
    shows: int
    state: DocumentState
    sha256: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")] | None
    href: str | None


class Evidence(Struct, frozen=True):
    """A signer's part of the chain of a sign-up, in order; `python -m service.consents.verify` proves the whole chain."""

    entries: list[Proof]
    copies: list[Copy]


@post(
    "/signups/{signup_id:uuid}/paper-consent",
    access="organizer",
    status_code=200,
    sends=answer_examples.PAPER,
    shows=answer_examples.TAKEN,
    request_max_body_size=MOST_UPLOADED_BYTES,
    refuses=[
        papering.NoSuchText,
        papering.NoNameYet,
        TextChanged,
        TooLateToAnswer,
        InPersonOnly,
        StudentInterprets,
        scans.NotAScan,
        scans.ScanTooLarge,
        rules.OffTheList,
        rules.NotOpen,
        rules.TopicsUnanswered,
    ],
)
async def take_paper(
    signup_id: FromPath[UUID],
    data: JSONBody[Paper],
    caller: KnownCaller,
    request: AnyRequest,
    conn: Conn,
    now: Now,
    settings: Given,
) -> Signup:
    """A form signed on paper, with the name of who looked at it; it counts as signed everywhere."""
    consent_id = await papering.take(conn, signup_id, data, settings, now)
    if consent_id is not None:
        await acts.note(conn, request, "paper_taken", ("signup", signup_id), now, consent=str(consent_id))
    return await one_signup(conn, signup_id, caller, now)


@get("/consents/{consent_id:uuid}/evidence", access="organizer", shows=answer_examples.EVIDENCE)
async def evidence_of(
    consent_id: FromPath[UUID], caller: KnownCaller, request: AnyRequest, conn: Conn, now: Now, settings: Given
) -> Evidence:
    """What proves a signer's answers: exact text, version, language, answers, circumstances, each entry with its hash."""
    entries = await papering.proofs(conn, consent_id)
    signups = list({one.signup_id for one in entries})
    await disclosures.to_program(conn, signups, caller, disclosures.EVIDENCE, now)
    await acts.note(conn, request, "evidence_seen", ("consent", consent_id), now)
    return Evidence(
        [
            Proof(
                ordinal=one.ordinal,
                kind=one.kind,
                at=one.created_at,
                hash=one.hash.hex(),
                body_hash=one.body_hash.hex(),
                body=_body(one),
            )
            for one in entries
        ],
        [_copy(one, settings) for one in await copies.of_consent(conn, consent_id)],
    )


def _body(entry: Entry) -> dict[str, object] | None:
    """What an entry proves; of a scan only what it is, since it is read by people on their own pages."""
    if entry.body is None:
        return None
    if entry.kind == "scan":
        return {"media_type": scans.sort_of(entry.body).media_type, "size": len(entry.body)}
    return msgspec.json.decode(entry.body, type=dict[str, object])


def _copy(row: CopyRow, settings: Settings) -> Copy:
    href = f"{settings.public_url}/api/v1/documents/{row.id}" if row.sha256 else None
    return Copy(id=row.id, shows=row.ordinal, state=row.state, sha256=row.sha256 or None, href=href)


@get(
    "/documents/{document_id:uuid}",
    access="organizer",
    media_type=PDF,
    shows=answer_examples.DOCUMENT,
    refuses=[NotMade],
)
async def download(
    document_id: FromPath[UUID], caller: KnownCaller, request: AnyRequest, conn: Conn, now: Now
) -> Response[bytes]:
    """The PDF of a signed form, tagged for screen readers; each download is written into the disclosure log."""
    copy = await copies.copy(conn, document_id)
    answer = await attached(conn, copy)
    await disclosures.to_program(conn, [copy.signup_id], caller, disclosures.EVIDENCE, now)
    await acts.note(conn, request, "copy_downloaded", ("signup", copy.signup_id), now)
    return answer


API = [take_paper, evidence_of, download]
"""This module's routes under /api/v1."""
