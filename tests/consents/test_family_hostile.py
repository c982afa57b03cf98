"""Links in wrong hands: guessed, another family's, replayed, forwarded, opened by a scanner; and what leaks nowhere."""

import base64
import logging
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import httpx
import msgspec
import pytest
from litestar import Litestar

from service import db
from service.access.limits import CODES_PER_CLIENT
from service.consents import answer_writes, answering, carrying, evidence, shown_here
from service.consents.carrying import Carried
from service.db import Connection
from service.settings import Settings
from service.web import links
from tests.consents import desk
from tests.consents.desk import MAIL, Stage
from tests.consents.family import SIGNATURE, YES, Family, hidden, path_of, slip_of, state_of, text_of

Browsers = Callable[[], httpx.AsyncClient]
REST = ("", "/en", "/en/choices", "/en/paper", "/en/copy", "/en/withdrawal", "/en/objection")


@pytest.fixture
async def rogelio(browsers: Browsers, conn: Connection, settings: Settings, where: Stage, now: datetime) -> Family:
    """The guardian of another student."""
    signup_id = await desk.ask(conn, where, now, "Marisol Etxarri")
    return Family(browsers(), conn, settings, path_of(settings, await desk.signer(conn, signup_id)))


async def test_a_guessed_a_foreign_and_an_ended_link_lead_nowhere(
    amina: Family, conn: Connection, settings: Settings, zuri: UUID, now: datetime
) -> None:
    consent = await desk.signer(conn, zuri)
    token = links.token(settings.secret_key, "consent", consent.id, 0)
    raw = bytearray(base64.urlsafe_b64decode(token + "="))
    raw[-1] ^= 1
    tokens = {
        "guessed": base64.urlsafe_b64encode(bytes(raw)).decode().rstrip("="),
        "of a slip": links.token(settings.secret_key, "slip", consent.id, 0),
        "of another purpose": links.token(settings.secret_key, "manage", consent.id, 0),
        "of nobody": links.token(settings.secret_key, "consent", db.new_id(now), 0),
        "of another generation": links.token(settings.secret_key, "consent", consent.id, 1),
        "of another secret": links.token("another secret " * 3, "consent", consent.id, 0),
        "nothing": "nothing",
    }
    for name, wrong in tokens.items():
        for rest in REST:
            assert (await amina.client.get(f"/c/{wrong}{rest}")).status_code == 404, (name, rest)
        for step in ("check", "signing", "signature", "refusal", "code", "proof", "withdrawal", "objection"):
            answer = await amina.client.post(f"/c/{wrong}/en/{step}", data=YES)
            assert answer.status_code == 404, (name, step)
    await conn.execute("update consent set generation = 1")
    assert (await amina.get()).status_code == 404
    assert await state_of(conn, zuri) == "asked"


@pytest.mark.parametrize(("home", "last"), [("2001:db8:1:2::{:x}", 429), ("2001:db8:1:{:x}::1", 410)])
async def test_codes_are_tried_so_often_from_one_household_whichever_of_its_addresses_is_taken(
    amina: Family, site: Litestar, home: str, last: int
) -> None:
    """One household of IPv6 has a /64."""
    await amina.signed()
    said: list[int] = []
    for number in range(1, CODES_PER_CLIENT.most + 2):
        transport = httpx.ASGITransport(app=site, client=(home.format(number), 40000))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
            said.append((await client.post(f"{amina.path}/en/held/proof", data={"code": "000000"})).status_code)
    assert 429 not in said[:5]
    assert said[-1] == last


async def test_a_scanner_that_opens_every_link_changes_nothing(amina: Family, conn: Connection) -> None:
    await amina.signed()
    before = await db.one(conn, str, "select (c, u)::text from consent c, signup u")
    amina.client.cookies.clear()
    for rest in REST:
        page = await amina.client.get(amina.path + rest)
        for path in re.findall(r'href="(/c/[^"]+)"', page.text):
            await amina.client.get(path)
    assert await db.one(conn, str, "select (c, u)::text from consent c, signup u") == before


