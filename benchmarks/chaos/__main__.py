"""`python -m benchmarks.chaos`: kills everything at random under load, then counts what became of every message."""

import argparse
import asyncio
import os
import platform
import secrets
from pathlib import Path

import msgspec

from benchmarks.chaos import report
from benchmarks.chaos.plan import KINDS, Plan, blows
from benchmarks.chaos.running import run
from benchmarks.house import on_the_disk

RESULTS = Path(__file__).parent.parent / "results" / "chaos.json"


def main() -> int:
    """Print the table, keep it as JSON; 1 where a promise was broken."""
    given = _arguments()
    seconds = given.minutes * 60
    planned = blows(given.seed, seconds, given.every, given.kinds)
    plan = Plan(seed=given.seed, seconds=seconds, messages=given.messages, blows=planned)
    machine = {
        "processors": len(os.sched_getaffinity(0)),
        "load_before": os.getloadavg()[0],
        "system": platform.platform(),
        "python": platform.python_version(),
    }
    print("{processors} processors, load average {load_before:.1f}, {system}, Python {python}".format(**machine))
    print(f"Seed {plan.seed}: {len(planned)} kills in {given.minutes:g} minutes, {plan.messages:,} messages …", flush=True)
    with on_the_disk() as folder:
        logs = given.logs or folder / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        made = asyncio.run(run(plan, folder / "data", logs))
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_bytes(msgspec.json.format(msgspec.json.encode({"machine": machine, **msgspec.to_builtins(made)})))
    print("\n".join(report.lines(made)))
    print(f"\nKept in {RESULTS}." + (f" Logs are in {given.logs}." if given.logs else ""))
    return 1 if made.failures else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.chaos", description=__doc__)
    parser.add_argument("--minutes", type=positive, default=5.0, help="how long the load and the kills last (5)")
    parser.add_argument("--messages", type=whole, default=5000, help="registrations, each owes one message (5000)")
    parser.add_argument("--every", type=positive, default=5.0, help="seconds between kills, on average (5)")
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS, help="what is killed (everything)")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10_000), help="of kills and faults; a random one")
    parser.add_argument("--logs", type=Path, help="an empty folder where logs and mails stay")
    return parser.parse_args()


def positive(text: str) -> float:
    """More than nothing."""
    if not 0 < (number := float(text)) < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is not more than 0")
    return number


def whole(text: str) -> int:
    """At least one."""
    return int(positive(str(int(text))))


if __name__ == "__main__":
    raise SystemExit(main())
