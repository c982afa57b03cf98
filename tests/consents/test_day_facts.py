"""Facts of the day: only behind a yes (F3), gone with it, sealed field by field (S3), gone after 30 days (S1)."""

import logging
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg
import pytest

from service import db
from service.attendance import release
from service.consents import answering, day_facts, day_queries, deciding, queries, second_guardian, signing_up
from service.consents.answer_rules import Checked, Origin
from service.consents.day_rules import CONTACTS, FIELDS, DayFacts, Diet, Injector, Need, NotForTheDay, Reachable, Travel
from service.consents.rekey import rekey
from service.db import Connection
from service.field_cipher import Ring, Unreadable, ring
from service.settings import Settings
from tests.consents import desk
from tests.consents.desk import Stage

FACTS = DayFacts(
    reach="555-555-0130",
    emergency=(Reachable("Josefina Marlowe", "555-555-0131", "Aunt"), Reachable("Earl Dunmore", "555-555-0132")),
    collectors=(Reachable("Petra Halloway", "555-555-0133"),),
    do_not_release=("Vance Ashgrove",),
    allergies=Need("yes", "Peanuts and hazelnuts"),
    injector=Injector("yes", "student"),
    medication=Need("yes", "Inhaler before sports"),
    diet=Diet(("halal", "no_nuts"), "No jackfruit"),
    travel=Travel("school", "family", "no"),
)
WORDS = (
    "Josefina",
    "0130",
    "0131",
    "Petra",
    "Vance",
    "Ashgrove",
    "Peanuts",
    "Inhaler",
    "halal",
    "jackfruit",
    "student",
    "yes",
)
NO_ORIGIN = Origin("203.0.113.9", "Firefox")


@pytest.fixture
def keys(settings: Settings) -> Ring:
    return ring(settings.field_keys)


async def sign(conn: Connection, signup_id: UUID, now: datetime, kind: str = "guardian") -> UUID:
    """A yes with a code; the signer's id."""
    consent = await desk.signer(conn, signup_id, kind)  # type: ignore[arg-type]  # one of the three
    async with conn.transaction():
        await answering.sign(conn, consent.id, desk.signing(), await desk.document(conn), desk.BY_CODE, now)
    return consent.id


async def write(conn: Connection, keys: Ring, consent_id: UUID, now: datetime, facts: DayFacts = FACTS) -> None:
    async with conn.transaction():
        await day_facts.write(conn, keys, consent_id, facts, FIELDS, now)


async def count(conn: Connection) -> int:
    return await db.one(conn, int, "select count(*) from day_fact")


async def test_f3_nothing_is_kept_before_a_signature_not_even_by_hand(
    conn: Connection, keys: Ring, zuri: UUID, now: datetime
) -> None:
    consent = await desk.signer(conn, zuri)
    with pytest.raises(NotForTheDay):
        await write(conn, keys, consent.id, now)
    for state in ("draft", "asked", "opened", "refused", "on_hold_objection", "expired", "withdrawn", "superseded"):
        await conn.execute("update consent set state = $1, joins = true where id = $2", state, consent.id)
        with pytest.raises(asyncpg.CheckViolationError, match="behind a signature"):
            await day_queries.put(conn, consent.id, ["allergies"], [keys.seal(consent.id, "allergies", b"x")], now)
    assert await count(conn) == 0


async def test_what_was_written_is_read_back_and_written_again_in_its_place(
    conn: Connection, keys: Ring, zuri: UUID, now: datetime
) -> None:
    consent_id = await sign(conn, zuri, now)
    await write(conn, keys, consent_id, now)
    found = await day_facts.of_signer(conn, keys, consent_id)
    assert (found.facts, found.fields, found.unreadable) == (FACTS, frozenset(FIELDS), frozenset())
    await write(conn, keys, consent_id, now + timedelta(hours=1), DayFacts())
    found = await day_facts.of_signer(conn, keys, consent_id)
    assert (found.facts, found.changed_at) == (DayFacts(), now + timedelta(hours=1))
    kinds = await db.many(conn, str, "select kind from event where kind = 'day_facts_written'")
    assert len(kinds) == 2


