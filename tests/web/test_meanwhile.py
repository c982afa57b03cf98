"""Two people with one form: neither undoes what the other wrote, and where both wrote one field, both values are shown."""

from service.web.forms import Form
from service.web.meanwhile import MARK, changed_since, mark

NAMES = frozenset({"title", "dietary"})


def _filled(title: str, dietary: str) -> Form:
    return Form({"title": [title], "dietary": [dietary]})


def _sent(form: Form, title: str, dietary: str) -> Form:
    """The form that was shown with these values, sent with those."""
    return Form({"title": [title], "dietary": [dietary], MARK: [mark(form, NAMES)]})


def test_only_what_was_really_changed_counts_and_the_rest_says_what_stands_now() -> None:
    stale = _sent(_filled("Teacher", ""), "Principal", "")
    assert changed_since(stale, _filled("Teacher", "Sesame allergy"), NAMES) == {"title"}
    assert (stale.text("title"), stale.text("dietary"), stale.wrong) == ("Principal", "Sesame allergy", False)


def test_what_somebody_else_emptied_stays_empty() -> None:
    stale = _sent(_filled("Teacher", "vegan"), "Principal", "vegan")
    assert changed_since(stale, _filled("Teacher", ""), NAMES) == {"title"}
    assert (stale.text("dietary"), stale.shown("dietary"), stale.chosen("dietary")) == ("", "", [])


def test_a_field_that_two_people_changed_shows_both_values() -> None:
    stale = _sent(_filled("Teacher", "vegan"), "Principal", "No nuts")
    changed_since(stale, _filled("Dean", "vegan"), NAMES)
    assert (stale.text("title"), stale.text("dietary")) == ("Principal", "No nuts")
    assert stale.errors == {
        "title": "Somebody changed this meanwhile. Now it says: “Dean”. Send it again if yours should stand."
    }
    emptied = _sent(_filled("Teacher", "vegan"), "Principal", "vegan")
    changed_since(emptied, _filled("", "vegan"), NAMES)
    assert "Now it is empty." in emptied.errors["title"]


def test_a_field_that_somebody_emptied_meanwhile_stays_empty() -> None:
    stale = _sent(_filled("Teacher", "vegan"), "Principal", "vegan")
    assert changed_since(stale, _filled("Teacher", ""), NAMES) == {"title"}
    assert (stale.text("dietary"), stale.wrong) == ("", False)


def test_sending_again_after_having_seen_it_is_meant() -> None:
    now = _filled("Dean", "vegan")
    stale = _sent(_filled("Teacher", "vegan"), "Principal", "vegan")
    changed_since(stale, now, NAMES)
    again = _sent(now, stale.text("title"), stale.text("dietary"))
    assert (changed_since(again, now, NAMES), again.wrong) == ({"title"}, False)


def test_two_people_who_write_the_same_agree() -> None:
    stale = _sent(_filled("Teacher", ""), "Dean", "")
    assert (changed_since(stale, _filled("Dean", ""), NAMES), stale.wrong) == (frozenset(), False)


def test_what_a_browser_makes_of_a_text_is_no_change() -> None:
    stored = _filled(" Teacher", "One\nTwo\x07")
    sent = _sent(stored, "Teacher ", "One\r\nTwo\r\n")
    assert changed_since(sent, stored, NAMES) == frozenset()


def test_choices_are_one_field_whatever_their_groups_and_order() -> None:
    shown = Form({"sessions": ["b", "a"]})
    sent = Form({"sessions-a": ["a"], "sessions": ["b"], MARK: [mark(shown, {"sessions"})]})
    assert changed_since(sent, Form({"sessions": ["c"]}), {"sessions"}) == frozenset()
    assert sent.chosen("sessions") == ["c"]
    both = Form({"sessions": ["b"], MARK: [mark(shown, {"sessions"})]})
    assert changed_since(both, Form({"sessions": ["c"]}), {"sessions"}, {"sessions": "Art"}) == {"sessions"}
    assert "Now it says: “Art”." in both.errors["sessions"]
    assert both.chosen("sessions") == ["b"]


def test_a_form_without_a_mark_is_taken_at_its_word_and_a_mangled_mark_is_none() -> None:
    for extra in ({}, {MARK: ["nonsense . title"]}):
        sent = Form({"title": ["Dean"], "dietary": [""]} | extra)
        assert (changed_since(sent, _filled("Teacher", "vegan"), NAMES), sent.wrong) == (NAMES, False)
        assert changed_since(sent, _filled("Dean", "vegan"), NAMES) == {"dietary"}


def test_a_mark_tells_no_value() -> None:
    assert "vegan" not in mark(_filled("Teacher", "vegan"), NAMES)
