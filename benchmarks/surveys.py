"""Surveys: sealed answers closed, beside only opening the seals; results and files of 50,000 answers beside those of 500."""

import asyncio
import random
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import msgspec

from benchmarks.calls import call, fetch, publish
from benchmarks.house import House, peak_mib
from benchmarks.measures import Measure, alone, beside, milliseconds
from service.surveys import answers, sealing, set_files
from service.surveys.office_pages import USUAL

FEW = 500
AT_ONCE = 1000
WORDS = "More time for the students, and fewer slides in the afternoon of the second day, please. "


def closed(house: House, many: int, rounds: int) -> list[Measure]:
    """Everything over HTTP, durability on; peak memory of the web process as Linux tells it."""
    with house.web() as web:
        few_id, few_shown, _ = _survey(house, FEW)
        before = peak_mib(web.pid)
        surveys = [_survey(house, many) for _ in range(rounds)]
        after = peak_mib(web.pid)
        many_id, shown, opened = surveys[0][0], [one[1] for one in surveys], [one[2] for one in surveys]
        results, few_results = _alternately([many_id, few_id], "results", 99)
        files, few_files = _alternately([many_id, few_id], "export.xlsx", 15)
    return [
        beside(f"{many:,} answers closed | seals opened only", shown, opened, "ms"),
        beside(f"results of {many:,} | of {FEW}", results, few_results, "ms"),
        beside(f"XLSX of {many:,} | of {FEW}", files, few_files, "ms"),
        alone(f"{FEW} answers closed", [few_shown], "ms"),
        beside(f"peak memory, after {many:,} | after {FEW}", [after], [before], "MiB"),
    ]


def _alternately(surveys: list[str], name: str, rounds: int) -> list[list[float]]:
    """Milliseconds of what each survey shows, in turn."""
    looks = [
        [milliseconds(lambda one=one: fetch(f"/api/v1/surveys/{one}/{name}")) for one in surveys] for _ in range(rounds)
    ]
    return [list(one) for one in zip(*looks, strict=True)]


def _survey(house: House, count: int) -> tuple[str, float, float]:
    """A members' survey with so many answers, closed: its id, how long closing took, and only opening before and after."""
    convening_id = publish(f"After {count}", 10)
    definition = next(one for one in set_files.read(USUAL.read_bytes()) if one.code == "member_post")
    made: Any = call("POST", f"/api/v1/convenings/{convening_id}/surveys", {"sets": [msgspec.to_builtins(definition)]})
    survey_id = made["surveys"][0]["id"]
    call("POST", f"/api/v1/surveys/{survey_id}/opening")
    reopen = asyncio.run(_answer(house, UUID(survey_id), count))
    before = milliseconds(reopen)
    took = milliseconds(lambda: call("POST", f"/api/v1/surveys/{survey_id}/closing"))
    return survey_id, took, (before + milliseconds(reopen)) / 2


async def _answer(house: House, survey_id: UUID, count: int) -> Callable[[], None]:
    """So many sealed answers, straight into the table; then what opens them and does nothing else."""
    conn = await asyncpg.connect(house.servers.database_url())
    public: bytes = await conn.fetchval("select public_key from survey where id = $1", survey_id)
    definition = next(one for one in set_files.read(USUAL.read_bytes()) if one.code == "member_post")
    length, chance = answers.length(definition), random.Random(count)
    private = sealing.Keys(house.env["PLENARY_SURVEY_KEYS_DIR"]).private(survey_id, public)
    kept: list[tuple[UUID, bytes]] = []
    for start in range(0, count, AT_ONCE):
        people = [uuid4() for _ in range(start, min(start + AT_ONCE, count))]
        invitations = [uuid4() for _ in people]
        sealed = [sealing.seal(public, survey_id, one, answers.packed(given(chance)), length) for one in invitations]
        kept += zip(invitations, sealed, strict=True)
        await conn.execute(
            """insert into person (id, name, email, created_at)
               select id, 'Somebody', id || '@load.example', now() from unnest($1::uuid[]) as g (id)""",
            people,
        )
        await conn.execute(
            """insert into survey_invitation (id, survey_id, person_id, answered)
               select i, $3, p, true from unnest($1::uuid[], $2::uuid[]) as g (i, p)""",
            invitations,
            people,
            survey_id,
        )
        await conn.executemany("insert into sealed_answer values ($1, $2)", kept[start:])
    await conn.close()

    def reopen() -> None:
        for one, text in kept:
            sealing.opened(private, survey_id, one, text)

    return reopen


def given(chance: random.Random) -> dict[str, Any]:
    """What somebody might answer."""
    steps = {f"m{number}": chance.randint(1, 5) for number in (2, 3, 4, 5, 8, 9)}
    pairs = {name: chance.randint(1, 5) for name in ("m6a", "m6b", "m7a", "m7b")}
    return {"m1": chance.randint(0, 10), "m11": WORDS[: chance.randint(5, 80)], "m13": "without_name"} | steps | pairs
