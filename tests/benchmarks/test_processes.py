"""Oversold, lost, doubled: each is found where it happens."""

from benchmarks.processes import Broken, Row, reckoned

TWO = [Row("a", True), Row("b", False)]
MAILS = {"a": 1, "b": 1}


def test_everybody_has_one_place_and_one_mail() -> None:
    assert reckoned(TWO, MAILS, promised=2, asked=2, capacity=1) == Broken(0, 0, 0)


def test_a_seat_more_than_there_are_is_oversold() -> None:
    assert reckoned([Row("a", True), Row("b", True)], MAILS, 2, 2, capacity=1) == Broken(1, 0, 0)


def test_a_promise_without_a_row_a_person_without_a_place_and_a_place_without_a_mail_are_lost() -> None:
    assert reckoned(TWO, MAILS, promised=3, asked=2, capacity=1).lost == 1
    assert reckoned(TWO, MAILS, promised=2, asked=3, capacity=1).lost == 1
    assert reckoned(TWO, {"a": 1}, promised=2, asked=2, capacity=1).lost == 1


def test_a_seat_that_stays_empty_while_somebody_waits_is_lost() -> None:
    assert reckoned(TWO, MAILS, promised=2, asked=2, capacity=2).lost == 1
    assert reckoned([Row("a", True), Row("b", True)], MAILS, promised=2, asked=2, capacity=9).lost == 0


def test_a_second_place_and_a_second_mail_are_doubled() -> None:
    assert reckoned([*TWO, Row("b", False)], MAILS, 3, 2, 1).doubled == 1
    assert reckoned(TWO, {"a": 1, "b": 3}, 2, 2, 1).doubled == 2
