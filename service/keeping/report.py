"""What one night did, kind by kind, in words; pure."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from msgspec import Struct

from service.keeping.clearing import Cleared
from service.keeping.periods import Periods
from service.keeping.policy import BY_KIND, POLICY, in_words
from service.keeping.policy_pages import how_long_in_words
from service.keeping.retention_queries import RunRow
from service.web.cells import Column, Row

COLUMNS = (
    Column("night", "Night", "day"),
    Column("begun_at", "Begun", "moment"),
    Column("what", "What"),
    Column("kept", "How long it is kept"),
    Column("gone", "Gone"),
    Column("left_over", "Left over"),
    Column("cleared", "Cleared away"),
)

UNENDED = "It is under way, or broke off: what stands here is what went until now"


class KindRow(Struct, frozen=True):
    """One kind: how many went, how many are there that should not be, and whether the dead rows were cleared away."""

    kind: str
    what: str
    kept: str
    gone: int
    left_over: int
    cleared: str
    cleared_at: datetime | None


def kinds(run: RunRow, periods: Periods) -> list[KindRow]:
    """Every kind of the policy, also where nothing was due, and what belongs to nobody."""
    orphans = [kind for kind in run.left_over if kind not in BY_KIND]
    cleared = msgspec.convert(run.cleared, dict[str, Cleared])
    return [
        KindRow(
            kind=kind,
            what=in_words(kind),
            kept=how_long_in_words(BY_KIND[kind], periods) if kind in BY_KIND else "",
            gone=run.gone.get(kind, 0),
            left_over=run.left_over.get(kind, 0),
            cleared=_cleared(found := _of(kind, cleared)),
            cleared_at=max((one.at for one in found if one.at), default=None),
        )
        for kind in (*(line.kind for line in POLICY), *orphans)
    ]


def lines(runs: Sequence[RunRow], periods: Periods) -> list[Row]:
    """All of it as rows of a file: a night in which nothing was due, or that is not done, has a row that says so."""
    rows: list[Row] = []
    for run in runs:
        told = [row for row in kinds(run, periods) if row.gone or row.left_over]
        begin = run.night, run.started_at
        rows += [(*begin, row.what, row.kept, row.gone, row.left_over, row.cleared) for row in told]
        if run.was_quiet:
            rows.append((*begin, "Nothing was due", "", 0, 0, ""))
        if run.ended_at is None:
            rows.append((*begin, UNENDED, "", 0, 0, ""))
    return rows


def _of(kind: str, cleared: dict[str, Cleared]) -> list[Cleared]:
    tables = BY_KIND[kind].tables if kind in BY_KIND else ()
    names = {place.partition(".")[0] for place in tables}
    return [one for table, one in cleared.items() if table in names]


def _cleared(found: Sequence[Cleared]) -> str:
    hows = {one.how for one in found}
    dead = sum(one.dead for one in found)
    if "waits" in hows:
        return "Dead rows wait for autovacuum"
    if dead:
        return f"Vacuumed; {dead:,} dead rows were still being read"
    if "rewritten" in hows:
        return "Written anew"
    return "Vacuumed" if hows else ""
