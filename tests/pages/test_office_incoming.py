"""What came in by mail, in the console: read, explained, and looked after once."""

from datetime import datetime

import httpx
import pytest

from service import db
from service.db import Connection
from service.deliveries import entries, suppressions
from service.exchange import inbox, writes
from service.exchange.inbox import Judgement
from service.exchange.letters import Letter
from service.home import looking, overview
from service.settings import Settings
from tests import make
from tests.access.conftest import TAMSIN, acts, person, seal, sign_in
from tests.access.test_rights import give
from tests.consents import desk
from tests.consents.conftest import where
from tests.consents.desk import Stage
from tests.pages.conftest import words

__all__ = ["where"]
PATH = "/office/mail/incoming"


@pytest.fixture
async def office(browser: httpx.AsyncClient, conn: Connection, settings: Settings, now: datetime) -> httpx.AsyncClient:
    """The browser of an organizer of everything."""
    await give(conn, now, await person(conn, now, "Tamsin Birchwell", TAMSIN), "organizer")
    await sign_in(browser, conn, settings)
    return browser


async def came_in(conn: Connection, now: datetime, number: int, letter: Letter, judged: Judgement) -> db.UUID:
    """A mail that was taken in and judged."""
    await inbox.keep(conn, "mta@border.example", "us@plenary.example", b"%d" % number, now)
    kept = await inbox.claim(conn, now)
    assert kept is not None
    await inbox.settle(conn, kept.id, letter, judged, now)
    return kept.id


async def test_a_persons_mail_is_read_as_text_and_looked_after_once(
    office: httpx.AsyncClient, conn: Connection, now: datetime
) -> None:
    assert "Nothing came in yet." in words(await office.get(PATH))
    letter = Letter(kind="human", sender="wren@cedar.example", subject="Stairs?", text="<b>Is there</b> a lift?\nWren")
    mail_id = await came_in(conn, now, 1, letter, Judgement(outcome="told"))
    await came_in(conn, now, 2, Letter(kind="autoreply", sender="x@y.example"), Judgement(outcome="ignored"))
    assert [one.title for one in overview.for_all(await looking.look_at_all(conn, now))][-1] == (
        "1 mail that came in needs a person"
    )
    listed = words(await office.get(PATH))
    assert ("Needs a person" in listed, "An automatic reply" in listed) == (True, True)
    assert "An automatic reply" not in words(await office.get(f"{PATH}?show=open"))

    page = await office.get(f"{PATH}/{mail_id}")
    assert "&lt;b&gt;Is there&lt;/b&gt; a lift?" in page.text
    for _ in range(2):
        done = await office.post(f"{PATH}/{mail_id}/attention", data={"seal": await seal(office)})
        assert done.status_code == 303
    assert "Tamsin Birchwell looked after it" in words(await office.get(f"{PATH}/{mail_id}"))
    assert sorted(await acts(conn)) == ["incoming_seen", "signed_in"]
    assert await inbox.waiting_for_a_person(conn) == 0


async def test_a_calendars_answer_says_what_it_did_and_leads_to_the_registration(
    office: httpx.AsyncClient, conn: Connection, now: datetime
) -> None:
    place = await make.convening(conn, now)
    row = await make.registered(conn, place.id, 1, now=now)
    judged = Judgement(outcome="applied", reason="the seat was given back", registration_id=row.id, partstat="DECLINED")
    mail_id = await came_in(conn, now, 1, Letter(kind="reply", sender=row.email), judged)
    own = f"/office/registrations/{row.id}"
    assert "Their calendar says" not in words(await office.get(own))
    entry_id = make.nobody(now)
    uid = "0" * 32
    await entries.insert(conn, entry_id, row.id, uid=uid, recipient=row.email, dtstamp=now, facts={})
    await writes.note(conn, entry_id, "TENTATIVE", 0, now, is_proven=False)
    assert "Their calendar says Perhaps, Tuesday, December 1, 10:00 a.m. Eastern Time (not proven)" in words(
        await office.get(own)
    )
    assert "A calendar’s answer: no" in words(await office.get(PATH))
    assert f'href="/office/registrations/{row.id}"' in (await office.get(f"{PATH}/{mail_id}")).text


async def test_earlier_mail_is_behind_a_button_and_a_made_up_place_is_refused(
    office: httpx.AsyncClient, conn: Connection, now: datetime
) -> None:
    for number in range(51):
        await came_in(conn, now, number, Letter(kind="mdn", subject=f"Number {number}."), Judgement(outcome="ignored"))
    first = await office.get(PATH)
    assert ("Number 50." in first.text, "Number 0." in first.text) == (True, False)
    [more] = [part.split('"')[0] for part in first.text.split('href="')[1:] if "before=" in part.split('"')[0]]
    assert "Number 0." in (await office.get(more.replace("&amp;", "&"))).text
    assert (await office.get(f"{PATH}?before=x")).status_code == 422


async def test_a_family_that_no_mail_reaches_and_that_gave_no_telephone_needs_a_person(
    conn: Connection, where: Stage, now: datetime
) -> None:
    signup_id = await desk.ask(conn, where, now)
    guardian = await desk.signer(conn, signup_id)
    await conn.execute("update consent set phone = '' where id = $1", guardian.id)

    async def said() -> list[str]:
        rows = await looking.shown(conn, looking.Scope((where.convening_id,), by_itself=True), now)
        [seen] = await looking.look(conn, rows, now)
        return [one.title for one in overview.for_one(seen)]

    assert "We cannot reach 1 family" not in await said()
    await suppressions.put(conn, guardian.email, "came back: 5.1.1", now)
    assert "We cannot reach 1 family" in await said()
    await conn.execute("update consent set phone = '+1 555 0100' where id = $1", guardian.id)
    assert "We cannot reach 1 family" not in await said()


async def test_the_records_to_publish_name_our_domain_and_what_is_wrong_with_the_key(office: httpx.AsyncClient) -> None:
    page = words(await office.get("/office/mail/records"))
    assert "We do not sign our mail." in page
    assert "_dmarc.plenary.example" in page
    assert "v=spf1 ip4:127.0.0.1 -all" in page
