"""A message to many, as an organizer writes, reads and sends it."""

import re
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from service import db
from service.bulk import actions, listing
from service.db import Connection
from service.members import places
from service.members.rules import District
from service.settings import Settings
from tests import make
from tests.access.conftest import TAMSIN, Browser, Open, acts, person, sign_in
from tests.access.test_rights import give
from tests.bulk.conftest import seats, wanted
from tests.members.conftest import HOSTILE, Places, see, send

FIELDS = {"audience": "seated", "subject": "Bring a policy", "words": "Dear {name},\n\nplease."}

CEDAR = "Cedar Harbor Public Schools"


def hidden(source: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', source)
    assert found
    return found[1]


async def test_a_draft_is_written_previewed_tested_and_sent_to_those_who_were_shown(
    office: Browser, conn: Connection, now: datetime
) -> None:
    convening = await make.convening(conn, now)
    addresses = await seats(conn, convening.id, 2, now)
    await conn.execute("insert into opt_out values ($1, 'messages', $2)", addresses[0], now)
    made = await send(office, f"/office/convenings/{convening.id}/messages", **FIELDS)
    path = made.location.partition("?")[0]
    page = await see(office, path)
    assert "1 person: who has a seat." in page.words
    assert "Left out: 1 person who asked for no more messages of this kind." in page.words
    assert "Send it to 1 person now" in page.words
    reader = await db.one(conn, str, "select name from person where email = $1", addresses[1])
    assert f"Dear {reader}," in page.words
    assert f"Dear {reader}," in (await see(office, f"{path}/html")).source
    assert (await send(office, f"{path}/test")).location == f"{path}?tested=1"

    await make.registered(conn, convening.id, 8, now=now)
    moved = await send(office, f"{path}/release", seen=hidden(page.source, "seen"))
    assert (moved.status, "1 became 2. Nothing was sent: look again." in moved.words) == (409, True)
    sent = await send(office, f"{path}/release", seen=hidden(moved.source, "seen"))
    assert (sent.status, sent.location) == (303, f"{path}?released=1")
    again = await send(office, f"{path}/release", seen=hidden(moved.source, "seen"))
    assert (again.status, again.location) == (303, path)
    assert await db.one(conn, int, "select count(*) as n from event where kind = 'bulk_message_released'") == 1
    over = await see(office, path)
    assert ("Take back what has not left" in over.words, 'name="seen"' in over.source) == (True, False)
    assert (await send(office, path, **FIELDS, version="1")).status == 409
    assert (await send(office, f"{path}/cancellation")).location == f"{path}?cancelled=1"
    assert {"bulk_message_written", "bulk_message_released", "bulk_message_cancelled"} <= set(await acts(conn))
    listed = (await see(office, f"/office/convenings/{convening.id}/messages")).words
    assert "Who has a seat 2 people Taken back" in listed, "as the button said, without who wants none of these"


async def test_what_somebody_else_saved_meanwhile_is_not_undone_and_who_saves_it_sends_it(
    office: Browser, conn: Connection, tamsin: UUID, now: datetime
) -> None:
    convening = await make.convening(conn, now)
    await seats(conn, convening.id, 1, now)
    other = await person(conn, now, "Olga", "olga@a.example")
    await give(conn, now, other, "organizer", convening.id)
    message_id = await actions.write(conn, convening.id, wanted(), other, now)
    path = f"/office/messages/{message_id}"
    page = await see(office, path)
    assert ("Olga saved it last, and sends it." in page.words, 'name="seen"' in page.source) == (True, False)
    await actions.save(conn, message_id, wanted(words="Hers."), "1", other)
    stale = await send(office, path, **FIELDS, version=hidden(page.source, "version"))
    assert (stale.status, "Somebody saved this message meanwhile" in stale.words) == (409, True)
    assert "Dear {name},\n\nplease." in stale.source
    assert (await send(office, path, **FIELDS, version=hidden(stale.source, "version"))).status == 303
    assert 'name="seen"' in (await see(office, path)).source


async def test_it_leaves_at_a_time_of_the_conventions_own_clock(office: Browser, conn: Connection, now: datetime) -> None:
    convening = await make.convening(conn, now)
    await seats(conn, convening.id, 1, now)
    path = (await send(office, f"/office/convenings/{convening.id}/messages", **FIELDS)).location.partition("?")[0]
    version = hidden((await see(office, path)).source, "version")
    for at, status in (("soon", 422), ("2020-01-01T09:00", 422), ("2026-12-02T09:00", 303)):
        assert (await send(office, f"{path}/schedule", version=version, at=at)).status == status, at
    assert "It leaves Wednesday, December 2, 9:00 a.m. Eastern Time" in (await see(office, path)).words
    at = await db.one(conn, datetime, "select release_at from bulk_message")
    assert at == now + timedelta(hours=23)
    assert (await send(office, f"{path}/hold")).location == f"{path}?held=1"
    assert (await send(office, f"{path}/end")).status == 303
    assert (await see(office, path)).status == 404


async def test_what_did_not_leave_at_its_time_says_why_and_who_can_send_it(
    office: Browser, conn: Connection, now: datetime
) -> None:
    convening = await make.convening(conn, now)
    await seats(conn, convening.id, 1, now)
    other = await person(conn, now, "Olga", "olga@a.example")
    await give(conn, now, other, "organizer", convening.id)
    message_id = await actions.write(conn, convening.id, wanted(), other, now)
    await actions.schedule(conn, message_id, "1", now + timedelta(hours=23), other, now)
    path = f"/office/messages/{message_id}"
    assert "As things stand" not in (await see(office, path)).words
    await conn.execute("delete from role_grant where person_id = $1", other)
    why = "Whoever saved it last organizes here no more. Save it yourself, and it is yours to send."
    assert f"As things stand it will not leave then. {why}" in (await see(office, path)).words
    await actions.release_due(conn, message_id, now + timedelta(hours=23))
    page = await see(office, path)
    when = "It was to leave Wednesday, December 2, 9:00 a.m. Eastern Time, and did not."
    assert f"{when} {why}" in page.words
    assert "Olga saved it last, and organizes here no more." in page.words
    assert "Did not leave" in (await see(office, f"/office/convenings/{convening.id}/messages")).words
    assert (await send(office, path, **FIELDS, version=hidden(page.source, "version"))).status == 303
    saved = await see(office, path)
    assert ("It was to leave" in saved.words, 'name="seen"' in saved.source) == (False, True)


async def test_what_cannot_be_meant_is_said_at_its_field(office: Browser, conn: Connection, network: Places) -> None:
    good = {"audience": "members", "subject": "Hello", "words": "Dear {name}."}
    for wrong, sentence in (
        ({"audience": "seated"}, "Choose to whom it goes."),
        ({"audience": ""}, "Choose to whom it goes."),
        ({"district": "x"}, "We know no district “x”."),
        ({"district": "Cedar Harbour Public"}, "“Cedar Harbour Public”. Did you mean “Cedar Harbor Public Schools”?"),
        ({"district": "sage"}, "We know no district “sage”. Did you mean “Silver Sage Unified”?"),
        ({"joined_from": "soon"}, "Write a year like 2021"),
        ({"subject": ""}, "Write the subject."),
        ({"subject": "a\r\nBcc: all@b.org"}, "Write this on one line."),
        ({"subject": "{when}"}, "{when} is of a convening"),
        ({"words": ""}, "Write what it says."),
        ({"words": "{who}"}, "nothing that could stand for {who}"),
    ):
        answer = await send(office, "/office/messages", **good | wrong)
        assert (answer.status, sentence in answer.words) == (422, True), wrong
    made = await send(office, "/office/messages", **good, district="cedar harbor PUBLIC schools")
    assert made.status == 303
    refused = await send(office, f"/office/districts/{network.cedar}/end")
    assert refused.status == 409  # the message would go to all districts


async def test_a_district_is_typed_by_its_name_or_its_code_and_comes_back_as_it_can_be_typed_again(
    office: Browser, conn: Connection, network: Places, now: datetime
) -> None:
    twin = District(name="silver sage unified", state="UT", time_zone="America/Denver")
    utah = await places.add_district(conn, twin, now)
    fields = {"audience": "members", "subject": "Hello", "words": "Hello."}
    refused = await send(office, "/office/messages", **fields, district="Silver Sage Unified")
    codes = "There are 2 districts of this name. Write the short code: silver-sage-unified or silver-sage-unified-2."
    assert (refused.status, codes in refused.words) == (422, True)
    assert 'name="district" type="text" value="Silver Sage Unified"' in refused.source
    for typed, back in ((" SILVER-sage-unified-2 ", "silver-sage-unified-2"), ("cedar-harbor-public-schools", CEDAR)):
        made = await send(office, "/office/messages", **fields, district=typed)
        page = await see(office, made.location)
        assert f'name="district" type="text" value="{back}"' in page.source
        again = await send(office, made.location.partition("?")[0], **fields, district=back, version="1")
        assert again.status == 303, again.words
    assert {*await db.many(conn, UUID, "select district_id from bulk_message")} == {utah, network.cedar}
    assert f'<option value="{CEDAR}">' in page.source


async def test_among_very_many_districts_none_is_offered_and_each_can_be_typed(
    office: Browser, conn: Connection, network: Places
) -> None:
    await conn.execute(
        """insert into district (id, code, name, state, time_zone)
           select gen_random_uuid(), 'rio-' || n, 'Rio ' || n, 'NY', 'America/New_York' from generate_series(1, 500) n"""
    )
    page = await see(office, "/office/messages")
    assert (page.status, "Rio 7" in page.source, len(page.source) < 20_000) == (200, False, True)
    fields = {"audience": "members", "subject": "Hello", "words": "Hello.", "district": "rio 477"}
    made = await send(office, "/office/messages", **fields)
    assert "members, Rio 477 ." in (await see(office, made.location)).words


async def test_the_list_says_what_stands_for_a_variable_and_goes_on_behind_a_page(
    office: Browser, conn: Connection, tamsin: UUID, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "ROWS", 2)
    convening = await make.convening(conn, now)
    for n, subject in enumerate(("First", "{name}, come to {convening}", "Third")):
        await actions.write(conn, convening.id, wanted(subject=subject), tamsin, now + timedelta(minutes=n))
    await actions.write(conn, None, wanted(audience="members", subject="Dear {name}"), tamsin, now + timedelta(minutes=5))
    shown = []
    for start in ("/office/messages", f"/office/convenings/{convening.id}/messages"):
        path = start
        while path:
            page = await see(office, path)
            shown.append(re.findall(r'class="plainly" href="[^"]*"><bdi>([^<]*)</bdi>', page.source))
            older = re.search(r'href="(\?after=[^"]*)">Show older messages', page.source)
            path = start + older[1] if older else ""
    come = "…, come to Fall Convening"
    assert shown == [["Dear …", "Third"], [come, "First"], ["Third", come], ["First"]]
    assert (await see(office, "/office/messages", after="x")).status == 422


async def test_what_is_written_is_never_run(office: Browser, conn: Connection, now: datetime) -> None:
    convening = await make.convening(conn, now)
    await make.registered(conn, convening.id, 1, now=now, name="Wren {convening}")
    hostile = FIELDS | {"subject": HOSTILE, "words": f"{HOSTILE} https://a.example/?x='onclick=alert(1)"}
    path = (await send(office, f"/office/convenings/{convening.id}/messages", **hostile)).location.partition("?")[0]
    for where in (path, f"{path}/html", f"/office/convenings/{convening.id}/messages"):
        page = await see(office, where)
        assert (page.status, "<script>alert" in page.source) == (200, False), where


async def test_who_organizes_one_convening_writes_to_its_people_and_to_nobody_else(
    another: Open, conn: Connection, settings: Settings, tamsin: UUID, now: datetime
) -> None:
    own, elsewhere = await make.convening(conn, now), await make.convening(conn, now, title="Elsewhere")
    await give(conn, now, tamsin, "organizer", own.id)
    hers = another()
    await sign_in(hers, conn, settings, TAMSIN)
    made = await send(hers, f"/office/convenings/{own.id}/messages", **FIELDS)
    assert made.status == 303
    for convening_id in (elsewhere.id, None):
        audience = "seated" if convening_id else "members"
        foreign = await actions.write(conn, convening_id, wanted(audience=audience), tamsin, now)
        for part in ("", "/release", "/test", "/schedule", "/hold", "/cancellation", "/end"):
            assert (await send(hers, f"/office/messages/{foreign}{part}", **FIELDS)).status == 404, part
        assert (await see(hers, f"/office/messages/{foreign}/html")).status == 404
    for path in ("/office/messages", f"/office/convenings/{elsewhere.id}/messages"):
        assert {(await see(hers, path)).status, (await send(hers, path, **FIELDS)).status} == {404}
    network = FIELDS | {"audience": "members"}
    assert (await send(hers, f"/office/convenings/{own.id}/messages", **network)).status == 422
