"""Which benchmarks there are, and what is said to whoever asks for another one."""

import pytest

from benchmarks import __main__ as benchmarks
from benchmarks import profile


def test_everything_that_was_to_be_measured_has_a_name() -> None:
    assert set(benchmarks.BENCHMARKS) >= {
        *("registrations", "pretix", "processes", "latency", "door", "surveys", "answers", "feeds"),
        *("sheets", "exports", "imports", "lists", "growth", "memory", "start"),
    }


@pytest.mark.parametrize("module", [benchmarks, profile], ids=["figures", "profiles"])
def test_what_it_does_not_know_it_refuses(
    module: object, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["python", "--only", "nothing"])
    with pytest.raises(SystemExit, match="2"):
        module.main()  # type: ignore[attr-defined]
    assert "nothing" in capsys.readouterr().err
