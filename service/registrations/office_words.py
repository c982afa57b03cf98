"""What the console calls the states of registrations, what happened to them, and the mails about them."""

from typing import Protocol

from emails.wording import ordinal
from service.registrations.rules import Source, State
from service.web.state_words import STATE_WORDS

SOURCE_WORDS: dict[Source, str] = {
    "public": "The form on the web",
    "invitation": "A personal invitation",
    "organizer": "An organizer",
    "return": "They gave it back, and took it again",
    "walk_in": "Came to the door",
}
EVENT_WORDS = {
    "registration_held": "Filled in the form; the address was not confirmed yet",
    "registration_repeated": "Filled in the form once more",
    "registration_confirmed": "Got a seat",
    "registration_waitlisted": "Went on the waiting list",
    "registration_offered": "Was offered a seat",
    "registration_declined": "Passed the offer on",
    "registration_withdrawn": "Withdrew, or was withdrawn",
    "calendar_answered": "Their calendar answered yes or perhaps",
    "calendar_doubted": "A calendar said no, and they were asked whether they meant it",
    "calendar_refreshed": "Their calendar asked for its entry again",
    "hold_expired": "The place kept for an unconfirmed address ended",
    "offer_expired": "The offer ran out",
    "registration_changed": "Details or sessions were changed",
    "registration_address_changed": "The mail address was changed",
    "convening_change_reached": "A change of the convening reached them",
    "cancellation_reached": "The cancellation of the convening reached them",
    "reminder_reached": "A reminder was due",
    "person_checked_in": "Came in",
    "person_checked_out": "Left",
    "attendance_corrected": "Attendance was corrected",
    "hours_claimed": "Said how many hours to certify",
    "certificate_due": "A certificate was due",
    "certificate_made": "A certificate was made",
}
NOTE_WORDS = {
    "moved_up": "Moved up the waiting list",
    "handed_over": "The seat went from one colleague to another",
    "withdrawn": "Withdrawn by an organizer",
    "calendar_declined": "Their calendar said that they do not come",
}
_MARKS: dict[State, str] = {"confirmed": "yes", "waitlisted": "part", "offered": "act", "held": ""}


class Standing(Protocol):
    """What of a registration its mark depends on."""

    @property
    def state(self) -> State: ...  # noqa: D102
    @property
    def left_from(self) -> str | None: ...  # noqa: D102
    @property
    def position(self) -> int | None: ...  # noqa: D102


def mark(row: Standing) -> tuple[str, str]:
    """The class of the mark, and its words."""
    words = STATE_WORDS[row.state]
    if row.state == "waitlisted":
        words = f"{ordinal(row.position or 0)} on the list"
    elif row.state == "withdrawn" and row.left_from == "waitlisted":
        words = "Left the list"
    elif row.state == "expired":
        words = "Did not confirm in time" if row.left_from == "held" else "Did not answer in time"
    return _MARKS.get(row.state, "shut"), words
