"""Who asks for no more of a kind of mail gets no more of it, by one click, and all that they need as before."""

import re
from datetime import datetime
from email import message_from_bytes, policy
from typing import get_args

import httpx
import msgspec
import pytest

from emails.messages import Stream
from emails.render import render
from emails.samples import SAMPLE_SENDER, SAMPLES, sample_handover
from service import events
from service.convenings import reminders
from service.db import Connection
from service.deliveries import opting_out
from service.deliveries.opting_out import Reader
from service.errors import NotFound
from service.settings import Settings
from tests import make
from tests.pages.conftest import browser, words
from tests.workers.conftest import Office, office

__all__ = ["browser", "office"]
TAMSIN = Reader("tamsin.6@cedar-harbor.example", "reminders", "en")
SECURE = "https://plenary.example/no-more/x"


def path(settings: Settings, one: Reader) -> str:
    return opting_out.address(settings, one).removeprefix(settings.public_url)


@pytest.mark.parametrize(("name", "message"), SAMPLES, ids=[name for name, _ in SAMPLES])
def test_only_what_nobody_needs_can_be_stopped_and_says_so_in_its_headers_and_its_text(name: str, message: object) -> None:
    sent = sample_handover()
    sent = msgspec.structs.replace(sent, links=msgspec.structs.replace(sent.links, no_more=SECURE))
    mail = message_from_bytes(render(message, SAMPLE_SENDER, sent).content, policy=policy.default)  # pyright: ignore
    stream = message.stream  # pyright: ignore
    listed = (mail["List-Unsubscribe"], mail["List-Unsubscribe-Post"], mail["List-Id"])
    if stream is None:
        assert listed == (None, None, None)
        return
    assert listed == (f"<{SECURE}>", "List-Unsubscribe=One-Click", f"<{stream}.plenary.example>")
    for kind in ("plain", "html"):
        body = mail.get_body((kind,))
        assert body is not None
        assert SECURE in body.get_content()


def test_a_link_says_nothing_about_its_reader_is_always_the_same_and_cannot_be_made_up(settings: Settings) -> None:
    link = opting_out.address(settings, TAMSIN)
    assert link == opting_out.address(settings, TAMSIN)
    assert "tamsin" not in link
    token = link.rpartition("/")[2]
    assert opting_out.reader(settings, token) == TAMSIN
    for wrong in (token[:-4] + "AAAA", "", "x", "é", token[4:]):
        with pytest.raises(NotFound):
            opting_out.reader(settings, wrong)


async def test_one_click_stops_what_is_owed_and_what_comes_and_nothing_that_is_needed(
    office: Office, browser: httpx.AsyncClient, conn: Connection, now: datetime, settings: Settings
) -> None:
    place = await make.convening(conn, now)
    row = await make.registered(conn, place.id, 6, now=now)
    [invite] = await office.settle()
    assert invite["List-Unsubscribe"] is None
    await events.record(conn, now, [events.ReminderReached(place.id, row.id, 7, reminders.due(place, 7))])
    await office.react()

    one = Reader(row.email, "reminders", "en")
    looked = await browser.get(path(settings, one))
    assert "Do you want no more of these mails?" in words(looked)
    assert not await opting_out.is_out(conn, one), "looking changes nothing"
    clicked = await browser.post(path(settings, one), content=b"List-Unsubscribe=One-Click")
    assert (clicked.status_code, "You get no more of these." in words(clicked)) == (200, True)
    assert await office.settle() == []
    [ended] = [one for one in await office.deliveries() if one.kind == "reminder"]
    assert (ended.state, ended.error) == ("cancelled", "they asked for no more of these")

    back = await browser.post(path(settings, one) + "/again")
    assert "Do you want no more of these mails?" in words(back)
    await events.record(conn, now, [events.ReminderReached(place.id, row.id, 1, reminders.due(place, 1))])
    [reminder] = await office.settle()
    body = reminder.get_body(("plain",))
    assert body is not None
    assert re.search(r"No more mails of this kind: http://127.0.0.1:8000/no-more/[\w-]+", body.get_content())


@pytest.mark.parametrize("stream", get_args(Stream))
@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("es", "ltr"), ("ar", "rtl"), ("xx", "ltr")])
async def test_the_page_speaks_the_readers_language(
    browser: httpx.AsyncClient, settings: Settings, stream: Stream, language: str, direction: str
) -> None:
    page = await browser.get(path(settings, Reader("a@b.example", stream, language)))
    assert page.status_code == 200
    assert f'lang="{language if language != "xx" else "en"}" dir="{direction}"' in page.text
    assert (await browser.get("/no-more/nothing")).status_code == 404


async def test_the_longest_address_that_there_is_has_a_link_that_works(
    browser: httpx.AsyncClient, settings: Settings
) -> None:
    longest = Reader(f"{'a' * 64}@{'b' * 60}.{'c' * 60}.{'d' * 60}.example", "surveys", "es")
    for ending in ("", "/again"):
        assert (await browser.post(path(settings, longest) + ending)).status_code == 200
