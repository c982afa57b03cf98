"""Calendars over HTTP: told apart by what they say, and not sent again to whoever has them."""

import asyncio
from datetime import datetime

from litestar import Response

from emails import feeds
from emails.feeds import Entry
from service.exchange import feed_rules
from service.exchange.feed_making import Made
from service.web.deps import AnyRequest

CALENDAR = "text/calendar"
SECRET = {"cache-control": "private, no-cache", "referrer-policy": "no-referrer", "x-robots-tag": "noindex, nofollow"}
"""For whom the address was made, and for no cache between; whoever keeps it asks each time whether it still stands."""
FOR_ALL = {"cache-control": "public, max-age=300"}


async def feed(request: AnyRequest, made: Made, now: datetime, headers: dict[str, str]) -> Response[bytes]:
    """The feed, or 304 before anything is written; writing it takes tens of milliseconds, so a thread does."""
    tag = feed_rules.entity_tag(made.feed)
    modified = feed_rules.http_date(made.changed_at, now)
    marks = {"etag": tag} | ({"last-modified": modified} if modified else {}) | headers
    asked = request.headers
    if feed_rules.is_known(tag, modified, asked.get("if-none-match"), asked.get("if-modified-since")):
        return Response(b"", status_code=304, headers=marks, media_type=CALENDAR)
    body = await asyncio.to_thread(feeds.feed, made.feed)
    return Response(body, headers=marks, media_type=CALENDAR)


def file(entry: Entry, name: str, headers: dict[str, str]) -> Response[bytes]:
    """One event, to save or to open with a calendar program; `name` is a slug."""
    disposition = {"content-disposition": f'attachment; filename="{name}.ics"'}
    return Response(feeds.single(entry), headers=headers | disposition, media_type=CALENDAR)
