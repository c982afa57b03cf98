"""The one list of words for how a sign-up stands, wherever a school or an organizer reads it. Pure."""

from collections.abc import Mapping

from msgspec import Struct

from service.consents.rules import SIGNED, Status, StudentStatus
from service.consents.standing import MISSING
from service.consents.views import Signup


class Mark(Struct, frozen=True):
    """The class of a mark, and its words."""

    kind: str
    words: str


GUARDIAN: Mapping[Status, Mark] = {
    "draft": Mark("", "Form not sent"),
    "asked": Mark("part", "Form is out"),
    "opened": Mark("part", "Form was opened"),
    "signed_unverified": Mark("act", "Call to confirm"),
    "signed": Mark("yes", "Signed"),
    "signed_paper": Mark("yes", "Signed on paper"),
    "refused": Mark("shut", "Said no"),
    "on_hold_objection": Mark("act", "On hold"),
    "expired": Mark("shut", "No answer in time"),
    "withdrawn": Mark("shut", "Taken back"),
    "superseded": Mark("part", "New form is out"),
}
"""Of who signs: a guardian, or a student who signs for themselves."""
STUDENT: Mapping[StudentStatus, Mark] = {
    "not_asked": Mark("", "Not asked"),
    "asked": Mark("part", "Asked"),
    "yes": Mark("yes", "Yes"),
    "no": Mark("shut", "Not participating"),
    "talk_first": Mark("act", "Wants to talk"),
}
LAPSED = Mark("shut", "Not complete at the lock")
OFF_THE_LIST = Mark("shut", "Withdrawn by the school")


def guardian_mark(signup: Signup, *, withdrawn: bool) -> Mark:
    """Where the signature stands; a signed no to the panel is a no. `withdrawn` by the school."""
    if withdrawn:
        return OFF_THE_LIST
    if signup.guardian not in SIGNED:
        return GUARDIAN[signup.guardian]
    if MISSING["refused"] in signup.missing:
        return GUARDIAN["refused"]
    mark = GUARDIAN[signup.guardian]
    return Mark(mark.kind, f"{mark.words}, of age") if signup.signs_for_self else mark


def sum_mark(signup: Signup, *, withdrawn: bool) -> Mark:
    """Both sides in one mark: ready, or what stands in the way first."""
    if signup.cleared and not withdrawn:
        return Mark("yes", "Ready" if signup.seated else "Ready, waits for a place")
    signed = guardian_mark(signup, withdrawn=withdrawn)
    if signup.lapsed and signed.kind != "shut":
        return LAPSED
    if signed.kind != "yes":
        return signed
    if signup.student == "yes":
        return Mark("part", "One more thing is missing")
    own = STUDENT[signup.student]
    return own if signup.student == "no" else Mark(own.kind or "part", f"Student: {own.words.lower()}")
