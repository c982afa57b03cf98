"""What stands on a badge: a random code, printed in two groups, typed as people type."""

from uuid import UUID

from service import db
from service.db import Connection

CODE_LENGTH = 10
LOOK_ALIKES = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})
"""Letters that badges do not use, and what somebody meant who typed them."""


def typed(code: str) -> str:
    """A code as badges have it, from how people type it: in small letters, with spaces, an O for a 0."""
    return "".join(sign for sign in code.upper().translate(LOOK_ALIKES) if sign.isascii() and sign.isalnum())[:CODE_LENGTH]


def grouped(code: str) -> str:
    """As it is printed: two groups of five."""
    return f"{code[:5]} {code[5:]}"


async def code_of(conn: Connection, registration_id: UUID) -> str | None:
    """What stands on somebody's badge; None without a seat."""
    return await db.maybe(
        conn,
        str,
        """select b.code from badge b join registration r on r.id = b.registration_id
            where b.registration_id = $1 and r.state = 'confirmed'""",
        registration_id,
    )
