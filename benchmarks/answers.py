"""Survey answers: people who came answer by their links over HTTP, beside only sealing the same answers and keeping them."""

import asyncio
import itertools
import json
import random
import statistics
import time
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import msgspec

from benchmarks.calls import call, publish
from benchmarks.house import PORT, House
from benchmarks.load import Load
from benchmarks.measures import Measure, alone, beside
from benchmarks.names import called
from benchmarks.surveys import given
from service import db
from service.surveys import answers, sealing, set_files, writes
from service.surveys.office_pages import USUAL
from service.web import links

CLIENTS = 16
CONNECTIONS = 10
"""As the web process has."""
AT_ONCE = 300


def answered(house: House, count: int, rounds: int) -> list[Measure]:
    """In each round everybody answers anew, and each takes the place of the last one, as it may until close;
    what stands beside is over in a moment, so it is asked before and after."""
    ours: list[float] = []
    bare: list[float] = []
    slow: list[float] = []
    with house.web():
        survey_id, invitations = _asked(house, count)
        secret = house.env["PLENARY_SECRET_KEY"]
        paths = [f"/api/v1/answers/{links.token(secret, 'survey', one, 0)}" for one in invitations]
        chance = random.Random(count)
        for _ in range(rounds):
            said = [given(chance) for _ in invitations]
            before = asyncio.run(_only_kept(house, survey_id, invitations, said))
            figures = house.load(Load(PORT, paths, "", CLIENTS, [json.dumps({"answers": one}) for one in said]))
            if set(figures.statuses) != {"200"}:
                raise SystemExit(f"Not every answer was taken: {figures.statuses}")
            ours.append(figures.per_second)
            slow.append(figures.p99_ms)
            bare.append(statistics.mean((before, asyncio.run(_only_kept(house, survey_id, invitations, said)))))
    return [
        beside("survey answers | sealed and kept, nothing else", ours, bare, "1/s"),
        alone("survey answers, 99th percentile", slow, "ms"),
    ]


def _asked(house: House, count: int) -> tuple[UUID, list[UUID]]:
    """An open survey of so many people who registered and came; their invitations."""
    convening_id = publish("Asked afterwards", count)
    path = f"/api/v1/convenings/{convening_id}"
    begin = (datetime.now(UTC) - timedelta(hours=2)).isoformat()
    for start in range(0, count, AT_ONCE):
        some = [
            {"name": called(f"asked.{n}"), "email": f"asked.{n}@load.example"}
            for n in range(start, min(start + AT_ONCE, count))
        ]
        made: Any = call("POST", f"{path}/registrations/batch", {"registrations": some})
        scans = [
            {
                "scan_id": str(uuid4()),
                "registration_id": one["registration"]["id"],
                "direction": "in",
                "at": begin,
                "device": "b",
            }
            for one in made["outcomes"]
        ]
        call("POST", "/api/v1/checkins", {"convening_id": convening_id, "scans": scans})
    definition = next(one for one in set_files.read(USUAL.read_bytes()) if one.code == "member_post")
    drafts: Any = call("POST", f"{path}/surveys", {"sets": [msgspec.to_builtins(definition)]})
    survey_id = UUID(drafts["surveys"][0]["id"])
    call("POST", f"/api/v1/surveys/{survey_id}/opening")
    return survey_id, asyncio.run(_invitations(house, survey_id))


async def _invitations(house: House, survey_id: UUID) -> list[UUID]:
    conn = await asyncpg.connect(house.servers.database_url())
    await conn.execute(
        """insert into survey_invitation (id, survey_id, person_id)
           select gen_random_uuid(), s.id, r.person_id from survey s join registration r on r.convening_id = s.convening_id
            where s.id = $1 on conflict do nothing""",
        survey_id,
    )
    rows = await conn.fetch("select id from survey_invitation where survey_id = $1", survey_id)
    await conn.close()
    return [row["id"] for row in rows]


async def _only_kept(house: House, survey_id: UUID, invitations: Sequence[UUID], said: Sequence[dict[str, Any]]) -> float:
    """Answers a second: sealed and written by as many clients on as many connections, each in a commit of its own."""
    pool = await db.open_pool(house.env["PLENARY_DATABASE_URL"], "bare", most=CONNECTIONS, least=CONNECTIONS)
    public: bytes = await pool.fetchval("select public_key from survey where id = $1", survey_id)
    length = answers.length(next(one for one in set_files.read(USUAL.read_bytes()) if one.code == "member_post"))
    waiting = iter(zip(invitations, said, strict=True))

    async def client(some: Iterable[tuple[UUID, dict[str, Any]]]) -> None:
        for invitation_id, one in some:
            sealed = sealing.seal(public, survey_id, invitation_id, answers.packed(one), length)
            async with db.transaction(pool) as conn:
                await writes.keep_sealed(conn, invitation_id, sealed)

    warm = len(invitations) // 10
    await client(itertools.islice(waiting, warm))
    began = time.perf_counter()
    await asyncio.gather(*(client(waiting) for _ in range(CLIENTS)))
    took = time.perf_counter() - began
    await pool.close()
    return (len(invitations) - warm) / took
