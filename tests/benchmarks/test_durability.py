"""Nothing is measured, and nothing of ours runs, where a commit may be lost."""

from pathlib import Path

import pytest

from benchmarks.house import require_durable

ROOT = Path(__file__).parent.parent.parent


async def test_a_server_that_forgets_is_refused(database_url: str) -> None:
    with pytest.raises(SystemExit, match=r"fsync.*off"):
        await require_durable(database_url)


def test_only_the_servers_of_tests_turn_durability_off() -> None:
    names = ("synchronous_commit", "fsync=", "full_page_writes")
    paths = [path for folder in ("service", "workers", "emails", "migrations") for path in (ROOT / folder).rglob("*.*")]
    found = [path for path in [*paths, ROOT / "schema.sql"] if path.suffix in (".py", ".sql")]
    assert [str(path.relative_to(ROOT)) for path in found if any(name in path.read_text() for name in names)] == [
        "service/local/servers.py"
    ]
