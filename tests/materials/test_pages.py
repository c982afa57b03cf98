"""Materials as organizers keep them and as people see them: listed in order, linked, changed, removed, copied."""

import re
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from litestar import Litestar

from service import db
from service.db import Connection
from service.materials import rules
from service.materials.refusals import NoAddress
from service.settings import Settings
from tests import make
from tests.access.conftest import Open, person, sign_in
from tests.access.test_rights import give
from tests.materials.conftest import LINKED, SAID, Scene, after, ids, move_clock
from tests.pages.conftest import words
from tests.pages.office import audit, read


async def test_a_link_is_shown_with_its_host_and_tells_the_other_site_nothing(
    scene: Scene, conn: Connection, another: Open
) -> None:
    assert (await scene.office.send(f"{scene.path}/link", **LINKED, language="es")).status_code == 303
    page = (await another().get(scene.own(scene.other))).text
    assert '<a href="https://slides.example/opening?x=1" rel="noopener noreferrer" lang="es">' in page
    assert "Link to slides.example, Spanish" in page
    [made] = await ids(conn, scene.convening.id)
    assert (await scene.office.browser.get(f"/materials/{made}")).status_code == 404, "it has no file"
    assert (await scene.office.browser.get(f"/office/materials/{made}/file")).status_code == 404
    assert (await audit(conn, "material_added")) == [{"kind": "link"}]


@pytest.mark.parametrize(
    "url",
    [
        "", "http://slides.example/", "ftp://slides.example/", "javascript:alert(1)", "data:text/html,x", "//slides.example",
        "https://user:word@slides.example/", "https://localhost/", "https:///x", "https://slides.example:port/",
        "https://slides.example/a b", "https://slides.example/<script>", "https://slides.example/\u202e", "https://[::1/",
        "https://" + "a" * 64 + ".example/",
    ],
)  # fmt: skip
def test_what_is_no_plain_address_of_another_site_is_refused(url: str) -> None:
    with pytest.raises(NoAddress):
        rules.host(url)


def test_a_host_in_another_script_is_shown_as_machines_know_it() -> None:
    assert rules.host("https://exаmple.org/") == "xn--exmple-4nf.org"  # the third letter is Cyrillic
    assert rules.host("https://Slides.Example:8443/x") == "slides.example"


async def test_a_wrong_link_keeps_what_was_typed(scene: Scene, conn: Connection) -> None:
    answer = await scene.office.send(f"{scene.path}/link", **LINKED | {"url": "http://slides.example", "title": "Mine"})
    assert (answer.status_code, "begins with https" in read(answer), 'value="Mine"' in answer.text) == (422, True, True)
    assert await ids(conn, scene.convening.id) == []


async def test_materials_stand_in_their_order_and_are_moved_by_a_button(scene: Scene, conn: Connection) -> None:
    for title in ("One", "Two", "Three"):
        await scene.office.send(f"{scene.path}/link", **LINKED | {"title": title})
    of_session = LINKED | {"title": "Of the session", "session_id": str(scene.session)}
    await scene.office.send(f"{scene.path}/link", **of_session)
    _, two, three, alone = await ids(conn, scene.convening.id)

    async def titles() -> list[str]:
        page = await scene.office.read(scene.path)
        return sorted(("One", "Two", "Three", "Of the session"), key=lambda one: page.index(f"{one} Link"))

    assert await titles() == ["One", "Two", "Three", "Of the session"]
    await scene.office.send(f"/office/materials/{three}/order", way="up")
    await scene.office.send(f"/office/materials/{three}/order", way="up")
    assert await titles() == ["Three", "One", "Two", "Of the session"]
    for one, way in ((three, "up"), (two, "down"), (alone, "up")):
        await scene.office.send(f"/office/materials/{one}/order", way=way)
    assert await titles() == ["Three", "One", "Two", "Of the session"]
    await scene.office.send(f"/office/materials/{three}/order", way="down")
    assert await titles() == ["One", "Three", "Two", "Of the session"]


