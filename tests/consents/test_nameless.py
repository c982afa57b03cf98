"""After a whole journey no name of a student or guardian stands in a log, an audit row, an event, a metric or an address."""

import logging
import re
from collections.abc import Callable
from datetime import datetime

import httpx
import pytest

from service import db
from service.consents import interpreting, papering, second_guardian
from service.consents.answer_rules import Interpreter, Paper
from service.consents.rules import Guardian
from service.db import Connection
from service.settings import Settings
from tests.consents import desk
from tests.consents.desk import Stage
from tests.consents.family import SIGNATURE, YES, Family, hidden, path_of, slip_of

NAMES = ("zuri", "camberwell", "amina", "yusuf", "marisol", "etxarri", "bellaforte", "thiago", "paula", "families.example")


async def test_no_name_leaks_from_a_sign_up_to_an_objection(
    browsers: Callable[[], httpx.AsyncClient],
    conn: Connection,
    settings: Settings,
    where: Stage,
    now: datetime,
    caplog: pytest.LogCaptureFixture,
) -> None:
    addresses: list[str] = []

    async def remember(request: httpx.Request) -> None:
        addresses.append(str(request.url))

    def family(path: str) -> Family:
        client = browsers()
        client.event_hooks["request"].append(remember)
        return Family(client, conn, settings, path)

    with caplog.at_level(logging.DEBUG):
        zuri, marisol = [await desk.ask(conn, where, now, name) for name in ("Zuri Camberwell", "Marisol Etxarri")]
        thiago = await desk.ask(conn, where, now, None, grade=None, guardian=None, label="Slip 1")
        amina = family(path_of(settings, await desk.signer(conn, zuri)))
        await amina.client.post(f"{amina.path}/interpreter", data={"language": "so", "interpreter_phone": "555-555-0119"})
        await amina.signed()
        await amina.post("/withdrawal")
        slip = family(slip_of(settings, thiago))
        details = {"student": "Thiago Bellaforte", "grade": "11", "guardian": "Paula Bellaforte", "phone": "555-555-0120"}
        chosen = await slip.client.post(f"{slip.at}/choices", data=details)
        checked = await slip.client.post(f"{slip.at}/check", data=YES | {"carried": hidden(chosen)})
        page = await slip.post("/signing", carried=hidden(checked))
        signed = SIGNATURE | {"name": "Paula Bellaforte", "carried": hidden(page)}
        assert (await slip.client.post(f"{slip.at}/signature", data=signed)).status_code == 200
        async with conn.transaction():
            paper = Paper(choices=desk.choices(), name="Amina Etxarri", capacity="parent", checked_by="Zeb Fosterlane")
            await papering.take(conn, marisol, paper, settings, now)
            guardian = Guardian("Yusuf Camberwell", "en", email="yusuf@families.example")
            await second_guardian.name(conn, marisol, guardian, now)
            await second_guardian.record_objection(conn, marisol, "Tamsin Birchwell", now)
            await second_guardian.resolve(conn, marisol, "lifted", "Ruth Abara", "Both have a say", now)
            await interpreting.done(conn, zuri, Interpreter("Hodan Warsame", "District interpreter"), None, now)
        metrics = (await amina.client.get("/metrics")).text
    logged = "\n".join(f"{one.getMessage()} {one.__dict__}" for one in caplog.records if one.name.startswith("plenary"))
    places = {
        "logs": logged,
        "audit": await db.one(conn, str, "select coalesce(string_agg(a::text, ' '), '') from audit_entry a"),
        "events": await db.one(conn, str, "select string_agg(payload::text, ' ') from event"),
        "metrics": metrics,
        "addresses": "\n".join(addresses),
    }
    assert len(addresses) > 8
    assert await db.one(conn, int, "select count(*) from event") >= 10
    for place, text in places.items():
        assert not [name for name in NAMES if re.search(name, text, re.IGNORECASE)], place
