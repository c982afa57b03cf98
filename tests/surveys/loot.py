"""What somebody takes who may read everything but the folder of keys: tables, pages, the write-ahead log, backups, logs."""

import logging
import re
from functools import cache
from pathlib import Path
from typing import Any, Self
from uuid import UUID, uuid4

import msgspec
from msgspec import Struct, field

from service.db import Connection

SYSTEM = ("ctid", "xmin", "xmax", "cmin", "cmax", "tableoid")
VIEWS = ("pg_stat%", "pg_stats", "pg_locks", "pg_prepared%")
PAGE = 8192
OLD = "replaced, deleted or locked tuples of"
FILE = "pages in the file of"
AROUND = ("answer", "sealed_answer", "survey_invitation")
WAL = "records of the write-ahead log"
BROWSER = ("httpx", "httpcore")
"""What these log is said by whoever answers, on a machine of theirs."""


class Row(Struct, frozen=True):
    """One row as its table has it, system columns too; `text` is all of it but those."""

    columns: dict[str, Any]
    text: bytes


class Table(Struct, frozen=True):
    """All rows of a table at one moment."""

    name: str
    rows: list[Row]


class Trail(Struct, frozen=True):
    """Pieces that lie together, in the order in which they lie: tuples of a page, records of a log."""

    name: str
    pieces: list[bytes]
    transactions: list[str] = []
    """Of each piece, where that is known."""


class Seen(Struct, frozen=True):
    """The sealed row that was new after somebody had answered."""

    invitation_id: UUID
    sealed: bytes


class Loot(Struct):
    """All of it. The public key is in its tables; the private one is what it does not have."""

    seen: list[Seen] = field(default_factory=list[Seen])
    tables: list[Table] = field(default_factory=list[Table])
    trails: list[Trail] = field(default_factory=list[Trail])
    bulk: list[bytes] = field(default_factory=list[bytes])
    """Files as a backup has them."""

    def and_then(self, later: "Loot") -> "Loot":
        """Of both times."""
        return Loot(self.seen + later.seen, self.tables + later.tables, self.trails + later.trails, self.bulk + later.bulk)


