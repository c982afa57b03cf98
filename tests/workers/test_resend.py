"""What workers make of an organizer's wish: a copy goes once, a decision is followed, a test reaches its asker alone."""

from datetime import datetime
from email.message import EmailMessage
from uuid import UUID

from benchmarks.smtp_faults import DROP
from emails.samples import SAMPLES
from service import db, events
from service.convenings.rules import Patch
from service.db import Connection
from service.deliveries import deciding, queries
from service.deliveries.queries import DeliveryRow
from service.events import TestMailAsked
from service.registrations import actions
from tests import make
from tests.access.conftest import TAMSIN, person
from tests.emails.rules import findings
from tests.workers.conftest import Office, ics, kind

REFUSE = "550 5.7.1 Not today"


def plain(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


async def _dead_invite(office: Office, conn: Connection, now: datetime) -> DeliveryRow:
    """An invite that the server refused, though today it would not."""
    office.catcher.faults = lambda stage, _: REFUSE if stage == "rcpt" else ""
    convening = await make.convening(conn, now)
    await make.registered(conn, convening.id, 1, now=now)
    assert await office.settle() == []
    office.catcher.faults = lambda _stage, _: ""
    [dead] = await office.deliveries()
    assert (dead.kind, dead.state, dead.response) == ("invite", "dead", REFUSE)
    return dead


async def test_a_dead_invite_that_is_sent_again_goes_once_as_the_same_revision(
    office: Office, conn: Connection, now: datetime
) -> None:
    dead = await _dead_invite(office, conn, now)
    await deciding.repeat(conn, dead.id, office.later(hours=1))

    [mail] = await office.settle()

    _, copy = await office.deliveries()
    assert (kind(mail), ics(mail)["SEQUENCE"]) == ("REQUEST", "0")
    assert mail["Message-ID"] == f"<{copy.message_id}>"
    assert (copy.state, copy.recipient, copy.message_id == dead.message_id) == ("sent", dead.recipient, False)
    await db.run(conn, "update event set handled_at = null where kind = 'delivery_repeated'")
    assert await office.settle() == []
    assert len(await office.deliveries()) == 2


async def test_an_update_that_is_still_to_come_makes_the_copy_needless(
    office: Office, conn: Connection, now: datetime
) -> None:
    dead = await _dead_invite(office, conn, now)
    await deciding.repeat(conn, dead.id, office.later(seconds=1))
    await office.react()
    assert dead.convening_id is not None
    await actions.change_convening(conn, dead.convening_id, Patch(title="Other"), office.later(seconds=1))

    [mail] = await office.settle()

    assert (ics(mail)["SUMMARY"], ics(mail)["SEQUENCE"]) == ("Other", "1")
    assert sorted(one.state for one in await office.deliveries()) == ["cancelled", "dead", "sent"]


async def test_a_copy_is_not_sent_to_somebody_who_gave_the_seat_back_meanwhile(
    office: Office, conn: Connection, now: datetime
) -> None:
    dead = await _dead_invite(office, conn, now)
    await deciding.repeat(conn, dead.id, office.later(seconds=1))
    await actions.withdraw(conn, dead.subject_id, office.later(seconds=1))
    assert [kind(mail) for mail in await office.settle()] == [""]


async def _in_doubt(office: Office, conn: Connection, now: datetime) -> DeliveryRow:
    """A place on the list of which nobody knows whether the person was told."""
    office.catcher.faults = lambda stage, _: DROP if stage == "data" else ""
    convening = await make.convening(conn, now, capacity=0)
    await make.registered(conn, convening.id, 1, now=now)
    await office.settle()
    office.catcher.faults = lambda _stage, _: ""
    [doubtful] = await office.deliveries()
    assert (doubtful.kind, doubtful.state) == ("waitlisted", "unknown")
    return doubtful


async def test_a_mail_in_doubt_goes_once_more_under_its_own_message_id_when_somebody_says_so(
    office: Office, conn: Connection, now: datetime
) -> None:
    doubtful = await _in_doubt(office, conn, now)
    assert await office.settle() == []
    await deciding.decide(conn, doubtful.id, "again", office.later(days=6))

    [mail] = await office.settle()

    [row] = await office.deliveries()
    assert mail["Message-ID"] == f"<{doubtful.message_id}>"
    assert (row.id, row.state, row.attempts) == (doubtful.id, "sent", 2)
    assert await office.settle() == []


async def test_a_second_silence_is_a_doubt_again(office: Office, conn: Connection, now: datetime) -> None:
    doubtful = await _in_doubt(office, conn, now)
    office.catcher.faults = lambda stage, _: DROP if stage == "data" else ""
    await deciding.decide(conn, doubtful.id, "again", office.later(minutes=1))
    await office.settle()
    assert [(one.state, one.attempts) for one in await office.deliveries()] == [("unknown", 2)]


async def test_what_arrived_by_a_persons_word_or_is_let_rest_is_never_sent(
    office: Office, conn: Connection, now: datetime
) -> None:
    for decision, becomes in (("arrived", "sent"), ("rest", "cancelled")):
        await db.run(conn, "delete from delivery")
        await db.run(conn, "delete from registration")
        doubtful = await _in_doubt(office, conn, now)
        await deciding.decide(conn, doubtful.id, decision, office.later(hours=1))
        assert await office.settle() == []
        assert [one.state for one in await office.deliveries()] == [becomes]


async def _tests(office: Office, conn: Connection, me: UUID, *samples: str) -> list[EmailMessage]:
    await events.record(conn, office.moment, [TestMailAsked(me, one) for one in samples])
    return await office.settle()


async def test_a_test_goes_once_to_its_asker_and_says_that_it_is_one(
    office: Office, conn: Connection, now: datetime
) -> None:
    me = await person(conn, now, "Tamsin Birchwell", TAMSIN)
    [mail] = await _tests(office, conn, me, "waitlisted")
    assert mail["Subject"].startswith("Test: ")
    assert [(one.addr_spec, one.display_name) for one in mail["To"].addresses] == [(TAMSIN, "Tamsin Birchwell")]
    [row] = await office.deliveries()
    assert (row.kind, row.state, row.convening_id) == ("waitlisted", "sent", None)
    assert await db.one(conn, bool, "select is_test from delivery")
    await db.run(conn, "update event set handled_at = null")
    assert await office.settle() == []


async def test_every_sample_can_be_tried_out_and_keeps_the_rules_of_mail(
    office: Office, conn: Connection, now: datetime
) -> None:
    me = await person(conn, now, "Tamsin Birchwell", TAMSIN)
    await _tests(office, conn, me, *(name for name, _ in SAMPLES))
    caught = office.caught(len(SAMPLES))
    assert len(caught) == len(SAMPLES)
    for found, raw in caught:
        assert findings(raw, envelope_from=found.envelope_from, envelope_to=TAMSIN) == []
        assert found.subject.startswith("Test: ")


async def test_calendar_entries_of_tests_are_nobodys_and_each_ones_own(
    office: Office, conn: Connection, now: datetime
) -> None:
    me = await person(conn, now, "Tamsin Birchwell", TAMSIN)
    mails = await _tests(office, conn, me, "invite", "invite", "cancelled")
    entries = [(kind(mail), ics(mail)["UID"]) for mail in mails]
    assert sorted(method for method, _ in entries) == ["CANCEL", "REQUEST", "REQUEST"]
    assert len({uid for _, uid in entries}) == 3
    assert all(uid.startswith("test-") for _, uid in entries)
    assert await db.one(conn, int, "select count(*) from delivery where calendar_uid is not null") == 0


async def test_links_and_codes_of_a_test_open_nothing(office: Office, conn: Connection, now: datetime) -> None:
    me = await person(conn, now, "Tamsin Birchwell", TAMSIN)
    mails = await _tests(office, conn, me, "sign in", "waitlisted", "confirm address, seat kept")
    assert len(mails) == 3
    for mail in mails:
        text = plain(mail)
        assert f"{office.settings.public_url}/office/previews" in text
        assert not any(path in text for path in ("/r/", "/confirm/", "/i/", "/sign-in/link/"))
    assert "000000" in "".join(plain(mail) for mail in mails)


async def test_a_name_cannot_add_a_header_or_a_recipient_to_a_test(office: Office, conn: Connection, now: datetime) -> None:
    hostile = 'Eve"\r\nBcc: victim@x.example\r\n\r\n<script>alert(1)</script>, <victim@x.example>'
    me = await person(conn, now, hostile, TAMSIN)
    [mail] = await _tests(office, conn, me, "invite")
    [(found, raw)] = office.caught(1)
    assert found.recipients == (TAMSIN,)
    assert (mail["Bcc"], len(mail["To"].addresses), mail["To"].addresses[0].addr_spec) == (None, 1, TAMSIN)
    assert findings(raw, envelope_from=found.envelope_from, envelope_to=TAMSIN) == []


async def test_a_test_to_a_stopped_address_or_of_no_sample_is_not_sent(
    office: Office, conn: Connection, now: datetime
) -> None:
    me = await person(conn, now, "Tamsin Birchwell", TAMSIN)
    assert await _tests(office, conn, me, "no such sample") == []
    await db.run(conn, "insert into suppression values ($1, 'asked us', $2)", TAMSIN, now)
    assert await _tests(office, conn, me, "waitlisted") == []
    assert [(one.state, one.error) for one in await office.deliveries()] == [("dead", "we no longer write to this address")]
    asked = await db.one(conn, UUID, "select event_id from delivery")
    assert not await queries.is_owed(conn, me, "waitlisted", TAMSIN, asked)
