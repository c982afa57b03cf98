"""What a form chooses from: all districts, schools, coaches while they are few, else the chosen one and what words find."""

from collections.abc import Sequence
from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection
from service.members import coach_queries, place_lists, places
from service.members.places import MOST_OFFERED
from service.text import folded, searched
from service.web.forms import Form

ROWS = 20
"""So many of those that words find are offered; whoever means another one writes more of its name."""
FINDS = {"district": "district", "coached_by": "coach", "school": "school"}
"""The fields of a form that can be found by words, and what is looked for; the words stand in `find_` and the field.

The same of fields that are numbered: `school_1`, `find_school_1`.
"""


class Option(Struct, frozen=True):
    """One of what a form chooses from; `group` is a school's district."""

    id: UUID
    name: str
    group: str = ""


class Offered(Struct, frozen=True):
    """The options of each field, and the fields that have too many to show them all."""

    options: dict[str, dict[str, list[tuple[UUID, str]]]]
    """By field and, within a field, by group, as `choose` of fields.html takes them."""
    too_many: frozenset[str]


class _Numbers(Struct, frozen=True):
    district: int
    coached_by: int
    school: int


async def _numbers(conn: Connection, limit: int) -> _Numbers:
    """How many there are of each, so far."""
    return await db.one(
        conn,
        _Numbers,
        """select (select count(*) from (select from district limit $1) d) as district,
                  (select count(*) from (select from coach limit $1) c) as coached_by,
                  (select count(*) from (select from school limit $1) s) as school""",
        limit,
    )


async def offered(conn: Connection, form: Form, fields: Sequence[str], but: UUID | None = None) -> Offered:
    """What these fields of a form offer; `but` is whose form it is: nobody coaches themselves."""
    numbers = await _numbers(conn, MOST_OFFERED + 1)
    too_many = frozenset(field for field in fields if getattr(numbers, _kind(field)) > MOST_OFFERED)
    options: dict[str, dict[str, list[tuple[UUID, str]]]] = {}
    known: dict[tuple[str, UUID | None], list[Option]] = {}
    for field in fields:
        key = (_kind(field), _id(form.text(field)) if field in too_many else None)
        standing = known[key] if key in known else await _standing(conn, *key)
        known[key] = standing
        found = await _found(conn, _kind(field), form.text(f"find_{field}"))
        options[field] = {}
        for one in [*standing, *(one for one in found if one not in standing)]:
            if one.id != but:
                options[field].setdefault(one.group, []).append((one.id, one.name))
    return Offered(options, too_many)


async def district(conn: Connection, form: Form) -> Offered:
    """What the field for a district alone offers."""
    return await offered(conn, form, ["district"])


async def look_up(conn: Connection, form: Form, fields: Sequence[str]) -> dict[str, str]:
    """Choose what the words of a form find, where that is one; else sentences for the form, by field."""
    wrong: dict[str, str] = {}
    for field in fields:
        words = form.text(f"find_{field}").strip()
        if not words:
            continue
        found = await _found(conn, _kind(field), words)
        exact = [one for one in found if folded(one.name) == folded(words)]
        if len(alone := exact if len(exact) == 1 else found) == 1:
            form.put(field, Form({field: [str(alone[0].id)]}))
            form.put(f"find_{field}", Form())
        elif found:
            wrong[field] = f"Several have “{words}” in their name: choose one of them, or write more of it."
            form.put(f"find_{field}", Form({f"find_{field}": [words]}))
        else:
            wrong[f"find_{field}"] = f"No {FINDS[_kind(field)]} has “{words}” in its name. Write fewer words."
    return wrong


async def _standing(conn: Connection, field: str, chosen: UUID | None) -> list[Option]:
    """All of them while they are few, else the chosen one."""
    match field:
        case "district":
            return [Option(one.id, one.name) for one in await places.offered(conn, chosen)]
        case "coached_by":
            return [Option(one.id, one.name) for one in await coach_queries.offered(conn, [chosen] if chosen else [])]
        case _:
            return [Option(one.id, one.name, one.district_name) for one in await places.offered_schools(conn, chosen)]


async def _found(conn: Connection, field: str, text: str) -> list[Option]:
    """The first of those that have these words in their name."""
    words = searched(text[:200])
    if not words:
        return []
    match field:
        case "district":
            return [Option(one.id, one.name) for one in await place_lists.districts(conn, words, None, ROWS)]
        case "coached_by":
            return [Option(one.id, one.name) for one in await coach_queries.listed(conn, words, None, ROWS)]
        case _:
            rows = await place_lists.schools(conn, words, None, None, ROWS)
            return [Option(one.id, one.name, one.district_name) for one in rows]


def _kind(field: str) -> str:
    """The field whose kind this one is: forms of many rows number them."""
    return field.rstrip("0123456789").rstrip("_")


def _id(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