async def test_s3_no_word_of_it_stands_in_the_database_and_neither_length_nor_presence_tells(
    conn: Connection, keys: Ring, zuri: UUID, now: datetime
) -> None:
    consent_id = await sign(conn, zuri, now)
    await write(conn, keys, consent_id, now)
    rows = await db.many(conn, bytes, "select sealed from day_fact")
    everything = await db.one(conn, str, "select coalesce(string_agg(e::text, ' '), '') from event e")
    for word in WORDS[:-2]:
        assert not any(word.encode() in row for row in rows), word
        assert word not in everything, word
    full = {row.field: len(row.sealed) for row in await day_queries.of_signers(conn, [consent_id])}
    await write(conn, keys, consent_id, now, DayFacts())
    empty = {row.field: len(row.sealed) for row in await day_queries.of_signers(conn, [consent_id])}
    assert full == empty
    assert set(empty.values()) == {288}


async def test_s3_a_value_moved_to_another_field_or_student_does_not_open_and_raises_every_flag(
    conn: Connection, keys: Ring, zuri: UUID, where: Stage, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    first = await sign(conn, zuri, now)
    other_signup = await desk.ask(conn, where, now, "Marisol Etxarri")
    second = await sign(conn, other_signup, now)
    await write(conn, keys, first, now)
    await write(conn, keys, second, now, DayFacts())
    swap = "update day_fact a set sealed = b.sealed from day_fact b where a.consent_id = $1 and a.field = $2 and {}"
    await conn.execute(swap.format("b.consent_id = $3 and b.field = $2"), second, "allergies", first)
    await conn.execute(swap.format("b.consent_id = $1 and b.field = $3"), second, "do_not_release", "medication")
    with caplog.at_level(logging.DEBUG):
        found = await day_facts.of_signer(conn, keys, second)
    assert found.unreadable == {"allergies", "do_not_release"}
    assert (found.has_health_flag, found.has_stop) == (True, True)
    assert str(second) in caplog.text
    assert not any(word in caplog.text for word in WORDS[:-2])


async def test_s3_one_changed_byte_does_not_open(keys: Ring, zuri: UUID) -> None:
    sealed = keys.seal(zuri, "allergies", b'{"answer":"yes"}')
    assert keys.open(zuri, "allergies", sealed).rstrip() == b'{"answer":"yes"}'
    for place in (0, 5, 20, len(sealed) - 1):
        wrong = bytearray(sealed)
        wrong[place] ^= 1
        with pytest.raises(Unreadable) as refused:
            keys.open(zuri, "allergies", bytes(wrong))
        assert refused.value.args == ()
    with pytest.raises(Unreadable):
        keys.open(zuri, "allergies", b"")
    assert keys.seal(zuri, "allergies", b"x") != keys.seal(zuri, "allergies", b"x")


@pytest.mark.parametrize("way", ["refused", "withdrawn", "school", "joins no", "expired"])
async def test_with_the_yes_the_facts_go_at_once(conn: Connection, keys: Ring, zuri: UUID, now: datetime, way: str) -> None:
    consent_id = await sign(conn, zuri, now)
    await write(conn, keys, consent_id, now)
    async with conn.transaction():
        if way == "refused":
            await answering.refuse(conn, consent_id, NO_ORIGIN, now)
        elif way == "withdrawn":
            await answering.withdraw(conn, consent_id, NO_ORIGIN, now)
        elif way == "school":
            await signing_up.withdraw(conn, zuri, now)
        elif way == "expired":
            await conn.execute("update consent set state = 'expired' where id = $1", consent_id)
        else:
            no = desk.signing(choices=desk.choices(join="no"))
            await answering.sign(conn, consent_id, no, await desk.document(conn), desk.BY_CODE, now)
    assert await count(conn) == 0
    with pytest.raises(NotForTheDay):
        await write(conn, keys, consent_id, now)


@pytest.mark.parametrize("how", ["by code", "on paper", "superseded"])
async def test_whom_an_unknown_holder_of_a_slip_named_is_forgotten_once_the_signer_is_known(
    conn: Connection, keys: Ring, zuri: UUID, now: datetime, how: str
) -> None:
    """Whoever found the slip signed first and named themselves; what helpers are warned of stays."""
    consent = await desk.signer(conn, zuri)
    text, later = await desk.document(conn), now + timedelta(hours=1)
    async with conn.transaction():
        await answering.sign(conn, consent.id, desk.signing(), text, desk.BY_SLIP, now)
    await write(conn, keys, consent.id, now)
    kept = (await day_facts.of_students(conn, keys, [zuri]))[zuri]
    assert release.listed_names(kept) == []
    async with conn.transaction():
        if how == "by code":
            await answering.sign(conn, consent.id, desk.signing(), text, desk.BY_CODE, later)
        elif how == "on paper":
            await answering.sign_on_paper(conn, consent.id, desk.signing(), text, Checked("Zeb Fosterlane"), later)
        else:
            await conn.execute("update consent set state = 'superseded' where id = $1", consent.id)
    found = await day_facts.of_signer(conn, keys, consent.id)
    assert found.fields == set(FIELDS) - set(CONTACTS)
    if how != "superseded":
        kept = (await day_facts.of_students(conn, keys, [zuri]))[zuri]
        assert release.listed_names(kept) == ["Amina Camberwell"]


async def test_whom_a_signer_named_counts_once_the_school_has_asked_them(
    conn: Connection, keys: Ring, zuri: UUID, now: datetime
) -> None:
    consent = await desk.signer(conn, zuri)
    async with conn.transaction():
        await answering.sign(conn, consent.id, desk.signing(), await desk.document(conn), desk.BY_SLIP, now)
    await write(conn, keys, consent.id, now)
    async with conn.transaction():
        await deciding.confirm(conn, zuri, "Zeb Foster", "telephone", now)
    kept = (await day_facts.of_students(conn, keys, [zuri]))[zuri]
    assert release.listed_names(kept) == ["Amina Camberwell", "Petra Halloway"]


async def test_an_objection_or_a_students_no_hides_the_facts_and_keeps_them_for_a_second_thought(
    conn: Connection, keys: Ring, zuri: UUID, where: Stage, now: datetime
) -> None:
    consent_id = await sign(conn, zuri, now)
    await write(conn, keys, consent_id, now)
    await desk.student_says(conn, zuri, "no", now)
    assert await day_facts.on_site(conn, keys, where.convening_id, now) == []
    await desk.student_says(conn, zuri, "yes", now)
    async with conn.transaction():
        await second_guardian.record_objection(conn, zuri, "Officer", now)
    assert await day_facts.on_site(conn, keys, where.convening_id, now) == []
    assert await count(conn) == len(FIELDS)


async def test_f8_of_age_the_guardians_facts_go_and_the_student_writes_their_own(
    conn: Connection, keys: Ring, zuri: UUID, now: datetime
) -> None:
    consent_id = await sign(conn, zuri, now)
    await write(conn, keys, consent_id, now)
    async with conn.transaction():
        await deciding.come_of_age(conn, zuri, now)
    assert await count(conn) == 0
    with pytest.raises(NotForTheDay):
        await write(conn, keys, consent_id, now)


async def test_facts_are_written_until_the_convening_is_over(
    conn: Connection, keys: Ring, zuri: UUID, where: Stage, now: datetime
) -> None:
    consent_id = await sign(conn, zuri, now)
    ends_at = await db.one(conn, datetime, "select ends_at from convening where id = $1", where.convening_id)
    await write(conn, keys, consent_id, ends_at - timedelta(seconds=1))
    with pytest.raises(NotForTheDay):
        await write(conn, keys, consent_id, ends_at)
    await conn.execute("update convening set state = 'cancelled' where id = $1", where.convening_id)
    with pytest.raises(NotForTheDay):
        await write(conn, keys, consent_id, now)


async def test_s1_thirty_days_after_the_end_the_facts_and_why_the_glass_was_broken_are_gone(
    conn: Connection, keys: Ring, zuri: UUID, where: Stage, now: datetime
) -> None:
    await write(conn, keys, await sign(conn, zuri, now), now)
    await conn.execute("insert into glass_break values ($1, $2, null, 'She fainted', $3)", db.new_id(now), zuri, now)
    ends_at = await db.one(conn, datetime, "select ends_at from convening where id = $1", where.convening_id)
    assert await day_queries.forget_day_facts(conn, ends_at, 100) == 0
    assert (await count(conn), await db.one(conn, str, "select reason from glass_break")) == (len(FIELDS), "She fainted")
    assert await day_queries.forget_day_facts(conn, ends_at + timedelta(seconds=1), 100) == len(FIELDS)
    assert (await count(conn), await db.one(conn, str, "select reason from glass_break")) == (0, "")
    assert (await queries.signup(conn, zuri)).name == "Zuri Camberwell"


async def test_the_front_desk_gets_two_flags_and_the_caterer_numbers(
    conn: Connection, keys: Ring, zuri: UUID, where: Stage, now: datetime
) -> None:
    other = await desk.ask(conn, where, now, "Marisol Etxarri")
    not_cleared = await desk.ask(conn, where, now, "Luca Fennimore")
    for signup_id, facts in ((zuri, FACTS), (other, DayFacts(diet=Diet(("halal",)))), (not_cleared, FACTS)):
        await write(conn, keys, await sign(conn, signup_id, now), now, facts)
        if signup_id != not_cleared:
            await desk.student_says(conn, signup_id, "yes", now)
    flags = {one.signup_id: one for one in await day_facts.desk_flags(conn, keys, where.convening_id, now)}
    assert flags == {
        zuri: day_facts.DeskFlags(zuri, has_health_flag=True, has_stop=True),
        other: day_facts.DeskFlags(other, has_health_flag=False, has_stop=False),
    }
    assert await day_facts.meals(conn, keys, where.convening_id, now) == {"halal": 2, "no_nuts": 1, "other": 1}


async def test_s3_a_new_key_seals_old_keys_read_and_after_rekeying_the_old_one_can_go(
    conn: Connection, zuri: UUID, where: Stage, now: datetime
) -> None:
    old, new = "aa" * 32, "bb" * 32
    consent_id = await sign(conn, zuri, now)
    second = await sign(conn, await desk.ask(conn, where, now, "Marisol Etxarri"), now)
    await write(conn, Ring([old]), consent_id, now)
    both = Ring([new, old])
    assert (await day_facts.of_signer(conn, both, consent_id)).facts == FACTS
    await write(conn, both, second, now)
    assert (await day_facts.of_signer(conn, Ring([old]), second)).unreadable == frozenset(FIELDS)
    assert (await rekey(conn, both, batch=3)).done == len(FIELDS)
    again = await rekey(conn, both, batch=3)
    assert (again.done, again.older, again.unreadable) == (0, 0, [])
    for one in (consent_id, second):
        found = await day_facts.of_signer(conn, Ring([new]), one)
        assert (found.facts, found.changed_at) == (FACTS, now)


async def test_s3_rekeying_that_was_ended_goes_on_and_names_what_no_key_opens(
    conn: Connection, zuri: UUID, now: datetime
) -> None:
    old, new = "aa" * 32, "bb" * 32
    consent_id = await sign(conn, zuri, now)
    await write(conn, Ring([old]), consent_id, now)
    await conn.execute("update day_fact set sealed = set_byte(sealed, 40, 255 - get_byte(sealed, 40)) where field = 'diet'")
    both = Ring([new, old])
    async with conn.transaction():
        first = await day_queries.under_older_keys(conn, both.newest, (UUID(int=0), ""), 1)
        await day_queries.reseal(
            conn, first[0], both.seal(consent_id, first[0].field, both.open(consent_id, first[0].field, first[0].sealed))
        )
    found = await rekey(conn, both, batch=2)
    assert (found.done, found.older, found.unreadable) == (len(FIELDS) - 2, 1, [(consent_id, "diet")])
    await conn.execute("delete from day_fact where field = 'diet'")
    assert (await rekey(conn, Ring([new]))).older == 0
