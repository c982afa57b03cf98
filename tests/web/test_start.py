"""The web process: it starts or says in one sentence why not, and ends when it is asked to."""

import socket

import httpx
import msgspec
import pytest
from msgspec.structs import replace

from service.access.rules import Caller
from service.app import create_app
from service.db import Connection, Pool
from service.errors import StartRefused
from service.schema import upgrading
from service.schema.migrations import Migration, known
from service.settings import Settings
from tests.web.serving import Web, environment, free_port, serving

pytestmark = pytest.mark.slow


def refusal(settings: Settings, port: int, **changes: str) -> str:
    """What a process that does not start says; it is one line, and the exit code is 1."""
    code, written = Web(environment(settings, port, **changes)).ended()
    assert (code, len(written.splitlines())) == (1, 1), written
    return written.strip()


def test_it_serves_ends_on_sigterm_and_rests_small(settings: Settings) -> None:
    with serving(settings) as web:
        assert httpx.get(f"{web.url}/healthz").json() == {"status": "ok"}
        headers = {"Authorization": f"Bearer {settings.organizer_token}"}
        assert httpx.get(f"{web.url}/api/v1/convenings", headers=headers).json() == {"items": [], "next": None}
        assert httpx.get(f"{web.url}/").status_code == 200
        megabytes = web.resident_megabytes()
        code, written = web.end()
    assert code == 0, written
    assert megabytes <= 120
    assert "Traceback" not in written


def test_it_writes_templates_and_never_tokens(settings: Settings) -> None:
    token = "AZngpgRYe-OPoOtj4KufIWB4nL1jSJO4wX1iFSXgXzo"
    with serving(settings) as web:
        for path in (f"/r/{token}", f"/confirm/{token}", f"/i/{token}", f"/nothing/{token}", f"/?secret={token}"):
            httpx.get(web.url + path)
        _, written = web.end()
    lines = [msgspec.json.decode(line) for line in written.splitlines()]
    told = {(line["route"], line["status"]) for line in lines if line["message"] == "answered"}
    assert {("/r/{token}", 404), ("/", 200), ("none", 404)} <= told
    assert token not in written


def test_a_port_in_use_is_one_sentence(settings: Settings) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        said = refusal(settings, port)
    assert said == f"We cannot listen on 127.0.0.1:{port} (Address already in use). PLENARY_HTTP_PORT names another port."


def test_a_database_that_is_not_there_is_one_sentence(settings: Settings) -> None:
    nowhere = f"postgresql://plenary_app:secret-word@127.0.0.1:{free_port()}/plenary"
    said = refusal(settings, free_port(), PLENARY_DATABASE_URL=nowhere)
    assert said.startswith("PostgreSQL does not answer at postgresql://127.0.0.1:")
    assert "secret-word" not in said


def test_settings_that_cannot_be_are_one_sentence(settings: Settings) -> None:
    assert refusal(settings, free_port(), PLENARY_COLOUR="green").startswith("PLENARY_COLOUR is not a setting")
    assert refusal(settings, free_port(), PLENARY_TRUSTED_PROXIES="the front door").startswith(
        "PLENARY_TRUSTED_PROXIES must"
    )


async def test_a_database_of_another_schema_is_refused(
    settings: Settings, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    next_one = Migration(len(known()) + 1, "next", "", "")
    monkeypatch.setattr(upgrading, "known", lambda: [*known(), next_one])
    with pytest.RaisesGroup(pytest.RaisesExc(StartRefused, match="older than this version"), flatten_subgroups=True):
        async with create_app(settings, pool).lifespan():
            pass


async def test_the_start_keeps_the_organizers_token_once_and_hashed(
    settings: Settings, pool: Pool, conn: Connection
) -> None:
    for _ in range(2):
        async with create_app(settings, pool).lifespan():
            pass
    [kept] = await conn.fetch("select id, name, token_hash from api_token")
    assert Caller(kept["id"], kept["name"]).name == "first organizer"
    assert settings.organizer_token.encode() not in kept["token_hash"]


async def test_the_start_makes_the_first_organizer_once_and_writes_it_down(
    settings: Settings, pool: Pool, conn: Connection
) -> None:
    named = replace(settings, organizer="Odalys Brightwater <odalys@cedar-harbor.example>")
    for _ in range(2):
        async with create_app(named, pool).lifespan():
            pass
    [made] = await conn.fetch(
        "select p.name, p.email, g.role, g.convening_id from person p join role_grant g on g.person_id = p.id"
    )
    assert tuple(made) == ("Odalys Brightwater", "odalys@cedar-harbor.example", "organizer", None)
    assert [tuple(one) for one in await conn.fetch("select action, person_id, client from audit_entry")] == [
        ("role_granted", None, "environment")
    ]


async def test_a_start_gives_no_role_back_that_was_taken_while_somebody_organizes(
    settings: Settings, pool: Pool, conn: Connection
) -> None:
    for organizer in ("Odalys Brightwater <odalys@cedar-harbor.example>", "Tamsin Birchwell <tamsin@cedar-harbor.example>"):
        async with create_app(replace(settings, organizer=organizer), pool).lifespan():
            pass
    assert await conn.fetchval("select array_agg(name) from person") == ["Odalys Brightwater"]
    await conn.execute("delete from role_grant")
    async with create_app(replace(settings, organizer="Tamsin Birchwell <tamsin@cedar-harbor.example>"), pool).lifespan():
        pass
    sql = "select p.name from role_grant g join person p on p.id = g.person_id"
    assert [one["name"] for one in await conn.fetch(sql)] == ["Tamsin Birchwell"]


@pytest.mark.parametrize(("next_one", "left"), [("another-token-of-the-environment", 1), ("", 0)])
async def test_the_environments_token_does_not_outlive_its_setting(
    settings: Settings, pool: Pool, conn: Connection, next_one: str, left: int
) -> None:
    await conn.execute(
        "insert into api_token (id, name, token_hash, created_by, created_at) "
        "values (gen_random_uuid(), 'hers', 'h', gen_random_uuid(), now()), (gen_random_uuid(), 'old', 'o', null, now())"
    )
    for token in (settings.organizer_token, next_one):
        async with create_app(replace(settings, organizer_token=token), pool).lifespan():
            pass
    assert await conn.fetchval("select count(*) from api_token where created_by is null") == left
    assert await conn.fetchval("select count(*) from api_token where name = 'hers'") == 1
    assert await conn.fetchval("select count(*) from audit_entry where action = 'token_revoked'") == 2


def test_an_organizer_without_an_address_is_one_sentence(settings: Settings) -> None:
    said = refusal(settings, free_port(), PLENARY_ORGANIZER="Odalys Brightwater")
    assert said == "PLENARY_ORGANIZER must be like Odalys Brightwater <odalys@plenary.example>."
