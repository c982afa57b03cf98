"""Profiles as text: shares of functions, and the plan of a statement out of PostgreSQL's log."""

from pathlib import Path

from benchmarks.watching import Statement, explained, functions, listed, placed, plans

LOG = """2026-11-26 12:00:00.000 UTC [1] LOG:  duration: {ms} ms  plan:
\tQuery Text: select capacity from convening where id = $1
\tIndex Scan using convening_pkey on public.convening (actual time={ms}..{ms} rows=1 loops=1)
\tQuery Identifier: -42
2026-11-26 12:00:00.001 UTC [1] LOG:  checkpoint starting: time
"""


def test_own_time_is_that_of_the_innermost_frame_and_a_recursion_counts_once() -> None:
    text = functions(["main (a.py:1);work (b.py:2);work (b.py:3) 30", "main (a.py:1);rest (c.py:9) 10"])
    own, whole = text.split("with all that it calls")
    assert "  75.0%  work (b.py)" in own
    assert "main" not in own
    assert " 100.0%  main (a.py)" in whole
    assert "  75.0%  work (b.py)" in whole


def test_a_function_is_named_by_its_package_wherever_it_is_installed() -> None:
    assert [
        placed("fetch (/root/x/.venv/lib/python3.11/site-packages/asyncpg/pool.py:12)"),
        placed("run (/usr/lib/python3.11/asyncio/runners.py:118)"),
        placed("register (/tmp/w/clone/service/registrations/actions.py:40)"),
        placed("0x7f (libc.so.6)"),
    ] == [
        "fetch (asyncpg/pool.py)",
        "run (asyncio/runners.py)",
        "register (service/registrations/actions.py)",
        "0x7f (libc.so.6)",
    ]


def test_of_many_plans_of_a_statement_the_middle_one_is_kept_with_its_figures(tmp_path: Path) -> None:
    log = tmp_path / "postgres.log"
    log.write_text("".join(LOG.format(ms=ms) for ms in ("9.000", "0.010", "0.500")))
    found = plans(log)
    assert list(found) == [-42]
    assert "actual time=0.500..0.500" in found[-42]
    statement = Statement(-42, 3, 9.51, 3.17, 3, 12, 0, "select capacity\n  from convening where id = $1")
    assert "100.0%, 3 calls" in explained([statement], found)
    assert "Index Scan using convening_pkey" in explained([statement], found)
    assert "no plan was noted" in explained([statement], {})
    assert "100.0%        3     3.170   1.0       4.0       0.0  select capacity from convening where id = $1" in listed(
        [statement]
    )
