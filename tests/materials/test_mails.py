"""That materials are there is told once: by a button, or by itself after the end, and again only by the button."""

import asyncio
from datetime import datetime, timedelta
from email.message import EmailMessage
from uuid import UUID

import pytest
from msgspec.structs import replace

from service import db
from service.convenings import actions as convenings
from service.convenings.queries import ConveningRow
from service.db import Connection, Pool
from service.deliveries import opting_out
from service.deliveries.opting_out import Reader
from service.materials import actions, notices, queries, writes
from service.materials.refusals import NobodyToTell
from service.materials.rules import LATEST, QUIET, Viewer, Wanted
from service.registrations import actions as registrations
from service.registrations.queries import RegistrationRow
from tests import make
from tests.materials.test_students import Shown, recorded, shown
from tests.pages.conftest import browser
from tests.workers.conftest import Office, office

__all__ = ["browser", "office", "shown"]

KEEPER = Viewer(keeps=None)
SLIDES = Wanted(title="Slides", audience="seats", shared="after")


async def link(pool: Pool, convening: ConveningRow, at: datetime, wanted: Wanted = SLIDES) -> UUID:
    """Another material."""
    return await make.alone(
        pool, lambda conn: actions.add_link(conn, convening.id, KEEPER, wanted, "https://slides.example/", None, at)
    )


async def tell(pool: Pool, convening: ConveningRow, at: datetime, told: int | None = None) -> bool:
    """The button, on a page that is up to date unless it says how often people had been told."""

    async def press(conn: Connection) -> bool:
        seen = notices.times(await queries.notices(conn, convening.id)) if told is None else told
        return await actions.tell(conn, convening.id, None, seen, at)

    return await make.alone(pool, press)


def to(mails: list[EmailMessage]) -> list[str]:
    """Who was told that materials are there."""
    told = [one for one in mails if " there: " in str(one["subject"])]
    return sorted(str(one["to"]).partition("@")[0].rpartition("<")[2] for one in told)


@pytest.fixture
async def convening(conn: Connection, now: datetime) -> ConveningRow:
    return await make.convening(conn, now, sessions=[make.session_draft(now)])


@pytest.fixture
async def people(office: Office, conn: Connection, now: datetime, convening: ConveningRow) -> list[RegistrationRow]:
    """One who chose the session and one who did not; what their seats owe has been sent."""
    [session] = await make.session_ids(conn, convening.id)
    rows = [
        await make.registered(conn, convening.id, 1, now=now, sessions=[session]),
        await make.registered(conn, convening.id, 2, now=now),
    ]
    await office.settle()
    return rows


async def over(office: Office, convening: ConveningRow, **later: float) -> list[EmailMessage]:
    """So long after its end, everything that is due at this moment."""
    office.moment = convening.ends_at + timedelta(**later)
    return await office.tick()


async def test_after_the_end_everybody_with_a_seat_is_told_once_by_itself(
    office: Office, pool: Pool, convening: ConveningRow, people: list[RegistrationRow], now: datetime
) -> None:
    await link(pool, convening, now)
    await office.tick()
    assert to(await over(office, convening, minutes=59)) == []
    mails = await over(office, convening, minutes=62)
    assert to(mails) == ["ignacio.1", "wren.2"]
    text = mails[0].get_body(("plain",))
    assert text is not None
    said = text.get_content()
    assert ("- Slides" in said, "/r/" in said, "#materials" in said) == (True, True, True)
    await link(pool, convening, office.moment, replace(SLIDES, title="More slides"))
    for hours in (2, 5, 30):
        assert to(await over(office, convening, hours=hours)) == [], "what comes later is told by the button alone"
    await tell(pool, convening, office.moment)
    assert to(await office.settle()) == ["ignacio.1", "wren.2"]


async def test_the_mail_waits_until_nothing_came_for_an_hour(
    office: Office, pool: Pool, convening: ConveningRow, people: list[RegistrationRow]
) -> None:
    for minutes in (30, 80, 130):
        assert to(await over(office, convening, minutes=minutes)) == []
        await link(pool, convening, office.moment, replace(SLIDES, title=f"Slides {minutes}"))
    assert to(await over(office, convening, minutes=185)) == []
    mails = await over(office, convening, minutes=192)
    assert [str(one["subject"]) for one in mails if to([one])] == ["The materials are there: Fall Convening"] * 2


@pytest.mark.parametrize("wanted", [replace(SLIDES, audience="organizers"), replace(SLIDES, shared="moment")])
async def test_where_nobody_can_see_anything_nobody_is_told(
    office: Office, pool: Pool, convening: ConveningRow, people: list[RegistrationRow], now: datetime, wanted: Wanted
) -> None:
    if wanted.shared == "moment":
        wanted = replace(wanted, shared_at=convening.ends_at + 10 * LATEST)
    await link(pool, convening, now, wanted)
    with pytest.raises(NobodyToTell):
        await tell(pool, convening, now)
    assert to(await over(office, convening, hours=3)) == []


async def test_who_told_by_the_button_after_the_end_is_not_told_by_itself_and_what_was_told_before_is_not_new(
    office: Office, pool: Pool, convening: ConveningRow, people: list[RegistrationRow], now: datetime
) -> None:
    await link(pool, convening, now, replace(SLIDES, title="To read before", shared="now"))
    await tell(pool, convening, now)
    assert to(await office.settle()) == ["ignacio.1", "wren.2"]
    assert to(await over(office, convening, hours=3)) == []
    await link(pool, convening, office.moment)
    await tell(pool, convening, office.moment)
    assert to(await office.settle()) == ["ignacio.1", "wren.2"]
    assert to(await over(office, convening, hours=9)) == []


