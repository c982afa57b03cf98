"""An exception without its message: its kind, where it happened, and what of it is safe to say."""

import traceback
from collections.abc import Generator
from pathlib import Path
from typing import Any, cast

ROOT = Path(__file__).parent.parent
MOST_FRAMES = 30
MOST_ERRORS = 8
ABOUT_CODE = (AttributeError, ImportError, NameError, NotImplementedError, RecursionError)
"""What the interpreter says of these is about names in our source."""
SAFE = ("sqlstate", "table_name", "column_name", "constraint_name", "errno")
"""Names of parts of the schema and kinds of failure, never a value: PostgreSQL's message and DETAIL quote rows."""


def trace(error: BaseException) -> list[dict[str, Any]]:
    """The error itself first, then what it came from, and what a group holds."""
    return [_one(each) for each, _ in zip(_behind(error, set()), range(MOST_ERRORS), strict=False)]


def _behind(error: BaseException, seen: set[int]) -> Generator[BaseException]:
    if id(error) in seen:
        return
    seen.add(id(error))
    yield error
    if isinstance(error, BaseExceptionGroup):
        for inner in cast("BaseExceptionGroup[BaseException]", error).exceptions:
            yield from _behind(inner, seen)
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None:
        yield from _behind(before, seen)


def _one(error: BaseException) -> dict[str, Any]:
    kind = type(error)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    said: dict[str, Any] = {"type": name}
    if isinstance(error, ABOUT_CODE):
        said["message"] = str(error)
    for attribute in SAFE:
        value = getattr(error, attribute, None)
        if isinstance(value, int | str):
            said[attribute] = value
    said["at"] = [_place(frame) for frame in traceback.extract_tb(error.__traceback__)[-MOST_FRAMES:]]
    return said


def _place(frame: traceback.FrameSummary) -> str:
    path = Path(frame.filename)
    parts = path.parts
    if "site-packages" in parts:
        short = "/".join(parts[parts.index("site-packages") + 1 :])
    elif path.is_relative_to(ROOT):
        short = str(path.relative_to(ROOT))
    else:
        short = path.name
    return f"{short}:{frame.lineno} {frame.name}"
