"""What pages stand on: seats that are all drawn, forms that lose nothing, templates that are whole."""

from math import dist

import pytest
from jinja2 import nodes

from service.errors import Invalid, Refused
from service.registrations import forms
from service.settings import Settings
from service.web import seats
from service.web.forms import Form, FormUnreadable, read
from service.web.templating import FOLDERS, environment, many


@pytest.mark.parametrize("capacity", [1, 2, 3, 5, 8, 13, 21, 50, 80, 137, 200, 333, 400])
def test_every_seat_is_drawn_once_inside_the_picture_and_touches_no_other(capacity: int) -> None:
    room = seats.arrange(capacity)
    assert len(set(room.seats)) == len(room.seats) == capacity
    assert all(seat.x - room.radius >= 0 and seat.x + room.radius <= 508 for seat in room.seats)
    assert all(seat.y - room.radius >= 0 and seat.y + room.radius <= 267 for seat in room.seats)
    gaps = [dist((a.x, a.y), (b.x, b.y)) for n, a in enumerate(room.seats) for b in room.seats[:n]]
    assert min(gaps, default=99) > 2 * room.radius


def test_the_taken_seats_come_first_from_one_side_to_the_other() -> None:
    picture = seats.of_convening(80, 40)
    assert picture is not None
    assert (len(picture.taken), len(picture.free), picture.middle) == (40, 40, 40)
    assert max(seat.x for seat in picture.taken) <= min(seat.x for seat in picture.free)


def test_ones_own_seat_is_among_the_taken() -> None:
    picture = seats.of_one(80, 71, own=7**30)
    assert picture is not None
    assert picture.own not in (*picture.taken, *picture.free, None)
    assert (len(picture.taken), len(picture.free)) == (70, 9)


@pytest.mark.parametrize("capacity", [0, 401, 100_000])
def test_what_cannot_be_drawn_is_left_to_words(capacity: int) -> None:
    assert seats.of_convening(capacity, 0) is None
    assert seats.of_one(capacity, min(capacity, 1), 5) is None


@pytest.mark.parametrize(("waiting", "position", "drawn"), [(6, 4, True), (14, 14, True), (15, 1, False), (3, 4, False)])
def test_a_short_queue_is_drawn_and_a_long_one_is_not(waiting: int, position: int, drawn: bool) -> None:
    picture = seats.of_waiting(10, 10, waiting, position)
    assert (picture is not None) == drawn
    if picture:
        assert len(picture.waiting) == waiting - 1
        assert picture.you not in (*picture.waiting, None)


def test_a_form_keeps_what_was_typed_and_shows_no_control_characters() -> None:
    form = read(b"name=Wr%00en%0D%0A+O&sessions=a&sessions-1=b&sessions-2=&empty=")
    assert form.text("name") == "Wr\x00en\n O"
    assert form.shown("name") == "Wren\n O"
    assert form.chosen("sessions") == ["a", "b"]
    assert (form.text("empty"), form.text("absent")) == ("", "")


@pytest.mark.parametrize("body", [b"a=%ff", b"\xff", b"a=1&" * 201])
def test_a_body_that_is_no_form_is_refused(body: bytes) -> None:
    with pytest.raises(FormUnreadable):
        read(body)


def test_a_refusal_stands_at_its_field_or_above_the_form() -> None:
    form = Form()
    form.refuse(Invalid("Full.", pointer="/sessions/2"))
    form.refuse(Refused("Closed."))
    assert (form.errors, form.notice, form.wrong) == ({"sessions": "Full."}, "Closed.", True)


def test_all_wrong_fields_are_named_in_the_order_of_the_form() -> None:
    form = Form({"email": ["x"], "title": ["a\nb"], "access_needs": ["\x07"], "sessions": ["x"]})
    assert forms.wanted(form) is None
    assert list(form.errors) == ["name", "email", "title", "access_needs", "sessions"]


def test_templates_have_different_names_and_compile(settings: Settings) -> None:
    names = [path.name for folder in FOLDERS for path in folder.iterdir()]
    assert len(names) == len(set(names))
    made = environment(settings)
    for name in names:
        source, *_ = made.loader.get_source(made, name) if made.loader else ("",)
        tree = made.parse(source)
        assert not any(
            found.name == "safe" and not isinstance(found.node, nodes.Const) for found in tree.find_all(nodes.Filter)
        ), name
        made.compile(tree)


def test_numbers_carry_what_they_count() -> None:
    assert [many(number, "seat", "seats") for number in (0, 1, 1200)] == ["0 seats", "1 seat", "1,200 seats"]
