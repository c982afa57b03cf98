"""`python -m service.local`: everything on this machine, until Ctrl-C."""

import argparse
import asyncio
import os
import signal
import sys
from pathlib import Path


def main() -> int:
    """Run, or reset; the exit code. A refusal to start is one sentence and 1."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # until everything is imported, Ctrl-C ends us without a word
    from service.backups.__main__ import moment
    from service.errors import StartRefused
    from service.local.backing_up import back_up, bring_back
    from service.local.children import end_with_parent
    from service.local.environment import looked_over, with_defaults
    from service.local.proving import prove
    from service.local.reset import reset

    parser = argparse.ArgumentParser(prog="python -m service.local", description=__doc__)
    parser.add_argument("--reset", action="store_true", help="delete the demo's data instead")
    parser.add_argument("--verify", action="store_true", help="prove the evidence of the demo that runs instead")
    parser.add_argument("--end-with-parent", action="store_true", help="end when the process that started this one is gone")
    parser.add_argument("--backup", metavar="FILE", nargs="?", const="", help="write everything to a file instead")
    parser.add_argument("--restore", metavar="FILE", help="fill an empty data folder from such a file instead")
    parser.add_argument("--moved", action="store_true", help="with --restore: nothing has worked on it since the backup")
    parser.add_argument("--ended", type=moment, help="with --restore: when the old installation surely worked no more")
    chosen = parser.parse_args()
    try:
        env = with_defaults(os.environ)
        settings = looked_over(env)
        if chosen.reset:
            print(reset(Path(settings.data_dir)))
            return 0
        if chosen.backup is not None:
            print(back_up(env, Path(settings.data_dir), chosen.backup))
            return 0
        if chosen.restore:
            print(bring_back(env, Path(settings.data_dir), chosen.restore, chosen.ended, moved=chosen.moved))
            return 0
        if chosen.verify:
            return prove(env, Path(settings.data_dir))
        if chosen.end_with_parent:
            end_with_parent()
        return asyncio.run(_until_told(env))
    except StartRefused as refusal:
        print(refusal, file=sys.stderr)
        return 1


async def _until_told(env: dict[str, str]) -> int:
    """Live until SIGINT, SIGTERM or SIGHUP; a second one changes nothing while everything ends in order."""
    from service.local.house import live

    loop = asyncio.get_running_loop()
    living = asyncio.create_task(live(env))
    told = False

    def tell() -> None:
        nonlocal told
        if not told:
            told = True
            print("\nEnding …", flush=True)
            living.cancel()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, tell)
    try:
        await living
    except asyncio.CancelledError:
        return 0
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
