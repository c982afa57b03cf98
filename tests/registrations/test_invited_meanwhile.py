"""Invited and registered in the same moment."""

import asyncio
from collections.abc import Awaitable
from datetime import datetime
from uuid import UUID

import pytest

from service import db
from service.db import Connection, Pool
from service.registrations import actions, invitation_queries, inviting
from tests import make


@pytest.mark.parametrize("own", [False, True])
async def test_an_invitation_in_the_moment_of_a_registration_knows_of_it(
    conn: Connection, pool: Pool, now: datetime, own: bool
) -> None:
    convening, other = await make.convening(conn, now), await make.convening(conn, now)
    known, wanted = await make.registered(conn, other.id, 1, now=now), make.request(1)

    def invite(invites: Connection) -> Awaitable[UUID]:
        if own:
            return inviting.own(invites, convening.id, known.person_id, now)
        return actions.invite(invites, convening.id, wanted.name, wanted.email, now)

    async with db.transaction(pool) as registers:
        await actions.register(registers, convening.id, [wanted], source="organizer", now=now)
        waiting = asyncio.create_task(make.alone(pool, invite))
        while not await db.one(conn, bool, "select exists (select from pg_locks where not granted) as waits"):
            assert not waiting.done()
    assert (await invitation_queries.invitation(conn, await waiting)).answer == "registered"
