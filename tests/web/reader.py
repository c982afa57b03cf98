"""Who takes a file along, as the server hears them: they may leave, or stand still."""

import asyncio
from typing import Any

from litestar import Litestar

from service.settings import Settings


class Reader:
    """One request with the organizer's token."""

    def __init__(self, app: Litestar, settings: Settings, path: str) -> None:
        self.app = app
        self.scope: dict[str, Any] = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "root_path": "",
            "headers": [(b"authorization", f"Bearer {settings.organizer_token}".encode())],
            "client": ("203.0.113.7", 40000),
            "server": ("127.0.0.1", 8000),
        }
        self.gone, self.began = asyncio.Event(), asyncio.Event()
        self.told: list[dict[str, Any]] = []
        self.asked = False

    async def take(self, standing: asyncio.Event | None = None) -> None:
        """To the end, or as far as the server goes; `standing` is waited for in the first chunk."""

        async def send(message: Any) -> None:
            self.told.append(message)
            if message["type"] == "http.response.body":
                self.began.set()
                if standing:
                    await standing.wait()

        await self.app(self.scope, self._receive, send)  # type: ignore[arg-type]

    async def _receive(self) -> Any:
        if not self.asked:
            self.asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self.gone.wait()
        return {"type": "http.disconnect"}

    @property
    def status(self) -> int:
        return self.told[0]["status"]

    @property
    def body(self) -> bytes:
        return b"".join(one.get("body", b"") for one in self.told[1:])

    @property
    def ended(self) -> bool:
        return self.told[-1].get("more_body") is False
