"""Consent texts in the console: read, approved by name, published; never by somebody who only organizes one convening."""

import re
from collections.abc import AsyncGenerator
from datetime import datetime
from typing import Any
from uuid import UUID

import httpx
import pytest
from litestar import Litestar

from service import db
from service.consents import version_queries, versions
from service.db import Connection
from service.settings import Settings
from tests.access.conftest import TAMSIN, acts, person, seal, sign_in
from tests.access.test_rights import give
from tests.consents import desk
from tests.consents.desk import Stage
from tests.consents.test_answering import sign
from tests.consents.test_texts import body

PATH = "/office/consent-texts"


@pytest.fixture
async def office(site: Litestar, conn: Connection, settings: Settings, now: datetime) -> AsyncGenerator[httpx.AsyncClient]:
    """The browser of an organizer of everything."""
    site.state.clock = lambda: now
    await give(conn, now, await person(conn, now, "Tamsin Birchwell", TAMSIN), "organizer")
    transport = httpx.ASGITransport(app=site, client=("203.0.113.7", 40000))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
        await sign_in(client, conn, settings)
        yield client


@pytest.fixture
async def draft(conn: Connection, now: datetime) -> Any:
    """English by a person, Spanish by a machine."""
    async with conn.transaction():
        version = await versions.begin(conn, "assent", now)
    await versions.write(conn, version.id, "en", body("assent"))
    await versions.write(conn, version.id, "es", body("assent", "es"), is_machine=True)
    return version


async def post(office: httpx.AsyncClient, path: str, **fields: str) -> httpx.Response:
    return await office.post(path, data={"seal": await seal(office)} | fields)


async def test_t2_a_machines_draft_is_approved_by_name_and_then_published(
    office: httpx.AsyncClient, conn: Connection, draft: Any, now: datetime
) -> None:
    page = (await office.get(PATH)).text
    assert "A machine wrote this." in page
    assert "Publish version 1" not in page
    refused = await post(office, f"{PATH}/{draft.id}/publication")
    assert (refused.status_code, "A machine wrote this translation." in refused.text) == (409, True)
    for name in ("", " ", "x" * 121):
        assert (await post(office, f"{PATH}/{draft.id}/approval", language="es", name=name)).status_code == 422
    assert (await post(office, f"{PATH}/{draft.id}/approval", language="vi", name="Linh")).status_code == 422
    approved = await post(office, f"{PATH}/{draft.id}/approval", language="es", name="<b>Pilar</b>")
    assert approved.status_code == 303
    page = (await office.get(PATH)).text
    assert "&lt;b&gt;Pilar&lt;/b&gt;" in page
    assert "Publish version 1" in page
    assert (await post(office, f"{PATH}/{draft.id}/publication")).status_code == 303
    assert (await version_queries.version(conn, draft.id)).published_at == now
    again = await post(office, f"{PATH}/{draft.id}/publication")
    assert (again.status_code, "so it stays as it is" in again.text) == (409, True)
    assert await acts(conn) == ["signed_in", "text_approved", "text_published"]
    assert "Pilar" not in await db.one(conn, str, "select string_agg(detail::text, ' ') from audit_entry")


async def test_what_the_linter_finds_is_said_and_keeps_it_a_draft(
    office: httpx.AsyncClient, conn: Connection, draft: Any
) -> None:
    await versions.write(conn, draft.id, "es", "# Hola\n\n<b>{{panel_title}}</b> en {{nombre}}. Usted va.")
    page = (await office.get(PATH)).text
    for sentence in ("There is no {{nombre}} here.", "The text must say {{convening_name}} somewhere.", "no HTML"):
        assert sentence in page
    assert "<b>{{panel_title}}" not in page
    assert (await post(office, f"{PATH}/{draft.id}/publication")).status_code == 422


