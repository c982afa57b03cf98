"""The proof holds against one changed byte, and stands when a body is erased."""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from msgspec import Struct
from msgspec.structs import replace

from service import db
from service.consents import evidence
from service.consents.evidence import Entry, Head
from service.consents.verify import verify
from service.db import Connection, Pool
from tests import make
from tests.consents import desk
from tests.consents.desk import Stage


class Said(Struct):
    """A body."""

    text: str
    answers: dict[str, str]


@pytest.fixture
async def signup_id(conn: Connection, zuri: UUID, now: datetime) -> UUID:
    """A chain of three: signed, confirmed, withdrawn."""
    amina = (await desk.signer(conn, zuri)).id
    async with conn.transaction():
        await evidence.append(conn, zuri, "signed", Said("¿Puede Zuri?", {"join": "yes"}), now, consent_id=amina)
        await evidence.append(conn, zuri, "confirmed", Said("Wren", {}), now + timedelta(seconds=2), consent_id=amina)
        await evidence.append(conn, zuri, "withdrawn", Said("", {}), now + timedelta(days=1), consent_id=amina)
    return zuri


async def faults(conn: Connection, chain: Sequence[Entry]) -> list[str]:
    """What does not verify of a chain as it might be found, where its end is still written down."""
    signup_id = await db.one(conn, UUID, "select signup_id from evidence limit 1")
    found = evidence.faults(signup_id, chain, await evidence.head(conn, signup_id))
    return [fault.sentence for fault in found]


@asynccontextmanager
async def behind_its_back(owner: Connection) -> AsyncGenerator[Connection]:
    """Somebody with all rights, whom no trigger stops."""
    await owner.execute("set session_replication_role = replica")
    yield owner
    await owner.execute("set session_replication_role = default")


async def test_a_chain_verifies_as_it_was_written(conn: Connection, where: Stage, signup_id: UUID, now: datetime) -> None:
    other = await desk.ask(conn, where, now, name="Mateo Lindqvist")
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
    ("another signer", lambda entry: replace(entry, consent_id=UUID(int=7))),
    ("no signer", lambda entry: replace(entry, consent_id=None)),
    ("gone body", lambda entry: replace(entry, body=None)),
]


@pytest.mark.parametrize("change", [change for _, change in CHANGES], ids=[name for name, _ in CHANGES])
async def test_one_changed_byte_is_seen(conn: Connection, signup_id: UUID, change: Callable[[Entry], Entry]) -> None:
    chain = await evidence.chain(conn, signup_id)
    assert await faults(conn, chain) == []
    assert await faults(conn, [change(chain[0]), *chain[1:]]) != []


async def test_a_missing_entry_is_seen(conn: Connection, signup_id: UUID) -> None:
    chain = await evidence.chain(conn, signup_id)
    assert await faults(conn, [chain[0], chain[2]]) == [
        "Entry 2 is missing.",
        "It does not follow the entry before it.",
        "The chain does not end as it was written down.",
    ]


@pytest.mark.parametrize("left", [0, 1, 2])
async def test_a_chain_that_was_cut_short_is_seen_and_so_is_one_that_is_gone(
    conn: Connection, owner: Connection, signup_id: UUID, left: int
) -> None:
    assert await faults(conn, (await evidence.chain(conn, signup_id))[:left]) == [
        "The chain does not end as it was written down."
    ]
    async with behind_its_back(owner):
        await owner.execute(
            "delete from evidence_body b using evidence e where e.id = b.evidence_id and e.ordinal > $1", left
        )
        await owner.execute("delete from evidence where ordinal > $1", left)
    for named in ([], [signup_id]):
        entries, found = await verify(conn, named)
        assert entries == left
        assert {fault.signup_id for fault in found} == {signup_id}
        assert found[0].sentence == "The chain does not end as it was written down."


async def test_how_a_chain_ends_is_written_by_the_database_alone_and_only_onwards(
    conn: Connection, owner: Connection, signup_id: UUID
) -> None:
    for sql in ("update evidence_head set ordinal = 9", "delete from evidence_head"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await conn.execute(sql)
    for sql in ("update evidence_head set ordinal = 2", "delete from evidence_head", "truncate evidence_head"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await owner.execute(sql)
    assert await verify(conn, [signup_id]) == (3, [])


async def test_every_byte_of_a_body_counts(conn: Connection, signup_id: UUID) -> None:
    [first, *rest] = await evidence.chain(conn, signup_id)
    body = first.body or b""
    head = await evidence.head(conn, signup_id)
    for place in range(len(body)):
        changed = body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]
        assert evidence.faults(signup_id, [replace(first, body=changed), *rest], head) != []


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
    assert await faults(conn, chain) == []
    assert await evidence.erase(conn, signup_id, "again", now) == 0
    assert b"Zuri" not in b"".join(entry.body or b"" for entry in chain)


async def test_what_is_written_while_it_is_read_is_no_fault(
    conn: Connection, pool: Pool, signup_id: UUID, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_head = evidence.head

    async def as_if_a_worker_came_between(reading: Connection, about: UUID) -> Head | None:
        async with db.transaction(pool) as writing:
            await evidence.append(writing, about, "refused", Said("", {}), now + timedelta(days=2))
        return await read_head(reading, about)

    monkeypatch.setattr(evidence, "head", as_if_a_worker_came_between)
    assert await verify(conn, []) == (3, [])
    assert await verify(conn, [signup_id]) == (4, [])


async def test_the_command_says_how_many_and_fails_on_a_fault(
    conn: Connection, owner: Connection, signup_id: UUID, now: datetime
) -> None:
    async with behind_its_back(owner):
        await owner.execute("update evidence_body set body = body || ' '")
    entries, found = await verify(conn, [])
    assert entries == 3
    assert [fault.sentence for fault in found] == ["Its body was changed."] * 3
