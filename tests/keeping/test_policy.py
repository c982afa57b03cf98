"""S1: nothing is kept without a decision, and one table says it to the deletion, the check, the pages and the operators."""

import re
from datetime import timedelta
from pathlib import Path

import httpx

from service import db
from service.db import Connection
from service.keeping import own_data, policy_pages
from service.keeping.__main__ import in_markdown
from service.keeping.periods import Periods
from service.keeping.person_tables import BEHIND, OF_A_PERSON, PLACES
from service.keeping.policy import POLICY
from service.keeping.staying import STAYS

DOCS = Path(__file__).parent.parent.parent / "docs" / "retention.md"
COVERED = {place for line in POLICY for place in line.tables}
TABLES = "select tablename::text from pg_tables where schemaname = 'public' order by 1"
PERSONS = """
    select c.table_name || '.' || c.column_name from information_schema.columns c
      join information_schema.tables t using (table_schema, table_name)
     where c.table_schema = 'public' and t.table_type = 'BASE TABLE' and c.data_type = 'uuid'
       and (c.column_name = 'person_id' or c.column_name like '%\\_by' or exists (
             select from pg_constraint k join pg_attribute a on a.attrelid = k.conrelid and a.attnum = any(k.conkey)
              where k.contype = 'f' and a.attname = c.column_name
                and k.confrelid::regclass::text in ('person', 'coach', 'membership', 'school_contact')
                and k.conrelid = to_regclass(c.table_name)))"""


async def test_every_table_goes_in_time_or_says_why_it_stays(owner: Connection) -> None:
    """S1: a new table without a decision fails here; so does one that is decided twice, or that is not there any more."""
    tables = set(await db.many(owner, str, TABLES))
    going = {place for place in COVERED if "." not in place}
    emptied = {place.partition(".")[0] for place in COVERED} - going
    assert going & STAYS.keys() == set()
    assert tables - going - STAYS.keys() - emptied == set()
    assert going | STAYS.keys() | emptied == tables
    assert all(STAYS.values())


async def test_every_column_that_the_policy_names_is_there(owner: Connection) -> None:
    columns = set(
        await db.many(
            owner,
            str,
            "select table_name || '.' || column_name from information_schema.columns where table_schema = 'public'",
        )
    )
    assert {place for place in COVERED if "." in place} <= columns
    assert {place.column for place in PLACES} <= columns


def test_every_kind_has_a_period_and_the_other_way_round() -> None:
    assert {line.kind for line in POLICY} == set(Periods.__struct_fields__) - {"backups", "take_down"}
    assert len({line.kind for line in POLICY}) == len(POLICY)
    assert all((line.find is None) != (not line.steps) for line in POLICY)


async def test_every_place_that_knows_a_person_says_what_erasing_does_and_where_they_read_it(owner: Connection) -> None:
    """A new column that refers to a person without a line fails here."""
    assert set(await db.many(owner, str, PERSONS)) == {place.column for place in PLACES}
    assert {place.column for place in PLACES if bool(place.shown) == bool(place.why)} == set()
    parts = set(own_data.PARTS)
    assert {place.shown for place in PLACES if place.shown} | set(BEHIND.values()) | {"person"} == parts
    tables = set(await db.many(owner, str, TABLES))
    assert set(BEHIND) | set(OF_A_PERSON) <= tables


async def test_what_hangs_on_a_registration_is_in_the_download_too(owner: Connection) -> None:
    hanging = await db.many(
        owner,
        str,
        """select distinct k.conrelid::regclass::text from pg_constraint k
            where k.contype = 'f' and k.confrelid in ('registration'::regclass, 'calendar_entry'::regclass)""",
    )
    told = {"walk_in": "the registration says that they came by the door"} | {
        place.column.partition(".")[0]: place.shown for place in PLACES if place.shown
    }
    assert set(hanging) - BEHIND.keys() - told.keys() == set()


async def test_the_public_page_has_every_line_in_words(browser: httpx.AsyncClient) -> None:
    """C2, S1."""
    page = (await browser.get("/how-long")).text
    for line in POLICY:
        if line.of != "students":
            assert line.what in page
            assert policy_pages.how_long_in_words(line, Periods()) in page
    assert page.count("<tr") == len(POLICY) + 3 + 4, "a row a line, three heads, and four of what no night deletes"
    spanish = (await browser.get("/how-long/es")).text
    assert '<section lang="en" dir="ltr">' in spanish


def test_seven_years_are_said_as_years_although_there_are_leap_days() -> None:
    english = policy_pages.LANGUAGES["en"]
    said = [policy_pages.period(timedelta(days=days), english) for days in (30, 365, 1095, 2557, 2560, 400)]
    assert said == ["30 days", "1 year", "3 years", "7 years", "2560 days", "400 days"]


def test_the_operators_page_has_the_table_as_it_is() -> None:
    """`python -m service.keeping` writes it."""
    between = re.search(r"<!-- policy -->\n(.*)<!-- end -->", DOCS.read_text(), re.DOTALL)
    assert between is not None
    assert between.group(1) == in_markdown()
