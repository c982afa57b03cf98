"""Hours become certificates: once a convening is over, and again when what they say has changed."""

from datetime import datetime
from uuid import UUID, uuid4

import msgspec
from msgspec import Struct

from service import events
from service.attendance import certificate_queries, credit, looking, profiles, queries
from service.attendance.certificate_sheet import Body
from service.attendance.looking import Attended
from service.attendance.profiles import Credit
from service.convenings import queries as convenings
from service.convenings.queries import ConveningRow, SessionRow
from service.db import Connection
from service.documents import writes as documents
from service.documents.queries import ClaimedRow
from service.errors import Refused
from service.text import zone


class Organizer(Struct, frozen=True):
    """Who certifies, and where to write to."""

    name: str = ""
    mail: str = ""


class TooManyHours(Refused):
    """You can claim as many hours as you attended, or fewer."""

    code = "too-many-hours"
    status = 422


class NotOver(Refused):
    """Hours are certified when the convening is over."""

    code = "not-over"


async def claim(conn: Connection, registration_id: UUID, quarters: int | None, now: datetime) -> None:
    """Somebody wants fewer hours certified (None: all again); raises NotOver, TooManyHours."""
    found = await certificate_queries.valid(conn, registration_id)
    if found is None:
        raise NotOver
    await queries.take_turn(conn, found.convening_id)
    if quarters is not None and not 0 <= quarters <= msgspec.convert(found.body, Body).attended:
        raise TooManyHours
    await certificate_queries.put_claim(conn, registration_id, quarters, now)
    await events.record(conn, now, [events.HoursClaimed(found.convening_id, registration_id)])


async def renew(conn: Connection, convening: ConveningRow, now: datetime) -> int:
    """A certificate is due to everybody who came, once more; to how many. Raises NotOver."""
    if convening.state != "completed":
        raise NotOver
    came = await certificate_queries.attended(conn, convening.id)
    await events.record(conn, now, [events.CertificateDue(convening.id, one) for one in came])
    return len(came)


async def certify(conn: Connection, convening_id: UUID, registration_id: UUID, organizer: Organizer, now: datetime) -> bool:
    """Certify what somebody attended, as things stand now; False where that is what was certified before, or nothing."""
    await queries.take_turn(conn, convening_id)
    convening = await convenings.convening(conn, convening_id)
    before = await certificate_queries.valid(conn, registration_id)
    seen = await looking.of_person(conn, convening_id, registration_id, now)
    if convening.state != "completed":
        return False
    if seen is None or credit.quarters(seen.total) == 0:
        return bool(await certificate_queries.end(conn, registration_id, now))
    said = await certificate_queries.credit(conn, convening_id)
    body = body_of(convening, await convenings.sessions(conn, convening_id), seen, said, organizer)
    claimed = await certificate_queries.claimed(conn, registration_id)
    quarters = body.attended if claimed is None else min(claimed, body.attended)
    if before is not None and before.quarters == quarters and msgspec.convert(before.body, Body) == body:
        return False
    await certificate_queries.end(conn, registration_id, now)
    certificate_id = uuid4()
    await certificate_queries.insert(
        conn, certificate_id, registration_id, said.profile, quarters, msgspec.to_builtins(body), now
    )
    await documents.owe(conn, "certificate", [certificate_id], now)
    return True


async def keep(conn: Connection, claimed: ClaimedRow, token: UUID, pdf: bytes, now: datetime) -> bool:
    """Keep the PDF; that it is there is a fact, and the mail follows from it. False where somebody else kept it."""
    if not await documents.keep(conn, claimed.id, token, pdf, now):
        return False
    row = await certificate_queries.certificate(conn, claimed.subject_id)
    await events.record(conn, now, [events.CertificateMade(row.convening_id, row.registration_id, row.id)])
    return True


def body_of(convening: ConveningRow, agenda: list[SessionRow], seen: Attended, said: Credit, organizer: Organizer) -> Body:
    """What is certified; sessions in the order of the agenda."""
    place = ", ".join(part for part in (convening.venue_name, convening.venue_address) if part)
    return Body(
        name=seen.person.name,
        convening=convening.title,
        dates=dates(convening),
        place=place,
        sessions=tuple((one.title, seen.minutes[one.id]) for one in agenda if one.id in seen.minutes),
        minutes=seen.total,
        attended=credit.quarters(seen.total),
        organizer=organizer.name or "Plenary",
        mail=organizer.mail,
        credit=profiles.bare(said),
    )


def dates(convening: ConveningRow) -> str:
    """`October 14, 2026`, or from one to the other, where the convening is."""
    first, last = (at.astimezone(zone(convening.time_zone)).date() for at in (convening.starts_at, convening.ends_at))
    days = [f"{day:%B} {day.day}, {day.year}" for day in (first, last)]
    return days[0] if first == last else f"{days[0]} – {days[1]}"
