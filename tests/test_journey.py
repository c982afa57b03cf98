"""The main job, whole: real processes, the public form, the mailed link, the click, the invite in the mailbox."""

import re
import time
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from statistics import median

import httpx
import msgspec
import pytest

from benchmarks.chaos.house import House, open_house
from service.local.catcher import Catcher, open_catcher
from service.local.mail import Caught, MailFolder
from tests.emails.rules import findings

PEOPLE = 20


@pytest.mark.slow
async def test_from_the_confirming_click_to_the_invite_takes_less_than_a_second(
    server_folder: Callable[[str], Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mailbox = MailFolder(tmp_path / "mail")
    mail_server, port = await open_catcher(Catcher(mailbox))
    async with mail_server, open_house(server_folder("journey"), tmp_path, port) as house:
        slug = await published(house)
        async with httpx.AsyncClient(base_url=house.public_url, timeout=10) as visitor:
            delays = [await journey(house, mailbox, visitor, slug, n) for n in range(PEOPLE)]
        links = {
            token
            for one in mailbox.newest(1000)
            for token in re.findall(r"/(?:r|confirm)/(\S+)", text_of(parsed(mailbox, one)))
        }
    written = "".join((tmp_path / f"{name}.log").read_text() for name in ("web", "worker_0"))
    caught = mailbox.newest(1000)
    wrong = {one.subject: found for one in caught if (found := judged(mailbox, one))}

    p50 = median(delays)
    with capsys.disabled():
        print(f"\nconfirming click → invite in the mailbox: p50 {p50 * 1e3:.0f} ms, max {max(delays) * 1e3:.0f} ms")  # noqa: T201
    assert wrong == {}
    lines = [msgspec.json.decode(line) for line in written.splitlines()]
    assert {line["process"] for line in lines} == {"web", "worker"}
    assert not re.search(r"visitor|cedar-harbor|listening, first", written, re.IGNORECASE)
    assert len(links) >= 2 * PEOPLE
    assert not any(link in written for link in links)
    assert len(caught) == 2 * PEOPLE
    assert p50 < 1


async def published(house: House) -> str:
    body = {
        "title": "Otoño: “Listening, First; Then Talking”",
        "timezone": "America/New_York",
        "starts_at": "2031-03-08T08:30:00-05:00",
        "ends_at": "2031-03-10T12:00:00-04:00",
        "capacity": 400,
    }
    async with house.client() as client:
        made = (await client.post("/convenings", json=body)).raise_for_status().json()
        (await client.post(f"/convenings/{made['id']}/publication")).raise_for_status()
    return made["slug"]


async def journey(house: House, mailbox: MailFolder, visitor: httpx.AsyncClient, slug: str, n: int) -> float:
    """Seconds from the click to the invite."""
    address = f"visitor.{n}@cedar-harbor.example"
    form = {"name": f"Visitor “{n}”, Ph.D.", "email": address}
    asked = await visitor.post(f"/convenings/{slug}/registration", data=form)
    assert (asked.status_code, address in asked.text) == (303, False)
    mail = await arrived(house, mailbox, address, "")
    link = re.search(rf"{house.public_url}(/confirm/\S+)", text_of(mail))
    assert link is not None
    page = await visitor.get(link[1])
    assert page.status_code == 200
    began = time.perf_counter()
    confirmed = await visitor.post(link[1])
    await arrived(house, mailbox, address, "REQUEST")
    took = time.perf_counter() - began
    assert confirmed.status_code == 303
    assert (await visitor.get(confirmed.headers["location"])).status_code == 200
    return took


async def arrived(house: House, mailbox: MailFolder, address: str, method: str) -> EmailMessage:
    """The mail to this address with (or without) a calendar part, as soon as it is there."""

    def found() -> Caught | None:
        return next((one for one in mailbox.newest(10) if one.recipients == (address,) and one.method == method), None)

    await house.until(lambda: found() is not None, 10)
    caught = found()
    assert caught is not None
    return parsed(mailbox, caught)


def parsed(mailbox: MailFolder, caught: Caught) -> EmailMessage:
    return message_from_bytes(raw_of(mailbox, caught), _class=EmailMessage, policy=policy.default)


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return body.get_content()


def raw_of(mailbox: MailFolder, caught: Caught) -> bytes:
    found = mailbox.find(caught.id)
    assert found is not None
    return found[1]


def judged(mailbox: MailFolder, caught: Caught) -> list[str]:
    return findings(raw_of(mailbox, caught), envelope_from=caught.envelope_from, envelope_to=caught.recipients[0])
