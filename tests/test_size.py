"""The limits of the house, read from the source."""

import ast
import re
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

from tests import selection

ROOT = Path(__file__).parent.parent
FILES = sorted(path for folder in ("service", "workers", "emails") for path in (ROOT / folder).rglob("*.py"))
RULES = [path for path in FILES if path.name == "rules.py"]
LONGEST_FILE = 250
LONGEST_FUNCTION = 40
DOORS = (
    "service/local/",
    "service/web/deps.py",
    "workers/mailer.py",
    "service/backups/__main__.py",
    "workers/main.py",
    "workers/relay.py",
    "workers/schedule.py",
)
"""Who may read the clock; everybody else is handed `now`."""
CLOCKS = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"), ("time", "time")}


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _guilty(files: Iterable[Path], looked_at: Callable[[Path], object]) -> dict[str, object]:
    """What is wrong with each file with which something is."""
    return {_name(path): found for path in files if (found := looked_at(path))}


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def _functions(tree: ast.Module) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def _clock_reads(tree: ast.Module) -> list[str]:
    return [
        f"{node.value.id}.{node.attr}, line {node.lineno}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and (node.value.id, node.attr) in CLOCKS
    ]


def _imported(tree: ast.Module) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {str(node.module), *(f"{node.module}.{name.name}" for name in node.names)}
    return names


def test_the_source_was_found() -> None:
    assert len(FILES) >= 40
    assert len(RULES) >= 3


def test_a_file_can_be_read_in_one_go() -> None:
    assert _guilty(FILES, lambda path: max(0, len(path.read_text().splitlines()) - LONGEST_FILE)) == {}


def test_a_function_fits_on_a_screen() -> None:
    def too_long(path: Path) -> dict[str, int]:
        lengths = {one.name: (one.end_lineno or 0) - one.lineno + 1 for one in _functions(_tree(path))}
        return {name: lines for name, lines in lengths.items() if lines > LONGEST_FUNCTION}

    assert _guilty(FILES, too_long) == {}


def test_a_name_says_what_a_thing_is() -> None:
    def vague(path: Path) -> list[str]:
        classes = [node.name for node in ast.walk(_tree(path)) if isinstance(node, ast.ClassDef)]
        says_nothing = [path.stem] if path.stem in ("utils", "util", "helpers", "helper", "common", "misc") else []
        return says_nothing + [name for name in classes if name.endswith(("Manager", "Helper", "Util", "Utils"))]

    assert _guilty(FILES, vague) == {}


def test_rules_know_no_database_no_settings_and_no_clock() -> None:
    def known(path: Path) -> list[str]:
        tree = _tree(path)
        imported = _imported(tree) & {"service.db", "service.settings", "asyncpg", "os", "time"}
        waiting = [one.name for one in _functions(tree) if isinstance(one, ast.AsyncFunctionDef)]
        return [*imported, *_clock_reads(tree), *waiting]

    assert _guilty(RULES, known) == {}


def test_only_the_doors_read_the_clock() -> None:
    inside = [one for one in FILES if not _name(one).startswith(DOORS)]
    assert _guilty(inside, lambda path: _clock_reads(_tree(path))) == {}


def test_no_error_is_swallowed_unseen() -> None:
    def swallowed(path: Path) -> list[int]:
        return [
            node.lineno
            for node in ast.walk(_tree(path))
            if isinstance(node, ast.ExceptHandler)
            and (node.type is None or ast.unparse(node.type) in ("Exception", "BaseException"))
            and all(isinstance(step, ast.Pass | ast.Continue) for step in node.body)
        ]

    assert _guilty(FILES, swallowed) == {}


def test_nothing_is_left_for_later() -> None:
    assert _guilty(FILES, lambda path: re.findall(r"\b(?:TODO|FIXME|XXX|HACK)\b", path.read_text())) == {}


def test_what_is_left_to_the_whole_run_is_there() -> None:
    left = (*selection.FOLDERS, *selection.FILES)
    assert [one for one in sorted(left) if not (ROOT / "tests" / one).exists()] == []
