"""The demo's network and convenings, loaded once; dates move by whole weeks so that the open convening lies ahead."""

import math
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
import yaml

from service import events
from service.convenings import queries, writes
from service.convenings.rules import Draft, SessionDraft, Venue
from service.db import Connection
from service.local import (
    demo_attendance,
    demo_coaching,
    demo_materials,
    demo_panels,
    demo_queries,
    demo_students,
    demo_surveys,
    demo_texts,
)
from service.local.demo_files import Calendar, Convening, Network, Person, Session, Students, id_of
from service.settings import Settings

DAYS_AHEAD = 30
BEFORE = timedelta(days=60)
"""How long before the first convening everything began."""
WEEK = timedelta(weeks=1)
CHOSEN = ("workshop", "coaching")
"""Kinds of sessions that people sign up for; the others are everybody's."""


async def load(conn: Connection, folder: Path, settings: Settings, now: datetime, *, surveys: bool = True) -> bool:
    """Load all files in one transaction; false where the database already holds a network."""
    if await demo_queries.is_loaded(conn):
        return False
    calendar = calendar_of(folder)
    students = msgspec.json.decode((folder / "students.json").read_bytes(), type=Students).students
    weeks = weeks_ahead(calendar, now)
    shifts = {convening.id: moved(convening, weeks, now) for convening in calendar.convenings}
    async with conn.transaction():
        await prepare(conn, folder, shifts)
        await demo_students.load(conn, students, shifts, settings, now)
        for convening in calendar.convenings:
            if convening.status == "completed":
                shift = shifts[convening.id]
                await demo_attendance.load(conn, folder, convening, shift, students, settings)
                await _complete(conn, id_of("convening", convening.id), now)
            elif convening.status == "registration_open":
                await demo_coaching.load(conn, id_of("convening", convening.id), settings, now)
        if surveys:
            await demo_surveys.load(conn, folder / "surveys", settings, now)
            await demo_queries.told(conn, id_of("convening", "fall-2026"))
        await demo_materials.load(conn, {one.id: id_of("convening", one.id) for one in calendar.convenings}, now)
    return True


def calendar_of(folder: Path) -> Calendar:
    """The convenings as the file has them."""
    return msgspec.convert(yaml.safe_load((folder / "convenings.yaml").read_text()), Calendar)


async def prepare(conn: Connection, folder: Path, shifts: Mapping[str, timedelta]) -> None:
    """Network, texts, topics and convenings, all of them still ahead, as they stood before the first; no students."""
    network = msgspec.json.decode((folder / "network.json").read_bytes(), type=Network)
    calendar = calendar_of(folder)
    begun = min(convening.starts + shifts[convening.id] for convening in calendar.convenings) - BEFORE
    await _load_network(conn, network, begun)
    await demo_texts.load(conn, folder / "consent", begun)
    await demo_panels.load_topics(conn, calendar.topic_catalog)
    for convening in calendar.convenings:
        await _load_convening(conn, convening, shifts[convening.id], begun)


def weeks_ahead(calendar: Calendar, now: datetime) -> timedelta:
    """By how many whole weeks all dates move, so that what is open starts in thirty days or later."""
    earliest = now + timedelta(days=DAYS_AHEAD)
    late = [earliest - found.starts for found in calendar.convenings if found.status == "registration_open"]
    return WEEK * math.ceil(max(timedelta(0), *late) / WEEK)


def moved(convening: Convening, weeks: timedelta, now: datetime) -> timedelta:
    """The same for one convening: what is completed ended before now in any case."""
    late = convening.ends + weeks - now
    if convening.status != "completed" or late < timedelta(0):
        return weeks
    return weeks - WEEK * (late // WEEK + 1)


async def _load_network(conn: Connection, network: Network, now: datetime) -> None:
    for district in network.districts:
        await demo_queries.put_district(
            conn, id_of("district", district.id), district.id, district.name, district.state, district.timezone
        )
        for school in district.schools:
            await demo_queries.put_school(
                conn, id_of("school", school.id), school.id, id_of("district", district.id), school.name
            )
    for coach in network.coaches:
        await demo_queries.put_coach(conn, await _put_person(conn, coach, now), coach.bio)
    for moderator in network.moderators:
        await _put_person(conn, moderator, now)
    for member in network.members:
        person_id = await _put_person(conn, member, now)
        await demo_queries.put_membership(conn, person_id, member.joined, id_of("person", member.coach))
    for contact in network.school_contacts:
        person_id = await _put_person(conn, contact, now)
        await demo_queries.put_school_contact(conn, person_id, id_of("school", contact.school), contact.role, contact.phone)


async def _put_person(conn: Connection, person: Person, now: datetime) -> UUID:
    person_id = id_of("person", person.id)
    await demo_queries.put_person(
        conn,
        person_id,
        person.id,
        person.name,
        person.email,
        person.title or person.role,
        id_of("district", person.district) if person.district else None,
        person.pronouns,
        person.dietary,
        person.access_needs,
        person.badge_name,
        now,
    )
    return person_id


async def _load_convening(conn: Connection, convening: Convening, shift: timedelta, now: datetime) -> None:
    convening_id = id_of("convening", convening.id)
    zone = ZoneInfo(convening.timezone)
    starts_at = _at_the_wall(convening.starts.astimezone(zone), shift, zone)
    draft = Draft(
        title=convening.name,
        timezone=convening.timezone,
        starts_at=starts_at,
        ends_at=_at_the_wall(convening.ends.astimezone(zone), shift, zone),
        capacity=convening.capacity_adults,
        venue=Venue(name=convening.venue.name, address=f"{convening.venue.address}, {convening.city}"),
    )
    await writes.insert_convening(conn, convening_id, convening.id, draft, now)
    for ordinal, session in enumerate(convening.sessions):
        first_day = starts_at.astimezone(zone).date()
        await writes.put_session(
            conn, convening_id, id_of("session", session.id), ordinal, _session(session, first_day, zone)
        )
    facts: list[events.AnyEvent] = [events.ConveningCreated(convening_id), events.ConveningPublished(convening_id)]
    for panel in convening.panels:
        until = demo_panels.kept_until(starts_at, convening.timezone)
        schools = {id_of("school", code): places for code, places in panel.holds.items()}
        session_id, panel_id = id_of("session", panel.session), id_of("panel", panel.session)
        await demo_panels.load(conn, panel, panel_id, session_id, schools, until, now)
        facts.append(events.PanelCreated(convening_id, panel_id))
    await queries.set_state(conn, convening_id, "published")
    await events.record(conn, now, facts)


async def _complete(conn: Connection, convening_id: UUID, now: datetime) -> None:
    """It is over, and nobody is written to about it."""
    await queries.set_state(conn, convening_id, "completed")
    await events.record(conn, now, [events.ConveningCompleted(convening_id)])
    await demo_queries.told(conn, convening_id)


def _session(session: Session, first_day: date, zone: ZoneInfo) -> SessionDraft:
    day = first_day + timedelta(days=session.day - 1)
    return SessionDraft(
        title=session.title,
        starts_at=datetime.combine(day, time.fromisoformat(session.start), zone),
        ends_at=datetime.combine(day, time.fromisoformat(session.end), zone),
        kind=session.type,
        track=session.track,
        signup=session.type in CHOSEN,
        credit_minutes=session.credit_minutes,
        code=session.id,
    )


def _at_the_wall(moment: datetime, shift: timedelta, zone: ZoneInfo) -> datetime:
    """The same hour on the wall, weeks later, whatever the clocks did meanwhile."""
    return datetime.combine(moment.date() + shift, moment.time(), zone)
