"""A real client in the loop: Thunderbird opens what we sent, a person presses its buttons, and the registration follows."""

from collections.abc import AsyncGenerator

import pytest

from service.exchange.letters import Own
from service.exchange.reading import read
from tests.loop import thunderbird
from tests.loop.thunderbird import Thunderbird
from tests.loop.world import BORDER, BOUNCES, INVITES, World

pytestmark = pytest.mark.client

MEMBER = "priya.member@cedar-harbor.example"


@pytest.fixture(scope="module")
async def bird(world: World, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Thunderbird]:
    if not thunderbird.is_here():
        pytest.skip(thunderbird.NOT_HERE)
    async with thunderbird.running(tmp_path_factory.mktemp("bird"), "Priya Nakamura", MEMBER, world.submission) as running:
        yield running


async def test_a_yes_is_noted_and_a_seat_given_back_leaves_the_calendar(world: World, bird: Thunderbird) -> None:
    registration_id = await world.registered(MEMBER)
    [invitation] = await world.mails(MEMBER)
    assert {"imipAcceptButton", "imipDeclineButton"} <= set(await bird.show(invitation))
    await bird.press("imipAcceptButton")
    came = await world.judged(lambda one: one["registration_id"] == registration_id)
    letter = read(await world.raw(came), "member@cedar-harbor.example", INVITES, Own(INVITES, BOUNCES, BORDER))
    assert letter.answer is not None
    assert (letter.answer.attendee, letter.answer.partstat, letter.is_authentic) == (MEMBER, "ACCEPTED", True)
    assert (came["kind"], came["outcome"], came["partstat"]) == ("reply", "noted", "ACCEPTED")
    assert await world.state(registration_id) == "confirmed"
    [entry] = await bird.calendar()
    assert "PARTSTAT=ACCEPTED" in entry.replace("\r\n ", "")

    await world.post(f"/registrations/{registration_id}/withdrawal")
    _, taken_back = await world.mails(MEMBER, 2)
    assert "imipDeleteButton" in await bird.show(taken_back)
    await bird.press("imipDeleteButton")
    assert await bird.calendar() == []


async def test_a_no_gives_the_seat_back(world: World, bird: Thunderbird) -> None:
    before = len(await world.mails(MEMBER, 0))
    registration_id = await world.registered(MEMBER)
    invitation = (await world.mails(MEMBER, before + 1))[-1]
    await bird.show(invitation)
    await bird.press("imipDeclineButton")
    came = await world.judged(lambda one: one["registration_id"] == registration_id)
    assert (came["kind"], came["outcome"], came["partstat"]) == ("reply", "applied", "DECLINED")
    assert await world.state(registration_id) == "withdrawn"
