"""Sign-ups as JSON, for organizers: students asked in sets, how each stands, put in a place, taken off again."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct

from service.access import acts
from service.access.actions import answer_once
from service.access.api import KnownCaller
from service.consents import changing_list, disclosures, examples, queries, rules, signing_up
from service.consents.rules import Basis, Student
from service.consents.signing_up import Caller, SignedUp
from service.consents.views import Signup, shown, waiting
from service.db import Connection
from service.errors import Refused
from service.panels import queries as panels
from service.settings import Settings
from service.web import links
from service.web.deps import AnyRequest, Conn, Given, IdempotencyKey, Now
from service.web.errors import Problem, problem
from service.web.reading import JsonText, read

MOST = 200


class SignUps(Struct, frozen=True, forbid_unknown_fields=True):
    """Students to sign up, and why the school may give us their data; `basis` is not needed where there are only labels."""

    students: Annotated[list[Student], Meta(min_length=1, max_length=MOST)]
    basis: Basis | None = None


class MadeSignup(Struct, frozen=True):
    """A student is on the list; `slip_url` is the address for a printed slip, which never shows what was answered."""

    id: UUID
    slip_url: str


class SignupOutcome(Struct, frozen=True, omit_defaults=True):
    """What became of one of them: `status` 201 with the sign-up, or the status of a refusal with its problem."""

    status: int
    signup: MadeSignup | None = None
    problem: Problem | None = None


class SignupOutcomes(Struct, frozen=True):
    """One outcome for each student, in their order."""

    outcomes: list[SignupOutcome]


class SignupList(Struct, frozen=True):
    """A panel's sign-ups in the order in which places are given."""

    items: list[Signup]


class Substitution(Struct, frozen=True, forbid_unknown_fields=True):
    """The student who takes a place over, of the same school; `basis` is not needed where there is only a label."""

    student: Student
    basis: Basis | None = None


class _Envelope(Struct, frozen=True, forbid_unknown_fields=True):
    """Sign-ups whose elements are still text."""

    students: Annotated[list[msgspec.Raw], Meta(min_length=1, max_length=MOST)]
    basis: Basis | None = None


@post(
    "/panels/{panel_id:uuid}/signups",
    access="organizer",
    status_code=200,
    takes=SignUps,
    sends=examples.SIGNUPS_SENT,
    shows=examples.OUTCOMES,
    refuses=[rules.TooLate],
)
async def sign_up(
    panel_id: FromPath[UUID],
    text: JsonText,
    caller: KnownCaller,
    request: AnyRequest,
    conn: Conn,
    now: Now,
    settings: Given,
    idempotency_key: IdempotencyKey = None,
) -> SignupOutcomes:
    """Sign students up, each with an outcome of its own. Nothing but these few facts is taken before a family answers."""
    body = read(text, _Envelope)
    read_all = [_read_one(element) for element in body.students]
    students = [one for one in read_all if isinstance(one, Student)]
    if body.basis is None and any(student.name is not None for student in students):
        raise rules.NoBasis(pointer="/basis")

    async def decide() -> list[SignupOutcome]:
        decided = iter(await signing_up.sign_up(conn, panel_id, body.basis, students, Caller(caller.person_id), now))
        outcomes = [one if isinstance(one, Refused) else next(decided) for one in read_all]
        if made := sum(isinstance(one, SignedUp) for one in outcomes):
            await acts.note(conn, request, "students_signed_up", ("panel", panel_id), now, count=str(made))
        return [_outcome(index, one, settings) for index, one in enumerate(outcomes)]

    return SignupOutcomes(
        await answer_once(
            conn,
            caller=str(caller.id),
            route=f"sign up {panel_id}",
            key=idempotency_key,
            body=text,
            now=now,
            answer=decide,
            kind=list[SignupOutcome],
        )
    )


@get("/panels/{panel_id:uuid}/signups", access="organizer", shows=examples.SIGNUPS)
async def list_signups(panel_id: FromPath[UUID], caller: KnownCaller, conn: Conn, now: Now) -> SignupList:
    """A panel's sign-ups in the order in which places are given, one plain status each; disclosed, and logged so."""
    panel = await panels.panel(conn, panel_id)
    rows = await queries.of_panel(conn, panel_id)
    await disclosures.to_program(conn, [row.id for row in rows], caller, disclosures.LISTING, now)
    return SignupList(await shown(conn, rows, await waiting(conn, rows, panel.id, panel.seats, now), now))


