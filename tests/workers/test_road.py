"""The main road: what people do becomes the right mail, once."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from service import db
from service.convenings import actions as convenings
from service.convenings import queries as convening_queries
from service.convenings.rules import Patch, VenuePatch
from service.db import Connection
from service.registrations import actions, changes
from service.registrations.rules import Change
from tests import make
from tests.workers.conftest import Office, ics, kind


async def test_a_confirmed_registration_becomes_one_invite(office: Office, conn: Connection, now: datetime) -> None:
    convening = await make.convening(conn, now)
    registered = await make.registered(conn, convening.id, 1, now=now)

    [mail] = await office.settle()
    again = await office.settle()

    assert (mail["To"].addresses[0].addr_spec, kind(mail), again) == (registered.email, "REQUEST", [])
    assert ics(mail)["SEQUENCE"] == "0"
    [delivery] = await office.deliveries()
    assert (delivery.kind, delivery.state, delivery.attempts, delivery.response) == (
        "invite",
        "sent",
        1,
        delivery.response,
    )
    assert delivery.response is not None
    assert delivery.response.startswith("250 ")
    assert mail["Message-ID"] == f"<{delivery.message_id}>"


async def test_the_public_form_asks_first_and_the_confirmed_address_gets_the_invite(
    office: Office, conn: Connection, now: datetime
) -> None:
    convening = await make.convening(conn, now)
    await make.stranger(conn, convening.id, make.request(1), now=now)
    [asked] = await office.settle()
    [held] = await db.many(conn, str, "select id::text from registration")

    await actions.confirm(conn, db.UUID(held), now)
    [invite] = await office.settle()

    assert (kind(asked), kind(invite)) == ("", "REQUEST")
    text = asked.get_body(("plain",))
    assert text is not None
    assert f"{office.settings.public_url}/confirm/" in text.get_content()
    assert "/r/" not in text.get_content()


async def test_a_repeated_form_sends_the_page_of_the_registration_that_is_there(
    office: Office, conn: Connection, now: datetime
) -> None:
    convening = await make.convening(conn, now)
    await make.registered(conn, convening.id, 1, now=now)
    await office.settle()

    await make.stranger(conn, convening.id, make.request(1), now=now)
    [mail] = await office.settle()

    text = mail.get_body(("plain",))
    assert text is not None
    assert kind(mail) == ""
    assert f"{office.settings.public_url}/r/" in text.get_content()


async def test_those_who_wait_are_told_their_position_and_offered_a_freed_seat(
    office: Office, conn: Connection, now: datetime
) -> None:
    convening = await make.convening(conn, now, capacity=1)
    first = await make.registered(conn, convening.id, 1, now=now)
    second = await make.registered(conn, convening.id, 2, now=now)
    await office.settle()

    await actions.withdraw(conn, first.id, office.later(hours=1))
    mails = await office.settle()
    await actions.accept(conn, second.id, office.later(hours=1))
    [invite] = await office.settle()

    assert sorted((mail["To"].addresses[0].addr_spec, kind(mail)) for mail in mails) == sorted(
        [(first.email, "CANCEL"), (second.email, "")]
    )
    assert kind(invite) == "REQUEST"
    kinds = [(delivery.kind, delivery.recipient) for delivery in await office.deliveries()]
    assert sorted(kinds) == sorted(
        [
            ("invite", first.email),
            ("waitlisted", second.email),
            ("withdrawn", first.email),
            ("offer", second.email),
            ("invite", second.email),
        ]
    )


async def test_an_offer_that_runs_out_is_told_and_goes_to_the_next(office: Office, conn: Connection, now: datetime) -> None:
    convening = await make.convening(conn, now, capacity=1)
    first = await make.registered(conn, convening.id, 1, now=now)
    second = await make.registered(conn, convening.id, 2, now=now)
    third = await make.registered(conn, convening.id, 3, now=now)
    await actions.withdraw(conn, first.id, now)
    await office.settle()

    office.later(hours=48, seconds=1)
    await office.tick()

    kinds = [(delivery.kind, delivery.recipient) for delivery in await office.deliveries()]
    assert ("offer_expired", second.email) in kinds
    assert ("offer", third.email) in kinds


async def test_a_cancel_carries_the_entry_s_uid_and_a_higher_sequence(
    office: Office, conn: Connection, now: datetime
) -> None:
    convening = await make.convening(conn, now)
    registered = await make.registered(conn, convening.id, 1, now=now)
    [invite] = await office.settle()
    await actions.withdraw(conn, registered.id, office.later(minutes=1))
    [cancel] = await office.settle()

    assert ics(cancel)["UID"] == ics(invite)["UID"]
    assert (ics(cancel)["SEQUENCE"], ics(cancel)["STATUS"]) == ("1", "CANCELLED")
    assert cancel["In-Reply-To"] == invite["Message-ID"]


async def test_registering_again_after_withdrawing_makes_a_new_uid(office: Office, conn: Connection, now: datetime) -> None:
    convening = await make.convening(conn, now)
    registered = await make.registered(conn, convening.id, 1, now=now)
    [first] = await office.settle()
    await actions.withdraw(conn, registered.id, now)
    await office.settle()
    await make.registered(conn, convening.id, 1, now=now)
    [second] = await office.settle()

    assert kind(second) == "REQUEST"
    assert ics(second)["UID"] != ics(first)["UID"]


async def test_two_changes_within_five_minutes_become_one_update(office: Office, conn: Connection, now: datetime) -> None:
    convening = await make.convening(conn, now)
    await make.registered(conn, convening.id, 1, now=now)
    [invite] = await office.settle()

    await actions.change_convening(conn, convening.id, Patch(title="Listening First"), office.later(minutes=10))
    assert await office.settle() == []
    moved = convening.starts_at + timedelta(minutes=30)
    await actions.change_convening(conn, convening.id, Patch(starts_at=moved), office.later(minutes=4))
    assert await office.settle() == []
    office.later(minutes=4)
    assert await office.settle() == []
    office.later(minutes=1, seconds=1)
    [update] = await office.settle()

    assert kind(update) == "REQUEST"
    assert ics(update)["UID"] == ics(invite)["UID"]
    assert int(ics(update)["SEQUENCE"]) > int(ics(invite)["SEQUENCE"])
    text = update.get_body(("plain",))
    assert text is not None
    assert "Fall Convening" in text.get_content()
    assert "Listening First" in text.get_content()
    local = moved.astimezone(ZoneInfo("America/New_York"))
    assert ics(update)["DTSTART"] == local.strftime("%Y%m%dT%H%M%S")


async def test_a_change_that_is_undone_within_five_minutes_sends_nothing(
    office: Office, conn: Connection, now: datetime
) -> None:
    convening = await make.convening(conn, now)
    await make.registered(conn, convening.id, 1, now=now)
    await office.settle()

    await actions.change_convening(conn, convening.id, Patch(title="Other"), office.later(minutes=1))
    await office.settle()
    await actions.change_convening(conn, convening.id, Patch(title=convening.title), office.later(minutes=1))
    await office.settle()
    office.later(minutes=10)

    assert await office.settle() == []


async def test_what_no_calendar_cares_about_sends_nothing(office: Office, conn: Connection, now: datetime) -> None:
    convening = await make.convening(conn, now)
    await make.registered(conn, convening.id, 1, now=now)
    await office.settle()

    patch = Patch(summary="Another text.", capacity=60, registration_closes_at=convening.starts_at)
    await actions.change_convening(conn, convening.id, patch, office.later(minutes=1))
    await office.settle()
    office.later(minutes=10)

    assert await office.settle() == []


async def test_a_change_while_the_invite_is_still_owed_becomes_the_invite(
    office: Office, conn: Connection, now: datetime
) -> None:
    convening = await make.convening(conn, now)
    await make.registered(conn, convening.id, 1, now=now)
    await office.react()
    place = VenuePatch("Lantern Hall", "200 Sample Street NW")
    await actions.change_convening(conn, convening.id, Patch(venue=place), office.later(seconds=1))

    [invite] = await office.settle()
    office.later(minutes=10)

    assert "Lantern Hall" in ics(invite)["LOCATION"]
    assert await office.settle() == []
    states = {delivery.state for delivery in await office.deliveries()}
    assert states == {"sent", "cancelled"}


async def test_a_withdrawal_before_the_invite_left_sends_a_plain_notice_only(
    office: Office, conn: Connection, now: datetime
) -> None:
    convening = await make.convening(conn, now)
    registered = await make.registered(conn, convening.id, 1, now=now)
    await office.react()
    await actions.withdraw(conn, registered.id, office.later(seconds=1))

    [notice] = await office.settle()

    assert kind(notice) == ""
    assert [delivery.kind for delivery in await office.deliveries() if delivery.state == "sent"] == ["withdrawn"]


async def test_a_cancelled_convening_tells_each_person_once(office: Office, conn: Connection, now: datetime) -> None:
    convening = await make.convening(conn, now, capacity=2)
    await make.crowd(conn, convening.id, [1, 2, 3], now=now)
    await office.settle()

    await convenings.cancel(conn, convening.id, office.later(minutes=1))
    mails = await office.settle()

    assert sorted(kind(mail) for mail in mails) == ["", "CANCEL", "CANCEL"]
    assert {delivery.kind for delivery in await office.deliveries()} == {"invite", "waitlisted", "cancelled"}


async def test_a_corrected_address_gets_the_invite_and_the_old_one_a_cancel(
    office: Office, conn: Connection, now: datetime
) -> None:
    convening = await make.convening(conn, now)
    registered = await make.registered(conn, convening.id, 1, now=now)
    [first] = await office.settle()

    await changes.change(conn, registered.id, Change(email="right@cedar-harbor.example"), office.later(minutes=1))
    mails = {mail["To"].addresses[0].addr_spec: mail for mail in await office.settle()}

    assert set(mails) == {registered.email, "right@cedar-harbor.example"}
    assert (kind(mails[registered.email]), ics(mails[registered.email])["UID"]) == ("CANCEL", ics(first)["UID"])
    new = mails["right@cedar-harbor.example"]
    assert (kind(new), ics(new)["UID"] == ics(first)["UID"]) == ("REQUEST", False)
    old = mails[registered.email].as_string()
    assert "right@" not in old
    assert "/r/" not in old


async def test_another_choice_of_sessions_updates_the_entry(office: Office, conn: Connection, now: datetime) -> None:
    sessions = [make.session_draft(now, 1), make.session_draft(now, 3, title="Budgets with an equity lens")]
    convening = await make.convening(conn, now, sessions=sessions)
    registered = await make.registered(conn, convening.id, 1, now=now)
    await office.settle()
    _, second = await make.session_ids(conn, convening.id)

    await changes.change(conn, registered.id, Change(sessions=[second]), office.later(minutes=1))
    await office.settle()
    office.later(minutes=5, seconds=1)
    [update] = await office.settle()

    assert "Budgets with an equity lens" in ics(update)["DESCRIPTION"]


async def test_a_held_place_that_is_given_back_writes_to_nobody(office: Office, conn: Connection, now: datetime) -> None:
    convening = await make.convening(conn, now)
    await make.stranger(conn, convening.id, make.request(1), now=now)
    await office.settle()
    office.later(minutes=31)

    assert await office.tick() == []
    assert (await convening_queries.convening(conn, convening.id)).taken == 0


async def test_reminders_go_once_at_nine_in_the_convening_s_zone(office: Office, conn: Connection, now: datetime) -> None:
    zone = ZoneInfo("America/New_York")
    starts = datetime(2027, 3, 15, 8, 30, tzinfo=zone)  # the clocks change on March 14
    convening = await make.convening(conn, now, starts_at=starts, ends_at=starts + timedelta(days=1))
    await make.registered(conn, convening.id, 1, now=now)
    await office.settle()

    office.moment = datetime(2027, 3, 8, 8, 59, 59, tzinfo=zone)
    assert await office.tick() == []
    office.later(seconds=1)
    late = await make.registered(conn, convening.id, 2, now=office.later(seconds=1))
    week = await office.tick()
    office.moment = datetime(2027, 3, 14, 8, 59, 59, tzinfo=zone)
    before = await office.tick()
    office.later(seconds=1)
    day = await office.tick()
    again = await office.tick()

    assert [mail["Subject"] for mail in week if mail["To"].addresses[0].addr_spec != late.email] != []
    reminders = [delivery for delivery in await office.deliveries() if delivery.kind == "reminder"]
    assert len(reminders) == 3  # one after seven days' notice, two the day before
    assert (before, len(day), again) == ([], 2, [])


async def test_a_reminder_that_is_stale_is_never_sent(office: Office, conn: Connection, now: datetime) -> None:
    convening = await make.convening(conn, now)
    await make.registered(conn, convening.id, 1, now=now)
    await office.settle()
    office.moment = convening.starts_at - timedelta(days=1)
    await office.schedule.tick(office.moment)
    await office.react()
    office.moment = convening.starts_at + timedelta(minutes=1)

    assert await office.settle() == []
    states = [delivery.state for delivery in await office.deliveries() if delivery.kind == "reminder"]
    assert states == ["expired"]


def test_payloads_of_events_carry_ids_only() -> None:
    from service.events import AnyEvent

    schema = msgspec.json.schema(AnyEvent)
    fields = {name for one in schema["$defs"].values() for name in one["properties"]}
    ids = {"convening_id", "registration_id", "invitation_id", "sign_in_id", "delivery_id", "person_id"}
    ids |= {"panel_id", "signup_id", "consent_id", "code_id", "school_id", "glass_break_id"}
    ids |= {"former_address_id", "scan_id", "certificate_id", "survey_id", "webhook_id"}
    ids |= {"booking_id", "coach_id", "gained", "lost", "bulk_message_id", "release_id"}
    assert fields == ids | {"kind", "days", "due_at", "reminding", "sample", "number"}, (
        "a sample's name is a word of our own"
    )
