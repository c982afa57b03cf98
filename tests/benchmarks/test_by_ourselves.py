"""Two runs at once would measure each other."""

from pathlib import Path

import pytest

from benchmarks.house import by_ourselves


def test_while_one_measures_another_is_refused_and_afterwards_let_in(tmp_path: Path) -> None:
    with by_ourselves(tmp_path / "lock"), pytest.raises(SystemExit, match="Another run"), by_ourselves(tmp_path / "lock"):
        pass
    with by_ourselves(tmp_path / "lock"):
        pass
