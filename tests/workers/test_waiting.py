"""Since when the oldest mail waits: its first due time counts, however often it was tried; a wait on purpose does not."""

from datetime import datetime

from service.db import Connection
from service.home import queries
from tests import make
from tests.workers.conftest import Office


async def waits(office: Office, conn: Connection) -> tuple[float, list[tuple[str, int]]]:
    owed = await queries.owed_by_kind(conn, office.moment)
    return round(await queries.oldest_owed(conn, office.moment)), [(one.name, one.count) for one in owed]


async def test_a_mail_server_that_says_later_again_and_again_makes_the_wait_longer_until_it_takes_the_mail(
    office: Office, conn: Connection, now: datetime
) -> None:
    convening = await make.convening(conn, now)
    await make.registered(conn, convening.id, 1, now=now)
    office.catcher.faults = lambda stage, _: "451 4.7.1 later" if stage == "rcpt" else ""
    seen = []
    for _ in range(4):
        await office.settle()
        office.later(minutes=4)
        seen.append(await waits(office, conn))
    office.catcher.faults = lambda _stage, _: ""
    office.later(minutes=15)
    await office.settle()

    assert seen == [(minutes * 60, [("invite", 1)]) for minutes in (4, 8, 12, 16)]
    assert await waits(office, conn) == (0, [])


async def test_what_is_to_go_later_or_waits_on_purpose_is_not_late(office: Office, conn: Connection, now: datetime) -> None:
    convening = await make.convening(conn, now)
    await make.registered(conn, convening.id, 1, now=now)
    await office.react()
    await conn.execute("update delivery set next_at = $1", office.later(hours=1))
    office.moment = now
    assert await waits(office, conn) == (0, [])
    office.later(hours=1, minutes=2)
    assert await waits(office, conn) == (120, [("invite", 1)])
