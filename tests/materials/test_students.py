"""No student appears anywhere without a living yes: what shows them goes through the list of what is published."""

from datetime import datetime, timedelta
from uuid import UUID

import httpx
import pytest

from service.db import Connection
from service.keeping import media, media_queries
from service.keeping.media import Published
from service.materials import actions, queries, seeing
from service.materials.refusals import NeedsNewFile
from service.materials.rules import Viewer, Wanted
from service.registrations.queries import RegistrationRow
from service.settings import Settings
from tests import make
from tests.access.conftest import Open
from tests.consents import students
from tests.consents.students import Stage
from tests.materials import files
from tests.materials.conftest import Scene, ids
from tests.pages.office import enter, read

DAY = timedelta(days=1)


class Shown(Scene):
    """The same with a panel, and a student whose family allows photos for everybody."""

    stage: Stage
    zuri: UUID


@pytest.fixture
async def shown(browser: httpx.AsyncClient, conn: Connection, settings: Settings, now: datetime) -> Shown:
    stage = await students.stage(conn, now)
    zuri = await students.seated(conn, stage, now)
    await students.guardian_says(conn, stage, zuri, now, photos="public", recording="network")
    [session] = await make.session_ids(conn, stage.convening.id)
    row: RegistrationRow = await make.registered(conn, stage.convening.id, 1, now=now)
    office = await enter(browser, conn, settings, now, stage.convening.id)
    return Shown(stage.convening, session, row, row, office, settings, stage, zuri)


async def recorded(conn: Connection, shown: Shown, now: datetime, use: str = "photo_public") -> str:
    """What is recorded of Zuri."""
    item = Published(use, "The panel from behind", "our materials", now.date())  # type: ignore[arg-type]  # a word of Use
    return str(await media.record(conn, shown.convening.id, item, [shown.zuri], shown.other.person_id, now))


def public(shown: Shown, one: UUID) -> str:
    return f"/convenings/{shown.convening.slug}/materials/{one}"


async def test_what_shows_a_student_is_there_as_long_as_its_yes_lives(
    shown: Shown, conn: Connection, now: datetime, another: Open
) -> None:
    """M3: for everybody but who keeps it; it is in the list of what must come down, and nothing brings it back unseen."""
    item = await recorded(conn, shown, now)
    sent = await shown.upload("a.jpg", files.jpeg(), audience="public", nobody="", media_id=item)
    assert sent.status_code == 303, read(sent)
    [made] = await ids(conn, shown.convening.id)
    everywhere = (public(shown, made), f"{shown.own(shown.other)}/materials/{made}", f"/materials/{made}")

    async def statuses() -> list[int]:
        return [(await shown.office.browser.get(path)).status_code for path in everywhere]

    assert await statuses() == [200, 200, 200]
    await students.guardian_says(conn, shown.stage, shown.zuri, now, "withdrawn", photos="public")
    assert await statuses() == [404, 404, 200]
    assert "Opening slides" not in (await another().get(f"/convenings/{shown.convening.slug}")).text
    assert "Withheld" in await shown.office.read(shown.path)
    narrower = {"title": "Kept aside", "audience": "organizers", "shared": "now", "media_id": item}
    assert (await shown.office.send(f"/office/materials/{made}", **narrower)).status_code == 303
    wider = narrower | {"audience": "public"}
    assert (await shown.office.send(f"/office/materials/{made}", **wider)).status_code == 303
    assert await statuses() == [404, 404, 200]
    office = f"/office/convenings/{shown.convening.id}/media"
    assert "1 thing must come down." in await shown.office.read(office)
    await shown.office.send(f"/office/media/{item}/signups/{shown.zuri}/down")
    assert "Everything that is published may stay today." in await shown.office.read(office)
    assert await statuses() == [404, 404, 200], "that somebody said so does not change the file"
    await students.guardian_says(conn, shown.stage, shown.zuri, now, photos="public")
    assert await statuses() == [404, 404, 200]
    path = f"/office/materials/{made}/file"
    assert (await shown.upload("b.jpg", files.jpeg(), path=path)).status_code == 303
    assert await statuses() == [200, 200, 200], "another version, of which somebody says that no student is in it"


