"""An adult who asks for it is erased: seats go on, calendars are told, nothing with a name is left, and chains verify."""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg
import pytest

from emails.messages import YourMembers
from service import db
from service.access.rules import LastOrganizer
from service.consents import answering, deciding, evidence, verify
from service.db import Connection, Pool
from service.deliveries import suppressions
from service.errors import NotFound
from service.exchange import inbox
from service.exchange.inbox import Judgement
from service.exchange.letters import Letter
from service.keeping import person_erasing, retention, retention_queries, writes
from service.keeping.periods import Periods
from service.keeping.person_rules import ErasedAlready, NotYourself, PersonOnHold
from service.members import erased, finding
from service.members.finding_queries import Sought
from service.merging import actions as merging
from service.registrations import actions as registrations
from service.registrations import queries as registration_queries
from service.settings import Settings
from tests import make
from tests.access.conftest import person
from tests.access.test_rights import give
from tests.consents import desk
from tests.consents.desk import Stage
from tests.consents.test_erasing import dumped
from tests.deliveries.conftest import delivery
from tests.workers.conftest import Office, kind, office

__all__ = ["office"]

OF_HER = ("tamsin", "birchwell", "cedar-harbor.example", "no nuts")
HOUR = timedelta(hours=1)
WAITS = "select exists (select from pg_locks where not granted) as waits"


@pytest.fixture
async def wren(conn: Connection, now: datetime) -> UUID:
    """The organizer who is asked for it."""
    wren = await person(conn, now, "Wren Okonkwo", "wren@network.example")
    await give(conn, now, wren, "organizer")
    return wren


async def known(conn: Connection, now: datetime, wren: UUID, **convening: object) -> tuple[UUID, UUID]:
    """Tamsin, who is a member with a seat, and everything that we come to know of somebody; her person and registration."""
    held = await make.convening(conn, now, **convening)
    row = await make.registered(
        conn, held.id, now=now, name="Tamsin Birchwell", email="tamsin@cedar-harbor.example", dietary="No nuts"
    )
    tamsin = await db.one(conn, UUID, "select person_id from registration where id = $1", row.id)
    await conn.execute(
        "update person set code = 'tb', pronouns = 'she/her', about = 'Birchwell, no nuts' where id = $1", tamsin
    )
    await conn.execute("insert into coach values ($1, 'Tamsin coaches')", tamsin)
    await conn.execute("insert into membership values ($1, 2019, null), ($2, 2020, $1)", tamsin, wren)
    await conn.execute(
        "insert into former_address values ($1, $2, 'tamsin.b@cedar-harbor.example', $3)", db.new_id(now), tamsin, now
    )
    await conn.execute(
        "insert into registration_note values ($1, $2, $3, 'withdrawn', 'Tamsin asked', $4)",
        db.new_id(now),
        row.id,
        wren,
        now,
    )
    await conn.execute("insert into commitment values ($1, $2, 'Tamsin writes to Birchwell', $3)", held.id, tamsin, now)
    await conn.execute("insert into calendar_feed values ($1, $2, null, 0, $3)", db.new_id(now), tamsin, now)
    await suppressions.put(conn, "tamsin.b@cedar-harbor.example", "it came back", now)
    await conn.execute("insert into opt_out values ('tamsin@cedar-harbor.example', 'reminders', $1)", now)
    await inbox.keep(conn, "tamsin@cedar-harbor.example", "us@plenary.example", b"1", now)
    letter = Letter(kind="human", sender="tamsin@cedar-harbor.example", subject="Birchwell", text="Tamsin cannot come")
    if kept := await inbox.claim(conn, now):
        await inbox.settle(conn, kept.id, letter, Judgement(outcome="told"), now)
    return tamsin, row.id


async def browsing(conn: Connection, who: UUID, now: datetime) -> None:
    """She is signed in."""
    await conn.execute(
        "insert into web_session values ($1, '\\x01', $2, 'usual', '203.0.113.7', 'Firefox', $3, $3, $4, $4)",
        db.new_id(now),
        who,
        now,
        now + HOUR,
    )


