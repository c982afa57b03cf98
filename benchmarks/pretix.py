"""Beside us: registrations of pretix, a ticket shop that many know, on the same servers in the same run.

As its own documentation sets it up: PostgreSQL, Redis, gunicorn with two processes; tasks go to a queue that nobody
works on, so that they cost it nothing. An order over its REST API is one free product of a limited quota, no mail.
Ours has two web processes as well, and owes a mail for each.
"""

import asyncio
import json
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import asyncpg

from benchmarks.calls import publish
from benchmarks.house import BARE_PORT, PORT, ROOT, SECOND_PORT, TOKEN, House, require_durable, until_answers
from benchmarks.load import Figures, Load, all_made, people, together
from benchmarks.measures import Measure, alternately, beside, noted
from benchmarks.names import called

STAMP = ".venv/pretix.stamp"
PYTHON = ROOT / ".venv" / "pretix" / "bin" / "python"
DATABASE = "pretix"
CLIENTS, WARM, WARM_OF_THEIRS = 64, 64, 16
"""Clients of each side; and what is asked in each round before it is measured: theirs of that round's event."""
SEATS = 100_000
PROCESSES = 2
SERVED = (
    *("-m", "gunicorn", "pretix.wsgi", "--workers", str(PROCESSES), "--bind", f"127.0.0.1:{BARE_PORT}"),
    *("--worker-class", "gthread", "--threads", "1", "--keep-alive", "120"),
    *("--graceful-timeout", "5", "--log-level", "error"),
)
"""One thread each and lines that stay open: of what was tried (1, 2 and 4 threads, 2 and 4 processes) the fastest."""


class Shop(NamedTuple):
    """Who may order, and an event of each round with its product."""

    token: str
    events: list[tuple[str, int]]


def install() -> None:
    """Put pretix into an environment of its own, unless it is there; before anything is measured."""
    if subprocess.run(["make", "--no-print-directory", STAMP], cwd=ROOT, check=False).returncode:
        raise SystemExit("pretix could not be installed, so nothing is measured beside it; name the others with --only.")


def registrations_beside(house: House, count: int, few: int, rounds: int) -> list[Measure]:
    """In each round so many of ours, and a few of theirs, on an event of that round; counted afterwards. All four processes
    are there all the time, so that both sides are asked within seconds; who is not asked does nothing.

    Their median is no ratio: lines that stay open belong to whichever of two processes took them, and where one took more
    of the 64 its clients wait longer, though as many are served. What all wait on average the rate says already.
    """
    ours: list[list[Figures]] = []
    theirs: list[Figures] = []
    with house.web(), house.web(SECOND_PORT), _shop(house, rounds) as shop:
        for number, (slug, product) in enumerate(shop.events):
            for of_ours in alternately((True, False), number):
                if of_ours:
                    ours.append(_round(house, count, number))
                else:
                    _theirs(house, shop, slug, product, WARM_OF_THEIRS)
                    theirs.append(_theirs(house, shop, slug, product, few))
                    asyncio.run(_require(house, slug, WARM_OF_THEIRS + few))
    speeds = [together(both) for both in ours]
    half, slow = ([max(getattr(one, name) for one in both) for both in ours] for name in ("p50_ms", "p99_ms"))
    name = f"registrations, one convening, {PROCESSES} web processes"
    return [
        beside(f"{name} | pretix, {PROCESSES}", speeds, [one.per_second for one in theirs], "1/s", "≥ 100"),
        noted(f"{name}, median | pretix", half, [one.p50_ms for one in theirs], "ms"),
        noted(f"{name}, 99th p. | pretix", slow, [one.p99_ms for one in theirs], "ms"),
    ]


def _round(house: House, count: int, number: int) -> list[Figures]:
    hot = publish(f"Beside pretix {number}", SEATS)
    _ours(house, hot, WARM, f"warm{number}")
    return _ours(house, hot, count, f"beside{number}")


