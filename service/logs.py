"""What processes write down: one JSON object a line, or text for people; and never a word about a person.

Three rules see to that. Of an exception its kind and place are written, never its message, which may quote a row or a
request. Into a line of ours (`plenary.…`) go texts and numbers, of anything else only its type. Of a line of somebody
else's only the sentence that stands in their source, without the values that they would put into it.
"""

import logging
import sys
import threading
import warnings
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any, Literal, TextIO
from uuid import UUID

import msgspec

from service.traces import trace

OURS = "plenary"
PLAIN = (str, int, float, UUID, datetime, type(None))
CONTROL = dict.fromkeys((*range(32), 127, 8232, 8233), " ")

_ABOUT: ContextVar[Mapping[str, Any]] = ContextVar("about", default=MappingProxyType({}))


@contextmanager
def about(**facts: Any) -> Generator[None]:
    """What is written meanwhile says this too: ids, never names."""
    before = _ABOUT.set({**_ABOUT.get(), **facts})
    try:
        yield
    finally:
        _ABOUT.reset(before)


def remember(**facts: Any) -> None:
    """The same from now on, for a task that ends with what it is about."""
    _ABOUT.set({**_ABOUT.get(), **facts})


def facts(**named: Any) -> Mapping[str, Mapping[str, Any]]:
    """For `extra=` of a line: values with names of their own."""
    return {"facts": named}


class Lines(logging.Formatter):
    """One line for one record, as JSON."""

    def __init__(self, process: str) -> None:
        super().__init__()
        self._process = process

    def format(self, record: logging.LogRecord) -> str:
        """Never raises: what does not fit is left out."""
        said = {
            "time": moment(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _whole(message(record)),
            "process": self._process,
            "pid": record.process,
            **named(record),
        }
        if errors := errors_of(record):
            said["errors"] = errors
        return msgspec.json.encode(said).decode()


class Text(logging.Formatter):
    """The same for somebody at a terminal; where it broke follows in lines of their own."""

    def format(self, record: logging.LogRecord) -> str:
        """Never raises."""
        pairs = " ".join(f"{name}={value}" for name, value in named(record).items())
        line = f"{moment(record)} {record.levelname} {record.name} {message(record)} {pairs}".rstrip().translate(CONTROL)
        below = [f"  {name}: {value}" for error in errors_of(record) for name, value in _told(error)]
        return "\n".join([line, *below])


def set_up(process: Literal["web", "worker"], form: str, stream: TextIO = sys.stderr) -> None:
    """Everything that this process writes goes through here, also what nobody caught."""
    as_text = form == "text" or (form == "auto" and stream.isatty())
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Text() if as_text else Lines(process))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger(OURS).setLevel(logging.INFO)
    warnings.showwarning = _warned
    logging.logThreads = logging.logMultiprocessing = False  # no line of ours shows them
    sys.excepthook = _uncaught
    sys.unraisablehook = lambda left: _write(left.exc_value)
    threading.excepthook = lambda left: _write(left.exc_value)


def _uncaught(_kind: type[BaseException], error: BaseException, _where: TracebackType | None) -> None:
    if not isinstance(error, KeyboardInterrupt):
        _write(error)


def _warned(_message: object, category: type[Warning], filename: str, lineno: int, *_: object) -> None:
    """What a library warns of may quote what it was given."""
    told = facts(kind=category.__name__, at=f"{Path(filename).name}:{lineno}")
    logging.getLogger(f"{OURS}.process").warning("a warning", extra=told)


def _write(error: BaseException | None) -> None:
    logging.getLogger(f"{OURS}.process").critical("nobody caught this", exc_info=error)


def moment(record: logging.LogRecord) -> str:
    """When, in UTC."""
    return f"{_second(int(record.created))}.{int(record.msecs):03}Z"


@lru_cache(1)
def _second(since: int) -> str:
    return datetime.fromtimestamp(since, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def message(record: logging.LogRecord) -> str:
    """What was said, after the rules above."""
    if not isinstance(record.msg, str):
        return type(record.msg).__name__
    if record.name.partition(".")[0] != OURS:
        return record.msg.partition("\n")[0]
    given: Any = record.args
    try:
        return record.msg % tuple(plain(value) for value in given) if given else record.msg
    except (TypeError, ValueError):
        return f"{record.msg} (its values do not fit)"


def named(record: logging.LogRecord) -> dict[str, Any]:
    """What the line is about, and its values with names."""
    return {name: _whole(plain(value)) for name, value in {**_ABOUT.get(), **getattr(record, "facts", {})}.items()}


def plain(value: Any) -> Any:
    """A value that says itself and nothing more; of others the type."""
    return value if isinstance(value, PLAIN) else type(value).__name__


def errors_of(record: logging.LogRecord) -> list[dict[str, Any]]:
    """What broke, and what was behind it."""
    error = record.exc_info[1] if isinstance(record.exc_info, tuple) else record.exc_info
    return trace(error) if isinstance(error, BaseException) else []


def _told(error: Mapping[str, Any]) -> Generator[tuple[str, Any]]:
    yield from ((name, value) for name, value in error.items() if name != "at")
    yield from (("at", place) for place in error["at"])


def _whole(value: Any) -> Any:
    """Without halves of characters, which no JSON may hold."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value
