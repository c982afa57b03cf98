"""Registrations as JSON, for organizers: one, listed, changed, given back; invitations."""

from typing import Annotated, TypeAlias
from uuid import UUID

from litestar import Response, get, patch, post
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import Struct

from service.access import acts
from service.access.actions import used_key
from service.access.api import KnownCaller
from service.convenings import queries as convening_queries
from service.registrations import actions, deciding, examples, export, invitation_queries, inviting, queries, rules
from service.registrations.answers import (
    Invitation,
    NewRegistration,
    Registration,
    RegistrationPage,
    new,
    shown_all,
    shown_one,
)
from service.registrations.batch import register_many
from service.registrations.bursts import ToldBy, bursts_of
from service.registrations.inviting_rules import AddressClosed, AlreadyInvited, ComesAlready, InvitingClosed
from service.registrations.office_queries import Wanted
from service.registrations.rules import Change, Register, State
from service.text import EmailText, Name, email_address
from service.web import links
from service.web.deps import After, AnyRequest, Conn, Given, IdempotencyKey, Now, PageSize, now_of, settings_of
from service.web.downloads import FILE, in_formats
from service.web.paging import cursor, place

OnlyState: TypeAlias = Annotated[State | None, QueryParameter(name="state", description="Only those in this state.")]


class InvitationDraft(Struct, frozen=True, forbid_unknown_fields=True):
    """Whom to invite."""

    name: Name
    email: EmailText
    mail: bool = False
    """Whether we send the link in a mail of ours."""


@post(
    "/convenings/{convening_id:uuid}/registrations",
    access="organizer",
    sends=examples.REGISTER,
    shows=examples.REGISTERED,
    refuses=[rules.AlreadyRegistered, rules.RegistrationClosed, rules.SessionFull, rules.SessionsOverlap],
)
async def register(
    request: AnyRequest,
    convening_id: FromPath[UUID],
    data: JSONBody[Register],
    idempotency_key: IdempotencyKey = None,
) -> Response[NewRegistration]:
    """Register one person: confirmed at once while seats are free, otherwise at the end of the waiting list."""
    used = used_key(str(request.user.id), idempotency_key, await request.body()) if idempotency_key else None
    decided = await bursts_of(request).register(convening_id, ToldBy(data, now_of(request), acts.actor(request), used))
    location = {"Location": f"/api/v1/registrations/{decided.registered.id}"}
    answer = new(settings_of(request), decided.registered, decided.generation)
    return Response(answer, headers=location, status_code=201)


@get("/convenings/{convening_id:uuid}/registrations", access="organizer", shows=examples.REGISTRATION_PAGE)
async def list_registrations(
    convening_id: FromPath[UUID],
    conn: Conn,
    settings: Given,
    only: OnlyState = None,
    after: After = None,
    limit: PageSize = 50,
) -> RegistrationPage:
    """A convening's registrations, oldest first; only those in one state where `state` is given."""
    await convening_queries.convening(conn, convening_id)
    rows = await queries.listed(conn, convening_id, only, place(after), limit + 1)
    page = rows[:limit]
    following = cursor(page[-1].created_at, page[-1].id) if len(rows) > limit else None
    return RegistrationPage(await shown_all(conn, page, settings), following)


@get(in_formats("/convenings/{convening_id:uuid}/registrations/export"), access="organizer", shows=examples.FILE, **FILE)
async def export_registrations(
    request: AnyRequest, convening_id: FromPath[UUID], caller: KnownCaller, conn: Conn, now: Now, only: OnlyState = None
) -> Response[bytes]:
    """All of a convening's registrations as a file, by name; only those in one state where `state` is given."""
    wanted = Wanted(convening_id=convening_id, state=only)
    filters = f"state={only}" if only else ""
    return await export.taken_along(conn, request, wanted, now, filters, program=caller.name)


@get("/registrations/{registration_id:uuid}", access="organizer", shows=examples.REGISTRATION)
async def get_registration(registration_id: FromPath[UUID], conn: Conn, settings: Given) -> Registration:
    """One registration."""
    return await shown_one(conn, await queries.registration(conn, registration_id), settings)


@patch(
    "/registrations/{registration_id:uuid}",
    access="organizer",
    sends=examples.CHANGE,
    shows=examples.REGISTRATION,
    refuses=[rules.NotLive, rules.SessionFull, rules.SessionsOverlap, rules.AddressNotUsable],
)
async def change_registration(
    request: AnyRequest, registration_id: FromPath[UUID], data: JSONBody[Change], conn: Conn, now: Now, settings: Given
) -> Registration:
    """Change details, sessions or the address; another address takes the calendar entry from the old one."""
    return await shown_one(conn, await deciding.change(conn, request, registration_id, data, now), settings)


@post(
    "/registrations/{registration_id:uuid}/withdrawal",
    access="organizer",
    status_code=200,
    shows=examples.WITHDRAWN,
    refuses=[rules.NotLive],
)
async def withdraw(
    request: AnyRequest, registration_id: FromPath[UUID], conn: Conn, now: Now, settings: Given
) -> Registration:
    """Give the seat or the place on the list back; the next person gets the offer at once."""
    row = await deciding.decide(conn, request, registration_id, "withdrawn", now)
    return await shown_one(conn, row, settings)


@post(
    "/registrations/{registration_id:uuid}/acceptance",
    access="organizer",
    status_code=200,
    shows=examples.REGISTRATION,
    refuses=[rules.NoOffer, rules.OfferOver, rules.RegistrationClosed],
)
async def accept_offer(
    request: AnyRequest, registration_id: FromPath[UUID], conn: Conn, now: Now, settings: Given
) -> Registration:
    """Take the offered seat."""
    row = await deciding.decide(conn, request, registration_id, "accepted", now)
    return await shown_one(conn, row, settings)


@post(
    "/registrations/{registration_id:uuid}/refusal",
    access="organizer",
    status_code=200,
    shows=examples.DECLINED,
    refuses=[rules.NoOffer, rules.OfferOver, rules.NotLive],
)
async def refuse_offer(
    request: AnyRequest, registration_id: FromPath[UUID], conn: Conn, now: Now, settings: Given
) -> Registration:
    """Say no to the offered seat; it goes to the next person."""
    row = await deciding.decide(conn, request, registration_id, "refused", now)
    return await shown_one(conn, row, settings)


@post(
    "/convenings/{convening_id:uuid}/invitations",
    access="organizer",
    sends=examples.INVITE,
    shows=examples.INVITATION,
    refuses=[InvitingClosed, AlreadyInvited, ComesAlready, AddressClosed],
)
async def invite(
    request: AnyRequest, convening_id: FromPath[UUID], data: JSONBody[InvitationDraft], conn: Conn, now: Now, settings: Given
) -> Response[Invitation]:
    """Make a personal link to the form, for you to hand on; the same person gets the same invitation.

    With `mail` we send the link ourselves, once: whoever has an invitation of ours or is registered already is refused.
    """
    make = inviting.invite_one if data.mail else actions.invite
    invitation_id = await make(conn, convening_id, data.name, email_address(data.email), now)
    await acts.note(conn, request, "person_invited", ("invitation", invitation_id), now, convening=str(convening_id))
    found = await invitation_queries.invitation(conn, invitation_id)
    address = links.address(settings.public_url, settings.secret_key, "invitation", invitation_id, found.generation)
    return Response(Invitation(invitation_id, address), status_code=201)


API = [
    register,
    register_many,
    list_registrations,
    export_registrations,
    get_registration,
    change_registration,
    withdraw,
    accept_offer,
    refuse_offer,
    invite,
]
"""This slice's routes under /api/v1."""
