"""The door in numbers, as the live board keeps them fresh."""

from service.attendance.looking import Attendance

Figures = dict[str, str]


def figures(seen: Attendance, *, is_over: bool) -> Figures:
    """By the names of the page's elements; no-shows are counted when the day is over, and before that nobody is one."""
    count = seen.count
    numbers = {
        "arrived": seen.arrived,
        "expected": seen.having("expected"),
        "adults": count.adults,
        "walk_ins": seen.having("walk_in"),
        "no_show": seen.having("no_show"),
        "left_early": seen.having("left_early"),
        "minors": count.minors,
        "students_in": sum(one.signed_in_at is not None for one in seen.students),
        "students": len(seen.students),
        "incidents": len(seen.uncleared),
        "needed": count.needed,
    }
    rooms = {
        f"room.{one.session.id}.{what}": f"{number:,}" for one in seen.rooms for what, number in _room(one.now, one.present)
    }
    rule, mark = ("Kept", "yes") if count.is_kept else (" ".join(count.broken), "act")
    over = {"no_show": f"{numbers['no_show']:,}" if is_over else "–"}
    return {name: f"{number:,}" for name, number in numbers.items()} | rooms | over | {"rule": rule, "rule_mark": mark}


def _room(now: int, present: int) -> tuple[tuple[str, int], tuple[str, int]]:
    return ("now", now), ("present", present)
