"""Whatever people and the clock do, in whatever order, the counts and the list stay true."""

import random
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from service.convenings import queries as convenings
from service.convenings.rules import Patch
from service.db import Connection
from service.errors import Refused
from service.registrations import actions, changes, handing_over, moving_up, office_queries, queries
from service.registrations.handing_over import HandOver
from service.registrations.moving_up import MoveUp
from service.registrations.rules import Change
from tests import make
from tests.access.conftest import person

STEPS = 80


class Season:
    """One convening of few seats and a random history of what happens to it."""

    def __init__(
        self, conn: Connection, convening_id: UUID, sessions: list[UUID], organizer: UUID, now: datetime, seed: int
    ) -> None:
        self.conn = conn
        self.organizer = organizer
        self.convening_id = convening_id
        self.sessions = sessions
        self.now = now
        self.chance = random.Random(seed)
        self.people = 0

    async def step(self) -> None:
        """Some time passes and somebody does something; a refusal is an answer too, and leaves nothing behind."""
        self.now += timedelta(minutes=self.chance.choice((0, 1, 20, 300)))
        what = self.chance.choice(
            (*[self.come] * 3, *[self.answer] * 3, self.choose, self.tick, self.resize, self.hand_over, self.move_up)
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

    async def hand_over(self) -> None:
        colleague = make.request(self.chance.randrange(self.people + 2))
        wanted = HandOver(name=colleague.name, email=colleague.email, reason="A colleague goes")
        await handing_over.hand_over(self.conn, await self._anybody(), wanted, self.organizer, self.now)

    async def move_up(self) -> None:
        before = await office_queries.queue(self.conn, self.convening_id)
        who = await self._anybody()
        await moving_up.move_up(self.conn, who, MoveUp(self.chance.randrange(1, 5), "A panel"), self.organizer, self.now)
        after = await office_queries.queue(self.conn, self.convening_id)
        assert [one.id for one in after if one.id != who] == [one.id for one in before if one.id != who]

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
    organizer = await person(conn, now, "Odalys Brightwater", "odalys@eon-demo.example")
    season = Season(conn, convening.id, await make.session_ids(conn, convening.id), organizer, now, seed)
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
