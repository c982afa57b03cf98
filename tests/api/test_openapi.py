"""The OpenAPI document and the page made from it say what the API does."""

import re
from typing import Any

import httpx
import jsonschema
import msgspec
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler

from service.web.openapi import BASE, BINARY
from service.web.schemas import answer_type, body_type
from service.web.security import PUBLIC, handlers
from service.web.table_files import FORMATS

FILES = {
    "download": "application/pdf",
    **{
        f"{name}_{kind}": FORMATS[kind].media_type
        for name in ("export", "export_registrations", "export_attendance")
        for kind in FORMATS
    },
}
"""Operations that answer with a file."""
TAKES_A_FILE = ("put_material_file",)


def operations(app: Litestar) -> list[HTTPRouteHandler]:
    """Everything that the document tells of."""
    return [one for path, one in handlers(app) if path.startswith(BASE) and one.opt["access"] != PUBLIC]


async def read(client: httpx.AsyncClient) -> dict[str, Any]:
    """The document."""
    answer = await client.get("/openapi.json")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    return answer.json()


async def test_everybody_may_read_it_and_it_tells_of_the_api_only(stranger: httpx.AsyncClient) -> None:
    document = await read(stranger)
    assert document["openapi"] == "3.1.0"
    calls = {f"{method.upper()} {path}" for path, methods in document["paths"].items() for method in methods}
    assert calls == {
        "GET /inbound",
        "GET /convenings/{convening_id}/coach-slots",
        "GET /retention",
        "POST /schools/{school_id}/erasure",
        "POST /people/{person_id}/erasure",
        "POST /checkins",
        "POST /convenings/{convening_id}/surveys",
        "GET /convenings/{convening_id}/surveys",
        "POST /surveys/{survey_id}/opening",
        "POST /surveys/{survey_id}/closing",
        "POST /surveys/{survey_id}/publication",
        "GET /surveys/{survey_id}/results",
        "GET /surveys/{survey_id}/definition",
        "GET /surveys/{survey_id}/export.csv",
        "GET /surveys/{survey_id}/export.xlsx",
        "GET /surveys/{survey_id}/export.jsonl",
        "GET /surveys/{survey_id}/export.json",
        "GET /answers/{token}",
        "POST /answers/{token}",
        "POST /convenings/{convening_id}/walk-ins",
        "GET /convenings/{convening_id}/attendance",
        "GET /convenings/{convening_id}/attendance/export.csv",
        "GET /convenings/{convening_id}/attendance/export.xlsx",
        "GET /convenings/{convening_id}/attendance/export.jsonl",
        "GET /convenings/{convening_id}/roster",
        "POST /convenings",
        "GET /convenings",
        "GET /convenings/{convening_id}",
        "PATCH /convenings/{convening_id}",
        "POST /convenings/{convening_id}/publication",
        "POST /convenings/{convening_id}/cancellation",
        "POST /convenings/{convening_id}/completion",
        "POST /convenings/{convening_id}/registrations",
        "GET /convenings/{convening_id}/registrations",
        "GET /convenings/{convening_id}/registrations/export.csv",
        "GET /convenings/{convening_id}/registrations/export.xlsx",
        "GET /convenings/{convening_id}/registrations/export.jsonl",
        "POST /convenings/{convening_id}/registrations/batch",
        "POST /convenings/{convening_id}/invitations",
        "GET /topics",
        "POST /convenings/{convening_id}/panels",
        "GET /convenings/{convening_id}/panels",
        "GET /panels/{panel_id}",
        "PATCH /panels/{panel_id}",
        "POST /panels/{panel_id}/signups",
        "GET /panels/{panel_id}/signups",
        "GET /signups/{signup_id}",
        "POST /signups/{signup_id}/withdrawal",
        "POST /signups/{signup_id}/substitution",
        "POST /signups/{signup_id}/paper-consent",
        "GET /consents/{consent_id}/evidence",
        "GET /documents/{document_id}",
        "GET /signups/{signup_id}/disclosures",
        "POST /signups/{signup_id}/confirmation",
        "POST /signups/{signup_id}/second-guardian",
        "POST /signups/{signup_id}/objection",
        "POST /signups/{signup_id}/resolution",
        "POST /signups/{signup_id}/extension",
        "POST /signups/{signup_id}/interpreter",
        "GET /convenings/{convening_id}/readiness",
        "GET /registrations/{registration_id}",
        "PATCH /registrations/{registration_id}",
        "POST /registrations/{registration_id}/withdrawal",
        "POST /registrations/{registration_id}/acceptance",
        "POST /registrations/{registration_id}/refusal",
        "GET /convenings/{convening_id}/materials",
        "POST /convenings/{convening_id}/materials",
        "PUT /materials/{material_id}/file",
        "DELETE /materials/{material_id}",
        "GET /deliveries",
        "GET /events",
        "GET /webhooks",
        "POST /webhooks",
        "GET /webhooks/{webhook_id}",
        "PATCH /webhooks/{webhook_id}",
        "DELETE /webhooks/{webhook_id}",
        "POST /webhooks/{webhook_id}/secrets",
        "POST /webhooks/{webhook_id}/tests",
        "POST /webhooks/{webhook_id}/replays",
        "GET /webhooks/{webhook_id}/attempts",
    }


