"""What an organizer does with a convening."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from service import events
from service.convenings import actions, queries, rules
from service.convenings.rules import Patch, Venue, VenuePatch
from service.db import Connection, Pool
from service.errors import NotFound, Refused
from service.text import NoSuchZone
from tests import make

CHANGES: dict[str, Any] = {
    "title": "Spring Convening",
    "timezone": "America/Chicago",
    "summary": "Another day.",
    "capacity": 7,
    "venue": Venue("Town Hall", "1 Main Street", 41.5, -87.5),
}


def _facts(row: queries.ConveningRow) -> dict[str, Any]:
    facts = msgspec.structs.asdict(row)
    return facts | {"venue": Venue(row.venue_name, row.venue_address, row.venue_latitude, row.venue_longitude)}


async def test_a_draft_is_kept_as_it_was_asked_for(conn: Connection, now: datetime) -> None:
    asked = make.draft(now, registration_opens_at=now, registration_closes_at=now + make.AHEAD)
    convening_id = await actions.create(conn, asked, now)
    row = await queries.convening(conn, convening_id)
    assert (row.slug, row.state, row.seats_left, row.waiting, row.created_at) == ("fall-convening", "draft", 50, 0, now)
    expected = msgspec.structs.asdict(asked)
    assert {name: _facts(row)[name] for name in expected if name not in ("timezone", "sessions")} == {
        name: value for name, value in expected.items() if name not in ("timezone", "sessions")
    }
    assert row.time_zone == asked.timezone
    assert await make.recorded(conn) == [events.ConveningCreated(convening_id)]


async def test_a_title_can_be_used_twice_and_each_gets_an_address_of_its_own(conn: Connection, now: datetime) -> None:
    rows = [await make.convening(conn, now) for _ in range(3)]
    assert [row.slug for row in rows] == ["fall-convening", "fall-convening-2", "fall-convening-3"]


async def test_a_title_used_by_many_at_once_gives_each_an_address_of_its_own(
    pool: Pool, conn: Connection, now: datetime
) -> None:
    rows = await asyncio.gather(*(make.alone(pool, lambda own: make.convening(own, now)) for _ in range(6)))
    assert sorted(row.slug for row in rows) == ["fall-convening", *(f"fall-convening-{n}" for n in range(2, 7))]


async def test_the_zone_must_be_one(conn: Connection, now: datetime) -> None:
    for name in ("America/Springfield", "EST", "../etc/passwd", "america/new_york"):
        with pytest.raises(NoSuchZone) as refused:
            await actions.create(conn, make.draft(now, timezone=name), now)
        assert refused.value.pointer == "/timezone"


async def test_a_new_convening_cannot_take_over_a_session(conn: Connection, now: datetime) -> None:
    with pytest.raises(rules.SessionUnknown):
        await actions.create(conn, make.draft(now, sessions=[make.session_draft(now, id=make.nobody(now))]), now)


@pytest.mark.parametrize("name", CHANGES)
async def test_a_patch_changes_what_it_names_and_nothing_else(conn: Connection, now: datetime, name: str) -> None:
    before = await make.convening(conn, now, sessions=[make.session_draft(now, capacity=4)])
    agenda = await queries.sessions(conn, before.id)
    await actions.change(conn, before.id, Patch(**{name: CHANGES[name]}), now)
    after = await queries.convening(conn, before.id)
    column = {"timezone": "time_zone"}.get(name, name)
    assert _facts(after)[column] == CHANGES[name]
    different = {one for one in _facts(before) if _facts(before)[one] != _facts(after)[one]}
    assert {one for one in different if not one.startswith("venue_")} == {column}
    assert await queries.sessions(conn, before.id) == agenda
    assert (await make.recorded(conn))[-1] == events.ConveningChanged(before.id)


async def test_a_part_of_the_venue_can_be_changed_alone(conn: Connection, now: datetime) -> None:
    before = await make.convening(conn, now)
    await actions.change(conn, before.id, Patch(venue=VenuePatch(name="Gym", latitude=None, longitude=None)), now)
    after = await queries.convening(conn, before.id)
    assert (after.venue_name, after.venue_address) == ("Gym", before.venue_address)
    assert (after.venue_latitude, after.venue_longitude) == (None, None)


async def test_an_empty_patch_is_no_change(conn: Connection, now: datetime) -> None:
    row = await make.convening(conn, now)
    await actions.change(conn, row.id, Patch(), now)
    assert [type(one).__name__ for one in await make.recorded(conn)] == ["ConveningCreated", "ConveningPublished"]


async def test_one_seat_is_taken_not_one_seats(conn: Connection, now: datetime) -> None:
    row = await make.convening(conn, now)
    await make.registered(conn, row.id, now=now)
    with pytest.raises(rules.CapacityBelowTaken, match="^1 seat is taken, so the capacity cannot be 0"):
        await actions.change(conn, row.id, Patch(capacity=0), now)


async def test_null_takes_an_optional_time_away_and_absence_keeps_it(conn: Connection, now: datetime) -> None:
    row = await make.convening(conn, now, registration_opens_at=now, registration_closes_at=now + make.HOUR)
    await actions.change(conn, row.id, Patch(registration_opens_at=None), now)
    after = await queries.convening(conn, row.id)
    assert (after.registration_opens_at, after.registration_closes_at) == (None, now + make.HOUR)


async def test_a_patch_is_judged_together_with_what_stays(conn: Connection, now: datetime) -> None:
    row = await make.convening(conn, now, sessions=[make.session_draft(now, 5)])
    for patch, refusal, pointer in (
        (Patch(ends_at=row.starts_at), rules.EndsBeforeStart, "/ends_at"),
        (Patch(starts_at=row.ends_at), rules.EndsBeforeStart, "/ends_at"),
        (Patch(ends_at=row.starts_at + 5 * make.HOUR), rules.SessionOutside, "/ends_at"),
        (Patch(starts_at=row.starts_at + 6 * make.HOUR), rules.SessionOutside, "/starts_at"),
        (Patch(timezone="Mars/Olympus"), NoSuchZone, "/timezone"),
    ):
        with pytest.raises(refusal) as refused:
            await actions.change(conn, row.id, patch, now)
        assert refused.value.pointer == pointer
    assert await queries.convening(conn, row.id) == row


async def test_the_agenda_is_replaced_by_id(conn: Connection, now: datetime) -> None:
    agenda = [make.session_draft(now, hour, title=title, code=title) for hour, title in ((1, "a"), (2, "b"), (3, "c"))]
    row = await make.convening(conn, now, sessions=agenda)
    [_, second, third] = await make.session_ids(conn, row.id)
    wanted = [
        make.session_draft(now, 2, title="B, renamed", id=second, room="Gym", capacity=9),
        make.session_draft(now, 4, title="d"),
        make.session_draft(now, 3, title="c", id=third),
    ]
    await actions.change(conn, row.id, Patch(sessions=wanted), now)
    found = await queries.sessions(conn, row.id)
    assert [(one.title, one.code, one.ordinal, one.room, one.capacity) for one in found] == [
        ("B, renamed", "b", 0, "Gym", 9),
        ("c", "c", 2, "B12", None),
        ("d", None, 1, "B12", None),
    ]
    assert [one.id for one in found[:2]] == [second, third]
    await actions.change(conn, row.id, Patch(sessions=[]), now)
    assert await queries.sessions(conn, row.id) == []


async def test_a_session_of_another_convening_or_the_same_one_twice_is_refused(conn: Connection, now: datetime) -> None:
    row = await make.convening(conn, now, sessions=[make.session_draft(now, 1)])
    other = await make.convening(conn, now, sessions=[make.session_draft(now, 1)])
    [mine], [theirs] = await make.session_ids(conn, row.id), await make.session_ids(conn, other.id)
    for ids in ([mine, theirs], [mine, mine], [mine, make.nobody(now)]):
        wanted = [make.session_draft(now, hour, id=one) for hour, one in enumerate(ids)]
        with pytest.raises(rules.SessionUnknown) as refused:
            await actions.change(conn, row.id, Patch(sessions=wanted), now)
        assert refused.value.pointer == "/sessions/1/id"
    assert (await make.session_ids(conn, row.id), await make.session_ids(conn, other.id)) == ([mine], [theirs])


async def test_a_session_keeps_room_for_those_who_have_a_place_in_it(conn: Connection, now: datetime) -> None:
    row = await make.convening(conn, now, sessions=[make.session_draft(now, title="Art", capacity=5)])
    [art] = await make.session_ids(conn, row.id)
    for n in range(3):
        await make.registered(conn, row.id, n, now=now, sessions=[art])
    for narrower, refusal, pointer, sentence in (
        ({"capacity": 2}, rules.CapacityBelowTaken, "capacity", "its capacity cannot be less than that."),
        ({"signup": False}, rules.SignupHasPeople, "signup", "its sign-up cannot be turned off."),
    ):
        wanted = [make.session_draft(now, title="Art", id=art, **narrower)]
        with pytest.raises(refusal) as refused:
            await actions.change(conn, row.id, Patch(sessions=wanted), now)
        assert refused.value.sentence == f"3 people have a place in “Art”; {sentence}"
        assert refused.value.pointer == f"/sessions/0/{pointer}"
    await actions.change(conn, row.id, Patch(sessions=[make.session_draft(now, id=art, capacity=3)]), now)
    [found] = await queries.sessions(conn, row.id)
    assert (found.capacity, found.taken, found.full) == (3, 3, True)


async def test_a_convening_goes_from_draft_to_published_to_completed(conn: Connection, now: datetime) -> None:
    row = await make.convening(conn, now, published=False)
    for act in (actions.cancel, actions.complete):
        with pytest.raises(rules.NotPublished):
            await act(conn, row.id, now)
    await actions.publish(conn, row.id, now)
    with pytest.raises(rules.NotADraft):
        await actions.publish(conn, row.id, now)
    with pytest.raises(rules.NotYetOver):
        await actions.complete(conn, row.id, row.starts_at - timedelta(seconds=1))
    await actions.complete(conn, row.id, row.starts_at)
    assert (await queries.convening(conn, row.id)).state == "completed"
    assert await make.recorded(conn) == [
        events.ConveningCreated(row.id),
        events.ConveningPublished(row.id),
        events.ConveningCompleted(row.id),
    ]


async def test_what_was_cancelled_stays_so(conn: Connection, now: datetime) -> None:
    row = await make.convening(conn, now)
    await actions.cancel(conn, row.id, now)
    attempts: tuple[tuple[Any, type[Refused]], ...] = (
        (actions.publish(conn, row.id, now), rules.NotADraft),
        (actions.cancel(conn, row.id, now), rules.NotPublished),
        (actions.complete(conn, row.id, row.ends_at), rules.NotPublished),
        (actions.change(conn, row.id, Patch(title="Again"), now), rules.AlreadyOver),
    )
    for attempt, refusal in attempts:
        with pytest.raises(refusal):
            await attempt
    assert (await make.recorded(conn))[-1] == events.ConveningCancelled(row.id)


async def test_an_unknown_convening_is_not_found(conn: Connection, now: datetime) -> None:
    unknown = make.nobody(now)
    for attempt in (
        actions.publish(conn, unknown, now),
        actions.change(conn, unknown, Patch(title="Again"), now),
        queries.convening(conn, unknown),
        queries.convening_by_slug(conn, "nowhere"),
    ):
        with pytest.raises(NotFound):
            await attempt


async def test_the_list_is_read_page_by_page_in_the_order_of_the_start(conn: Connection, now: datetime) -> None:
    starts = [now + timedelta(days=days) for days in (5, 1, 3, 3, 3)]
    made = [(await make.convening(conn, now, starts_at=start, ends_at=start + make.HOUR)).id for start in starts]
    draft = await make.convening(conn, now, published=False)
    expected = [one for _, one in sorted(zip(starts, made, strict=True))]
    seen, after = [], None
    while page := await queries.listed(conn, after, 2, drafts=False):
        seen += [row.id for row in page]
        after = (page[-1].starts_at, page[-1].id)
    assert seen == expected
    assert [row.id for row in await queries.listed(conn, None, 10, drafts=True)] == [*expected, draft.id]
    later = await queries.listed(conn, None, 10, drafts=False, until=now + timedelta(days=4))
    assert [row.id for row in later] == expected[-1:]


async def test_a_draft_has_no_public_address_until_it_is_published(conn: Connection, now: datetime) -> None:
    row = await make.convening(conn, now, published=False)
    with pytest.raises(NotFound):
        await queries.convening_by_slug(conn, row.slug)
    await actions.publish(conn, row.id, now)
    assert await queries.convening_by_slug(conn, row.slug) == row.id


async def test_what_has_ended_is_neither_published_nor_cancelled(conn: Connection, now: datetime) -> None:
    draft = await make.convening(conn, now, published=False)
    seen = await make.convening(conn, now)
    for act in (actions.publish(conn, draft.id, draft.ends_at), actions.cancel(conn, seen.id, seen.ends_at)):
        with pytest.raises(rules.AlreadyOver, match="has passed"):
            await act
    assert [(await queries.convening(conn, row.id)).state for row in (draft, seen)] == ["draft", "published"]
