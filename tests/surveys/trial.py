"""A survey from its opening to its close before the eyes of an adversary, and how many of their guesses are right."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
from msgspec import Struct

from service import db, schema
from service.convenings.queries import ConveningRow
from service.db import APP_ROLE, Connection, Pool
from service.local.servers import Servers
from service.settings import Settings
from service.surveys.sealing import Keys
from tests.surveys import respondents
from tests.surveys.adversary import Adversary, Strategy
from tests.surveys.clues import PERSON, Opened
from tests.surveys.loot import Loot, Spy
from tests.surveys.respondents import MANY, Respondent, Send
from tests.surveys.unlocking import unlocked

STAGE = "stage"


class Court(Struct, frozen=True):
    """Servers, and a database in which the convening is over and nobody has been asked."""

    servers: Servers
    cluster: Path
    settings: Settings
    place: ConveningRow


class Room(Struct, frozen=True):
    """A database of one case: as the application reaches it, and as whoever may do everything there."""

    name: str
    pool: Pool
    owner: Connection


class Answered(Struct, frozen=True):
    """A survey that everybody has answered and that is still open; `private` is for the close, and for no adversary."""

    database: str
    survey_id: UUID
    people: list[Respondent]
    private: bytes
    loot: Loot


class Case(Struct, frozen=True):
    """All that the adversary came to think of."""

    people: list[Respondent]
    opened: list[Opened]
    places: set[str]
    """Where something was found of people or answers."""
    strategies: list[Strategy]

    def scores(self) -> list[tuple[int, Strategy]]:
        """How many guesses of each strategy are right; the best first."""
        owners = _owners(self.opened, self.people)
        return sorted([(_right(one, owners), one) for one in self.strategies], key=lambda one: -one[0])


async def set_up(servers: Servers, folder: Path, keys: Path) -> Court:
    """Make the database that all cases begin with."""
    settings = Settings(
        database_url=servers.database_url(STAGE, user=APP_ROLE),
        redis_url=servers.redis_url,
        secret_key="only-for-tests-" + "0123456789" * 4,
        field_keys=("0f" * 32,),
        public_url="http://127.0.0.1:8000",
        survey_keys_dir=str(keys),
    )
    await _administer(servers, f"create database {STAGE}")
    await schema.upgrade(servers.database_url(STAGE))
    pool = await db.open_pool(settings.database_url, "tests", most=2)
    async with pool.acquire() as conn:
        place = await respondents.gather(conn, settings, datetime(2026, 12, 1, 15, 0, tzinfo=UTC))
    await pool.close()
    return Court(servers, folder / "pg", settings, place)


@asynccontextmanager
async def room(court: Court, like: str = STAGE) -> AsyncGenerator[Room]:
    """A copy of a database, to which nobody is connected afterwards; it goes with the servers."""
    name = f"case_{uuid4().hex}"
    await _administer(court.servers, f"create database {name} template {like} strategy file_copy")
    owner = await asyncpg.connect(court.servers.database_url(name))
    pool = await db.open_pool(court.servers.database_url(name, user=APP_ROLE), "tests", most=4)
    try:
        yield Room(name, pool, owner)
    finally:
        await pool.close()
        await owner.close()


async def answered(court: Court, there: Room, send: Send) -> Answered:
    """Ask, and let everybody answer; the spy looks after each."""
    keys = Keys(court.settings.survey_keys_dir)
    async with Spy(there.owner, court.cluster) as spy:
        async with there.pool.acquire() as conn:
            survey_id = await respondents.ask(conn, keys, court.place)
            people = await respondents.respondents(conn, survey_id)
        assert len(people) == MANY
        for one, given in respondents.turns(people):
            await send(one.invitation_id, given)
            await spy.watch()
        await spy.copy("open")
        return Answered(there.name, survey_id, people, _key(court, survey_id).read_bytes(), await spy.end())


async def closed(court: Court, there: Room, before: Answered) -> Case:
    """Close it, and let the adversary think."""
    keys = Keys(court.settings.survey_keys_dir)
    _key(court, before.survey_id).write_bytes(before.private)
    async with Spy(there.owner, court.cluster) as spy:
        await respondents.end(there.pool, keys, before.survey_id, court.place.ends_at)
        assert not _key(court, before.survey_id).exists()
        await spy.copy("closed")
        loot = before.loot.and_then(await spy.end())
    adversary = Adversary(loot, before.people)
    guesses = unlocked(adversary, before.private, before.survey_id, respondents.definition())
    return Case(before.people, adversary.opened, adversary.places, [*adversary.strategies(), *guesses])


def _key(court: Court, survey_id: UUID) -> Path:
    return Path(court.settings.survey_keys_dir) / f"{survey_id}.key"


def _owners(opened: Sequence[Opened], people: Sequence[Respondent]) -> list[int | None]:
    """Whose each opened row is: we know what each said. None where more than one could have."""
    said: dict[Any, list[int]] = {}
    for one in people:
        for what in (*one.marks.values(), one.sessions, one.core):
            said.setdefault(what, []).append(one.number)
    fits = [said.get(_telling(one.body), []) for one in opened]
    return [one[0] if len(one) == 1 else None for one in fits]


def _telling(body: dict[str, Any]) -> Any:
    """What tells whose a row is."""
    text = next((body[name] for name in respondents.TEXTS if name in body), None)
    if text is not None:
        return text.partition(" ")[0]
    return frozenset(body["m12"]) if "m12" in body else tuple(body.get(name) for name in respondents.CORE)


def _right(one: Strategy, owners: list[int | None]) -> int:
    """How many of its guesses are so."""
    told = one.guess.items()
    if one.beside == PERSON:
        return sum(owners[row] == person for row, person in told)
    return sum(owners[row] is not None and owners[row] == owners[other] for row, other in told)


async def _administer(servers: Servers, statement: str) -> None:
    conn = await asyncpg.connect(servers.database_url())
    await conn.execute(statement)
    await conn.close()
