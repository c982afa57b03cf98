from datetime import UTC, datetime

import pytest
from icalendar import Calendar
from msgspec.structs import replace

from emails.calendar import calendar
from emails.messages import Gathering, Revision
from emails.samples import SPRING, sample_revision

LINK = "https://plenary.example/mine/abc.1"


def entry(revision: Revision, link: str = LINK) -> bytes:
    return calendar(revision, "Plenary", "convenings@plenary.example", "tamsin.reed@district.example", link)


def starting(zone: str, starts_at: datetime) -> Gathering:
    return replace(SPRING, time_zone=zone, starts_at=starts_at, ends_at=starts_at.replace(day=starts_at.day + 1), agenda=())


def lines(written: bytes) -> list[str]:
    return written.decode().replace("\r\n ", "").split("\r\n")


def test_the_chosen_sessions_stand_in_the_description_on_the_gatherings_wall():
    [event] = Calendar.from_ical(entry(sample_revision(SPRING))).walk("VEVENT")
    assert str(event["DESCRIPTION"]).endswith(
        "Your sessions (Eastern Time)\n\n"
        "Wednesday, March 10\n9:30 to 10:45 a.m.  Opening: promises kept and not kept (Main hall)\n\n"
        "Thursday, March 11\n10:45 a.m. to 12:15 p.m.  Coaching circles (Room 4)\n\n"
        "Friday, March 12\n9:00 to 11:30 a.m.  Commitments and survey\n\n"
        f"Change or cancel: {LINK}"
    )
    assert str(event["URL"]) == LINK


def test_method_comes_before_the_first_component_in_a_cancel_too():
    written = lines(entry(sample_revision(SPRING, sequence=2, method="CANCEL")))
    assert written[:6] == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Plenary//Convenings//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:CANCEL",
        "BEGIN:VTIMEZONE",
    ]
    assert "STATUS:CANCELLED" in written


def test_a_wall_clock_that_comes_twice_is_written_in_utc():
    written = lines(entry(sample_revision(starting("America/New_York", datetime(2027, 11, 7, 6, 30, tzinfo=UTC)))))
    assert "DTSTART:20271107T063000Z" in written
    assert "BEGIN:VTIMEZONE" not in written


@pytest.mark.parametrize("zone", ["UTC", "Etc/UTC", "GMT"])
def test_universal_time_needs_no_zone(zone):
    written = lines(entry(sample_revision(starting(zone, datetime(2027, 6, 7, 6, 30, tzinfo=UTC)))))
    assert "DTSTART:20270607T063000Z" in written
    assert "BEGIN:VTIMEZONE" not in written


def test_names_lose_the_signs_that_clients_show_with_a_caret():
    written = entry(sample_revision(SPRING, name='Quillfeather, Marisela "Mari" ^'))
    assert 'CN="Quillfeather, Marisela “Mari” ˆ"' in written.decode().replace("\r\n ", "")


def test_a_description_too_long_for_outlook_keeps_the_link():
    crowded = replace(SPRING, summary="word, " * 3000, agenda=SPRING.agenda * 60)
    [event] = Calendar.from_ical(entry(sample_revision(crowded))).walk("VEVENT")
    assert len(str(event["DESCRIPTION"])) <= 8000
    assert str(event["DESCRIPTION"]).endswith(LINK)


def test_a_person_without_a_name_is_called_by_their_address():
    assert "CN=tamsin.reed@district.example" in entry(sample_revision(SPRING, name="")).decode().replace("\r\n ", "")
