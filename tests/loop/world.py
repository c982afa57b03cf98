"""Two mail servers on loopback, ours and theirs, with Plenary behind ours: the whole way of a mail, and of its answer.

Ours takes mail from Plenary on one port, and from the world on another: there it strips what others claim of it, lets
Rspamd check, and hands over to Plenary by LMTP. Theirs keeps mailboxes, and signs what its people send.
"""

import asyncio
import os
from collections.abc import AsyncGenerator, Callable
from contextlib import ExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from benchmarks.chaos.house import House, open_house
from service import db
from tests.loop import border, ports, postfix
from tests.loop.postfix import Postfix

BORDER = "mx.plenary.example"
THEIR_DOMAIN = "cedar-harbor.example"
MEMBERS = ("priya", "tomas", "ines", "wen")
"""Who has a mailbox over there: `priya.member@cedar-harbor.example` and so on."""
PATIENCE = 90.0
NOBODY = 65534
INVITES = "convenings@plenary.example"
BOUNCES = "bounce.plenary.example"

OURS = """\
myhostname = {border}
relay_domains = plenary.example, {bounces}
transport_maps = inline:{{ {bounces}=lmtp:inet:127.0.0.1:{inbound}, {invites}=lmtp:inet:127.0.0.1:{inbound},
  {their_domain}=smtp:[127.0.0.1]:{theirs} }}
relay_recipient_maps = inline:{{ {invites}=ok }},
  regexp:{{ {{/^b\\+[0-9a-f]{{20,64}}@bounce\\.plenary\\.example$$/ ok}} }}
lmtp_destination_recipient_limit = 1
minimal_backoff_time = 1s
queue_run_delay = 1s
delay_warning_time = 1s
header_checks = regexp:{{ {{/^Authentication-Results:.*mx\\.plenary\\.example/ IGNORE}} }}
"""

THEIRS = """\
myhostname = mx.{their_domain}
virtual_mailbox_domains = {their_domain}
virtual_mailbox_base = {folder}/boxes
virtual_mailbox_maps = inline:{{ {boxes} }}
smtpd_recipient_restrictions = check_recipient_access inline:{{ {{ later@{their_domain} = 450 4.2.0 not now }} }},
  permit_mynetworks, reject_unauth_destination
virtual_minimum_uid = 1
virtual_uid_maps = static:{nobody}
virtual_gid_maps = static:{nobody}
transport_maps = inline:{{ plenary.example=smtp:[127.0.0.1]:{border_port}, {bounces}=smtp:[127.0.0.1]:{border_port} }}
"""


