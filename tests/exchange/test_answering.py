"""A calendar's answer has consequences: a proven no gives the seat on, a doubtful one is asked about."""

import json
from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from service import db
from service.convenings import actions as convenings
from service.convenings.queries import ConveningRow
from service.convenings.rules import Patch
from service.db import Connection
from service.deliveries import entries
from service.exchange import inbox
from service.registrations import history, queries
from service.text import email_address
from tests import make
from tests.exchange.answers import Calendar, link, notes
from tests.pages.conftest import browser
from tests.workers.conftest import Office, ics, kind, office
from workers.inbound import Inbox

__all__ = ["browser", "office"]
CORPUS = Path(__file__).parent / "corpus"
EXPECTED: dict[str, dict[str, Any]] = json.loads((CORPUS / "expected.json").read_text())
ANSWERS = {name: meant for name, meant in EXPECTED.items() if meant["class"] in ("reply", "refresh")}


@pytest.fixture
async def place(conn: Connection, now: datetime) -> ConveningRow:
    """One seat, for the first."""
    return await make.convening(conn, now, capacity=1)


@pytest.fixture
async def calendar(office: Office, conn: Connection, place: ConveningRow, now: datetime) -> AsyncGenerator[Calendar]:
    """Of somebody who has the seat and the invitation."""
    registered = await make.registered(conn, place.id, 1, now=now)
    [invite] = await office.settle()
    found = Calendar(office, conn, registered, invite)
    yield found
    await found.inbox.reader.end()


async def test_a_proven_no_gives_the_seat_on_and_says_so_with_a_way_back(
    calendar: Calendar, office: Office, conn: Connection, place: ConveningRow, now: datetime
) -> None:
    second = await make.registered(conn, place.id, 2, now=now)
    await office.settle()

    done = await calendar.says("DECLINED", more="COMMENT:Sorry\\, travelling <script>")

    assert (done.outcome, done.registration_id, done.partstat) == ("applied", calendar.id, "DECLINED")
    assert (await calendar.row()).state == "withdrawn"
    assert (await queries.registration(conn, second.id)).state == "offered"
    assert await notes(conn, calendar.id) == [("calendar_declined", "Sorry, travelling <script>")]
    mails = {mail["To"].addresses[0].addr_spec: mail for mail in await office.settle()}
    told = mails[calendar.address]
    assert kind(told) == "CANCEL"
    assert "Your calendar told us that you are not coming." in told.get_body(("plain",)).get_content()  # pyright: ignore
    assert link(told, "/return").startswith("/r/")
    again = await calendar.says("DECLINED", stamp=now + timedelta(seconds=1))
    assert again.outcome == "ignored"


async def test_who_declined_by_a_slip_takes_the_free_seat_back_with_one_button(
    calendar: Calendar, office: Office, browser: httpx.AsyncClient, conn: Connection, place: ConveningRow
) -> None:
    await conn.execute(
        "insert into calendar_feed select $1, person_id, id, 0, $2 from registration where id = $3",
        make.nobody(office.moment),
        office.moment,
        calendar.id,
    )
    await calendar.says("DECLINED")
    [told] = await office.settle()
    path = link(told, "/return")

    looked = await browser.get(path)
    assert looked.status_code == 200
    assert "Your seat is still free." in looked.text
    assert (await calendar.row()).state == "withdrawn", "looking changes nothing"
    back = await browser.post(path)
    assert back.status_code == 303
    assert "You’re in" in (await browser.get(back.headers["location"])).text
    followed = await conn.fetchval("select r.state from calendar_feed f join registration r on r.id = f.registration_id")
    assert followed == "confirmed", "who subscribed goes on with what they have now"
    [invite] = await office.settle()
    assert kind(invite) == "REQUEST"
    assert ics(invite)["UID"] != calendar.uid, "an entry that was taken back is not revived"
    assert (await browser.post(path)).headers["location"] == back.headers["location"], "a second click changes nothing"
    older = await browser.get(path.removesuffix("/return"))
    assert older.headers["location"] == back.headers["location"], "the links of older mails lead on"
    assert await make.standing(conn, place.id) == {"withdrawn": 1, "confirmed": 1}


