"""People and their addresses."""

import asyncio
from datetime import datetime

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given
from hypothesis import strategies as st

from service import db
from service.db import Connection, Pool
from service.errors import NotFound
from service.members import queries
from service.text import NoSuchAddress, email_address
from tests import make


async def _person(conn: Connection, now: datetime, email: str = "tamsin@cedar-harbor.example") -> queries.KnownAddress:
    [known] = await queries.upsert_by_address(conn, [db.new_id(now)], ["Tamsin Birchwell"], [email], ["Teacher"], now)
    return known


async def test_an_unknown_address_makes_a_person_and_a_known_one_changes_nothing(conn: Connection, now: datetime) -> None:
    first = await _person(conn, now)
    people = await queries.upsert_by_address(
        conn,
        [db.new_id(now), db.new_id(now)],
        ["Somebody Else", "Wren Okonkwo"],
        ["TAMSIN@cedar-harbor.example", "Wren@cedar-harbor.example"],
        ["Principal", "Coach"],
        now,
    )
    assert {one.email_key for one in people} == {"tamsin@cedar-harbor.example", "wren@cedar-harbor.example"}
    assert first in people
    found = await queries.person(conn, first.id)
    assert (found.name, found.email, found.title) == ("Tamsin Birchwell", "tamsin@cedar-harbor.example", "Teacher")


async def test_an_address_of_two_second_entries_is_one_persons(conn: Connection, owner: Connection, now: datetime) -> None:
    stayed = await _person(conn, now)
    for _ in range(2):
        await owner.execute(
            "insert into former_address (id, person_id, email, changed_at, merged) values ($1, $2, 'T@b.example', $3, true)",
            db.new_id(now),
            stayed.id,
            now,
        )
    assert (await _person(conn, now, "t@B.example")).id == stayed.id


async def test_the_same_people_at_once_in_any_order_are_made_once(pool: Pool, conn: Connection, now: datetime) -> None:
    emails = [f"person.{n}@cedar-harbor.example" for n in range(400)]

    async def upsert(own: Connection, order: list[str]) -> set[queries.KnownAddress]:
        ids = [db.new_id(now) for _ in order]
        return set(await queries.upsert_by_address(own, ids, ["Name"] * 400, order, [""] * 400, now))

    answers = await asyncio.gather(
        *(make.alone(pool, lambda own, o=order: upsert(own, o)) for order in (emails, emails[::-1]) * 3)
    )
    assert len(answers[0]) == 400
    assert all(answer == answers[0] for answer in answers)


async def test_a_persons_zone_is_their_own_then_their_districts_then_none(
    conn: Connection, owner: Connection, now: datetime
) -> None:
    known = await _person(conn, now)
    assert (await queries.person(conn, known.id)).time_zone == ""
    district = db.new_id(now)
    await owner.execute("insert into district values ($1, 'cedar', 'Cedar Harbor', 'NY', 'America/New_York')", district)
    await owner.execute("update person set district_id = $1", district)
    found = await queries.person(conn, known.id)
    assert (found.district_name, found.time_zone) == ("Cedar Harbor", "America/New_York")
    await owner.execute("update person set time_zone = 'America/Denver'")
    assert (await queries.person(conn, known.id)).time_zone == "America/Denver"


async def test_an_unknown_person_is_not_found(conn: Connection, now: datetime) -> None:
    with pytest.raises(NotFound):
        await queries.person(conn, make.nobody(now))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Tamsin.Birchwell@Cedar-Harbor.EXAMPLE ", "Tamsin.Birchwell@cedar-harbor.example"),
        ("o'neil+fall@school.org", "o'neil+fall@school.org"),
        ("info@grüße.example", "info@xn--gre-6ka8l.example"),
        ("x" * 60 + "@school.org", "x" * 60 + "@school.org"),
    ],
)
def test_an_address_is_kept_as_mail_can_be_sent_to_it(typed: str, kept: str) -> None:
    assert email_address(typed) == kept


@given(
    st.from_regex(r"[a-zA-Z0-9._+'-]{1,66}@[a-zA-Z0-9.-]{1,20}\.(org|ORG|test|example|xn--p1ai|1|)", fullmatch=True)
    | st.sampled_from(["info", "INFO", "x" * 64, "x" * 65]).map(lambda local: f"{local}@school.org")
)
def test_what_the_library_says_of_an_address_holds_also_where_it_is_not_asked(typed: str) -> None:
    try:
        found = validate_email(typed, check_deliverability=False, allow_smtputf8=False).ascii_email
    except EmailNotValidError:
        found = None
    try:
        kept = email_address(typed)
    except NoSuchAddress:
        kept = None
    assert kept == found or (kept is None and len(typed.partition("@")[0]) > 64)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "nobody",
        "a@b",
        "a@@b.org",
        "two words@school.org",
        "a@school.org\r\nBcc: everybody@school.org",
        "a\0@school.org",
        "Tamsin <a@school.org>",
        "josé@school.org",
        "a@[127.0.0.1]",
        "a@-school.org",
    ],
)
def test_what_is_no_address_is_refused_in_a_sentence(typed: str) -> None:
    with pytest.raises(NoSuchAddress) as refused:
        email_address(typed)
    assert refused.value.pointer == "/email"
    assert refused.value.sentence.startswith("Write a mail address like name@school.org.")


def test_the_part_before_the_at_has_at_most_64_characters() -> None:
    assert email_address("x" * 64 + "@school.org") == "x" * 64 + "@school.org"
    with pytest.raises(NoSuchAddress) as refused:
        email_address("x" * 65 + "@school.org")
    assert refused.value.sentence == "The part before the @ may have 64 characters."
