"""The mail of an invitation: once, with the person's own link, and only while it is still wanted."""

import re
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from email.message import EmailMessage
from uuid import UUID

import pytest

from service import db
from service.app import create_app
from service.convenings import actions as convening_actions
from service.convenings.queries import ConveningRow
from service.db import Connection, Pool
from service.registrations import inviting
from service.web import links
from tests import make
from tests.access.conftest import browsers
from tests.emails.rules import findings
from tests.workers.conftest import Office, ics, kind

SOLVEIG = "solveig.lindqvist@cedar-harbor.example"
Step = Callable[[Connection, UUID, ConveningRow, datetime], Awaitable[object]]


@pytest.fixture
async def convening(conn: Connection, now: datetime) -> ConveningRow:
    """A convening that is open."""
    return await make.convening(conn, now, registration_closes_at=now + timedelta(days=80))


@pytest.fixture
async def invited(conn: Connection, now: datetime, convening: ConveningRow) -> UUID:
    """An invitation whose mail is owed."""
    return await inviting.invite_one(conn, convening.id, "Solveig Lindqvist", SOLVEIG, now)


def _text(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return body.get_content().replace("\r\n", "\n")


async def _states(office: Office) -> list[str]:
    return [one.state for one in await office.deliveries()]


async def test_it_carries_the_persons_own_link_and_the_delivery_does_not(
    office: Office, conn: Connection, convening: ConveningRow, invited: UUID
) -> None:
    [mail] = await office.settle()
    token = links.token(office.settings.secret_key, "invitation", invited, 0)
    assert mail["To"].addresses[0].addr_spec == SOLVEIG
    assert mail["Subject"] == "You are invited: Fall Convening"
    text = _text(mail)
    assert f"Register, or say that you cannot come: {office.settings.public_url}/i/{token}\n" in text
    assert "Please answer by Friday, February 19, 10:00 a.m. Eastern Time." in text
    assert "Cedar Harbor High School" in text
    [delivery] = await office.deliveries()
    assert (delivery.kind, delivery.state, delivery.subject_id) == ("invitation", "sent", invited)
    assert delivery.convening_id == convening.id
    assert token not in await db.one(conn, str, "select d::text from delivery d")
    [(caught, raw)] = office.caught(1)
    assert findings(raw, envelope_from=caught.envelope_from, envelope_to=caught.recipients[0]) == []


async def test_however_often_the_reactions_run_it_is_sent_once(office: Office, conn: Connection, invited: UUID) -> None:
    await office.react()
    await db.run(conn, "update event set handled_at = null")
    assert len(await office.settle()) == 1
    assert await office.settle() == []


async def test_where_registration_opens_later_the_mail_says_when(office: Office, conn: Connection, now: datetime) -> None:
    row = await make.convening(conn, now, registration_opens_at=now + timedelta(days=7))
    await inviting.invite_one(conn, row.id, "Solveig", SOLVEIG, now)
    [mail] = await office.settle()
    assert "Registration opens Tuesday, December 8, 10:00 a.m. Eastern Time." in _text(mail)


async def _decline(conn: Connection, invited: UUID, _: ConveningRow, now: datetime) -> None:
    await inviting.decline(conn, invited, now)


async def _end(conn: Connection, invited: UUID, _: ConveningRow, now: datetime) -> None:
    await inviting.end(conn, invited, now)


async def _register(conn: Connection, _: UUID, convening: ConveningRow, now: datetime) -> None:
    await make.registered(conn, convening.id, now=now, email=SOLVEIG)


async def _cancel(conn: Connection, _: UUID, convening: ConveningRow, now: datetime) -> None:
    await convening_actions.cancel(conn, convening.id, now)


async def _close(conn: Connection, _: UUID, convening: ConveningRow, now: datetime) -> None:
    await db.run(conn, "update convening set registration_closes_at = $2 where id = $1", convening.id, now)


async def _move(conn: Connection, invited: UUID, _: ConveningRow, __: datetime) -> None:
    await db.run(
        conn,
        "update person set email = 'moved@cedar-harbor.example' where id = (select person_id from invitation where id = $1)",
        invited,
    )


@pytest.mark.parametrize("step", [_decline, _end, _register, _cancel, _close, _move], ids=lambda step: step.__name__)
async def test_it_stays_here_when_it_is_wanted_no_longer(
    office: Office, conn: Connection, now: datetime, convening: ConveningRow, invited: UUID, step: Step
) -> None:
    await office.react()
    await step(conn, invited, convening, now)
    mails = [mail for mail in await office.settle() if mail["Subject"].startswith("You are invited")]
    assert mails == []
    assert [one.state for one in await office.deliveries() if one.kind == "invitation"] == ["cancelled"]


async def test_a_place_held_by_a_stranger_does_not_stop_it(
    office: Office, conn: Connection, now: datetime, convening: ConveningRow, invited: UUID
) -> None:
    await office.react()
    await make.registered(conn, convening.id, now=now, source="public", email=SOLVEIG)
    assert "You are invited: Fall Convening" in [mail["Subject"] for mail in await office.settle()]


async def test_asked_again_a_day_later_the_link_is_the_same(office: Office, conn: Connection, invited: UUID) -> None:
    [first] = await office.settle()
    await inviting.ask_again(conn, invited, office.later(days=1))
    [second] = await office.settle()
    assert second["Subject"] == "Can you come? Fall Convening"
    assert "We asked you before and have no answer yet." in _text(second)
    [link] = set(re.findall(r"http\S+/i/\S+", _text(first) + _text(second)))
    assert link.endswith(links.token(office.settings.secret_key, "invitation", invited, 0))


async def test_a_mail_that_waited_until_the_next_was_asked_for_does_not_come_as_well(
    office: Office, conn: Connection, invited: UUID
) -> None:
    await office.react()
    await inviting.ask_again(conn, invited, office.later(days=1))
    [mail] = await office.settle()
    assert mail["Subject"].startswith("Can you come?")
    assert sorted(await _states(office)) == ["cancelled", "sent"]


async def test_taken_back_and_invited_again_one_mail_goes_out_with_the_new_link(
    office: Office, conn: Connection, now: datetime, invited: UUID
) -> None:
    await office.react()
    await inviting.end(conn, invited, now)
    await inviting.ask_again(conn, invited, office.later(seconds=1))
    [mail] = await office.settle()
    assert links.token(office.settings.secret_key, "invitation", invited, 1) in _text(mail)
    assert sorted(await _states(office)) == ["cancelled", "sent"]


async def test_a_name_cannot_write_headers_or_markup(
    office: Office, conn: Connection, now: datetime, convening: ConveningRow
) -> None:
    await inviting.invite_one(conn, convening.id, '"Eve" <eve@evil.example>, <script>alert(1)</script>', SOLVEIG, now)
    [mail] = await office.settle()
    assert [one.addr_spec for one in mail["To"].addresses] == [SOLVEIG]
    html = mail.get_body(("html",))
    assert html is not None
    assert "<script" not in html.get_content()


async def test_from_the_mail_over_the_filled_form_to_the_calendar_entry(
    office: Office, pool: Pool, convening: ConveningRow, invited: UUID
) -> None:
    [mail] = await office.settle()
    [path] = re.findall(rf"{office.settings.public_url}(/i/\S+)", _text(mail))
    site = create_app(office.settings, pool)
    site.state.clock = office.clock
    async with browsers(site) as another:
        form = await another().get(path)
        assert 'value="Solveig Lindqvist"' in form.text
        sent = await another().post(path, data={"name": "Solveig Lindqvist", "title": "Dean"})
        assert sent.headers["location"].startswith("/r/")
    [invite] = await office.settle()
    assert (kind(invite), ics(invite)["SUMMARY"]) == ("REQUEST", convening.title)
    assert invite["To"].addresses[0].addr_spec == SOLVEIG
