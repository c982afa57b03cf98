"""What comes in from the address that went is still understood as theirs."""

from collections.abc import AsyncGenerator
from datetime import datetime
from uuid import UUID

import pytest

from service.db import Connection
from service.registrations import queries
from tests import make
from tests.exchange.answers import Calendar
from tests.merging.conftest import FORMER, KEPT, Two, merged
from tests.workers.conftest import Office, kind
from tests.workers.conftest import office as post

__all__ = ["post"]


@pytest.fixture
async def calendar(post: Office, conn: Connection, two: Two, tamsin: UUID, now: datetime) -> AsyncGenerator[Calendar]:
    """Of the one who went: invited there, and merged since."""
    convening = await make.convening(conn, now)
    row = await make.registered(conn, convening.id, 3, now=now, name="Wren Okonkwo", email=FORMER)
    [invite] = await post.settle()
    found = Calendar(post, conn, row, invite)
    await merged(conn, two, tamsin, now)
    yield found
    await found.inbox.reader.end()


async def test_a_no_to_the_entry_that_was_sent_there_before_gives_the_seat_back(
    calendar: Calendar, post: Office, conn: Connection
) -> None:
    done = await calendar.says("DECLINED", sender=FORMER)
    assert (done.outcome, done.registration_id) == ("applied", calendar.id)
    assert (await queries.registration(conn, calendar.id)).state == "withdrawn"


async def test_an_answer_from_there_to_the_entry_at_the_kept_address_counts_and_a_strangers_does_not(
    calendar: Calendar, post: Office, conn: Connection
) -> None:
    invite = next(mail for mail in await post.settle() if kind(mail) == "REQUEST")
    newer = Calendar(post, conn, await queries.registration(conn, calendar.id), invite)
    stranger = await newer.says("ACCEPTED", sender="somebody@else.example")
    told = await newer.says("ACCEPTED", sender=FORMER)
    await newer.inbox.reader.end()
    assert newer.address == KEPT
    assert (stranger.outcome, told.outcome, await newer.partstat()) == ("told", "noted", "ACCEPTED")