async def test_t3_a_stale_translation_is_flagged(
    office: httpx.AsyncClient, conn: Connection, draft: Any, now: datetime
) -> None:
    await versions.approve(conn, draft.id, "es", "Pilar", now)
    await versions.publish(conn, draft.id, now)
    assert "out of date" not in (await office.get(PATH)).text
    async with conn.transaction():
        second = await versions.begin(conn, "assent", now)
    await versions.write(conn, second.id, "en", body("assent"))
    await versions.publish(conn, second.id, now)
    assert "Español is out of date." in (await office.get(PATH)).text


async def test_a_form_without_the_seal_changes_nothing(office: httpx.AsyncClient, conn: Connection, draft: Any) -> None:
    answer = await office.post(f"{PATH}/{draft.id}/publication", data={"seal": "x"})
    assert answer.status_code == 403
    assert (await version_queries.version(conn, draft.id)).published_at is None


EDITOR = "{path}/{id}/texts/{language}"


def editor(version_id: Any, language: str = "en") -> str:
    return EDITOR.format(path=PATH, id=version_id, language=language)


async def test_a_new_version_begins_with_the_words_that_are_signed_now_and_is_one_draft(
    office: httpx.AsyncClient, conn: Connection, draft: Any, now: datetime
) -> None:
    await versions.approve(conn, draft.id, "es", "Pilar", now)
    await versions.publish(conn, draft.id, now)
    begun = [await post(office, PATH, template="assent") for _ in range(2)]
    assert [one.status_code for one in begun] == [303, 303]
    assert begun[0].headers["location"] == begun[1].headers["location"]
    [second, _] = await version_queries.versions(conn)
    [english] = await version_queries.texts(conn, second.id)
    assert (second.number, english.language, english.body) == (2, "en", body("assent"))
    spanish = await office.get(editor(second.id, "es"))
    assert "Nothing is stored in this language yet." in spanish.text
    assert body("assent", "es").splitlines()[-1] in spanish.text
    assert await acts(conn) == ["signed_in", "text_begun"]
    assert (await post(office, PATH, template="other")).status_code == 422
    for path in (editor(second.id, "vi"), editor(db.new_id(now))):
        assert (await office.get(path)).status_code == 404


async def test_whoever_writes_sees_findings_how_it_reads_the_english_beside_and_the_page_of_a_family(
    office: httpx.AsyncClient, conn: Connection, draft: Any
) -> None:
    words = "# Hola\n\n**{{panel_title}}** y {{nombre}} en {{convening_name}}. <i>Usted</i> decide."
    look = await post(office, editor(draft.id, "es"), body=words, look="yes")
    assert look.status_code == 200
    for said in (
        "There is no {{nombre}} here.",
        "Reading ease",
        "The English of this version",
        "<strong><bdi>Belonging at school</bdi></strong>",
        "&lt;i&gt;Usted&lt;/i&gt;",
        "<bdi>{{nombre}}</bdi>",
    ):
        assert said in look.text
    stored = {one.language: one.body for one in await version_queries.texts(conn, draft.id)}
    assert stored["es"] == body("assent", "es"), "only looked at"
    assert "Reads like grade" in (await office.get(editor(draft.id))).text


async def test_t2_what_is_saved_keeps_the_mark_of_a_machine_and_loses_the_approval_of_other_words(
    office: httpx.AsyncClient, conn: Connection, draft: Any, now: datetime
) -> None:
    await versions.approve(conn, draft.id, "es", "Pilar", now)
    page = await office.get(editor(draft.id, "es"))
    words = body("assent", "es") + "\nUna frase nueva.\n"
    kept = await post(office, editor(draft.id, "es"), was=was(page), body=words.replace("\n", "\r\n"), is_machine="yes")
    assert kept.status_code == 303, kept.text
    [spanish] = [one for one in await version_queries.texts(conn, draft.id) if one.language == "es"]
    assert (spanish.body, spanish.is_machine, spanish.approved_by) == (words, True, "")
    await versions.approve(conn, draft.id, "es", "Pilar", now)
    page = await office.get(editor(draft.id, "es"))
    same = await post(office, editor(draft.id, "es"), was=was(page), body=words, is_machine="yes")
    assert same.status_code == 303
    [spanish] = [one for one in await version_queries.texts(conn, draft.id) if one.language == "es"]
    assert spanish.approved_by == "Pilar", "nothing was changed"
    for wrong in ("", " \n ", "x" * 40_001):
        assert (await post(office, editor(draft.id, "es"), body=wrong)).status_code == 422


