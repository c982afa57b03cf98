"""Lines of a calendar entry are folded as the library folds them, whatever stands in them."""

from typing import get_args

from hypothesis import example, given
from hypothesis import strategies as some
from icalendar.parser import Contentline

from emails.calendar import attendee_of
from emails.entry_gaps import attendee_line, folded
from emails.messages import Method
from emails.messages.parts import Partstat
from emails.tidy import one_line

SIGNS = some.one_of(some.characters(exclude_characters="\n", exclude_categories=["Cs"]), some.sampled_from("\\^,;é–漢🎓"))

METHODS, ANSWERS = get_args(Method), get_args(Partstat)


@given(some.text(SIGNS, max_size=400))
@example("")
@example("x" * 73 + "\\n")
@example("x" * 74)
@example("x" * 75)
@example("漢" * 25)
@example("\\" * 300)
@example("x" * 71 + "🎓" * 40)
def test_a_line_is_folded_where_the_library_folds_it(line: str) -> None:
    assert folded(line) == Contentline(line).to_ical() + b"\r\n"


@given(some.sampled_from(METHODS), some.sampled_from(ANSWERS), some.text(SIGNS, max_size=120).map(one_line))
@example("REQUEST", "NEEDS-ACTION", "")
@example("REQUEST", "ACCEPTED", 'Quillfeather, Marisela "Mari"; ^: x')
@example("CANCEL", "DECLINED", "somebody")
def test_whom_it_is_for_is_said_as_the_library_says_it(method: Method, partstat: Partstat, name: str) -> None:
    whom = attendee_of(method, partstat, name, "tamsin.reed@district.example")
    line = Contentline.from_parts("ATTENDEE", whom.params, whom)
    assert attendee_line(method, partstat, name, "tamsin.reed@district.example") == line.to_ical() + b"\r\n"
