"""Each audience, each kind of person, before and after: who may not have a file does not learn that it is there."""

from datetime import datetime, timedelta
from io import BytesIO
from itertools import product
from uuid import UUID

import pytest
from litestar import Litestar
from msgspec.structs import replace

from service import db
from service.access.rules import Role
from service.db import Connection
from service.materials import actions, queries, rules
from service.materials.refusals import NotYours
from service.materials.rules import Audience, Place, Shareable, Shared, Viewer, Wanted
from service.materials.writes import StoredFile
from service.registrations import actions as registering
from service.settings import Settings
from tests import make
from tests.access.conftest import Browser, Open, person, seal, sign_in
from tests.access.test_rights import give
from tests.materials.conftest import Scene, after, ids, move_clock

AUDIENCES: tuple[Audience, ...] = ("organizers", "seats", "network", "public")
SESSION = UUID("0199e0a4-5d7b-7cc0-8e52-3f3f6a1d9b41")
SEATED = "seated@cedar-harbor.example"
WAYS: dict[str, set[str]] = {
    "stranger": {"public"},
    "withdrew": {"public"},
    "waits": {"public"},
    "has a seat": {"public", "network", "seats"},
    "chose the session": {"public", "network", "seats", "chosen"},
    "signed in": {"public"},
    "signed in, seat": {"public", "network", "seats"},
    "evaluator": {"public"},
    "system_admin": {"public"},
    "member": {"public", "network"},
    "coach": {"public", "network"},
    "school_contact": {"public", "network"},
    "organizer elsewhere": {"public"},
    "organizer": {"public", "network", "seats", "chosen", "organizers"},
}
"""Which of the materials each of them has, once they are open."""


async def share(conn: Connection, scene: Scene, now: datetime, shared: Shared) -> dict[str, UUID]:
    """A file for each audience, and one only for who chose the session."""
    made: dict[str, UUID] = {}
    for name in (*AUDIENCES, "chosen"):
        audience: Audience = "seats" if name == "chosen" else name  # type: ignore[assignment]  # one of AUDIENCES
        session = scene.session if name == "chosen" else None
        assert (
            await scene.upload(
                f"{name}.txt",
                name.encode(),
                title=name,
                audience=audience,
                shared=shared,
                session_id=str(session or ""),
                chosen_only="yes" if session else "",
            )
        ).status_code == 303
        made[name] = (await ids(conn, scene.convening.id))[-1]
    return made


async def people(
    conn: Connection, scene: Scene, settings: Settings, now: datetime, another: Open
) -> dict[str, tuple[Browser, str]]:
    """For each of them a browser and where their files are."""
    found: dict[str, tuple[Browser, str]] = {}
    public = f"/convenings/{scene.convening.slug}/materials"
    stranger = another()
    found["stranger"] = (stranger, public)
    withdrew = await make.registered(conn, scene.convening.id, 3, now=now)
    await make.registered(conn, scene.convening.id, 50, now=now, email=SEATED, name="Person")
    async with conn.transaction():
        await registering.withdraw(conn, withdrew.id, now)
    waits = await make.registered(conn, scene.convening.id, 4, now=now)
    await db.run(conn, "update registration set state = 'waitlisted', seated = false where id = $1", waits.id)
    for name, row in {
        "withdrew": withdrew,
        "waits": waits,
        "has a seat": scene.other,
        "chose the session": scene.chooser,
    }.items():
        found[name] = (stranger, f"{scene.own(row)}/materials")
    elsewhere = await make.convening(conn, now, title="Elsewhere")
    roles: dict[str, tuple[Role | None, UUID | None]] = {
        "signed in": (None, None),
        "signed in, seat": (None, None),
        "evaluator": ("evaluator", None),
        "system_admin": ("system_admin", None),
        "member": ("member", None),
        "coach": ("coach", None),
        "school_contact": ("school_contact", None),
        "organizer elsewhere": ("organizer", elsewhere.id),
    }
    for number, (name, (role, where)) in enumerate(roles.items()):
        email = SEATED if name == "signed in, seat" else f"p{number}@cedar-harbor.example"
        known = await db.maybe(conn, UUID, "select id from person where email = $1", email)
        known = known or await person(conn, now, f"Person {number}", email)
        if role:
            await give(conn, now, known, role, where)
        opened = another()
        await sign_in(opened, conn, settings, email)
        found[name] = (opened, "/materials")
    found["organizer"] = (scene.office.browser, "/materials")
    return found


@pytest.mark.slow
async def test_each_audience_is_for_whom_it_says_from_when_it_says(
    site: Litestar, scene: Scene, conn: Connection, settings: Settings, now: datetime, another: Open
) -> None:
    later = await share(conn, scene, now, "after")
    at_once = await share(conn, scene, now, "now")
    everybody = await people(conn, scene, settings, now, another)
    await db.run(conn, "update web_session set idle_until = $1, ends_at = $1", now + timedelta(days=400))
    wrong: list[str] = []
    for at, made, is_open in ((now, at_once, True), (now, later, False), (after(scene), later, True)):
        move_clock(site, at)
        for (name, (browser, path)), (what, one) in product(everybody.items(), made.items()):
            status = (await browser.get(f"{path}/{one}")).status_code
            expected = 200 if what in WAYS[name] and (is_open or name == "organizer") else 404
            if status != expected:
                wrong.append(f"{name}, {what}, open: {is_open}: {status}, not {expected}")
    assert wrong == []
    move_clock(site, now)


