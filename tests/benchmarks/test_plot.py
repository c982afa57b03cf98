"""Pictures of costs: well-formed, named, and with every value said in words."""

import xml.etree.ElementTree as ET

from benchmarks.plot import Series, drawn

SVG = "{http://www.w3.org/2000/svg}"
PICTURE = drawn(
    "Cost & size",
    "people",
    "times",
    (1_000, 10_000, 100_000),
    [Series("a <page>", [1, 1.1, 1.4]), Series("row", [1, 1, 3])],
    limit=1.5,
)


def test_it_is_well_formed_and_says_in_words_what_it_shows() -> None:
    root = ET.fromstring(PICTURE)
    assert root.findtext(f"{SVG}title") == "Cost & size"
    assert root.findtext(f"{SVG}desc") == (
        "times, at 1,000, 10,000, 100,000 people. a <page>: 1.00, 1.10, 1.40; row: 1.00, 1.00, 3.00."
    )


def test_both_axes_are_named_and_every_point_is_there_inside_the_picture() -> None:
    root = ET.fromstring(PICTURE)
    words = [one.text for one in root.iter(f"{SVG}text")]
    assert {"people", "times", "1,000", "10,000", "100,000", "goal: ≤ 1.5"} <= set(words)
    width, height = map(float, root.attrib["viewBox"].split()[2:])
    points = [(float(one.attrib["cx"]), float(one.attrib["cy"])) for one in root.iter(f"{SVG}circle")]
    assert len(points) == 6
    assert all(0 < x < width and 0 < y < height for x, y in points)


def test_more_is_higher_and_ten_times_as_many_is_one_step_to_the_right() -> None:
    root = ET.fromstring(PICTURE)
    (x1, y1), (x2, y2), (x3, y3) = [
        (float(one.attrib["cx"]), float(one.attrib["cy"]))
        for one in root.iter(f"{SVG}circle")
        if one.attrib["class"] == "s0"
    ]
    assert y1 > y2 > y3
    assert abs((x2 - x1) - (x3 - x2)) < 0.2
