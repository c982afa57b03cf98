"""The demo's consent texts: version 1 of each, in English and Spanish, written by people and published."""

from datetime import datetime
from pathlib import Path

from service.consents import student_questions, versions
from service.consents.texts import Template
from service.db import Connection

FILES: dict[Template, str] = {
    "panelist": "student-panelist-consent",
    "assent": "student-assent",
    "esign": "esign-disclosure",
}
LANGUAGES = ("en", "es")
APPROVED_BY = "Demo: have your counsel and a qualified translator review this"


async def load(conn: Connection, folder: Path, now: datetime) -> None:
    """Write and publish them, and the students' questions; call inside a transaction."""
    await student_questions.keep_shipped(conn, now)
    for template, name in FILES.items():
        version = await versions.begin(conn, template, now)
        for language in LANGUAGES:
            await versions.write(conn, version.id, language, (folder / f"{name}.{language}.md").read_text())
            await versions.approve(conn, version.id, language, APPROVED_BY, now)
        await versions.publish(conn, version.id, now)
