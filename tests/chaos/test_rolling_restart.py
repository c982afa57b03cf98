"""Two web and two worker processes are restarted one after the other while fifty people a second use them."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.rolling.running import Plan, rolled


@pytest.mark.chaos
async def test_a_rolling_restart_under_load_fails_no_request_and_loses_and_doubles_no_mail(
    server_folder: Callable[[str], Path], tmp_path: Path
) -> None:
    if os.getloadavg()[0] > 3 * len(os.sched_getaffinity(0)):
        pytest.skip("On a machine that is so busy requests fail without a restart: they wait too long for a connection.")
    report = await rolled(Plan(per_second=50), server_folder("rolling"), tmp_path)

    assert [(one.name, one.code) for one in report.restarts] == [
        ("web_0", 0),
        ("worker_0", 0),
        ("web_1", 0),
        ("worker_1", 0),
    ]
    assert report.failed == []
    assert (report.lost, report.doubled, report.unsettled) == ([], [], {})
    assert report.mails == report.registrations == (report.requests + 1) // 2 > 100