async def test_who_comes_back_too_late_is_put_at_the_end_of_the_list_and_reads_so_before(
    calendar: Calendar, office: Office, browser: httpx.AsyncClient, conn: Connection, place: ConveningRow, now: datetime
) -> None:
    await make.registered(conn, place.id, 2, now=now)
    await calendar.says("DECLINED")
    path = next(link(mail, "/return") for mail in await office.settle() if mail["To"] and calendar.address in mail["To"])
    assert "Your seat has gone to somebody else." in (await browser.get(path)).text
    back = await browser.post(path)
    assert "on the list" in (await browser.get(back.headers["location"])).text
    assert await make.standing(conn, place.id) == {"withdrawn": 1, "offered": 1, "waitlisted": 1}


async def test_what_somebody_writes_with_a_yes_is_noted_and_read_by_an_organizer(
    calendar: Calendar, conn: Connection
) -> None:
    done = await calendar.says("ACCEPTED", more="COMMENT:Is there a step at the door?")
    assert (done.outcome, await calendar.partstat()) == ("told", "ACCEPTED")
    [waits] = await inbox.before(conn, None, open_only=True, limit=10)
    assert (waits.said, waits.reason) == (
        "Is there a step at the door?",
        "it was written down, and they wrote something with it",
    )


async def test_words_with_a_yes_that_nobody_can_prove_say_so(calendar: Calendar) -> None:
    done = await calendar.says("ACCEPTED", proven=False, more="COMMENT:My aunt comes in my place.")
    assert done.outcome == "told"
    assert done.reason.endswith("(not proven: nothing proves that the sender is genuine)")


async def test_words_with_a_yes_are_told_three_times_a_day_and_the_yes_is_noted_all_the_same(calendar: Calendar) -> None:
    found = [
        (await calendar.says("ACCEPTED", stamp=calendar.later(minutes=1), more=f"COMMENT:{n}")).outcome for n in range(4)
    ]
    assert found == ["told", "told", "told", "noted"]


async def test_a_yes_is_noted_and_stands_in_what_is_sent_until_the_time_moves(
    calendar: Calendar, office: Office, conn: Connection, place: ConveningRow
) -> None:
    assert (await calendar.says("ACCEPTED")).outcome == "noted"
    assert await calendar.partstat() == "ACCEPTED"
    assert (await make.recorded_about(conn, calendar.id))[-1] == "CalendarAnswered"

    await convenings.change(conn, place.id, Patch(title="Another title"), calendar.later(hours=1))
    await office.react()
    calendar.later(minutes=6)
    [renamed] = await office.settle()
    assert "PARTSTAT=ACCEPTED" in attendee(renamed)
    assert "RSVP" not in attendee(renamed)

    moved = place.starts_at + timedelta(hours=1)
    await convenings.change(conn, place.id, Patch(starts_at=moved), calendar.later(hours=1))
    await office.react()
    calendar.later(minutes=6)
    [mail] = await office.settle()
    assert "PARTSTAT=NEEDS-ACTION" in attendee(mail)
    assert "RSVP=TRUE" in attendee(mail)
    assert await history.answered(conn, calendar.id) is None

    assert (await calendar.says("TENTATIVE", sequence=1)).reason.startswith("it answers an earlier time")
    assert (await calendar.says("TENTATIVE", sequence=1, more="COMMENT:If I find a sitter")).outcome == "told"
    assert (await calendar.says("DECLINED", sequence=1)).outcome == "asked"
    assert (await calendar.says("TENTATIVE", sequence=2)).outcome == "noted"
    assert await calendar.partstat() == "TENTATIVE"


def attendee(mail: Any) -> str:
    part = next(part for part in mail.walk() if part.get_content_type() == "text/calendar")
    text = part.get_payload(decode=True).decode().replace("\r\n ", "")
    return next(line for line in text.splitlines() if line.startswith("ATTENDEE"))


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ({"proven": False}, "nothing proves that the sender is genuine"),
        ({"sender": "alias@elsewhere.example"}, "answered what was sent to"),
        ({"sender": "other@elsewhere.example", "attendee": "{own}"}, "it came from other@elsewhere.example"),
    ],
)
async def test_a_doubtful_no_changes_nothing_until_the_invited_address_says_so(
    calendar: Calendar, office: Office, browser: httpx.AsyncClient, how: dict[str, Any], why: str
) -> None:
    how = {name: value.format(own=calendar.address) if isinstance(value, str) else value for name, value in how.items()}
    asked = await calendar.says("DECLINED", **how)
    assert asked.outcome == "asked"
    assert why in asked.reason
    assert (await calendar.row()).state == "confirmed"
    [mail] = await office.settle()
    assert mail["To"].addresses[0].addr_spec == calendar.address
    assert mail["Subject"].startswith("Did you mean to decline?")
    again = await calendar.says("DECLINED", **how, stamp=calendar.office.moment + timedelta(seconds=9))
    assert (again.outcome, await office.settle()) == ("ignored", [])

    path = link(mail, "/withdrawal")
    assert "Yes, give my seat back" in (await browser.get(path)).text
    assert (await calendar.row()).state == "confirmed", "looking changes nothing"
    assert (await browser.post(path)).status_code == 303
    assert (await calendar.row()).state == "withdrawn"
    assert (await browser.get(path)).status_code == 303, "there is nothing to give back any more"


