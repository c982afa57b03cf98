"""What nobody should send: a clear refusal that names the field, nothing written, the server healthy."""

import json
from collections.abc import AsyncGenerator
from datetime import datetime
from typing import Any

import httpx
import pytest

from service.convenings import examples
from service.convenings.queries import ConveningRow
from service.db import Connection
from tests import make
from tests.api.conftest import person, problem

JSON = {"Content-Type": "application/json"}
ROWS = "select (select count(*) from convening), (select count(*) from registration), (select count(*) from person), \
(select count(*) from event), (select count(*) from session), (select count(*) from invitation)"


@pytest.fixture
async def unmoved(organizer: httpx.AsyncClient, conn: Connection, convening: ConveningRow) -> AsyncGenerator[None]:
    """Whatever the test sends writes nothing, and the next decent request is answered."""
    before = await conn.fetchrow(ROWS)
    yield
    assert await conn.fetchrow(ROWS) == before
    assert (await organizer.post(f"/convenings/{convening.id}/registrations", json=person())).status_code == 201


def raw(**fields: bytes) -> bytes:
    """A registration whose fields are written as given, byte for byte."""
    whole = {"name": b'"Good Name"', "email": b'"good@cedar-harbor.example"'} | fields
    return b"{" + b",".join(b'"%s":%s' % (name.encode(), value) for name, value in whole.items()) + b"}"


def text(value: str) -> bytes:
    """A string as JSON."""
    return json.dumps(value).encode()


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (raw(name=text("a\x00b")), "/name"),
        (raw(name=text("a\r\nBcc: all@cedar-harbor.example")), "/name"),
        (raw(name=text("a\u0085b")), "/name"),
        (raw(name=text("a\u202eb")), "/name"),
        (raw(title=text("a\u2066b")), "/title"),
        (raw(dietary=text("a\u200bb")), "/dietary"),
        (raw(name=text("   ")), "/name"),
        (raw(name=text("")), "/name"),
        (raw(name=text("x" * 121)), "/name"),
        (raw(name=b"7"), "/name"),
        (raw(name=b"null"), "/name"),
        (raw(name=b'["a"]'), "/name"),
        (raw(title=text("a\nb")), "/title"),
        (raw(district=text("x" * 201)), "/district"),
        (raw(dietary=text("a\x07b")), "/dietary"),
        (raw(access_needs=text("x" * 1001)), "/access_needs"),
        (raw(sessions=b'["x"]'), "/sessions/0"),
        (raw(sessions=b"[" + b",".join([b'"0199e0a4-5d7c-7a41-9c1e-77d1b2f0a6c3"'] * 51) + b"]"), "/sessions"),
        (raw(email=b"{}"), "/email"),
        (raw(state=b'"confirmed"'), "/state"),
        (raw(**{"a/b~c": b"1"}), "/a~1b~0c"),
        (b'{"email":"good@cedar-harbor.example"}', "/name"),
    ],
)
async def test_a_field_that_cannot_be_is_named(
    organizer: httpx.AsyncClient, convening: ConveningRow, unmoved: None, body: bytes, pointer: str
) -> None:
    answer = await organizer.post(f"/convenings/{convening.id}/registrations", content=body, headers=JSON)
    problem(answer, 422, "invalid-field", pointer)


@pytest.mark.parametrize(
    "email",
    [
        "x" * 65 + "@cedar-harbor.example",
        "nobody",
        "a@b",
        "a b@cedar-harbor.example",
        "a@cedar-harbor.example\r\nBcc: b@cedar-harbor.example",
        "a\x00@cedar-harbor.example",
        "@cedar-harbor.example",
        "a@cedar..example",
        "Tamsin <a@cedar-harbor.example>",
        "a@[127.0.0.1]",
        "müller@cedar-harbor.example",
        "a@" + "x" * 64 + ".example",
    ],
)
async def test_an_address_that_is_none_is_refused(
    organizer: httpx.AsyncClient, convening: ConveningRow, unmoved: None, email: str
) -> None:
    answer = await organizer.post(f"/convenings/{convening.id}/registrations", json=person(email=email))
    problem(answer, 422, "invalid", "/email")


@pytest.mark.parametrize("local", ["x" * 60, "x" * 64, "o'neill", "first.last+tag", "a"])
async def test_unusual_addresses_that_are_right_are_taken(
    organizer: httpx.AsyncClient, convening: ConveningRow, local: str
) -> None:
    email = f"{local}@cedar-harbor.example"
    made = await organizer.post(f"/convenings/{convening.id}/registrations", json=person(email=email))
    assert made.status_code == 201
    assert (await organizer.get(f"/registrations/{made.json()['id']}")).json()["email"] == email


