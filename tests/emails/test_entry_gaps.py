"""Lines of a calendar entry are folded as the library folds them, whatever stands in them."""

from hypothesis import example, given
from hypothesis import strategies as some
from icalendar.parser import Contentline

from emails.entry_gaps import folded

SIGNS = some.one_of(some.characters(exclude_characters="\n", exclude_categories=["Cs"]), some.sampled_from("\\^,;é–漢🎓"))


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