@pytest.mark.parametrize(
    ("partstat", "how", "outcome", "why"),
    [
        ("ACCEPTED", {"sender": "friend@elsewhere.example"}, "told", "was the invitation passed on?"),
        ("DELEGATED", {}, "told", "wants to send somebody else instead"),
        ("DELEGATED", {"sender": "x@y.example"}, "told", "somebody else instead (not proven: x@y.example answered what"),
        ("ACCEPTED", {"more": "RECURRENCE-ID:20270301T090000Z"}, "told", "answers one day of a series"),
        ("NEEDS-ACTION", {}, "ignored", "it says neither yes nor no"),
        ("ACCEPTED", {"sequence": 7}, "ignored", "it answers a revision that we never sent"),
        ("DECLINED", {"method": "COUNTER", "more": "DTSTART;TZID=Romance Standard Time:20270301T090000"}, "told", "09:00"),
    ],
)
async def test_what_is_no_answer_of_theirs_is_explained_and_changes_nothing(
    calendar: Calendar, office: Office, partstat: str, how: dict[str, Any], outcome: str, why: str
) -> None:
    done = await calendar.says(partstat, **how)
    assert (done.outcome, await office.settle()) == (outcome, [])
    assert why in done.reason
    assert ((await calendar.row()).state, await calendar.partstat()) == ("confirmed", None)


async def test_the_answer_written_last_counts_whatever_the_order_and_no_forged_one_from_the_future_stands_in_its_way(
    calendar: Calendar, now: datetime
) -> None:
    assert (await calendar.says("TENTATIVE", stamp=now - timedelta(minutes=1))).outcome == "noted"
    assert (await calendar.says("ACCEPTED", stamp=now - timedelta(minutes=2))).outcome == "ignored"
    assert await calendar.partstat() == "TENTATIVE"
    calendar.later(minutes=1)
    await calendar.says("ACCEPTED", stamp=now + timedelta(days=900), proven=False)
    assert await calendar.partstat() == "ACCEPTED"
    assert (await calendar.says("DECLINED", stamp=now)).outcome == "applied"


async def test_a_time_that_was_moved_and_moved_back_before_anybody_heard_of_it_leaves_answers_as_they_were(
    calendar: Calendar, office: Office, conn: Connection, place: ConveningRow
) -> None:
    await calendar.says("ACCEPTED")
    for starts_at in (place.starts_at + timedelta(hours=1), place.starts_at):
        await convenings.change(conn, place.id, Patch(starts_at=starts_at), calendar.later(minutes=1))
        await office.react()
    calendar.later(minutes=6)
    assert await office.settle() == []
    answered = await history.answered(conn, calendar.id)
    assert answered is not None
    assert answered.partstat == "ACCEPTED"
    assert (await calendar.says("TENTATIVE", sequence=0)).outcome == "noted"
    assert (await calendar.says("DECLINED", sequence=0)).outcome == "applied"


async def test_a_no_while_it_is_under_way_takes_nobody_off_the_list_of_who_was_there(
    calendar: Calendar, place: ConveningRow
) -> None:
    calendar.office.moment = place.starts_at + timedelta(hours=1)
    done = await calendar.says("DECLINED")
    assert (done.outcome, done.reason) == ("told", "says no while they are there, or could be")
    assert (await calendar.row()).state == "confirmed"


async def test_a_yes_after_a_no_is_told_whether_the_worker_was_quick_or_not(calendar: Calendar, office: Office) -> None:
    assert (await calendar.says("DECLINED")).outcome == "applied"
    for _ in range(2):
        yes = await calendar.says("ACCEPTED", stamp=calendar.later(seconds=3))
        assert (yes.outcome, yes.reason) == ("told", "says yes or perhaps, and their seat was given back before")
        await office.settle()


