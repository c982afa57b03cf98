"""Tokens, limits and repeated requests."""

import asyncio
from collections.abc import Awaitable
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from service import db
from service.access import actions
from service.access.callers import Callers
from service.access.limits import FORM_PER_ADDRESS, Limit
from service.access.rules import Caller, KeyMalformed, KeyReused, NotSignedIn
from service.db import Connection, Pool
from service.errors import Refused
from service.keeping import retention
from service.keeping.periods import Periods
from service.registrations import actions as registrations
from service.registrations.rules import Register, Registered, RegistrationClosed
from tests import make

TOKEN = "a-token-of-an-organizer-for-tests"


async def _recognised(conn: Connection, authorization: str, now: datetime) -> Caller:
    [caller] = await actions.recognise(conn, [authorization], now)
    if isinstance(caller, NotSignedIn):
        raise caller
    return caller


async def test_a_token_that_was_kept_is_recognised_in_any_spelling_of_bearer(conn: Connection, now: datetime) -> None:
    await actions.keep_token(conn, "Office", TOKEN, now)
    spelled = [f"{scheme} {TOKEN}" for scheme in ("Bearer", "bearer", "BEARER ")]
    callers = await actions.recognise(conn, [*spelled, "Bearer of another"], now)
    assert [type(one) for one in callers] == [Caller, Caller, Caller, NotSignedIn]
    assert len(set(callers[:3])) == 1
    assert await _recognised(conn, spelled[0], now) == callers[0]


async def test_keeping_a_token_again_keeps_its_first_holder(conn: Connection, now: datetime) -> None:
    await actions.keep_token(conn, "Office", TOKEN, now)
    before = await _recognised(conn, f"Bearer {TOKEN}", now)
    await actions.keep_token(conn, "Somebody Else", TOKEN, now)
    assert await _recognised(conn, f"Bearer {TOKEN}", now) == before


async def test_another_token_of_the_same_name_revokes_the_one_before(conn: Connection, now: datetime) -> None:
    await actions.keep_token(conn, "first organizer", TOKEN, now)
    await actions.keep_token(conn, "first organizer", f"{TOKEN}-new", now)
    assert (await _recognised(conn, f"Bearer {TOKEN}-new", now)).name == "first organizer"
    with pytest.raises(NotSignedIn):
        await _recognised(conn, f"Bearer {TOKEN}", now)


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", f"Basic {TOKEN}", TOKEN, f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", "Bearer a b"]
)
async def test_anything_else_is_not_signed_in(conn: Connection, now: datetime, header: str) -> None:
    await actions.keep_token(conn, "Office", TOKEN, now)
    with pytest.raises(NotSignedIn):
        await _recognised(conn, header, now)


async def test_of_many_who_call_at_once_each_is_taken_for_who_they_are(pool: Pool, conn: Connection, now: datetime) -> None:
    for number in range(5):
        await actions.keep_token(conn, f"Office {number}", f"{TOKEN}-{number}", now)
    callers = Callers(pool.acquire)
    asked = [callers.of(f"Bearer {TOKEN}-{n % 6}", now) for n in range(36)]
    found = await asyncio.gather(*asked, return_exceptions=True)
    names = [one.name if isinstance(one, Caller) else type(one).__name__ for one in found]
    assert names == [*(f"Office {n}" for n in range(5)), "NotSignedIn"] * 6
    await conn.execute("delete from api_token where name = 'Office 1'")
    with pytest.raises(NotSignedIn):
        await callers.of(f"Bearer {TOKEN}-1", now)


async def test_a_token_that_somebody_holds_makes_no_caller_wait(pool: Pool, conn: Connection, now: datetime) -> None:
    for name in ("held", "free"):
        await actions.keep_token(conn, name, f"{TOKEN}-{name}", now)
    async with db.transaction(pool) as other, asyncio.timeout(2):
        await other.execute("update api_token set name = name where name = 'held'")
        callers = Callers(pool.acquire)
        found = await asyncio.gather(*(callers.of(f"Bearer {TOKEN}-{name}", now) for name in ("held", "free")))
    assert [one.name for one in found] == ["held", "free"]
    seen = await db.many(conn, str, "select name from api_token where last_used_at is not null")
    assert seen == ["free"]


async def test_the_token_itself_is_nowhere_in_the_database(conn: Connection, now: datetime) -> None:
    await actions.keep_token(conn, "Office", TOKEN, now)
    stored = await db.one(conn, str, "select t::text from api_token t")
    assert TOKEN not in stored
    assert TOKEN.encode().hex() not in stored


LIMIT = Limit("test", 3, timedelta(minutes=10))


async def test_a_limit_holds_within_its_window_and_starts_anew_with_the_next(conn: Connection, now: datetime) -> None:
    window = now + timedelta(minutes=10)
    answers = [await actions.within_limit(conn, LIMIT, "client", now + n * timedelta(minutes=2)) for n in range(5)]
    assert answers == [True, True, True, False, False]
    assert await actions.within_limit(conn, LIMIT, "client", window) is True


