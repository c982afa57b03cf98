"""What the console's pages show in pictures: the spring convening in the middle of its preparation."""

from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from msgspec.structs import replace

from benchmarks.smtp_faults import FaultyCatcher
from service import db
from service.bulk import actions as bulk
from service.bulk import audiences
from service.bulk import queries as bulk_queries
from service.bulk.rules import Wanted
from service.db import Connection, Pool
from service.deliveries import heartbeats
from service.keeping import retention_queries
from service.local.catcher import open_catcher
from service.local.mail import MailFolder
from service.members import places
from service.members.rules import District
from service.registrations import inviting
from service.settings import Settings
from tests import make
from tests.access.conftest import person
from tests.access.test_rights import give
from tests.browser.coaching_scene import play_coaching
from tests.browser.materials_scene import play_materials
from tests.browser.scene import Scene
from tests.browser.webhooks_scene import play_webhooks
from tests.deliveries.conftest import WORDS, delivery
from tests.imports.made import brought, worked_on
from tests.workers.conftest import Office

ODALYS = "odalys.brightwater@eon-demo.example"
FIRST_NAMES = ["Anselm", "Brigid", "Calla", "Dorian", "Elodie", "Florian", "Greta", "Hanno", "Imke"]
LAST_NAMES = ["Abernathy", "Birchwell", "Castellanos", "Drummond", "Eastlake", "Farrow", "Galloway", "Harcastle", "Ibsen"]
LAST_NAMES += ["Jessamine", "Kestrel"]
FILE = (
    "First name,Last name,E-mail,Job title,District,Role,T-shirt\n"
    "Anselm,Okafor-Reyes,anselm.okafor@cedar-harbor.example,Director of Climate,Cedar Harbor Public Schools,member,M\n"
    "Brigid,Tollefsen,brigid.tollefsen@cedar-harbor.example,Principal,Cedar Harbour Public Schools,member,L\n"
    "Calloway,Finch,calloway.finch at cedar-harbor.example,Counselor,Cedar Harbor Public Schools,member,S\n"
    "Mireya,Kirkbrae,mireya.kirkbrae@cedar-harbor.example,Chief of Student Success,Cedar Harbor Public Schools,member,\n"
)


WANTED = Wanted(
    audience="seated",
    district_id=None,
    joined_from=None,
    joined_until=None,
    subject="What to bring to {convening}",
    words="Dear {name},\n\nplease bring one policy that you want to change. Paper is fine.\n\n"
    "We meet {when}. How to get there: https://plenary.example/way",
)
"""What an organizer writes to all who have a seat."""


async def send_off(conn: Connection, message_id: UUID, by: UUID, now: datetime) -> None:
    """Release a message to many, as its page shows it."""
    row = await bulk_queries.message(conn, message_id)
    await bulk.release(conn, message_id, (await audiences.reached(conn, row, now)).mark(row.version), by, now)


