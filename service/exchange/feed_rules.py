"""What stands in a calendar feed, and what its marks for HTTP are. Pure."""

import hashlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from importlib.metadata import version
from typing import TypeAlias
from uuid import UUID

import msgspec
from msgspec import Struct

from emails.feeds import Entry, Feed
from emails.messages import AgendaItem, Gathering, Method, Revision
from service.deliveries.leaving import SAID_FOR, LeftSession

WRITER = ("1", version("icalendar"), version("tzdata"))
"""What the bytes depend on beside the facts; raise the first where emails/feeds.py writes the same facts otherwise."""
SETTLED = timedelta(minutes=1)
"""Last-Modified counts whole seconds: it is said only once nothing else can happen within its second (RFC 9110, 8.8.2.2)."""

SessionUid: TypeAlias = Callable[[UUID], str]


class Written(Struct, frozen=True):
    """An entry as it is stored: of one person, or a `public` one, which blocks nobody's time and stays once called off."""

    uid: str
    sequence: int
    dtstamp: datetime
    gathering: Gathering
    left: Sequence[LeftSession]
    ended_at: datetime | None
    link: str
    public: bool = False

    @property
    def gone_at(self) -> datetime | None:
        """When nobody says any more that it was called off."""
        return None if self.ended_at is None or self.public else self.ended_at + SAID_FOR


def entries(written: Written, session_uid: SessionUid, now: datetime) -> tuple[Entry, ...]:
    """The gathering and its sessions; what was called off is in it as cancelled, for a while."""
    if written.gone_at is not None and written.gone_at <= now:
        return ()
    method: Method = "REQUEST" if written.ended_at is None else "CANCEL"
    left = [one.item for one in written.left if one.left_at + SAID_FOR > now]
    return (
        whole(written),
        *(_session(written, session_uid, method, item) for item in written.gathering.agenda if item.id is not None),
        *(_session(written, session_uid, "CANCEL", item) for item in left),
    )


def whole(written: Written) -> Entry:
    """The gathering alone."""
    return _entry(written, written.uid, "REQUEST" if written.ended_at is None else "CANCEL", written.gathering)


def _session(written: Written, session_uid: SessionUid, method: Method, item: AgendaItem) -> Entry:
    whole = written.gathering
    place = ", ".join(part for part in (item.room, whole.venue_name) if part)
    gathering = msgspec.structs.replace(
        whole,
        title=item.title,
        summary=f"Part of {whole.title}.",
        starts_at=item.starts_at,
        ends_at=item.ends_at,
        venue_name=place,
        agenda=(),
    )
    assert item.id is not None
    return _entry(written, session_uid(item.id), method, gathering)


def _entry(written: Written, uid: str, method: Method, gathering: Gathering) -> Entry:
    revision = Revision(uid, written.sequence, written.dtstamp, method, gathering, attendee_name="")
    return Entry(revision, written.link, busy=not written.public)


def changed_at(written: Sequence[Written], otherwise: datetime, now: datetime) -> datetime:
    """When the feed last became another one: by a revision, by what fell out of it with time, or `otherwise`."""
    revised = [otherwise, *(one.dtstamp for one in written)]
    fell_out = [
        *(one.gone_at for one in written if one.gone_at is not None),
        *(left.left_at + SAID_FOR for one in written for left in one.left),
    ]
    return min(now, max([*revised, *(moment for moment in fell_out if moment <= now)]))


def entity_tag(made: Feed) -> str:
    """A strong one: what is said decides, never when it is asked."""
    return f'"{hashlib.sha256(msgspec.json.encode((WRITER, made))).hexdigest()[:32]}"'


def http_date(moment: datetime, now: datetime) -> str | None:
    """For Last-Modified; None as long as something else could still happen within that second."""
    return format_datetime(moment.astimezone(UTC).replace(microsecond=0), usegmt=True) if now - moment >= SETTLED else None


def is_known(tag: str, modified: str | None, none_match: str | None, modified_since: str | None) -> bool:
    """Whether who asks has it already (RFC 9110, 13.2.2): tags decide where they are sent, else the date."""
    if none_match is not None:
        return any(one.strip().removeprefix("W/") in (tag, "*") for one in none_match.split(","))
    if modified is None or modified_since is None:
        return False
    try:
        return parsedate_to_datetime(modified) <= parsedate_to_datetime(modified_since)
    except (TypeError, ValueError):
        return False
