"""What the students of a convening ask of a person; pure."""

from collections.abc import Callable, Iterable, Sequence

from emails import wording
from service.consents import board_rules
from service.home.seen import Seen, Thing
from service.web.templating import many


def who_needs_a_person(seen: Seen) -> Iterable[Thing]:
    """Signatures to confirm, objections, talks, and families that are silent."""
    found = seen.students
    if found is None or not seen.coming_up:
        return
    dates = board_rules.calendar(seen.row.starts_at, seen.row.time_zone, seen.now)
    counts = {
        many(found.objections, "objection", "objections"): found.objections,
        many(found.talks, "student wants", "students want") + " to talk first": found.talks,
        many(found.unverified, "signature", "signatures") + " to confirm": found.unverified,
        many(found.interpreters, "family wants", "families want") + " an interpreter": found.interpreters,
        many(found.silent, "family", "families") + " to call": found.silent if seen.now >= dates.call_from else 0,
    }
    if count := sum(counts.values()):
        title = f"{many(count, 'student needs', 'students need')} a person"
        words = ", ".join(said for said, number in counts.items() if number) + "."
        yield Thing(title, words, f"{seen.path}/students?standing=calls", "See who must act")


def unreached(seen: Seen) -> Iterable[Thing]:
    """The mail of a family comes back, and nothing else leads to it but the school."""
    if seen.students and seen.students.unreached and seen.coming_up:
        title = f"We cannot reach {many(seen.students.unreached, 'family', 'families')}"
        words = "Their mail comes back and they gave no telephone. Ask the school for another way, or print the form."
        yield Thing(title, words, f"{seen.path}/students", "See the students")


def unmade_copies(seen: Seen) -> Iterable[Thing]:
    """Signed forms that have no PDF, though we tried for minutes."""
    if found := seen.unmade:
        title = f"{many(found.copies, 'signed form has', 'signed forms have')} no PDF"
        words = "We tried and gave up. The signature stands, and the family’s page shows their copy."
        yield Thing(title, words, f"/office/signups/{found.signup_id}", "Try again")


def families_ask(seen: Seen) -> Iterable[Thing]:
    """Requests with a right to an answer within 45 days; over or not, they are open until somebody answers."""
    if seen.asked is not None:
        title = f"{many(seen.asked.open, 'family waits', 'families wait')} for an answer"
        late = "It is late. " if seen.asked.due_at <= seen.now else ""
        words = f"{late}The first has a right to it by {wording.day(seen.asked.due_at, seen.row.time_zone)}."
        yield Thing(title, words, f"{seen.path}/requests", "See what they ask")


def must_come_down(seen: Seen) -> Iterable[Thing]:
    """A yes was taken back, and something published has the student in it."""
    if seen.take_downs:
        title = f"{many(seen.take_downs, 'published thing', 'published things')} must come down"
        words = "A photo, recording or quote has a student in it who does not allow it any more."
        yield Thing(title, words, f"{seen.path}/media", "See what")


def here_uncleared(seen: Seen) -> Iterable[Thing]:
    """A minor stands in the house who may not be checked in."""
    if seen.uncleared:
        title = f"{many(seen.uncleared, 'minor is', 'minors are')} in the house and not cleared"
        words = "They count as here until somebody signs them out. The safety lead was told."
        yield Thing(title, words, f"/door/convenings/{seen.row.id}", "See the live board")


THINGS: Sequence[Callable[[Seen], Iterable[Thing]]] = (
    here_uncleared,
    must_come_down,
    families_ask,
    who_needs_a_person,
    unreached,
    unmade_copies,
)
"""In the order of the page."""