async def test_what_another_family_carries_is_not_taken(
    amina: Family, rogelio: Family, conn: Connection, zuri: UUID
) -> None:
    theirs = hidden(await rogelio.to_signing())
    page = await amina.to_signing()
    for step in ("choices", "check", "signing", "signature"):
        answer = await amina.client.post(f"{amina.at}/{step}", data=YES | SIGNATURE | {"carried": theirs})
        assert (answer.status_code, answer.headers["location"]) == (303, amina.at), step
    assert await evidence.chain(conn, zuri) == []
    code = await amina.code()
    foreign = await rogelio.sign(await rogelio.to_signing(), code=code)
    assert foreign.status_code == 422, "a code is its signer's own"
    assert (await amina.sign(page, code=code)).status_code == 303


async def test_what_is_carried_cannot_be_changed_on_the_way(amina: Family, settings: Settings, zuri: UUID) -> None:
    seal = hidden(await amina.to_signing())
    raw = base64.urlsafe_b64decode(seal)
    forged = base64.urlsafe_b64encode(raw.replace(b'"photos":"none"', b'"photos":"full"')).decode()
    for wrong in (forged, seal[:-4], "x", "é" * 9, seal[::-1], "A" * 20_000):
        answer = await amina.post("/signature", carried=wrong, **SIGNATURE)
        assert (answer.status_code, answer.headers.get("location")) == (303, amina.at), wrong[:20]


async def test_a_signature_is_not_replayed(amina: Family, conn: Connection, zuri: UUID) -> None:
    page = await amina.to_signing()
    code = await amina.code()
    assert (await amina.sign(page)).status_code == 303
    cookies = dict(amina.client.cookies)
    amina.client.cookies.clear()
    stranger = await amina.post("/signature", carried=hidden(page), code=code, **SIGNATURE)
    assert (stranger.status_code, "This form was answered" in text_of(stranger)) == (409, True)
    amina.client.cookies.update(cookies)
    again = await amina.post("/signature", carried=hidden(page), code=code, **SIGNATURE)
    assert (again.status_code, "This code was used" in text_of(again)) == (422, True)
    assert len(await evidence.chain(conn, zuri)) == 1


async def test_e3_a_link_forwarded_after_the_signature_shows_the_copy_only_after_the_code(
    amina: Family, browsers: Browsers, conn: Connection, zuri: UUID
) -> None:
    await amina.signed()
    stranger = Family(browsers(), conn, amina.settings, amina.path)
    for rest in REST:
        page = await stranger.client.get(amina.path + rest, follow_redirects=True)
        for secret in ("Zuri", "Camberwell", MAIL, "Staff notes", "Belonging at school"):
            assert secret not in page.text, (rest, secret)
    asked = await stranger.post("/code")
    assert "a•••@families.example" in asked.text
    assert "Zuri" not in asked.text
    for step in ("check", "signing", "signature", "refusal", "choices"):
        assert (await stranger.client.post(f"{amina.at}/{step}", data=YES)).status_code == 409, step
    assert (await stranger.post("/proof", code="000000")).status_code in (303, 422)
    amina.client = browsers()
    await amina.post("/code")
    opened = await amina.post("/proof", code=await amina.code())
    assert opened.headers["location"] == f"{amina.at}/copy"
    assert "Zuri Camberwell" in (await amina.get("/copy")).text


async def test_five_wrong_codes_end_it_and_a_new_one_works(amina: Family, conn: Connection, zuri: UUID) -> None:
    page = await amina.to_signing()
    good = await amina.code()
    wrong = f"{(int(good) + 1) % 1_000_000:06}"
    said = [text_of(await amina.sign(page, code=wrong)) for _ in range(5)]
    assert all("That is not the code" in one for one in said[:4])
    assert "This code was used, or its time has passed." in said[4]
    fields = SIGNATURE | {"carried": hidden(page), "code": good}
    assert (await amina.client.post(f"{amina.at}/signature", data=fields)).status_code == 422
    kept = SIGNATURE | {"carried": hidden(page), "again": "yes"}
    again = await amina.client.post(f"{amina.at}/signing", data=kept)
    assert 'value="Amina Camberwell"' in again.text, "what was typed is kept"
    assert (await amina.sign(again)).status_code == 303


