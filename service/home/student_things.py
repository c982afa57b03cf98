"""What the students of a convening ask of a person; pure."""

from collections.abc import Callable, Iterable, Sequence

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
        many(found.silent, "family", "families") + " to call": found.silent if seen.now >= dates.call_from else 0,
    }
    if count := sum(counts.values()):
        title = f"{many(count, 'student needs', 'students need')} a person"
        words = ", ".join(said for said, number in counts.items() if number) + "."
        yield Thing(title, words, f"{seen.path}/students?standing=calls", "See who must act")


def unmade_copies(seen: Seen) -> Iterable[Thing]:
    """Signed forms that have no PDF, though we tried for minutes."""
    if found := seen.unmade:
        title = f"{many(found.copies, 'signed form has', 'signed forms have')} no PDF"
        words = "We tried and gave up. The signature stands, and the family’s page shows their copy."
        yield Thing(title, words, f"/office/signups/{found.signup_id}", "Try again")


THINGS: Sequence[Callable[[Seen], Iterable[Thing]]] = (who_needs_a_person, unmade_copies)
"""In the order of the page."""