async def test_a_domain_in_another_script_is_kept_as_mail_knows_it(
    organizer: httpx.AsyncClient, convening: ConveningRow
) -> None:
    made = await organizer.post(f"/convenings/{convening.id}/registrations", json=person(email="info@bücher.example"))
    assert made.status_code == 201
    kept = (await organizer.get(f"/registrations/{made.json()['id']}")).json()["email"]
    assert kept == "info@xn--bcher-kva.example"


async def test_script_and_quotes_in_names_are_only_text(organizer: httpx.AsyncClient, convening: ConveningRow) -> None:
    name = """<script>alert("1")</script> "Bob" O'Neill, \u200fEsq. 🪑"""
    made = await organizer.post(f"/convenings/{convening.id}/registrations", json=person(name=name))
    answer = await organizer.get(f"/registrations/{made.json()['id']}")
    assert answer.json()["name"] == name
    assert (answer.headers["content-type"], answer.headers["x-content-type-options"]) == ("application/json", "nosniff")


@pytest.mark.parametrize(
    "body",
    [
        b'{"name":"\xff\xfe","email":"good@cedar-harbor.example"}',
        b'{"name":"\xed\xa0\x80","email":"good@cedar-harbor.example"}',
        rb'{"name":"\ud800","email":"good@cedar-harbor.example"}',
        rb'{"name":"\udc00 a","email":"good@cedar-harbor.example"}',
        b'{"name":"a\x00b","email":"good@cedar-harbor.example"}',
        b'{"name":NaN}',
        b'{"name":"a"',
        b'{"name":"a","email":"good@cedar-harbor.example"} {}',
        b"name=a&email=b",
        b"\x00",
        b"\xef\xbb\xbf{}",
        json.dumps(person()).encode("utf-16"),
    ],
)
async def test_a_body_that_is_not_json_in_utf8_is_unreadable(
    organizer: httpx.AsyncClient, convening: ConveningRow, unmoved: None, body: bytes
) -> None:
    answer = await organizer.post(f"/convenings/{convening.id}/registrations", content=body, headers=JSON)
    problem(answer, 400, "unreadable-body")


@pytest.mark.parametrize("path", ["/registrations", "/registrations/batch", "/invitations"])
async def test_deep_nesting_and_wrong_shapes_are_refused(
    organizer: httpx.AsyncClient, convening: ConveningRow, unmoved: None, path: str
) -> None:
    address = f"/convenings/{convening.id}{path}"
    for body in (b"[" * 100_000, b'{"a":' * 100_000, b"[]", b'"text"', b"7", b"null", b""):
        answer = await organizer.post(address, content=body, headers=JSON)
        assert answer.status_code in (400, 422)
        problem(answer, answer.status_code, answer.json()["code"])


async def test_ten_megabytes_are_refused_before_they_are_read(
    organizer: httpx.AsyncClient, convening: ConveningRow, unmoved: None
) -> None:
    address = f"/convenings/{convening.id}/registrations"
    problem(await organizer.post(address, json=person(name="x" * 10_000_000)), 413, "content-too-large")

    async def unannounced() -> AsyncGenerator[bytes]:
        for _ in range(160):
            yield b"x" * 65_536

    problem(await organizer.post(address, content=unannounced(), headers=JSON), 413, "content-too-large")


async def test_a_field_just_under_the_limit_of_the_body_is_refused_by_its_length(
    organizer: httpx.AsyncClient, convening: ConveningRow, unmoved: None
) -> None:
    answer = await organizer.post(f"/convenings/{convening.id}/registrations", json=person(dietary="x" * 1_000_000))
    problem(answer, 422, "invalid-field", "/dietary")