async def play_console(
    conn: Connection, pool: Pool, settings: Settings, scene: Scene, folder: Path, now: datetime
) -> dict[str, str]:
    """Rooms with a clash, invitations with answers, mail in every state; where each page is."""
    spring = scene.spring
    await _names(conn)
    odalys = await person(conn, now, "Odalys Brightwater", ODALYS)
    await give(conn, now, odalys, "organizer")
    await _rooms(conn, spring.id)
    await _invitations(conn, spring.id, now)
    await _post(pool, settings, folder, now)
    await heartbeats.beat(conn, "worker", "relay", now, queue_ok=True)
    people = [await make.registered(conn, spring.id, 300 + n, now=now) for n in range(2)]
    dead = await delivery(
        conn, people[0], "dead", now=now, kind="invite", attempt=1, response=WORDS, error="refused at RCPT"
    )
    await delivery(
        conn,
        people[1],
        "unknown",
        now=now,
        attempt=1,
        doubtful=True,
        error="no answer to DATA within 120 s",
        handover_at=now,
    )
    await db.run(conn, "insert into suppression values ('hollis.grantham@cedar-harbor.example', 'Asked by phone', $1)", now)
    await _people(conn, spring.id, odalys, now)
    twice = await person(conn, now, "Ferreira, Ignácio", "ignacio.ferreira@gmail.example")
    await db.run(conn, "update person set name = 'Ignacio Ferreira' where id = $1", people[0].person_id)
    await db.run(conn, "update person set title = 'Director of Belonging', pronouns = 'he' where id = $1", twice)
    await make.registered(conn, spring.id, 302, now=now, name="Ignácio Ferreira", email="ignacio.ferreira@gmail.example")
    message, sent = [await bulk.write(conn, spring.id, WANTED, odalys, now) for _ in range(2)]
    await send_off(conn, sent, odalys, now)
    await _nights(conn, now)
    staged = await brought(conn, odalys, FILE.encode(), now, name="directors of spring.csv")
    await worked_on(pool, now)
    by_code = "select id from session where convening_id = $1 and code = $2"
    office, circles = f"/office/convenings/{spring.id}", await db.one(conn, UUID, by_code, spring.id, "s-s5")
    found = "select registration_id from registration_session order by 1 limit 1"
    seated = await db.one(conn, UUID, found)
    return {
        "office": "/office",
        **{f"office-{name}": f"{office}/{name}" for name in ("details", "agenda", "standing", "registrations")},
        **{f"office-{name}": f"{office}/{name}" for name in ("invitations", "preview", "catering", "access-needs")},
        "office-convening": office,
        "office-students": f"{office}/students",
        "office-session": f"{office}/sessions/{circles}",
        "office-move": f"{office}/sessions/{circles}",
        "office-registration": f"/office/registrations/{seated}",
        "office-invite": f"{office}/invitations/people",
        "office-statement": f"{office}/invitations/statement?all=1",
        "office-new": "/office/convenings/new",
        "people": "/office/people",
        "duplicates": "/office/people/duplicates",
        "merge": f"/office/people/{people[0].person_id}/merge?with={twice}",
        **await _places_twice(conn, now),
        "messages": f"{office}/messages",
        "message": f"/office/messages/{message}",
        "message-sent": f"/office/messages/{sent}",
        "import": "/office/imports",
        "import-dry-run": f"/office/imports/{staged}",
        "mail": "/office/mail",
        "mail-one": f"/office/deliveries/{dead}",
        "previews": "/office/previews",
        "preview": "/office/previews/invite/1",
        "suppressions": "/office/suppressions",
        **await play_webhooks(conn, settings, now),
        **await play_coaching(conn, settings, spring, odalys, now),
        **await play_materials(conn, spring.id, now),
        "roles": "/roles",
        "audit": "/audit",
        "account": "/account",
        "own-data": "/account/data",
        "retention": "/office/retention",
        "person-erasure": f"/office/people/{people[0].person_id}/erasure",
        "calendar": "/account/calendar",
        "me": "/me",
        "me-details": "/me/details",
        "directory": "/directory",
    }


async def _places_twice(conn: Connection, now: datetime) -> dict[str, str]:
    """A district in two spellings, each with its school."""
    found: list[UUID] = []
    for name, signers, school in (("Potomac Lantern", "1", "Lantern High"), ("Potomac-Lantern PS", "2", "Lantern H. S.")):
        wanted = District(name=name, state="MD", time_zone="America/New_York", signers=signers)
        found.append(await places.add_district(conn, wanted, now))
        found.append(await places.add_school(conn, school, found[-1], now))
    return {
        "merge-districts": f"/office/districts/{found[0]}/merge?with={found[2]}",
        "merge-schools": f"/office/schools/{found[1]}/merge?with={found[3]}",
    }


async def _names(conn: Connection) -> None:
    """The crowd gets names of its own."""
    await db.run(
        conn,
        "update person set name = ($1::text[])[1 + n % 9] || ' ' || ($2::text[])[1 + n % 11] from "
        "(select id as one, row_number() over (order by email) as n from person where email ~ '[.][0-9]+@') as crowd "
        "where one = id",
        FIRST_NAMES,
        LAST_NAMES,
    )
    await db.run(conn, "update registration r set name = p.name from person p where p.id = r.person_id")


