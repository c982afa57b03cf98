"""What stands beside our registrations: those of pretix, as its API wants them, or a clear word that it is not there."""

import asyncio
import json
import subprocess
from typing import Any

import pytest

from benchmarks import pretix
from benchmarks.load import Figures, Load, all_made, run


def test_each_person_orders_one_free_place_and_none_twice() -> None:
    orders = [json.loads(one) for one in pretix.orders(7, 20)]
    assert len({one["email"] for one in orders}) == 20
    assert all([line["item"] for line in one["positions"]] == [7] and one["status"] == "p" for one in orders)


async def test_a_token_is_shown_under_the_name_that_its_server_gives_it() -> None:
    seen: list[str] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append((await reader.readuntil(b"\r\n\r\n")).decode())
        writer.write(b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        await run(Load(port, ["/"], "secret", 1, ["{}"], scheme="Token"))
        await run(Load(port, ["/"], "secret", 1, ["{}"]))
    assert ["Authorization: Token secret" in seen[0], "Authorization: Bearer secret" in seen[1]] == [True, True]


def test_figures_in_which_somebody_was_refused_are_no_figures() -> None:
    with pytest.raises(SystemExit, match="409"):
        all_made(Figures(100.0, 1.0, 2.0, {"201": 9, "409": 1}))


def test_where_it_cannot_be_installed_one_is_told_what_can_be_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    def failed(*command: Any, **_: Any) -> subprocess.CompletedProcess[bytes]:
        return subprocess.CompletedProcess(command, 2)

    monkeypatch.setattr(subprocess, "run", failed)
    with pytest.raises(SystemExit, match="--only"):
        pretix.install()
