"""A calendar answers about a conversation: whatever it says, no registration is touched by it."""

from datetime import datetime, timedelta
from email.message import EmailMessage

import pytest

from service.db import Connection
from tests.coaching.conftest import ANA, COACH, House, booked, offered, states
from tests.exchange.answers import Calendar
from tests.workers.conftest import Office, ics, kind


class Two:
    """The calendars of both."""

    def __init__(self, office: Office, conn: Connection, house: House, mails: list[EmailMessage]) -> None:
        self.office, self.conn, self.house = office, conn, house
        self.member, self.coach = (Calendar(office, conn, house.ana, _of(mails, one)) for one in (ANA, COACH))
        self.coach.address = COACH

    async def stands(self) -> tuple[object, list[tuple[str, str | None]]]:
        """The state of the registration, and of the conversation."""
        return (await self.member.row()).state, await states(self.conn)


def _of(mails: list[EmailMessage], address: str) -> EmailMessage:
    return next(one for one in mails if address in str(one["To"]) and kind(one))


@pytest.fixture
async def two(conn: Connection, office: Office, house: House, now: datetime) -> Two:
    await office.settle()
    [first, _] = await offered(conn, house, now)
    await booked(conn, first, house.ana, now)
    return Two(office, conn, house, await office.settle())


KEPT = ("confirmed", [("booked", None)])
GONE = ("confirmed", [("cancelled", "calendar")])


async def test_a_proven_no_of_the_member_cancels_the_conversation_and_leaves_the_seat(two: Two) -> None:
    judged = await two.member.says("DECLINED", more="COMMENT:Our bus leaves early.")
    assert (judged.outcome, judged.registration_id, await two.stands()) == ("applied", None, GONE)
    mails = await two.office.settle()
    assert sorted(kind(one) for one in mails) == ["CANCEL", "CANCEL"]
    [to_coach] = [one for one in mails if COACH in str(one["To"])]
    assert "Our bus leaves early." in to_coach.get_body(("plain",)).get_content()  # pyright: ignore[reportOptionalMemberAccess]
    assert (await two.member.says("DECLINED")).outcome == "ignored"


@pytest.mark.parametrize("how", [{"proven": False}, {"sender": "other@cedar-harbor.example"}, {"attendee": COACH}])
async def test_a_doubtful_no_asks_the_member_and_changes_nothing(two: Two, how: dict[str, object]) -> None:
    judged = await two.member.says("DECLINED", **how)
    assert (judged.outcome, judged.registration_id, await two.stands()) == ("asked", None, KEPT)
    [asked] = await two.office.settle()
    assert (ANA in str(asked["To"]), str(asked["Subject"])) == (
        True,
        "Did you mean to decline? You and Marisela Quillfeather",
    )
    assert (await two.member.says("DECLINED", **how, stamp=two.member.later(minutes=1))).outcome == "ignored"


async def test_a_coach_who_declines_in_a_calendar_is_asked_to_cancel_with_a_word(two: Two) -> None:
    assert ((await two.coach.says("DECLINED")).outcome, await two.stands()) == ("asked", KEPT)
    [asked] = await two.office.settle()
    assert COACH in str(asked["To"])


async def test_a_yes_is_noted_and_goes_out_with_the_next_revision(two: Two, conn: Connection) -> None:
    assert ((await two.member.says("ACCEPTED")).outcome, await two.member.partstat()) == ("noted", "ACCEPTED")
    assert await two.stands() == KEPT


async def test_what_a_member_writes_with_a_yes_is_read_by_an_organizer(two: Two) -> None:
    judged = await two.member.says("ACCEPTED", more="COMMENT:May my principal join us?")
    assert (judged.outcome, await two.member.partstat(), await two.stands()) == ("told", "ACCEPTED", KEPT)


async def test_another_time_that_a_calendar_proposes_is_told_and_three_times_a_day_at_most(two: Two) -> None:
    found = []
    for minute in range(4):
        stamp = two.member.later(minutes=minute + 1)
        more = f"DTSTART:2027031{minute}T200000Z"
        found.append((await two.member.says("TENTATIVE", method="COUNTER", stamp=stamp, more=more)).outcome)
    assert (found, await two.stands()) == (["told", "told", "told", "ignored"], KEPT)


async def test_a_calendar_that_asks_again_gets_the_same_entry_again_once_a_day(two: Two) -> None:
    assert (await two.member.says("ACCEPTED", method="REFRESH")).outcome == "applied"
    [again] = await two.office.settle()
    assert (kind(again), ics(again)["UID"]) == ("REQUEST", two.member.uid)
    two.office.moment += timedelta(hours=1)
    assert (await two.member.says("ACCEPTED", method="REFRESH", stamp=two.office.moment)).outcome == "ignored"


async def test_feeds_of_both_have_the_conversation_and_the_file_of_the_registration_has_not(
    two: Two, conn: Connection, house: House
) -> None:
    from service.exchange import feed_queries

    of_member = await feed_queries.conversations(conn, house.ana.person_id, None)
    of_registration = await feed_queries.conversations(conn, house.ana.person_id, house.ana.id)
    of_coach = await feed_queries.conversations(conn, house.coach, None)
    uids = [[one.uid for one in found] for found in (of_member, of_registration, of_coach)]
    assert uids == [[two.member.uid], [two.member.uid], [two.coach.uid]]
    assert two.member.uid not in [one.uid for one in await feed_queries.entries(conn, house.ana.person_id, house.ana.id)]
    assert await feed_queries.conversations(conn, house.ben.person_id, None) == []
