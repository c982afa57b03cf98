"""A server that says at the door that nobody has an address stops it; any other “no” is about that mail alone."""

from datetime import datetime

import pytest

from service import db
from service.db import Connection
from tests import make
from tests.workers.conftest import Office


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
