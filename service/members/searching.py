"""What the search above the people was filled with."""

from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from service.errors import Invalid
from service.members.rules import FIRST_YEAR, LAST_YEAR, Part
from service.text import Line
from service.web.deps import AnyRequest


class Search(Struct, frozen=True):
    """What the list is searched for."""

    q: Line = ""
    part: Part = ""
    district: UUID | None = None
    year: Annotated[int, Meta(ge=FIRST_YEAR, le=LAST_YEAR)] | None = None

    @property
    def filters(self) -> str:
        """The filled fields as they stand in an address."""
        given = {"q": self.q, "part": self.part, "district": self.district, "year": self.year}
        return urlencode({name: value for name, value in given.items() if value})


def asked(request: AnyRequest) -> Search:
    """What the address asks for; raises Invalid."""
    given = {name: request.query_params.get(name, "").strip() for name in Search.__struct_fields__}
    try:
        return msgspec.convert({name: text for name, text in given.items() if text}, Search, strict=False)
    except msgspec.ValidationError:
        raise Invalid("Search for words on one line, and choose from what is offered.") from None
