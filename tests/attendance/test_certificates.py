"""From hours to certificates: made when a convening is over, again after a correction, fewer by one's own wish."""

from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest
import yaml
from pypdf import PdfReader

from service import db, events
from service.attendance import certificate_queries, certificate_sheet, certifying, profiles
from service.attendance.certifying import Organizer
from service.attendance.profiles import KINDS, Credit
from service.convenings import queries as convenings
from service.documents import press
from service.settings import Settings
from service.web import links
from tests import make
from tests.attendance.conftest import HOUR, MINUTE, Door, scan
from tests.documents.test_signed_form import words

DEMO = Path(__file__).parents[2] / "demo"
US = Organizer("Equity Officers Network", "convenings@eon-demo.example")
STATE = Credit(
    profile="wa_clock_hours",
    provider="Puget Sound ESD",
    approval_number="WA-1234",
    approval_year=2026,
    approved_on=date(2026, 8, 31),
    confirmed=True,
)


async def attended(door: Door, now: Any, minutes: int = 60) -> UUID:
    """Somebody who was in the first session for so long; the convening is over."""
    row = await make.registered(door.conn, door.convening.id, now=now)
    [room, *_] = await make.session_ids(door.conn, door.convening.id)
    begins = door.opens + HOUR
    await door.take(
        scan(door.opens, registration_id=row.id),
        scan(begins, registration_id=row.id, session_id=room),
        scan(begins + minutes * MINUTE, "out", registration_id=row.id, session_id=room),
    )
    await convenings.set_state(door.conn, door.convening.id, "completed")
    return row.id


async def certify(door: Door, registration_id: UUID) -> bool:
    async with door.conn.transaction():
        return await certifying.certify(door.conn, door.convening.id, registration_id, US, door.opens + 30 * HOUR)


async def valid(door: Door, registration_id: UUID) -> certificate_queries.CertificateRow:
    found = await certificate_queries.valid(door.conn, registration_id)
    assert found is not None
    return found


async def test_quarters_of_attended_sessions_are_certified_once(door: Door, now: Any) -> None:
    who = await attended(door, now, minutes=50)
    assert await certify(door, who)
    assert not await certify(door, who), "nothing has changed"
    row = await valid(door, who)
    body = certificate_sheet.body(row)
    assert (row.number, row.quarters, body.minutes, body.sessions) == (1, 3, 50, (("Budgets", 50),))
    assert certificate_sheet.in_words(row) == "0.75 hours attended"
    assert (
        await db.one(door.conn, int, "select count(*)::int from document where kind = 'certificate' and state = 'owed'") == 1
    )


async def test_nothing_is_certified_before_it_is_over_or_of_less_than_a_quarter(door: Door, now: Any) -> None:
    who = await attended(door, now, minutes=14)
    assert not await certify(door, who)
    await convenings.set_state(door.conn, door.convening.id, "published")
    assert not await certify(door, await attended_again(door, now))


async def attended_again(door: Door, now: Any) -> UUID:
    row = await make.registered(door.conn, door.convening.id, 2, now=now)
    [room, *_] = await make.session_ids(door.conn, door.convening.id)
    await door.take(scan(door.opens + HOUR, registration_id=row.id, session_id=room))
    return row.id


async def test_a_claim_of_fewer_hours_makes_a_new_certificate_that_says_so(door: Door, now: Any) -> None:
    who = await attended(door, now)
    await certify(door, who)
    first = await valid(door, who)
    await certifying.claim(door.conn, who, 2, door.opens + 30 * HOUR)
    assert await certify(door, who)
    second = await valid(door, who)
    assert (second.number, certificate_sheet.in_words(second)) == (2, "0.5 hours attended")
    assert ("Claimed", "0.5 of 1 hours attended") in [(one.label, one.words) for one in certificate_sheet.facts(second)]
    assert (await certificate_queries.certificate(door.conn, first.id)).replaced_at is not None
    with pytest.raises(certifying.TooManyHours):
        await certifying.claim(door.conn, who, 5, door.opens + 30 * HOUR)
    await certifying.claim(door.conn, who, None, door.opens + 30 * HOUR)
    assert await certify(door, who)
    assert (await valid(door, who)).quarters == 4


async def test_what_is_certified_is_never_rewritten(door: Door, now: Any) -> None:
    who = await attended(door, now)
    await certify(door, who)
    for statement in ("update certificate set quarters = 40", "delete from certificate"):
        with pytest.raises(Exception, match="permission denied"):
            await door.conn.execute(statement)


async def test_anybody_checks_a_certificate_by_its_address_and_sees_what_replaced_it(
    door: Door, organizer: httpx.AsyncClient, now: Any
) -> None:
    who = await attended(door, now)
    await certify(door, who)
    first = await valid(door, who)
    stranger = httpx.AsyncClient(transport=organizer._transport, base_url="http://127.0.0.1:8000")  # pyright: ignore
    page = await stranger.get(f"/certificates/{first.id}")
    assert (page.status_code, "This certificate is ours, and it counts." in page.text) == (200, True)
    assert "Tamsin" in page.text or certificate_sheet.body(first).name in page.text
    assert "@cedar-harbor.example" not in page.text, "no address of anybody's"
    await certifying.claim(door.conn, who, 1, door.opens + 30 * HOUR)
    await certify(door, who)
    newer = await valid(door, who)
    page = await stranger.get(f"/certificates/{first.id}")
    assert "no longer counts" in page.text
    assert f"/certificates/{newer.id}" in page.text
    assert (await stranger.get("/certificates/0199e0a4-5d7b-7cc0-8e52-3f3f6a1d9b10")).status_code == 404


