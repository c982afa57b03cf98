"""People, districts and schools as files: in the words of an import, as the search shows them, for who may see them."""

import csv
import io
from datetime import datetime
from uuid import UUID

import msgspec
import pytest

from service import db
from service.db import Connection
from service.members import places
from service.members.rules import District
from service.settings import Settings
from tests import make
from tests.access.conftest import Browser, sign_in
from tests.access.test_rights import give
from tests.members.conftest import Places, see
from tests.web.sheets import Book

PEOPLE = [
    *("Name", "Email", "Title", "District", "Role", "School", "Joined", "Coach", "Time zone"),
    *("Pronouns", "Dietary", "Access needs", "Badge name"),
]


@pytest.fixture
async def people(conn: Connection, network: Places, now: datetime) -> None:
    """A member with a coach, who speaks for a school too, and the coach."""
    await db.run(
        conn,
        """with given as (
             insert into person (id, name, email, title, district_id, dietary, badge_name, created_at)
             values (gen_random_uuid(), 'Wren Okonkwo', 'wren@cedar-harbor.example', '=1+1', $1, 'No nuts', 'Wren', $3),
                    (gen_random_uuid(), 'Ada Lindqvist', 'ada@sage.example', '', $2, '', '', $3) returning id, name),
           coach as (insert into coach (person_id) select id from given where name like 'Ada%'),
           contact as (insert into school_contact (person_id, school_id) select id, $4 from given where name like 'Wren%')
           insert into membership (person_id, joined_year, coach_id)
           select id, 2024, (select id from given where name like 'Ada%') from given where name like 'Wren%'""",
        network.cedar,
        network.sage,
        now,
        network.school,
    )


async def rows(browser: Browser, address: str) -> list[list[str]]:
    answer = await browser.get(address)
    assert answer.status_code == 200, answer.text
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""), strict=True))


async def test_people_stand_as_an_import_would_read_them(office: Browser, people: None) -> None:
    header, ada, _, wren = await rows(office, "/office/people.csv")
    assert header == PEOPLE
    assert ada[:7] == ["Ada Lindqvist", "ada@sage.example", "", "Silver Sage Unified", "coach", "", ""]
    assert wren == [
        "Wren Okonkwo",
        "wren@cedar-harbor.example",
        "'=1+1",
        "Cedar Harbor Public Schools",
        "member, school contact",
        "Tidewater Academy",
        "2024",
        "ada@sage.example",
        "",
        "",
        "No nuts",
        "",
        "Wren",
    ]
    head, _, _, line = (await office.get("/office/people.jsonl")).content.splitlines()
    assert list(msgspec.json.decode(head)["columns"].values()) == PEOPLE
    assert (msgspec.json.decode(line)["title"], msgspec.json.decode(line)["joined"]) == ("=1+1", 2024)
    book = Book((await office.get("/office/people.xlsx")).content)
    assert (book.sheets["Rows"][3][0], book.sheets["Rows"][3][6]) == ("Wren Okonkwo", 2024.0)


@pytest.mark.parametrize("query", ["", "q=sage", "part=coach", "part=none", "part=school_contact&q=tide", "q=nobody"])
async def test_a_file_has_those_whom_the_list_shows(
    office: Browser, conn: Connection, people: None, network: Places, query: str
) -> None:
    page = await see(office, f"/office/people?{query}")
    found = [row[0] for row in (await rows(office, f"/office/people.csv?{query}"))[1:]]
    everybody = await db.many(conn, str, "select name from person")
    assert sorted(found) == sorted(name for name in everybody if f"<bdi>{name}</bdi></a>" in page.source)
    kept = await db.one(conn, dict, "select detail from audit_entry where action = 'list_exported'")
    assert (kept["rows"], kept["file"]) == (str(len(found)), "csv")


async def test_places_of_one_name_are_called_by_their_codes(
    office: Browser, conn: Connection, network: Places, now: datetime
) -> None:
    other = District(name="silver sage unified", state="UT", time_zone="America/Denver", student_signs_at="19", signers="2")
    twin = await places.add_district(conn, other, now)
    await places.add_school(conn, "Basin High", twin, now)
    districts = await rows(office, "/office/districts.csv")
    assert districts[0] == ["Name", "State", "Time zone", "Code", "Students sign at", "Guardians sign"]
    assert ["silver sage unified", "UT", "America/Denver", "silver-sage-unified-2", "19", "2"] in districts
    assert await rows(office, "/office/schools.csv") == [
        ["Name", "District", "Code"],
        ["Tidewater Academy", "Cedar Harbor Public Schools", "tidewater-academy"],
        ["Basin High", "silver-sage-unified-2", "basin-high"],
    ]
    kept = await db.many(conn, dict, "select detail from audit_entry where action = 'list_exported'")
    assert {one["list"]: one["rows"] for one in kept} == {"districts": "3", "schools": "2"}


async def test_who_organizes_one_convening_takes_no_list_of_the_network_along(
    browser: Browser, conn: Connection, settings: Settings, now: datetime, tamsin: UUID
) -> None:
    await give(conn, now, tamsin, "organizer", (await make.convening(conn, now)).id)
    await sign_in(browser, conn, settings)
    for name in ("people.csv", "people.xlsx", "districts.jsonl", "schools.csv"):
        assert (await browser.get(f"/office/{name}")).status_code == 404, name
