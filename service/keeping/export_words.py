"""What each file of students has in it and what it is for; the union is closed, and none is for marketing (P9)."""

from collections.abc import Mapping

from service.consents.disclosures import Purpose
from service.keeping.rules import ExportKind

EXPORTS: Mapping[ExportKind, Purpose] = {
    "roster": Purpose(
        ("badge name", "school", "panel", "answers about photos, recording and quotes"), "To run the panels, as a file"
    ),
    "signup_list": Purpose(
        (
            *("name", "grade", "school", "panel", "language", "standing of the form", "standing of the student’s answer"),
            *("seat", "what is missing", "the day to answer by"),
        ),
        "To run the panels, as a file",
    ),
    "school_list": Purpose(
        ("name", "grade", "panel", "standing of the form", "standing of the student’s answer", "what is missing"),
        "For the school’s own records, as a file",
    ),
    "attendance": Purpose(
        ("badge name", "school", "panel", "when they came and went"), "To keep the count of the day, as a file"
    ),
    "disclosure_log": Purpose(("name", "disclosures"), "For the school’s own records, as a file"),
}

EXPORT_WORDS: Mapping[ExportKind, str] = {
    "roster": "Roster: seats only",
    "signup_list": "Sign-up list",
    "school_list": "A school’s own list",
    "attendance": "Students at the door",
    "disclosure_log": "A school’s disclosure log",
}
"""What organizers read."""


def terms(kind: ExportKind) -> str:
    """What each file says about itself (34 CFR 99.33(d))."""
    what = EXPORTS[kind].words.removesuffix(", as a file")
    return (
        f"Student data. {what} only. Do not pass them on to anybody without the family's written consent (34 CFR 99.33)."
        " File number"
    )
