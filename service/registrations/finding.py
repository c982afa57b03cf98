"""What the search above the registrations was filled with, and what it looks for."""

from typing import Literal
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from msgspec import Struct

from service.errors import Invalid
from service.registrations.office_queries import Wanted
from service.registrations.rules import State
from service.text import Line, searched
from service.web.deps import AnyRequest


class SearchUnusable(Invalid):
    """Search for words on one line, and choose the filters from what is offered."""

    code = "search-unusable"


class Asked(Struct, frozen=True):
    """The filled form; `show` is "all" for everybody on one page."""

    q: Line = ""
    state: State | None = None
    session: UUID | None = None
    needs: Literal["access", "dietary"] | None = None
    show: Literal["all"] | None = None
    after: UUID | None = None
    before: UUID | None = None

    @property
    def filters(self) -> str:
        """The filters as they stand in an address."""
        given = {"q": self.q, "state": self.state, "session": self.session, "needs": self.needs}
        return urlencode({name: value for name, value in given.items() if value})

    @property
    def narrowed(self) -> bool:
        """Whether anything is left out."""
        return bool(self.filters)


def asked(request: AnyRequest) -> Asked:
    """What the address says; raises SearchUnusable."""
    given = {name: request.query_params.get(name, "").strip() for name in Asked.__struct_fields__}
    try:
        return msgspec.convert({name: value for name, value in given.items() if value}, Asked)
    except msgspec.ValidationError:
        raise SearchUnusable from None


def wanted(convening_id: UUID, form: Asked) -> Wanted:
    """What the database is asked for."""
    return Wanted(
        convening_id=convening_id,
        words=searched(form.q),
        state=form.state,
        item_id=form.session,
        access=form.needs == "access",
        dietary=form.needs == "dietary",
    )
