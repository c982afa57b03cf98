"""Everything is killed once, in the middle of 240 registrations: nothing lost, nothing twice under `hold`, doubts named."""

from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.chaos.plan import Blow, Plan
from benchmarks.chaos.running import run

BLOWS = (
    Blow(0.5, "postgres", 0.1),
    Blow(1.0, "valkey", 0.1),
    Blow(1.5, "relay", 0.0),
    Blow(2.0, "worker", 0.0),
    Blow(2.5, "smtp", 0.1),
    Blow(3.0, "web", 0.0),
)
"""What takes longest to be noticed comes first: a dead worker's lease and a forgotten offer last 15 seconds."""


@pytest.mark.chaos
async def test_one_kill_of_everything_loses_nothing_and_doubles_nothing(
    server_folder: Callable[[str], Path], tmp_path: Path
) -> None:
    plan = Plan(seed=11, seconds=5.0, messages=240, blows=BLOWS, silence=2.0, patience=60.0)

    report = await run(plan, server_folder("chaos"), tmp_path)

    assert report.failures == []
    assert (report.accepted, report.sent + len(report.unknown)) == (240, 240)
    assert [one.kind for one in report.recoveries] == [one.kind for one in BLOWS]
    assert None not in [one.seconds for one in report.recoveries], "after each kill new work succeeded"
