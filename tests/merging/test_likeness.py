"""Who may be one person, and who is not."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from msgspec import structs

from service.merging.likeness import Known, candidates
from service.text import folded

CEDAR, SAGE = uuid4(), uuid4()
CAME = datetime(2026, 12, 1, tzinfo=UTC)


def known(name: str, email: str, district: UUID | None = CEDAR) -> Known:
    return Known(uuid4(), name, folded(name), email, district, "", CAME)


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
    found = candidates(one, [other], set())
    assert [pair.why for pair in found] == ([why] if why else [])
    first, second = sorted((one.id, other.id))
    assert candidates(one, [other], {(first, second)}) == []


def test_the_likeliest_come_first_and_each_pair_once() -> None:
    people = [
        known("Wren Okonkwo", "a@a.example"),
        known("Wren Okonkwo", "b@a.example"),
        known("Wren Okonkvo", "c@a.example"),
    ]
    found = candidates(people[2], people[:2], set())
    assert len(found) == len({(pair.one.id, pair.other.id) for pair in found}) == 2
    found = candidates(people[0], [people[2], people[1]], set())
    assert [pair.why for pair in found] == [
        "The same name in the same district",
        "Names that differ little, and the same district or mail domain",
    ]


def test_the_older_entry_is_the_one_that_is_expected_to_stay() -> None:
    newer = known("Wren Okonkwo", "a@a.example")
    older = structs.replace(known("Wren Okonkwo", "b@a.example"), created_at=newer.created_at - timedelta(days=1))
    for me, others in ((newer, [older]), (older, [newer])):
        [pair] = candidates(me, others, set())
        assert (pair.one, pair.other) == (older, newer)
