"""The demo's materials: what stands on the page of the convening to come, and what was shared after the one that is over."""

import io
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from service.convenings import queries as convenings
from service.db import Connection
from service.materials import actions, writes
from service.materials.rules import Viewer, Wanted
from service.materials.writes import StoredFile

OVER, AHEAD = "fall-2026", "spring-2027"
EVERYTHING = Viewer(keeps=None)
COMMITMENTS = """Commitments

What I change until the next convening:

By when:

Who hears first:

How I will know that students notice:
"""
SHARES = "school,students,suspended,share\nA,412,9,2.2 %\nB,388,31,8.0 %\nC,655,12,1.8 %\n"
GETTING_THERE = """Getting there

Doors open at 8 in the morning. The house has a ramp and a lift.
The nearest station is five minutes away on foot; there is no parking.
Tell us on your own page what you need to take part.
"""


async def load(conn: Connection, ids: Mapping[str, UUID], now: datetime) -> None:
    """Files and links of both; everybody who was at the first has been told, by itself, as it would have been."""
    over = await convenings.convening(conn, ids[OVER])
    workshop = next(one for one in await convenings.sessions(conn, over.id) if one.signup)
    shared = over.ends_at + timedelta(hours=1)
    template = Wanted(title="Commitments, template", description="To fill in at home.", audience="network", shared="after")
    await _file(conn, over.id, template, "commitments.txt", COMMITMENTS, shared)
    shares = Wanted(
        title="Discipline data without labels: the example", audience="seats", shared="after", session_id=workshop.id
    )
    await _file(conn, over.id, shares, "shares.csv", SHARES, shared)
    slides = Wanted(title="Opening: promises kept and not kept, slides", audience="public", shared="after", language="en")
    await actions.add_link(conn, over.id, EVERYTHING, slides, "https://slides.example/eon/promises", None, shared)
    await writes.notice(conn, over.id, "clock", None, min(now, shared + timedelta(hours=1)))
    way = Wanted(title="Getting there, and what the house has", audience="public")
    await _file(conn, ids[AHEAD], way, "getting-there.txt", GETTING_THERE, now)
    reading = Wanted(title="To read before: one policy, ninety days", audience="seats")
    await actions.add_link(conn, ids[AHEAD], EVERYTHING, reading, "https://reading.example/one-policy", None, now)


async def _file(conn: Connection, convening_id: UUID, wanted: Wanted, name: str, text: str, now: datetime) -> None:
    made = await actions.add_place(conn, convening_id, EVERYTHING, wanted, None, now)
    kind = "text/csv; charset=utf-8" if name.endswith("csv") else "text/plain; charset=utf-8"
    content = text.encode()
    await writes.put_file(conn, made, StoredFile(name, kind, len(content), io.BytesIO(content)), None, now)