class World:
    """What a test of the loop can reach."""

    def __init__(
        self, house: House, ours: Postfix, theirs: Postfix, submission: int, border_port: int, inbound: int
    ) -> None:
        self.house, self.ours, self.theirs = house, ours, theirs
        self.submission, self.border_port, self.inbound = submission, border_port, inbound

    async def registered(self, email: str) -> str:
        """The id of somebody's registration for a convening of their own, whose invitation is on its way."""
        starts = (datetime.now(UTC) + timedelta(days=40)).replace(hour=14, minute=0, second=0, microsecond=0)
        body = {
            "title": "Spring Convening: Belonging, and who says so",
            "timezone": "America/New_York",
            "starts_at": starts.isoformat(),
            "ends_at": (starts + timedelta(hours=6)).isoformat(),
            "capacity": 20,
        }
        made = await self.post("/convenings", body)
        await self.post(f"/convenings/{made['id']}/publication")
        return (await self.post(f"/convenings/{made['id']}/registrations", {"name": "Priya Nakamura", "email": email}))["id"]

    async def post(self, path: str, body: dict[str, Any] | None = None) -> Any:
        async with self.house.client() as client:
            return (await client.post(path, json=body)).raise_for_status().json()

    async def get(self, path: str) -> Any:
        async with self.house.client() as client:
            return (await client.get(path)).raise_for_status().json()

    async def state(self, registration_id: str) -> str:
        return (await self.get(f"/registrations/{registration_id}"))["state"]

    async def judged(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The newest mail of this kind that came in, once it was judged."""
        async with asyncio.timeout(PATIENCE):
            while True:
                items = [one for one in (await self.get("/inbound?limit=200"))["items"] if one["outcome"] and wanted(one)]
                if items:
                    return items[-1]
                await asyncio.sleep(0.1)

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not holds():  # noqa: ASYNC110 - another program's log
                await asyncio.sleep(0.05)

    async def raw(self, item: dict[str, Any]) -> bytes:
        """A mail that came in, as our mail server handed it over."""
        conn = await asyncpg.connect(self.house.servers.database_url())
        try:
            return await db.one(conn, bytes, "select raw from tapped where id = $1", UUID(item["id"]))
        finally:
            await conn.close()

    async def mails(self, address: str, count: int = 1) -> list[Path]:
        """What lies in a member's mailbox once it is so much, the oldest first."""
        box = self.theirs.folder / "boxes" / address.partition(".")[0] / "new"
        async with asyncio.timeout(PATIENCE):
            while len(found := sorted(box.glob("*"), key=lambda path: path.stat().st_mtime_ns)) < count:  # noqa: ASYNC110 - files
                await asyncio.sleep(0.05)
        return found


def read(path: Path) -> EmailMessage:
    return message_from_bytes(path.read_bytes(), policy=policy.default)


def need() -> None:
    """Skip where something is not installed."""
    if not postfix.is_here():
        pytest.skip(postfix.NOT_HERE)
    if not border.is_here():
        pytest.skip(border.NOT_HERE)


@asynccontextmanager
async def open_world(folder: Path, logs: Path) -> AsyncGenerator[World]:
    """Everything up; everything ended afterwards."""
    out, border_port, theirs_mx, submission, signs, checks, inbound = ports.some(7)
    _make_boxes(folder / "theirs" / "boxes")
    known = {
        "border": BORDER,
        "bounces": BOUNCES,
        "invites": INVITES,
        "boxes": ", ".join(f"{name}.member@{THEIR_DOMAIN}={name}/" for name in MEMBERS),
        "their_domain": THEIR_DOMAIN,
        "inbound": inbound,
        "theirs": theirs_mx,
        "border_port": border_port,
        "folder": folder / "theirs",
        "nobody": NOBODY,
    }
    checked = f"-o smtpd_milters=inet:127.0.0.1:{checks} -o mynetworks="
    with ExitStack() as stack:
        stack.enter_context(border.running(folder / "border", THEIR_DOMAIN, signs, checks))
        services = [service(out), f"{service(border_port)} {checked}"]
        ours = stack.enter_context(postfix.running(folder / "ours", OURS.format(**known), services))
        services = [service(theirs_mx), f"{service(submission)} -o smtpd_milters=inet:127.0.0.1:{signs}"]
        theirs = stack.enter_context(postfix.running(folder / "theirs", THEIRS.format(**known), services))
        more = {
            "PLENARY_MAIL_FROM": f"Plenary <{INVITES}>",
            "PLENARY_BOUNCE_DOMAIN": BOUNCES,
            "PLENARY_INBOUND_PORT": str(inbound),
            "PLENARY_INBOUND_BORDER": BORDER,
        }
        for port in (out, border_port, theirs_mx, submission):
            ports.until_answered(port)
        async with open_house(folder / "servers", logs, out, more=more) as house:
            await _tap(house)
            yield World(house, ours, theirs, submission, border_port, inbound)


async def _tap(house: House) -> None:
    """Keep what comes in as it came: Plenary does not, once it has read a calendar's answer."""
    conn = await asyncpg.connect(house.servers.database_url())
    await conn.execute(
        """create table tapped (id uuid primary key, raw bytea);
           create function tap() returns trigger language plpgsql security definer as
             $$ begin insert into public.tapped values (new.id, new.raw); return new; end $$;
           create trigger tapped after insert on inbound_mail for each row execute function tap()"""
    )
    await conn.close()


def _make_boxes(boxes: Path) -> None:
    """Mailboxes are nobody's, who may not change anything else."""
    boxes.mkdir(parents=True)
    os.chown(boxes, NOBODY, NOBODY)


def service(port: int) -> str:
    """A port of a Postfix, as master.cf has it."""
    return f"127.0.0.1:{port} inet n - n - - smtpd"
