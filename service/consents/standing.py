"""One plain status for each sign-up, and what is missing: pure, and the same words wherever it is shown."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from service.consents.rules import OPEN, SIGNED, Signer, Status, StudentStatus


class SignerStanding(Struct, frozen=True):
    """How one signer's answer stands; `joins` is their answer to "may join the panel"."""

    signer: Signer
    state: Status
    joins: bool | None
    valid_until: datetime | None = None


class Standing(Struct, frozen=True):
    """The sum: cleared or not, and why not, in sentences."""

    guardian: Status
    student: StudentStatus
    cleared: bool
    missing: tuple[str, ...]


MISSING: dict[str, str] = {
    "draft": "The form was not sent yet.",
    "asked": "The form is out and was not opened.",
    "opened": "The form was opened and is not signed.",
    "signed_unverified": "The form is signed on a slip. The school calls the guardian to confirm it.",
    "refused": "The answer is no.",
    "on_hold_objection": "A guardian objects. The district decides.",
    "expired": "Nobody answered in time.",
    "withdrawn": "The yes was taken back.",
    "superseded": "The form has changed, so it asks once more.",
}
LAPSED = "The roster was locked before everything was there. On site a guardian can sign on paper, in person."
MISSING_STUDENT: dict[str, str] = {
    "not_asked": "The student was not asked.",
    "asked": "The student has not answered.",
    "no": "The student does not take part.",
    "talk_first": "The student wants to talk with somebody first.",
}
WORST_FIRST: tuple[Status, ...] = (
    "on_hold_objection",
    "withdrawn",
    "refused",
    "expired",
    "superseded",
    "draft",
    "asked",
    "opened",
    "signed_unverified",
    "signed",
    "signed_paper",
)


MAY_STAY_SILENT: frozenset[str] = frozenset({*OPEN, "expired"})
"""What of a second guardian stands in nobody's way, where one signature is enough."""


def stand(
    signers: Sequence[SignerStanding],
    student: StudentStatus,
    now: datetime,
    *,
    needed: int = 1,
    signs_for_self: bool = False,
    withdrawn: bool = False,
    lapsed: bool = False,
) -> Standing:
    """How a sign-up stands at `now`: the database's trigger decides the same, but for the clock."""
    asked = [one for one in signers if (one.signer == "student") == signs_for_self]
    objects = any(one.state == "on_hold_objection" for one in asked)
    counted: list[Status] = [
        one.state for one in asked if one.signer != "second_guardian" or needed > 1 or one.state not in MAY_STAY_SILENT
    ]
    guardian: Status = "on_hold_objection" if objects else _worst(counted)
    if withdrawn:
        return Standing("withdrawn", student, cleared=False, missing=("The school withdrew this student.",))
    missing = list(_of_signers(asked, guardian, needed if not signs_for_self else 1))
    grown = [one for one in asked if one.state in SIGNED and one.valid_until is not None and one.valid_until <= now]
    if grown and not signs_for_self:
        missing.append("The student is of age now, and is asked themselves.")
    if student != "yes":
        missing.append(MISSING_STUDENT[student])
    if lapsed:
        missing.append(LAPSED)
    return Standing(guardian, student, cleared=not missing, missing=tuple(missing))


def _worst(states: Sequence[Status]) -> Status:
    """What stands most in the way; nothing asked is a draft."""
    for state in WORST_FIRST:
        if state in states:
            return state
    return "draft"


def _of_signers(asked: Sequence[SignerStanding], guardian: Status, needed: int) -> list[str]:
    """What is missing of those who sign."""
    yes = [one for one in asked if one.state in SIGNED and one.joins]
    against = [one for one in asked if one.state in ("refused", "withdrawn", "on_hold_objection")]
    if guardian == "on_hold_objection" or against:
        return [MISSING[guardian]]
    if any(one.state in SIGNED and not one.joins for one in asked):
        return [MISSING["refused"]]
    if len(yes) >= needed:
        return []
    if yes:
        return ["A second guardian must sign too."]
    return [MISSING[guardian]]
