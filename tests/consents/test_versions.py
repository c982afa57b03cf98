"""Versions of consent texts: one number for all languages, approved by name, published for ever."""

from datetime import datetime
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from service.consents import version_queries, versions
from service.consents.versions import NoEnglish, NotApproved, NotFit, Published
from service.db import Connection
from service.errors import NotFound
from service.local import demo_texts
from tests.consents.test_texts import DEMO, body


@pytest.fixture
async def draft(conn: Connection, now: datetime) -> Any:
    """A draft with an English text."""
    async with conn.transaction():
        version = await versions.begin(conn, "assent", now)
    await versions.write(conn, version.id, "en", body("assent"))
    return version


async def test_t3_all_languages_of_a_version_share_one_number(conn: Connection, now: datetime, draft: Any) -> None:
    await versions.write(conn, draft.id, "es", body("assent", "es"))
    assert (await versions.publish(conn, draft.id, now)).number == 1
    assert [text.language for text in await version_queries.texts(conn, draft.id)] == ["en", "es"]
    async with conn.transaction():
        second = await versions.begin(conn, "assent", now)
        other = await versions.begin(conn, "esign", now)
    assert (second.number, other.number) == (2, 1)
    newest = await version_queries.newest(conn, "assent")
    assert newest is not None
    assert newest.id == draft.id, "a draft is signed by nobody"


async def test_t2_a_machines_draft_waits_for_a_named_person(conn: Connection, now: datetime, draft: Any) -> None:
    await versions.write(conn, draft.id, "es", body("assent", "es"), is_machine=True)
    with pytest.raises(NotApproved):
        await versions.publish(conn, draft.id, now)
    with pytest.raises(versions.NobodyNamed):
        await versions.approve(conn, draft.id, "es", " ", now)
    await versions.approve(conn, draft.id, "es", "Pilar Quintanilla", now)
    await versions.write(conn, draft.id, "es", body("assent", "es") + "\nOtra frase.", is_machine=True)
    with pytest.raises(NotApproved):
        await versions.publish(conn, draft.id, now)
    await versions.approve(conn, draft.id, "es", "Pilar Quintanilla", now)
    await versions.publish(conn, draft.id, now)
    [_, spanish] = await version_queries.texts(conn, draft.id)
    assert (spanish.is_machine, spanish.approved_by) == (True, "Pilar Quintanilla")


async def test_e9_a_published_version_stays_as_it_is(conn: Connection, now: datetime, draft: Any) -> None:
    await versions.publish(conn, draft.id, now)
    with pytest.raises(Published):
        await versions.write(conn, draft.id, "en", "# Other")
    with pytest.raises(Published):
        await versions.approve(conn, draft.id, "en", "Somebody", now)
    with pytest.raises(Published):
        await versions.publish(conn, draft.id, now)
    for sql in (
        "update consent_text set body = 'other'",
        "delete from consent_text",
        "update consent_version set published_at = null",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await conn.execute(sql)


async def test_nothing_unfit_and_nothing_without_english_is_published(conn: Connection, now: datetime, draft: Any) -> None:
    await versions.write(conn, draft.id, "es", "# Hola\n\n<b>{{panel_title}}</b> en {{convening_name}}. Usted va.")
    with pytest.raises(NotFit) as refused:
        await versions.publish(conn, draft.id, now)
    assert refused.value.pointer == "/es"
    assert "no HTML" in refused.value.sentence
    async with conn.transaction():
        other = await versions.begin(conn, "assent", now)
    await versions.write(conn, other.id, "es", body("assent", "es"))
    with pytest.raises(NoEnglish):
        await versions.publish(conn, other.id, now)
    with pytest.raises(NotFound):
        await versions.approve(conn, other.id, "ar", "Samira Haddad", now)


async def test_t3_english_alone_leaves_translations_stale(conn: Connection, now: datetime, draft: Any) -> None:
    await versions.write(conn, draft.id, "es", body("assent", "es"))
    await versions.publish(conn, draft.id, now)
    assert await version_queries.stale(conn) == []
    async with conn.transaction():
        second = await versions.begin(conn, "assent", now)
    await versions.write(conn, second.id, "en", body("assent"))
    assert await version_queries.stale(conn) == [], "a draft makes nothing stale"
    await versions.publish(conn, second.id, now)
    assert await version_queries.stale(conn) == [version_queries.StaleRow("assent", "es", 1, 2)]


async def test_the_demo_publishes_version_one_of_each_in_both_languages(conn: Connection, now: datetime) -> None:
    async with conn.transaction():
        await demo_texts.load(conn, Path(DEMO), now)
    found = {
        (row.template, row.number, row.published_at is not None): row.id for row in await version_queries.versions(conn)
    }
    assert set(found) == {("panelist", 1, True), ("assent", 1, True), ("esign", 1, True)}
    for version_id in found.values():
        texts = await version_queries.texts(conn, version_id)
        assert [(text.language, text.is_machine) for text in texts] == [("en", False), ("es", False)]
        assert all(text.approved_by for text in texts)
