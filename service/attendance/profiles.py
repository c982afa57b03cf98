"""Under whose name hours are certified, and what must be known before that name may stand there. Pure.

The rules are those of demo/pd_credit_profiles.yaml; a test holds both to the same words. None of them is legal advice.
"""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

from service.errors import Invalid
from service.text import Line

Profile: TypeAlias = Literal["generic_certificate", "wa_clock_hours", "ny_ctle", "iacet_ceu"]
NOT_CREDIT = (
    "This certificate shows attendance. It is not state-approved credit unless a state approval number is printed above."
)
KEEP_IT = "Keep this record for seven years. Is something wrong? Write to {mail}: we correct it and send a new one."
YEAR_BEGINS = (10, 1)
"""Washington's approval year: October 1 to September 30."""


class Kind(Struct, frozen=True):
    """One profile: what it is called, what its hours are called, and which fields must be filled."""

    title: str
    hours: str
    needs: tuple[str, ...]


KINDS: Mapping[Profile, Kind] = {
    "generic_certificate": Kind("Certificate of attendance", "hours attended", ()),
    "wa_clock_hours": Kind(
        "Washington clock hours", "clock hours", ("provider", "approval_number", "approval_year", "approved_on", "confirmed")
    ),
    "ny_ctle": Kind("New York CTLE", "CTLE hours", ("provider", "approval_number", "content_share", "confirmed")),
    "iacet_ceu": Kind("IACET continuing education units", "CEU", ("provider", "approval_number", "confirmed")),
}
CEU_HOURS = 10


class Credit(Struct, frozen=True, kw_only=True):
    """What an organizer says about credit for one convening; `approval_year` is the one in which October begins it."""

    profile: Profile = "generic_certificate"
    provider: Line = ""
    approval_number: Line = ""
    approval_year: Annotated[int, Meta(ge=2000, le=2200)] | None = None
    approved_on: date | None = None
    content_share: Annotated[int, Meta(ge=0, le=100)] | None = None
    confirmed: bool = False


class FieldMissing(Invalid):
    """This profile cannot be used without it."""

    code = "credit-field-missing"


class OutsideApproval(Invalid):
    """The convening is not within the approval year, October 1 to September 30."""

    code = "outside-approval-year"


class ApprovedTooLate(Invalid):
    """The course must be approved before the convening begins; an approval does not reach back."""

    code = "approved-too-late"


class TooShort(Invalid):
    """Clock hours need an offering of at least one hour."""

    code = "offering-too-short"


MISSING: Mapping[str, str] = {
    "provider": "Write the name of the approved partner. Without one it stays a certificate of attendance.",
    "approval_number": "Write the partner’s approval number. Without one it stays a certificate of attendance.",
    "approval_year": "Write the year in which the approval begins, on October 1.",
    "approved_on": "Write the day on which the course was approved.",
    "content_share": "Write how many per cent are content; the rest is pedagogy and language.",
    "confirmed": "Tick that the partner has confirmed it in writing.",
}


def check(credit: Credit, first: date, last: date, offered_minutes: int) -> None:
    """Raise FieldMissing, OutsideApproval, ApprovedTooLate, TooShort where the profile may not be used for these days."""
    for field in KINDS[credit.profile].needs:
        if getattr(credit, field) in ("", None, False):
            raise FieldMissing(MISSING[field], pointer=f"/{field}")
    if credit.profile != "wa_clock_hours" or credit.approval_year is None or credit.approved_on is None:
        return
    begins, ends = date(credit.approval_year, *YEAR_BEGINS), date(credit.approval_year + 1, *YEAR_BEGINS)
    if not (begins <= first and last < ends):
        raise OutsideApproval(pointer="/approval_year")
    if credit.approved_on >= first:
        raise ApprovedTooLate(pointer="/approved_on")
    if offered_minutes < 60:
        raise TooShort(pointer="/profile")


def bare(credit: Credit) -> Credit:
    """Without what the profile has no use for."""
    return credit if credit.profile != "generic_certificate" else Credit()


def amount(profile: Profile, quarters: int) -> str:
    """What is certified, in the unit of the profile: hours in quarters, or CEU of ten hours."""
    hours = quarters / 4
    number = hours / CEU_HOURS if profile == "iacet_ceu" else hours
    return f"{number:.3f}".rstrip("0").rstrip(".")


def notes(credit: Credit, mail: str) -> list[str]:
    """What must be said on the sheet."""
    said = [NOT_CREDIT] if credit.profile == "generic_certificate" else []
    return [*said, KEEP_IT.format(mail=mail)]
