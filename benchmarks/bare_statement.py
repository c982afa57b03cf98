"""The usual way, bare: Litestar and asyncpg, each registration one statement that locks, counts, and writes; no batches."""

import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from uuid import UUID

import msgspec
from litestar import Litestar, post

from service import db, garbage

CONVENING = UUID(os.environ["BARE_CONVENING"])
SQL = """
with seat as (
  select id from convening where id = $1 and taken < capacity for no key update),
made as (
  insert into person (id, name, email, created_at) select $2, $4, $5, $6 from seat returning id),
registered as (
  insert into registration (id, convening_id, person_id, state, seated, source, name, confirmed_at, created_at, changed_at)
  select $3, $1, id, 'confirmed', true, 'organizer', $4, $6, $6, $6 from made returning id)
insert into event (id, kind, payload, created_at, next_at)
select $7, 'registration_confirmed',
       jsonb_build_object('kind', 'registration_confirmed', 'convening_id', $1::uuid, 'registration_id', id), $6, $6
  from registered
"""


class Asked(msgspec.Struct):
    """Who wants to come."""

    name: str
    email: str


class Answer(msgspec.Struct):
    """What whoever registered is told."""

    id: UUID
    state: str


@post("/{rest:path}")
async def register(data: Asked, rest: str) -> Answer:  # noqa: ARG001  # the path says which convening; here it is one
    """One person, one statement, one commit."""
    now = datetime.now(UTC)
    registration_id = db.new_id(now)
    async with app.state.pool.acquire() as conn:
        done = await conn.execute(
            SQL, CONVENING, db.new_id(now), registration_id, data.name, data.email, now, db.new_id(now)
        )
    return Answer(registration_id, "confirmed" if done.endswith("1") else "full")


@asynccontextmanager
async def _pooled(app: Litestar) -> AsyncGenerator[None]:
    garbage.settle()  # as the product does
    app.state.pool = await db.open_pool(os.environ["PLENARY_DATABASE_URL"], "bare", most=16)
    yield
    await app.state.pool.close()


app = Litestar([register], lifespan=[_pooled], openapi_config=None)
