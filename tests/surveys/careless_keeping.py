"""Careless ways to take and keep answers before the close."""

import hashlib
import hmac
import logging
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from service import db
from service.db import Connection
from service.surveys import answers, closing, sealing, writes
from service.surveys.answering import Seat
from service.surveys.answers import Answers
from service.surveys.queries import SurveyRow
from service.surveys.sealing import PREFIX, Keys
from tests.surveys.careless import Careless, Parts, Patch, also, keep_beside

LOGGER = logging.getLogger("service.surveys")


async def under_seals_as_long_as_what_is_in_them(patch: Patch, owner: Connection) -> None:
    """Whoever wrote much is who has the long text."""
    seal = sealing.seal

    def unpadded(public: bytes, survey_id: UUID, invitation_id: UUID, plain: bytes, length: int) -> bytes:
        return seal(public, survey_id, invitation_id, plain, PREFIX + len(plain))

    patch.setattr(sealing, "seal", unpadded)


async def without_seals(patch: Patch, owner: Connection) -> None:
    """Plain text until close."""

    def unsealed(public: bytes, survey_id: UUID, invitation_id: UUID, plain: bytes, length: int) -> bytes:
        return plain + bytes(length - len(plain))

    def opened(private: Any, survey_id: UUID, invitation_id: UUID, sealed: bytes) -> bytes:
        return sealed.rstrip(b"\0")

    patch.setattr(sealing, "seal", unsealed)
    patch.setattr(sealing, "opened", opened)


async def open_as_they_come(patch: Patch, owner: Connection) -> None:
    """Taken apart and without a name, but at once: in one transaction with the mark of who has answered."""

    async def open_at_once(conn: Connection, there: Seat, kept: Answers) -> None:
        for part, body in answers.parts(there.definition, kept).items():
            await writes.keep_opened(conn, there.row.id, [uuid4()], part, [body])

    async def keep_nothing(conn: Connection, row: SurveyRow, parts: Parts) -> None:
        """They are there already."""

    also(patch, open_at_once)
    patch.setattr(closing, "_keep", keep_nothing)


async def with_the_key_in_a_table(patch: Patch, owner: Connection) -> None:
    """So that it is in the backup."""
    await owner.execute("create table survey_key (key bytea); grant insert on survey_key to plenary_app")
    made: list[bytes] = []
    make, open_it = Keys.make, writes.open_it

    def make_and_remember(keys: Keys, survey_id: UUID) -> bytes:
        public = make(keys, survey_id)
        made.append(keys.private(survey_id, public).private_bytes_raw())
        return public

    async def open_and_keep(conn: Connection, *what: Any) -> int:
        await db.run(conn, "insert into survey_key values ($1)", made[-1])
        return await open_it(conn, *what)

    patch.setattr(Keys, "make", make_and_remember)
    patch.setattr(writes, "open_it", open_and_keep)


async def with_answers_in_the_log(patch: Patch, owner: Connection) -> None:
    """Somebody wanted to see what comes in."""

    async def say(conn: Connection, there: Seat, kept: Answers) -> None:
        LOGGER.debug("%s said %s", there.invitation.id, kept)

    also(patch, say)


async def with_the_invitation_beside(patch: Patch, owner: Connection) -> None:
    """As of a confidential survey, whatever the page says."""
    await keep_beside(patch, owner, "invitation_id", str)


async def with_the_time_beside(patch: Patch, owner: Connection) -> None:
    """The moment of the answer goes along, as the last change does in other tables."""
    times: dict[UUID, str] = {}

    async def note(conn: Connection, there: Seat, kept: Answers) -> None:
        times[there.invitation.id] = await db.one(conn, str, "select clock_timestamp()::text")

    also(patch, note)
    await keep_beside(patch, owner, "updated_at", times.__getitem__)


async def with_a_digest_of_the_text(patch: Patch, owner: Connection) -> None:
    """To find what was sent twice."""
    await _with_mark(patch, owner, "mark", lambda _, text: hashlib.sha256(text).digest())


async def with_a_digest_that_only_one_person_can_have(patch: Patch, owner: Connection) -> None:
    """The same with the invitation's id in it, which stands beside."""
    await _with_mark(patch, owner, "own_mark", lambda one, text: hmac.digest(one.bytes, text, "sha256"))


async def _with_mark(patch: Patch, owner: Connection, column: str, mark: Callable[[UUID, bytes], bytes]) -> None:
    await owner.execute(f"alter table survey_invitation add column {column} bytea")

    async def write_mark(conn: Connection, there: Seat, kept: Answers) -> None:
        made = mark(there.invitation.id, str(kept.get("m10", "")).encode())
        sql: Any = f"update survey_invitation set {column} = $2 where id = $1"
        await db.run(conn, sql, there.invitation.id, made)

    also(patch, write_mark)


KEPT_SO: dict[str, dict[Careless, str]] = {
    "under_seals_of_many_lengths": {under_seals_as_long_as_what_is_in_them: "order: length / length of the sealed"},
    "without_seals": {without_seals: "together: sealed_answer, open"},
    "open_as_they_come": {open_as_they_come: "together: transactions of the write-ahead log"},
    "with_more_than_is_needed": {
        with_the_key_in_a_table: "key",
        with_answers_in_the_log: "together: log of the application",
        with_the_invitation_beside: "together: answer, closed",
        with_the_time_beside: "order: answer, closed by updated_at",
        with_a_digest_of_the_text: "together: survey_invitation",
        with_a_digest_that_only_one_person_can_have: "digest",
    },
}
"""Each, and the strategies that find it; those that only add something are all found in one case."""