@pytest.mark.parametrize(
    ("field", "value", "pointer"),
    [
        ("capacity", "-1", "/capacity"),
        ("capacity", "100001", "/capacity"),
        ("capacity", "9" * 400, "/capacity"),
        ("capacity", "1e999", "/capacity"),
        ("capacity", "1.5", "/capacity"),
        ("capacity", '"80"', "/capacity"),
        ("capacity", "true", "/capacity"),
        ("capacity", "null", "/capacity"),
        ("starts_at", '"2027-10-13T08:30:00"', "/starts_at"),
        ("starts_at", '"next Tuesday"', "/starts_at"),
        ("starts_at", "1823416200", "/starts_at"),
        ("timezone", '"America/New_York\\u0000"', "/timezone"),
        ("timezone", '"../../etc/passwd"', "/timezone"),
        ("title", '"a\\u0000b"', "/title"),
        ("summary", '"a\\u001bb"', "/summary"),
        ("venue", '{"latitude":91,"longitude":0}', "/venue/latitude"),
        ("venue", '{"latitude":1e400,"longitude":0}', "/venue/latitude"),
        ("venue", '{"planet":"Mars"}', "/venue/planet"),
        ("sessions", '[{"title":"x"}]', "/sessions/0/starts_at"),
        ("sessions", '[{"kind":"party"}]', "/sessions/0/kind"),
        ("state", '"published"', "/state"),
        ("slug", '"mine"', "/slug"),
    ],
)
async def test_a_convenings_field_that_cannot_be_is_named(
    organizer: httpx.AsyncClient, unmoved: None, field: str, value: str, pointer: str
) -> None:
    others = {name: given for name, given in examples.DRAFT.items() if name != field}
    body = json.dumps(others)[:-1] + f', "{field}": {value}}}'
    answer = await organizer.post("/convenings", content=body, headers=JSON)
    assert answer.status_code == 422, answer.text
    problem(answer, 422, answer.json()["code"], pointer)


@pytest.mark.parametrize(
    ("starts_at", "ends_at"),
    [
        ("0001-01-01T00:00:00+14:00", "0001-01-02T00:00:00+14:00"),
        ("9999-12-30T23:59:59-14:00", "9999-12-31T23:59:59-14:00"),
        ("1492-10-12T00:00:00Z", "1492-10-13T00:00:00Z"),
    ],
)
async def test_times_out_of_our_reach_are_refused(
    organizer: httpx.AsyncClient, unmoved: None, starts_at: str, ends_at: str
) -> None:
    given: dict[str, Any] = {
        "title": "Far away",
        "timezone": "America/New_York",
        "capacity": 5,
        "starts_at": starts_at,
        "ends_at": ends_at,
    }
    problem(await organizer.post("/convenings", json=given), 422, "invalid", "/starts_at")


async def test_a_patch_is_held_to_the_same_limits(
    organizer: httpx.AsyncClient, conn: Connection, now: datetime, convening: ConveningRow, unmoved: None
) -> None:
    for patch, pointer in (
        ({"capacity": -1}, "/capacity"),
        ({"capacity": None}, "/capacity"),
        ({"title": ""}, "/title"),
        ({"nothing": 1}, "/nothing"),
        ({"sessions": [{"id": "x"}]}, "/sessions/0/id"),
    ):
        problem(await organizer.patch(f"/convenings/{convening.id}", json=patch), 422, "invalid-field", pointer)
    problem(
        await organizer.patch(f"/convenings/{convening.id}", json={"timezone": "Mars/Base"}), 422, "invalid", "/timezone"
    )
    assert (await make.recorded(conn))[-1].convening_id == convening.id


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer", "Bearer ", "Bearer wrong-token-of-24-characters", "Basic b3JnYW5pemVyOng=", "Bearer \u00e9", "x" * 8000],
)
async def test_without_a_valid_token_nothing_is_even_read(
    stranger: httpx.AsyncClient, convening: ConveningRow, unmoved: None, authorization: str
) -> None:
    headers = {"Authorization": authorization.encode("latin-1"), "Content-Type": "application/json"}
    for answer in (
        await stranger.get("/convenings", headers=headers),
        await stranger.post("/convenings", content=b"not json", headers=headers),
        await stranger.post(f"/convenings/{convening.id}/registrations", json=person(), headers=headers),
        await stranger.get("/deliveries", headers=headers),
        await stranger.get("/events", headers=headers),
    ):
        problem(answer, 401, "not-signed-in")
        assert answer.headers["www-authenticate"] == 'Bearer realm="Plenary"'


async def test_other_methods_are_refused_naming_those_that_work(
    organizer: httpx.AsyncClient, convening: ConveningRow
) -> None:
    answer = await organizer.delete(f"/convenings/{convening.id}")
    problem(answer, 405, "method-not-allowed")
    assert set(answer.headers["allow"].split(", ")) == {"GET", "PATCH", "OPTIONS"}
