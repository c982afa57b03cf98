"""The same of what the nights ask, line by line of the policy, and of the figures for those who keep the service running."""

from collections.abc import Awaitable, Callable

from service.db import Connection
from service.home import figures
from service.keeping import (
    own_data_around,
    own_data_coaching,
    own_data_mail,
    own_data_queries,
    retention_queries,
)
from service.keeping.lines import Forget, Line
from service.keeping.periods import Periods
from service.keeping.policy import POLICY
from service.keeping.retention import BATCH, MOST_STUDENTS
from tests.lists.asked import ANYBODY, NOW, STUDENTS, Case, ask

A_NIGHT = 60_000
"""Rows that one question of a night may look at, in an index or in a small table."""
LONG = {
    "answers": (120_000, "what was answered in two years, beside the surveys"),
    "invitations": (200_000, "invitations beside registrations"),
}
"""Kinds of which a night looks at more, and at what."""


def _line(line: Line) -> list[Case]:
    """What one kind of data is found by, goes by, and is counted by afterwards."""
    before = NOW - getattr(Periods(), line.kind)
    rows, why = LONG.get(line.kind, (A_NIGHT, ""))
    found = [ask(line.find, ended_before=before, most=MOST_STUDENTS, rows=rows, why=why)] if line.find else []
    steps = [Case(_step(line, step), {}, rows, why) for step in line.steps]
    return [*found, *steps, ask(line.left, before=before, rows=rows, why=why)]


def _step(line: Line, step: Forget) -> Callable[[Connection], Awaitable[int]]:
    """A step as the night calls it, under the name of its kind."""

    async def asked(conn: Connection) -> int:
        return await step(conn, NOW - getattr(Periods(), line.kind), NOW, BATCH)

    asked.__name__ = line.kind
    return asked


KEEPING = [
    *(case for line in POLICY for case in _line(line)),
    ask(retention_queries.orphans, rows=STUDENTS),
    ask(retention_queries.latest),
    ask(retention_queries.nights, most=60),
    ask(retention_queries.erased_since, moment=None),
]
OWN_DATA = [
    *(
        ask(asked, person_id=ANYBODY)
        for asked in (
            *(own_data_around.acts, own_data_mail.mails),
            *(own_data_queries.presence, own_data_coaching.conversations),
        )
    ),
    ask(own_data_mail.letters, person_id=ANYBODY, rows=30_000, why="who wrote is known for a month"),
]
FIGURES = [ask(figures.of_database, now=NOW, rows=60_000)]
