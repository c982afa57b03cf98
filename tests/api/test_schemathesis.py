"""Requests made up from the OpenAPI document, right ones and wrong ones: the server keeps its word about all of them."""

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from service import db
from service.db import Connection
from service.exchange import webhooks
from service.exchange.webhook_rules import NewWebhook
from service.exchange.webhooks import Office
from service.field_cipher import ring
from service.materials import actions as materials
from service.materials.rules import Viewer, Wanted
from service.panels import writes as panels
from service.settings import Settings
from tests import make
from tests.web.serving import serving

CHECKS: list[Any] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
EXAMPLES = {GenerationMode.POSITIVE: 12, GenerationMode.NEGATIVE: 12}
"""For each operation; the same ones at every run, however slow the machine is."""


@pytest.mark.slow
async def test_whatever_the_document_lets_people_send_is_answered_as_it_says(
    settings: Settings, conn: Connection, now: datetime
) -> None:
    sessions = [make.session_draft(now, capacity=2), make.session_draft(now, 3, kind="student_panel", signup=False)]
    convening = await make.convening(conn, now, sessions=sessions, capacity=3)
    registrations = await make.crowd(conn, convening.id, range(5), now=now)
    panel_id = db.new_id(now)
    await panels.insert_panel(
        conn,
        panel_id,
        (await make.session_ids(conn, convening.id))[1],
        moderator_id=None,
        seats=3,
        recording="none",
        audience_rules="",
        now=now,
    )
    known = {
        "panel_id": [str(panel_id)],
        "convening_id": [str(convening.id)],
        "registration_id": [str(one.id) for one in registrations],
        "material_id": [str(await a_place(conn, convening.id, now))],
        "webhook_id": [str(await webhook(conn, settings, now))],
    }
    with serving(settings) as web:
        document = schemathesis.openapi.from_url(f"{web.url}/api/v1/openapi.json")
        tried = [
            attack(operation.ok(), mode, known, {"Authorization": f"Bearer {settings.organizer_token}"})
            for operation in document.get_all_operations()
            for mode in EXAMPLES
        ]
        code, written = web.end()
    assert code == 0
    assert " 500 " not in written
    assert len(tried) == 160
    assert sum(tried) > len(tried) * 6


async def webhook(conn: Connection, settings: Settings, now: datetime) -> UUID:
    """One that is called, at a public address."""

    async def resolve(_: str, __: int) -> list[str]:
        return ["93.184.215.14"]

    office = Office(ring(settings.field_keys), resolve, to_loopback=False)
    wanted = NewWebhook(url="https://hooks.cedar-harbor.example/plenary")
    return (await webhooks.make(conn, office, wanted, None, now))[0]


async def a_place(conn: Connection, convening_id: UUID, now: datetime) -> UUID:
    """A material whose file is still to come."""
    return await materials.add_place(conn, convening_id, Viewer(keeps=None), Wanted(title="Slides"), None, now)


def attack(operation: Any, mode: GenerationMode, known: dict[str, list[str]], token: dict[str, str]) -> int:
    """Send what the strategy makes up, half of it to things that exist; how many were sent."""
    sent = 0
    fixed: dict[str, Any] = (
        {}
        if mode.is_positive
        else {
            "headers": token,
            "path_parameters": {name: ids[0] for name, ids in known.items() if f"{{{name}}}" in operation.path},
        }
    )

    @hypothesis_settings(
        max_examples=EXAMPLES[mode],
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode, **fixed), data=st.data())
    def send(case: Any, data: st.DataObject) -> None:
        nonlocal sent
        for name in set(case.path_parameters or {}) & set(known):
            if mode.is_positive and data.draw(st.booleans()):
                case.path_parameters[name] = data.draw(st.sampled_from(known[name]))
        case.call_and_validate(headers=token, checks=CHECKS)
        sent += 1

    try:
        send()
    except Exception as error:
        if type(error).__name__ != "Unsatisfiable":
            raise
    return sent
