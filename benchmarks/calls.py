"""Calls of the API as an organizer's program makes them, for what a benchmark needs before it measures."""

import time
import urllib.request
from datetime import UTC, datetime

import msgspec

from benchmarks.house import PORT, TOKEN
from benchmarks.names import called


def call(method: str, path: str, body: object | None = None, port: int = PORT) -> dict[str, object]:
    """One call of the API."""
    return msgspec.json.decode(fetch(path, method, body, port))


def fetch(path: str, method: str = "GET", body: object | None = None, port: int = PORT) -> bytes:
    """The same, as it came: for files."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}",
        method=method,
        data=None if body is None else msgspec.json.encode(body),
        headers={"authorization": f"Bearer {TOKEN}", "content-type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=120) as answer:
        return answer.read()


def publish(title: str, capacity: int, port: int = PORT) -> str:
    """A published convening."""
    year = datetime.now(UTC).year + 1
    made = call(
        "POST",
        "/api/v1/convenings",
        {
            "title": title,
            "timezone": "America/New_York",
            "starts_at": f"{year}-10-01T09:00:00-04:00",
            "ends_at": f"{year}-10-02T15:00:00-04:00",
            "capacity": capacity,
        },
        port,
    )
    call("POST", f"/api/v1/convenings/{made['id']}/publication", port=port)
    return str(made["id"])


def register(convening_id: str, number: int) -> None:
    """One registration."""
    body = {"name": called(f"latency.{number}"), "email": f"latency.{number}@load.example"}
    call("POST", f"/api/v1/convenings/{convening_id}/registrations", body)


def until_ready(port: int = PORT) -> None:
    """Wait for the relay's first sign of life."""
    for _ in range(300):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("The worker did not come up.")
