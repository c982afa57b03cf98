"""What pages and files call the parts of an import."""

from collections.abc import Mapping

from service.imports.rules import Becomes, Kind, State

KINDS: Mapping[Kind, str] = {"people": "People", "schools": "Schools", "districts": "Districts"}
SUBJECTS: Mapping[Kind, str] = {"people": "Mail address", "schools": "Short code", "districts": "Short code"}
COUNTED: Mapping[Kind, tuple[str, str]] = {
    "people": ("person", "people"),
    "schools": ("school", "schools"),
    "districts": ("district", "districts"),
}
STATES: Mapping[State, str] = {
    "arriving": "Coming in",
    "reading": "Is being read",
    "held": "Waits for your word",
    "taking": "Is being taken in",
    "done": "Done",
    "cancelled": "Cancelled",
    "unusable": "Cannot be read",
}
MARKS: Mapping[State, str] = {"held": "act", "done": "yes", "unusable": "shut"}
"""The look of a state's chip; the others have none."""
_WOULD: Mapping[Becomes, str] = {
    "new": "Would be added",
    "changed": "Would be changed",
    "unchanged": "Stays as it is",
    "refused": "Cannot be taken",
}
_DID: Mapping[Becomes, str] = {
    "new": "Added",
    "changed": "Changed",
    "unchanged": "Stays as it is",
    "refused": "Left out",
}
_NOT: Mapping[Becomes, str] = {
    "new": "Not added: cancelled",
    "changed": "Not changed: cancelled",
    "unchanged": "Stays as it is",
    "refused": "Cannot be taken",
}


def becomes(state: State, kind: Becomes, *, passed: bool) -> str:
    """What becomes of a row, or became of it; `passed`: its import came so far."""
    if state == "done" or (passed and state in ("taking", "cancelled")):
        return _DID[kind]
    return _NOT[kind] if state == "cancelled" else _WOULD[kind]
