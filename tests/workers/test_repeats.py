"""What goes again after a doubtful hand-over is the same mail, byte for byte, or it does not go by itself."""

from datetime import datetime

import msgspec
import pytest

from benchmarks.smtp_faults import DROP
from service.db import Connection
from service.deliveries import deciding, queries
from tests import make
from tests.workers.conftest import Office
from workers.mailer import Mailer


@pytest.fixture
async def doubtful(office: Office, conn: Connection, now: datetime) -> Office:
    """An invite that the server took without ever saying so; it is due again."""
    await make.registered(conn, (await make.convening(conn, now)).id, 1, now=now)
    office.catcher.faults = lambda stage, count: DROP if (stage, count) == ("done", 1) else ""
    await office.settle()
    office.later(minutes=1)
    return office


def release_another(office: Office) -> None:
    """Another release, whose mails say who writes in other words."""
    settings = msgspec.structs.replace(office.settings, mail_from="The Network <convenings@plenary.example>")
    office.mailer = Mailer(office.pool, settings, office.exchange, office.clock)


async def only(office: Office) -> queries.DeliveryRow:
    [delivery] = await office.deliveries()
    return delivery


async def test_another_mail_than_the_one_in_doubt_waits_for_a_person_and_is_not_given(doubtful: Office) -> None:
    release_another(doubtful)
    assert await doubtful.settle() == []
    found = await only(doubtful)
    assert (found.state, doubtful.catcher.reached["done"]) == ("unknown", 1)
    assert found.error == "nobody knows whether it was taken, and today it would be another mail; a person decides"


async def test_who_has_it_sent_again_sends_it_as_it_is_written_today(doubtful: Office, conn: Connection) -> None:
    release_another(doubtful)
    await doubtful.settle()
    await deciding.decide(conn, (await only(doubtful)).id, "again", doubtful.later(minutes=1))
    [mail] = await doubtful.settle()
    assert (str(mail["From"]), (await only(doubtful)).state) == ("The Network <convenings@plenary.example>", "sent")


async def test_of_a_mail_that_came_again_nothing_is_known_that_was_not_said(doubtful: Office, conn: Connection) -> None:
    assert len(await doubtful.settle()) == 1
    kept = await conn.fetchrow("select state, doubtful, octet_length(content_hash) as bytes from delivery")
    assert kept is not None
    assert tuple(kept) == ("sent", True, 32)