async def _nights(conn: Connection, now: datetime) -> None:
    """Three nights: one with nothing due, one that found too much, and the last one."""
    cleared = {"how": "vacuumed", "at": now.isoformat(), "dead": 0}
    facts = {"day_fact": cleared | {"how": "rewritten"}}
    nights = [
        ({"day_facts": 126, "topics": 14, "unsigned": 3, "mails": 212, "needs": 41}, {}, facts | {"signup": cleared}),
        ({}, {}, facts),
        ({"mails": 88}, {"forms": 1}, facts | {"delivery": {"how": "waits", "at": None, "dead": 0}}),
    ]
    for ago, (gone, left, tables) in enumerate(nights):
        at = now - timedelta(days=ago)
        await retention_queries.begin(conn, at.date(), at)
        for kind, count in gone.items():
            await retention_queries.count(conn, at.date(), kind, count)
        await retention_queries.write_left(conn, at.date(), left)
        await retention_queries.write_cleared(conn, at.date(), tables)
        await retention_queries.end(conn, at.date(), at)


async def _rooms(conn: Connection, spring_id: UUID) -> None:
    """Every session but two has a room; two at the same time have the same."""
    rooms = {"s-s1": "Great Hall", "s-s2": "Great Hall", "s-s4": "Great Hall", "s-s5": "Garden Room"}
    for code, room in rooms.items():
        await db.run(conn, "update session set room = $3 where convening_id = $1 and code = $2", spring_id, code, room)
    await db.run(
        conn,
        "insert into session (id, convening_id, ordinal, title, kind, room, starts_at, ends_at, signup) "
        "select gen_random_uuid(), $1, 90, 'Reading a school budget', 'workshop', 'Garden Room', starts_at, ends_at, true "
        "from session where convening_id = $1 and code = 's-s5'",
        spring_id,
    )


async def _invitations(conn: Connection, spring_id: UUID, now: datetime) -> None:
    asked = "select p.id, p.name, p.email from person p join membership m on m.person_id = p.id order by p.email limit 12"
    rows = await conn.fetch(asked)
    made = [await inviting.invite_one(conn, spring_id, row["name"], row["email"], now - timedelta(days=3)) for row in rows]
    await inviting.decline(conn, made[3], now)
    await inviting.decline(conn, made[7], now)
    for row in rows[:3]:
        await make.registered(conn, spring_id, 1, now=now, name=row["name"], email=row["email"], source="invitation")


async def _post(pool: Pool, settings: Settings, folder: Path, now: datetime) -> None:
    """What all of it sends is sent, to a server that takes it."""
    catcher = FaultyCatcher(MailFolder(folder))
    server, port = await open_catcher(catcher)
    office = Office(pool, replace(settings, smtp_url=f"smtp://127.0.0.1:{port}"), catcher, now)
    await office.settle()
    await office.exchange.close()
    server.close()


async def _people(conn: Connection, spring_id: UUID, odalys: UUID, now: datetime) -> None:
    """What some wrote and are; Odalys has a page of her own with something on it."""
    await make.registered(conn, spring_id, 1, now=now, name="Odalys Brightwater", email=ODALYS)
    listed = "update person set listed = true, about = $1 where id in (select person_id from membership order by 1 limit 3)"
    await db.run(conn, listed, "Ask me about attendance letters that families answer.")
    await give(
        conn, now, await person(conn, now, "Desmond Achterberg", "desmond@potomac-lantern.example"), "front_desk", spring_id
    )
    await db.run(
        conn,
        "update registration set dietary = case ordinal % 3 when 0 then 'Vegetarian' when 1 then 'No nuts' else '' end, "
        "access_needs = case ordinal % 9 when 0 then 'A seat near the door' else '' end "
        "from (select id as one, row_number() over (order by id) as ordinal from registration) as numbered "
        "where one = id and convening_id = $1",
        spring_id,
    )