@get("/signups/{signup_id:uuid}", access="organizer", shows=examples.SIGNUP)
async def get_signup(signup_id: FromPath[UUID], caller: KnownCaller, conn: Conn, now: Now) -> Signup:
    """One sign-up: where both answers stand, and what is missing."""
    return await one_signup(conn, signup_id, caller, now)


@post("/signups/{signup_id:uuid}/withdrawal", access="organizer", status_code=200, shows=examples.WITHDRAWN)
async def withdraw_signup(
    signup_id: FromPath[UUID], caller: KnownCaller, request: AnyRequest, conn: Conn, now: Now
) -> Signup:
    """Take a student off the list, with effect at once everywhere; the next cleared one gets the seat."""
    row = await signing_up.withdraw(conn, signup_id, now)
    await acts.note(conn, request, "signup_withdrawn", ("signup", signup_id), now, panel=str(row.panel_id))
    return await one_signup(conn, signup_id, caller, now)


@post(
    "/signups/{signup_id:uuid}/substitution",
    access="organizer",
    sends=examples.SUBSTITUTION,
    shows=examples.MADE,
    refuses=[rules.OffTheList, rules.TooLate],
)
async def substitute_signup(
    signup_id: FromPath[UUID],
    data: JSONBody[Substitution],
    caller: KnownCaller,
    request: AnyRequest,
    conn: Conn,
    now: Now,
    settings: Given,
    text: JsonText,
    idempotency_key: IdempotencyKey = None,
) -> Response[MadeSignup]:
    """Take a student off the list and put another one in the very place: no alternate passes in between."""
    if data.basis is None and data.student.name is not None:
        raise rules.NoBasis(pointer="/basis")

    async def decide() -> MadeSignup:
        by = Caller(caller.person_id)
        made = await changing_list.substitute(conn, signup_id, data.basis, data.student, by, now)
        await acts.note(conn, request, "signup_substituted", ("signup", signup_id), now, by=str(made.id))
        return MadeSignup(made.id, links.address(settings.public_url, settings.secret_key, "slip", made.id, 0))

    try:
        made = await answer_once(
            conn,
            caller=str(caller.id),
            route=f"substitute {signup_id}",
            key=idempotency_key,
            body=text,
            now=now,
            answer=decide,
            kind=MadeSignup,
        )
    except Refused as refusal:
        refusal.pointer = f"/student{refusal.pointer}" if refusal.pointer else ""
        raise
    return Response(made, headers={"Location": f"/api/v1/signups/{made.id}"}, status_code=201)


async def one_signup(conn: Connection, signup_id: UUID, caller: KnownCaller, now: Now) -> Signup:
    """One sign-up as the API shows it; its disclosure log keeps who asked (F5)."""
    row = await queries.signup(conn, signup_id)
    await disclosures.to_program(conn, [signup_id], caller, disclosures.LISTING, now)
    panel = await panels.panel(conn, row.panel_id)
    everybody = await queries.of_panel(conn, row.panel_id)
    [found] = await shown(conn, [row], await waiting(conn, everybody, panel.id, panel.seats, now), now)
    return found


def _read_one(element: msgspec.Raw) -> Student | Refused:
    try:
        return read(bytes(element), Student)
    except Refused as refusal:
        return refusal


def _outcome(index: int, outcome: SignedUp | Refused, settings: Settings) -> SignupOutcome:
    if isinstance(outcome, SignedUp):
        slip = links.address(settings.public_url, settings.secret_key, "slip", outcome.id, 0)
        return SignupOutcome(201, signup=MadeSignup(outcome.id, slip))
    outcome.pointer = f"/students/{index}{outcome.pointer}"
    return SignupOutcome(outcome.status, problem=problem(outcome, settings.public_url))


API = [sign_up, list_signups, get_signup, withdraw_signup, substitute_signup]
"""This slice's routes under /api/v1."""
