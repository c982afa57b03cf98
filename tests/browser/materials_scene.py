"""Materials of the spring convening in every state, and where they stand."""

import io
from datetime import datetime, timedelta
from uuid import UUID

from service.convenings import queries as convenings
from service.db import Connection
from service.materials import actions, writes
from service.materials.rules import Viewer, Wanted
from service.materials.writes import StoredFile

KEEPER = Viewer(keeps=None)
PDF = "application/pdf"


async def play_materials(conn: Connection, convening_id: UUID, now: datetime) -> dict[str, str]:
    """Files and links, of the whole and of sessions, open and not yet; the pages that show them."""
    agenda = await convenings.sessions(conn, convening_id)
    chosen = next(one for one in agenda if one.signup)
    before = now - timedelta(days=2)
    files = (
        ("Opening: promises kept and not kept.pdf", Wanted(title="Opening: slides", audience="public", shared="after")),
        ("how-to-get-there.pdf", Wanted(title="How to get there, and where to sleep", audience="public")),
        ("worksheet.docx", Wanted(title="Reading a school budget: worksheet", audience="seats", session_id=chosen.id)),
        ("notes.txt", Wanted(title="Notes for organizers", audience="organizers")),
    )
    for name, wanted in files:
        made = await actions.add_place(conn, convening_id, KEEPER, wanted, None, before)
        size = 1_400_000 if name.startswith("Opening") else 48_000
        await writes.put_file(conn, made, StoredFile(name, PDF, size, io.BytesIO(bytes(size))), None, before)
    link = Wanted(
        title="Diapositivas", description="Para leer antes.", language="es", audience="network", session_id=chosen.id,
        shared="day",
    )  # fmt: skip
    await actions.add_link(conn, convening_id, KEEPER, link, "https://slides.example/presupuesto", None, before)
    empty = await actions.add_place(conn, convening_id, KEEPER, Wanted(title="Commitments, template"), None, before)
    path = f"/office/convenings/{convening_id}/materials"
    return {
        "office-materials": path,
        "office-material-file": f"{path}/file",
        "office-material-link": f"{path}/link",
        "office-material": f"/office/materials/{made}",
        "office-material-version": f"/office/materials/{empty}/file",
        "office-material-removal": f"/office/materials/{made}/removal",
        "materials": "/materials",
    }
