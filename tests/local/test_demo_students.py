"""The demo's students: the fall's with what became of each, the spring's in the midst of it, all of it proven."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec import Struct

from service import db
from service.consents import claims, evidence, roster
from service.consents.verify import verify
from service.db import Connection
from service.local import demo
from service.local.demo_files import id_of
from service.settings import Settings

FOLDER = Path(__file__).parent.parent.parent / "demo"


class Standing(Struct, frozen=True):
    """A sign-up in three words."""

    family: str
    student: str
    seated: bool


async def standings(conn: Connection, convening: str) -> dict[str, Standing]:
    rows = await conn.fetch(
        """select u.name, k.state as family, a.state as student, v.is_seated
             from signup u join consent k on k.signup_id = u.id and k.signer <> 'second_guardian'
             join assent a on a.signup_id = u.id join signup_standing v on v.id = u.id
             join panel p on p.id = u.panel_id join session s on s.id = p.session_id
            where s.convening_id = $1""",
        id_of("convening", convening),
    )
    return {row["name"].split()[0]: Standing(row["family"], row["student"], row["is_seated"]) for row in rows}


async def test_each_student_of_the_fall_stands_as_the_file_tells(conn: Connection, settings: Settings, now: datetime):
    await demo.load(conn, FOLDER, settings, now)
    found = await standings(conn, "fall-2026")
    ready = Standing("signed", "yes", True)
    assert found == {
        **dict.fromkeys(("Jaylen", "Marisol", "Andre", "Keisha", "Safiya", "Devin", "Noor", "Rosie", "Mateo"), ready),
        **dict.fromkeys(("Tess", "Omari"), ready),
        "Thiago": Standing("signed_paper", "yes", True),
        "Imani": Standing("signed", "yes", False),
        "Luca": Standing("withdrawn", "yes", False),
        "Beau": Standing("expired", "asked", False),
        "Hallie": Standing("signed", "no", False),
    }
    golden = json.loads((FOLDER / "expected_results.json").read_text())["attendance"]
    seated = sum(one.seated for one in found.values())
    assert (seated, len(found) - seated) == (golden["students_on_panel"], golden["students_not_cleared"])
    names = [one.badge_name for one in await roster.roster(conn, [id_of("panel", "f-s4")], now)]
    assert sorted(names) == ["Jaylen", "Marisol Etxarri", "Rio", "Rosie", "Sky"]


async def test_the_spring_is_in_the_midst_of_it(conn: Connection, settings: Settings, now: datetime):
    await demo.load(conn, FOLDER, settings, now)
    assert await standings(conn, "spring-2027") == {
        "Aaliyah": Standing("asked", "asked", False),
        "Diego": Standing("opened", "asked", False),
        "Wren": Standing("signed", "yes", True),
        "Simone": Standing("asked", "asked", False),
        "Elias": Standing("draft", "not_asked", False),
        "Zuri": Standing("signed", "yes", True),
        "Linh": Standing("draft", "not_asked", False),
        "Noah": Standing("opened", "asked", False),
        "Omari": Standing("asked", "asked", False),
    }


@pytest.mark.parametrize("today", [(2025, 3, 1), (2026, 11, 24), (2027, 2, 1), (2031, 12, 31)])
async def test_e4_the_proof_of_every_answer_verifies_and_time_has_passed_between_them(
    conn: Connection, settings: Settings, today: tuple[int, int, int]
):
    moment = datetime(*today, 3, 0, tzinfo=UTC)
    await demo.load(conn, FOLDER, settings, moment)
    entries, faults = await verify(conn, [])
    assert (entries > 40, faults) == (True, [])
    for signup_id in await claims.known(conn):
        at = [one.created_at for one in await evidence.chain(conn, signup_id)]
        assert at == sorted(at)
        assert at[-1] < moment
        published = await db.one(conn, datetime, "select max(published_at) from consent_version")
        assert published < at[0], "nobody signed before there was a text"


async def test_families_are_reached_at_invented_addresses_or_numbers(conn: Connection, settings: Settings, now: datetime):
    await demo.load(conn, FOLDER, settings, now)
    rows = await conn.fetch("select name, email, phone from consent where signer = 'guardian'")
    for name, email, phone in rows:
        assert email.endswith("@families.example") != phone.startswith("555-555-01"), name
    assert {row["email"] for row in rows if row["name"] == "Yvette Lockridge-Penn"} == {
        "yvette.lockridge-penn@families.example"
    }


async def test_nobody_is_written_to_about_the_fall(conn: Connection, settings: Settings, now: datetime):
    await demo.load(conn, FOLDER, settings, now)
    open_events = "select distinct payload ->> 'convening_id' from event where handled_at is null"
    assert await db.many(conn, str, open_events) == [str(id_of("convening", "spring-2027"))]


async def test_e5_a_copy_is_owed_of_every_signature_and_every_confirmation(
    conn: Connection, settings: Settings, now: datetime
):
    await demo.load(conn, FOLDER, settings, now)
    signed = "select count(*) from evidence where kind in ('signed', 'signed_paper', 'confirmed')"
    owed = "select count(*) from document where kind = 'signed_form'"
    assert await db.one(conn, int, owed) == await db.one(conn, int, signed) == 29


async def test_s3_what_helpers_must_know_is_there_for_who_comes_and_sealed(
    conn: Connection, settings: Settings, now: datetime
):
    await demo.load(conn, FOLDER, settings, now)
    rows = await conn.fetch("select * from day_fact")
    assert len({row["consent_id"] for row in rows}) == 2
    assert "Halloway" not in str([tuple(row.values()) for row in rows])
