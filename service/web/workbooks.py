"""A table as a workbook: written by a process of its own into a folder of its own, sent, and gone."""

import asyncio
import os
import shutil
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from service.errors import Refused
from service.web import sheet_writer
from service.web.table_files import Portions, Table, as_lists

AT_ONCE = 64 * 1024
"""Bytes of a chunk."""
PREFIX = "plenary-file-"
LEFT_BEHIND = 3600.0
"""Seconds after which a folder is nobody's any more: none may take longer than service.web.downloads.LONGEST."""


class TooLongForWorkbook(Refused):
    """A workbook holds 1,048,575 rows, and these are more. Take CSV or JSON Lines, or choose less of the list."""

    code = "too-long-for-workbook"


class WorkbookFailed(Refused):
    """This workbook could not be made. Try it once more; if it happens again, tell whoever runs this installation."""

    code = "workbook-failed"
    status = 503


async def as_workbook(table: Table, portions: Portions) -> AsyncGenerator[bytes]:
    """The workbook; nothing of it comes before all of it is made. Raises TooLongForWorkbook, WorkbookFailed."""
    with await _made(table, portions) as file:
        while chunk := await asyncio.to_thread(file.read, AT_ONCE):
            yield chunk


async def _made(table: Table, portions: Portions) -> IO[bytes]:
    """The open file, whose name is gone already: it ends with whoever holds it."""
    with TemporaryDirectory(prefix=PREFIX) as folder:
        await asyncio.to_thread(_sweep, Path(folder))
        async with _writer(folder) as process:
            code = await _told(process, table, portions)
        if code == sheet_writer.TOO_LONG:
            raise TooLongForWorkbook
        if code != 0:
            raise WorkbookFailed
        return await asyncio.to_thread(Path(folder, sheet_writer.NAME).open, "rb")


def _sweep(made: Path) -> None:
    """Take away what a web process left beside it that was killed in the midst, long ago: there are people in it."""
    for folder in made.parent.glob(f"{PREFIX}*"):
        with suppress(OSError):
            if made.stat().st_mtime - folder.stat().st_mtime > LEFT_BEHIND:
                shutil.rmtree(folder, ignore_errors=True)


@asynccontextmanager
async def _writer(folder: str) -> AsyncGenerator[Process]:
    """The process; it never outlives the block."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "service.web.sheet_writer",
        folder,
        stdin=PIPE,
        stdout=DEVNULL,
        stderr=DEVNULL,
        env={"PYTHONPATH": os.pathsep.join(sys.path), "PATH": os.defpath},
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _told(process: Process, table: Table, portions: Portions) -> int:
    """Hand the rows over as fast as they are written; the process's exit code."""
    assert process.stdin is not None
    async with aclosing(as_lists(table, portions)) as chunks:
        async for chunk in chunks:
            if not await _took(process.stdin, chunk):
                break
    process.stdin.close()
    return await process.wait()


async def _took(line: asyncio.StreamWriter, chunk: bytes) -> bool:
    """False where the process ended before its input did: its exit code says why."""
    try:
        line.write(chunk)
        await line.drain()
    except (BrokenPipeError, ConnectionResetError):
        return False
    return True
