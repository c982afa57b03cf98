"""Tests that share something dear, and so run in one process: xdist's own groups do nothing under pytest 9.2."""

from xdist.scheduler import LoadScopeScheduling

GROUPS = ("tests/lists/test_plans.py", "tests/loop/", "tests/surveys/test_adversary.py")
"""A crowd of a hundred thousand, the mail servers of two towns, the answers that somebody wants to see through."""


class Together(LoadScopeScheduling):
    """What stands in a group goes to one process, everything else one by one."""

    def _split_scope(self, nodeid: str) -> str:
        return next((group for group in GROUPS if nodeid.startswith(group)), nodeid)
