"""Whoever signs in with another address is told so at the old one, once."""

from datetime import datetime

from service.db import Connection
from service.registrations import actions, changes
from tests import make
from tests.access.conftest import TAMSIN, person
from tests.workers.conftest import Office, kind

NEW = "right@cedar-harbor.example"


async def test_the_old_address_is_told_where_no_calendar_is(office: Office, conn: Connection, now: datetime) -> None:
    person_id = await person(conn, now, "Tamsin Birchwell", TAMSIN)
    await changes.correct_address(conn, person_id, NEW, now)
    [mail] = await office.settle()
    assert (str(mail["To"]), str(mail["Subject"])) == (TAMSIN, "Your address for signing in was changed")
    text = mail.get_body(("plain",))
    assert text is not None
    assert "please tell us soon: reply, and a person looks at it with you." in " ".join(text.get_content().split())
    assert NEW not in mail.as_string()
    [delivery] = await office.deliveries()
    assert (delivery.kind, delivery.state, delivery.recipient) == ("address_changed", "sent", TAMSIN)


async def test_who_is_told_by_a_calendar_is_not_told_twice(office: Office, conn: Connection, now: datetime) -> None:
    row = await make.registered(conn, (await make.convening(conn, now)).id, now=now)
    await office.settle()
    await changes.correct_address(conn, row.person_id, NEW, office.later(minutes=1))
    mails = {mail["To"].addresses[0].addr_spec: kind(mail) for mail in await office.settle()}
    assert mails == {row.email: "CANCEL", NEW: "REQUEST"}
    assert {one.kind for one in await office.deliveries()} == {"invite", "address_moved"}


async def test_who_only_waits_or_has_left_is_told(office: Office, conn: Connection, now: datetime) -> None:
    full = await make.convening(conn, now, capacity=1)
    left, waits = [await make.registered(conn, full.id, n, now=now) for n in (1, 2)]
    await office.settle()
    gone = await make.registered(conn, (await make.convening(conn, now)).id, 3, now=now)
    await office.settle()
    await actions.withdraw(conn, gone.id, now)
    await office.settle()
    for row, new in ((waits, "waits@cedar-harbor.example"), (gone, "gone@cedar-harbor.example")):
        await changes.correct_address(conn, row.person_id, new, office.later(minutes=1))
        told = {mail["To"].addresses[0].addr_spec: str(mail["Subject"]) for mail in await office.settle()}
        assert told[row.email] == "Your address for signing in was changed"
    assert left.email not in told
