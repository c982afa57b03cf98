"""Somebody reads all of the database, its log, its backups and every log line, and cannot say whose an answer is.

The adversary knows who answered when, what the door and the network know of everybody, and the public key. What they do
not have is the folder of keys. By chance one guess in two hundred is right, so each strategy has about one; and they must
find out every product in which somebody was careless, or it would prove nothing.
"""

import math
from collections.abc import AsyncGenerator, Callable, Generator
from pathlib import Path
from uuid import UUID

import httpx
import pytest

from service.app import create_app
from service.local import servers as local
from service.local.servers import Servers
from service.web import links
from tests.api.conftest import BASE
from tests.surveys import respondents, trial
from tests.surveys.adversary import Strategy
from tests.surveys.careless import Careless
from tests.surveys.careless_closing import OPENED_SO
from tests.surveys.careless_keeping import KEPT_SO
from tests.surveys.loot import FILE, OLD, WAL
from tests.surveys.respondents import Given, Send
from tests.surveys.trial import Answered, Court, Room

pytestmark = pytest.mark.slow
FOUND = 30
"""More right guesses of two hundred are no accident."""
READ = {
    "person, open",
    "survey_invitation, open",
    "sealed_answer, open",
    "answer, closed",
    f"{OLD} sealed_answer, closed",
    f"{FILE} sealed_answer, closed",
    f"{FILE} answer, closed",
    WAL,
}
"""Where the adversary must at least have found people or answers."""
ODDS = 1e-6
"""So seldom may chance alone fail a product without fault."""


@pytest.fixture(scope="module")
def servers(server_folder: Callable[[str], Path]) -> Generator[Servers]:
    """For these tests alone, and as in earnest: with whole pages in the write-ahead log."""
    with local.running(server_folder("adversary"), durable=True) as started:
        yield started


@pytest.fixture(scope="module")
async def court(servers: Servers, server_folder: Callable[[str], Path]) -> Court:
    """The stage on which each case plays."""
    return await trial.set_up(servers, server_folder("adversary"), server_folder("adversary-keys"))


@pytest.fixture(scope="module")
async def answered(court: Court) -> Answered:
    """The survey that everybody has answered by their link, over HTTP."""
    async with trial.room(court) as there:
        app = create_app(court.settings, there.pool)
        app.state.clock = lambda: court.place.ends_at
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=BASE) as browser:
            return await trial.answered(court, there, _by_link(browser, court.settings.secret_key))


@pytest.fixture
async def afterwards(court: Court, answered: Answered) -> AsyncGenerator[Room]:
    """A database in which it waits for its close."""
    async with trial.room(court, answered.database) as there:
        yield there


async def test_the_adversary_links_no_more_than_chance(court: Court, answered: Answered, afterwards: Room) -> None:
    case = await trial.closed(court, afterwards, answered)
    assert case.places >= READ
    scores = case.scores()
    _say("the product", scores)
    assert len(scores) > 500
    allowed = _allowed(len(scores))
    assert allowed < FOUND / 2
    assert [(right, one.name, one.part, one.beside) for right, one in scores if right >= allowed] == []
    assert sum(right for right, _ in scores) < 2 * len(scores), "a little right everywhere is no chance either"


@pytest.mark.parametrize("careless", OPENED_SO, ids=lambda one: one.__name__)
async def test_the_adversary_links_people_where_answers_are_opened(
    court: Court, answered: Answered, afterwards: Room, monkeypatch: pytest.MonkeyPatch, careless: Careless
) -> None:
    await careless(monkeypatch, afterwards.owner)
    case = await trial.closed(court, afterwards, answered)
    _found_out({careless: OPENED_SO[careless]}, case.scores())


@pytest.mark.parametrize("group", KEPT_SO.values(), ids=KEPT_SO)
async def test_the_adversary_links_people_where_answers_are_kept(
    court: Court, monkeypatch: pytest.MonkeyPatch, group: dict[Careless, str]
) -> None:
    async with trial.room(court) as there:
        for careless in group:
            await careless(monkeypatch, there.owner)
        before = await trial.answered(court, there, respondents.straight(there.pool, court.place.ends_at))
        case = await trial.closed(court, there, before)
    _found_out(group, case.scores())


def _found_out(group: dict[Careless, str], scores: list[tuple[int, Strategy]]) -> None:
    """Each carelessness is found by a strategy of the kind that looks for it."""
    for careless, kind in group.items():
        found = [one for one in scores if one[1].name.startswith(kind)]
        _say(careless.__name__, found)
        assert found, kind
        assert found[0][0] > FOUND, careless.__name__


def _by_link(browser: httpx.AsyncClient, secret: str) -> Send:
    async def send(invitation_id: UUID, given: Given) -> None:
        token = links.token(secret, "survey", invitation_id, 0)
        answer = await browser.post(f"/answers/{token}", json={"answers": given})
        assert answer.status_code == 200, answer.text

    return send


def _allowed(guesses: int) -> int:
    """As many right guesses as chance gives to any of so many strategies once in a million runs.

    Each has one, about, by Poisson's law: of 200 things put into any order, one comes to lie where it belongs.
    """
    limit, tail = 0, 1.0
    while tail * guesses > ODDS:
        tail -= math.exp(-1) / math.factorial(limit)
        limit += 1
    return limit


def _say(name: str, scores: list[tuple[int, Strategy]]) -> None:
    right, best = scores[0]
    mean = sum(right for right, _ in scores) / len(scores)
    told = f"best {right} of {respondents.MANY}, on average {mean:.2f}: {best.name} ({best.part}, {best.beside})"
    print(f"{name}: {len(scores)} strategies, {told}")  # noqa: T201 - seen with `-s`
