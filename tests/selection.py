"""Which tests `make test-fast` leaves to `make test`, besides those that say so themselves.

What stays: every rule that needs no database, wherever it stands, and what the core does with one: access, members,
convenings, registrations, consents, the door, the API, deliveries and the workers.
"""

import pytest

FOLDERS = frozenset(
    (
        *("backups", "benchmarks", "bulk", "coaching", "documents", "exchange", "home", "imports", "keeping", "local"),
        *("materials", "merging", "pages", "panels", "schema", "surveys", "web"),
    )
)
"""Where only what asks for no database is quick enough; what they hold stands on the core, or is a page of it."""
FILES = frozenset(
    f"{name}.py"
    for name in (
        *(f"access/test_{one}" for one in ("rights", "head", "disclosed", "threats", "audit", "api_rights", "sessions")),
        *("access/test_limits", "api/test_acts", "attendance/test_certificates", "attendance/test_golden"),
        *(f"consents/test_{one}" for one in ("consent_machine", "student_questions", "sixteen", "clearance", "closing")),
        *(f"consents/test_{one}" for one in ("family_hostile", "family_pages", "family_day", "ages")),
        *("deliveries/test_opting_out", "members/test_carried_needs", "test_logs", "test_size", "test_sql"),
        *(f"documents/test_{one}" for one in ("day_sheets", "survey_report", "signed_form")),
        *(f"local/test_{one}" for one in ("demo", "demo_students")),
        *(f"surveys/test_{one}" for one in ("told_to_nobody", "answering", "odd_moments", "clock")),
        *(f"web/test_{one}" for one in ("bodies", "security", "errors", "access")),
        *(f"workers/test_{one}" for one in ("family_clock", "resend", "statements", "waiting")),
    )
)
"""Files whose tests are many, or long."""


def left_to_the_whole(item: pytest.Item) -> bool:
    """Whether the test is in none but the whole run."""
    name = item.path.relative_to(item.config.rootpath / "tests").as_posix()
    asks = "servers" in getattr(item, "fixturenames", ())
    return name in FILES or (asks and name.partition("/")[0] in FOLDERS)
