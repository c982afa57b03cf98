"""`python -m service.keeping`: the policy as docs/retention.md shows it, with the periods of an unchanged installation."""

from service.keeping.periods import Periods
from service.keeping.policy import POLICY
from service.keeping.policy_pages import how_long_in_words
from service.keeping.staying import STAYS

SETTINGS = ("day_facts", "topics", "unsigned", "forms", "answers", "needs", "attendance", "audit")
"""Kinds whose period is a setting."""


def in_markdown() -> str:
    """Two tables: what goes, and what stays and why."""
    lines = ["| what | how long | setting | where |", "| --- | --- | --- | --- |"]
    for line in POLICY:
        setting = f"`PLENARY_KEEP_{line.kind.upper()}_DAYS`" if line.kind in SETTINGS else ""
        where = ", ".join(f"`{place}`" for place in line.tables)
        lines.append(f"| {line.what} | {how_long_in_words(line, Periods())} | {setting} | {line.how}: {where} |")
    lines += ["", "| stays | why |", "| --- | --- |"]
    lines += [f"| `{table}` | {why} |" for table, why in sorted(STAYS.items())]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(in_markdown(), end="")  # noqa: T201 - this is what goes into the page
