"""Every route says who may use it."""

import re

import httpx
import pytest
from litestar import Litestar, get, post
from litestar.handlers import HTTPRouteHandler

import service.routes
from service.access.rights import RIGHTS
from service.app import create_app
from service.db import Pool
from service.errors import StartRefused
from service.settings import Settings
from service.web.security import LINK, ORGANIZER, PUBLIC, handlers

PUBLIC_API = {"/api/v1/openapi.json", "/api/v1/docs"}


def test_no_route_is_without_a_declared_access(app: Litestar) -> None:
    declared = {path: handler.opt.get("access") for path, handler in handlers(app)}
    assert len(declared) > 20
    assert set(declared.values()) <= set(RIGHTS)


def test_the_api_is_for_organizers_but_for_its_description(app: Litestar) -> None:
    for path, handler in handlers(app):
        if path.startswith("/api/"):
            own = LINK if path.startswith("/api/v1/answers/") else ORGANIZER
            assert handler.opt["access"] == (PUBLIC if path in PUBLIC_API else own), path


def test_pages_behind_a_token_say_so(app: Litestar) -> None:
    for path, handler in handlers(app):
        assert (handler.opt["access"] == LINK) == path.startswith(
            (
                "/r/",
                "/confirm/",
                "/i/",
                "/sign-in/link/",
                "/c/",
                "/slip/",
                "/no-more/",
                "/feeds/",
                "/a/",
                "/s/",
                "/questions/",
                "/api/v1/answers/",
            )
        ), path


@pytest.mark.parametrize("opt", [{}, {"access": "everybody"}, {"access": None}])
def test_a_route_that_does_not_say_it_stops_the_start(
    settings: Settings, pool: Pool, monkeypatch: pytest.MonkeyPatch, opt: dict[str, str | None]
) -> None:
    @get("/forgotten", opt=opt, sync_to_thread=False)
    def forgotten() -> str:
        return "open to all"

    monkeypatch.setattr(service.routes, "PAGES", [*service.routes.PAGES, forgotten])
    with pytest.raises(StartRefused, match=r"/forgotten .* must say access= one of public, link, organizer, account"):
        create_app(settings, pool)


async def test_a_token_is_asked_for_at_every_route_of_the_api(client: httpx.AsyncClient, app: Litestar) -> None:
    some_id = "0199e0a4-5d7b-7cc0-8e52-3f3f6a1d9b10"
    tried = 0
    for path, handler in handlers(app):
        if handler.opt["access"] == ORGANIZER:
            address = re.sub(r"{\w+}", some_id, path)
            for method in handler.http_methods:
                answer = await client.request(method, address, content=b"{")
                assert (answer.status_code, answer.json()["code"]) == (401, "not-signed-in"), address
                tried += 1
    assert tried >= 18


async def test_a_route_added_later_without_access_is_closed_all_the_same(settings: Settings, pool: Pool) -> None:
    @post("/late", sync_to_thread=False)
    def late() -> str:
        return "open to all"

    made: HTTPRouteHandler = late
    app = create_app(settings, pool)
    app.register(made)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8000") as client:
        assert (await client.post("/late")).status_code == 401
