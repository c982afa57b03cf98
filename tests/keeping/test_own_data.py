"""Whoever is signed in takes along what we hold about them: nothing that is anonymous, nothing of others."""

import io
import json
import zipfile
from datetime import datetime
from typing import Any
from uuid import UUID

import httpx
import pytest

from service import db
from service.access.limits import OWN_DATA
from service.db import Connection
from service.exchange import inbox
from service.exchange.inbox import Judgement
from service.exchange.letters import Letter
from service.field_cipher import ring
from service.keeping import own_data
from service.keeping.own_data import PARTS
from service.settings import Settings
from service.web.templating import environment
from tests import make
from tests.access.conftest import TAMSIN, person, seal, sign_in
from tests.access.test_rights import give
from tests.pages.office import Office, audit


@pytest.fixture
async def tamsin(browser: httpx.AsyncClient, conn: Connection, settings: Settings, now: datetime) -> Office:
    """Tamsin is signed in at her own browser."""
    await person(conn, now, "Tamsin <b>Birchwell</b>", TAMSIN)
    await sign_in(browser, conn, settings)
    return Office(browser, await seal(browser))


async def saved(tamsin: Office) -> tuple[dict[str, Any], str, list[str]]:
    """The file: for programs, for people, and what else is in it."""
    answer = await tamsin.send("/account/data")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
    assert answer.headers["content-disposition"] == 'attachment; filename="plenary-2026-12-01.zip"'
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        names = archive.namelist()
        return json.loads(archive.read("everything.json")), archive.read("everything.html").decode(), names


async def asked_in(conn: Connection, convening_id: UUID, code: str, privacy: str, now: datetime) -> None:
    """A closed survey that she answered; of an anonymous one nobody knows which answer is hers."""
    survey_id, invitation_id, answer_id = (db.new_id(now) for _ in range(3))
    await conn.execute(
        """insert into survey (id, convening_id, code, version, audience, privacy, definition, state, public_key, created_at,
                               opened_at, closes_at, closed_at, invited, release)
           values ($1, $2, $3, 1, 'members', $4, '{}', 'closed', '\\x01', $5, $5, $5, $5, 1, '{}')""",
        survey_id,
        convening_id,
        code,
        privacy,
        now,
    )
    await conn.execute(
        """insert into survey_invitation (id, survey_id, person_id, answered)
           select $1, $2, id, true from person where email = $3""",
        invitation_id,
        survey_id,
        TAMSIN,
    )
    await conn.execute("""insert into answer values ($1, $2, 'core', $3)""", answer_id, survey_id, {"m1": f"said in {code}"})
    if privacy == "confidential":
        await conn.execute("insert into answer_source values ($1, $2)", answer_id, invitation_id)
    await conn.execute(
        """insert into delivery (id, kind, subject_id, convening_id, person_id, recipient, policy, message, message_id,
                                 next_at, created_at, state)
           select $1, 'survey_ask', $2, $3, id, email, 'hold', $4, $5, $6, $6, 'sent' from person where email = $7""",
        db.new_id(now),
        invitation_id,
        convening_id,
        {"asks": code},
        code,
        now,
        TAMSIN,
    )


async def test_the_file_has_everything_of_hers_and_nothing_of_anybody_elses(
    tamsin: Office, conn: Connection, now: datetime
) -> None:
    convening = await make.convening(conn, now, sessions=[make.session_draft(now, title="Listening well")])
    chosen = await make.session_ids(conn, convening.id)
    row = await make.registered(conn, convening.id, now=now, email=TAMSIN, access_needs="A ramp", sessions=chosen)
    await make.registered(conn, convening.id, 3, now=now)
    await conn.execute(
        """insert into scan (id, convening_id, registration_id, direction, at, device_at, received_at, device, outcome)
           values (gen_random_uuid(), $1, $2, 'in', $3, $3, $3, 'd1', 'recorded')""",
        convening.id,
        row.id,
        now,
    )
    await asked_in(conn, convening.id, "kept_apart", "anonymous", now)
    await asked_in(conn, convening.id, "looked_up", "confidential", now)
    held, page, names = await saved(tamsin)
    assert names == ["everything.html", "everything.json"]
    assert held["person"]["email"] == TAMSIN
    [registered] = held["registrations"]
    assert (registered["convening"], registered["access_needs"]) == (convening.title, "A ramp")
    assert (registered["sessions"], registered["state"]) == (["Listening well"], "confirmed")
    assert [one["place"] for one in held["presence"]] == ["The house"]
    assert [one["what"] for one in held["answers"]] == ["looked_up core"]
    assert [one["said"] for one in held["mails"] if one["kind"] == "survey_ask"] == [{"asks": "looked_up"}]
    assert {one["action"] for one in held["acts"]} == {"signed_in", "own_data_saved"}
    assert held["visits"][-1]["what"] == "A browser is signed in"
    everything = json.dumps(held) + page
    assert "kept_apart" not in everything, "not even whether she was asked"
    assert make.request(3).email not in everything
    assert "Tamsin &lt;b&gt;Birchwell&lt;/b&gt;" in page
    assert all(heading in page for heading, _ in PARTS.values())
    assert set(held) == {"made_at", *PARTS}
    assert page.count("<table>") == page.count("</table>") == sum(bool(held[name]) for name in PARTS)
    assert page.count("<p>Nothing.</p>") == sum(not held[name] for name in PARTS)


