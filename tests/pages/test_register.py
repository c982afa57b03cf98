"""From the form to the seat: what strangers are told, what is refused, what is kept."""

from datetime import datetime, timedelta
from uuid import UUID

import httpx
import pytest

from service import db
from service.convenings import actions as convening_actions
from service.convenings import queries as convenings
from service.convenings.queries import ConveningRow
from service.db import Connection
from service.registrations import actions, queries
from service.registrations.rules import HOLD
from service.settings import Settings
from service.web import links
from tests import make
from tests.pages.conftest import confirm_path, own_path, words

TYPED = {"name": "Wren Okonkwo", "email": "wren@cedar-harbor.example", "title": "Principal", "dietary": "No nuts"}


async def _rows(conn: Connection) -> int:
    return await db.one(conn, int, "select count(*) from registration")


def _form(convening: ConveningRow) -> str:
    return f"/convenings/{convening.slug}/registration"


async def test_a_stranger_is_sent_to_the_mail_and_holds_a_place(
    browser: httpx.AsyncClient, conn: Connection, now: datetime, convening: ConveningRow
) -> None:
    sent = await browser.post(_form(convening), data=TYPED)
    assert (sent.status_code, sent.headers["location"]) == (303, f"/convenings/{convening.slug}/check-your-mail")
    [row] = await queries.listed(conn, convening.id, None, None, 10)
    assert (row.state, row.source, row.name, row.title, row.dietary) == (
        "held",
        "public",
        "Wren Okonkwo",
        "Principal",
        "No nuts",
    )
    answer = await browser.get(sent.headers["location"])
    assert "Check your mail" in words(answer)


async def test_the_answer_never_says_whether_an_address_is_known(
    browser: httpx.AsyncClient, conn: Connection, now: datetime, convening: ConveningRow
) -> None:
    known = await make.registered(conn, convening.id, 2, now=now)
    answers = [
        await browser.post(_form(convening), data=TYPED | {"email": email})
        for email in (known.email, "new@cedar-harbor.example")
    ]
    for answer in answers:
        del answer.headers["x-request-id"]  # every answer has another one
    seen = [(answer.status_code, dict(answer.headers), answer.content) for answer in answers]
    assert seen[0] == seen[1]
    assert known.email not in (await browser.get(answers[0].headers["location"])).text


async def test_a_full_session_is_refused_whoever_asks(browser: httpx.AsyncClient, conn: Connection, now: datetime) -> None:
    sessions = [make.session_draft(now, 1, title="Budgets", capacity=1), make.session_draft(now, 2, title="Coaching")]
    row = await make.convening(conn, now, sessions=sessions)
    budgets, _ = await make.session_ids(conn, row.id)
    known = await make.registered(conn, row.id, 2, now=now, sessions=[budgets])
    for email in (known.email, "new@cedar-harbor.example"):
        sent = await browser.post(_form(row), data=TYPED | {"email": email, "sessions": str(budgets)})
        assert sent.status_code == 409
        assert "“Budgets” is full. There is still room in “Coaching”." in words(sent)
    assert await _rows(conn) == 1


async def test_a_full_session_says_so_and_cannot_be_ticked_while_the_others_can(
    browser: httpx.AsyncClient, conn: Connection, now: datetime
) -> None:
    sessions = [
        make.session_draft(now, 1, title="Budgets", capacity=1),
        make.session_draft(now, 2, title="Coaching", capacity=4),
    ]
    row = await make.convening(conn, now, sessions=sessions)
    budgets, coaching = await make.session_ids(conn, row.id)
    await make.registered(conn, row.id, 2, now=now, sessions=[budgets])
    page = await browser.get(_form(row))
    assert f'value="{budgets}" disabled' in page.text
    assert f'value="{coaching}"><span>' in page.text
    assert " checked" not in page.text
    assert "Budgets Full · B12" in words(page)
    assert "Coaching 4 places left · B12" in words(page)


