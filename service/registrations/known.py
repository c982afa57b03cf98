"""What the network knows of somebody stands where whoever registers them left a field empty."""

from msgspec.structs import replace

from service.db import Connection
from service.members import queries as members
from service.registrations.queries import RegistrationRow
from service.registrations.rules import Register
from service.text import email_address


async def complete(conn: Connection, wanted: Register) -> Register:
    """The same for somebody whom nobody knows."""
    person_id = await members.person_with(conn, email_address(wanted.email))
    if person_id is None:
        return wanted
    person = await members.person(conn, person_id)
    return replace(
        wanted,
        title=wanted.title.strip() or person.title,
        district=wanted.district.strip() or person.district_name,
        dietary=wanted.dietary.strip() or person.dietary,
        access_needs=wanted.access_needs.strip() or person.access_needs,
    )


def says_more(row: RegistrationRow, wanted: Register) -> bool:
    """Whether something stands in a registration that was left empty."""
    given = (wanted.title, wanted.district, wanted.dietary, wanted.access_needs)
    stands = (row.title, row.district_name, row.dietary, row.access_needs)
    return any(text and not typed.strip() for text, typed in zip(stands, given, strict=True))