async def test_her_certificates_are_in_it_as_they_were_made(tamsin: Office, conn: Connection, now: datetime) -> None:
    convening = await make.convening(conn, now)
    row = await make.registered(conn, convening.id, now=now, email=TAMSIN)
    certificate_id = db.new_id(now)
    await conn.execute(
        "insert into certificate values ($1, $2, 1, 'generic_certificate', 12, $3, $4)",
        certificate_id,
        row.id,
        {"h": 3},
        now,
    )
    await conn.execute(
        """insert into document (id, kind, subject_id, state, next_at, pdf, created_at, made_at)
           values (gen_random_uuid(), 'certificate', $1, 'made', $2, '\\x25504446', $2, $2)""",
        certificate_id,
        now,
    )
    held, _, names = await saved(tamsin)
    assert names[2:] == [f"certificates/{convening.slug}-1.pdf"]
    assert [(one["quarters"], one["body"]) for one in held["certificates"]] == [(12, {"h": 3})]


async def test_that_it_was_taken_along_is_written_down_and_there_is_an_end_for_today(
    tamsin: Office, conn: Connection, now: datetime
) -> None:
    assert "One file with everything" in await tamsin.read("/account/data")
    assert await audit(conn, "own_data_saved") == [], "looking at the page takes nothing along"
    for _ in range(OWN_DATA.most):
        assert (await tamsin.send("/account/data")).status_code == 200
    refused = await tamsin.send("/account/data")
    assert (refused.status_code, "You have taken 10 files along today" in refused.text) == (429, True)
    assert len(await audit(conn, "own_data_saved")) == OWN_DATA.most


async def test_what_an_organizer_did_with_others_is_in_it_as_acts_alone(
    tamsin: Office, conn: Connection, now: datetime
) -> None:
    [me] = await db.many(conn, UUID, "select id from person")
    await give(conn, now, me, "organizer")
    other = await person(conn, now, "Solveig Lindqvist", "solveig@network.example")
    await conn.execute(
        "insert into audit_entry values (gen_random_uuid(), $1, $2, 'person_changed', 'person', $3, '203.0.113.7', '{}')",
        now,
        me,
        other,
    )
    held, page, _ = await saved(tamsin)
    assert ("person_changed", "person") in [(one["action"], one["thing"]) for one in held["acts"]]
    assert [(one["role"], one["of"]) for one in held["roles"]] == [("organizer", "Everything")]
    assert "Solveig" not in page


async def test_a_file_of_any_length_is_sent_while_it_is_made(conn: Connection, settings: Settings, now: datetime) -> None:
    """Of a long audit log some hundred rows are held, and no chunk has much more in it."""
    me = await person(conn, now, "Tamsin Birchwell", TAMSIN)
    await conn.execute(
        """insert into audit_entry (id, at, person_id, action, thing_kind, thing_id, client, detail)
           select gen_random_uuid(), $1, $2, 'person_changed', 'person', gen_random_uuid(), md5(n::text), '{}'
             from generate_series(1, 5000) n""",
        now,
        me,
    )
    pages = environment(settings)
    chunks = own_data.file(
        settings.database_url,
        me,
        ring(settings.field_keys),
        lambda name, given: pages.get_template(name).render(given),
        now,
    )
    sizes, content = [], b""
    async for chunk in chunks:
        sizes.append(len(chunk))
        content += chunk
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        assert len(json.loads(archive.read("everything.json"))["acts"]) == 5000
    assert (len(sizes) > 10, max(sizes) < len(content) / 5) == (True, True)


async def test_letters_from_an_address_that_they_had_before_are_in_it_too(
    tamsin: Office, conn: Connection, now: datetime
) -> None:
    me = await db.one(conn, UUID, "select id from person")
    await conn.execute("insert into former_address values ($1, $2, 'Tamsin@old.example', $3)", db.new_id(now), me, now)
    for sender in ("tamsin@OLD.example", "somebody@old.example"):
        await inbox.keep(conn, sender, "us@plenary.example", sender.encode(), now)
        kept = await inbox.claim(conn, now)
        assert kept is not None
        letter = Letter(kind="human", sender=sender, subject="About the agenda", text="Words")
        await inbox.settle(conn, kept.id, letter, Judgement(outcome="told"), now)
    held, _, _ = await saved(tamsin)
    assert [one["sender"] for one in held["letters"]] == ["tamsin@OLD.example"]