async def test_sessions_at_the_same_time_are_one_question(
    browser: httpx.AsyncClient, conn: Connection, now: datetime
) -> None:
    sessions = [make.session_draft(now, 1, title="Budgets"), make.session_draft(now, 1, title="Coaching")]
    row = await make.convening(conn, now, sessions=[*sessions, make.session_draft(now, 4, title="Walk")])
    page = await browser.get(_form(row))
    assert page.text.count('type="radio"') == 3
    assert page.text.count('type="checkbox"') == 1
    assert "These are at the same time. Choose one." in words(page)
    first, second, _ = await make.session_ids(conn, row.id)
    sent = await browser.post(_form(row), data=TYPED | {f"sessions-{first}": str(second)})
    assert sent.status_code == 303
    [held] = await queries.listed(conn, row.id, None, None, 10)
    assert [choice.session_id for choice in await queries.choices(conn, [held.id])] == [second]
    both = await browser.post(_form(row), data=TYPED | {"email": "b@a.example", "sessions": [str(first), str(second)]})
    assert both.status_code == 409
    assert "are at the same time. Choose one of them." in words(both)


async def test_every_wrong_field_is_named_at_once_and_what_was_typed_is_kept(
    browser: httpx.AsyncClient, conn: Connection, convening: ConveningRow
) -> None:
    typed = {"name": " ", "email": "wren at school", "title": "x" * 201, "dietary": "No nuts & no <b>fish</b>"}
    page = await browser.post(_form(convening), data=typed)
    assert page.status_code == 422
    for field in ("name", "email", "title"):
        assert f'<a href="#{field}">' in page.text
        assert f'id="{field}-error"' in page.text
    assert '<a href="#dietary">' not in page.text
    said = words(page)
    assert "Write your name." in said
    assert "Write a mail address like name@school.org." in said
    assert "Write at most 200 characters. These are 201." in said
    assert 'value="wren at school"' in page.text
    assert "No nuts &amp; no &lt;b&gt;fish&lt;/b&gt;" in page.text
    assert await _rows(conn) == 0


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("Wren\r\nBcc: all@a.example", "Write this on one line."),
        ("Wren\x00", "There are signs in this that cannot be shown."),
        ("x" * 121, "Write at most 120 characters. These are 121."),
    ],
    ids=["line break", "NUL", "long"],
)
async def test_a_name_that_cannot_be_used_is_refused_in_words(
    browser: httpx.AsyncClient, conn: Connection, convening: ConveningRow, name: str, sentence: str
) -> None:
    page = await browser.post(_form(convening), data=TYPED | {"name": name})
    assert page.status_code == 422
    assert sentence in words(page)
    assert "\x00" not in page.text
    assert await _rows(conn) == 0


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"name=%ff%fe&email=a%40b.example", "application/x-www-form-urlencoded", 400),
        (b"name=\xff\xfe", "application/x-www-form-urlencoded", 400),
        (b"a=1&" * 300, "application/x-www-form-urlencoded", 400),
        (b'{"name": "Wren"}', "application/json", 400),
        (b"name=" + b"x" * 10_000_000, "application/x-www-form-urlencoded", 413),
    ],
    ids=["not UTF-8", "raw bytes", "300 fields", "JSON", "10 MB"],
)
async def test_what_is_no_form_is_a_clear_refusal(
    browser: httpx.AsyncClient, conn: Connection, convening: ConveningRow, body: bytes, kind: str, status: int
) -> None:
    page = await browser.post(_form(convening), content=body, headers={"content-type": kind})
    assert page.status_code == status
    assert "<h1>" in page.text
    assert await _rows(conn) == 0


async def test_a_form_sent_from_another_site_does_nothing(
    browser: httpx.AsyncClient, conn: Connection, convening: ConveningRow
) -> None:
    page = await browser.post(_form(convening), data=TYPED, headers={"sec-fetch-site": "cross-site"})
    assert page.status_code == 403
    assert await _rows(conn) == 0


async def test_a_program_that_fills_what_nobody_sees_gets_the_answer_and_nothing_happens(
    browser: httpx.AsyncClient, conn: Connection, convening: ConveningRow
) -> None:
    sent = await browser.post(_form(convening), data=TYPED | {"leave_empty": "https://spam.example"})
    assert (sent.status_code, sent.headers["location"]) == (303, f"/convenings/{convening.slug}/check-your-mail")
    assert await _rows(conn) == 0


