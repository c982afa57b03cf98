"""A family asks for an interpreter: a task for an adult, until somebody says who interpreted (T5)."""

from datetime import datetime
from uuid import UUID

from service import db, events
from service.consents import answering, interpreter_queries, queries
from service.consents.answer_rules import Interpreter, StudentInterprets
from service.db import Connection
from service.errors import Refused
from service.panels import queries as panels


class NobodyWaits(Refused):
    """No family waits for an interpreter here."""

    code = "nobody-waits"


async def ask(conn: Connection, consent_id: UUID, language: str, phone: str, now: datetime) -> bool:
    """A signer wants one; false where they asked before and still wait: then the newest language and number count."""
    held = await answering.hold(conn, consent_id, now)
    is_new = await interpreter_queries.put(conn, db.new_id(now), consent_id, language, phone, now)
    if is_new:
        await events.record(conn, now, [events.InterpreterAsked(held.frame.convening_id, held.signup.id, consent_id)])
    return is_new


async def done(conn: Connection, signup_id: UUID, interpreter: Interpreter, by: UUID | None, now: datetime) -> None:
    """Somebody has interpreted, as the proof of what is signed from now on says. Raises StudentInterprets, NobodyWaits."""
    await panels.lock(conn, await queries.panel_of(conn, signup_id))
    await queries.lock(conn, signup_id)
    await require_adult(conn, signup_id, interpreter)
    if not await interpreter_queries.finish(conn, signup_id, interpreter.name, interpreter.role, by, now):
        raise NobodyWaits
    row = await queries.signup(conn, signup_id)
    await events.record(conn, now, [events.InterpreterFound(row.convening_id, signup_id)])


async def require_adult(conn: Connection, signup_id: UUID, interpreter: Interpreter | None) -> None:
    """Raise StudentInterprets for the name of a student who is signed up at the same school."""
    if interpreter is not None and await interpreter_queries.is_student(conn, signup_id, " ".join(interpreter.name.split())):
        raise StudentInterprets(pointer="/interpreter")