async def test_an_organizer_may_have_nothing_sent_by_itself_and_have_it_again(
    office: Office, pool: Pool, conn: Connection, convening: ConveningRow, people: list[RegistrationRow], now: datetime
) -> None:
    await link(pool, convening, now)
    for _ in range(2):
        await make.alone(pool, lambda one: writes.notice(one, convening.id, "never", None, now))
    assert to(await over(office, convening, hours=3)) == []
    rows = await queries.materials(conn, [convening.id])
    standing = await notices.standing(conn, rows, convening.id, office.moment)
    assert (standing.stopped, standing.by_itself_at, standing.readers) == (True, None, 2)
    await writes.allow_notice(conn, convening.id)
    standing = await notices.standing(conn, rows, convening.id, office.moment)
    assert (standing.stopped, standing.by_itself_at) == (False, convening.ends_at + QUIET)
    assert to(await over(office, convening, hours=3.1)) == ["ignacio.1", "wren.2"]


async def test_who_sees_nothing_gave_the_seat_back_or_asked_for_no_more_is_not_told(
    office: Office, pool: Pool, conn: Connection, convening: ConveningRow, people: list[RegistrationRow], now: datetime
) -> None:
    [session] = await make.session_ids(conn, convening.id)
    of_session = replace(SLIDES, session_id=session, chosen_only=True, shared="now")
    made = await link(pool, convening, now, of_session)
    await tell(pool, convening, now)
    assert to(await office.settle()) == ["ignacio.1"]
    await db.run(conn, "update material set chosen_only = false where id = $1", made)
    await tell(pool, convening, now)
    await opting_out.opt_out(conn, Reader(people[0].email, "materials", "en"), now)
    await office.react()
    await make.alone(pool, lambda one: registrations.withdraw(one, people[1].id, now))
    assert to(await office.settle()) == []


async def test_a_mail_that_has_nothing_to_show_any_more_does_not_leave(
    office: Office, pool: Pool, conn: Connection, convening: ConveningRow, people: list[RegistrationRow], now: datetime
) -> None:
    made = await link(pool, convening, now, replace(SLIDES, shared="now"))
    await tell(pool, convening, now)
    await office.react()
    await writes.remove(conn, made)
    assert to(await office.settle()) == []
    states = "select array_agg(distinct state) as states from delivery where kind = 'materials_ready'"
    assert await db.one(conn, list, states) == ["cancelled"]


async def test_a_convening_that_was_cancelled_or_is_long_over_tells_nobody(
    office: Office, pool: Pool, conn: Connection, convening: ConveningRow, people: list[RegistrationRow], now: datetime
) -> None:
    await link(pool, convening, now, replace(SLIDES, shared="now"))
    assert to(await over(office, convening, days=LATEST.days + 1)) == []
    office.moment = now
    await make.alone(pool, lambda one: convenings.cancel(one, convening.id, now))
    assert to(await over(office, convening, hours=3)) == []


async def test_what_a_student_does_not_allow_is_told_to_nobody(
    shown: Shown, office: Office, pool: Pool, conn: Connection, now: datetime
) -> None:
    item = UUID(await recorded(conn, shown, now))
    await link(pool, shown.convening, now, replace(SLIDES, media_id=item))
    await conn.execute("update media_student set down_at = $1", now)
    assert to(await over(office, shown.convening, hours=3)) == []


async def test_two_clocks_tell_once(
    pool: Pool, conn: Connection, convening: ConveningRow, people: list[RegistrationRow], now: datetime
) -> None:
    await link(pool, convening, now)
    at = convening.ends_at + 2 * QUIET
    for _ in range(2):
        await make.alone(pool, lambda one: notices.turn(one, at))
    assert await db.one(conn, int, "select count(*) as n from event where kind = 'materials_shared'") == 1


async def test_a_button_that_is_pressed_twice_tells_people_once(
    office: Office, pool: Pool, convening: ConveningRow, people: list[RegistrationRow], now: datetime
) -> None:
    await link(pool, convening, now, replace(SLIDES, shared="now"))
    pressed = await asyncio.gather(*(tell(pool, convening, now, told=0) for _ in range(3)))
    assert (sorted(pressed), to(await office.tick())) == ([False, False, True], ["ignacio.1", "wren.2"])
    assert await tell(pool, convening, now, told=1)
    assert to(await office.tick()) == ["ignacio.1", "wren.2"]


async def test_who_sees_what_is_for_a_session_alone_is_asked_at_once_and_not_one_by_one(
    conn: Connection, convening: ConveningRow, people: list[RegistrationRow], now: datetime
) -> None:
    [session] = await make.session_ids(conn, convening.id)
    narrow = replace(SLIDES, shared="now", session_id=session, chosen_only=True)
    await actions.add_link(conn, convening.id, KEEPER, narrow, "https://slides.example/", None, now)
    async with make.statements(conn) as asked:
        assert await notices.readers(conn, convening.id, now) == [people[0].id]
    assert len(asked) <= 2
    await conn.execute("update session set signup = false")
    assert sorted(await notices.readers(conn, convening.id, now)) == sorted(one.id for one in people)
