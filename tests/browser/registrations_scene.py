"""A convening whose registrations stand in every state, and where the console shows them."""

from datetime import datetime, timedelta

from service.convenings.queries import ConveningRow
from service.db import Connection
from service.registrations import actions, moving_up
from service.registrations.moving_up import MoveUp
from tests import make
from tests.access.conftest import person

FOOD = ("Vegetarian", "vegetarian ", "No shellfish, no nuts", "", "")


async def play_registrations(conn: Connection, now: datetime) -> tuple[ConveningRow, dict[str, str]]:
    """The convening, and its pages by a name for each."""
    agenda = [
        make.session_draft(now, 1, title="Attendance letters that families answer", room="Room 2", capacity=12),
        make.session_draft(now, 1, title="Walking a school day with a student", room="Room 5", capacity=2),
        make.session_draft(now, 3, title="What students said", kind="student_panel", signup=False),
    ]
    day = await make.convening(conn, now, title="Regional Day: Attendance Without Blame", capacity=30, sessions=agenda)
    letters, walk, _ = await make.session_ids(conn, day.id)
    held = await make.registered(conn, day.id, 90, now=now, source="public", name="Bastian Ravenscroft")
    chloe = await make.registered(
        conn,
        day.id,
        100,
        now=now - timedelta(days=9),
        name="Chloë Ångström-O’Brien",
        email="chloe.angstrom-obrien@potomac-lantern.example",
        title="Director of Equity and Family Partnerships",
        dietary="Vegetarian",
        access_needs="A seat near the door.\nCaptions, if there are any.",
        sessions=[letters],
    )
    seated = [
        await make.registered(conn, day.id, n, now=now, dietary=FOOD[n % 5], sessions=[walk] if n < 2 else [])
        for n in range(28)
    ]
    waiting = [await make.registered(conn, day.id, n, now=now) for n in range(40, 46)]
    odalys = await person(conn, now, "Odalys Brightwater", "odalys@eon-demo.example")
    await moving_up.move_up(conn, waiting[4].id, MoveUp(2, "She moderates a panel."), odalys, now)
    await actions.withdraw(conn, seated[5].id, now)
    await actions.withdraw(conn, waiting[3].id, now)
    office, one = f"/office/convenings/{day.id}", "/office/registrations"
    return day, {
        "registrations": f"{office}/registrations",
        "registrations-waiting": f"{office}/registrations?state=waitlisted",
        "registrations-nobody": f"{office}/registrations?q=nobody",
        "registration-new": f"{office}/registrations/new",
        "catering": f"{office}/catering",
        "access-needs": f"{office}/access-needs",
        "office-confirmed": f"{one}/{chloe.id}",
        "office-offered": f"{one}/{waiting[0].id}",
        "office-waiting": f"{one}/{waiting[4].id}",
        "office-withdrawn": f"{one}/{seated[5].id}",
        "office-held": f"{one}/{held.id}",
        "hand-over": f"{one}/{chloe.id}/colleague",
        "hand-over-impossible": f"{one}/{held.id}/colleague",
        "move-up": f"{one}/{waiting[5].id}/place",
        "move-up-first": f"{one}/{waiting[4].id}/place",
        "withdrawal-confirmed": f"{one}/{chloe.id}/withdrawal",
    }