async def test_a_code_lives_fifteen_minutes_and_at_most_five_are_mailed_an_hour(
    site: Litestar, amina: Family, conn: Connection, now: datetime
) -> None:
    page = await amina.to_signing()
    site.state.clock = lambda: now + timedelta(minutes=15)
    assert "its time has passed" in text_of(await amina.sign(page))
    site.state.clock = lambda: now
    for _ in range(6):
        last = await amina.client.post(f"{amina.at}/signing", data={"carried": hidden(page), "again": "yes"})
    assert "We have mailed five codes already." in text_of(last)
    assert await db.one(conn, int, "select count(*) from event where kind = 'consent_code_asked'") == 5


async def test_going_back_and_forth_mails_one_code_only(amina: Family, conn: Connection) -> None:
    for _ in range(3):
        await amina.to_signing()
    assert await db.one(conn, int, "select count(*) from consent_code") == 1


async def test_the_proof_of_one_signer_opens_no_other_copy_and_ends_after_half_an_hour(
    site: Litestar, amina: Family, rogelio: Family, now: datetime
) -> None:
    await amina.signed()
    await rogelio.signed()
    rogelio.client.cookies.clear()
    rogelio.client.cookies.update(dict(amina.client.cookies))
    assert (await rogelio.get("/copy")).status_code == 303
    assert (await amina.get("/copy")).status_code == 200
    site.state.clock = lambda: now + shown_here.LIFE
    assert (await amina.get("/copy")).status_code == 303
    for forged in ("", "1", "9" * 11 + ".x", "x.y", "99999999999." + "0" * 64):
        amina.client.cookies.clear()
        amina.client.cookies.set("plenary-copy", forged)
        assert (await amina.get("/copy")).status_code == 303, forged


