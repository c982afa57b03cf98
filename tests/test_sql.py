"""Every SQL literal in the source, prepared against the schema: its columns fit the row, its `$n` fit the arguments."""

import ast
import importlib
import re
import types
import typing
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import asyncpg
import msgspec
import pytest

from service.db import Connection

ROOT = Path(__file__).parent.parent
ASKING = ("one", "maybe", "many", "portions")
"""Functions of service.db that take a row type before the SQL; `run` takes none."""
FITTING: dict[str, tuple[object, ...]] = {
    "uuid": (UUID,),
    "text": (str,),
    "varchar": (str,),
    "name": (str,),
    "timestamptz": (datetime,),
    "date": (date,),
    "interval": (timedelta,),
    "int2": (int,),
    "int4": (int,),
    "int8": (int,),
    "float8": (float,),
    "numeric": (Decimal,),
    "bool": (bool,),
    "bytea": (bytes,),
    "jsonb": (dict, list, typing.Any, object),
}
"""For each type of PostgreSQL, what asyncpg makes of it."""


class Question(msgspec.Struct, frozen=True):
    """One call of service.db as the source has it."""

    module: str
    function: str
    line: int
    row: str | None
    sql: str | None
    arguments: int

    @property
    def name(self) -> str:
        return f"{self.module}.{self.function}"


def questions(path: Path) -> Iterator[Question]:
    """The calls of one module."""
    tree = ast.parse(path.read_text())
    module = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    bare = {
        name.asname or name.name: name.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "service.db"
        for name in node.names
    }
    for function in ast.walk(tree):
        if isinstance(function, ast.AsyncFunctionDef | ast.FunctionDef):
            for call in ast.walk(function):
                if isinstance(call, ast.Call) and (verb := _verb(call.func, bare)):
                    yield _question(module, function.name, call, verb)


def _verb(called: ast.expr, bare: dict[str, str]) -> str | None:
    match called:
        case ast.Attribute(value=ast.Name(id="db"), attr=("one" | "maybe" | "many" | "portions" | "run") as verb):
            return verb
        case ast.Name(id=name) if bare.get(name) in (*ASKING, "run"):
            return bare[name]
    return None


def _question(module: str, function: str, call: ast.Call, verb: str) -> Question:
    arguments = call.args[1:]
    row = ast.unparse(arguments.pop(0)) if verb in ASKING else None
    sql = arguments.pop(0)
    literal = sql.value if isinstance(sql, ast.Constant) and isinstance(sql.value, str) else None
    countable = not any(isinstance(argument, ast.Starred) for argument in arguments)
    return Question(module, function, call.lineno, row, literal, len(arguments) if countable else -1)


def _source() -> list[Path]:
    files = [*(ROOT / "service").rglob("*.py"), *(ROOT / "workers").rglob("*.py")]
    return sorted(path for path in files if path != ROOT / "service" / "db.py")


SOURCE = _source()
QUESTIONS = {path: asked for path in SOURCE if (asked := list(questions(path)))}


def test_the_source_was_read() -> None:
    assert len(QUESTIONS) >= 40


def test_the_database_is_asked_through_service_db_alone() -> None:
    own = {"fetch", "fetchrow", "fetchval", "fetchmany", "executemany"}
    asked = {
        str(path.relative_to(ROOT)): found
        for path in SOURCE
        if (found := own & {node.attr for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Attribute)})
    }
    assert asked == {}


@pytest.mark.parametrize("path", QUESTIONS, ids=lambda path: str(path.relative_to(ROOT)))
async def test_the_statements_fit_the_schema_their_rows_and_their_arguments(path: Path, conn: Connection) -> None:
    wrong = {f"{one.name}, line {one.line}": found for one in QUESTIONS[path] if (found := await _wrong(one, conn))}
    assert wrong == {}


async def _wrong(question: Question, conn: Connection) -> list[str]:
    if question.sql is None:
        return ["the SQL must be one literal"]
    if question.arguments < 0:
        return ["write the arguments one by one"]
    try:
        statement = await conn.prepare(question.sql)
    except asyncpg.PostgresError as error:
        return [str(error)]
    wanted = len(statement.get_parameters())
    wrong = [] if wanted == question.arguments else [f"{question.arguments} arguments for {wanted}"]
    if question.row is not None:
        row = eval(question.row, vars(importlib.import_module(question.module)))
        wrong += misfits(row, statement.get_attributes())
    return wrong


def misfits(row: type, columns: tuple[asyncpg.Attribute, ...]) -> list[str]:
    """What differs between the columns of a statement and the row that they are to become."""
    if not (isinstance(row, type) and issubclass(row, msgspec.Struct)):
        if len(columns) != 1:
            return [f"{len(columns)} columns for one {row}"]
        return [] if fits(columns[0].type.name, row) else [f"{columns[0].type.name} is no {row}"]
    hints = typing.get_type_hints(row)
    required = [field.name for field in msgspec.structs.fields(row) if field.required]
    names = [column.name for column in columns]
    if names != list(row.__struct_fields__[: len(names)]) or not set(required) <= set(names):
        return [f"the columns {names} are not the fields {row.__struct_fields__}"]
    return [
        f"{column.name} is {column.type.name}, not {hints[column.name]}"
        for column in columns
        if not fits(column.type.name, hints[column.name])
    ]


def fits(database_type: str, wanted: object) -> bool:
    """Whether what asyncpg makes of this type is what the annotation says; whether it may be null is not looked at."""
    origin = typing.get_origin(wanted)
    if origin is typing.Annotated:
        return fits(database_type, typing.get_args(wanted)[0])
    if origin in (typing.Union, types.UnionType):
        return any(fits(database_type, part) for part in typing.get_args(wanted))
    if origin is typing.Literal:
        return all(fits(database_type, type(value)) for value in typing.get_args(wanted))
    if database_type.endswith("[]"):
        parts = typing.get_args(wanted) or (typing.Any,)
        return (origin or wanted) is list and (parts[0] is typing.Any or fits(database_type.removesuffix("[]"), parts[0]))
    return (origin or wanted) in FITTING.get(database_type, ())


def test_no_two_purposes_share_an_advisory_lock() -> None:
    """They would hold one another up."""
    found = Counter(
        number
        for folder in ("service", "workers")
        for path in (ROOT / folder).rglob("*.py")
        for number in {*re.findall(r"advisory\w*lock\((\d+)", path.read_text())}
    )
    assert len(found) > 5
    assert {number: times for number, times in found.items() if times > 1} == {}
