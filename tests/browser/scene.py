"""Every page with something on it: the demo's network and convenings, and people in every state."""

from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from msgspec import Struct

from service import db
from service.convenings import actions as convening_actions
from service.convenings import queries as convenings
from service.convenings.queries import ConveningRow
from service.convenings.rules import Venue
from service.db import Connection
from service.deliveries import entries
from service.deliveries.facts import facts
from service.exchange import feed_writes
from service.local import demo, demo_queries, tour
from service.registrations import actions, queries
from service.registrations.queries import RegistrationRow
from service.registrations.rules import HOLD, Register
from service.settings import Settings
from service.web import links
from tests import make

DEMO = Path(__file__).parents[2] / "demo"
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
LIBRARY = Venue("Reading Room, Marsh Street Library", "41 Marsh Street, Chicago, IL")


class Scene(Struct, frozen=True):
    """Where each page is, by a name for it."""

    paths: dict[str, str]
    spring: ConveningRow


async def play(conn: Connection, settings: Settings, now: datetime) -> Scene:
    """Make everything and say where it is."""
    await demo.load(conn, DEMO, settings, now)
    spring = await convenings.convening(conn, await convenings.convening_by_slug(conn, "spring-2027"))
    await _describe(conn, spring.id)
    others = await _others(conn, now)
    people = await _people(conn, spring.id, now)
    people |= await _at_the_full_one(conn, others["full"], now)
    gone = await make.registered(conn, others["cancelled"].id, 60, now=now, name="Bastian Ravenscroft")
    await convening_actions.cancel(conn, others["cancelled"].id, now)
    paths = {f"convening-{name}": f"/convenings/{row.slug}" for name, row in others.items()}
    paths |= {f"registration-{name}": _own(settings, row) for name, row in (people | {"cancelled": gone}).items()}
    paths |= {
        f"confirm{name}": await _held(conn, settings, spring.id, at) for name, at in (("", now), ("-over", now - HOLD))
    }
    paths |= await _family(conn, settings)
    paths["calendar-own"] = await _in_calendar(conn, settings, people["confirmed"], now)
    return Scene(
        {**_fixed(spring, others["full"]), **paths, "invitation": await _invited(conn, settings, spring.id, now)}, spring
    )


async def _family(conn: Connection, settings: Settings) -> dict[str, str]:
    """The pages of a guardian whom the demo asks by mail."""
    asked = await demo_queries.asked_by_mail(conn, tour.GUARDIAN)
    assert asked is not None
    link = links.PATHS["consent"] + links.token(settings.secret_key, "consent", asked.id, asked.generation)
    pages = {"family": "", "family-read": "/en", "family-choices": "/en/choices", "family-choices-es": "/es/choices"}
    return {name: link + rest for name, rest in pages.items()}


def _fixed(spring: ConveningRow, full: ConveningRow) -> dict[str, str]:
    """What needs no link."""
    return {
        "list": "/",
        "convening": f"/convenings/{spring.slug}",
        "convening-past": "/convenings/fall-2026",
        "form": f"/convenings/{spring.slug}/registration",
        "form-waiting-list": f"/convenings/{full.slug}/registration",
        "check-your-mail": f"/convenings/{spring.slug}/check-your-mail",
        "address-changed": f"/convenings/{spring.slug}/address-changed",
        "not-found": "/r/nothing",
        "sign-in": "/sign-in",
        "sign-in-over": "/sign-in/link/nothing",
    }


async def _describe(conn: Connection, spring_id: UUID) -> None:
    """What the demo leaves open: a text, and a session that is small."""
    summary = (
        "Three days in one room with students, coaches and colleagues who do your job somewhere else. "
        "You leave with one policy to change and ninety days to do it."
    )
    await db.run(conn, "update convening set summary = $2 where id = $1", spring_id, summary)
    await db.run(
        conn, "update session set capacity = 24, room = 'Long Gallery' where convening_id = $1 and code = 's-s3'", spring_id
    )
    await db.run(
        conn, "update session set capacity = 3, room = 'Garden Room' where convening_id = $1 and code = 's-s5'", spring_id
    )