async def test_one_client_sends_at_most_20_forms_in_ten_minutes(
    browser: httpx.AsyncClient, conn: Connection, convening: ConveningRow
) -> None:
    answers = [
        (await browser.post(_form(convening), data=TYPED | {"email": f"n{n}@a.example"})).status_code for n in range(21)
    ]
    assert answers == [303] * 20 + [429]
    page = await browser.post(_form(convening), data=TYPED)
    assert "Wait a while and try again." in words(page)
    assert await _rows(conn) == 20


async def test_one_address_causes_at_most_three_mails_and_the_answer_stays_the_same(
    browser: httpx.AsyncClient, conn: Connection, convening: ConveningRow
) -> None:
    sent = [await browser.post(_form(convening), data=TYPED | {"email": TYPED["email"].upper()}) for _ in range(5)]
    assert {(one.status_code, one.headers["location"]) for one in sent} == {
        (303, f"/convenings/{convening.slug}/check-your-mail")
    }
    [held] = await queries.listed(conn, convening.id, None, None, 10)
    assert await make.recorded_about(conn, held.id) == ["RegistrationHeld", "RegistrationRepeated", "RegistrationRepeated"]


async def test_looking_at_the_mailed_page_changes_nothing_and_its_button_confirms(
    browser: httpx.AsyncClient, conn: Connection, now: datetime, convening: ConveningRow, settings: Settings
) -> None:
    held = await make.registered(conn, convening.id, now=now, source="public")
    path = confirm_path(settings, held)
    page = await browser.get(path)
    assert page.status_code == 200
    assert "Yes, register me" in words(page)
    assert (await queries.registration(conn, held.id)).state == "held"
    clicks = [await browser.post(path), await browser.post(path)]
    assert [(one.status_code, one.headers["location"]) for one in clicks] == [(303, own_path(settings, held))] * 2
    assert await make.recorded_about(conn, held.id) == ["RegistrationHeld", "RegistrationConfirmed"]
    again = await browser.get(path)
    assert (again.status_code, again.headers["location"]) == (303, own_path(settings, held))


async def test_the_mailed_page_repeats_no_word_of_the_form(
    browser: httpx.AsyncClient, conn: Connection, now: datetime, convening: ConveningRow, settings: Settings
) -> None:
    held = await make.registered(conn, convening.id, now=now, source="public", name="Visit spam.example")
    assert "spam.example" not in (await browser.get(confirm_path(settings, held))).text


async def test_after_30_minutes_the_mailed_page_leads_to_the_form(
    browser: httpx.AsyncClient, conn: Connection, now: datetime, convening: ConveningRow, settings: Settings
) -> None:
    held = await make.registered(conn, convening.id, now=now - HOLD, source="public")
    seen, clicked = await browser.get(confirm_path(settings, held)), await browser.post(confirm_path(settings, held))
    assert (seen.status_code, clicked.status_code) == (410, 409)
    for page in (seen, clicked):
        assert "The time to confirm is over" in words(page)
        assert f'href="{_form(convening)}"' in page.text


async def test_a_convening_cancelled_meanwhile_is_said_on_the_mailed_page(
    browser: httpx.AsyncClient, conn: Connection, now: datetime, convening: ConveningRow, settings: Settings
) -> None:
    held = await make.registered(conn, convening.id, now=now, source="public")
    await convening_actions.cancel(conn, convening.id, now)
    page = await browser.post(confirm_path(settings, held))
    assert page.status_code == 409
    assert "This convening was cancelled. It does not take place." in words(page)


@pytest.fixture
async def invited(conn: Connection, now: datetime, convening: ConveningRow, settings: Settings) -> str:
    """The address of a personal invitation."""
    invitation_id = await actions.invite(conn, convening.id, "Solveig Lindqvist", "solveig@cedar-harbor.example", now)
    return "/i/" + links.token(settings.secret_key, "invitation", invitation_id, 0)


