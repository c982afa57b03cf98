"""A server that says at the door that nobody has an address stops it; any other “no” is about that mail alone."""

from datetime import datetime
from typing import Literal

import pytest

from service import db
from service.db import Connection
from service.keeping import person_writes
from tests import make
from tests.workers.conftest import Office
from workers.claiming import Claims
from workers.outcomes import Outcomes
from workers.smtp import Answered


@pytest.mark.parametrize(
    ("words", "stopped"),
    [
        ("550 5.1.1 <x@y.example>: nobody here", ["refused: 550 5.1.1 <x@y.example>: nobody here"]),
        ("550 5.7.1 not from you", []),
        ("550 no", []),
    ],
)
async def test_only_a_no_that_says_that_nobody_is_there_stops_an_address(
    office: Office, conn: Connection, now: datetime, words: str, stopped: list[str]
) -> None:
    office.catcher.faults = lambda stage, _: words if stage == "rcpt" else ""
    place = await make.convening(conn, now)
    await make.registered(conn, place.id, 1, now=now)
    assert await office.settle() == []
    [dead] = await office.deliveries()
    assert (dead.state, dead.response) == ("dead", words)
    assert await db.many(conn, str, "select reason from suppression") == stopped


@pytest.mark.parametrize(("stage", "code"), [("rcpt", 550), ("rcpt", 451), ("data", 554)])
async def test_what_a_server_says_of_somebody_who_is_erased_meanwhile_brings_nothing_of_them_back(
    office: Office, conn: Connection, now: datetime, stage: Literal["rcpt", "data"], code: int
) -> None:
    place = await make.convening(conn, now)
    erased = await make.registered(conn, place.id, 1, now=now)
    await office.react()
    [owed] = await office.deliveries()
    [claimed] = await Claims(office.pool, office.clock, 300).claim(None, lambda: [owed.id])
    assert claimed is not None
    await person_writes.empty_mails(conn, [erased.person_id], now)
    before = await office.deliveries()
    await Outcomes(office.pool, office.clock).refused(claimed, Answered(stage, code, f"5.1.1 <{erased.email}>: nobody here"))
    assert await office.deliveries() == before
    assert before[0].state == "cancelled"
    assert await db.many(conn, str, "select reason from suppression") == []
