"""What is printed for the door, from how things stand now: badges, the desk's list, the safety lead's list."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from emails import wording
from service.attendance import emergency, lanyards, queries
from service.attendance.day_queries import MinorRow, PersonRow
from service.attendance.desk_roster import DeskRoster
from service.consents.day_facts import OnSite
from service.consents.day_rules import Window
from service.consents.roster import RosterRow
from service.convenings.queries import ConveningRow
from service.db import Connection
from service.documents.day_sheets import (
    Badge,
    BadgeSheets,
    BadgeSize,
    DeskAdult,
    DeskList,
    DeskStudent,
    EmergencyList,
    EmergencyStudent,
)
from service.documents.rules import Pair
from service.registrations.badges import grouped
from service.settings import Settings
from service.web import qr
from service.web.templating import many

PART = 300
"""Badges in one file: a second to make, a megabyte to send."""
KEEP_TO_YOURSELF = "Do not pass it on. Shred it after the convening."


async def badges(
    conn: Connection,
    convening: ConveningRow,
    people: Sequence[PersonRow],
    students: Sequence[RosterRow],
    size: BadgeSize,
    settings: Settings,
    now: datetime,
) -> BadgeSheets:
    """Students first, then adults by name."""
    codes = {one.signup_id: one.code for one in await queries.student_badges(conn, [row.signup_id for row in students])}
    return BadgeSheets(
        language="en",
        title=f"Badges: {convening.title}",
        author=settings.mail_name or "Plenary",
        convening=convening.title,
        size=size,
        badges=[*(_student(row, codes) for row in students), *map(_adult, people)],
        made_at=now,
    )


def _student(row: RosterRow, codes: dict[UUID | None, str]) -> Badge:
    """What they are called, and nothing else: no school, no grade, no health."""
    code = codes[row.signup_id]
    large, _, small = row.badge_name.partition(" ")
    return Badge(
        large=large,
        small=small,
        role="Student",
        place="",
        pronouns="",
        lanyard=lanyards.of_student(row),
        code=grouped(code),
        qr=qr.svg(code),
    )


def _adult(person: PersonRow) -> Badge:
    large, _, rest = person.name.partition(" ")
    return Badge(
        large=person.badge_name or large,
        small=person.name if person.badge_name else rest,
        role=person.role,
        place=", ".join(part for part in (person.title, person.district) if part),
        pronouns=person.pronouns,
        lanyard=None,
        code=grouped(person.code),
        qr=qr.svg(person.code),
    )


def desk_list(convening: ConveningRow, roster: DeskRoster, settings: Settings, now: datetime) -> DeskList:
    """The front desk on paper: for when nothing else works."""
    letters = "; ".join(f"{level.letter}: {level.words.lower()}" for level in lanyards.LEVELS.values())
    rule = roster.rule
    lead = [
        f"{wording.span(convening.starts_at, convening.ends_at, convening.time_zone)} · as of {_moment(convening, now)}",
        f"Lanyards: {letters}. At least {rule.least_adults} adults, and 1 for each {rule.minors_per_adult} minors.",
        f"“Ask first”: let {', '.join(roster.leads) or 'the safety lead'} decide. No other student is checked in.",
    ]
    return DeskList(
        language="en",
        title=f"At the door: {convening.title}",
        author=settings.mail_name or "Plenary",
        footer=f"{convening.title}. {KEEP_TO_YOURSELF}",
        lead=lead,
        students_title="Students",
        students=[
            DeskStudent(
                one.name,
                one.school,
                f"{one.panel}, {wording.clock(one.starts_at, convening.time_zone)}",
                one.lanyard,
                [
                    *(["Ask first"] if one.ask_first else []),
                    *(["Helpers must know something"] if one.has_health_flag else []),
                    *(["May go alone"] if one.may_go_alone else []),
                ],
            )
            for one in roster.students
        ],
        adults_title="Adults",
        adults=[DeskAdult(one.name, one.place, grouped(one.code)) for one in roster.people],
        made_at=now,
    )


def emergency_list(
    convening: ConveningRow,
    window: Window,
    found: Sequence[OnSite],
    uncleared: Sequence[MinorRow],
    settings: Settings,
    now: datetime,
) -> EmergencyList:
    """All that helpers must know, for the safety lead alone; and who else must be found in an emergency, without a name."""
    lead = [f"For the safety lead alone. As of {_moment(convening, now)}."]
    if window.is_open(now):
        lead.append(
            f"{many(len(found), 'student', 'students')} may be on stage." if found else "No student may be on stage."
        )
    else:
        opens, closes = (wording.moment(at, convening.time_zone) for at in (window.opens, window.closes))
        lead.append(f"It can be printed from {opens} to {closes}.")
    sheets = [emergency.sheet(one) for one in found]
    return EmergencyList(
        language="en",
        title=f"Emergency list: {convening.title}",
        author=settings.mail_name or "Plenary",
        footer=f"{convening.title}. {KEEP_TO_YOURSELF}",
        lead=lead,
        uncleared_title="Here, and not cleared",
        uncleared=[_uncleared(convening, one) for one in uncleared],
        students=[EmergencyStudent(one.name, one.school, one.panel, one.flags, one.facts) for one in sheets],
        made_at=now,
    )


def _uncleared(convening: ConveningRow, minor: MinorRow) -> Pair:
    who = minor.called or (f"A student of {minor.school}" if minor.school else "A minor whom no list has")
    return Pair(who, f"since {_moment(convening, minor.at)}")


def _moment(convening: ConveningRow, now: datetime) -> str:
    return f"{wording.moment(now, convening.time_zone)}"
