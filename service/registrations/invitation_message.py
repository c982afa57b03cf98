"""The mail that invites somebody, with today's facts: as it leaves, and as a sample before it does."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from emails.messages import Invitation
from service.convenings import queries as convenings
from service.convenings.queries import ConveningRow
from service.convenings.rules import Standing
from service.convenings.views import gathering
from service.db import Connection
from service.members import queries as members
from service.members.queries import PersonRow
from service.registrations.inviting_rules import closes_at


class Ready(Struct, frozen=True):
    """A message and where it goes."""

    message: Invitation
    email: str
    standing: Standing


async def message(conn: Connection, convening_id: UUID, person_id: UUID, now: datetime, *, again: bool = False) -> Ready:
    """What this person is written about this convening."""
    convening = await convenings.convening(conn, convening_id)
    person = await members.person(conn, person_id)
    return Ready(written(convening, person, now, again=again), person.email, convening.standing)


def written(convening: ConveningRow, person: PersonRow, now: datetime, *, again: bool = False) -> Invitation:
    """The message."""
    opens_at = convening.registration_opens_at
    return Invitation(
        name=person.name,
        gathering=gathering(convening, []),
        reader_zone=person.time_zone,
        until=closes_at(convening.standing),
        opens_at=opens_at if opens_at and opens_at > now else None,
        again=again,
    )
