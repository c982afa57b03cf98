"""The mail of a sign-in: made from what the table keeps, gone when it is no longer worth anything."""

from datetime import datetime
from uuid import UUID

from service import db
from service.access import signing_in
from service.access.signing_in import Origin
from service.db import Connection
from tests.access.conftest import TAMSIN, Mailed, mailed, person
from tests.workers.conftest import Office

HERE = Origin("203.0.113.9", "Firefox on Linux")


async def _ask(office: Office, conn: Connection, now: datetime) -> Mailed:
    await person(conn, now, "Tamsin Birchwell", TAMSIN)
    await signing_in.ask(conn, office.settings.secret_key, TAMSIN, "", now)
    return await mailed(conn, office.settings)


async def test_it_carries_the_code_and_the_link_and_the_delivery_carries_neither(
    office: Office, conn: Connection, now: datetime
) -> None:
    told = await _ask(office, conn, now)
    [mail] = await office.settle()
    text = mail.get_body(("plain",))
    assert text is not None
    assert mail["To"].addresses[0].addr_spec == TAMSIN
    assert mail["Subject"] == f"{told.code} is your code to sign in"
    assert told.code in text.get_content().splitlines()
    assert f"{office.settings.public_url}{told.path}" in text.get_content()
    [delivery] = await office.deliveries()
    assert (delivery.kind, delivery.state, delivery.convening_id) == ("sign_in", "sent", None)
    stored = await db.one(conn, str, "select d::text from delivery d")
    assert told.code not in stored
    assert told.path.rpartition("/")[2] not in stored


async def test_a_name_that_a_stranger_typed_is_nowhere_in_it(office: Office, conn: Connection, now: datetime) -> None:
    await person(conn, now, "Claim your prize at evil.example", TAMSIN)
    await signing_in.ask(conn, office.settings.secret_key, TAMSIN, "", now)
    [mail] = await office.settle()
    assert "prize" not in mail.as_string()
    assert [part.get_content() for part in mail.walk() if not part.is_multipart() and "prize" in part.get_content()] == []
    assert str(mail["To"]) == TAMSIN
    assert "prize" not in await db.one(conn, str, "select d::text from delivery d")


async def test_it_lets_in(office: Office, conn: Connection, now: datetime) -> None:
    told = await _ask(office, conn, now)
    await office.settle()
    token = told.path.rpartition("/")[2]
    assert (await signing_in.by_link(conn, token, "usual", HERE, now)).next_path == "/me"


async def test_nobody_is_written_to_who_is_not_known(office: Office, conn: Connection, now: datetime) -> None:
    await signing_in.ask(conn, office.settings.secret_key, "nobody@cedar-harbor.example", "", now)
    assert await office.settle() == []
    assert await office.deliveries() == []


async def test_after_fifteen_minutes_it_is_not_sent_any_more(office: Office, conn: Connection, now: datetime) -> None:
    await _ask(office, conn, now)
    await office.react()
    office.later(minutes=15)
    assert await office.settle() == []
    assert [one.state for one in await office.deliveries()] == ["expired"]


async def test_once_it_is_used_or_given_up_it_is_not_sent_any_more(office: Office, conn: Connection, now: datetime) -> None:
    await _ask(office, conn, now)
    await office.react()
    await db.run(conn, "update sign_in set nonce = null")
    assert await office.settle() == []
    assert [one.state for one in await office.deliveries()] == ["cancelled"]


async def test_a_doubtful_one_is_not_sent_twice(office: Office, conn: Connection, now: datetime) -> None:
    await _ask(office, conn, now)
    await office.react()
    policies = await db.many(conn, str, "select policy from delivery")
    subject = await db.one(conn, UUID, "select subject_id from delivery")
    assert policies == ["hold"]
    assert subject == await db.one(conn, UUID, "select id from sign_in")
