"""An organizer's browser that fills the forms which a page shows, and sends them."""

import html
import re
from html.parser import HTMLParser

import httpx
from msgspec import Struct

from tests.access.conftest import Browser
from tests.pages.conftest import words

Fields = dict[str, str]


class Sheet(Struct):
    """One form of a page: where it goes, and what stands in it."""

    action: str
    fields: Fields


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Sheet] = []
        self._select = self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append(Sheet(given.get("action", ""), {}))
        if not self.found:
            return
        fields, name = self.found[-1].fields, given.get("name", "")
        if tag == "input" and (given.get("type") not in ("radio", "checkbox") or "checked" in given):
            fields[name] = given.get("value", "")
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and ("selected" in given or self._select not in fields):
            fields[self._select] = given.get("value", "\0")
        elif tag == "textarea":
            self._area = name
            fields[name] = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.found[-1].fields[self._area] += data.removeprefix("\n")
        elif self._select and self.found[-1].fields.get(self._select) == "\0":
            self.found[-1].fields[self._select] = data.strip()

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""


def sheet(answer: httpx.Response) -> Sheet:
    """The first form of a page."""
    reader = _Forms()
    reader.feed(answer.text)
    return reader.found[0]


class Desk(Struct):
    """The browser and what its pages were asked for."""

    browser: Browser

    async def look(self, path: str) -> str:
        """A page as it is read."""
        answer = await self.browser.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return html.unescape(words(answer))

    async def fill(self, path: str, **changes: str) -> httpx.Response:
        """Open a page, write into its form, send it."""
        return await self.send(await self.browser.get(path), **changes)

    async def send(self, page: httpx.Response, **changes: str) -> httpx.Response:
        """Write into the form of a page that is open, and send it."""
        found = sheet(page)
        return await self.browser.post(found.action, data=found.fields | changes)


def said(answer: httpx.Response) -> str:
    """A page as it is read."""
    return html.unescape(words(answer))


def errors(answer: httpx.Response) -> Fields:
    """The sentences at the fields, by their names."""
    found = re.findall(r'id="(\w+)-error">([^<]*)<', answer.text)
    return {name: html.unescape(sentence) for name, sentence in found}
