"""What organizers and the invited do with invitations: lock → decide → write → record the event."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from service import db, events
from service.convenings import queries as convenings
from service.db import Connection
from service.members import queries as members
from service.registrations import invitable_queries as people
from service.registrations import invitation_queries as queries
from service.registrations import invitation_writes as writes
from service.registrations import queries as registrations
from service.registrations.invitation_queries import InvitationRow
from service.registrations.inviting_rules import (
    MOST,
    AddressClosed,
    AlreadyInvited,
    Answered,
    ComesAlready,
    NobodyChosen,
    TooManyChosen,
    require_inviting,
    require_peace_kept,
)
from service.text import email_address


async def invite_people(conn: Connection, convening_id: UUID, person_ids: Sequence[UUID], now: datetime) -> list[UUID]:
    """Invite these people by mail, all at once; whoever was invited or registered meanwhile is passed over.

    The invitations that were made; raises InvitingClosed, NobodyChosen, TooManyChosen.
    """
    if not person_ids:
        raise NobodyChosen
    if len(set(person_ids)) > MOST:
        raise TooManyChosen
    await _lock(conn, convening_id, now)
    wanted = [one.id for one in await people.invitable(conn, convening_id, person_ids) if not one.suppressed]
    return await _mail(conn, convening_id, wanted, now)


async def invite_one(conn: Connection, convening_id: UUID, name: str, email: str, now: datetime) -> UUID:
    """Invite by mail whoever has this address; a person is made where nobody has it.

    Raises InvitingClosed, and what is said at the address: NoSuchAddress, AddressClosed, ComesAlready, AlreadyInvited.
    """
    address = email_address(email)
    await _lock(conn, convening_id, now)
    [known] = await members.upsert_by_address(conn, [db.new_id(now)], [name.strip()], [address], [""], now)
    if await _comes(conn, convening_id, known.id):
        raise ComesAlready(pointer="/email")
    if await queries.invitation_of(conn, convening_id, known.id):
        raise AlreadyInvited(pointer="/email")
    if not await members.is_known(conn, known.id, now):
        await writes.name_unproven(conn, known.id, name.strip())
    if await queries.is_suppressed(conn, address):
        raise AddressClosed(pointer="/email")
    [invitation_id] = await _mail(conn, convening_id, [known.id], now)
    return invitation_id


async def ask_again(conn: Connection, invitation_id: UUID, now: datetime) -> InvitationRow:
    """Write once more to who has not answered, or invite again whose invitation was taken back; a no is an answer.

    At most once a day; raises AskedToday, Answered, InvitingClosed.
    """
    found = await _locked(conn, invitation_id, now)
    if found.answer in ("registered", "waits", "declined") or found.declined_at:
        raise Answered
    if found.answer != "ended":
        require_peace_kept(found.mailed_at, now)
    await writes.mail_again(conn, invitation_id, now)
    repeated = found.answer == "silent" and found.mailed_at is not None
    event = events.InvitationRepeated if repeated else events.PersonInvited
    await events.record(conn, now, [event(found.convening_id, invitation_id)])
    return found


async def end(conn: Connection, invitation_id: UUID, now: datetime) -> InvitationRow:
    """Take an invitation back: its link leads nowhere, and a mail that has not left yet stays here; twice is once.

    Raises Answered for somebody who is registered or waits: there the registration is withdrawn.
    """
    await writes.lock(conn, invitation_id)
    found = await queries.invitation(conn, invitation_id)
    if found.answer in ("registered", "waits"):
        raise Answered("This person has answered and is registered. Withdraw the registration instead.")
    if await writes.end(conn, invitation_id, now):
        await events.record(conn, now, [events.InvitationEnded(found.convening_id, invitation_id)])
    return found


async def decline(conn: Connection, invitation_id: UUID, now: datetime) -> None:
    """The person cannot come; a second click changes nothing, and who is registered stays so."""
    await writes.lock(conn, invitation_id)
    found = await queries.invitation(conn, invitation_id)
    if found.answer in ("registered", "waits"):
        return
    if await writes.decline(conn, invitation_id, now):
        await events.record(conn, now, [events.InvitationDeclined(found.convening_id, invitation_id)])


async def own(conn: Connection, convening_id: UUID, person_id: UUID, now: datetime) -> UUID:
    """The invitation through which somebody who is signed in comes to the form; nothing is mailed."""
    await convenings.lock(conn, convening_id)  # or it would not know of a registration in this moment
    return await writes.put_own(conn, db.new_id(now), convening_id, person_id, now)


async def _lock(conn: Connection, convening_id: UUID, now: datetime) -> None:
    """Behind the convening's lock two organizers who invite the same people follow one another."""
    await convenings.lock(conn, convening_id)
    require_inviting((await convenings.convening(conn, convening_id)).standing, now)


async def _locked(conn: Connection, invitation_id: UUID, now: datetime) -> InvitationRow:
    await _lock(conn, (await queries.invitation(conn, invitation_id)).convening_id, now)
    await writes.lock(conn, invitation_id)
    return await queries.invitation(conn, invitation_id)


async def _mail(conn: Connection, convening_id: UUID, person_ids: Sequence[UUID], now: datetime) -> list[UUID]:
    ids = [db.new_id(now) for _ in person_ids]
    made = await writes.put_mailed(conn, ids, convening_id, person_ids, now)
    await events.record(conn, now, [events.PersonInvited(convening_id, one) for one in made])
    return made


async def _comes(conn: Connection, convening_id: UUID, person_id: UUID) -> bool:
    """Whether they are registered or wait; a held place is no answer, since any stranger can ask for one."""
    live = await registrations.live_among(conn, convening_id, [person_id])
    return any(one.state != "held" for one in live)
