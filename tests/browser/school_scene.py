"""A school whose students stand in every state, and where its pages are."""

from datetime import datetime, timedelta
from uuid import UUID

from service.consents import answering, second_guardian, signing_up
from service.consents.answer_rules import Origin
from service.consents.rules import Guardian, Student
from service.db import Connection
from tests.consents import desk
from tests.pages.school import contact


async def play_school(conn: Connection, now: datetime) -> dict[str, str]:
    """Tamsin's pages by a name for each; three seats, and a place that is kept."""
    where = await desk.stage(conn, now, seats=4)
    await contact(conn, now, where)
    until = now + timedelta(days=9)
    await conn.execute("insert into panel_hold values ($1, $2, 2, $3)", where.panel_id, where.school_id, until)
    ready = await desk.ask(conn, where, now, "Noor Al-Rashwan")
    await _sign(conn, ready, now, desk.BY_CODE)
    await desk.printed(conn, ready, now)
    await desk.student_says(conn, ready, "yes", now)
    async with conn.transaction():
        await signing_up.fill_seats(conn, where.panel_id, now)
    spanish = Guardian(name="Beatriz Quintanar", language="es", phone="555-555-0187")
    asked = await desk.ask(conn, where, now, "Mateo Quintanar", guardian=spanish)
    somali = Guardian(name="Hodan Nurmagan", language="so", phone="555-555-0164")
    await desk.ask(conn, where, now, "Safiya Nurmagan", guardian=somali)
    on_slip = await desk.ask(conn, where, now, "Thiago Bellaforte")
    await _sign(conn, on_slip, now, desk.BY_SLIP)
    said_no = await desk.ask(conn, where, now, "Hallie Strandberg")
    async with conn.transaction():
        await answering.refuse(conn, (await desk.signer(conn, said_no)).id, Origin("203.0.113.9", "Firefox"), now)
    held = await desk.ask(conn, where, now, "Imani Crestwell")
    async with conn.transaction():
        await second_guardian.record_objection(conn, held, "Officer", now)
    gone = await desk.ask(conn, where, now, "Luca Fennimore")
    async with conn.transaction():
        await signing_up.withdraw(conn, gone, now)
        slips = [Student(school_id=where.school_id, label=f"Slip {number}") for number in (1, 2, 3)]
        await signing_up.sign_up(conn, where.panel_id, None, slips, signing_up.Caller(None), now)
    panel, one = f"/school/panels/{where.panel_id}", "/school/signups"
    return {
        "school": "/school",
        "panel": panel,
        "slips": f"{panel}/slips",
        "chaperones": f"{panel}/chaperones",
        "calls": f"{panel}/calls",
        "asked": f"{one}/{asked}",
        "slip": f"{one}/{asked}/slip",
        "to-confirm": f"{one}/{on_slip}",
        "paper": f"{one}/{asked}/paper",
        "ready": f"{one}/{ready}",
        "ready-slip": f"{one}/{ready}/slip",
        "withdrawn": f"{one}/{gone}",
        "seen-by": f"{one}/{asked}/disclosures",
        "all-seen-by": "/school/disclosures",
        "deletion": "/school/deletion",
    }


async def _sign(conn: Connection, signup_id: UUID, now: datetime, origin: Origin) -> None:
    async with conn.transaction():
        await answering.sign(
            conn, (await desk.signer(conn, signup_id)).id, desk.signing(), await desk.document(conn), origin, now
        )
