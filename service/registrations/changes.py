"""What a person changes about their own registration: details, sessions, the address."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import asyncpg
from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from service import db, events
from service.access import sign_ins, web_sessions
from service.convenings import queries as convenings
from service.db import Connection
from service.members import queries as members
from service.members.rules import AddressTaken
from service.registrations import invitation_writes, queries, rules, writes
from service.registrations.admission import require_standing, slots_of
from service.registrations.queries import ChoiceRow, RegistrationRow
from service.registrations.rules import Change
from service.text import email_address


async def change(conn: Connection, registration_id: UUID, wanted: Change, now: datetime) -> RegistrationRow:
    """The registration afterwards."""
    row, _ = await write(conn, registration_id, wanted, now)
    return row


async def write(
    conn: Connection, registration_id: UUID, wanted: Change, now: datetime
) -> tuple[RegistrationRow, Sequence[str]]:
    """Write what is different, whole or not at all, and say which fields that are.

    Full sessions are refused naming the open ones.
    """
    await convenings.lock(conn, await queries.convening_of(conn, registration_id))
    await queries.lock(conn, registration_id)
    found = await queries.registration(conn, registration_id)
    if found.state not in rules.LIVE:
        raise rules.NotLive
    require_standing(await convenings.convening(conn, found.convening_id))
    wanted = _different(found, await queries.choices(conn, [found.id]), wanted)
    if wanted == Change():
        return found, []
    await _write_details(conn, found, wanted, now)
    if wanted.sessions is not UNSET:
        await _choose(conn, found, wanted.sessions)
    await events.record(conn, now, [events.RegistrationChanged(found.convening_id, registration_id)])
    if wanted.email is not UNSET:
        await _correct_address(conn, found, wanted.email, now)
    fields = [name for name in wanted.__struct_fields__ if getattr(wanted, name) is not UNSET]
    return await queries.registration(conn, registration_id), fields


def _different(found: RegistrationRow, choices: Sequence[ChoiceRow], wanted: Change) -> Change:
    """What is wanted, without what stands so already; a wish for a session that has room now is none of that."""
    stands = {
        "name": found.name,
        "email": found.email,
        "title": found.title,
        "district": found.district_name,
        "dietary": found.dietary,
        "access_needs": found.access_needs,
    }
    same = {name for name, text in stands.items() if _text(getattr(wanted, name)) == text}
    placed = found.seated and found.state != "held"
    if wanted.sessions is not UNSET and sorted(wanted.sessions) == sorted(one.session_id for one in choices):
        same |= {"sessions"} if all(one.placed == placed for one in choices) else set()
    return replace(wanted, **dict.fromkeys(same, UNSET))


def _text(value: str | UnsetType) -> str | None:
    return None if value is UNSET else value.strip()


async def _write_details(conn: Connection, found: RegistrationRow, wanted: Change, now: datetime) -> None:
    await writes.set_details(
        conn,
        found.id,
        name=found.name if wanted.name is UNSET else wanted.name.strip(),
        title=found.title if wanted.title is UNSET else wanted.title.strip(),
        district_name=found.district_name if wanted.district is UNSET else wanted.district.strip(),
        dietary=found.dietary if wanted.dietary is UNSET else wanted.dietary.strip(),
        access_needs=found.access_needs if wanted.access_needs is UNSET else wanted.access_needs.strip(),
        now=now,
    )


async def _choose(conn: Connection, found: RegistrationRow, chosen: Sequence[UUID]) -> None:
    """Replace the chosen sessions; the places given up are free for this very choice."""
    await convenings.lock_sessions(conn, found.convening_id)
    await writes.drop_choices(conn, found.id)
    slots = await slots_of(conn, found.convening_id)
    placed = found.seated and found.state != "held"
    rules.check_choice(chosen, list(slots.values()), placed=placed)
    if chosen:
        await writes.add_choices(conn, [found.id for _ in chosen], chosen, [placed for _ in chosen])


async def _correct_address(conn: Connection, found: RegistrationRow, typed: str, now: datetime) -> None:
    """Nothing but this registration goes to another address, and with it the personal link.

    The person is mended where they are only if nothing else knows them; see docs/decisions/008.
    """
    email = email_address(typed)
    same = email.lower() == found.email.lower()
    await members.hold(conn, found.person_id)
    if await members.is_known(conn, found.person_id, now) or await queries.has_another(conn, found.person_id, found.id):
        if not same:
            await _hand_over(conn, found, email, now)
        return
    try:
        async with conn.transaction():
            await members.set_address(conn, found.person_id, email)
    except asyncpg.UniqueViolationError:
        await _hand_over(conn, found, email, now)
        return
    if not same:
        await _follow(conn, found.person_id, now)


async def _hand_over(conn: Connection, found: RegistrationRow, email: str, now: datetime) -> None:
    """This one registration is the person's of that address, unless they are registered here themselves."""
    [known] = await members.upsert_by_address(conn, [db.new_id(now)], [found.name], [email], [found.title], now)
    if await queries.live_among(conn, found.convening_id, [known.id]):
        raise rules.AddressNotUsable(pointer="/email")
    await writes.hand_over(conn, found.id, known.id, now)
    await events.record(conn, now, [events.RegistrationAddressChanged(found.convening_id, found.id)])


async def correct_address(conn: Connection, person_id: UUID, email: str, now: datetime) -> None:
    """An organizer of the network writes another address of somebody, already checked; the old one is told.

    Whoever reads mail there is signed in nowhere any more. Raises AddressTaken where it is somebody else's.
    """
    before = await members.lock(conn, person_id)
    try:
        async with conn.transaction():
            await members.set_address(conn, person_id, email)
    except asyncpg.UniqueViolationError:
        raise AddressTaken(pointer="/email") from None
    if email.lower() == before.lower():
        return
    former_id = db.new_id(now)
    await members.keep_former_address(conn, former_id, person_id, before, now)
    await web_sessions.end_all(conn, person_id)
    await sign_ins.end_all(conn, person_id, now)
    await _follow(conn, person_id, now)
    await events.record(conn, now, [events.PersonAddressChanged(person_id, former_id)])


async def _follow(conn: Connection, person_id: UUID, now: datetime) -> None:
    """All live registrations of somebody whose address is another one."""
    renewed = await writes.new_links(conn, person_id, now)
    await invitation_writes.new_links(conn, person_id)
    await events.record(conn, now, [events.RegistrationAddressChanged(one.convening_id, one.id) for one in renewed])
