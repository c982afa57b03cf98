"""Where the loot speaks of a person or of an opened answer: by id, name, address, words, or a digest of these."""

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, TypeAlias
from uuid import UUID

import msgspec
from msgspec import Struct

from tests.surveys.loot import FILE, OLD, PAGE, WAL, Loot, Row, Table
from tests.surveys.respondents import WORD, Respondent

PERSON = "person"
Mention: TypeAlias = tuple[str, int]
"""`person` and their number, or a part and the number of an opened row of it."""
UUIDS = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
HEX = re.compile(rb"(?<![0-9a-f-])(?:[0-9a-f]{2}){16,}(?![0-9a-f-])")
WIDTH = 16
MOST, LONGEST = 1500, 256
"""Longer pieces are what lies under seal, and ids and digests are looked for in their beginnings; words everywhere."""
DIGESTS = ("md5", "sha1", "sha256", "sha512", "blake2b", "sha3_256")


class Opened(Struct, frozen=True):
    """One row of the table of answers after the close."""

    number: int
    id: UUID
    part: str
    body: dict[str, Any]


class Index:
    """Everything that stands for a person or an opened row, and how to find it in bytes."""

    def __init__(self, people: Sequence[Respondent], opened: Sequence[Opened]) -> None:
        self._known: dict[bytes, Mention] = {}
        for one in people:
            who = (PERSON, one.number)
            for uuid in (one.person_id, one.registration_id, one.invitation_id):
                self._known[uuid.bytes] = who
            self._known |= dict.fromkeys(WORD.findall(f"{one.name} {one.email}".encode()), who)
        for row in opened:
            what = (row.part, row.number)
            self._known[row.id.bytes] = what
            for form in forms(row.body):
                self._known |= {hashlib.new(digest, form).digest()[:WIDTH]: what for digest in DIGESTS}
            self._known |= dict.fromkeys(WORD.findall(json.dumps(row.body).encode()), what)

    def text(self, blob: bytes) -> list[Mention]:
        """In what people could read, in its order; what is written as hexadecimal digits is read too."""
        return [self._known[one] for one in _tokens(blob) if one in self._known]

    def binary(self, blob: bytes) -> list[Mention]:
        """In what machines read."""
        known = self._known
        far = (LONGEST if MOST < len(blob) < PAGE else len(blob)) - WIDTH + 1
        found = [(at, known[blob[at : at + WIDTH]]) for at in range(far) if blob[at : at + WIDTH] in known]
        words = [(match.start(), known[match[0]]) for match in WORD.finditer(blob) if match[0] in known]
        return [mention for _, mention in (sorted(found + words) if words else found)]


@lru_cache(100_000)
def _tokens(blob: bytes) -> list[bytes]:
    """Ids, digests and words of a text; most rows are the same in each case."""
    found = [(match.start(), bytes.fromhex(match[0].decode().replace("-", ""))) for match in UUIDS.finditer(blob)]
    for match in HEX.finditer(blob):
        raw = bytes.fromhex(match[0].decode())
        found += [(match.start(), raw[at : at + WIDTH]) for at in range(min(len(raw), LONGEST) - WIDTH + 1)]
        found += [(match.start(), word) for word in WORD.findall(raw)]
    found += [(match.start(), match[0]) for match in WORD.finditer(blob)]
    return [token for _, token in sorted(found)]


def forms(body: dict[str, Any]) -> list[bytes]:
    """How an answer could have been written down before somebody made a digest of it."""
    texts = [one.encode() for one in body.values() if isinstance(one, str) and len(one) > 20]
    without_mark = {name: value for name, value in body.items() if name != "quotable"}
    return [
        msgspec.msgpack.encode(without_mark),
        msgspec.json.encode(without_mark),
        json.dumps(without_mark).encode(),
        *texts,
    ]


def opened_rows(tables: Iterable[Table]) -> list[Opened]:
    """The answers as they lie there in the end."""
    last = [one for one in tables if one.name.startswith("answer,")][-1]
    columns = [one.columns for one in last.rows]
    return [Opened(number, UUID(one["id"]), one["part"], one["body"]) for number, one in enumerate(columns)]


class Piece(Struct, frozen=True):
    """What one row, record or line speaks of."""

    place: str
    mentions: list[Mention]
    row: Row | None = None


def pieces(loot: Loot, index: Index) -> list[Piece]:
    """Of everything, in the order in which it lies."""
    found = [Piece(table.name, index.text(row.text), row) for table in loot.tables for row in table.rows]
    for trail in loot.trails:
        read = index.binary if trail.name.startswith((WAL, OLD, FILE)) else index.text
        lying = [Piece(trail.name, read(piece)) for piece in trail.pieces]
        together: dict[str, list[Mention]] = {}
        for xid, one in zip(trail.transactions, lying, strict=False):
            together.setdefault(xid, []).extend(one.mentions)
        found += lying
        found += [Piece("transactions of the write-ahead log", mentions) for mentions in together.values()]
    return found
