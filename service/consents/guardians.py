"""A student's guardians as a school or an organizer sees them, and forms: a second one, objections, interpreters."""

from collections.abc import Coroutine
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from service.consents import interpreter_form, interpreter_queries, interpreting, queries, scans, second_guardian
from service.consents.deciding import Reason
from service.consents.interpreter_queries import Wanted
from service.consents.queries import ConsentRow, SignupRow
from service.consents.rules import OPEN, Guardian
from service.consents.second_guardian import Decision
from service.consents.speaking import OWN_NAMES
from service.consents.status_words import GUARDIAN, Mark
from service.db import Connection
from service.errors import Refused
from service.text import Name
from service.web.forms import Form, build

DEEDS = ("second-guardian", "objection", "resolution", "interpreter")
NOTES = {
    "second-guardian": "second_guardian_named",
    "objection": "objection_recorded",
    "resolution": "objection_resolved",
    "interpreter": "interpreter_noted",
}
"""What the audit log calls each of them."""
SAVED = {
    "second-guardian": "The second guardian is named. Each has a link of their own.",
    "objection": "Everything rests now, until somebody decides.",
    "resolution": "The decision is recorded.",
    "interpreter": "Noted: the proof of what is signed from now on names who interpreted.",
}
NEEDED = {
    "second_name": "Write the name of the second guardian.",
    "taken_by": "Write who has the paper.",
    "decided_by": "Write who decided.",
}


class Around(Struct, frozen=True):
    """Who signs and how each stands, who waits for an interpreter, whether somebody objects, whether there is a scan."""

    signers: list[tuple[ConsentRow, Mark]]
    waits: Wanted | None
    on_hold: bool
    scanned: bool
    may_object: bool
    may_name: bool
    needed: int
    languages: dict[str, str]


class _Second(Struct, frozen=True):
    second_name: Name


class _Decided(Struct, frozen=True):
    decided_by: Name


class _Taken(Struct, frozen=True):
    taken_by: Name


async def around(conn: Connection, row: SignupRow) -> Around:
    """Everything about the guardians of one sign-up."""
    signers = await queries.consents(conn, [row.id])
    wanted = await interpreter_queries.wanted(conn, [row.id])
    second = next((one for one in signers if one.signer == "second_guardian"), None)
    return Around(
        signers=[(one, GUARDIAN[one.state]) for one in signers if one.signer != "second_guardian" or one.state != "draft"],
        waits=wanted[0] if wanted else None,
        on_hold=any(one.state == "on_hold_objection" for one in signers),
        scanned=await scans.is_there(conn, row.id),
        may_object=not row.signs_for_self,
        may_name=not row.signs_for_self and (second is None or second.state in {*OPEN, "expired"}),
        needed=row.signers_needed,
        languages=OWN_NAMES,
    )


def deed(
    conn: Connection, what: str, signup_id: UUID, form: Form, by: UUID, now: datetime
) -> Coroutine[Any, Any, object] | None:
    """What is to be done, or None with a sentence at each field that is wrong."""
    match what:
        case "second-guardian":
            guardian = _second(form)
            return guardian and second_guardian.name(conn, signup_id, guardian, now)
        case "objection":
            taken = build(form, _Taken, needed=NEEDED)
            return taken and second_guardian.record_objection(conn, signup_id, taken.taken_by, now)
        case "resolution":
            return _resolution(conn, signup_id, form, now)
        case _:
            interpreter = interpreter_form.read(form, needed=True)
            return interpreter and interpreting.done(conn, signup_id, interpreter, by, now)


def refuse(form: Form, what: str, refusal: Refused) -> None:
    """Put what a rule says at the field of this form."""
    if what == "second-guardian" and refusal.pointer:
        refusal.pointer = f"/second_{refusal.pointer.strip('/')}"
    form.refuse(refusal)


def _second(form: Form) -> Guardian | None:
    named = build(form, _Second, needed=NEEDED)
    given = {name: form.text(f"second_{name}").strip() for name in ("email", "phone", "language")}
    if given["language"] not in OWN_NAMES:
        form.errors["second_language"] = "Choose the language in which we write to them."
    for name, kind in (("email", Guardian), ("phone", Guardian)):
        if given[name] and not _fits(kind, name, given[name]):
            form.errors[f"second_{name}"] = (
                "Write a mail address like name@families.org."
                if name == "email"
                else "Write the phone number in digits, like 555-555-0119."
            )
    if named is None or form.errors:
        return None
    return Guardian(named.second_name, given["language"], given["email"] or None, given["phone"] or None)


def _fits(kind: type[Guardian], name: str, text: str) -> bool:
    try:
        msgspec.convert({"name": "A", "language": "en", name: text}, kind)
    except msgspec.ValidationError:
        return False
    return True


def _resolution(conn: Connection, signup_id: UUID, form: Form, now: datetime) -> Coroutine[Any, Any, None] | None:
    offered: dict[str, Decision] = {"upheld": "upheld", "lifted": "lifted"}
    decision = offered.get(form.text("decision"))
    decided = build(form, _Decided, needed=NEEDED)
    if decision is None:
        form.errors["decision"] = "Choose what was decided."
    try:
        reason = msgspec.convert(form.text("why").strip(), Reason)
    except msgspec.ValidationError:
        form.errors["why"] = "Write why, so that others understand it later."
        return None
    if decided is None or decision is None or form.errors:
        return None
    return second_guardian.resolve(conn, signup_id, decision, decided.decided_by, reason, now)
