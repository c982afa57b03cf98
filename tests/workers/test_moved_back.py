"""Calendars and reminders say what is so, whatever was corrected, moved or ended while they waited."""

from datetime import datetime, timedelta

from service import db
from service.convenings import actions as convening_actions
from service.convenings.queries import ConveningRow
from service.convenings.rules import Patch
from service.db import Connection
from service.deliveries import writes
from service.registrations import actions, changes
from service.registrations import writes as registration_writes
from service.registrations.queries import RegistrationRow
from service.registrations.rules import Change
from tests import make
from tests.workers.conftest import Office, ics, kind

B = "right@cedar-harbor.example"


async def seated(office: Office, conn: Connection, now: datetime) -> tuple[ConveningRow, RegistrationRow]:
    """Somebody has a seat, and the invite."""
    convening = await make.convening(conn, now)
    one = await make.registered(conn, convening.id, 1, now=now)
    await office.settle()
    return convening, one


def a_month_later(convening: ConveningRow) -> Patch:
    month = timedelta(days=30)
    return Patch(starts_at=convening.starts_at + month, ends_at=convening.ends_at + month)


async def test_an_address_that_is_corrected_and_corrected_back_has_an_entry_again_that_follows(
    office: Office, conn: Connection, now: datetime
) -> None:
    convening, one = await seated(office, conn, now)
    [first] = office.mails(1)
    for address in (B, one.email):
        await changes.change(conn, one.id, Change(email=address), office.later(minutes=1))
        mails = {mail["To"].addresses[0].addr_spec: mail for mail in await office.settle() if kind(mail) == "REQUEST"}
        assert set(mails) == {address}
    assert ics(mails[one.email])["UID"] != ics(first)["UID"]
    await actions.change_convening(conn, convening.id, Patch(title="Other"), office.later(minutes=1))
    await office.react()
    office.later(minutes=6)
    [changed] = await office.settle()
    assert (changed["To"].addresses[0].addr_spec, ics(changed)["SUMMARY"]) == (one.email, "Other")


async def test_an_offer_at_an_address_that_came_back_has_a_link_that_works(
    office: Office, conn: Connection, now: datetime
) -> None:
    convening = await make.convening(conn, now, capacity=0)
    one = await make.registered(conn, convening.id, 1, now=now)
    await office.settle()
    await actions.change_convening(conn, convening.id, Patch(capacity=1), office.later(minutes=1))
    assert len(await office.settle()) == 1
    for address in (B, one.email):
        await changes.change(conn, one.id, Change(email=address), office.later(minutes=1))
        assert [mail["To"].addresses[0].addr_spec for mail in await office.settle()] == [address]


async def test_a_reminder_that_waited_while_the_convening_was_moved_says_no_old_day(
    office: Office, conn: Connection, now: datetime
) -> None:
    convening, _ = await seated(office, conn, now)
    office.moment = convening.starts_at - timedelta(days=1)
    await office.schedule.tick(office.moment)
    await office.react()
    await actions.change_convening(conn, convening.id, a_month_later(convening), office.later(minutes=1))
    await office.react()
    office.later(minutes=6)
    assert [kind(mail) for mail in await office.settle()] == ["REQUEST"]
    states = [(one.kind, one.state) for one in await office.deliveries() if one.kind == "reminder"]
    assert states == [("reminder", "cancelled")]


async def test_a_reminder_of_a_day_that_was_moved_before_it_reached_anybody_is_not_owed(
    office: Office, conn: Connection, now: datetime
) -> None:
    convening, _ = await seated(office, conn, now)
    office.moment = convening.starts_at - timedelta(days=1)
    await office.schedule.tick(office.moment)
    await actions.change_convening(conn, convening.id, a_month_later(convening), office.moment)
    await office.react()
    assert "reminder" not in {one.kind for one in await office.deliveries()}


async def test_an_entry_whose_mail_came_back_later_is_cancelled_as_an_entry(
    office: Office, conn: Connection, now: datetime
) -> None:
    """A copy that was forwarded came back; the calendar that has the entry is another."""
    _, one = await seated(office, conn, now)
    [invite] = await office.deliveries()
    await writes.came_back(conn, invite.id, "550 5.7.26 not accepted from where it was forwarded")
    await actions.withdraw(conn, one.id, office.later(minutes=1))
    assert [kind(mail) for mail in await office.settle()] == ["CANCEL"]


async def test_who_is_no_longer_registered_when_a_cancellation_reaches_them_still_has_the_entry_taken_out(
    office: Office, conn: Connection, now: datetime
) -> None:
    """As merging two entries does with the worse of two registrations."""
    convening, one = await seated(office, conn, now)
    await convening_actions.cancel(conn, convening.id, office.later(minutes=1))
    await office.relay.react_once()
    async with db.transaction(office.pool) as own:
        await registration_writes.end(own, [one.id], "withdrawn", office.moment)
    assert [kind(mail) for mail in await office.settle()] == ["CANCEL"]