async def test_what_is_said_of_one_can_be_changed_and_a_link_leads_elsewhere_since_then(
    site: Litestar, scene: Scene, conn: Connection, now: datetime, another: Open
) -> None:
    await scene.office.send(f"{scene.path}/link", **LINKED)
    await scene.upload()
    link, file = await ids(conn, scene.convening.id)
    form = (await scene.office.browser.get(f"/office/materials/{link}")).text
    assert all(f'value="{value}"' in form for value in ("A link", "https://slides.example/opening?x=1", "seats")), (
        "it is filled in"
    )
    move_clock(site, now + timedelta(hours=2))
    at = "2026-12-24T09:30"
    changes = LINKED | {"title": "Another", "url": "https://other.example/", "shared": "moment", "shared_at": at}
    assert (await scene.office.send(f"/office/materials/{link}", **changes)).status_code == 303
    assert (await scene.office.send(f"/office/materials/{file}", **SAID | {"description": "To read."})).status_code == 303
    page = await scene.office.read(scene.path)
    assert "Another Link to other.example . Updated Tuesday, December 1" in page
    assert "From Thursday, December 24" in page
    own = words(await another().get(scene.own(scene.other)))
    assert ("Another" in own, "To read." in own) == (False, True)
    move_clock(site, datetime.fromisoformat("2026-12-24T14:30:00+00:00"))
    assert "Another Link to other.example, updated" in words(await another().get(scene.own(scene.other)))
    move_clock(site, now)


async def test_who_changes_one_undoes_nothing_that_somebody_else_said_meanwhile(scene: Scene, conn: Connection) -> None:
    await scene.upload(audience="public")
    [made] = await ids(conn, scene.convening.id)
    page = f"/office/materials/{made}"
    was = re.search(r'name="was" value="([^"]+)"', (await scene.office.browser.get(page)).text)
    assert was
    assert (await scene.office.send(page, **SAID | {"audience": "organizers"})).status_code == 303
    stale = SAID | {"audience": "public", "was": was[1]}
    assert (await scene.office.send(page, **stale, description="To read.")).status_code == 303
    said = "select audience || ': ' || description as said from material"
    assert await db.one(conn, str, said) == "organizers: To read."
    both = await scene.office.send(page, **stale | {"audience": "network"})
    assert (both.status_code, "Now it says: “Only organizers”." in both.text) == (422, True)
    assert await db.one(conn, str, said) == "organizers: To read."


async def test_a_language_that_only_a_program_says_stays_when_the_rest_is_changed(scene: Scene, conn: Connection) -> None:
    await scene.office.send(f"{scene.path}/link", **LINKED)
    [made] = await ids(conn, scene.convening.id)
    await conn.execute("update material set language = 'pt-BR'")
    for given, status in (("pt-BR", 303), ("pt-PT", 422)):
        assert (await scene.office.send(f"/office/materials/{made}", **LINKED | {"language": given})).status_code == status
    assert await db.one(conn, str, "select language from material") == "pt-BR"


async def test_one_is_removed_after_a_question_and_its_file_at_once(scene: Scene, conn: Connection) -> None:
    await scene.upload()
    [made] = await ids(conn, scene.convening.id)
    asked = await scene.office.read(f"/office/materials/{made}/removal")
    assert "Remove “ Opening slides ”?" in asked
    assert (await scene.office.send(f"/office/materials/{made}/removal")).status_code == 303
    assert "It is gone." in await scene.office.read(f"{scene.path}?saved=removed")
    assert await db.one(conn, int, "select count(*) as n from material_chunk") == 0
    for path in (f"/materials/{made}", f"/office/materials/{made}", f"/office/materials/{made}/removal"):
        assert (await scene.office.browser.get(path)).status_code == 404
    assert len(await audit(conn, "material_removed")) == 1


async def test_everybody_sees_what_is_public_on_the_convenings_page_and_by_session(scene: Scene, another: Open) -> None:
    await scene.upload("all.pdf", audience="public", title="For everybody")
    await scene.upload("room.pdf", audience="public", title="For the room", session_id=str(scene.session))
    await scene.upload("seats.pdf", title="For seats")
    page = words(await another().get(f"/convenings/{scene.convening.slug}"))
    assert "Reading a budget" in page
    assert page.index("For the room PDF") < page.index("Materials For everybody PDF")
    assert "For seats" not in page


