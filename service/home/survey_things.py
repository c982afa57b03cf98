"""What the surveys of a convening ask of a person; pure."""

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta

from emails import wording
from service.home.seen import Seen, Thing
from service.surveys.clock import PROMISED
from service.web.templating import many

REMIND_FROM = timedelta(days=7)


def stuck(seen: Seen) -> Iterable[Thing]:
    """Its time to close has passed: the key is not where it must be, or no worker runs."""
    if seen.surveys is not None and seen.surveys.stuck:
        title = f"{many(seen.surveys.stuck, 'survey', 'surveys')} could not be closed"
        words = "Its key is not in the folder of keys, or no worker has the folder. Without it nobody can read the answers."
        yield Thing(title, words, f"{seen.path}/surveys", "See which")


def texts_to_agree(seen: Seen) -> Iterable[Thing]:
    """What a student wrote is shown when two people have read it."""
    if seen.surveys is not None and seen.surveys.to_agree:
        title = f"{many(seen.surveys.to_agree, 'text of a student waits', 'texts of students wait')} for a second reader"
        words = "Somebody took names out. It is shown when a second person agrees."
        yield Thing(title, words, f"{seen.path}/surveys", "See the surveys")


def students_wait(seen: Seen) -> Iterable[Thing]:
    """Students were promised to hear what adults did with what they said."""
    by = seen.row.ends_at + PROMISED
    if seen.surveys is not None and seen.surveys.owes_answer and seen.now >= seen.row.ends_at + REMIND_FROM:
        late = "It is late. " if seen.now > by else ""
        words = f"{late}They were promised an answer by {wording.day(by, seen.row.time_zone)}."
        yield Thing("Students wait to hear what adults did", words, f"{seen.path}/report-back", "Write it")


THINGS: Sequence[Callable[[Seen], Iterable[Thing]]] = (stuck, students_wait, texts_to_agree)
"""In the order of the page."""
