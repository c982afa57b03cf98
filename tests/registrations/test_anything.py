"""Whatever people and the clock do, in whatever order, the counts and the list stay true."""

import random
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from service.convenings import queries as convenings
from service.convenings.rules import Patch
from service.db import Connection
from service.errors import Refused
from service.registrations import actions, changes, queries
from service.registrations.rules import Change
from tests import make

STEPS = 80


class Season:
    """One convening of few seats and a random history of what happens to it."""

    def __init__(self, conn: Connection, convening_id: UUID, sessions: list[UUID], now: datetime, seed: int) -> None:
        self.conn = conn
        self.convening_id = convening_id
        self.sessions = sessions
        self.now = now
        self.chance = random.Random(seed)
        self.people = 0

    async def step(self) -> None:
        """Some time passes and somebody does something; a refusal is an answer too, and leaves nothing behind."""
        self.now += timedelta(minutes=self.chance.choice((0, 1, 20, 300)))
        what = self.chance.choice(
            (self.come, self.come, self.come, self.answer, self.answer, self.answer, self.choose, self.tick, self.resize)
        )
        try:
            async with self.conn.transaction():
                await what()
        except Refused:
            return

    async def come(self) -> None:
        self.people += 1
        first = self.chance.randrange(self.people)
        asked = [make.request(n, sessions=self._some()) for n in range(first, first + self.chance.choice((1, 1, 4)))]
        source = self.chance.choice(("public", "invitation", "organizer"))
        await actions.register(self.conn, self.convening_id, asked, source=source, now=self.now)

    async def answer(self) -> None:
        act = self.chance.choice((actions.confirm, actions.withdraw, actions.accept, actions.refuse))
        await act(self.conn, await self._anybody(), self.now)

    async def choose(self) -> None:
        await changes.change(self.conn, await self._anybody(), Change(sessions=self._some()), self.now)

    async def tick(self) -> None:
        await actions.expire_overdue(self.conn, self.convening_id, self.now)

    async def resize(self) -> None:
        patch = Patch(capacity=self.chance.randrange(2, 12))
        await actions.change_convening(self.conn, self.convening_id, patch, self.now)

    def _some(self) -> list[UUID]:
        return self.chance.sample(self.sessions, self.chance.choice((0, 1, 1, 2)))

    async def _anybody(self) -> UUID:
        rows = await queries.listed(self.conn, self.convening_id, None, None, 10_000)
        if not rows:
            raise Refused
        return self.chance.choice(rows).id


@pytest.mark.parametrize("seed", range(4))
async def test_after_every_step_the_books_balance(conn: Connection, now: datetime, seed: int) -> None:
    agenda = [make.session_draft(now, hour, capacity=limit) for hour, limit in ((1, 1), (1, 3), (2, 2), (3, None))]
    convening = await make.convening(conn, now, capacity=6, sessions=agenda)
    season = Season(conn, convening.id, await make.session_ids(conn, convening.id), now, seed)
    for _ in range(STEPS):
        await season.step()
        await _books_balance(conn, convening.id)
    assert len(await make.standing(conn, convening.id)) >= 3


async def _books_balance(conn: Connection, convening_id: UUID) -> None:
    rows = await queries.listed(conn, convening_id, None, None, 10_000)
    found = await convenings.convening(conn, convening_id)
    assert found.taken == sum(row.seated for row in rows) <= found.capacity
    waiting = sorted(row.position for row in rows if row.position is not None)
    assert waiting == list(range(1, found.waiting + 1))
    assert found.seats_left == 0 or found.waiting == 0, "a seat is free and somebody waits"
    live = [row.person_id for row in rows if row.state in ("held", "confirmed", "waitlisted", "offered")]
    assert len(set(live)) == len(live)
    choices = await queries.choices(conn, [row.id for row in rows])
    seated = {row.id for row in rows if row.seated}
    assert {one.registration_id for one in choices if one.placed} <= seated
    for session in await convenings.sessions(conn, convening_id):
        assert session.taken == sum(one.placed for one in choices if one.session_id == session.id)
        assert session.capacity is None or session.taken <= session.capacity
