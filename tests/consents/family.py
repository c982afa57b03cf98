"""A family with a phone: it opens its link, presses buttons, fills in forms, and reads its mail."""

import re
from html import unescape
from typing import Any
from uuid import UUID

import httpx
from msgspec import Struct

from service import db
from service.consents.queries import ConsentRow
from service.db import Connection
from service.settings import Settings
from service.web import links
from tests.consents import desk

PHONE = "Mozilla/5.0 (Linux; Android 8.0) Chrome/70 Mobile"
YES: dict[str, str] = {
    "join": "yes",
    "name_use": "first_only",
    "topic.school_culture": "yes",
    "topic.race": "no",
    "photos": "none",
    "recording": "none",
    "quotes": "none",
    "survey": "no",
    "leave": "listed_adults",
    "emergency_care": "yes",
}
"""What Amina chooses; the topic that needs a yes of its own is left alone."""
SIGNATURE = {"agree": "yes", "name": "Amina Camberwell", "capacity": "parent", "born": "2010-05-31"}


def path_of(settings: Settings, consent: ConsentRow) -> str:
    """The link in a signer's mail."""
    return links.PATHS["consent"] + links.token(settings.secret_key, "consent", consent.id, consent.generation)


def slip_of(settings: Settings, signup_id: UUID) -> str:
    """The address on a printed slip."""
    return links.PATHS["slip"] + links.token(settings.secret_key, "slip", signup_id, 0)


def text_of(answer: httpx.Response) -> str:
    """A page as it is read, without its markup."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def hidden(answer: httpx.Response) -> str:
    """What the page's forms carry."""
    found = re.search(r'name="carried" value="([^"]+)"', answer.text)
    assert found, answer.text
    return found[1]


class Family(Struct):
    """Somebody who holds a link, in one browser."""

    client: httpx.AsyncClient
    conn: Connection
    settings: Settings
    path: str
    language: str = "en"

    @property
    def at(self) -> str:
        return f"{self.path}/{self.language}"

    async def get(self, rest: str = "") -> httpx.Response:
        return await self.client.get(self.at + rest)

    async def post(self, rest: str, **fields: str) -> httpx.Response:
        headers = {"content-type": "application/x-www-form-urlencoded"}
        return await self.client.post(self.at + rest, data=fields, headers=headers)

    async def code(self) -> str:
        """The code in the newest mail."""
        newest = "select id, nonce from consent_code where nonce is not null order by created_at desc limit 1"
        found = await db.one(self.conn, Mailed, newest)
        return links.consent_code(self.settings.secret_key, found.id, found.nonce)

    async def to_signing(self, **changes: str) -> httpx.Response:
        """Choose, check, go on."""
        checked = await self.client.post(f"{self.at}/check", data=YES | changes)
        assert checked.status_code == 200, text_of(checked)
        page = await self.post("/signing", carried=hidden(checked))
        assert page.status_code == 200, text_of(page)
        return page

    async def sign(self, page: httpx.Response, **changes: str) -> httpx.Response:
        """Fill in and press Sign."""
        code = changes.get("code") or await self.code()
        fields: dict[str, Any] = SIGNATURE | {"carried": hidden(page), "code": code} | changes
        return await self.client.post(f"{self.at}/signature", data=fields)

    async def signed(self, **changes: str) -> httpx.Response:
        """The whole way, to the copy."""
        answer = await self.sign(await self.to_signing(**changes))
        assert answer.status_code == 303, text_of(answer)
        return await self.client.get(answer.headers["location"])


class Mailed(Struct, frozen=True):
    """What the mailer makes a code from."""

    id: UUID
    nonce: bytes


async def state_of(conn: Connection, signup_id: UUID, kind: Any = "guardian") -> str:
    """How a signer stands."""
    return (await desk.signer(conn, signup_id, kind)).state
