"""What the overview is told of each convening's mail."""

from datetime import datetime, timedelta

from service import events
from service.convenings.queries import ConveningRow
from service.db import Connection
from service.deliveries import office_queries
from service.deliveries.office_queries import StandingRow
from service.registrations.queries import RegistrationRow
from tests import make
from tests.deliveries.conftest import delivery


async def test_what_is_owed_in_doubt_and_undelivered_is_counted_by_convening(
    conn: Connection, now: datetime, convening: ConveningRow, wren: RegistrationRow
) -> None:
    other = await make.convening(conn, now, title="Another")
    theirs = await make.registered(conn, other.id, 3, now=now)
    for state in ("queued", "sending", "handover", "sent", "unknown", "dead", "cancelled", "expired"):
        await delivery(conn, wren, state, now=now)
    await delivery(conn, theirs, "unknown", now=now)
    assert {row.convening_id: row for row in await office_queries.standing(conn, None, now)} == {
        convening.id: StandingRow(convening.id, 3, 1, 1),
        other.id: StandingRow(other.id, 0, 1, 0),
    }
    assert await office_queries.standing(conn, [other.id], now) == [StandingRow(other.id, 0, 1, 0)]
    assert await office_queries.standing(conn, [], now) == []


async def test_an_undelivered_mail_asks_for_nobody_once_it_was_sent_again_or_its_content_is_gone(
    conn: Connection, now: datetime, wren: RegistrationRow
) -> None:
    await delivery(conn, wren, "dead", now=now, finished_at=now - timedelta(days=30))
    again = await delivery(conn, wren, "dead", now=now)
    await delivery(conn, wren, "dead", now=now, is_test=True)
    assert [row.dead for row in await office_queries.standing(conn, None, now)] == [1]
    await events.record(conn, now, [events.DeliveryRepeated(again)])
    assert [row.dead for row in await office_queries.standing(conn, None, now)] == []