def was(page: httpx.Response) -> str:
    """What the form was filled with."""
    found = re.search(r'name="was" value="([^"]*)"', page.text)
    assert found is not None
    return found[1]


async def test_two_who_write_one_text_do_not_overwrite_each_other_unseen(
    office: httpx.AsyncClient, conn: Connection, draft: Any
) -> None:
    stale = await office.get(editor(draft.id))
    first = body("assent") + "\nMine.\n"
    assert (await post(office, editor(draft.id), was=was(stale), body=first)).status_code == 303
    refused = await post(office, editor(draft.id), was=was(stale), body=body("assent") + "\nYours.\n")
    assert refused.status_code == 409
    assert "Somebody changed this meanwhile." in refused.text
    assert refused.text.count("Mine.") == 1, "what stands now is shown"
    assert "Yours." in refused.text
    looked = await post(office, editor(draft.id), was=was(stale), body="# Yours", look="yes")
    assert was(looked) == was(stale), "to look is not to have seen"
    meant = await post(office, editor(draft.id), was=was(refused), body=body("assent") + "\nYours.\n")
    assert meant.status_code == 303


async def test_a_published_text_is_shown_and_not_written(
    office: httpx.AsyncClient, conn: Connection, draft: Any, now: datetime
) -> None:
    await versions.approve(conn, draft.id, "es", "Pilar", now)
    await versions.publish(conn, draft.id, now)
    page = (await office.get(editor(draft.id))).text
    assert "<textarea" not in page
    assert "it stays as it is" in page
    refused = await post(office, editor(draft.id), body="# Other")
    assert (refused.status_code, "so it stays as it is" in refused.text) == (409, True)


async def test_e9_before_publishing_it_is_said_how_many_families_are_asked_again_and_which_language_is_lost(
    office: httpx.AsyncClient, conn: Connection, where: Stage, zuri: UUID, now: datetime
) -> None:
    await sign(conn, (await desk.signer(conn, zuri)).id, now)
    await conn.execute("update consent set language = 'es'")
    asked = await desk.ask(conn, where, now, "Milo Reyes")
    async with conn.transaction():
        second = await versions.begin(conn, "panelist", now)
        await versions.write(conn, second.id, "en", body("panelist"))
    path = f"{PATH}/{second.id}/publication"
    page = (await office.get(path)).text
    for said in (
        "Español is missing in this version.",
        "1 family who read it",
        "1 family is asked again",
        "1 family: the same link",
    ):
        assert said in page.replace("\n", " "), said
    seen = re.search(r'name="seen" value="([^"]*)"', page)
    assert seen is not None
    assert (await post(office, path, seen=seen[1])).status_code == 422, "nothing is chosen in advance"
    await sign(conn, (await desk.signer(conn, asked)).id, now)
    stale = await post(office, path, seen=seen[1], material="yes")
    assert (stale.status_code, "2 families are asked again" in stale.text) == (409, True)
    fresh = re.search(r'name="seen" value="([^"]*)"', stale.text)
    assert fresh is not None
    assert (await post(office, path, seen=fresh[1], material="yes")).status_code == 303
    assert await db.many(conn, str, "select distinct state from consent") == ["superseded"]
    assert "Español is out of date." in (await office.get(PATH)).text, "T3"
    again = await post(office, path, seen=fresh[1], material="yes")
    assert again.status_code == 409


async def test_a_form_of_the_editor_without_the_seal_changes_nothing(
    office: httpx.AsyncClient, conn: Connection, draft: Any
) -> None:
    for path in (PATH, editor(draft.id)):
        answer = await office.post(path, data={"seal": "x", "template": "assent", "body": "# Other"})
        assert answer.status_code == 403
    assert len(await version_queries.versions(conn)) == 1
