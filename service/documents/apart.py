"""A document made in a process of its own that ends with it: nothing of what stands on it stays in a memory of ours.

The press keeps what it has set, to be quick the second time; of a list of students' health facts nothing must stay. Such
documents are not kept anywhere else either.
"""

import asyncio
import os
import sys

import msgspec

from service.documents.kinds import AnyDocument
from service.documents.rules import printable
from service.errors import Refused

AT_ONCE = asyncio.Semaphore(2)
PATIENCE = 60.0
"""Seconds for one document; 300 badges take one."""


class NotPrinted(Refused):
    """This could not be printed. Try it once more; if it happens again, tell whoever runs this installation."""

    code = "not-printed"
    status = 503


async def made(document: AnyDocument) -> bytes:
    """The PDF; signs that no font of ours has are replaced. Raises NotPrinted."""
    given = printable(msgspec.json.encode(document).decode()).encode()
    async with AT_ONCE:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "service.documents",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={"PYTHONPATH": os.pathsep.join(sys.path), "PATH": os.defpath},
        )
        try:
            async with asyncio.timeout(PATIENCE):
                pdf, _ = await process.communicate(given)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
    if process.returncode != 0:
        raise NotPrinted
    return pdf
