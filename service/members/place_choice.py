"""A district or a school in a form: chosen from a list where there are few, written by name where there are many.

It works without a script. A page calls `settle` on the form that was sent, which puts an id where a name was written, or a
sentence; and hands what `choice` answers to the macro `place` of place_choice.html. A name that several have is asked back
with those to choose from.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Literal, TypeAlias
from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection
from service.members.places import MOST_OFFERED
from service.text import searched
from service.web.forms import Form

Kind: TypeAlias = Literal["district", "school"]
"""What is chosen; also the name of the field."""
MOST_FOUND = 20
"""So many of the same words are asked back; of more one writes more words."""


class Place(Struct, frozen=True):
    """A district with its state, or a school with its district; `same` where it is called exactly as was asked."""

    id: UUID
    name: str
    around: str
    same: bool = False


class Choice(Struct, frozen=True, kw_only=True):
    """What the field shows: all there are, or what was written, with those that may be meant."""

    offered: Sequence[Place] = ()
    by_name: bool = False
    text: str = ""
    chosen: UUID | None = None
    found: Sequence[Place] = ()

    @property
    def any(self) -> bool:
        """Whether there is anything to choose."""
        return self.by_name or bool(self.offered)

    @property
    def groups(self) -> dict[str, list[tuple[UUID, str]]]:
        """Those that are offered, under what is around them."""
        groups: dict[str, list[tuple[UUID, str]]] = {}
        for one in self.offered:
            groups.setdefault(one.around, []).append((one.id, one.name))
        return groups

    @property
    def plain(self) -> dict[str, list[tuple[UUID, str]]]:
        """The same in one list."""
        return {"": [(one.id, one.name) for one in self.offered]}


async def settle(conn: Connection, form: Form, kind: Kind) -> None:
    """Put the id of what was written by name into the field; where that is none, or several, a sentence."""
    text = form.text(kind).strip()
    if not text or _id(text) or len(await _OFFERED[kind](conn)) <= MOST_OFFERED:
        return
    if text == form.text(f"{kind}_named").strip() and _id(form.text(f"{kind}_id")):
        form.put(kind, Form({kind: [form.text(f"{kind}_id")]}))
        return
    found = await _FIND[kind](conn, searched(text), MOST_FOUND + 1)
    same = [one for one in found if one.same]
    if len(same) == 1 or len(found) == 1:
        form.put(kind, Form({kind: [str((same or found)[0].id)]}))
    else:
        form.errors[kind] = _sentence(kind, len(found))


async def choice(conn: Connection, form: Form, kind: Kind) -> Choice:
    """What the field of this form shows."""
    offered = await _OFFERED[kind](conn)
    text = form.text(kind).strip()
    chosen = _id(text)
    if len(offered) <= MOST_OFFERED:
        return Choice(offered=offered)
    if chosen:
        named = await _NAMED[kind](conn, chosen)
        return Choice(by_name=True, text=named.name if named else "", chosen=chosen)
    found = await _FIND[kind](conn, searched(text), MOST_FOUND) if text else []
    return Choice(by_name=True, text=text, found=found)


def _sentence(kind: Kind, count: int) -> str:
    if not count:
        return f"No {kind} is called so. Write words of its name as it stands in the list of {kind}s."
    if count > MOST_FOUND:
        return f"More than {MOST_FOUND} {kind}s are called so. Write more words of the name, or choose one of these."
    return f"{count} {kind}s are called so. Choose one of them."


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


async def few_districts(conn: Connection) -> list[Place]:
    """All of them by name, and one more than are offered where they are too many."""
    return await db.many(
        conn,
        Place,
        """select id, name, state as around from district order by folded(name) collate "C", name, id limit $1""",
        MOST_OFFERED + 1,
    )


async def few_schools(conn: Connection) -> list[Place]:
    """The same by district."""
    return await db.many(
        conn,
        Place,
        """select s.id, s.name, s.around
             from (select id, name, district_id, (select d.name from district d where d.id = district_id) as around
                     from school limit $1) s
            order by folded(s.around) collate "C", s.district_id, folded(s.name) collate "C", s.name, s.id""",
        MOST_OFFERED + 1,
    )


async def _district(conn: Connection, district_id: UUID) -> Place | None:
    return await db.maybe(conn, Place, "select id, name, state as around from district where id = $1", district_id)


async def _school(conn: Connection, school_id: UUID) -> Place | None:
    return await db.maybe(
        conn,
        Place,
        "select s.id, s.name, d.name as around from school s join district d on d.id = s.district_id where s.id = $1",
        school_id,
    )


async def find_districts(conn: Connection, words: str, limit: int) -> list[Place]:
    """In whose name each of the words is; those first that are called exactly so."""
    return await db.many(
        conn,
        Place,
        """select id, name, state as around, folded(name) = folded($1) as same from district
            where searchable(name) like (sought($1))[1] and searchable(name) like all(sought($1))
            order by folded(name) <> folded($1), folded(name) collate "C", name, id limit $2""",
        words,
        limit,
    )


async def find_schools(conn: Connection, words: str, limit: int) -> list[Place]:
    """The same of schools."""
    return await db.many(
        conn,
        Place,
        """select s.id, s.name, d.name as around, folded(s.name) = folded($1) as same
             from school s join district d on d.id = s.district_id
            where searchable(s.name) like (sought($1))[1] and searchable(s.name) like all(sought($1))
            order by folded(s.name) <> folded($1), folded(s.name) collate "C", s.name, d.name, s.id limit $2""",
        words,
        limit,
    )


_FIND: Mapping[Kind, Callable[[Connection, str, int], Awaitable[list[Place]]]] = {
    "district": find_districts,
    "school": find_schools,
}
_NAMED: Mapping[Kind, Callable[[Connection, UUID], Awaitable[Place | None]]] = {"district": _district, "school": _school}
_OFFERED: Mapping[Kind, Callable[[Connection], Awaitable[list[Place]]]] = {"district": few_districts, "school": few_schools}