async def test_an_invitation_opens_the_form_filled_with_what_we_know(
    browser: httpx.AsyncClient, conn: Connection, invited: str
) -> None:
    await db.run(
        conn, "update person set title = 'Dean', dietary = 'No fish' where email_key = 'solveig@cedar-harbor.example'"
    )
    page = await browser.get(invited)
    assert page.status_code == 200
    assert 'value="Solveig Lindqvist"' in page.text
    assert 'value="Dean"' in page.text
    assert "No fish</textarea>" in page.text
    assert "solveig@cedar-harbor.example" in words(page)
    assert 'name="email"' not in page.text
    assert await _rows(conn) == 0


async def test_an_invited_person_has_the_seat_at_once_however_often_they_click(
    browser: httpx.AsyncClient, conn: Connection, settings: Settings, convening: ConveningRow, invited: str
) -> None:
    clicks = [await browser.post(invited, data=TYPED | {"email": "somebody@else.example"}) for _ in range(2)]
    [row] = await queries.listed(conn, convening.id, None, None, 10)
    assert (row.state, row.source, row.email) == ("confirmed", "invitation", "solveig@cedar-harbor.example")
    assert [(one.status_code, one.headers["location"]) for one in clicks] == [(303, own_path(settings, row))] * 2
    again = await browser.get(invited)
    assert (again.status_code, again.headers["location"]) == (303, own_path(settings, row))


async def test_an_invited_person_waits_where_all_is_taken(
    browser: httpx.AsyncClient, conn: Connection, now: datetime, settings: Settings
) -> None:
    full = await make.convening(conn, now, capacity=1)
    await make.crowd(conn, full.id, range(2), now=now)
    invitation_id = await actions.invite(conn, full.id, "Solveig", "solveig@cedar-harbor.example", now)
    path = "/i/" + links.token(settings.secret_key, "invitation", invitation_id, 0)
    assert "Join the waiting list" in words(await browser.get(path))
    sent = await browser.post(path, data={"name": "Solveig"})
    assert "You are 2nd on the list." in words(await browser.get(sent.headers["location"]))


async def test_an_invitation_to_what_is_closed_keeps_what_was_typed(
    browser: httpx.AsyncClient, conn: Connection, now: datetime, convening: ConveningRow, invited: str
) -> None:
    await convening_actions.cancel(conn, convening.id, now)
    seen = await browser.get(invited)
    assert seen.status_code == 200
    assert "This convening was cancelled. It does not take place." in words(seen)
    sent = await browser.post(invited, data={"name": "Solveig L.", "dietary": "No fish"})
    assert sent.status_code == 409
    assert "This convening was cancelled." in words(sent)
    assert 'value="Solveig L."' in sent.text


async def test_links_that_we_did_not_make_lead_nowhere(
    browser: httpx.AsyncClient, conn: Connection, now: datetime, convening: ConveningRow, settings: Settings, invited: str
) -> None:
    row = await make.registered(conn, convening.id, now=now, source="public")
    own = own_path(settings, row).removeprefix("/r/")
    other = links.token("another secret that is long enough", "confirm", row.id, 0)
    unknown = links.token(settings.secret_key, "confirm", UUID(int=7), 0)
    mangled = ("x" + own[1:], own[:-6] + "AAAAAA", own[:-1], own + "A", "é", "%00", "a" * 5000)
    for token in (other, unknown, own, *mangled):
        for answer in (await browser.get(f"/confirm/{token}"), await browser.post(f"/confirm/{token}")):
            assert answer.status_code == 404, token
        answer = await browser.post(f"/i/{token}", data=TYPED)
        assert answer.status_code == 404, token
    assert (await queries.registration(conn, row.id)).state == "held"


async def test_asking_counts_no_seat_beyond_what_strangers_may_hold(
    browser: httpx.AsyncClient, conn: Connection, now: datetime
) -> None:
    small = await make.convening(conn, now, capacity=9)
    await browser.post(_form(small), data=TYPED)
    assert (await convenings.convening(conn, small.id)).seats_left == 9
    held = (await queries.listed(conn, small.id, None, None, 1))[0]
    assert held.held_until == now + timedelta(minutes=30)