async def order(conn: Connection, who: UUID, by: UUID, settings: Settings, now: datetime) -> bool:
    async with conn.transaction():
        return await person_erasing.order(conn, who, by, settings.secret_key, "203.0.113.7", now)


async def test_the_calendar_is_told_the_seat_goes_on_and_then_nothing_with_her_name_is_left_in_any_table(
    office: Office, conn: Connection, owner: Connection, settings: Settings, wren: UUID, now: datetime
) -> None:
    tamsin, row_id = await known(conn, now, wren, capacity=1)
    convening_id = await registration_queries.convening_of(conn, row_id)
    next_in_line = await make.registered(conn, convening_id, 3, now=now)
    assert next_in_line.state == "waitlisted"
    await office.settle()
    assert not await order(conn, tamsin, wren, settings, now), "her calendar is to be told first"
    await office.schedule.tick(now)
    stone = await erased.tombstone(conn, tamsin)
    assert stone is not None
    assert stone.done_at is None
    mails = await office.settle()
    told = {mail["To"].addresses[0].addr_spec: kind(mail) for mail in mails}
    assert told["tamsin@cedar-harbor.example"] == "CANCEL"
    assert (await registration_queries.registration(conn, next_in_line.id)).state == "offered"
    await office.schedule.tick(now)
    dump = await dumped(owner)
    left = [line for line in dump.splitlines() if any(one in line for one in OF_HER) and next_in_line.email not in line]
    assert left == []
    done = await erased.tombstone(conn, tamsin)
    assert done is not None
    assert (done.by, done.done_at) == ("Wren Okonkwo", now)
    assert done.what[0] == "name, addresses and details"
    assert await db.one(conn, str, "select name from registration where id = $1", row_id) == "Erased person"
    assert await db.many(conn, UUID, "select person_id from membership where coach_id is not null") == []
    assert [one.name for one in (await finding.people(conn, Sought(), None, 10)).rows] == [
        next_in_line.name,
        "Wren Okonkwo",
    ]


async def test_what_stands_with_others_says_nothing_of_her_either(
    office: Office, conn: Connection, settings: Settings, wren: UUID, now: datetime
) -> None:
    """Why a seat was handed over stands with who got it; whom somebody coaches, in a mail to them."""
    tamsin, row_id = await known(conn, now, wren)
    other = await make.registered(conn, await registration_queries.convening_of(conn, row_id), 5, now=now)
    for one in (row_id, other.id):
        said = "insert into registration_note values (gen_random_uuid(), $1, $2, 'handed_over', 'Birchwell is ill', $3)"
        await conn.execute(said, one, wren, now)
    theirs = YourMembers(name="Wren Okonkwo", gained=("Tamsin Birchwell",), lost=())
    await delivery(conn, other, "sent", now=now, kind="your_members", message=theirs)
    await office.settle()
    await order(conn, tamsin, wren, settings, now)
    await office.settle()
    await office.schedule.tick(now + 2 * HOUR)
    assert await db.many(conn, str, "select reason from registration_note where reason <> ''") == []
    assert await db.one(conn, int, "select count(*) from delivery where message::text like '%Birchwell%'") == 0


@pytest.mark.parametrize("part", ["invitation", "role_grant"])
async def test_who_was_asked_to_a_convening_under_a_legal_hold_is_kept_with_it(
    conn: Connection, settings: Settings, wren: UUID, now: datetime, part: str
) -> None:
    held = await make.convening(conn, now)
    asked = await person(conn, now, "Noor Aldridge", "noor@network.example")
    if part == "invitation":
        await registrations.invite(conn, held.id, "Noor Aldridge", "noor@network.example", now)
    else:
        await conn.execute(
            "insert into role_grant values (gen_random_uuid(), $1, 'front_desk', $2, $3, $4)", asked, held.id, wren, now
        )
    await writes.insert_hold(conn, held.id, "Counsel asks", wren, now)
    with pytest.raises(PersonOnHold):
        await order(conn, asked, wren, settings, now)


