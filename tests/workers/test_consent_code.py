"""The mail of a code to sign: in the family's language, of the student not a word, gone when it is worth nothing."""

from datetime import datetime

import pytest

from service.consents import codes
from service.db import Connection
from service.web import links
from tests.consents import desk
from tests.workers.conftest import Office


@pytest.mark.parametrize(
    ("language", "subject", "sentence"),
    [
        ("en", "{code} is your code", "Type this code on the page that asked for it:"),
        ("es", "{code} es su código", "Escriba este código en la página que lo pidió:"),
        ("ar", "{code} is your code", "Type this code on the page that asked for it:"),
    ],
)
async def test_it_carries_the_code_in_the_familys_language_and_nothing_about_the_student(
    office: Office, conn: Connection, now: datetime, language: str, subject: str, sentence: str
) -> None:
    signup_id = await desk.ask(conn, await desk.stage(conn, now), now)
    await conn.execute("update consent set language = $1", language)
    consent = await desk.signer(conn, signup_id)
    assert await codes.ask(conn, office.settings.secret_key, consent, now)
    code_id, nonce = await conn.fetchrow("select id, nonce from consent_code") or ("", b"")
    code = links.consent_code(office.settings.secret_key, code_id, nonce)
    [mail] = [one for one in await office.settle() if code in one["Subject"]]
    text, page = (part.get_content() for kind in ("plain", "html") if (part := mail.get_body((kind,))))
    assert mail["To"].addresses[0].addr_spec == desk.MAIL
    assert mail["Subject"] == subject.format(code=code)
    assert sentence in text
    assert code in text.splitlines()
    assert code in page
    assert f'lang="{"es" if language == "es" else "en"}"' in page
    assert "Zuri" not in mail.as_string()
    [delivery] = [one for one in await office.deliveries() if one.kind == "consent_code"]
    assert delivery.state == "sent"
    stored = await conn.fetchval("select string_agg(d::text, '') from delivery d")
    assert code not in stored


async def test_after_fifteen_minutes_or_a_signature_it_is_not_sent(office: Office, conn: Connection, now: datetime) -> None:
    where = await desk.stage(conn, now)
    first, other = [await desk.signer(conn, await desk.ask(conn, where, now, name)) for name in ("Zuri C", "Omari L")]
    for consent in (first, other):
        await codes.ask(conn, office.settings.secret_key, consent, now)
    await office.react()
    await codes.use_up(conn, first.id)
    office.later(minutes=15)
    assert [one["Subject"] for one in await office.settle() if "code" in one["Subject"]] == []
    states = [one.state for one in await office.deliveries() if one.kind == "consent_code"]
    assert sorted(states) == ["cancelled", "expired"]


async def test_an_event_that_comes_twice_owes_one_mail(office: Office, conn: Connection, now: datetime) -> None:
    consent = await desk.signer(conn, await desk.ask(conn, await desk.stage(conn, now), now))
    await codes.ask(conn, office.settings.secret_key, consent, now)
    await office.react()
    await conn.execute("update event set handled_at = null where kind = 'consent_code_asked'")
    await office.react()
    assert [one.kind for one in await office.deliveries()].count("consent_code") == 1
