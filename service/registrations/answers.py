"""What the API answers about registrations."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service.db import Connection
from service.registrations import queries
from service.registrations.queries import ChoiceRow, RegistrationRow
from service.registrations.rules import Registered, Source, State
from service.settings import Settings
from service.web import links


class Choice(Struct, frozen=True):
    """A chosen session; without a place it is a wish."""

    id: UUID
    placed: bool


class Registration(Struct, frozen=True, kw_only=True):
    """One registration; `manage_url` is the person's own page, `position` is set for those who wait."""

    id: UUID
    convening_id: UUID
    state: State
    position: int | None
    name: str
    email: str
    title: str
    district: str
    dietary: str
    access_needs: str
    sessions: list[Choice]
    source: Source
    held_until: datetime | None
    offered_until: datetime | None
    created_at: datetime
    changed_at: datetime
    manage_url: str


class RegistrationPage(Struct, frozen=True):
    """A convening's registrations, oldest first; `next` is null on the last page."""

    items: list[Registration]
    next: str | None


class NewRegistration(Struct, frozen=True):
    """What became of a request; `manage_url` is the person's own page."""

    id: UUID
    state: State
    position: int | None
    manage_url: str


class Invitation(Struct, frozen=True):
    """A personal invitation; whoever opens its link finds the form filled in and is confirmed or waits at once."""

    id: UUID
    invitation_url: str


def new(settings: Settings, registered: Registered, generation: int = 0) -> NewRegistration:
    """The answer to a request; the link is made now and stored nowhere."""
    link = manage_url(settings, registered.id, generation)
    return NewRegistration(registered.id, registered.state, registered.position, link)


def manage_url(settings: Settings, registration_id: UUID, generation: int) -> str:
    """The address of a person's own page."""
    return links.address(settings.public_url, settings.secret_key, "manage", registration_id, generation)


async def shown_one(conn: Connection, row: RegistrationRow, settings: Settings) -> Registration:
    """One registration as the API answers it."""
    [found] = await shown_all(conn, [row], settings)
    return found


async def shown_all(conn: Connection, rows: list[RegistrationRow], settings: Settings) -> list[Registration]:
    """Registrations as the API answers them, with their choices."""
    chosen: dict[UUID, list[ChoiceRow]] = {row.id: [] for row in rows}
    for choice in await queries.choices(conn, list(chosen)):
        chosen[choice.registration_id].append(choice)
    return [_registration(row, chosen[row.id], settings) for row in rows]


def _registration(row: RegistrationRow, chosen: list[ChoiceRow], settings: Settings) -> Registration:
    return Registration(
        id=row.id,
        convening_id=row.convening_id,
        state=row.state,
        position=row.position,
        name=row.name,
        email=row.email,
        title=row.title,
        district=row.district_name,
        dietary=row.dietary,
        access_needs=row.access_needs,
        sessions=[Choice(one.session_id, one.placed) for one in chosen],
        source=row.source,
        held_until=row.held_until,
        offered_until=row.offered_until,
        created_at=row.created_at,
        changed_at=row.changed_at,
        manage_url=manage_url(settings, row.id, row.generation),
    )
