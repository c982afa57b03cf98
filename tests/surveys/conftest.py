"""The fall convening as it took place, with its surveys, and programs in front of the API."""

import json
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from litestar import Litestar

from service import db
from service.access.actions import keep_token
from service.db import Connection
from service.local import demo
from service.local.demo_files import id_of
from service.settings import Settings
from service.surveys.sealing import Keys
from service.web import links
from tests.api.conftest import BASE
from tests.workers.conftest import office

__all__ = ["office"]

DEMO = Path(__file__).parents[2] / "demo"
FALL = id_of("convening", "fall-2026")
SETS = (DEMO / "surveys" / "question_sets.yaml").read_bytes()
RESPONSES: dict[str, Any] = json.loads((DEMO / "surveys" / "responses_fall-2026.json").read_text())
GOLDEN: dict[str, Any] = json.loads((DEMO / "expected_results.json").read_text())
EVENING = datetime(2026, 10, 16, 2, 0, tzinfo=UTC)
"""Hours after the fall convening ended."""
DAY = timedelta(days=1)


@pytest.fixture
def keys(settings: Settings) -> Keys:
    """The folder of private keys."""
    return Keys(settings.survey_keys_dir)


@pytest.fixture
async def fall(app: Litestar, conn: Connection, settings: Settings) -> datetime:
    """The fall convening on the evening after it; the demo's own surveys are not there yet."""
    async with conn.transaction():
        await demo.load(conn, DEMO, settings, EVENING, surveys=False)
    await keep_token(conn, "first organizer", settings.organizer_token, EVENING)
    app.state.clock = lambda: EVENING
    return EVENING


@pytest.fixture
async def organizer(app: Litestar, fall: datetime, settings: Settings) -> AsyncGenerator[httpx.AsyncClient]:
    """Somebody with the organizer's token."""
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    headers = {"Authorization": f"Bearer {settings.organizer_token}"}
    async with httpx.AsyncClient(transport=transport, base_url=BASE, headers=headers) as client:
        yield client


@pytest.fixture
async def stranger(app: Litestar, fall: datetime) -> AsyncGenerator[httpx.AsyncClient]:
    """Whoever holds a link, and no token."""
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
        yield client


async def add(organizer: httpx.AsyncClient, content: bytes = SETS) -> dict[str, str]:
    """Take the sets in; the ids of the surveys by their codes."""
    headers = {"Content-Type": "application/yaml"}
    made = await organizer.post(f"/convenings/{FALL}/surveys", content=content, headers=headers)
    assert made.status_code == 201, made.text
    return {one["code"]: one["id"] for one in made.json()["surveys"]}


async def opened(organizer: httpx.AsyncClient, survey_id: str) -> dict[str, Any]:
    """Open a survey."""
    answer = await organizer.post(f"/surveys/{survey_id}/opening")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def tokens(conn: Connection, settings: Settings, survey_id: str) -> list[str]:
    """The links of everybody who is asked."""
    found = await db.many(
        conn, UUID, "select id from survey_invitation where survey_id = $1::uuid order by id", UUID(survey_id)
    )
    return [links.token(settings.secret_key, "survey", one, 0) for one in found]


def given(row: dict[str, Any]) -> dict[str, Any]:
    """An answer row of the demo as it is sent."""
    return {"answers": {name: value for name, value in row.items() if name != "r"}}


async def answer_all(stranger: httpx.AsyncClient, found: list[str], rows: list[dict[str, Any]]) -> None:
    """Each row by the next person."""
    for token, row in zip(found, rows, strict=False):
        answer = await stranger.post(f"/answers/{token}", json=given(row))
        assert answer.status_code == 200, answer.text
