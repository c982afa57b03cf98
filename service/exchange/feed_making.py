"""What a feed says today, read from the database: a person's own, and that of a convening."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from emails.feeds import Entry, Feed
from service.convenings import queries as convenings
from service.convenings.queries import ConveningRow
from service.db import Connection
from service.deliveries import convening_entries
from service.exchange import feed_queries, feed_rules
from service.exchange.feed_queries import FeedRow, OwnEntryRow
from service.exchange.feed_rules import Written
from service.settings import Settings
from service.web import links


class Made(Struct, frozen=True):
    """A feed, and when it last became another one."""

    feed: Feed
    changed_at: datetime


async def own(conn: Connection, settings: Settings, row: FeedRow, now: datetime) -> Made:
    """All that is a person's, or one registration and its conversations; who waits or has an offer has no entry yet."""
    found = await feed_queries.entries(conn, row.person_id, row.registration_id)
    talks = await feed_queries.conversations(conn, row.person_id, row.registration_id)
    written = [(one.id, _own(settings, one)) for one in (*found, *talks)]
    entries = [
        entry
        for entry_id, one in written
        for entry in feed_rules.entries(one, lambda item, entry_id=entry_id: _session_uid(settings, entry_id, item), now)
    ]
    name = f"{settings.mail_name or 'Plenary'}: my convenings"
    if row.registration_id is not None and found:
        name = found[0].gathering.title
    changed_at = feed_rules.changed_at([one for _, one in written], row.changed_at, now)
    return Made(Feed(name, tuple(entries)), changed_at)


async def own_entry(conn: Connection, settings: Settings, person_id: UUID, registration_id: UUID) -> Entry | None:
    """The entry of one registration as the invite has it, without its sessions; None where there is none that stands."""
    found = await feed_queries.entries(conn, person_id, registration_id)
    standing = [_own(settings, one) for one in found if one.ended_at is None]
    return feed_rules.whole(standing[0]) if standing else None


async def public(conn: Connection, settings: Settings, slug: str, now: datetime) -> Made:
    """A convening and all its sessions; raises NotFound for a draft."""
    row = await convenings.convening(conn, await convenings.convening_by_slug(conn, slug))
    written = await _public(conn, settings, row)
    entries = feed_rules.entries(written, lambda item: f"session-{item.hex}@{_domain(settings)}", now)
    return Made(Feed(row.title, entries), feed_rules.changed_at([written], row.created_at, now))


async def public_entry(conn: Connection, settings: Settings, slug: str) -> Entry:
    """The convening alone; raises NotFound for a draft."""
    row = await convenings.convening(conn, await convenings.convening_by_slug(conn, slug))
    return feed_rules.whole(await _public(conn, settings, row))


async def _public(conn: Connection, settings: Settings, row: ConveningRow) -> Written:
    """Its newest revision; until a worker has written one, how it stands."""
    entry = await convening_entries.entry(conn, row.id)
    return Written(
        uid=f"convening-{row.id.hex}@{_domain(settings)}",
        sequence=entry.sequence if entry else 0,
        dtstamp=entry.dtstamp if entry else row.created_at,
        gathering=entry.gathering if entry else await convening_entries.today(conn, row.id),
        left=entry.left if entry else (),
        ended_at=entry.ended_at if entry else (row.created_at if row.state == "cancelled" else None),
        link=_page(settings, row.slug),
        public=True,
    )


def _own(settings: Settings, row: OwnEntryRow) -> Written:
    """It leads to the public page and never to their own: whoever has a feed only reads."""
    link = _page(settings, row.slug)
    return Written(row.uid, row.sequence, row.dtstamp, row.gathering, row.left, row.ended_at, link)


def _page(settings: Settings, slug: str) -> str:
    return f"{settings.public_url}/convenings/{slug}"


def _session_uid(settings: Settings, entry_id: UUID, session_id: UUID) -> str:
    return links.session_uid(settings.secret_key, entry_id, session_id, _domain(settings))


def _domain(settings: Settings) -> str:
    return settings.mail_address.rpartition("@")[2]
