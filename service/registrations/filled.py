"""What the forms about one registration are filled with, and what of it somebody really changed."""

from collections.abc import Mapping

from service.convenings import queries as convenings
from service.convenings.queries import SessionRow
from service.db import Connection
from service.errors import Refused
from service.registrations import forms, queries
from service.registrations.queries import RegistrationRow
from service.registrations.rules import Change
from service.web.forms import Form
from service.web.meanwhile import MARK, changed_since, mark

FIELDS = {"sessions": forms.SESSIONS, "details": forms.DETAILS, "address": forms.ADDRESS}
"""The parts that are changed by themselves, and what is in them."""
SEEN = frozenset({"name", "email", "state"})
"""What somebody looks at who decides about a registration."""


class ChangedMeanwhile(Refused):
    """Somebody changed this registration meanwhile. Look at it as it stands now, and decide again."""

    code = "changed-meanwhile"


async def marks(conn: Connection, row: RegistrationRow) -> dict[str, str]:
    """For each part, what its form was filled with."""
    now = _form(row, await _ticked(conn, row))
    return {part: mark(now, names) for part, names in FIELDS.items()}


async def wanted(
    conn: Connection, row: RegistrationRow, part: str, form: Form, needed: Mapping[str, str] = forms.NEEDED
) -> tuple[Change | None, int]:
    """What is to be different of a locked registration, or None with sentences in the form; the status to show that with.

    Only what was really changed in the form counts; what somebody else changed too is shown with both values.
    """
    ticked = await _ticked(conn, row)
    titles = ", ".join(one.title for one in ticked)
    changed = changed_since(form, _form(row, ticked), FIELDS[part], {"sessions": titles})
    status = 409 if form.wrong else 422
    return forms.change(form, changed, needed), status


def decision_mark(row: RegistrationRow) -> str:
    """What somebody saw who decides."""
    return mark(_seen(row), SEEN)


def require_as_seen(form: Form, row: RegistrationRow) -> None:
    """Raise ChangedMeanwhile where a decision was made about something else; a form without a mark is taken at its word."""
    if form.text(MARK) not in ("", decision_mark(row)):
        raise ChangedMeanwhile


def _seen(row: RegistrationRow) -> Form:
    return Form({"name": [row.name], "email": [row.email], "state": [row.state]})


def _form(row: RegistrationRow, ticked: list[SessionRow]) -> Form:
    filled = forms.of_registration(row)
    filled.put("email", _seen(row))
    filled.put("sessions", Form({"sessions": [str(one.id) for one in ticked]}))
    return filled


async def _ticked(conn: Connection, row: RegistrationRow) -> list[SessionRow]:
    """The sessions that the form shows as chosen."""
    chosen = {one.session_id: one.placed for one in await queries.choices(conn, [row.id])}
    own = [session_id for session_id, placed in chosen.items() if placed]
    groups = forms.groups(
        await convenings.sessions(conn, row.convening_id), [str(one) for one in chosen], own=own, waits=not row.seated
    )
    return [option.session for group in groups for option in group.options if option.chosen]