async def test_a_persons_own_page_has_them_by_session_before_and_afterwards(
    site: Litestar, scene: Scene, now: datetime, another: Open
) -> None:
    await scene.upload("room.pdf", title="For the room", session_id=str(scene.session))
    await scene.upload("later.pdf", title="Afterwards", shared="after")
    own = words(await another().get(scene.own(scene.chooser)))
    assert "1 material" in own
    assert ("Materials Reading a budget For the room PDF" in own, "Afterwards" in own) == (True, False)
    move_clock(site, after(scene))
    own = words(await another().get(scene.own(scene.chooser)))
    assert "Materials The whole convening Afterwards PDF" in own
    move_clock(site, now)


async def test_the_network_finds_what_was_shared_with_it_by_convening(
    site: Litestar, scene: Scene, conn: Connection, settings: Settings, now: datetime, another: Open
) -> None:
    await scene.upload("n.pdf", title="For the network", audience="network", shared="after")
    await scene.upload("s.pdf", title="For seats")
    await give(conn, now, await person(conn, now, "Coach Ferreira", "coach@cedar-harbor.example"), "coach")
    coach = another()
    await sign_in(coach, conn, settings, "coach@cedar-harbor.example")
    assert 'href="/materials"' in (await coach.get("/me")).text
    assert "Nothing is shared yet." in words(await coach.get("/materials"))
    await db.run(conn, "update web_session set idle_until = $1, ends_at = $1", now + timedelta(days=400))
    move_clock(site, after(scene))
    page = words(await coach.get("/materials"))
    assert ("Fall Convening" in page, "For the network PDF" in page, "For seats" in page) == (True, True, False)
    move_clock(site, now)


async def test_a_copy_of_a_convening_gets_titles_and_links_for_organizers_only_and_no_file(
    scene: Scene, conn: Connection, settings: Settings, now: datetime, another: Open
) -> None:
    await scene.upload("a.pdf", title="Slides", audience="public", session_id=str(scene.session))
    moment = {"title": "A page", "audience": "public", "shared": "moment", "shared_at": "2026-12-24T09:30"}
    await scene.office.send(f"{scene.path}/link", **LINKED | moment)
    await conn.execute("update role_grant set convening_id = null")
    form = {"pattern": "copy", "earlier": str(scene.convening.id), "first_day": "2027-09-01", "timezone": "America/New_York"}
    made = await scene.office.send("/office/convenings/new", **form, draft=str(make.nobody(now)))
    assert made.status_code == 303
    copied = UUID(made.headers["location"].split("/")[3])
    rows = await conn.fetch(
        """select m.title, m.kind, m.audience, m.shared, m.url, m.file_id, s.title as session from material m
             left join session s on s.id = m.session_id where m.convening_id = $1 order by m.ordinal""",
        copied,
    )
    assert [tuple(row) for row in rows] == [
        ("Slides", "file", "organizers", "now", "", None, "Reading a budget"),
        ("A page", "link", "organizers", "after", "https://slides.example/opening?x=1", None, None),
    ]
    assert "No file yet" in await scene.office.read(f"/office/convenings/{copied}/materials")
    again = await scene.office.send("/office/convenings/new", **form, draft=str(copied))
    assert again.status_code == 303
    assert len(await ids(conn, copied)) == 2


async def test_there_are_so_many_and_no_more(scene: Scene, conn: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MOST_PER_CONVENING", 1)
    assert (await scene.office.send(f"{scene.path}/link", **LINKED)).status_code == 303
    refused = await scene.office.send(f"{scene.path}/link", **LINKED)
    assert "There are 300 materials already." in read(refused)
    assert len(await ids(conn, scene.convening.id)) == 1


async def test_the_organizer_of_another_convening_finds_nothing_here(
    scene: Scene, conn: Connection, settings: Settings, now: datetime, another: Open
) -> None:
    await scene.upload()
    [made] = await ids(conn, scene.convening.id)
    elsewhere = await make.convening(conn, now, title="Elsewhere")
    await conn.execute("update role_grant set convening_id = $1", elsewhere.id)
    for path in (scene.path, f"{scene.path}/file", f"{scene.path}/link", f"/office/materials/{made}", f"/materials/{made}"):
        assert (await scene.office.browser.get(path)).status_code == 404, path
    assert (await scene.upload()).status_code == 404
    assert (await scene.upload(path=f"/office/materials/{made}/file")).status_code == 404
