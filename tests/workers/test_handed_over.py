"""What a hand-over and a move up the list become in mail: two people hear of the first, nobody of the second."""

from datetime import datetime
from email.message import EmailMessage

from service.db import Connection
from service.registrations import actions, moving_up, office_writes
from service.registrations.moving_up import MoveUp
from tests import make
from tests.access.conftest import person
from tests.registrations.test_handing_over import WREN, HandOver, hand_over
from tests.workers.conftest import Office, ics, kind


async def test_the_colleague_gets_an_invite_and_the_former_holder_the_end_of_theirs(
    office: Office, conn: Connection, now: datetime
) -> None:
    small = await make.convening(conn, now, capacity=1)
    held = await make.registered(conn, small.id, 1, now=now)
    await make.crowd(conn, small.id, (2, 3), now=now)
    [first, *_] = [mail for mail in await office.settle() if kind(mail) == "REQUEST"]

    await hand_over(conn, held.id, now)
    mails = {mail["To"].addresses[0].addr_spec: mail for mail in await office.settle()}

    assert {address: kind(mail) for address, mail in mails.items()} == {held.email: "CANCEL", WREN: "REQUEST"}
    assert ics(mails[held.email])["UID"] == ics(first)["UID"] != ics(mails[WREN])["UID"]
    assert [ics(mails[address])["SEQUENCE"] for address in (held.email, WREN)] == ["1", "0"]


async def test_a_colleague_who_waited_gets_the_invite_and_nobody_else_on_the_list_a_mail(
    office: Office, conn: Connection, now: datetime
) -> None:
    small = await make.convening(conn, now, capacity=1)
    held, _, waiting = [await make.registered(conn, small.id, n, now=now) for n in (1, 2, 3)]
    await office.settle()

    await hand_over(conn, held.id, now, HandOver(name="X", email=waiting.email, reason="Same school"))
    kinds = {mail["To"].addresses[0].addr_spec: kind(mail) for mail in await office.settle()}

    assert kinds == {held.email: "CANCEL", waiting.email: "REQUEST"}


async def test_nobody_is_mailed_when_somebody_moves_up(office: Office, conn: Connection, now: datetime) -> None:
    small = await make.convening(conn, now, capacity=1)
    *_, last = await make.crowd(conn, small.id, range(4), now=now)
    await office.settle()

    odalys = await person(conn, now, "Odalys Brightwater", "odalys@eon-demo.example")
    await moving_up.move_up(conn, last.id, MoveUp(1, "A panel"), odalys, now)

    assert await office.settle() == []


async def test_the_mail_says_who_gave_the_seat_back(office: Office, conn: Connection, now: datetime) -> None:
    day = await make.convening(conn, now)
    own, taken, handed = [await make.registered(conn, day.id, n, now=now) for n in (1, 2, 3)]
    await office.settle()
    then = office.later(minutes=1)
    await actions.withdraw(conn, own.id, then)
    await actions.withdraw(conn, taken.id, then)
    await office_writes.add_note(conn, taken.id, None, "withdrawn", "", then)
    colleague = await hand_over(conn, handed.id, then)
    said = {mail["To"].addresses[0].addr_spec: _text(mail) for mail in await office.settle()}
    assert "Thank you for telling us: somebody else can have it now." in said[own.email]
    assert "An organizer gave your seat back." in said[taken.email]
    assert "An organizer handed your seat to a colleague of yours." in said[handed.email]
    assert ["Thank you" in said[one.email] for one in (taken, handed)] == [False, False]
    await actions.withdraw(conn, colleague.id, office.later(minutes=1))
    [mail] = await office.settle()
    assert "Thank you for telling us: somebody else can have it now." in _text(mail)


def _text(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return " ".join(body.get_content().split())