async def test_its_schemas_are_schemas_and_its_names_are_plain(stranger: httpx.AsyncClient) -> None:
    document = await read(stranger)
    for name, schema in document["components"]["schemas"].items():
        assert re.fullmatch(r"[A-Z][A-Za-z]+", name)
        jsonschema.Draft202012Validator.check_schema(schema)
    references = set(re.findall(r'"\$ref":"#/components/schemas/(\w+)"', msgspec.json.encode(document).decode()))
    assert references == set(document["components"]["schemas"])


async def test_every_operation_has_examples_a_summary_and_its_problems(stranger: httpx.AsyncClient) -> None:
    document = await read(stranger)
    for methods in document["paths"].values():
        for operation in methods.values():
            assert operation["summary"].endswith(".")
            if "requestBody" in operation and operation["operationId"] in TAKES_A_FILE:
                assert operation["requestBody"]["content"] == {"application/octet-stream": BINARY}
                assert {"400", "413", "422"} <= set(operation["responses"])
            elif "requestBody" in operation:
                assert operation["requestBody"]["content"]["application/json"]["example"]
                assert {"400", "413", "415", "422"} <= set(operation["responses"])
            assert "503" in operation["responses"]
            assert ("401" in operation["responses"]) != (operation.get("security") == [])
            for status, told in operation["responses"].items():
                [(kind, content)] = told["content"].items()
                assert content.get("example") or content.get("examples")
                shown = FILES.get(operation["operationId"], "application/json")
                assert kind == (shown if status.startswith("2") else "application/problem+json")


def test_every_example_is_what_its_type_reads(app: Litestar) -> None:
    found = operations(app)
    assert len(found) == 80
    for handler in found:
        given = handler.opt["shows"]
        for shown in given.values() if answer_type(handler) is bytes and isinstance(given, dict) else [given]:
            answered = msgspec.convert(shown, answer_type(handler))
            assert msgspec.to_builtins(answered) == shown, handler
        if body := body_type(handler):
            msgspec.convert(handler.opt["sends"], body)


async def test_the_examples_fit_the_schemas_beside_them(stranger: httpx.AsyncClient) -> None:
    document = await read(stranger)
    looked = 0
    for methods in document["paths"].values():
        for operation in methods.values():
            for told in [
                *operation["responses"].values(),
                *([operation["requestBody"]] if "requestBody" in operation else []),
            ]:
                for content in told["content"].values():
                    examples = (
                        [content["example"]]
                        if "example" in content
                        else [one["value"] for one in content["examples"].values()]
                    )
                    schema = content["schema"] | {"components": document["components"]}
                    for example in examples:
                        jsonschema.validate(example, schema, cls=jsonschema.Draft202012Validator)
                        looked += 1
    assert looked > 100


async def test_the_page_lists_every_call_with_fields_and_curl(stranger: httpx.AsyncClient) -> None:
    document = await read(stranger)
    answer = await stranger.get("/docs")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            assert f'id="{operation["operationId"]}"' in answer.text
            assert f"<code>{BASE}{path}</code>" in answer.text
            assert f"curl -X {method.upper()} &#39;http://127.0.0.1:8000{BASE}{path}&#39;" in answer.text
    assert "<code>sessions[].starts_at</code>" in answer.text
    assert "text, not empty, at most 120 characters" in answer.text


async def test_the_page_needs_nothing_from_elsewhere_and_no_script(stranger: httpx.AsyncClient) -> None:
    page = (await stranger.get("/docs")).text
    assert re.findall(r"<script|style=|\son\w+=", page) == []
    loaded = re.findall(r'<(?:link|img)[^>]+(?:href|src)="([^"]+)"', page)
    assert loaded
    assert all(address.startswith("/static/") for address in loaded)
    for address in loaded:
        assert (await stranger.get(f"http://127.0.0.1:8000{address}")).status_code == 200


async def test_every_code_that_a_problem_may_carry_has_its_place_on_the_page(stranger: httpx.AsyncClient) -> None:
    page = (await stranger.get("/docs")).text
    anchors = set(re.findall(r'<dt id="([^"]+)">', page))
    document = await read(stranger)
    told = set(
        re.findall(rf'"{re.escape("http://127.0.0.1:8000" + BASE)}/docs#([^"]+)"', msgspec.json.encode(document).decode())
    )
    assert told
    assert told <= anchors
    assert len(re.findall(r'<dt id="', page)) == len(anchors)