async def test_a_mail_server_that_is_away_keeps_her_for_an_hour_and_no_longer(
    office: Office, conn: Connection, settings: Settings, wren: UUID, now: datetime
) -> None:
    tamsin, _ = await known(conn, now, wren)
    await office.settle()
    await order(conn, tamsin, wren, settings, now)
    await office.react()
    await office.schedule.tick(now + HOUR - timedelta(seconds=1))
    assert await db.one(conn, str, "select name from person where id = $1", tamsin) == "Tamsin Birchwell"
    await office.schedule.tick(now + HOUR)
    assert await db.one(conn, str, "select email from person where id = $1", tamsin) == f"erased:{tamsin}"
    owed = "select count(*) from delivery where state in ('queued', 'sending') and person_id = $1"
    assert await db.one(conn, int, owed, tamsin) == 0


async def test_what_they_get_between_the_order_and_its_end_is_given_back_and_no_browser_stays_signed_in(
    office: Office, conn: Connection, settings: Settings, wren: UUID, now: datetime
) -> None:
    tamsin, _ = await known(conn, now, wren)
    await office.settle()
    assert not await order(conn, tamsin, wren, settings, now)
    other = await make.convening(conn, now, title="Spring Convening")
    again = await make.registered(conn, other.id, now=now, name="Tamsin Birchwell", email="tamsin@cedar-harbor.example")
    await browsing(conn, tamsin, now)
    await give(conn, now, tamsin, "organizer")
    await office.settle()
    await office.schedule.tick(now)
    stone = await erased.tombstone(conn, tamsin)
    assert stone is not None
    assert stone.done_at is None, "her calendar is to be told of the second seat, too"
    assert [kind(mail) for mail in await office.settle()] == ["CANCEL"]
    await office.schedule.tick(now)
    assert await db.one(conn, str, "select state || ' ' || name from registration where id = $1", again.id) == (
        "withdrawn Erased person"
    )
    assert await db.one(conn, int, "select count(*) from web_session") == 0
    assert await db.many(conn, UUID, "select person_id from role_grant") == [wren]


async def test_a_legal_hold_that_begins_after_the_order_keeps_what_is_left(
    office: Office, conn: Connection, settings: Settings, wren: UUID, now: datetime
) -> None:
    tamsin, _ = await known(conn, now, wren)
    await office.settle()
    await order(conn, tamsin, wren, settings, now)
    await writes.insert_hold(conn, None, "Counsel asks", wren, now)
    await office.schedule.tick(now + 2 * HOUR)
    assert await db.one(conn, str, "select name from person where id = $1", tamsin) == "Tamsin Birchwell"
    await conn.execute("update legal_hold set ended_at = $1, ended_by = $2", now, wren)
    await office.schedule.tick(now + 2 * HOUR)
    assert await db.one(conn, str, "select name from person where id = $1", tamsin) == "Erased person"


async def test_an_order_waits_for_a_merge_under_way_and_finds_nobody_to_erase(
    pool: Pool, conn: Connection, settings: Settings, wren: UUID, now: datetime
) -> None:
    """Otherwise the tombstone would be of a row that is gone, and all of them would live on in the other entry."""
    tamsin = await person(conn, now, "Tamsin Birchwell", "tamsin@cedar-harbor.example")
    kept = await person(conn, now, "Tamsin Birchwell", "tamsin@old-mail.example")
    async with pool.acquire() as other:
        async with conn.transaction():
            read = await merging.look(conn, kept, tamsin, wren, now)
            await merging.merge(conn, kept, tamsin, {}, read.mark, wren, now)
            ordering = asyncio.create_task(order(other, tamsin, wren, settings, now))
            async with pool.acquire() as third:
                while not await db.one(third, bool, WAITS):
                    assert not ordering.done()
        with pytest.raises(NotFound):
            await ordering
    assert await db.one(conn, int, "select count(*) from person_erasure") == 0


