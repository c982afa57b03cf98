"""`python -m service.imports KIND`: reads a file in a process apart, which ends with it, or is ended.

A file comes in; what it says goes out, each thing with its length before it.
"""

import resource
import shutil
import sys
import tempfile
from typing import BinaryIO, cast

import msgspec

from service.imports import tables
from service.imports.rules import FileUnusable, Kind, Told, Unusable

MOST_MEMORY = 512 * 1024 * 1024
MOST_SECONDS = 300
"""Of a processor; 100,000 people take a tenth."""
MOST_WRITTEN = 512 * 1024 * 1024
PREFIX = 4


def main() -> None:
    """Read it to its end, or to where it cannot be read."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_WRITTEN, MOST_WRITTEN))
    kind = cast("Kind", sys.argv[1])
    with tempfile.TemporaryFile() as file:
        shutil.copyfileobj(sys.stdin.buffer, file)
        size = file.tell()
        file.seek(0)
        try:
            for one in tables.told(cast("BinaryIO", file), size, kind):
                tell(one)
        except FileUnusable as refusal:
            tell(Unusable(refusal.sentence))
        except MemoryError:
            tell(Unusable("This file takes more memory than any table of ours. Save only the sheet with the table, as CSV."))


def tell(one: Told) -> None:
    """Hand it on."""
    packed = msgspec.msgpack.encode(one)
    sys.stdout.buffer.write(len(packed).to_bytes(PREFIX) + packed)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
