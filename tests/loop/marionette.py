"""Mozilla's remote control, as far as the loop needs it: scripts run inside a program that began with `--marionette`."""

import asyncio
import json
from typing import Any, Self

LONGEST = 2**24


class ScriptFailed(Exception):
    """The program answered with an error."""


class Marionette:
    """One session; frames are a length, a colon and JSON."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer, self._count = reader, writer, 0

    @classmethod
    async def open(cls, port: int) -> Self:
        """Begin a session in the program's own windows."""
        session = cls(*await asyncio.open_connection("127.0.0.1", port, limit=LONGEST))
        await session._frame()
        await session.ask("WebDriver:NewSession", {"capabilities": {"alwaysMatch": {}}})
        await session.ask("Marionette:SetContext", {"value": "chrome"})
        await session.ask("WebDriver:SetTimeouts", {"script": 30_000})
        return session

    async def run(self, body: str, *arguments: Any) -> Any:
        """Run the body of an asynchronous function, with `args`; what it returns."""
        script = (
            "const args = [...arguments]; const done = args.pop();"
            f"(async () => {{ {body} }})().then(value => done([value]), error => done(String(error) + error.stack))"
        )
        asked = {"script": script, "args": list(arguments), "newSandbox": True, "sandbox": "system"}
        answer = (await self.ask("WebDriver:ExecuteAsyncScript", asked))["value"]
        if not isinstance(answer, list):
            raise ScriptFailed(answer)
        return answer[0]

    async def ask(self, name: str, parameters: dict[str, Any]) -> Any:
        """One command and its answer."""
        self._count += 1
        asked = json.dumps([0, self._count, name, parameters]).encode()
        self._writer.write(b"%d:%s" % (len(asked), asked))
        await self._writer.drain()
        _, _, error, result = await self._frame()
        if error:
            raise ScriptFailed(error["message"])
        return result

    def close(self) -> None:
        self._writer.close()

    async def _frame(self) -> Any:
        length = int((await self._reader.readuntil(b":"))[:-1])
        return json.loads(await self._reader.readexactly(length))