async def test_the_own_page_offers_the_file_and_fewer_hours(
    door: Door, organizer: httpx.AsyncClient, settings: Settings, now: Any
) -> None:
    who = await attended(door, now)
    own = links.PATHS["manage"] + links.token(settings.secret_key, "manage", who, 0)
    stranger = httpx.AsyncClient(transport=organizer._transport, base_url="http://127.0.0.1:8000")  # pyright: ignore
    assert "There is no certificate for you yet" in (await stranger.get(f"{own}/certificate")).text
    await certify(door, who)
    page = await stranger.get(f"{own}/certificate")
    assert "1 hours attended" in page.text
    assert (await stranger.get(f"{own}/certificate.pdf")).status_code == 409, "it is being made"
    answer = await stranger.post(f"{own}/certificate", data={"quarters": "9"})
    assert (answer.status_code, "or fewer" in answer.text) == (422, True)
    answer = await stranger.post(f"{own}/certificate", data={"quarters": "2"})
    assert answer.status_code == 303
    facts = [one for one in await make.recorded(door.conn) if isinstance(one, events.HoursClaimed)]
    assert len(facts) == 1


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({}, None),
        ({"provider": ""}, profiles.FieldMissing),
        ({"approval_number": ""}, profiles.FieldMissing),
        ({"confirmed": False}, profiles.FieldMissing),
        ({"approval_year": 2025}, profiles.OutsideApproval),
        ({"approval_year": 2027}, profiles.OutsideApproval),
        ({"approved_on": date(2026, 10, 14)}, profiles.ApprovedTooLate),
        ({"approved_on": date(2026, 10, 13)}, None),
    ],
)
def test_washingtons_hours_need_an_approved_partner_of_that_very_year(
    changes: dict[str, Any], refusal: type[Exception] | None
) -> None:
    credit = msgspec.structs.replace(STATE, **changes)
    days = (date(2026, 10, 14), date(2026, 10, 15), 600)
    if refusal is None:
        profiles.check(credit, *days)
    else:
        with pytest.raises(refusal):
            profiles.check(credit, *days)


def test_washingtons_offering_has_an_hour_at_least() -> None:
    with pytest.raises(profiles.TooShort):
        profiles.check(STATE, date(2026, 10, 14), date(2026, 10, 14), 59)


def test_an_approval_year_ends_on_the_last_of_september() -> None:
    with pytest.raises(profiles.OutsideApproval):
        profiles.check(STATE, date(2027, 9, 30), date(2027, 10, 1), 600)
    profiles.check(STATE, date(2027, 9, 29), date(2027, 9, 30), 600)


def test_the_profiles_are_those_of_the_demos_file_and_say_what_must_be_said() -> None:
    file = yaml.safe_load((DEMO / "pd_credit_profiles.yaml").read_text())["profiles"]
    assert set(file) == set(KINDS)
    generic = file["generic_certificate"]
    assert (KINDS["generic_certificate"].title, profiles.NOT_CREDIT) == (generic["title"], generic["must_say"])
    said = " ".join(
        [*profiles.notes(Credit(), "a@b.example"), KINDS["generic_certificate"].title, KINDS["generic_certificate"].hours]
    )
    assert not [word for word in generic["must_not_say"] if word.lower() in said.lower()]
    assert profiles.bare(Credit(provider="Somebody", approval_number="1")) == Credit(), "no number without a profile"


@pytest.mark.parametrize(
    ("profile", "words"), [("iacet_ceu", "0.225"), ("wa_clock_hours", "2.25"), ("generic_certificate", "2.25")]
)
def test_a_ceu_is_ten_hours(profile: Any, words: str) -> None:
    assert profiles.amount(profile, 9) == words


@pytest.mark.parametrize(
    "credit",
    [Credit(), STATE, Credit(profile="ny_ctle", provider="Sponsor", approval_number="21", content_share=60, confirmed=True)],
)
async def test_a_certificate_is_set_as_a_tagged_pdf_with_what_its_profile_prints(
    door: Door, now: Any, credit: Credit
) -> None:
    who = await attended(door, now)
    await certificate_queries.put_credit(door.conn, door.convening.id, credit)
    await certify(door, who)
    row = await valid(door, who)
    sheet = certificate_sheet.sheet(row, "https://plenary.example")
    reader = PdfReader(BytesIO(press.press(sheet)))
    text = words(reader)
    assert sheet.name in text
    assert str(row.id) in text.replace(" ", "")
    assert ("not state-approved credit" in text) == (credit.profile == "generic_certificate")
    assert (credit.approval_number in text) or credit.profile == "generic_certificate"
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"] == True  # noqa: E712  # a boolean of the library
