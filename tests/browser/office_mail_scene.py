"""Mail in every state for the console's pages, and where they are."""

from datetime import datetime, timedelta
from uuid import UUID

from service import db
from service.db import Connection
from tests import make
from tests.deliveries.conftest import WORDS, delivery

STOPPED = "hollis.grantham@cedar-harbor.example"


async def mail_scene(conn: Connection, now: datetime) -> dict[str, str]:
    """Make a convening with mail in every state; the paths of all pages of mail, by a name for each."""
    convening = await make.convening(conn, now, title="Winter Exchange: Budgets in Plain Words")
    people = [await make.registered(conn, convening.id, 200 + n, now=now) for n in range(4)]
    found: dict[str, UUID] = {}
    for n, state in enumerate(("queued", "sending", "handover", "sent", "cancelled", "expired")):
        at = now - timedelta(minutes=10 * n)
        found[state] = await delivery(conn, people[n % 4], state, now=at, attempt=n, kind="reminder")
    found["dead"] = await delivery(
        conn, people[0], "dead", now=now, kind="invite", attempt=1, response=WORDS, error="refused at RCPT"
    )
    found["unknown"] = await delivery(
        conn,
        people[1],
        "unknown",
        now=now,
        attempt=1,
        doubtful=True,
        error="no answer to DATA within 120 s",
        handover_at=now,
    )
    found["cleared"] = await delivery(
        conn, people[2], "sent", now=now - timedelta(days=40), attempt=1, response="250 2.0.0 Ok"
    )
    await db.run(conn, "update delivery set message = '{}' where id = $1", found["cleared"])
    found["sign-in"] = await delivery(conn, people[3], "sent", now=now, kind="sign_in", convening_id=None)
    await db.run(conn, "insert into suppression values ($1, 'Asked us by phone on Monday', $2)", STOPPED, now)
    return {
        "mail": "/office/mail",
        "mail-none": "/office/mail?address=nobody",
        "mail-of-convening": f"/office/convenings/{convening.id}/mail",
        **{f"mail-{name}": f"/office/deliveries/{one}" for name, one in found.items()},
        "suppressions": "/office/suppressions",
        "previews": "/office/previews",
        "preview-invite": "/office/previews/invite/1",
        "preview-cancelled": "/office/previews/cancelled/1",
        "preview-real": f"/office/previews/invite/2?convening={convening.id}&email={people[0].email}",
        "preview-sign-in": "/office/previews/sign_in/1",
    }
