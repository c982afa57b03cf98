"""A convening to which people of a small network are invited, and have answered in every way."""

from datetime import datetime, timedelta
from uuid import UUID

from service import db
from service.convenings import actions as convening_actions
from service.db import Connection
from service.registrations import inviting
from service.settings import Settings
from service.web import links
from tests import make
from tests.access.conftest import person
from tests.access.test_rights import give

DAY = timedelta(days=1)


async def invitations_scene(conn: Connection, settings: Settings, now: datetime) -> dict[str, str]:
    """Where each page of inviting is; the organizer is somebody else's to make."""
    row = await make.convening(conn, now, title="Fall Convening: Belonging and What Comes Next", capacity=1)
    other = await make.convening(conn, now, title="Winter Exchange", published=False)
    for n, name in enumerate(("Solveig Lindqvist", "Desmond Achterberg", "Odile Marchetti-Ravenscroft")):
        await give(conn, now, await person(conn, now, name, f"member.{n}@potomac-lantern-heights.example"), "member")
    asked = [
        await inviting.invite_one(conn, row.id, make.request(n).name, make.request(n).email, now - 2 * DAY) for n in range(6)
    ]
    await make.crowd(conn, row.id, range(2), now=now)
    await inviting.decline(conn, asked[2], now)
    await inviting.end(conn, asked[3], now)
    await db.run(conn, "update invitation set mailed_at = $2 where id = $1", asked[4], now)
    later = await make.convening(conn, now, title="Summer Institute", registration_opens_at=now + 60 * DAY)
    gone = await make.convening(conn, now, title="January Circle")
    await convening_actions.cancel(conn, gone.id, now)
    opened = await inviting.invite_one(conn, later.id, "Solveig Lindqvist", "member.0@potomac-lantern-heights.example", now)
    at = f"/office/convenings/{row.id}/invitations"
    return {
        "list": at,
        "nothing found": f"{at}?search=nobody",
        "just sent": f"{at}?sent=30",
        "draft": f"/office/convenings/{other.id}/invitations",
        "nobody yet, cancelled": f"/office/convenings/{gone.id}/invitations",
        "choice": f"{at}/people",
        "choice of nobody": f"{at}/people?search=nobody",
        "statement": f"{at}/statement?all=1",
        "statement of nobody": f"{at}/statement",
        "form": _link(settings, asked[5]),
        "declined": _link(settings, asked[2]),
        "opens later": _link(settings, opened),
    }


def _link(settings: Settings, invitation_id: UUID) -> str:
    return links.PATHS["invitation"] + links.token(settings.secret_key, "invitation", invitation_id, 0)
