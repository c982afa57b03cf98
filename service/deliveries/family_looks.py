"""Who looks at mail to families looks at students: it stands in each student's disclosure log (F5)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from service import db
from service.consents import disclosures
from service.consents.disclosures import Purpose
from service.db import Connection

LISTED = Purpose(("mail address of the family", "kind of mail", "when it went"), "To see what became of mails")
READ = Purpose(("mail address of the family", "what the mail says", "when it went"), "To see what became of one mail")


async def disclose(
    conn: Connection,
    delivery_ids: Sequence[UUID],
    person_id: UUID | None,
    purpose: Purpose,
    now: datetime,
    program: str = "",
) -> int:
    """Somebody, or a program with a token of this name, sees these mails; how many entries are new."""
    signups = await _students(conn, delivery_ids)
    if not signups:
        return 0
    return await disclosures.disclose_list(
        conn, signups, person_id, purpose, now, f"the program “{program}”" if program else ""
    )


async def _students(conn: Connection, delivery_ids: Sequence[UUID]) -> list[UUID]:
    """Whose sign-ups these mails are about."""
    return await db.many(
        conn,
        UUID,
        """select u.id from delivery d join signup u on u.id = d.subject_id
            where d.id = any($1::uuid[]) and d.person_id is null
           union
           select c.signup_id from delivery d join consent c on c.id = d.subject_id
            where d.id = any($1::uuid[]) and d.person_id is null""",
        delivery_ids,
    )
