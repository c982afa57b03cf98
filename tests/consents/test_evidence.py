"""The proof holds against one changed byte, and stands when a body is erased."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from msgspec import Struct
from msgspec.structs import replace

from service import db
from service.consents import evidence
from service.consents.evidence import Entry
from service.consents.verify import verify
from service.db import Connection
from tests import make


class Said(Struct):
    """A body."""

    text: str
    answers: dict[str, str]


@pytest.fixture
async def signup_id(conn: Connection, now: datetime) -> UUID:
    """A chain of three: signed, confirmed, withdrawn."""
    signup_id = make.nobody(now)
    async with conn.transaction():
        await evidence.append(conn, signup_id, "signed", Said("¿Puede Zuri?", {"join": "yes"}), now)
        await evidence.append(conn, signup_id, "confirmed", Said("Wren", {}), now + timedelta(seconds=2))
        await evidence.append(conn, signup_id, "withdrawn", Said("", {}), now + timedelta(days=1))
    return signup_id


async def test_a_chain_verifies_as_it_was_written(conn: Connection, signup_id: UUID, now: datetime) -> None:
    other = db.new_id(now)
    await evidence.append(conn, other, "refused", Said("", {}), now)
    assert await verify(conn, []) == (4, [])
    assert await verify(conn, [signup_id]) == (3, [])


async def test_a_sign_up_without_evidence_is_said(conn: Connection, now: datetime) -> None:
    _, [fault] = await verify(conn, [make.nobody(now)])
    assert fault.sentence == "There is no evidence of this sign-up."


CHANGES: list[tuple[str, Callable[[Entry], Any]]] = [
    ("body", lambda entry: replace(entry, body=(entry.body or b"").replace(b"yes", b"yeS"))),
    ("kind", lambda entry: replace(entry, kind="refused")),
    ("time", lambda entry: replace(entry, created_at=entry.created_at + timedelta(microseconds=1))),
    ("body's hash", lambda entry: replace(entry, body_hash=bytes(32))),
    ("hash", lambda entry: replace(entry, hash=bytes(32))),
    ("sign-up", lambda entry: replace(entry, signup_id=UUID(int=7))),
    ("gone body", lambda entry: replace(entry, body=None)),
]


@pytest.mark.parametrize("change", [change for _, change in CHANGES], ids=[name for name, _ in CHANGES])
async def test_one_changed_byte_is_seen(conn: Connection, signup_id: UUID, change: Callable[[Entry], Entry]) -> None:
    chain = await evidence.chain(conn, signup_id)
    assert evidence.faults(chain) == []
    assert evidence.faults([change(chain[0]), *chain[1:]]) != []


async def test_a_missing_entry_is_seen(conn: Connection, signup_id: UUID) -> None:
    chain = await evidence.chain(conn, signup_id)
    said = [fault.sentence for fault in evidence.faults([chain[0], chain[2]])]
    assert said == ["Entry 2 is missing.", "It does not follow the entry before it."]


async def test_every_byte_of_a_body_counts(conn: Connection, signup_id: UUID) -> None:
    [first, *rest] = await evidence.chain(conn, signup_id)
    body = first.body or b""
    for place in range(len(body)):
        changed = body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]
        assert evidence.faults([replace(first, body=changed), *rest]) != []


async def test_an_erased_body_leaves_a_tombstone_and_a_chain_that_verifies(
    conn: Connection, signup_id: UUID, now: datetime
) -> None:
    assert await evidence.erase(conn, signup_id, "order of the school", now + timedelta(days=2)) == 3
    chain = await evidence.chain(conn, signup_id)
    assert [(entry.kind, entry.body is None) for entry in chain] == [
        ("signed", True),
        ("confirmed", True),
        ("withdrawn", True),
        ("erased", False),
        ("erased", False),
        ("erased", False),
    ]
    assert evidence.faults(chain) == []
    assert await evidence.erase(conn, signup_id, "again", now) == 0
    assert b"Zuri" not in b"".join(entry.body or b"" for entry in chain)


async def test_the_command_says_how_many_and_fails_on_a_fault(
    conn: Connection, owner: Connection, signup_id: UUID, now: datetime
) -> None:
    await owner.execute("set session_replication_role = replica")
    await owner.execute("update evidence_body set body = body || ' '")
    await owner.execute("set session_replication_role = default")
    entries, found = await verify(conn, [])
    assert entries == 3
    assert [fault.sentence for fault in found] == ["Its body was changed."] * 3
