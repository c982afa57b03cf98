"""The files of migrations/, and how they compare with what a database has had. Pure but for reading the files."""

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from service.errors import StartRefused

ROOT = Path(__file__).parent.parent.parent
SCHEMA = ROOT / "schema.sql"
FOLDER = ROOT / "migrations"
NAME = re.compile(r"(\d{4})_([a-z][a-z0-9_]*)\.sql")
BREAKS_OLDER = "-- Older versions must not run after this."
"""The line of a migration after which the version before it does not start any more."""


class Applied(Struct, frozen=True):
    """A migration that a database has had, as its ledger says it."""

    number: int
    name: str
    checksum: str
    breaks_older: bool


class Migration(Struct, frozen=True):
    """One file: `checksum` is the sha256 of its bytes."""

    number: int
    name: str
    sql: str
    checksum: str

    @property
    def breaks_older(self) -> bool:
        """Whether a version that does not know it must not run after it."""
        return BREAKS_OLDER in self.sql.splitlines()

    @property
    def title(self) -> str:
        """As its file is called: `0002_ledger`."""
        return f"{self.number:04}_{self.name}"


class Standing(Struct, frozen=True):
    """A database beside the files: what it still has to have, what no file is of, and which file is another one by now."""

    pending: list[Migration]
    unknown: list[Applied]
    changed: list[Migration]


def known(folder: Path = FOLDER) -> list[Migration]:
    """All of them in order; raises StartRefused where a number is missing, doubled, or a name cannot be read."""
    found: list[Migration] = []
    for number, path in enumerate(sorted(folder.glob("*.sql")), 1):
        read = NAME.fullmatch(path.name)
        if not read or int(read[1]) != number:
            raise StartRefused(f"{path.name} of the migrations should be number {number:04} and be called 'NNNN_name.sql'.")
        content = path.read_bytes()
        found.append(Migration(number, read[2], content.decode(), hashlib.sha256(content).hexdigest()))
    if not found:
        raise StartRefused(f"There are no migrations in {folder}. They belong to the program: install it again.")
    return found


def compare(files: Sequence[Migration], applied: Sequence[Applied]) -> Standing:
    """Where a database stands."""
    had = {one.number: one for one in applied}
    numbers = {one.number for one in files}
    return Standing(
        pending=[one for one in files if one.number not in had],
        unknown=[one for one in applied if one.number not in numbers],
        changed=[one for one in files if one.number in had and had[one.number].checksum != one.checksum],
    )
