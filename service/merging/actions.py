"""Two entries of one person become one, in one transaction: lock → look again → decide → write → record."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from service import db, events
from service.access import sign_ins, web_sessions
from service.coaching import actions as coaching
from service.convenings import queries as convenings
from service.db import Connection
from service.keeping import queries as keeping
from service.members import actions as members
from service.members import queries as people
from service.members.rules import Coaching, Contact, Membership, Person
from service.merging import coaching_writes, mail_writes, naming, pairing, queries, writes
from service.merging.rules import Entry, Facts, Look, NotLooked, Stands, picks
from service.merging.standing import Both
from service.registrations import actions as registrations
from service.registrations import changes, inviting_rules, office_writes
from service.registrations import invitation_queries as invitations
from service.registrations import invitation_writes as invitation_marks
from service.registrations import writes as registration_writes

WHY = "They were in the network twice. Their other registration stays."
"""What stands beside the registration that is given back."""
WHY_THEN = "One person was in the network twice, and both entries had a conversation at that time."
"""What the other of the two reads whose conversation is cancelled."""
JOINS = (
    writes.join_coached,
    writes.join_roles,
    writes.join_surveys,
    writes.join_plans,
    writes.join_told_apart,
    mail_writes.join_bulk_messages,
    coaching_writes.join_notes,
)


async def look(conn: Connection, kept_id: UUID, former_id: UUID, visitor_id: UUID, now: datetime) -> Look:
    """Everything that is to be read before; raises NotFound where one of them is not there."""
    kept, former = await queries.entry(conn, kept_id), await queries.entry(conn, former_id)
    parts = await queries.convenings_of(conn, [kept_id, former_id])
    facts = Facts(
        both=await queries.both(conn, kept_id, former_id, now),
        open_surveys=await queries.open_surveys(conn, kept_id, former_id),
        to_meet=await queries.to_meet(conn, kept_id, former_id, now),
        held=await keeping.is_held(conn, parts),
        is_visitor=visitor_id == former_id,
        is_going=await queries.is_going(conn, kept_id, former_id),
        schools_alone=await queries.schools_alone(conn, kept_id, former_id),
        moves=await queries.counts(conn, former_id) + await coaching_writes.counts(conn, kept_id, former_id, now),
    )
    return Look(kept=kept, former=former, facts=facts)


async def merge(
    conn: Connection, kept_id: UUID, former_id: UUID, chosen: Mapping[str, str], mark: str, by: UUID, now: datetime
) -> Look:
    """What was done, as it was read; raises NotLooked where something is different since, Stands, NoSuchPick, NotFound."""
    for convening_id in await queries.convenings_of(conn, [kept_id, former_id]):
        await convenings.lock(conn, convening_id)
    for person_id in sorted([kept_id, former_id]):
        await people.hold(conn, person_id)
    read = await look(conn, kept_id, former_id, by, now)
    if read.objections:
        raise Stands
    if read.mark != mark:
        raise NotLooked
    for clash in await coaching_writes.clashes(conn, kept_id, former_id, now):
        await coaching.end(conn, clash.convening_id, [clash.id], "organizer", WHY_THEN, now)
    for one in read.facts.both:
        await coaching_writes.keep_with_seat(conn, one)
        await _give_back(conn, one, by, now)
    taken = await _write_kept(conn, read, chosen, now)
    await _move(conn, read, by, now)
    await naming.follow(conn, read, taken["name"].name, now)
    return read


async def _give_back(conn: Connection, both: Both, by: UUID, now: datetime) -> None:
    """The worse of two registrations ends as any other; of a convening that is over, without a word."""
    if not both.stands:
        await registration_writes.end(conn, [both.goes.id], "withdrawn", now)
        await registration_writes.give_places_back(conn, [both.goes.id])
        return
    await registrations.withdraw(conn, both.goes.id, now)
    await office_writes.add_note(conn, both.goes.id, by, "withdrawn", WHY, now)


async def _write_kept(conn: Connection, read: Look, chosen: Mapping[str, str], now: datetime) -> Mapping[str, Entry]:
    """The kept entry as it was chosen field by field; whose value each field took."""
    taken = picks(read.kept, read.former, chosen)
    person = _person(read, taken)
    await pairing.join(conn, read, person.membership, now)
    await members.change(conn, read.kept.id, person, changes.correct_address, now)
    await writes.put_own_words(
        conn,
        read.kept.id,
        read.former.id,
        code=taken["code"].code,
        about=taken["about"].about,
        listed=taken["directory"].listed,
        email_listed=taken["directory"].email_listed,
    )
    return taken


def _person(read: Look, taken: Mapping[str, Entry]) -> Person:
    joined, coach_id = taken["joined"].joined, taken["coach"].coach_id
    if coach_id in (read.kept.id, read.former.id):
        coach_id = None
    contact = taken["contact"]
    return Person(
        name=taken["name"].name,
        email=read.kept.email,
        title=taken["title"].title,
        district_id=taken["district"].district_id,
        time_zone=taken["time_zone"].time_zone or None,
        pronouns=taken["pronouns"].pronouns,
        dietary=taken["dietary"].dietary,
        access_needs=taken["access_needs"].access_needs,
        badge_name=taken["badge_name"].badge_name,
        membership=Membership(joined, coach_id) if joined else None,
        coaching=Coaching(taken["bio"].bio) if read.kept.coaches or read.former.coaches else None,
        contact=Contact(contact.school_id, contact.contact_role, contact.phone) if contact.school_id else None,
    )


async def _move(conn: Connection, read: Look, by: UUID, now: datetime) -> None:
    """All that the former entry has; calendars, links and mail follow as when an address is corrected."""
    kept, former = read.kept, read.former
    moving, linked = await queries.moving(conn, former.id, now), await queries.all_registrations(conn, former.id)
    await sign_ins.end_all(conn, former.id, now)
    await web_sessions.end_all(conn, former.id)
    await writes.follow(conn, kept.id, former.id, by, now)
    await writes.renew_links(conn, linked, [one.id for one in moving], now)
    for join in JOINS:
        await join(conn, kept.id, former.id)
    await coaching_writes.join_slots(conn, kept.id, former.id, now)
    await coaching_writes.join_conversations(conn, kept.id, former.id, now)
    await mail_writes.join_deliveries(conn, kept.id, former.id, kept.email, former.email, now)
    await mail_writes.join_wishes(conn, kept.email, former.email)
    for one in await writes.join_invitations(conn, kept.id, former.id):
        await _invite_again(conn, one.id, now)
    await events.record(conn, now, [events.RegistrationAddressChanged(one.convening_id, one.id) for one in moving])
    await writes.remove(conn, former.id)
    former_address_id = db.new_id(now)
    await writes.keep_former_address(conn, former_address_id, kept.id, former.email, now)
    await events.record(conn, now, [events.PersonAddressChanged(kept.id, former_address_id)])


async def _invite_again(conn: Connection, invitation_id: UUID, now: datetime) -> None:
    """Who was asked by mail and has not answered gets the new link, where one can still answer."""
    found = await invitations.invitation(conn, invitation_id)
    convening = await convenings.convening(conn, found.convening_id)
    waits = found.answer == "silent" and found.mailed_at is not None and found.ended_at is None
    if waits and not inviting_rules.why_not(convening.standing, now):
        await invitation_marks.mail_again(conn, invitation_id, now)
        await events.record(conn, now, [events.InvitationRepeated(found.convening_id, invitation_id)])
