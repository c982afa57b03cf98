"""Who may be one person, and who is not."""

from uuid import UUID, uuid4

import pytest

from service.merging import likeness
from service.merging.likeness import Known, candidates
from service.text import folded

CEDAR, SAGE = uuid4(), uuid4()


def known(name: str, email: str, district: UUID | None = CEDAR) -> Known:
    return Known(uuid4(), name, folded(name), email, district, "")


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        (known("Zoë Nuñez", "zoe@a.example"), known("Zoe Nunez", "z.nunez@b.example"), "The same name in the same district"),
        (known("Okonkwo, Wren", "w@a.example"), known("Wren Okonkwo", "x@b.example"), "The same name in the same district"),
        (
            known("Wren Okonkwo", "w.okonkwo@a.example"),
            known("Wren Okonkwo", "wokonkwo+eon@b.example", SAGE),
            "The same name, and the same before the @",
        ),
        (
            known("Wren Okonkwo", "w@a.example"),
            known("Wren Okonkwo", "x@b.example", None),
            "The same name, and no district tells them apart",
        ),
        (
            known("Solveig Lindqvist", "s@a.example"),
            known("Solveig Lindquist", "sl@b.example"),
            "Names that differ little, and the same district or mail domain",
        ),
        (
            known("Solveig Lindqvist", "s@a.example", None),
            known("Solveig Lindquist", "sl@a.example", None),
            "Names that differ little, and the same district or mail domain",
        ),
        (known("Maria Garcia", "m@a.example"), known("Maria Garcia", "mg@b.example", SAGE), None),
        (known("Maria Garcia", "m@a.example"), known("Mario Castro", "mc@b.example"), None),
        (known("Solveig Lindqvist", "s@a.example"), known("Solveig Lindquist", "sl@b.example", SAGE), None),
    ],
)
def test_two_are_alike_for_a_reason(one: Known, other: Known, why: str | None) -> None:
    found = candidates([one, other], set())
    assert [pair.why for pair in found] == ([why] if why else [])
    first, second = sorted((one.id, other.id))
    assert candidates([one, other], {(first, second)}) == []


def test_the_likeliest_come_first_and_each_pair_once() -> None:
    people = [
        known("Wren Okonkwo", "a@a.example"),
        known("Wren Okonkwo", "b@a.example"),
        known("Wren Okonkvo", "c@a.example"),
    ]
    found = candidates(people, set())
    assert len(found) == len({(pair.one.id, pair.other.id) for pair in found}) == 3
    assert found[0].why == "The same name in the same district"


def test_in_a_crowd_a_slip_is_still_found() -> None:
    crowd = [known(f"{'abcdefghij'[n % 10]}{n} {'klmnopqrst'[n % 7]}{n * 977}", f"p{n}@a.example") for n in range(600)]
    pair = [known("Solveig Lindqvist", "s@b.example"), known("Solveig Lindquist", "sl@b.example")]
    found = candidates([*crowd, *pair], set())
    assert {pair[0].id, pair[1].id} in [{one.one.id, one.other.id} for one in found]


def test_among_very_many_only_equal_names_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    slip = [known("Solveig Lindqvist", "s@a.example"), known("Solveig Lindquist", "sl@b.example")]
    equal = [known("Zoë Nuñez", "zoe@a.example"), known("Zoe Nunez", "z.nunez@b.example")]
    assert len(candidates([*slip, *equal], ())) == 2
    monkeypatch.setattr(likeness, "MOST_SPELLED", 3)
    [left] = candidates([*slip, *equal], ())
    assert {left.one.name, left.other.name} == {"Zoë Nuñez", "Zoe Nunez"}
