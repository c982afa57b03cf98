"""The alerts' own tests: that each alert is seen to fire and to be quiet, in a notation that Prometheus reads."""

import re
import shutil
import subprocess
from typing import Any

import pytest
import yaml

from service.db import Connection
from tests.home.test_figures import OPERATIONS, rules

TRIED: list[dict[str, Any]] = yaml.safe_load((OPERATIONS / "alerts_test.yml").read_text())["tests"]
VALUE = re.compile(r"NaN|(?:_|-?\d+(?:\.\d+)?(?:[+-]\d+(?:\.\d+)?)?)(?:x\d+)?")
"""`NaN` cannot be repeated with an x: promtool reads one word, and not one of the tests is run."""


def test_each_alert_is_seen_to_fire_and_to_be_quiet_when_all_is_well() -> None:
    named = {rule["alert"] for rule in rules()}
    looks = [look for one in TRIED for look in one["alert_rule_test"]]
    assert {look["alertname"] for look in looks if look["exp_alerts"]} == named
    assert {look["alertname"] for look in TRIED[0]["alert_rule_test"] if not look["exp_alerts"]} == named


@pytest.mark.parametrize("one", TRIED, ids=lambda one: one["name"])
def test_what_is_measured_in_them_is_written_as_promtool_reads_it(one: dict[str, Any]) -> None:
    for series in one["input_series"]:
        assert all(VALUE.fullmatch(value) for value in series["values"].split()), series["values"]


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed")
@pytest.mark.parametrize("what", [("check", "rules", "alerts.yml"), ("test", "rules", "alerts_test.yml")])
def test_prometheus_agrees(what: tuple[str, ...]) -> None:
    said = subprocess.run(["promtool", *what], cwd=OPERATIONS, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stdout + said.stderr


STATEMENTS = sorted(
    {
        (path.name, " ".join(found.split()))
        for path in (OPERATIONS / "runbooks").iterdir()
        for found in re.findall(r"`((?:select|update) [^`]*)`", path.read_text())
    }
)


@pytest.mark.parametrize(("book", "statement"), STATEMENTS)
async def test_what_a_runbook_has_somebody_type_fits_the_tables(owner: Connection, book: str, statement: str) -> None:
    await owner.prepare(statement.replace("PID", "0").replace("…", "00000000-0000-0000-0000-000000000000"))
    assert len(STATEMENTS) >= 10
