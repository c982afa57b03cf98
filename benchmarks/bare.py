"""The bare limit: a raw ASGI application that decides registrations of one convening in natural batches, and nothing more.

Requests that arrive while a transaction runs are decided together in the next one. The same tables, seats counted and one
event written for each person; no addresses checked, no sessions, no idempotency, no documents, no refusals in words.
"""

import asyncio
import os
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from service import db, events, garbage
from service.registrations import queries, rules, writes

CONVENING = UUID(os.environ["BARE_CONVENING"])
waiting: list[tuple[dict[str, str], "asyncio.Future[bytes]"]] = []
bell = asyncio.Event()
state: dict[str, Any] = {}


async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Lifespan and POST, whatever the path."""
    if scope["type"] == "lifespan":
        await _live(receive, send)
        return
    body = b""
    while True:
        part = await receive()
        body += part.get("body", b"")
        if not part.get("more_body"):
            break
    answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
    waiting.append((msgspec.json.decode(body), answer))
    bell.set()
    content = await answer
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(content)).encode())]
    await send({"type": "http.response.start", "status": 201, "headers": headers})
    await send({"type": "http.response.body", "body": content})


async def _live(receive: Any, send: Any) -> None:
    await receive()
    state["pool"] = await db.open_pool(os.environ["PLENARY_DATABASE_URL"], "bare", most=4)
    garbage.settle()  # as the product does
    state["task"] = asyncio.create_task(_decide_for_ever())
    await send({"type": "lifespan.startup.complete"})
    await receive()
    state["task"].cancel()
    await state["pool"].close()
    await send({"type": "lifespan.shutdown.complete"})


async def _decide_for_ever() -> None:
    while True:
        await bell.wait()
        bell.clear()
        batch = waiting[:]
        waiting.clear()
        answers = await _decide([request for request, _ in batch])
        for (_, future), answer in zip(batch, answers, strict=True):
            future.set_result(answer)


async def _decide(requests: list[dict[str, str]]) -> list[bytes]:
    now = datetime.now(UTC)
    async with db.transaction(state["pool"]) as conn:
        await db.one(conn, UUID, "select id from convening where id = $1 for no key update", CONVENING)
        seats = await queries.seats(conn, CONVENING)
        ids = sorted(db.new_id(now) for _ in requests)
        people = [db.new_id(now) for _ in requests]
        await db.run(
            conn,
            "insert into person (id, name, email, created_at) select *, $4 from unnest($1::uuid[], $2::text[], $3::text[])",
            people,
            [one["name"] for one in requests],
            [one["email"] for one in requests],
            now,
        )
        admitted = rules.admit(seats, "organizer", len(requests))
        rows = [
            writes.NewRegistration(one, person, place.state, place.seated, request["name"], "", "", "", "")
            for one, person, place, request in zip(ids, people, admitted, requests, strict=True)
        ]
        until = now + timedelta(minutes=30)
        await writes.insert_registrations(conn, CONVENING, "organizer", rows, held_until=until, now=now)
        await events.record(conn, now, [events.RegistrationConfirmed(CONVENING, one) for one in ids])
    return [msgspec.json.encode({"id": one, "state": place.state}) for one, place in zip(ids, admitted, strict=True)]