def _ours(house: House, convening_id: str, count: int, tag: str) -> list[Figures]:
    """Half of them at each of our processes, at the same time."""
    path, new = f"/api/v1/convenings/{convening_id}/registrations", people(count, tag)
    ports = (PORT, SECOND_PORT)
    halves = [Load(port, [path], TOKEN, CLIENTS // 2, new[at::2]) for at, port in enumerate(ports)]
    return [all_made(one, len(half.bodies)) for half, one in zip(halves, house.loads(*halves), strict=True)]


def _theirs(house: House, shop: Shop, slug: str, product: int, count: int) -> Figures:
    path = f"/api/v1/organizers/bench/events/{slug}/orders/"
    return all_made(house.load(Load(BARE_PORT, [path], shop.token, CLIENTS, orders(product, count), scheme="Token")), count)


def orders(product: int, count: int) -> list[str]:
    """What pretix is sent: a free, paid order of one place for each person."""
    return [
        json.dumps(
            {
                "email": f"beside.{n}@load.example",
                "locale": "en",
                "sales_channel": "web",
                "status": "p",
                "payment_provider": "free",
                "positions": [{"item": product, "price": "0.00", "attendee_name_parts": {"full_name": called(str(n))}}],
            }
        )
        for n in range(count)
    ]


@contextmanager
def _shop(house: House, rounds: int) -> Generator[Shop]:
    """Pretix on a database of its own in the same cluster, answering."""
    asyncio.run(_made(house))
    data = house.folder / "pretix"
    data.mkdir()
    env = _environment(house, data)
    with (house.folder / "log").open("ab") as log:
        subprocess.run([PYTHON, "-m", "pretix", "migrate", "--skip-checks"], env=env, stdout=log, stderr=log, check=True)
    scene = [PYTHON, "-P", Path(__file__).with_name("pretix_scene.py"), str(rounds), str(SEATS)]
    told = json.loads(subprocess.run(scene, env=env, stdout=subprocess.PIPE, check=True).stdout)
    with house.process(*SERVED, program=str(PYTHON), **env) as child:
        until_answers(f"http://127.0.0.1:{BARE_PORT}/healthcheck/", child)
        yield Shop(told["token"], told["events"])


def _environment(house: House, data: Path) -> dict[str, str]:
    sockets = house.servers.database_url().partition("host=")[2]
    queue = f"redis+socket://{sockets}/valkey.sock?virtual_host="
    return {
        "DJANGO_SETTINGS_MODULE": "pretix.settings",
        "PRETIX_PRETIX_DATADIR": str(data),
        "PRETIX_PRETIX_URL": f"http://127.0.0.1:{BARE_PORT}",
        "PRETIX_DATABASE_BACKEND": "postgresql",
        "PRETIX_DATABASE_NAME": DATABASE,
        "PRETIX_DATABASE_USER": "plenary_owner",
        "PRETIX_DATABASE_HOST": sockets,
        "PRETIX_REDIS_LOCATION": f"unix://{sockets}/valkey.sock?db=1",
        "PRETIX_CELERY_BROKER": f"{queue}2",
        "PRETIX_CELERY_BACKEND": f"{queue}3",
    }


async def _made(house: House) -> None:
    conn = await asyncpg.connect(house.servers.database_url())
    await conn.execute(f"create database {DATABASE}")
    await conn.close()
    await require_durable(house.servers.database_url(DATABASE))


async def _require(house: House, slug: str, count: int) -> None:
    """Whatever said that it sold a place has done so."""
    conn = await asyncpg.connect(house.servers.database_url(DATABASE))
    found = await conn.fetchval(
        """select count(*) from pretixbase_orderposition p join pretixbase_order o on o.id = p.order_id
             join pretixbase_event e on e.id = o.event_id where e.slug = $1 and o.status = 'p'""",
        slug,
    )
    await conn.close()
    if found != count:
        raise SystemExit(f"{count} people ordered, and pretix has {found}.")
