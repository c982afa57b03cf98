"""What stands beside our registrations: those of pretix, as its API wants them, or a clear word that it is not there."""

import json
import subprocess
from typing import Any

import pytest

from benchmarks import pretix


def test_each_person_orders_one_free_place_and_none_twice() -> None:
    orders = [json.loads(one) for one in pretix.orders(7, 20)]
    assert len({one["email"] for one in orders}) == 20
    assert all([line["item"] for line in one["positions"]] == [7] and one["status"] == "p" for one in orders)


def test_where_it_cannot_be_installed_one_is_told_what_can_be_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    def failed(*command: Any, **_: Any) -> subprocess.CompletedProcess[bytes]:
        return subprocess.CompletedProcess(command, 2)

    monkeypatch.setattr(subprocess, "run", failed)
    with pytest.raises(SystemExit, match="--only"):
        pretix.install()