async def test_whoever_writes_on_and_on_is_told_of_three_times_a_day(calendar: Calendar) -> None:
    outcomes = [(await calendar.says("DELEGATED", stamp=calendar.later(minutes=1))).outcome for _ in range(5)]
    assert outcomes == ["told", "told", "told", "ignored", "ignored"]


async def test_who_guesses_a_uid_changes_nothing(calendar: Calendar) -> None:
    calendar.uid = calendar.uid.replace(calendar.uid[:8], "00000000")
    assert (await calendar.says("DECLINED")).outcome == "rejected"
    assert (await calendar.row()).state == "confirmed"


async def test_nothing_of_a_calendars_answer_is_kept_but_what_it_says(calendar: Calendar, conn: Connection) -> None:
    done = await calendar.says("ACCEPTED", more="URL:https://plenary.example/r/secret")
    assert await conn.fetchval("select raw is null and said is null from inbound_mail where id = $1", done.id)


async def test_what_is_over_or_cancelled_takes_no_answer(calendar: Calendar, conn: Connection, place: ConveningRow) -> None:
    calendar.office.moment = place.ends_at + timedelta(minutes=1)
    assert (await calendar.says("DECLINED")).reason == "what it answers is over, or was taken back before"
    assert (await calendar.row()).state == "confirmed"


async def test_a_calendar_that_asks_gets_its_entry_again_once_a_day(calendar: Calendar, office: Office) -> None:
    assert (await calendar.says("NEEDS-ACTION", method="REFRESH", sender="friend@elsewhere.example")).outcome == "ignored"
    assert (await calendar.says("NEEDS-ACTION", method="REFRESH")).outcome == "applied"
    [mail] = await office.settle()
    assert (kind(mail), ics(mail)["UID"], ics(mail)["SEQUENCE"]) == ("REQUEST", calendar.uid, "0")
    calendar.later(hours=1)
    assert (await calendar.says("NEEDS-ACTION", method="REFRESH")).outcome == "ignored"
    calendar.later(days=1)
    assert (await calendar.says("NEEDS-ACTION", method="REFRESH")).outcome == "applied"


async def test_a_registration_that_an_organizer_ended_is_not_theirs_to_take_back(
    calendar: Calendar, office: Office, browser: httpx.AsyncClient, conn: Connection, now: datetime
) -> None:
    await calendar.says("DECLINED")
    [told] = await office.settle()
    await conn.execute("update registration_note set action = 'withdrawn'")
    refused = await browser.post(link(told, "/return"))
    assert refused.status_code == 409
    assert "was ended by somebody else" in refused.text


@pytest.mark.parametrize("name", ANSWERS)
async def test_each_real_answer_of_the_corpus_does_what_it_is_meant_to(
    office: Office, conn: Connection, now: datetime, name: str
) -> None:
    meant, raw = ANSWERS[name], (CORPUS / name).read_bytes()
    place = await make.convening(conn, now)
    row = await make.registered(conn, place.id, 1, now=now, email=email_address(meant["attendee"]))
    [invite] = await office.settle()
    calendar = Calendar(office, conn, row, invite)
    own = msgspec.structs.replace(office.settings, inbound_border="mx.convene.example.org")
    calendar.inbox = Inbox(office.pool, own, office.clock)
    entry_id = await db.one(conn, db.UUID, "update calendar_entry set ended_at = $1 returning id", now)
    await entries.insert(
        conn,
        make.nobody(now),
        row.id,
        uid=meant["uid"],
        recipient=row.email,
        dtstamp=now,
        facts={},
    )
    if meant["action"] == "ignore_or_ask":
        await conn.execute("update calendar_entry set sequence = 1, timed_sequence = 1 where id <> $1", entry_id)
    done = await calendar.give(raw)
    outcomes = {
        "apply": "applied" if meant["partstat"] == "DECLINED" else "told" if b"COMMENT" in raw else "noted",
        "ask_organizer": "told",
        "resend_invite": "applied",
        "ignore_or_ask": "ignored",
    }
    assert (done.outcome, done.registration_id) == (outcomes[meant["action"]], row.id)
    assert (await calendar.row()).state == ("withdrawn" if done.partstat == "DECLINED" else "confirmed")
    assert meant.get("comment", "") in [reason for _, reason in await notes(conn, row.id)] or "comment" not in meant
    await calendar.inbox.reader.end()