async def test_who_has_no_seat_to_give_back_is_erased_at_once_and_can_sign_in_nowhere(
    conn: Connection, settings: Settings, wren: UUID, now: datetime
) -> None:
    tamsin, row_id = await known(conn, now, wren)
    await registrations.withdraw(conn, row_id, now)
    await conn.execute("update event set handled_at = $1", now)
    await give(conn, now, tamsin, "organizer")
    await browsing(conn, tamsin, now)
    await conn.execute(
        "insert into api_token values ($1, 'hers', '\\x02', 'read', $2, $3, null, null)", db.new_id(now), tamsin, now
    )
    assert await order(conn, tamsin, wren, settings, now)
    for table in ("web_session", "api_token", "calendar_feed", "commitment", "former_address", "opt_out", "suppression"):
        assert await db.one(conn, int, f"select count(*) from {table}") == 0, table
    assert await db.many(conn, UUID, "select person_id from role_grant") == [wren]
    with pytest.raises(ErasedAlready):
        await order(conn, tamsin, wren, settings, now)


async def test_whoever_imports_an_address_of_hers_again_is_told_and_nobody_can_read_it_from_what_we_keep(
    conn: Connection, settings: Settings, wren: UUID, now: datetime
) -> None:
    tamsin, _ = await known(conn, now, wren)
    addresses = ["Tamsin@Cedar-Harbor.example", "tamsin.b@cedar-harbor.example", "solveig@cedar-harbor.example"]
    assert await erased.known(conn, settings.secret_key, addresses) == {}
    await order(conn, tamsin, wren, settings, now)
    found = await erased.known(conn, settings.secret_key, addresses)
    assert found == {"tamsin@cedar-harbor.example": now, "tamsin.b@cedar-harbor.example": now}
    assert erased.sentence(now).startswith("This person was erased on December 1, 2026.")
    assert await erased.known(conn, "another secret", addresses) == {}


async def test_the_chain_verifies_where_she_confirmed_who_signed_and_her_name_stays_in_that_proof_alone(
    conn: Connection, owner: Connection, settings: Settings, where: Stage, zuri: UUID, wren: UUID, now: datetime
) -> None:
    tamsin = await person(conn, now, "Tamsin Birchwell", "tamsin@cedar-harbor.example")
    await conn.execute("insert into school_contact values ($1, $2, 'Counsellor', '555-555-0142')", tamsin, where.school_id)
    await conn.execute("update signup set created_by = $1", tamsin)
    consent = await desk.signer(conn, zuri)
    async with conn.transaction():
        await answering.sign(conn, consent.id, desk.signing(), await desk.document(conn), desk.BY_SLIP, now)
    async with conn.transaction():
        await deciding.confirm(conn, zuri, "Tamsin Birchwell", "by phone", now)
    assert await order(conn, tamsin, wren, settings, now)
    chain = await evidence.chain(conn, zuri)
    assert [entry.kind for entry in chain] == ["signed", "confirmed"]
    assert await verify.verify(conn, []) == (2, [])
    named = [line for line in (await dumped(owner)).splitlines() if "tamsin" in line or "555-555-0142" in line]
    assert [line.partition(":")[0] for line in named] == ["evidence_body"]


async def test_refusals_say_why_and_change_nothing(
    conn: Connection, settings: Settings, wren: UUID, where: Stage, now: datetime
) -> None:
    tamsin, row_id = await known(conn, now, wren)
    with pytest.raises(NotYourself):
        await order(conn, wren, wren, settings, now)
    with pytest.raises(LastOrganizer):
        await order(conn, wren, tamsin, settings, now)
    convening_id = await registration_queries.convening_of(conn, row_id)
    await writes.insert_hold(conn, where.convening_id, "Counsel asks", wren, now)
    elsewhere, hers = await db.many(conn, UUID, "select id from legal_hold"), convening_id
    assert len(elsewhere) == 1
    await writes.insert_hold(conn, hers, "Counsel asks", wren, now)
    with pytest.raises(PersonOnHold):
        await order(conn, tamsin, wren, settings, now)
    assert (await registration_queries.registration(conn, row_id)).state == "confirmed"
    await conn.execute("update legal_hold set ended_at = $1, ended_by = $2 where convening_id = $3", now, wren, hers)
    await order(conn, tamsin, wren, settings, now)
    assert (await registration_queries.registration(conn, row_id)).state == "withdrawn"


