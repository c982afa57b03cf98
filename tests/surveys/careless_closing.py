"""Careless ways to open answers: all was right until the close."""

import random
import secrets
from typing import Any
from uuid import UUID, uuid4

from service import db
from service.db import Connection
from service.surveys import answers, closing
from service.surveys.queries import SurveyRow
from tests.surveys.careless import Careless, Parts, Patch, keep_under


class Unmoved:
    """A shuffle that forgets to."""

    def shuffle(self, _: list[Any]) -> None:
        """Leave everything where it is."""


class Repeated:
    """A shuffle that comes out the same each time."""

    def shuffle(self, bodies: list[Any]) -> None:
        """Move everything, as the number seven says."""
        random.Random(7).shuffle(bodies)


class Paired:
    """A shuffle that nobody can repeat, and that is the same for each part."""

    def __init__(self) -> None:
        self._seed = secrets.randbits(128)

    def shuffle(self, bodies: list[Any]) -> None:
        """Move everything as the part before was moved."""
        random.Random(self._seed).shuffle(bodies)


async def without_shuffle(patch: Patch, owner: Connection) -> None:
    """Answers lie in the order in which the seals were opened, which is that of the invitations' ids."""
    patch.setattr(closing, "SHUFFLE", Unmoved())


async def with_a_shuffle_to_repeat(patch: Patch, owner: Connection) -> None:
    """Whoever knows the seed moves everything back."""
    patch.setattr(closing, "SHUFFLE", Repeated())


async def with_one_shuffle_for_all_parts(patch: Patch, owner: Connection) -> None:
    """The third text is of who gave the third answer."""
    patch.setattr(closing, "SHUFFLE", Paired())


async def with_ids_in_the_order_of_coming(patch: Patch, owner: Connection) -> None:
    """An id says when somebody answered, as one with a time in it would."""
    came: dict[UUID, int] = {}
    keep_under(patch, lambda one: UUID(int=came[one] << 80 | secrets.randbits(80)))
    keep = closing._keep

    async def keep_parts(conn: Connection, row: SurveyRow, parts: Parts) -> None:
        order = await db.many(conn, UUID, "select invitation_id from sealed_answer order by age(xmin) desc")
        came.update({one: place for place, one in enumerate(order)})
        await keep(conn, row, parts)

    patch.setattr(closing, "_keep", keep_parts)


async def with_one_id_for_all_parts(patch: Patch, owner: Connection) -> None:
    """What was taken apart is as good as together."""
    await owner.execute("alter table answer drop constraint answer_pkey cascade")
    ids: dict[UUID, UUID] = {}
    keep_under(patch, lambda one: ids.setdefault(one, uuid4()))


async def with_nothing_apart(patch: Patch, owner: Connection) -> None:
    """All that somebody said in one row, with the sessions that the door knows."""
    patch.setattr(answers, "apart", lambda _: False)


OPENED_SO: dict[Careless, str] = {
    without_shuffle: "order",
    with_a_shuffle_to_repeat: "order",
    with_one_shuffle_for_all_parts: "order",
    with_ids_in_the_order_of_coming: "order",
    with_one_id_for_all_parts: "together",
    with_nothing_apart: "content",
}
"""Each, and the kind of strategy that finds it."""
