"""What docs/security.md promises is tested under the names that stand there."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def known() -> set[str]:
    """The names of all tests."""
    trees = [ast.parse(path.read_text()) for path in (ROOT / "tests").rglob("test_*.py")]
    functions = (node for tree in trees for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return {one.name for one in functions if one.name.startswith("test_")}


def test_each_threat_has_something_that_stops_it_and_a_test_that_exists() -> None:
    rows = [line for line in (ROOT / "docs" / "security.md").read_text().splitlines() if line.startswith("| ")][1:]
    cells = [[cell.strip() for cell in row.strip("|").split(" | ")] for row in rows if not row.startswith("| ---")]
    assert len(cells) > 30
    for threat, stop, named in cells:
        assert threat, named
        assert stop, named
    named = {name for *_, test in cells for name in re.findall(r"`(test_\w+)`", test)}
    assert len(named) == len(cells)
    assert named - known() == set()