async def test_each_has_a_limit_of_their_own_and_each_limit_its_own_count(conn: Connection, now: datetime) -> None:
    for _ in range(4):
        await actions.within_limit(conn, LIMIT, "client", now)
    assert await actions.within_limit(conn, LIMIT, "another", now) is True
    assert await actions.within_limit(conn, FORM_PER_ADDRESS, "client", now) is True
    assert await actions.within_limit(conn, LIMIT, "client", now) is False


async def test_a_limit_holds_across_connections(pool: Pool, now: datetime) -> None:
    answers = await asyncio.gather(
        *(make.alone(pool, lambda own: actions.within_limit(own, LIMIT, "client", now)) for _ in range(12))
    )
    assert sorted(answers) == [False] * 9 + [True] * 3


async def test_whom_a_limit_counts_is_kept_as_a_hash_and_for_a_day(pool: Pool, conn: Connection, now: datetime) -> None:
    await actions.within_limit(conn, LIMIT, "tamsin@cedar-harbor.example", now)
    [key] = await db.many(conn, str, "select key from rate_window")
    assert "tamsin" not in key
    await retention.clean(pool, Periods(), now + timedelta(hours=23))
    assert await db.one(conn, int, "select count(*) from rate_window") == 1
    await retention.clean(pool, Periods(), now + timedelta(hours=25))
    assert await db.one(conn, int, "select count(*) from rate_window") == 0


class Desk:
    """Registers people under idempotency keys, as the route does."""

    def __init__(self, convening_id: UUID, now: datetime) -> None:
        self.convening_id = convening_id
        self.now = now
        self.answered = 0

    async def ask(
        self, conn: Connection, key: str | None, request: Register, *, caller: str = "office", body: bytes = b"{}"
    ) -> Registered:
        async def answer() -> Registered:
            self.answered += 1
            [outcome] = await registrations.register(conn, self.convening_id, [request], source="organizer", now=self.now)
            if isinstance(outcome, Refused):
                raise outcome
            return outcome

        async with conn.transaction():
            return await actions.answer_once(
                conn, caller=caller, route="register", key=key, body=body, now=self.now, answer=answer, kind=Registered
            )


@pytest.fixture
async def desk(conn: Connection, now: datetime) -> Desk:
    return Desk((await make.convening(conn, now)).id, now)


async def test_the_same_request_under_the_same_key_gives_the_same_answer(conn: Connection, desk: Desk) -> None:
    first = await desk.ask(conn, "key-1", make.request())
    assert await desk.ask(conn, "key-1", make.request()) == first
    assert desk.answered == 1
    assert await make.standing(conn, desk.convening_id) == {"confirmed": 1}


async def test_another_body_under_the_same_key_is_refused(conn: Connection, desk: Desk) -> None:
    await desk.ask(conn, "key-1", make.request(1))
    with pytest.raises(KeyReused):
        await desk.ask(conn, "key-1", make.request(2), body=b'{"other": 1}')
    assert desk.answered == 1


async def test_a_key_belongs_to_its_caller(conn: Connection, desk: Desk) -> None:
    first = await desk.ask(conn, "key-1", make.request(1))
    second = await desk.ask(conn, "key-1", make.request(2), caller="another office")
    assert first.id != second.id


async def test_without_a_key_every_request_is_a_new_one(conn: Connection, desk: Desk) -> None:
    for n in (1, 2):
        await desk.ask(conn, None, make.request(n))
    assert desk.answered == 2


async def test_the_same_key_at_once_is_answered_once(pool: Pool, conn: Connection, desk: Desk) -> None:
    async def ask() -> Registered:
        async with pool.acquire() as own:
            return await desk.ask(own, "key-1", make.request())

    answers = await asyncio.gather(*(ask() for _ in range(8)))
    assert len(set(answers)) == 1
    assert desk.answered == 1
    assert await make.standing(conn, desk.convening_id) == {"confirmed": 1}


async def test_a_refusal_leaves_the_key_free_for_the_next_try(conn: Connection, desk: Desk, now: datetime) -> None:
    desk.now = now + make.AHEAD
    with pytest.raises(RegistrationClosed):
        await desk.ask(conn, "key-1", make.request())
    desk.now = now
    assert (await desk.ask(conn, "key-1", make.request())).state == "confirmed"


async def test_a_key_lives_a_day(pool: Pool, conn: Connection, desk: Desk, now: datetime) -> None:
    await desk.ask(conn, "key-1", make.request(1))
    await retention.clean(pool, Periods(), now + timedelta(hours=24))
    assert await desk.ask(conn, "key-1", make.request(1)) is not None
    await retention.clean(pool, Periods(), now + timedelta(hours=24, seconds=1))
    again = await desk.ask(conn, "key-1", make.request(2), body=b'{"other": 1}')
    assert (again.state, desk.answered) == ("confirmed", 2)


@pytest.mark.parametrize("key", ["", " ", "with space", "tab\t", "línea", "x" * 201, "line\n"])
async def test_a_key_is_visible_ascii_of_at_most_200_characters(conn: Connection, desk: Desk, key: str) -> None:
    with pytest.raises(KeyMalformed):
        await desk.ask(conn, key, make.request())
    longest: Awaitable[Registered] = desk.ask(conn, "x" * 200, make.request())
    assert (await longest).state == "confirmed"