async def test_public_needs_a_public_yes(shown: Shown, conn: Connection, now: datetime) -> None:
    for_network = await recorded(conn, shown, now, "recording_network")
    refused = await shown.upload("a.mp3", b"ID3" + bytes(9), audience="public", nobody="", media_id=for_network)
    assert (refused.status_code, "What is recorded there does not allow this" in read(refused)) == (422, True)
    assert (await shown.upload("a.mp3", b"ID3" + bytes(9), nobody="", media_id=for_network)).status_code == 303
    [made] = await ids(conn, shown.convening.id)
    wider = {"title": "T", "audience": "public", "shared": "now", "media_id": for_network}
    assert (await shown.office.send(f"/office/materials/{made}", **wider)).status_code == 422
    assert (await queries.material(conn, made)).audience == "seats"


async def test_that_students_are_in_it_is_not_taken_back_without_another_file(
    shown: Shown, conn: Connection, now: datetime
) -> None:
    item = await recorded(conn, shown, now)
    await shown.upload(nobody="", media_id=item)
    link = {"url": "https://photos.example/panel", "title": "Photos", "audience": "seats", "shared": "now", "media_id": item}
    assert (await shown.office.send(f"{shown.path}/link", **link)).status_code == 303
    for made in await ids(conn, shown.convening.id):
        said = link | {"media_id": "", "nobody": "yes"}
        refused = await shown.office.send(f"/office/materials/{made}", **said)
        assert (refused.status_code, "only with a new file" in read(refused)) == (422, True)
    moved = link | {"media_id": "", "nobody": "yes", "url": "https://photos.example/empty-hall"}
    assert (await shown.office.send(f"/office/materials/{made}", **moved)).status_code == 303


async def test_both_or_neither_of_the_two_words_about_students_is_no_answer(
    shown: Shown, conn: Connection, now: datetime
) -> None:
    item = await recorded(conn, shown, now)
    for fields in ({"nobody": "yes", "media_id": item}, {"nobody": "", "media_id": ""}):
        assert (await shown.upload(**fields)).status_code == 422
    elsewhere = await students.stage(conn, now, title="Elsewhere")
    other = await students.seated(conn, elsewhere, now, "Mateo Lindqvist")
    await students.guardian_says(conn, elsewhere, other, now, photos="public")
    theirs = Published("photo_public", "T", "P", now.date())
    foreign = await media.record(conn, elsewhere.convening.id, theirs, [other], shown.other.person_id, now)
    assert (await shown.upload(nobody="", media_id=str(foreign))).status_code == 422
    assert await ids(conn, shown.convening.id) == []


@pytest.mark.parametrize(
    ("name", "fields"),
    [("a.pdf", {"title": "Zuri speaks"}), ("a.pdf", {"description": "With Camberwell."}), ("zuri.pdf", {})],
)
async def test_no_title_description_or_file_names_a_student(
    shown: Shown, conn: Connection, name: str, fields: dict[str, str]
) -> None:
    refused = await shown.upload(name, **fields)
    assert (refused.status_code, "must not have a student’s name" in read(refused).replace("'", "’")) == (422, True)
    assert await ids(conn, shown.convening.id) == []


async def test_what_goes_with_the_record_of_students_goes_whole(shown: Shown, conn: Connection, now: datetime) -> None:
    """A record that is deleted leaves nothing behind that nobody could find any more."""
    item = await recorded(conn, shown, now)
    await shown.upload(nobody="", media_id=item)
    await conn.execute("delete from media_item where id = $1", UUID(item))
    assert await ids(conn, shown.convening.id) == []
    assert await media_queries.items(conn, [shown.convening.id]) == []
    assert (await conn.fetchval("select count(*) from material_chunk")) == 0
    assert await seeing.withheld(conn, [], now) == set()


async def test_who_is_in_a_file_is_not_unsaid_by_whoever_changed_its_words_before_it_came(
    shown: Shown, conn: Connection, now: datetime
) -> None:
    item = await recorded(conn, shown, now)
    await shown.upload("a.jpg", files.jpeg(), audience="public")
    [made] = await ids(conn, shown.convening.id)
    before = await queries.material(conn, made)
    await shown.upload("b.jpg", files.jpeg(), f"/office/materials/{made}/file", nobody="", media_id=item)
    with pytest.raises(NeedsNewFile):
        await actions.change(conn, before, Viewer(keeps=None), Wanted(title="Words"), "", now)
    assert str((await queries.material(conn, made)).media_id) == item
