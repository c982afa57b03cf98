"""What a family is written: a message to one signer, from today's facts, in the family's language and zone."""

from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from msgspec import Struct

from emails.messages import (
    CalledOff,
    ConsentCopy,
    ConsentForm,
    ConsentReceipt,
    ConsentReminder,
    FamilyReport,
    FamilySurvey,
    Logistics,
)
from emails.messages.families import Asking, Copying, Receiving
from service.consents import answer_writes, cadence_queries, documents, queries
from service.consents.cadence_queries import MailRow
from service.consents.deadlines import Reminding
from service.consents.documents import Occasion
from service.consents.queries import ConsentRow, SignupRow
from service.consents.rules import SIGNED
from service.consents.speaking import Spoken
from service.db import Connection


class Known(Struct, frozen=True):
    """One signer, what they are asked about, and in which language they read."""

    consent: ConsentRow
    signup: SignupRow
    about: Occasion
    mail: MailRow
    spoken: Spoken


async def known(conn: Connection, consent_id: UUID) -> Known:
    """Read behind the sign-up's lock, so that two reactions to one family follow one another; raises NotFound."""
    signup_id = (await answer_writes.consent(conn, consent_id)).signup_id
    await queries.lock(conn, signup_id)
    consent = await answer_writes.consent(conn, consent_id)
    return Known(
        consent=consent,
        signup=await queries.signup(conn, signup_id),
        about=await documents.occasion(conn, signup_id),
        mail=await cadence_queries.mail(conn, consent_id),
        spoken=await documents.written_in(conn, consent.language),
    )


def form(one: Known, asking: Asking) -> ConsentForm:
    """Please read and answer."""
    day = one.spoken.day(one.about.convening_starts_at, one.about.time_zone)
    return ConsentForm(**_common(one), asking=asking, day=day, by=_by(one))


def reminder(one: Known, reminding: Reminding) -> ConsentReminder:
    """There is still time; or it is the last day."""
    return ConsentReminder(**_common(one), reminding=reminding, by=_by(one))


def called_off(one: Known) -> CalledOff:
    """It does not take place."""
    return CalledOff(**_common(one), day=one.spoken.day(one.about.convening_starts_at, one.about.time_zone))


def logistics(one: Known, *, changed: bool = False) -> Logistics:
    """Times and place, on the clock of the place."""
    about, spoken = one.about, one.spoken
    first, last = (spoken.day(at, about.time_zone) for at in (about.convening_starts_at, about.convening_ends_at))
    return Logistics(
        **_common(one),
        days=first if first == last else f"{first} – {last}",
        when=spoken.span(about.starts_at, about.ends_at, about.time_zone),
        where=", ".join(part for part in (about.venue_name, about.venue_address) if part),
        changed=changed,
    )


def copy(one: Known, copying: Copying) -> ConsentCopy:
    """The way to the copy of what was signed."""
    signed_at = one.consent.signed_at
    return ConsentCopy(
        **_common(one),
        copying=copying,
        signed_at=one.spoken.moment(signed_at, one.about.family_zone) if signed_at is not None else "",
    )


def receipt(one: Known, receiving: Receiving, at: datetime) -> ConsentReceipt:
    """What was recorded, and when."""
    return ConsentReceipt(**_common(one), receiving=receiving, at=one.spoken.moment(at, one.about.family_zone))


def survey(
    one: Known,
    whose: Literal["guardian", "student"],
    which: Literal["first", "again", "later"],
    minutes: int,
    by: datetime,
    *,
    is_named: bool,
) -> FamilySurvey:
    """A few questions: for the signer, or to be handed on to the student."""
    until = one.spoken.day(by, one.about.family_zone)
    return FamilySurvey(**_common(one), whose=whose, round=which, minutes=minutes, by=until, is_named=is_named)


def report(one: Known) -> FamilyReport:
    """What adults did with what students said."""
    return FamilyReport(**_common(one), day=one.spoken.day(one.about.convening_starts_at, one.about.time_zone))


def _by(one: Known) -> str:
    return one.spoken.day(one.about.deadline_at - timedelta(seconds=1), one.about.family_zone)


def _common(one: Known) -> dict[str, Any]:
    """Whom it greets and who writes. Names that the holder of a slip typed are used when the school knows who that was."""
    about, consent = one.about, one.consent
    is_vouched_for = one.signup.basis != "family" or consent.state in SIGNED
    first = about.student.split(maxsplit=1)[0] if about.student.split() else ""
    return {
        "language": one.spoken.code,
        "name": consent.name if is_vouched_for else "",
        "student": first if is_vouched_for else "",
        "school": about.school,
        "contact": about.contact,
        "reach": ", ".join(way for way in (about.contact_phone, about.contact_email) if way),
        "is_self": consent.signer == "student",
    }
