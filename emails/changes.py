"""What is different between two states of a gathering, in words for the people who come."""

from datetime import datetime

from msgspec import structs

from emails.messages import AgendaItem, Change, Gathering
from emails.wording import day_and_time, span, zone_name

SESSIONS = "Your sessions"


def changes_between(before: Gathering, after: Gathering) -> tuple[Change, ...]:
    """Each difference that a calendar would show; empty when there is none; an empty `before` means: say `after` alone."""
    return (
        *_worded("Title", before.title, after.title),
        *_instant("Starts", before.starts_at, after.starts_at, before, after),
        *_instant("Ends", before.ends_at, after.ends_at, before, after),
        *_zone(before, after),
        *_worded("Place", _place(before), _place(after)),
        *_point(before, after),
        *_sessions(before, after),
        *_description(before, after),
    )


def calendar_cares(before: Gathering, after: Gathering) -> bool:
    """Title, time, zone, place and agenda matter; a new summary alone is mailed to nobody, and travels with the next one."""
    return bool(changes_between(structs.replace(before, summary=after.summary), after))


def _worded(what: str, before: str, after: str) -> tuple[Change, ...]:
    return (Change(what, before, after),) if before != after else ()


def _instant(what: str, old: datetime, new: datetime, before: Gathering, after: Gathering) -> tuple[Change, ...]:
    """An instant counts as changed when it is another one, or when the wall of the new zone shows another time."""
    years = old.year != new.year
    then = day_and_time(old, before.time_zone, with_year=years)
    now = day_and_time(new, after.time_zone, with_year=years)
    if old == new and then == now:
        return ()
    then_zone, now_zone = zone_name(before.time_zone, old), zone_name(after.time_zone, new)
    if then_zone != now_zone or then == now:
        then, now = f"{then} {then_zone}", f"{now} {now_zone}"
    return (Change(what, then, now),)


def _zone(before: Gathering, after: Gathering) -> tuple[Change, ...]:
    if before.time_zone == after.time_zone:
        return ()
    old, new = zone_name(before.time_zone, before.starts_at), zone_name(after.time_zone, after.starts_at)
    return (Change("Time zone", *((old, new) if old != new else (before.time_zone, after.time_zone))),)


def _place(gathering: Gathering) -> str:
    return ", ".join(part for part in (gathering.venue_name, gathering.venue_address) if part)


def _point(before: Gathering, after: Gathering) -> tuple[Change, ...]:
    """Coordinates say nothing to a reader; only that the pin moved while the place kept its name."""
    moved = (before.latitude, before.longitude) != (after.latitude, after.longitude)
    return (
        (Change("Map", "", "The pin on the map is in another spot."),) if moved and _place(before) == _place(after) else ()
    )


def _sessions(before: Gathering, after: Gathering) -> tuple[Change, ...]:
    """Sessions that came, went or moved, matched by title in the order of the agenda."""
    old = [item for item in before.agenda if item not in after.agenda]
    new = [item for item in after.agenda if item not in before.agenda]
    found: list[Change] = []
    for item in old:
        successor = next((other for other in new if other.title == item.title), None)
        if successor:
            new.remove(successor)
            found += _worded(SESSIONS, _session(item, before), _session(successor, after))
        else:
            found.append(Change(SESSIONS, _session(item, before), "no longer on your agenda"))
    return (*found, *(Change(SESSIONS, "", _session(item, after)) for item in new))


def _session(item: AgendaItem, gathering: Gathering) -> str:
    said = f"{item.title}, {span(item.starts_at, item.ends_at, gathering.time_zone)}"
    return f"{said}, {item.room}" if item.room else said


def _description(before: Gathering, after: Gathering) -> tuple[Change, ...]:
    if before.summary == after.summary:
        return ()
    return (Change("Description", "", "It is a new text."),)
