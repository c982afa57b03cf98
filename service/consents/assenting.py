"""What a student does behind their own link: yes, no, or talk with somebody first (W4)."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service import events
from service.consents import assent_queries, assent_rules, closing, evidence, queries, signing_up
from service.consents.assent_queries import AssentRow
from service.consents.assent_rules import NoTextYet, Proof, Read, SlipUsed, StudentAnswer, TextRenewed
from service.consents.texts import BOX, Block, blocks, plain
from service.db import Connection
from service.panels import queries as panels


class From(Struct, frozen=True):
    """Where an answer comes from: client and agent are kept in the evidence only.

    `generation` is of the slip; `answered_here` where this very browser gave the answer that stands.
    """

    client: str
    agent: str
    generation: int = 0
    answered_here: bool = False


def values(row: AssentRow) -> dict[str, str]:
    """What the text says of its occasion."""
    return {"panel_title": row.panel_title, "convening_name": row.convening_title}


async def text_of(conn: Connection, row: AssentRow, language: str) -> tuple[Read, list[Block]]:
    """The text as it is read now, and its pieces; raises NoTextYet. Boxes to tick are for paper: the page asks itself."""
    found = await assent_queries.newest_text(conn, language)
    if found is None:
        raise NoTextYet
    pieces = [block for block in blocks(found.body) if BOX not in block.text]
    return Read(found.version, found.language, plain(pieces, values(row))), pieces


async def answer(
    conn: Connection, signup_id: UUID, given: StudentAnswer, version: int, language: str, origin: From, now: datetime
) -> bool:
    """Keep a student's answer with its proof; the seat goes or comes at once. Whether anything is different now.

    The same answer once more changes nothing. A text that was renewed meanwhile is read again first, but for a no. With a
    slip that was answered with only a no comes. Raises NotOpen, RosterLocked, SlipUsed, TextRenewed, NoTextYet and what is
    missing of a yes.
    """
    panel_id = await queries.panel_of(conn, signup_id)
    await panels.lock(conn, panel_id)
    await queries.lock(conn, signup_id)
    await closing.settle(conn, await queries.frame(conn, panel_id), now)
    row = await assent_queries.assent(conn, signup_id)
    assent_rules.require_open(row.occasion, given.answer, now)
    is_used = row.has_answered and origin.generation == row.answered_with
    if is_used and given.answer != "no" and not origin.answered_here:
        raise SlipUsed
    assent_rules.check(given, (await panels.panel(conn, panel_id)).topics)
    read, _ = await text_of(conn, row, language)
    if read.version != version and given.answer != "no":
        raise TextRenewed
    wanted = assent_rules.kept(given)
    standing = assent_rules.standing_answer(row.state, row.name_use, row.made_up, row.topics)
    is_same = standing is not None and assent_rules.kept(standing) == wanted
    if is_same and origin.generation == row.answered_with:
        return False
    name_use = wanted.name_use or "first_only"
    await assent_queries.put_answer(
        conn, signup_id, wanted.answer, name_use, wanted.made_up, wanted.topics, read.version, origin.generation, now
    )
    proof = Proof(document=read, answer=wanted, client=origin.client, agent=origin.agent, at=now)
    await evidence.append(conn, signup_id, "assented" if wanted.answer == "yes" else "declined", proof, now)
    await events.record(conn, now, [events.StudentAnswered(row.convening_id, signup_id)])
    await signing_up.fill_seats(conn, panel_id, now)
    return True
