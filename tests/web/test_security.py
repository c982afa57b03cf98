"""Headers, forms from elsewhere, where a request comes from."""

from typing import Any

import httpx
import pytest
from litestar import Litestar, get

from service.db import Pool
from service.errors import StartRefused
from service.settings import Settings
from service.web.deps import AnyRequest
from service.web.security import client_address, client_key
from tests.web.conftest import SITE, knocking, with_routes

POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/nothing",
        "/api/v1/convenings",
        "/api/v1/nothing",
        "/api/v1/docs",
        "/healthz",
        "/metrics",
        "/static/plenary.css",
        "/r/x",
    ],
)
async def test_every_answer_carries_the_headers(client: httpx.AsyncClient, path: str) -> None:
    headers = (await client.get(path)).headers
    assert headers["content-security-policy"] == POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "strict-transport-security" not in headers
    assert "server" not in headers


async def test_nothing_is_kept_by_a_cache_but_static_files(client: httpx.AsyncClient) -> None:
    for path in ("/", "/nothing", "/api/v1/convenings", "/healthz", "/r/x"):
        assert (await client.get(path)).headers["cache-control"] == "no-store"
    assert "immutable" in (await client.get("/static/plenary.css")).headers["cache-control"]


async def test_over_https_browsers_are_told_to_stay_there(settings: Settings, pool: Pool) -> None:
    async with knocking(with_routes(settings, pool, public_url="https://plenary.example")) as client:
        assert (await client.get("/")).headers["strict-transport-security"] == "max-age=31536000"


@pytest.mark.parametrize(
    "path", ["/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fdeps.py", "/static//etc/passwd"]
)
async def test_static_files_are_only_those(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 404


@pytest.mark.parametrize(
    ("headers", "refused"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, True),
        ({"Sec-Fetch-Site": "same-site"}, True),
        ({"Sec-Fetch-Site": "cross-site", "Origin": SITE}, True),
        ({"Sec-Fetch-Site": "same-origin"}, False),
        ({"Sec-Fetch-Site": "none"}, False),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, False),
        ({"Origin": "https://evil.example"}, True),
        ({"Origin": "null"}, True),
        ({"Origin": "http://127.0.0.1:8001"}, True),
        ({"Origin": SITE}, False),
        ({"Origin": "https://plenary.internal", "Host": "plenary.internal"}, True),
        ({"Origin": "http://localhost:8000", "Host": "localhost:8000"}, False),
        ({}, False),
    ],
)
async def test_a_form_from_another_site_changes_nothing(
    client: httpx.AsyncClient, headers: dict[str, str], refused: bool
) -> None:
    answer = await client.post("/r/not-a-token/withdrawal", headers=headers)
    assert answer.status_code == (403 if refused else 404)
    assert ("sent from another site" in answer.text) == refused
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize(
    ("origin", "host", "status"),
    [
        ("https://plenary.example", "plenary.example", 404),
        ("https://evil.example", "evil.example", 403),
        ("http://plenary.example", "plenary.example", 403),
        ("http://127.0.0.1:8000", "127.0.0.1:8000", 403),
    ],
)
async def test_in_public_only_our_own_address_is_an_origin_of_ours(
    settings: Settings, pool: Pool, origin: str, host: str, status: int
) -> None:
    async with knocking(with_routes(settings, pool, public_url="https://plenary.example")) as client:
        answer = await client.post("/r/not-a-token/withdrawal", headers={"Origin": origin, "Host": host})
    assert answer.status_code == status


async def test_reading_from_elsewhere_is_allowed(client: httpx.AsyncClient) -> None:
    assert (await client.get("/", headers={"Sec-Fetch-Site": "cross-site"})).status_code == 200


@get("/whence", opt={"access": "public"}, sync_to_thread=False)
def whence(request: AnyRequest) -> str:
    """Where a request comes from."""
    return client_address(request)


@pytest.mark.parametrize(
    ("proxies", "told", "address"),
    [
        ((), None, "203.0.113.7"),
        ((), "198.51.100.1", "203.0.113.7"),
        (("192.0.2.1",), "198.51.100.1", "203.0.113.7"),
        (("203.0.113.7",), "198.51.100.1", "198.51.100.1"),
        (("203.0.113.0/24",), "6.6.6.6, 198.51.100.1, 203.0.113.99", "198.51.100.1"),
        (("203.0.113.7",), "6.6.6.6, 198.51.100.1", "198.51.100.1"),
        (("203.0.113.7",), "", "203.0.113.7"),
        (("203.0.113.7", "2001:db8::/32"), "2001:db8::1", "2001:db8::1"),
        (("203.0.113.7",), "not an address", "not an address"),
    ],
)
async def test_a_proxy_is_believed_only_where_it_is_trusted(
    settings: Settings, pool: Pool, proxies: tuple[str, ...], told: str | None, address: str
) -> None:
    headers: dict[str, Any] = {} if told is None else {"X-Forwarded-For": told}
    async with knocking(with_routes(settings, pool, whence, trusted_proxies=proxies)) as client:
        assert (await client.get("/whence", headers=headers)).text == address


@get("/counted", opt={"access": "public"}, sync_to_thread=False)
def counted(request: AnyRequest) -> str:
    """Under what a request is counted."""
    return client_key(request)


@pytest.mark.parametrize(
    ("told", "key"),
    [
        ("198.51.100.1", "198.51.100.1"),
        ("198.51.100.1:50123", "198.51.100.1"),
        ("::ffff:198.51.100.1", "198.51.100.1"),
        ("[::ffff:198.51.100.1]:50123", "198.51.100.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:DB8:1:2::9", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::7]:443", "2001:db8:1:2::/64"),
        ("[2001:db8:1:3::7]", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("198.51.100.1, 203.0.113.99:8080", "198.51.100.1"),
        ("198.51.100.1, ::ffff:203.0.113.98", "198.51.100.1"),
        ("not an address", "not an address"),
        ("[nor:this]:1", "[nor:this]:1"),
    ],
)
async def test_a_client_is_counted_without_its_port_and_by_its_network(
    settings: Settings, pool: Pool, told: str, key: str
) -> None:
    async with knocking(with_routes(settings, pool, counted, trusted_proxies=("203.0.113.0/24",))) as client:
        assert (await client.get("/counted", headers={"X-Forwarded-For": told})).text == key


def test_a_proxy_that_is_no_address_stops_the_start(settings: Settings, pool: Pool) -> None:
    with pytest.raises(StartRefused, match="PLENARY_TRUSTED_PROXIES"):
        with_routes(settings, pool, trusted_proxies=("the front door",))


async def test_options_says_only_which_methods_there_are(app: Litestar, client: httpx.AsyncClient) -> None:
    answer = await client.options("/api/v1/deliveries")
    assert (answer.status_code, answer.text) == (204, "")
