"""`python -m benchmarks.rolling`: two web and two worker processes are restarted in turn under load; nothing may show."""

import argparse
import asyncio
import os
from pathlib import Path

import msgspec

from benchmarks.chaos.__main__ import positive, whole
from benchmarks.house import on_the_disk
from benchmarks.rolling.running import Plan, rolled

RESULTS = Path(__file__).parent.parent / "results" / "rolling.json"


def main() -> int:
    """Print what came of it; 1 where a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.rolling", description=__doc__)
    parser.add_argument("--per-second", type=positive, default=50.0, help="requests, half of them registrations (50)")
    parser.add_argument("--rounds", type=whole, default=5, help="how often each process is restarted (5)")
    given = parser.parse_args()
    print(f"{len(os.sched_getaffinity(0))} processors, load average {os.getloadavg()[0]:.1f}", flush=True)
    with on_the_disk() as folder:
        (folder / "logs").mkdir()
        plan = Plan(given.per_second, given.rounds)
        report = asyncio.run(rolled(plan, folder / "data", folder / "logs", durable=True))
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_bytes(msgspec.json.format(msgspec.json.encode(report)))
    for one in report.restarts:
        ended = f"{one.name:<10} ended with {one.code} after {one.ended_after:5.2f} s"
        print(f"{ended}, the next worked {one.back_after:5.2f} s later")
    print(f"{report.requests:,} requests, {report.registrations:,} of them registrations, {report.mails:,} mails")
    print(f"failed: {report.failed or 'none'}; of them because the machine has too much to do: {report.busy}")
    print(f"lost: {report.lost or 'none'}; doubled: {report.doubled or 'none'}")
    print(f"not sent in the end: {report.unsettled or 'none'}; sent at a second attempt: {report.again}")
    print(f"p50 {report.p50_ms} ms, p99 {report.p99_ms} ms, slowest {report.slowest_ms} ms")
    return 1 if report.broken else 0


if __name__ == "__main__":
    raise SystemExit(main())
