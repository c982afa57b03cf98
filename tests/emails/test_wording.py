from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from emails.changes import changes_between
from emails.messages import AgendaItem, Change
from emails.samples import MOVED, SPRING
from emails.tidy import one_line, paragraphs, shortened, tidied
from emails.wording import clock, day_and_time, moment, ordinal, phone_link, readers_time, span, zone_name

NEW_YORK, BERLIN = "America/New_York", "Europe/Berlin"
MORNING = datetime(2027, 3, 10, 13, 30, tzinfo=UTC)


def test_a_span_says_the_day_once_and_the_half_of_the_day_once():
    assert (
        span(MORNING, datetime(2027, 3, 12, 17, tzinfo=UTC), NEW_YORK)
        == "Wednesday, March 10, 8:30 a.m. to Friday, March 12, noon"
    )
    assert (
        span(MORNING, MORNING + timedelta(hours=2), NEW_YORK, with_year=True)
        == "Wednesday, March 10, 2027, 8:30 to 10:30 a.m."
    )
    assert span(MORNING, MORNING + timedelta(hours=5), NEW_YORK) == "Wednesday, March 10, 8:30 a.m. to 1:30 p.m."
    assert span(MORNING, MORNING + timedelta(hours=3.5), NEW_YORK) == "Wednesday, March 10, 8:30 a.m. to noon"


def test_a_span_over_new_year_says_both_years():
    start = datetime(2026, 12, 31, 17, tzinfo=UTC)
    assert (
        span(start, start + timedelta(days=1), NEW_YORK)
        == "Thursday, December 31, 2026, noon to Friday, January 1, 2027, noon"
    )


def test_midnight_belongs_to_the_day_it_opens():
    assert day_and_time(datetime(2027, 3, 13, 5, tzinfo=UTC), NEW_YORK) == "Saturday, March 13, 12:00 a.m."
    assert clock(datetime(2027, 3, 13, 6, 5, tzinfo=UTC), NEW_YORK) == "1:05 a.m."


def test_the_reader_is_told_their_time_only_where_the_wall_differs():
    assert readers_time(MORNING, NEW_YORK, "America/Los_Angeles") == "5:30 a.m. Pacific Time"
    assert readers_time(MORNING, NEW_YORK, "Asia/Tokyo") == "10:30 p.m. Tokyo time"
    assert readers_time(MORNING, NEW_YORK, "Pacific/Auckland") == "Thursday, March 11, 2:30 a.m. Auckland time"
    assert readers_time(MORNING, NEW_YORK, "America/Detroit") == ""
    assert readers_time(MORNING, NEW_YORK, "") == ""
    assert moment(MORNING, NEW_YORK, BERLIN) == "Wednesday, March 10, 8:30 a.m. Eastern Time (2:30 p.m. Berlin time for you)"


@pytest.mark.parametrize(
    ("zone", "name"),
    [
        (NEW_YORK, "Eastern Time"),
        ("America/Phoenix", "Arizona Time"),
        ("America/Indiana/Knox", "Central Time"),
        ("Pacific/Honolulu", "Hawaii Time"),
        (BERLIN, "Berlin time"),
        ("America/Argentina/Buenos_Aires", "Buenos Aires time"),
        ("Etc/GMT+5", "UTC−5"),
        ("Asia/Kolkata", "Kolkata time"),
        ("UTC", "UTC"),
    ],
)
def test_a_zone_is_called_as_people_call_it(zone, name):
    assert zone_name(zone, MORNING) == name


def test_ordinals_and_telephone_links():
    assert [ordinal(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 112, 1203)] == [
        "1st",
        "2nd",
        "3rd",
        "4th",
        "11th",
        "12th",
        "13th",
        "21st",
        "112th",
        "1,203rd",
    ]
    assert phone_link("+1 (202) 555-0142") == "tel:+12025550142"


def test_the_same_gathering_has_no_changes():
    assert changes_between(SPRING, SPRING) == ()


def test_changes_are_told_in_words():
    assert changes_between(SPRING, MOVED) == (
        Change("Starts", "Wednesday, March 10, 8:30 a.m.", "Wednesday, March 10, 9:30 a.m."),
        Change(
            "Place",
            "Lantern Hall Conference House, 200 Sample Street NW, Washington, DC",
            "Orchard Library, 12 Example Avenue SE, Washington, DC",
        ),
        Change(
            "Your sessions",
            "Coaching circles, Thursday, March 11, 10:45 a.m. to 12:15 p.m., Room 4",
            "Coaching circles, Thursday, March 11, 10:45 a.m. to 12:15 p.m., Room 7",
        ),
    )


def test_another_zone_changes_the_wall_and_another_year_is_named():
    after = replace(SPRING, time_zone="America/Chicago")
    assert changes_between(replace(SPRING, agenda=()), replace(after, agenda=())) == (
        Change("Starts", "Wednesday, March 10, 8:30 a.m. Eastern Time", "Wednesday, March 10, 7:30 a.m. Central Time"),
        Change("Ends", "Friday, March 12, noon Eastern Time", "Friday, March 12, 11:00 a.m. Central Time"),
        Change("Time zone", "Eastern Time", "Central Time"),
    )
    [change] = changes_between(SPRING, replace(SPRING, ends_at=datetime(2028, 3, 10, 17, tzinfo=UTC)))
    assert change == Change("Ends", "Friday, March 12, 2027, noon", "Friday, March 10, 2028, noon")


def test_a_zone_alias_with_the_same_name_is_told_by_its_own():
    [change] = changes_between(SPRING, replace(SPRING, time_zone="America/Detroit"))
    assert change == Change("Time zone", "America/New_York", "America/Detroit")


def test_sessions_that_come_and_go_are_told_one_by_one():
    extra = AgendaItem("Evening walk", MORNING + timedelta(hours=10), MORNING + timedelta(hours=11))
    after = replace(SPRING, agenda=(*SPRING.agenda[:2], extra))
    assert changes_between(SPRING, after) == (
        Change("Your sessions", "Commitments and survey, Friday, March 12, 9:00 to 11:30 a.m.", "no longer on your agenda"),
        Change("Your sessions", "", "Evening walk, Wednesday, March 10, 6:30 to 7:30 p.m."),
    )


def test_a_new_description_and_a_moved_pin_are_told_without_their_contents():
    after = replace(SPRING, summary="Something else", latitude=38.9)
    assert [(change.what, change.before) for change in changes_between(SPRING, after)] == [("Map", ""), ("Description", "")]


def test_text_that_people_typed_is_made_safe_and_stays_so():
    typed = "a\tb\r\nBcc: x@y.z {{ 7 }} =?utf-8?q?x?= <b>hi</b> 3 < 5 \\n \u202eabc\x00\ud800"
    clean = one_line(typed)
    assert clean == "a b Bcc: x@y.z { { 7 } } = ?utf-8?q?x?= ‹b›hi‹/b› 3 < 5 ⧵n abc"
    assert one_line(clean) == clean
    assert paragraphs("one\r\ntwo\n\n\n\nthree ", 100) == "one\ntwo\n\nthree"
    assert shortened("abcdef", 4) == "abc…"
    assert tidied(replace(SPRING, title="\r\n")).title == "Untitled"