async def test_a_form_from_another_site_is_refused(amina: Family, conn: Connection, zuri: UUID) -> None:
    await amina.signed()
    answer = await amina.client.post(f"{amina.at}/withdrawal", headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403
    assert await state_of(conn, zuri) == "signed"


async def test_a_family_without_a_mail_address_signs_unverified(
    browsers: Browsers, conn: Connection, settings: Settings, zuri: UUID, amina: Family
) -> None:
    await conn.execute("update consent set email = '', phone = '555-555-0119'")
    page = await amina.to_signing()
    assert 'name="code"' not in page.text
    assert "the school calls you" in text_of(page)
    answer = await amina.post("/signature", carried=hidden(page), **SIGNATURE)
    assert answer.status_code == 200
    assert await state_of(conn, zuri) == "signed_unverified"
    assert "call the school" in text_of(await amina.get())
    assert (await amina.post("/code")).status_code == 409


async def test_a_slip_of_a_named_student_asks_no_details_and_shows_no_way_to_reach_them(
    browsers: Browsers, conn: Connection, settings: Settings, zuri: UUID
) -> None:
    family = Family(browsers(), conn, settings, slip_of(settings, zuri))
    page = await family.get()
    assert 'name="guardian"' not in page.text
    assert MAIL not in page.text
    await conn.execute("update signup set slip_generation = 1")
    assert (await family.get()).status_code == 404, "a revoked slip opens nothing"


async def test_no_name_of_a_student_stands_in_an_address_a_log_an_event_or_the_audit(
    amina: Family, conn: Connection, zuri: UUID, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, "plenary"):
        await amina.signed()
        await amina.post("/withdrawal")
    seen = [str(answer) for answer in caplog.messages]
    pages = [await amina.client.get(amina.path + rest) for rest in REST]
    addresses = [path for page in pages for path in re.findall(r'(?:href|action)="([^"]+)"', page.text)]
    facts = await db.one(conn, str, "select coalesce(string_agg(payload::text, ' '), '') from event")
    acts = await db.one(conn, str, "select coalesce(string_agg(a::text, ' '), '') from audit_entry a")
    for text in (*seen, *addresses, facts, acts):
        assert "zuri" not in text.lower()
        assert "camberwell" not in text.lower()
    metrics = (await amina.client.get("/metrics")).text
    assert "Zuri" not in metrics
    assert amina.path not in metrics


def test_the_seal_is_of_this_signer_and_this_secret() -> None:
    mine, other = UUID(int=1), UUID(int=2)
    carried = Carried(consent_id=mine, says_no=True)
    seal = carrying.sealed("secret", carried)
    assert carrying.opened("secret", seal, mine) == carried
    assert carrying.opened("secret", seal, other) is None
    assert carrying.opened("another", seal, mine) is None
    changed = msgspec.structs.replace(carried, says_no=False)
    assert carrying.sealed("secret", changed) != seal


async def test_a_scanner_that_asks_for_heads_or_prefetches_changes_nothing_before_an_answer(
    amina: Family, browsers: Browsers, conn: Connection, settings: Settings, zuri: UUID
) -> None:
    looks = "select (c, u, (select count(*) from event), (select count(*) from consent_code))::text from consent c, signup u"
    before = await db.one(conn, str, looks)
    scanner = browsers()
    for start in (amina.path, slip_of(settings, zuri)):
        seen, ahead = set[str](), [start + rest for rest in (*REST, "/interpreter", "/en/interpreter")]
        while ahead:
            path = ahead.pop()
            seen.add(path)
            assert (await scanner.head(path, headers={"user-agent": "SafeLinks"})).status_code in (200, 303, 404, 405), path
            page = await scanner.get(path, headers={"purpose": "prefetch", "sec-purpose": "prefetch"})
            found = re.findall(r'(?:href|action|formaction)="(/(?:c|slip)/[^"]+)"', page.text)
            ahead += [one for one in found if one not in seen and one not in ahead]
        assert len(seen) > len(REST)
    assert await db.one(conn, str, looks) == before


def test_a_link_holds_128_bits_that_nobody_can_guess(settings: Settings) -> None:
    tokens = {links.token(settings.secret_key, "consent", UUID(int=number), 0) for number in range(200)}
    macs = {links.take_apart(token).seal for token in tokens}
    assert {len(mac) * 8 for mac in macs} == {128}
    assert len(macs) == 200


async def test_a_link_expires_with_its_deadline_and_with_the_convening(
    site: Litestar, amina: Family, conn: Connection, zuri: UUID, now: datetime
) -> None:
    site.state.clock = lambda: now + timedelta(days=17)
    late = await amina.get()
    assert "The time to answer has passed" in text_of(late)
    assert "Zuri" not in late.text
    for step in ("check", "signing", "signature", "refusal"):
        assert (await amina.client.post(f"{amina.at}/{step}", data=YES)).status_code == 409, step
    assert await state_of(conn, zuri) == "asked"


async def test_one_link_is_one_signers(
    amina: Family, browsers: Browsers, conn: Connection, settings: Settings, zuri: UUID, now: datetime
) -> None:
    second = await desk.second(conn, zuri, now)
    await amina.signed()
    theirs = Family(browsers(), conn, settings, path_of(settings, second))
    page = await theirs.get()
    assert "Amina" not in page.text
    assert (await desk.signer(conn, zuri, "second_guardian")).state == "asked"
    await theirs.signed()
    assert [one.kind for one in await evidence.chain(conn, zuri)] == ["signed", "signed"]


async def test_e3_a_code_to_an_address_that_a_slips_holder_typed_does_not_stand_for_the_schools_word(
    browsers: Callable[[], httpx.AsyncClient], conn: Connection, settings: Settings, where: Stage, now: datetime
) -> None:
    """The copy is mailed there with a signer's link; whoever signs once more with it still waits for the school."""
    signup_id = await desk.ask(conn, where, now, name=None, grade=None, guardian=None, label="Slip 1")
    async with conn.transaction():
        await answer_writes.write_slip(conn, signup_id, "Zuri Camberwell", 11, "Amina Camberwell", MAIL, "", now)
    consent = await desk.signer(conn, signup_id)
    async with conn.transaction():
        await answering.sign(conn, consent.id, desk.signing(), await desk.document(conn), desk.BY_SLIP, now)
    holder = Family(browsers(), conn, settings, path_of(settings, consent))
    await holder.post("/code")
    assert (await holder.post("/proof", code=await holder.code())).status_code == 303
    signed = await holder.sign(await holder.to_signing())
    assert signed.status_code == 303, text_of(signed)
    assert await state_of(conn, signup_id) == "signed_unverified"
    assert await conn.fetchval("select count(*) from evidence where kind = 'signed'") == 2
