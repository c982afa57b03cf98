"""What an organizer wants to say instead of the scans, read from the form. Pure."""

from collections.abc import Sequence
from uuid import UUID

from msgspec import Struct

from service.attendance.looking import PRIVATE
from service.convenings.queries import SessionRow
from service.web.forms import Form

HOUSE = "house"
LONGEST = 500


class Wanted(Struct, frozen=True):
    """Of the house: 1 minute is that they came, 0 that they did not."""

    session_id: UUID | None
    minutes: int
    reason: str


def of_form(form: Form, agenda: Sequence[SessionRow]) -> Wanted | None:
    """None where something is missing; the form says what."""
    rooms = {str(session.id): session for session in agenda if session.kind != PRIVATE}
    what, typed, reason = form.text("what"), form.text("minutes").strip(), form.text("reason").strip()
    came = form.text("came")
    if what not in (HOUSE, *rooms):
        form.errors["what"] = "Choose what you correct: whether they came, or one session."
    if what == HOUSE and came not in ("yes", "no"):
        form.errors["came"] = "Say whether they came."
    if what in rooms and not (typed.isdecimal() and len(typed) < 5 and int(typed) <= 1440):
        form.errors["minutes"] = "Write how many minutes they were there, as a number. 0: they were not there."
    if not reason:
        form.errors["reason"] = "Write why. Whoever asks later reads it here."
    elif len(reason) > LONGEST:
        form.errors["reason"] = f"Write at most {LONGEST} characters."
    if form.errors:
        return None
    if what == HOUSE:
        return Wanted(None, 1 if came == "yes" else 0, reason)
    return Wanted(rooms[what].id, int(typed), reason)
