"""Kinds and refusals of what is kept of students; pure."""

from collections.abc import Mapping
from typing import Literal, TypeAlias

from service.consents.disclosures import Purpose
from service.errors import Invalid, Refused

ExportKind: TypeAlias = Literal["roster", "signup_list", "school_list", "disclosure_log"]
"""What can be taken along as a file. None is for marketing or for sale (P9)."""
EXPORTS: Mapping[ExportKind, Purpose] = {
    "roster": Purpose(
        ("badge name", "school", "panel", "answers about photos, recording and quotes"), "To run the panels, as a file"
    ),
    "signup_list": Purpose(
        ("name", "grade", "school", "panel", "language", "standing of the form", "standing of the student’s answer"),
        "To run the panels, as a file",
    ),
    "school_list": Purpose(
        ("name", "grade", "school", "panel", "language", "standing of the form", "standing of the student’s answer"),
        "For the school’s own records, as a file",
    ),
    "disclosure_log": Purpose(("name", "disclosures"), "For the school’s own records, as a file"),
}
OrderedBy: TypeAlias = Literal["family", "school", "organizer", "retention"]
RequestKind: TypeAlias = Literal["everything", "correction", "erasure"]


class OnHold(Refused):
    """A legal hold is on: nothing of these students may be deleted until it ends. Ask whoever organizes."""

    code = "legal-hold"


class NotTyped(Invalid):
    """Type the name exactly as it stands above. Nothing was deleted."""

    code = "not-typed"


class NothingToDelete(Refused):
    """There is no student left whose data could be deleted."""

    code = "nothing-to-delete"


class HoldRuns(Refused):
    """There is a hold already. End it first to give another reason."""

    code = "hold-runs"


def terms(kind: ExportKind) -> str:
    """What each file says about itself (34 CFR 99.33(d))."""
    what = EXPORTS[kind].words.removesuffix(", as a file")
    return (
        f"Student data. {what} only. Do not pass them on to anybody without the family's written consent (34 CFR 99.33)."
        " File number"
    )
