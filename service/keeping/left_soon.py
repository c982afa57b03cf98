"""The same of what people leave at the door of the house, and of the records about it."""

from datetime import datetime, timedelta

from service import db
from service.db import Connection

GRACE = timedelta(hours=1)
"""What goes every ten minutes may be a little late where the worker was away."""


async def strangers(conn: Connection, before: datetime) -> int:
    """People of whom nothing else is known: no part, no role, no registration, no mail, no entry of the log."""
    return await db.one(
        conn,
        int,
        """select count(*) from unknown_person
            where created_at < $1 and not exists (select from legal_hold where ended_at is null)""",
        before,
    )


async def audit(conn: Connection, before: datetime) -> int:
    """Entries of the audit log; while a legal hold runs they stay."""
    return await db.one(
        conn,
        int,
        """select count(*) from audit_entry where at < $1
              and not exists (select from legal_hold where ended_at is null)""",
        before,
    )


async def sign_ins(conn: Connection, before: datetime) -> int:
    """Sign-ins that were asked for."""
    return await db.one(conn, int, "select count(*) from sign_in where created_at < $1", before - GRACE)


async def sessions(conn: Connection, before: datetime) -> int:
    """Browsers that are signed in no more."""
    return await db.one(conn, int, "select count(*) from web_session where idle_until < $1 or ends_at < $1", before - GRACE)


async def requests(conn: Connection, before: datetime) -> int:
    """Repeated requests, windows of limits, and how far mail to domains was spread."""
    return await db.one(
        conn,
        int,
        """select (select count(*) from idempotency_key where created_at < $1)
                + (select count(*) from rate_window where started_at < $1)
                + (select count(*) from mail_domain where taken_until < $1) as n""",
        before - GRACE,
    )


async def files(conn: Connection, before: datetime) -> int:
    """Imports that ended so long ago."""
    return await db.one(
        conn,
        int,
        "select count(*) from import_file where created_at < $1 and ended_at is not null",
        before - GRACE,
    )


async def calls(conn: Connection, before: datetime) -> int:
    """What webhooks answered."""
    return await db.one(conn, int, "select count(*) from webhook_attempt where started_at < $1", before - GRACE)
