"""Kinds and refusals of what is kept of students; pure."""

from typing import Literal, TypeAlias

from service.errors import Invalid, Refused

ExportKind: TypeAlias = Literal["roster", "signup_list", "school_list", "attendance", "disclosure_log"]
"""What can be taken along as a file. None is for marketing or for sale (P9)."""
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
