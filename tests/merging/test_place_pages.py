"""Districts and schools that are there twice as an organizer of everything meets them."""

from datetime import datetime
from uuid import UUID

from service import db
from service.db import Connection
from service.members import places
from service.settings import Settings
from tests import make
from tests.access.conftest import Browser, Open, acts, person, sign_in
from tests.access.test_rights import give
from tests.consents import desk
from tests.members.conftest import HOSTILE, Places, see, send
from tests.merging.places import district, school_in
from tests.merging.test_pages import mark


async def test_two_of_a_kind_are_found_by_words_compared_and_merged(
    office: Browser, conn: Connection, network: Places, now: datetime
) -> None:
    twin = await district(conn, "Cedar Harbour", now, signers="2")
    school = await school_in(conn, twin, "Tidewater Academy", now)
    for kind, kept, former, words in (
        ("district", network.cedar, twin, "harbour"),
        ("school", network.school, school, "acad cedar"),
    ):
        path = f"/office/{kind}s/{kept}/merge"
        assert f'href="{path}"' in (await see(office, f"/office/{kind}s/{kept}")).source
        assert f"with={former}" in (await see(office, path)).source, "which has the same first word"
        found = await see(office, path, q=words)
        assert (f"with={former}" in found.source, f"with={kept}" in found.source) == (True, False)
        shown = await see(office, path, **{"with": str(former)})
        sent = {"with": str(former), "mark": mark(shown.source)}
        done = await send(office, path, **sent)
        assert (done.status, done.location) == (303, f"/office/{kind}s/{kept}?merged=1")
        assert "The two are one now" in (await see(office, done.location)).words
        again = await send(office, path, **sent)
        assert again.location == done.location, "a second click"
        assert (await acts(conn)).count(f"{kind}s_merged") == 1
        for old in (f"/office/{kind}s/{former}", f"/office/{kind}s/{former}/merge"):
            assert (await see(office, old)).location == f"/office/{kind}s/{kept}?former=1"
        assert (await see(office, path, **{"with": str(former)})).location == done.location
        for old in (f"/office/{kind}s/{former}", f"/office/{kind}s/{former}/end"):
            assert (await send(office, old, name="Anything")).location == f"/office/{kind}s/{kept}?former=1"
        assert f"Merged two entries of one {kind}" in (await see(office, "/audit")).words
    for method in (see, send):
        answer = await method(office, f"/office/schools/{school}/deletion")
        assert answer.location == f"/office/schools/{network.school}/deletion"
    assert (await places.district(conn, network.cedar)).signers_needed == 2
    assert await db.one(conn, int, "select count(*) as n from school") == 1


async def test_what_follows_is_read_before(office: Browser, conn: Connection, network: Places, now: datetime) -> None:
    where = await desk.stage(conn, now)
    twin = await school_in(conn, where.school_id, HOSTILE, now)
    await desk.ask(conn, where, now, school_id=twin)
    for email, school in (("wren@a.example", twin), ("ida@a.example", where.school_id)):
        someone = await person(conn, now, email.partition("@")[0].title(), email)
        await conn.execute("insert into school_contact values ($1, $2, 'Lead', '555')", someone, school)
    path = f"/office/schools/{where.school_id}/merge"
    shown = await see(office, path, **{"with": str(twin)})
    assert "<script>alert" not in shown.source
    assert "Answering for the one that stays: Ida . For the one that goes: Wren" in shown.words
    assert "Students’ sign-ups: 1. They go on" in shown.words
    await desk.ask(conn, where, now, name="Noor")
    refused = await send(office, path, **{"with": str(twin), "mark": mark(shown.source)})
    assert (refused.status, "Nothing was merged" in refused.words) == (409, True)
    assert "Both have students for" in refused.words
    assert "Merge these two" not in refused.words
    await school_in(conn, network.cedar, "Marlow", now)
    await school_in(conn, network.sage, "Marlow", now)
    both = await see(office, f"/office/districts/{network.cedar}/merge", **{"with": str(network.sage)})
    assert "Both have a school called Marlow . They are two schools of one district then" in both.words


async def test_a_choice_that_asks_less_of_a_family_is_refused_and_stays_chosen(
    office: Browser, conn: Connection, now: datetime
) -> None:
    where = await desk.stage(conn, now)
    two = await district(conn, "Lake Marlow District", now, signers="2")
    await desk.ask(conn, where, now)
    path = f"/office/districts/{where.school_id}/merge"
    shown = await see(office, path, **{"with": str(two)})
    assert 'name="pick-signers" value="kept" checked' in shown.source
    sent = {"with": str(two), "mark": mark(shown.source), "pick-signers": "former"}
    refused = await send(office, path, **sent)
    assert (refused.status, "was asked by other rules (one guardian signs" in refused.words) == (409, True)
    assert 'name="pick-signers" value="former" checked' in refused.source
    assert (await send(office, path, **sent | {"pick-signers": "kept"})).status == 303


async def test_only_who_organizes_everything_merges_and_what_is_not_there_is_not_found(
    office: Browser, another: Open, conn: Connection, settings: Settings, network: Places, now: datetime
) -> None:
    nobody = UUID(int=7)
    for kind, one in (("district", network.cedar), ("school", network.school)):
        path = f"/office/{kind}s/{one}/merge"
        for wrong, status in ((str(one), 422), ("x", 422), (str(nobody), 404)):
            assert (await see(office, path, **{"with": wrong})).status == status
        assert (await send(office, path, **{"with": str(one)})).status == 422
        assert (await send(office, path, **{"with": str(nobody), "mark": "x"})).status == 404
        assert {(await see(office, f"/office/{kind}s/{nobody}{rest}")).status for rest in ("", "/merge")} == {404}
    convening = await make.convening(conn, now)
    hers = another()
    await give(conn, now, await person(conn, now, "Wren", "wren@a.example"), "organizer", convening.id)
    await sign_in(hers, conn, settings, "wren@a.example")
    for path in (f"/office/districts/{network.cedar}/merge", f"/office/schools/{network.school}/merge"):
        assert {(await see(hers, path)).status, (await send(hers, path)).status} == {404}
