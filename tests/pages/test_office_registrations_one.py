"""One registration in the console: what happened, what can be decided, and what is written down about it."""

from datetime import datetime, timedelta

import httpx
import pytest

from service import db
from service.convenings import actions as convening_actions
from service.convenings.queries import ConveningRow
from service.db import Connection
from service.registrations import actions, queries
from service.registrations.queries import RegistrationRow
from service.settings import Settings
from tests import make
from tests.pages.office import Office, audit, enter, read
from tests.registrations.test_handing_over import notes

WREN = "wren.okonkwo@cedar-harbor.example"


@pytest.fixture
async def office(browser: httpx.AsyncClient, conn: Connection, settings: Settings, now: datetime) -> Office:
    """Somebody who organizes everything."""
    return await enter(browser, conn, settings, now)


def one(row: RegistrationRow, part: str = "") -> str:
    return f"/office/registrations/{row.id}{part and '/'}{part}"


async def again(conn: Connection, row: RegistrationRow) -> RegistrationRow:
    return await queries.registration(conn, row.id)


async def test_the_page_tells_the_history_and_links_each_mail(
    office: Office, conn: Connection, now: datetime, convening: ConveningRow
) -> None:
    row = await make.registered(conn, convening.id, now=now, title="", access_needs="A ramp\nby the door")
    await actions.withdraw(conn, row.id, now + timedelta(hours=1))
    delivery_id = db.new_id(now)
    await db.run(
        conn,
        """insert into delivery (id, kind, subject_id, person_id, recipient, policy, message, message_id, due_at, next_at,
                                 created_at, state)
           values ($1, 'invite', $2, $3, $4, 'hold', '{}', 'x', $5, $5, $5, 'sent')""",
        delivery_id,
        row.id,
        row.person_id,
        row.email,
        now,
    )
    page = await office.read(one(row))
    happened = page.partition("What happened")[2]
    assert "Tuesday, December 1, 10:00 a.m. Eastern Time Got a seat" in happened
    assert "Tuesday, December 1, 11:00 a.m. Eastern Time Withdrew, or was withdrawn" in happened
    assert f"Calendar invitation {row.email} Sent" in happened
    assert f'href="/office/deliveries/{delivery_id}"' in (await office.browser.get(one(row))).text
    assert "What you can decide" not in page
    assert "What they do They did not say" in page


async def test_details_sessions_and_address_are_changed_and_the_log_keeps_no_word_of_them(
    office: Office, conn: Connection, now: datetime
) -> None:
    day = await make.convening(conn, now, sessions=[make.session_draft(now, title="Art", capacity=1)])
    [art] = await make.session_ids(conn, day.id)
    row = await make.registered(conn, day.id, 1, now=now)
    kept = {"name": "Wren O.", "title": "Dean", "district": "", "dietary": "No nuts", "access_needs": "A ramp"}
    assert (await office.send(one(row, "details"), **kept)).headers["location"] == f"{one(row)}?saved=details"
    assert (await office.send(one(row, "sessions"), sessions=str(art))).status_code == 303
    assert (await office.send(one(row, "address"), email="new@cedar-harbor.example")).status_code == 303
    found = await again(conn, row)
    assert (found.name, found.title, found.district_name, found.email) == ("Wren O.", "Dean", "", "new@cedar-harbor.example")
    assert [choice.session_id for choice in await queries.choices(conn, [row.id])] == [art]
    fields = sorted(detail["fields"] for detail in await audit(conn, "registration_changed"))
    assert fields == ["email", "name, title, district, dietary, access_needs", "sessions"]
    other = await make.registered(conn, day.id, 2, now=now)
    full = await office.send(one(other, "sessions"), sessions=str(art))
    assert (full.status_code, "“Art” is full." in read(full)) == (409, True)
    wrong = await office.send(one(other, "address"), email="nobody")
    assert (wrong.status_code, "Write a mail address like name@school.org." in read(wrong)) == (422, True)
    taken = await office.send(one(other, "address"), email="new@cedar-harbor.example")
    assert taken.status_code == 409


async def test_withdrawing_says_whom_we_tell_and_keeps_the_reason(office: Office, conn: Connection, now: datetime) -> None:
    small = await make.convening(conn, now, capacity=1)
    row, waiting = [await make.registered(conn, small.id, n, now=now) for n in (1, 2)]
    page = await office.read(one(row, "withdrawal"))
    assert f"{row.email} gets a mail that an organizer gave the seat back; it takes the entry out of the calendar." in page
    assert f"{waiting.email} ( {waiting.name} , first on the list) gets the offer of the seat." in page
    for _ in range(2):
        assert (await office.send(one(row, "withdrawal"), reason=" Called us ")).status_code == 303
    assert await make.standing(conn, small.id) == {"withdrawn": 1, "offered": 1}
    assert await notes(conn, row.id) == [("withdrawn", "Called us")]
    assert await audit(conn, "registration_withdrawn") == [{"convening": str(small.id)}]
    assert "Withdrawn by an organizer: Called us Decided by Tamsin Birchwell" in await office.read(one(row))
    assert "There is nothing to withdraw." in await office.read(one(row, "withdrawal"))
    for _ in range(2):
        await office.send(one(waiting, "withdrawal"))
    assert await notes(conn, waiting.id) == [("withdrawn", "")]