class Spy:
    """Somebody with all rights of the database's owner, who also reads the server's files and every log."""

    def __init__(self, owner: Connection, cluster: Path) -> None:
        self.loot = Loot()
        self._owner, self._cluster = owner, cluster
        self._begun, self._archive = "", f"spy_{uuid4().hex}"
        self._log = _Log()
        self._last: dict[str, tuple[list[Row], list[Any]]] = {}

    async def __aenter__(self) -> Self:
        """From here on the write-ahead log is kept, and whatever the application says."""
        await self._owner.execute("create extension if not exists pageinspect; create extension if not exists pg_walinspect")
        await self._owner.execute(f"select pg_create_physical_replication_slot('{self._archive}', true)")
        self._begun = await self._owner.fetchval("select pg_current_wal_insert_lsn()::text")
        self._log.listen()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._log.stop()
        await self._owner.execute(f"select pg_drop_replication_slot('{self._archive}')")

    async def watch(self) -> None:
        """Who has answered just now, and what lies there under seal since."""
        newest = await self._owner.fetchrow("select invitation_id, sealed from sealed_answer order by age(xmin) limit 1")
        if newest is not None:
            self.loot.seen.append(Seen(*newest))

    async def copy(self, moment: str) -> None:
        """Everything as it is at this moment."""
        await self._owner.execute("checkpoint")
        await self._owner.execute("analyze answer, sealed_answer, survey, survey_invitation")
        filled = await self._owner.fetch(
            """select relname::text from pg_class
                where relnamespace = 'public'::regnamespace and relkind = 'r' and pg_relation_size(oid) > 0"""
        )
        for (name,) in filled:
            await self._copy_table(moment, name)
        await self._copy_views(moment)
        await self._copy_files(moment)

    async def end(self) -> Loot:
        """The write-ahead log since the beginning, and what was said in logs."""
        self.loot.trails.append(Trail("log of the application", self._log.lines))
        told = (self._cluster.parent / "log" / "postgres.log").read_bytes()
        self.loot.trails.append(Trail("log of the server", told.splitlines()))
        await self._read_wal()
        return self.loot

    async def _copy_table(self, moment: str, name: str) -> None:
        system = ", ".join(f"{one}::text" for one in SYSTEM)
        found = await self._owner.fetch(f'select to_jsonb(t)::text, {system} from "{name}" t order by ctid')
        rows = [Row(_columns(text) | dict(zip(SYSTEM, rest, strict=True)), text.encode()) for text, *rest in found]
        tuples = await self._owner.fetch(
            """select t_data from generate_series(0, pg_relation_size($1::text::regclass) / $2 - 1) as page,
                      heap_page_items(get_raw_page($1, page::int))
                where t_data is not null and t_xmax::text <> '0' order by page, lp""",
            f'"{name}"',
            PAGE,
        )
        if self._last.get(name) != (rows, tuples):
            self._last[name] = rows, tuples
            self.loot.tables.append(Table(f"{name}, {moment}", rows))
            self.loot.trails.append(Trail(f"{OLD} {name}, {moment}", [one for (one,) in tuples]))

    async def _copy_views(self, moment: str) -> None:
        views = await self._owner.fetch(
            "select viewname::text from pg_views where schemaname = 'pg_catalog' and viewname like any($1)", VIEWS
        )
        for (name,) in views:
            rows = await self._owner.fetch(f"select t::text from {name} t")
            self.loot.trails.append(Trail(f"{name}, {moment}", [one.encode() for (one,) in rows]))

    async def _copy_files(self, moment: str) -> None:
        """All files of this database, as a backup takes them; those around answers page by page, with their indexes."""
        oid = await self._owner.fetchval("select oid::text from pg_database where datname = current_database()")
        ours = await self._owner.fetch(
            """select pg_relation_filenode(oid)::text, relname::text from pg_class
                where oid >= 16384 and relkind in ('r', 't', 'i')"""
        )
        names = {number: name for number, name in ours if number}
        for one in sorted((self._cluster / "base" / oid).iterdir()):
            if name := names.get(re.split("[._]", one.name)[0]):
                content = one.read_bytes()
                self.loot.bulk.append(content)
                if name.startswith(AROUND) and one.name.isdigit():
                    pages = [content[at : at + PAGE] for at in range(0, len(content), PAGE)]
                    self.loot.trails.append(Trail(f"{FILE} {name}, {moment}", pages))

    async def _read_wal(self) -> None:
        """Records of this database alone, each with its transaction, and the pages that are kept whole."""
        found = await self._owner.fetch(
            """select w.xid::text, w.block_data, w.block_fpi_data
                 from pg_get_wal_block_info($1::text::pg_lsn, pg_current_wal_flush_lsn(), true) w
                where w.reldatabase = (select oid from pg_database where datname = current_database())
                order by w.start_lsn, w.block_id""",
            self._begun,
        )
        records = [(data, xid) for xid, data, _ in found if data]
        self.loot.trails.append(Trail(WAL, [data for data, _ in records], [xid for _, xid in records]))
        self.loot.bulk += [page for _, _, page in found if page]


@cache
def _columns(text: str) -> dict[str, Any]:
    """What a row says; most rows are the same in each case."""
    return msgspec.json.decode(text)


class _Log(logging.Handler):
    """Every record of every logger, however quiet."""

    def __init__(self) -> None:
        super().__init__(0)
        self.lines: list[bytes] = []
        self._before = logging.WARNING

    def listen(self) -> None:
        root = logging.getLogger()
        self._before = root.level
        root.setLevel(0)
        root.addHandler(self)

    def stop(self) -> None:
        logging.getLogger().removeHandler(self)
        logging.getLogger().setLevel(self._before)

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.startswith(BROWSER):
            return
        self.lines.append(f"{record.getMessage()} {record.__dict__}".encode())
