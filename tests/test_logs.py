"""What is written down: one JSON object a line, with the request or mail that it is about; never a word about a person."""

import asyncio
import gc
import io
import logging
import subprocess
import sys
import threading
import warnings
from collections.abc import Generator
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import pytest

from service import logs
from service.db import Connection

SECRET = "Zuri Camberwell zuri@families.example"


class Row(msgspec.Struct):
    name: str


@pytest.fixture
def written() -> Generator[io.StringIO]:
    """What a worker writes, in a process of its own as far as logging can tell."""
    root, ours = logging.getLogger(), logging.getLogger(logs.OURS)
    hooks = (sys.excepthook, sys.unraisablehook, threading.excepthook, warnings.showwarning)
    before = (root.handlers[:], root.level, ours.level)
    output = io.StringIO()
    logs.set_up("worker", "json", output)
    yield output
    root.handlers[:], level, our_level = before
    sys.excepthook, sys.unraisablehook, threading.excepthook, warnings.showwarning = hooks
    root.setLevel(level)
    ours.setLevel(our_level)


def lines(output: io.StringIO) -> list[dict[str, Any]]:
    return [msgspec.json.decode(line) for line in output.getvalue().splitlines()]


def test_a_line_has_the_time_the_process_and_what_it_is_about(written: io.StringIO) -> None:
    delivery = UUID(int=7)
    with logs.about(delivery=delivery):
        logging.getLogger("plenary.mailer").info("took %.1f s", 1.25, extra=logs.facts(step="text"))
    logging.getLogger("plenary.mailer").warning("and after it")

    first, second = lines(written)
    assert (first["level"], first["logger"], first["message"]) == ("info", "plenary.mailer", "took 1.2 s")
    assert (first["process"], first["delivery"], first["step"]) == ("worker", str(delivery), "text")
    assert first["time"].endswith("Z")
    assert "delivery" not in second


def test_an_exception_is_its_kind_and_its_place_and_so_is_what_was_behind_it(written: io.StringIO) -> None:
    try:
        try:
            raise KeyError(SECRET)
        except KeyError as error:
            raise ValueError(SECRET) from error
    except ValueError:
        logging.getLogger("plenary.web").exception("it failed")

    [line] = lines(written)
    assert [one["type"] for one in line["errors"]] == ["ValueError", "KeyError"]
    assert line["errors"][0]["at"][0].startswith("tests/test_logs.py:")
    assert line["errors"][0]["at"][0].endswith(" test_an_exception_is_its_kind_and_its_place_and_so_is_what_was_behind_it")
    assert "Zuri" not in written.getvalue()


async def test_a_row_that_postgresql_quotes_is_not_written_but_which_constraint_it_broke(
    written: io.StringIO, conn: Connection
) -> None:
    sql = "insert into person (id, name, email, created_at) values (gen_random_uuid(), $1, $2, now())"
    await conn.execute(sql, "Zuri Camberwell", "zuri@families.example")
    with pytest.raises(asyncpg.UniqueViolationError) as caught:
        await conn.execute(sql, "Zuri Camberwell", "zuri@families.example")
    assert "zuri@families.example" in str(caught.value.detail), "the driver quotes it"
    logging.getLogger("plenary.web").error("failed: %s", caught.value, exc_info=caught.value)

    [line] = lines(written)
    assert line["message"] == "failed: UniqueViolationError"
    assert (line["errors"][0]["sqlstate"], line["errors"][0]["table_name"]) == ("23505", "person")
    assert "zuri" not in written.getvalue().lower()


@pytest.mark.parametrize(
    ("message", "given", "said"),
    [
        ("got %s and %r", (Row(SECRET), [SECRET]), "got Row and 'list'"),
        ("does not fit %d", (SECRET,), "does not fit %d (its values do not fit)"),
        (Row(SECRET), (), "Row"),
        ("half a character: %s", ("\ud800",), "half a character: ?"),
    ],
)
def test_values_that_are_no_text_and_no_number_are_only_named(message: Any, given: tuple[Any, ...], said: str) -> None:
    line = logs.Lines("web").format(logging.LogRecord("plenary.web", logging.INFO, "", 0, message, given, None))
    assert msgspec.json.decode(line)["message"] == said
    assert "Zuri" not in line


@pytest.mark.parametrize("name", ["arq.worker", "uvicorn.error", "aiosmtplib", "mail.log", "asyncio", "py.warnings"])
def test_of_a_line_of_a_library_only_the_sentence_of_its_source_is_written(written: io.StringIO, name: str) -> None:
    log = logging.getLogger(name)
    log.info("%r said %s", "peer", SECRET)
    log.error("%s failed: %s\nfuture: %s", "job", ValueError(SECRET), SECRET)

    [line] = lines(written)
    assert (line["logger"], line["message"]) == (name, "%s failed: %s")
    assert "Zuri" not in written.getvalue()


async def test_what_a_forgotten_task_raised_is_written_without_its_words(written: io.StringIO) -> None:
    async def break_down() -> None:
        raise ValueError(SECRET)

    task = asyncio.create_task(break_down())
    await asyncio.wait([task])
    del task
    gc.collect()

    [line] = lines(written)
    assert (line["message"], line["errors"][0]["type"]) == ("Task exception was never retrieved", "ValueError")
    assert "Zuri" not in written.getvalue()


def test_what_nobody_caught_ends_a_process_with_a_line_and_without_its_words() -> None:
    code = f"""
import warnings
from service import logs
logs.set_up("web", "json")
warnings.warn({SECRET!r})
raise ValueError({SECRET!r})"""
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    said = [msgspec.json.decode(line) for line in ended.stderr.splitlines()]
    assert ended.returncode == 1
    assert (said[0]["message"], said[0]["kind"]) == ("a warning", "UserWarning")
    assert (said[-1]["message"], said[-1]["errors"][0]["type"]) == ("nobody caught this", "ValueError")
    assert "Zuri" not in ended.stderr


def test_for_a_person_at_a_terminal_it_is_text_and_one_line_cannot_pretend_to_be_two() -> None:
    record = logging.LogRecord("plenary.web", logging.INFO, "", 0, "a %s", ("b\nc",), None)
    with logs.about(request="5b3e"):
        assert logs.Text().format(record).partition(" INFO ")[2] == "plenary.web a b c request=5b3e"