async def _others(conn: Connection, now: datetime) -> dict[str, ConveningRow]:
    starts_at = (now + 50 * DAY).replace(hour=15, minute=0)
    day = {"timezone": "America/Chicago", "venue": LIBRARY, "starts_at": starts_at, "ends_at": starts_at + 7 * HOUR}
    at = starts_at - now - make.AHEAD
    sessions = [
        make.session_draft(now + at, 0, title="Arrivals and coffee", kind="social", room="Foyer", signup=False),
        make.session_draft(now + at, 1, title="Attendance letters that families answer", room="Room 2", capacity=12),
        make.session_draft(now + at, 1, title="Walking a school day with a student", room="Room 5", capacity=1),
        make.session_draft(now + at, 3, title="What students said", kind="student_panel", room="Reading Room", signup=False),
    ]
    full = await make.convening(
        conn, now, title="Regional Day: Attendance Without Blame", capacity=24, sessions=sessions, **day
    )
    day |= {"starts_at": now + 160 * DAY, "ends_at": now + 160 * DAY + 7 * HOUR}
    announced = await make.convening(
        conn, now, title="Summer Institute 2027: Counselors Lead", registration_opens_at=now + 60 * DAY, capacity=1200, **day
    )
    day |= {"starts_at": now + 12 * DAY, "ends_at": now + 12 * DAY + 7 * HOUR}
    closed = await make.convening(
        conn, now, title="Winter Exchange: Budgets in Plain Words", registration_closes_at=now - DAY, **day
    )
    day |= {"starts_at": now + 33 * DAY, "ends_at": now + 33 * DAY + 7 * HOUR}
    cancelled = await make.convening(conn, now, title="January Circle: New Directors", **day)
    return {"full": full, "announced": announced, "closed": closed, "cancelled": cancelled}


async def _people(conn: Connection, spring_id: UUID, now: datetime) -> dict[str, RegistrationRow]:
    """71 of 80 seats, three of them in the small session, and one person who gave a seat back."""
    small = await db.one(conn, UUID, "select id from session where convening_id = $1 and code = 's-s5'", spring_id)
    talk = await db.one(conn, UUID, "select id from session where convening_id = $1 and code = 's-s3'", spring_id)
    email = "tamsin.birchwell@cedar-harbor.example"
    tamsin = await make.registered(conn, spring_id, 1, now=now, name="Tamsin Birchwell", email=email, sessions=[talk, small])
    fresh = await make.registered(conn, spring_id, 2, now=now, name="Odile Marchetti")
    for n in (3, 4):
        await make.registered(conn, spring_id, n, now=now, sessions=[small])
    await make.crowd(conn, spring_id, range(5, 71), now=now)
    left = await make.registered(conn, spring_id, 71, now=now, name="Hollis Grantham")
    await actions.withdraw(conn, left.id, now)
    return {"confirmed": tamsin, "confirmed-undecided": fresh, "withdrawn": left}


async def _at_the_full_one(conn: Connection, full: ConveningRow, now: datetime) -> dict[str, RegistrationRow]:
    """Everybody seated, seven waiting, one of them with an offer, one who let it pass."""
    _, _, walk, _ = await make.session_ids(conn, full.id)
    first = await make.registered(conn, full.id, 100, now=now, sessions=[walk])
    seated = [first.id, *(one.id for one in await make.crowd(conn, full.id, range(101, 124), now=now))]
    waiting = [one.id for one in await make.crowd(conn, full.id, range(130, 135), now=now)]
    fourth = await actions.register(
        conn,
        full.id,
        [
            Register(
                name="Bastian Ravenscroft", email="bastian.ravenscroftt@potomac-lantern.example", district="Potomac Lantern"
            )
        ],
        source="organizer",
        now=now,
    )
    await make.crowd(conn, full.id, range(140, 142), now=now)
    await actions.withdraw(conn, seated[1], now)
    await actions.refuse(conn, waiting[0], now)
    found = {"waitlisted": getattr(fourth[0], "id", full.id), "offered": waiting[1], "declined": waiting[0]}
    return {name: await queries.registration(conn, one) for name, one in found.items()}


async def _in_calendar(conn: Connection, settings: Settings, row: RegistrationRow, now: datetime) -> str:
    """The invite has been sent, and a feed was asked for."""
    known = await facts(conn, row.id)
    entry_id = db.new_id(now)
    uid = links.calendar_uid(settings.secret_key, entry_id, "plenary.example")
    await entries.insert(conn, entry_id, row.id, uid=uid, recipient=row.email, dtstamp=now, facts=known.gathering)
    await feed_writes.renew(conn, db.new_id(now), row.person_id, row.id, now)
    return _own(settings, row) + "/calendar"


async def _held(conn: Connection, settings: Settings, spring_id: UUID, at: datetime) -> str:
    row = await make.registered(
        conn, spring_id, 90 + at.minute, now=at, source="public", email=f"ines.{at:%H%M}@cedar-harbor.example"
    )
    return "/confirm/" + links.token(settings.secret_key, "confirm", row.id, row.generation)


async def _invited(conn: Connection, settings: Settings, spring_id: UUID, now: datetime) -> str:
    """The invitation of somebody whom the demo knows."""
    name, email = "Solveig Lindqvist", "solveig.lindqvist@cedar-harbor.example"
    invitation_id = await actions.invite(conn, spring_id, name, email, now)
    await db.run(
        conn, "update person set title = 'Director of Equity', dietary = 'No shellfish' where email_key = $1", email
    )
    return "/i/" + links.token(settings.secret_key, "invitation", invitation_id, 0)


def _own(settings: Settings, row: RegistrationRow) -> str:
    return "/r/" + links.token(settings.secret_key, "manage", row.id, row.generation)
