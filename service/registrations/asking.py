"""What strangers ask for on the public form: a place is held until they confirm, and no answer tells who is here."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from service import events
from service.convenings import queries as convenings
from service.db import Connection
from service.errors import Refused
from service.registrations import actions, queries, rules, writes
from service.registrations.admission import slots_of
from service.registrations.rules import Register, Slot


async def ask_publicly(
    conn: Connection, convening_id: UUID, requests: Sequence[Register], now: datetime
) -> list[Refused | None]:
    """Hold places in the order of the requests; None where there is nothing to say, be the address known here or not.

    So the sessions are judged first, and for everybody alike: a full one is refused whoever asks. Call behind the
    convening's lock.
    Raises RegistrationClosed for all of them, and NotFound where there is no such convening.
    """
    refusals = await _full_sessions(conn, convening_id, requests)
    left = [number for number in range(len(requests)) if number not in refusals]
    while left:
        asked = [requests[one] for one in left]
        outcomes = await actions.register(conn, convening_id, asked, source="public", now=now, locked=True)
        again: list[int] = []
        for number, outcome in zip(left, outcomes, strict=True):
            if isinstance(outcome, rules.AlreadyRegistered) and outcome.registration_id:
                await _write_anew(conn, outcome.registration_id, requests[number], now)
                await events.record(conn, now, [events.RegistrationRepeated(convening_id, outcome.registration_id)])
            elif isinstance(outcome, rules.AlreadyRegistered):
                again.append(number)  # behind another of this set, which has a place by now
            elif isinstance(outcome, Refused):
                refusals[number] = outcome
        left = again
    return [refusals.get(number) for number in range(len(requests))]


async def _full_sessions(conn: Connection, convening_id: UUID, requests: Sequence[Register]) -> dict[int, Refused]:
    """What is refused for its choice of sessions, by its place; a held place takes none in a session."""
    if not any(one.sessions for one in requests):
        return {}
    await convenings.lock_sessions(conn, convening_id)
    slots = await slots_of(conn, convening_id)
    judged = {number: _why_not(one, slots) for number, one in enumerate(requests) if one.sessions}
    return {number: refusal for number, refusal in judged.items() if refusal}


def _why_not(request: Register, slots: Mapping[UUID, Slot]) -> Refused | None:
    try:
        rules.check_choice(request.sessions, list(slots.values()), placed=True)
    except Refused as refusal:
        return refusal
    return None


async def _write_anew(conn: Connection, registration_id: UUID, request: Register, now: datetime) -> None:
    """While the address is not confirmed the form written last counts: who goes back to mend a name gets the mended one."""
    if (await queries.registration(conn, registration_id)).state != "held":
        return
    await writes.set_details(
        conn,
        registration_id,
        name=request.name.strip(),
        title=request.title.strip(),
        district_name=request.district.strip(),
        dietary=request.dietary.strip(),
        access_needs=request.access_needs.strip(),
        now=now,
    )
    await writes.drop_choices(conn, registration_id)
    if request.sessions:
        chosen = request.sessions
        await writes.add_choices(conn, [registration_id for _ in chosen], chosen, [False for _ in chosen])