async def test_offers_are_answered_for_people(office: Office, conn: Connection, now: datetime) -> None:
    small = await make.convening(conn, now, capacity=2)
    seated = [await make.registered(conn, small.id, n, now=now) for n in (1, 2)]
    yes, no, third = [await make.registered(conn, small.id, n, now=now) for n in (3, 4, 5)]
    for row in seated:
        await actions.withdraw(conn, row.id, now)
    assert f"The seat is offered to {third.name} , who gets a mail." in await office.read(one(no))
    for _ in range(2):
        assert (await office.send(one(yes, "acceptance"))).status_code == 303
        assert (await office.send(one(no, "refusal"))).status_code == 303
    assert await make.standing(conn, small.id) == {"withdrawn": 2, "confirmed": 1, "declined": 1, "offered": 1}
    assert (len(await audit(conn, "offer_accepted")), len(await audit(conn, "offer_refused"))) == (1, 1)
    none = await office.send(one(no, "acceptance"))
    assert (none.status_code, "There is no seat on offer to you now." in read(none)) == (409, True)


async def test_a_seat_goes_to_a_colleague_and_the_page_says_that_the_list_is_not_asked(
    office: Office, conn: Connection, now: datetime
) -> None:
    small = await make.convening(conn, now, capacity=1)
    row = await make.registered(conn, small.id, 1, now=now)
    await make.crowd(conn, small.id, (2, 3), now=now)
    page = await office.read(one(row, "colleague"))
    assert "It does not follow the waiting list, where 2 people wait." in page
    assert "2 people on the list will not be asked." in page
    assert f"{row.email} gets a mail that a colleague has the seat now" in page
    fields = {"name": "Wren Okonkwo", "email": WREN, "reason": "She goes instead"}
    for missing in fields:
        assert (await office.send(one(row, "colleague"), **fields | {missing: " "})).status_code == 422
    oneself = await office.send(one(row, "colleague"), **fields | {"email": row.email.upper()})
    assert (oneself.status_code, "This is the address of the person who has the seat." in read(oneself)) == (409, True)
    answers = [await office.send(one(row, "colleague"), **fields) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].headers["location"] == answers[1].headers["location"]
    assert await make.standing(conn, small.id) == {"withdrawn": 1, "waitlisted": 2, "confirmed": 1}
    told = await office.read(answers[0].headers["location"])
    assert "The seat was handed over. This is the colleague’s registration." in told
    taken_by = answers[0].headers["location"].partition("?")[0].rpartition("/")[2]
    assert await audit(conn, "registration_handed_over") == [{"convening": str(small.id), "to": taken_by}]
    assert "The seat went from one colleague to another: She goes instead" in await office.read(one(row))


async def test_somebody_moves_up_with_a_reason(office: Office, conn: Connection, now: datetime) -> None:
    small = await make.convening(conn, now, capacity=1)
    seated, *waiting = [await make.registered(conn, small.id, n, now=now) for n in range(4)]
    last = waiting[-1]
    assert f"{last.name} is 3rd of 3 people on the list." in await office.read(one(last, "place"))
    for position, status in (
        ("", 422),
        ("x", 422),
        ("-1", 422),
        ("1.5", 422),
        ("٣", 422),
        ("4", 422),
        ("0", 422),
        ("9" * 30, 422),
    ):
        answer = await office.send(one(last, "place"), position=position, reason="A panel")
        assert (answer.status_code, await notes(conn, last.id)) == (status, []), position
    assert (await office.send(one(last, "place"), position="1")).status_code == 422
    for _ in range(2):
        assert (await office.send(one(last, "place"), position="1", reason="A panel")).status_code == 303
    assert (await again(conn, last)).position == 1
    places = {"from_place": "3", "to_place": "1"}
    assert await audit(conn, "registration_moved_up") == [{"convening": str(small.id)} | places]
    assert "Moved up the waiting list: A panel Decided by Tamsin Birchwell" in await office.read(one(last))
    assert "They are first on the list already." in await office.read(one(last, "place"))
    assert (await office.send(one(seated, "place"), position="1", reason="x")).status_code == 409


async def test_the_end_of_a_convening_leaves_nothing_to_decide(
    office: Office, conn: Connection, now: datetime, convening: ConveningRow
) -> None:
    row = await make.registered(conn, convening.id, now=now)
    await convening_actions.cancel(conn, convening.id, now)
    page = await office.read(one(row))
    assert ("What you can decide" in page, "Change something" in page) == (False, False)
    for part in ("withdrawal", "colleague", "details", "place"):
        answer = await office.send(one(row, part), name="X", email="x@cedar-harbor.example", reason="x", position="1")
        assert answer.status_code == 409, part
    assert await make.standing(conn, convening.id) == {"confirmed": 1}
