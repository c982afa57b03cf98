"""One plain status for each sign-up, as its school reads it: one of the five marks and a few words. Pure."""

from collections.abc import Mapping

from msgspec import Struct

from service.consents.rules import SIGNED
from service.consents.standing import MISSING
from service.consents.views import Signup


class Plain(Struct, frozen=True):
    """The class of the mark, and its words."""

    mark: str
    words: str


WITHDRAWN = Plain("shut", "Withdrawn by the school")
REFUSED = Plain("shut", "The family said no")
GUARDIAN: Mapping[str, Plain] = {
    "draft": Plain("", "Form not sent"),
    "asked": Plain("part", "Form is out"),
    "opened": Plain("part", "Form was opened"),
    "signed_unverified": Plain("act", "Call to confirm"),
    "refused": REFUSED,
    "on_hold_objection": Plain("act", "On hold"),
    "expired": Plain("shut", "No answer in time"),
    "withdrawn": Plain("shut", "The family took the yes back"),
    "superseded": Plain("part", "New form is out"),
}
STUDENT: Mapping[str, Plain] = {
    "not_asked": Plain("part", "Student not asked yet"),
    "asked": Plain("part", "Student is asked"),
    "no": Plain("shut", "Not participating"),
    "talk_first": Plain("act", "Student wants to talk"),
}


def plain(signup: Signup, *, withdrawn: bool) -> Plain:
    """How a sign-up stands; `withdrawn` by the school."""
    if withdrawn:
        return WITHDRAWN
    if signup.cleared:
        return Plain("yes", "Ready" if signup.seated else "Ready, waits for a place")
    if signup.guardian not in SIGNED:
        return GUARDIAN[signup.guardian]
    if MISSING["refused"] in signup.missing:
        return REFUSED
    return STUDENT.get(signup.student, Plain("part", "One more thing is missing"))