async def test_a_seat_that_is_given_back_closes_the_door_at_once(
    scene: Scene, conn: Connection, now: datetime, another: Open
) -> None:
    await scene.upload(audience="seats")
    [made] = await ids(conn, scene.convening.id)
    path = f"{scene.own(scene.other)}/materials/{made}"
    assert (await another().get(path)).status_code == 200
    async with conn.transaction():
        await registering.withdraw(conn, scene.other.id, now)
    assert (await another().get(path)).status_code == 404


async def test_a_draft_shares_nothing_and_a_cancelled_one_shares_no_more_than_it_did(
    scene: Scene, conn: Connection, another: Open
) -> None:
    for shared in ("now", "day", "after"):
        await scene.upload(audience="public", shared=shared)
    made = await ids(conn, scene.convening.id)
    public = f"/convenings/{scene.convening.slug}/materials"
    for state, statuses in (("cancelled", [200, 404, 404]), ("draft", [404, 404, 404])):
        await db.run(conn, "update convening set state = $1", state)
        assert [(await another().get(f"{public}/{one}")).status_code for one in made] == statuses


async def test_a_session_that_leaves_the_agenda_opens_nothing_wider(scene: Scene, conn: Connection, another: Open) -> None:
    await scene.upload(audience="seats", session_id=str(scene.session), chosen_only="yes")
    [made] = await ids(conn, scene.convening.id)
    await db.run(conn, "delete from session where id = $1", scene.session)
    for row in (scene.chooser, scene.other):
        assert (await another().get(f"{scene.own(row)}/materials/{made}")).status_code == 404
    assert "its session is gone" in await scene.office.read(scene.path)


async def test_who_was_scanned_in_the_room_has_what_is_for_those_who_chose_it(
    scene: Scene, conn: Connection, now: datetime, another: Open
) -> None:
    await scene.upload(audience="seats", session_id=str(scene.session), chosen_only="yes")
    [made] = await ids(conn, scene.convening.id)
    path = f"{scene.own(scene.other)}/materials/{made}"
    assert (await another().get(path)).status_code == 404
    scanned = """insert into scan (id, convening_id, registration_id, session_id, direction, at, device_at, received_at,
                                   device, outcome) values ($1, $2, $3, $4, 'in', $5, $5, $5, 'desk', 'recorded')"""
    scan_id = db.new_id(now)
    await conn.execute(scanned, scan_id, scene.convening.id, scene.other.id, scene.session, now)
    assert (await another().get(path)).status_code == 200


def test_the_day_begins_at_midnight_where_the_convening_is() -> None:
    starts = datetime.fromisoformat("2027-03-10T13:30:00+00:00")
    place = Place("published", "America/New_York", starts, starts + timedelta(days=2))
    assert rules.opens_at("day", None, place, None) == datetime.fromisoformat("2027-03-10T05:00:00+00:00")
    second = starts + timedelta(days=1)
    assert rules.opens_at("day", None, place, second) == datetime.fromisoformat("2027-03-11T05:00:00+00:00")


@pytest.mark.parametrize(("audience", "seated", "network"), list(product(AUDIENCES, (True, False), (True, False))))
def test_nobody_sees_what_is_withheld_or_not_there_but_who_keeps_it(audience: Audience, seated: bool, network: bool) -> None:
    now = datetime.fromisoformat("2027-03-10T13:30:00+00:00")
    viewer = Viewer(seated=seated, network=network)
    for there, withheld in ((False, False), (True, True)):
        one = Shareable(None, audience, False, now, there, withheld)
        assert not rules.may_see(one, viewer, now)
        assert rules.may_see(one, Viewer(keeps=None), now)
        moderator = Viewer(keeps=frozenset({SESSION}))
        assert rules.may_see(replace(one, session_id=SESSION), moderator, now) is not withheld


async def test_a_moderator_keeps_what_belongs_to_their_panel_and_nothing_else(
    scene: Scene, conn: Connection, settings: Settings, now: datetime, another: Open
) -> None:
    mira = await person(conn, now, "Mira Quillfeather", "mira@moderators.example")
    panel = "insert into panel (id, session_id, moderator_id, seats, recording, audience_rules, created_at) "
    await conn.execute(panel + "values ($1, $1, $2, 0, 'none', '', $3)", scene.session, mira, now)
    wanted = Wanted(title="Everybody's", audience="public")
    viewer = Viewer(keeps=frozenset({scene.session}))
    for changes in ({}, {"session_id": scene.session}, {"session_id": scene.session, "media_id": scene.session}):
        with pytest.raises(NotYours):
            await actions.add_link(
                conn, scene.convening.id, viewer, replace(wanted, **changes), "https://a.example", mira, now
            )
    await scene.upload()
    browser = another()
    await sign_in(browser, conn, settings, "mira@moderators.example")
    page = await browser.get(scene.path)
    assert (page.status_code, "Opening slides" in page.text, "Tell people" in page.text) == (200, False, False)
    fields = {"seal": await seal(browser)}
    mine = {"title": "For my panel", "url": "https://a.example/x", "session_id": str(scene.session), "audience": "seats"}
    sent = await browser.post(f"{scene.path}/link", data=fields | mine | {"shared": "now", "nobody": "yes"})
    assert sent.status_code == 303
    [of_all, of_panel] = await ids(conn, scene.convening.id)
    assert [(await browser.get(f"/office/materials/{one}")).status_code for one in (of_all, of_panel)] == [404, 200]
    assert (await browser.post(f"{scene.path}/mail", data=fields)).status_code == 404
    assert (await queries.material(conn, of_panel)).session_id == scene.session
    await conn.execute("update material set session_id = $1, audience = 'public' where id = $2", scene.session, of_all)
    stored = StoredFile("other.pdf", "application/pdf", 1, BytesIO(b"x"))
    with pytest.raises(NotYours):
        await actions.put_file(conn, settings, await queries.material(conn, of_all), viewer, stored, None, now)
