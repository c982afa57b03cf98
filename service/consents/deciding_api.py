"""What schools say about an answer, as JSON for organizers: confirmed, a second guardian, objections, more time."""

from datetime import date
from typing import Literal
from uuid import UUID

from litestar import post
from litestar.params import FromPath, JSONBody
from msgspec import Struct

from service.access import acts
from service.access.api import KnownCaller
from service.consents import answer_rules, deciding, deciding_examples, interpreting, rules, second_guardian
from service.consents.answer_rules import Interpreter
from service.consents.api import one_signup
from service.consents.deciding import Reason
from service.consents.rules import Guardian, Signer
from service.consents.views import Signup
from service.text import Heading, Name
from service.web.deps import AnyRequest, Conn, Now


class Confirmation(Struct, frozen=True, forbid_unknown_fields=True):
    """Who spoke with the guardian, in which way the school knows them, and who interpreted the talk if anybody did.

    `signer` says with which one; it can be left out where only one waits. `knows_address`: they said that the mail
    address on the form is theirs, so that a code sent there shows later who signs.
    """

    confirmed_by: Name
    way: Heading
    interpreter: Interpreter | None = None
    signer: Signer | None = None
    knows_address: bool = False


class Objection(Struct, frozen=True, forbid_unknown_fields=True):
    """Who has the written objection. Neither its words nor its writer's name are taken."""

    taken_by: Name


class Resolution(Struct, frozen=True, forbid_unknown_fields=True):
    """Who decided what about an objection, and why: `upheld` is a no, `lifted` leaves all as before it."""

    decision: Literal["upheld", "lifted"]
    decided_by: Name
    reason: Reason


class Extension(Struct, frozen=True, forbid_unknown_fields=True):
    """The last day that a family has, on its own calendar, and why."""

    until: date
    reason: Reason


@post(
    "/signups/{signup_id:uuid}/confirmation",
    access="organizer",
    status_code=200,
    sends=deciding_examples.CONFIRMATION,
    shows=deciding_examples.CONFIRMED,
    refuses=[answer_rules.NothingToConfirm, answer_rules.WhoseSignature, answer_rules.StudentInterprets],
)
async def confirm_signature(
    signup_id: FromPath[UUID], data: JSONBody[Confirmation], caller: KnownCaller, request: AnyRequest, conn: Conn, now: Now
) -> Signup:
    """The school called a number that it had before, and knows who signed on the slip: from now on that counts."""
    await deciding.confirm(
        conn,
        signup_id,
        data.confirmed_by,
        data.way,
        now,
        data.interpreter,
        data.signer,
        knows_address=data.knows_address,
    )
    await acts.note(conn, request, "consent_confirmed", ("signup", signup_id), now)
    return await one_signup(conn, signup_id, caller, now)


@post(
    "/signups/{signup_id:uuid}/second-guardian",
    access="organizer",
    status_code=200,
    sends=deciding_examples.SECOND,
    shows=deciding_examples.ASKED,
    refuses=[
        rules.TooLate,
        rules.OffTheList,
        rules.NotOpen,
        rules.NoWayToReach,
        rules.NoGuardianNeeded,
        second_guardian.SameGuardian,
    ],
)
async def name_second_guardian(
    signup_id: FromPath[UUID], data: JSONBody[Guardian], caller: KnownCaller, request: AnyRequest, conn: Conn, now: Now
) -> Signup:
    """Name a second guardian, who has a link of their own. Neither guardian learns of the other."""
    consent_id = await second_guardian.name(conn, signup_id, data, now)
    await acts.note(conn, request, "second_guardian_named", ("signup", signup_id), now, consent=str(consent_id))
    return await one_signup(conn, signup_id, caller, now)


@post(
    "/signups/{signup_id:uuid}/objection",
    access="organizer",
    status_code=200,
    sends=deciding_examples.OBJECTION,
    shows=deciding_examples.HELD,
    refuses=[rules.OffTheList, rules.NoGuardianNeeded],
)
async def record_objection(
    signup_id: FromPath[UUID], data: JSONBody[Objection], caller: KnownCaller, request: AnyRequest, conn: Conn, now: Now
) -> Signup:
    """A guardian objected in writing: everything rests at once until somebody decides. A second time changes nothing."""
    if await second_guardian.record_objection(conn, signup_id, data.taken_by, now):
        await acts.note(conn, request, "objection_recorded", ("signup", signup_id), now)
    return await one_signup(conn, signup_id, caller, now)


@post(
    "/signups/{signup_id:uuid}/resolution",
    access="organizer",
    status_code=200,
    sends=deciding_examples.RESOLUTION,
    shows=deciding_examples.RESOLVED,
    refuses=[answer_rules.NoObjection],
)
async def resolve_objection(
    signup_id: FromPath[UUID], data: JSONBody[Resolution], caller: KnownCaller, request: AnyRequest, conn: Conn, now: Now
) -> Signup:
    """What was decided about an objection, by whom and why."""
    await second_guardian.resolve(conn, signup_id, data.decision, data.decided_by, data.reason, now)
    await acts.note(conn, request, "objection_resolved", ("signup", signup_id), now, decision=data.decision)
    return await one_signup(conn, signup_id, caller, now)


@post(
    "/signups/{signup_id:uuid}/extension",
    access="organizer",
    status_code=200,
    sends=deciding_examples.EXTENSION,
    shows=deciding_examples.EXTENDED,
    refuses=[answer_rules.NotYetExtended, deciding.ExtendedTooFar],
)
async def extend_deadline(
    signup_id: FromPath[UUID],
    data: JSONBody[Extension],
    caller: KnownCaller,
    request: AnyRequest,
    conn: Conn,
    now: Now,
) -> Signup:
    """More time for one family, between two weeks and three days before the convening. It never stands for a yes."""
    await deciding.extend(conn, signup_id, data.until, data.reason, caller.person_id, now)
    await acts.note(conn, request, "signup_extended", ("signup", signup_id), now)
    return await one_signup(conn, signup_id, caller, now)


@post(
    "/signups/{signup_id:uuid}/interpreter",
    access="organizer",
    status_code=200,
    sends=deciding_examples.INTERPRETER,
    shows=deciding_examples.ASKED,
    refuses=[answer_rules.StudentInterprets, interpreting.NobodyWaits],
)
async def note_interpreter(
    signup_id: FromPath[UUID],
    data: JSONBody[Interpreter],
    caller: KnownCaller,
    request: AnyRequest,
    conn: Conn,
    now: Now,
) -> Signup:
    """Somebody interpreted for the family that asked for it; it stands in the proof of what it signs from now on."""
    await interpreting.done(conn, signup_id, data, caller.person_id, now)
    await acts.note(conn, request, "interpreter_noted", ("signup", signup_id), now)
    return await one_signup(conn, signup_id, caller, now)


API = [
    confirm_signature,
    name_second_guardian,
    record_objection,
    resolve_objection,
    extend_deadline,
    note_interpreter,
]
"""This module's routes under /api/v1."""
