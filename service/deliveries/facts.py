"""Today's facts about one registration, as the messages need them."""

from uuid import UUID

from msgspec import Struct

from emails.messages import AgendaItem, Gathering
from service import db
from service.convenings import queries as convenings
from service.convenings.queries import ConveningRow
from service.convenings.views import gathering
from service.db import Connection
from service.members import queries as members
from service.registrations import queries as registrations
from service.registrations.queries import RegistrationRow


class Facts(Struct, frozen=True):
    """One registration, its convening and agenda, and the zone that its person lives in."""

    registration: RegistrationRow
    convening: ConveningRow
    gathering: Gathering
    reader_zone: str


async def facts(conn: Connection, registration_id: UUID) -> Facts:
    """Read behind the registration's lock, so that two reactions to one registration follow one another."""
    await registrations.lock(conn, registration_id)
    registration = await registrations.registration(conn, registration_id)
    convening = await convenings.convening(conn, registration.convening_id)
    person = await members.person(conn, registration.person_id)
    agenda = await agenda_of(conn, registration_id)
    return Facts(registration, convening, gathering(convening, agenda), person.time_zone)


async def agenda_of(conn: Connection, registration_id: UUID) -> list[AgendaItem]:
    """The sessions that are everybody's, and those in which the registration has a place."""
    return await db.many(
        conn,
        AgendaItem,
        """select s.title, s.starts_at, s.ends_at, s.room, s.id
             from registration r join session s on s.convening_id = r.convening_id
             left join registration_session p on p.registration_id = r.id and p.session_id = s.id
            where r.id = $1 and (not s.signup or p.placed) order by s.starts_at, s.ordinal, s.id""",
        registration_id,
    )
