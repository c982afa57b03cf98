"""`python -m service.consents.verify [sign-up …]`: prove that no evidence was changed; exit code 1 where something was."""

import asyncio
import os
import sys
from collections.abc import Sequence
from uuid import UUID

import msgspec

from service import db
from service.consents import claims, evidence
from service.consents.evidence import Entry, Fault, Printed
from service.db import Connection
from service.documents import queries as documents
from service.errors import StartRefused
from service.settings import Settings, from_env


async def verify(conn: Connection, signup_ids: Sequence[UUID]) -> tuple[int, list[Fault]]:
    """How many entries there are in these chains (all where none is named), and what of them does not verify.

    All are also those that must have a chain and have none. Everything is read as it stood at one moment: a worker may write
    meanwhile. Call outside a transaction.
    """
    async with conn.transaction(isolation="repeatable_read", readonly=True):
        return await _read(conn, signup_ids or await claims.known(conn))


async def _read(conn: Connection, signup_ids: Sequence[UUID]) -> tuple[int, list[Fault]]:
    entries, found = 0, list[Fault]()
    for signup_id in signup_ids:
        chain = await evidence.chain(conn, signup_id)
        entries += len(chain)
        found += evidence.faults(signup_id, chain, await evidence.head(conn, signup_id))
        found += await claims.faults(conn, signup_id, chain)
        found += await pdf_faults(conn, chain)
        if not chain:
            found.append(Fault(signup_id, 0, "There is no evidence of this sign-up."))
    return entries, found


async def pdf_faults(conn: Connection, chain: Sequence[Entry]) -> list[Fault]:
    """What of the PDFs does not fit the chain; one is gone rightly where the form that it shows was erased."""
    made = {one.id: one for one in await documents.hashes(conn, [entry.id for entry in chain])}
    bodies = {entry.id: entry.body for entry in chain}
    found: list[Fault] = []
    for entry in chain:
        if entry.kind != "document" or entry.body is None:
            continue
        said = _printed(entry.body)
        pdf = made.pop(said.document_id, None) if said else None
        if said is None:
            found.append(Fault(entry.signup_id, entry.ordinal, "It does not say which PDF it is about."))
        elif pdf is None and bodies.get(said.evidence_id) is not None:
            found.append(Fault(entry.signup_id, entry.ordinal, "Its PDF is gone, and nothing says who erased it."))
        elif pdf is not None and pdf.sha256 != said.sha256:
            found.append(Fault(entry.signup_id, entry.ordinal, "Its PDF was changed."))
    places = {entry.id: entry for entry in chain}
    for pdf in made.values():
        entry = places[pdf.subject_id]
        found.append(Fault(entry.signup_id, entry.ordinal, "There is a PDF of it whose hash stands nowhere in the chain."))
    return found


def _printed(body: bytes) -> Printed | None:
    try:
        return msgspec.json.decode(body, type=Printed)
    except msgspec.DecodeError:
        return None


async def _run(settings: Settings, signup_ids: Sequence[UUID]) -> int:
    conn = await db.connect(settings.database_url, "plenary-verify")
    try:
        entries, found = await verify(conn, signup_ids)
    finally:
        await conn.close()
    for fault in found:
        print(f"{fault.signup_id} entry {fault.ordinal}: {fault.sentence}", file=sys.stderr)  # noqa: T201
    print(f"{entries} entries, {len(found)} faults.")  # noqa: T201 - this is what the operator asked for
    return 1 if found else 0


def main(arguments: Sequence[str]) -> int:
    """The exit code; what cannot be read is one sentence."""
    try:
        return asyncio.run(_run(from_env(os.environ), [UUID(one) for one in arguments]))
    except StartRefused as refusal:
        print(refusal, file=sys.stderr)  # noqa: T201
    except ValueError:
        print("Name sign-ups by their ids, or none to prove all.", file=sys.stderr)  # noqa: T201
    return 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
