"""A plan follows from its seed."""

from collections import Counter

from benchmarks.chaos.plan import KINDS, Plan, blows, faults
from benchmarks.smtp_faults import DROP, SILENT


def test_the_same_seed_plans_the_same_kills_and_another_seed_others() -> None:
    assert blows(7, 300, 5, KINDS) == blows(7, 300, 5, KINDS)
    assert blows(7, 300, 5, KINDS) != blows(8, 300, 5, KINDS)


def test_five_minutes_kill_each_kind_about_equally_often_and_leave_the_end_alone() -> None:
    planned = blows(7, 300, 5, KINDS)
    counts = Counter(one.kind for one in planned)
    assert set(counts) == set(KINDS)
    assert max(counts.values()) - min(counts.values()) <= 1
    assert [one.at for one in planned] == sorted(one.at for one in planned)
    assert (planned[0].at, planned[-1].at < 294) == (5.0, True)


def test_only_what_was_asked_for_is_killed() -> None:
    assert {one.kind for one in blows(7, 60, 2, ("smtp", "web"))} == {"smtp", "web"}


def test_faults_follow_from_seed_and_start_and_none_of_them_is_a_lie() -> None:
    before, after = faults(7, 1), faults(7, 2)
    rcpt = [before("rcpt", count) for count in range(1, 2001)]
    done = [before("done", count) for count in range(1, 2001)]
    assert rcpt == [faults(7, 1)("rcpt", count) for count in range(1, 2001)]
    assert rcpt != [after("rcpt", count) for count in range(1, 2001)]
    assert set(rcpt) == {"", "451 4.3.2 try later", DROP, SILENT}
    assert set(done) == {"", DROP, SILENT}, "what is kept is never refused"
    assert rcpt.count("") > 1800


def test_half_of_each_hundred_have_a_seat() -> None:
    plan = Plan(seed=1, seconds=1.0, messages=230, blows=())
    assert plan.capacities == [50, 50, 15]
