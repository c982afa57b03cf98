"""What the lists of districts and schools are asked for, and how a page of them is shown."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from service.errors import Invalid
from service.members.places import DistrictRow, SchoolRow
from service.text import Line
from service.web.deps import AnyRequest
from service.web.paging import name_cursor

ROWS = 50


class Listed(Struct, frozen=True):
    """Words, one district, and behind what the page begins; what is empty narrows nothing."""

    q: Line = ""
    district: UUID | None = None
    after: str | None = None


EVERYTHING = Listed()


def listed(request: AnyRequest) -> Listed:
    """What the address asks for; raises Invalid."""
    given = {name: request.query_params.get(name, "").strip() for name in Listed.__struct_fields__}
    try:
        return msgspec.convert({name: text for name, text in given.items() if text}, Listed)
    except msgspec.ValidationError:
        raise Invalid("Search for words on one line, and choose from what is offered.") from None


def done(request: AnyRequest) -> list[str]:
    """What the page of one of them says was done: it was merged, or whoever comes asked for one that went."""
    return [name for name in ("merged", "former") if name in request.query_params]


def shown(asked: Listed, rows: Sequence[DistrictRow] | Sequence[SchoolRow]) -> dict[str, Any]:
    """A page of `rows`, which are one more where there are more."""
    page = rows[:ROWS]
    further = name_cursor(page[-1].name, page[-1].id) if len(rows) > ROWS else ""
    return {"listed": asked, "rows": page, "next": further}
