"""What stands on a certificate, from what was certified then: for paper, and for who checks it. Pure."""

from datetime import datetime

import msgspec
from msgspec import Struct

from service.attendance import credit, profiles
from service.attendance.certificate_queries import CertificateRow
from service.attendance.profiles import KINDS, Credit
from service.documents.day_sheets import Certificate
from service.documents.rules import Pair
from service.web import qr

PATH = "/certificates/"


class Body(Struct, frozen=True, kw_only=True):
    """What is certified, as it was said then; `attended` are quarters of an hour, of which fewer may be claimed."""

    name: str
    convening: str
    dates: str
    place: str
    sessions: tuple[tuple[str, int], ...]
    minutes: int
    attended: int
    organizer: str
    mail: str
    credit: Credit


def body(row: CertificateRow) -> Body:
    """What was certified."""
    return msgspec.convert(row.body, Body)


def in_words(row: CertificateRow) -> str:
    """`2.25 hours attended`."""
    return f"{profiles.amount(row.profile, row.quarters)} {KINDS[row.profile].hours}"


def sheet(row: CertificateRow, public_url: str) -> Certificate:
    """The certificate as it is printed; whoever holds it can check it at our public address."""
    said, kind = body(row), KINDS[row.profile]
    address = f"{public_url}{PATH}{row.id}"
    return Certificate(
        language="en",
        title=kind.title,
        author=said.organizer,
        footer=f"{said.organizer} · {said.mail}",
        name=said.name,
        lead="This certifies that",
        attended=f"attended {said.convening}",
        hours=profiles.amount(row.profile, row.quarters),
        hours_label=kind.hours,
        facts=facts(row),
        sessions_title="Sessions attended",
        session_head="Session",
        minutes_head="Minutes",
        sessions=[Pair(title, str(minutes)) for title, minutes in said.sessions],
        notes=profiles.notes(said.credit, said.mail),
        qr=qr.svg(address),
        verify=Pair("Check this certificate", address, is_code=True),
        made_at=row.issued_at,
    )


def facts(row: CertificateRow) -> list[Pair]:
    """Whatever has a name and a value."""
    said = body(row)
    found = [Pair("Dates", said.dates), *([Pair("Place", said.place)] if said.place else []), *_partner(said.credit)]
    if row.quarters < said.attended:
        hours = [credit.hours_in_words(count) for count in (row.quarters, said.attended)]
        found.append(Pair("Claimed", f"{hours[0]} of {hours[1]} hours attended"))
    number = f" (number {row.number})" if row.number > 1 else ""
    found.append(Pair("Minutes attended", f"{said.minutes}"))
    found.append(Pair("Organizer", f"{said.organizer}, {said.mail}"))
    found.append(Pair("Issued", f"{_day(row.issued_at)}{number}"))
    return found


def _partner(said: Credit) -> list[Pair]:
    """The approved partner; of New York also how the hours are split."""
    if said.profile == "generic_certificate":
        return []
    found = [Pair("Provider", said.provider), Pair("Approval number", said.approval_number)]
    if said.approval_year is not None:
        found.append(Pair("Approval year", f"{said.approval_year}–{said.approval_year + 1}"))
    if said.approved_on is not None:
        found.append(Pair("Course approved", f"{said.approved_on:%B} {said.approved_on.day}, {said.approved_on.year}"))
    if said.content_share is not None:
        rest = 100 - said.content_share
        found.append(Pair("Split", f"{said.content_share} % content, {rest} % pedagogy and language"))
    return found


def _day(moment: datetime) -> str:
    return f"{moment:%B} {moment.day}, {moment.year}"