async def test_a_tombstone_is_done_once_and_stays(conn: Connection, settings: Settings, wren: UUID, now: datetime) -> None:
    tamsin, row_id = await known(conn, now, wren)
    await registrations.withdraw(conn, row_id, now)
    await conn.execute("update event set handled_at = $1", now)
    await order(conn, tamsin, wren, settings, now)
    for sql in (
        "update person_erasure set done_at = null",
        "update person_erasure set ordered_by = null",
        "delete from person_erasure",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await conn.execute(sql)


async def test_a_certificate_of_attendance_goes_and_one_that_brings_credit_stays_for_its_seven_years(
    pool: Pool, conn: Connection, settings: Settings, wren: UUID, now: datetime
) -> None:
    tamsin, row_id = await known(conn, now, wren)
    other, credited = await known_again(conn, now, tamsin)
    for registration_id, profile in ((row_id, "generic_certificate"), (credited, "wa_clock_hours")):
        await conn.execute(
            """insert into certificate values ($1, $2, 1, $3, 4, '{"name": "Tamsin Birchwell"}', $4)""",
            db.new_id(now),
            registration_id,
            profile,
            now,
        )
    await conn.execute("update event set handled_at = $1", now)
    over = now + 100 * timedelta(days=1)
    await order(conn, tamsin, wren, settings, over)
    assert await db.many(conn, str, "select profile from certificate") == ["wa_clock_hours"]
    run_at = over + timedelta(days=2558)
    assert await retention.run(pool, Periods(), run_at)
    assert await db.many(conn, str, "select profile from certificate") == []
    [night] = await retention_queries.latest(conn)
    assert (night.gone["attendance"], night.left_over) == (2, {})
    assert await db.maybe(conn, UUID, "select id from person where id = $1", tamsin) is None, (
        "nothing points to her any more"
    )
    assert other


async def known_again(conn: Connection, now: datetime, tamsin: UUID) -> tuple[UUID, UUID]:
    """Another convening that she has a seat at."""
    held = await make.convening(conn, now, title="Spring Convening")
    row = await make.registered(
        conn, held.id, now=now, name="Tamsin Birchwell", email="tamsin@cedar-harbor.example", dietary="No nuts"
    )
    assert await db.one(conn, UUID, "select person_id from registration where id = $1", row.id) == tamsin
    return held.id, row.id


async def test_what_a_worker_writes_to_her_meanwhile_is_not_owed_and_a_servers_late_words_go_the_next_night(
    pool: Pool, conn: Connection, owner: Connection, settings: Settings, wren: UUID, now: datetime
) -> None:
    tamsin, row_id = await known(conn, now, wren)
    await registrations.withdraw(conn, row_id, now)
    await conn.execute("update event set handled_at = $1", now)
    await order(conn, tamsin, wren, settings, now)
    await conn.execute(
        """insert into delivery (id, kind, subject_id, person_id, recipient, policy, message, message_id, next_at,
                                 created_at, state, response, lease_token, lease_until)
           values ($1, 'invite', $2, $3, 'tamsin@cedar-harbor.example', 'hold', '{"name": "Tamsin"}', 'm', $4, $4,
                   'handover', '250 tamsin', gen_random_uuid(), $4)""",
        db.new_id(now),
        row_id,
        tamsin,
        now,
    )
    assert await retention.run(pool, Periods(), now)
    assert "tamsin" not in await dumped(owner)
