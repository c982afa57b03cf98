"""What follows when two entries become one: registrations, calendars, owed mail, roles, what each said."""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from service import db, events
from service.access import sign_ins
from service.convenings import reminders
from service.db import Connection, Pool
from service.errors import NotFound
from service.members import queries as people
from service.merging import actions
from service.merging.rules import NotLooked, Stands
from service.registrations import inviting
from service.registrations import queries as registrations
from tests import make
from tests.access.conftest import person
from tests.access.test_rights import give
from tests.deliveries.conftest import delivery
from tests.merging.conftest import FORMER, KEPT, Two, merged
from tests.workers.conftest import Office, kind
from tests.workers.conftest import office as post

__all__ = ["post"]


async def registered(conn: Connection, convening_id: UUID, email: str, now: datetime) -> UUID:
    return (await make.registered(conn, convening_id, 3, now=now, name="Wren Okonkwo", email=email)).id


async def test_a_registration_goes_on_and_its_calendar_entry_follows_to_the_kept_address(
    conn: Connection, post: Office, two: Two, tamsin: UUID, now: datetime
) -> None:
    convening = await make.convening(conn, now)
    theirs = await registered(conn, convening.id, FORMER, now)
    assert [(mail["To"].addresses[0].addr_spec, kind(mail)) for mail in await post.settle()] == [(FORMER, "REQUEST")]
    generation = (await registrations.registration(conn, theirs)).generation

    await merged(conn, two, tamsin, now)

    row = await registrations.registration(conn, theirs)
    assert (row.person_id, row.email, row.state, row.generation) == (two.kept, KEPT, "confirmed", generation + 1)
    sent = sorted((mail["To"].addresses[0].addr_spec, kind(mail)) for mail in await post.settle())
    assert sent == [(FORMER, "CANCEL"), (KEPT, "REQUEST")]  # the first says also where mail goes now
    live = "select recipient from calendar_entry where registration_id = $1 and ended_at is null"
    assert await db.many(conn, str, live, theirs) == [KEPT]


async def test_the_address_that_goes_is_told_once_where_no_calendar_there_is(
    conn: Connection, post: Office, two: Two, tamsin: UUID, now: datetime
) -> None:
    await merged(conn, two, tamsin, now)
    [told] = await post.settle()
    assert (told["To"].addresses[0].addr_spec, told["Subject"]) == (FORMER, "Your address for signing in was changed")


async def test_of_two_seats_one_stays_and_the_other_goes_to_the_next_on_the_list(
    conn: Connection, post: Office, two: Two, tamsin: UUID, now: datetime
) -> None:
    convening = await make.convening(conn, now, capacity=2)
    ours, theirs = [await registered(conn, convening.id, email, now) for email in (KEPT, FORMER)]
    waits = await make.registered(conn, convening.id, 5, now=now)
    await post.settle()

    await merged(conn, two, tamsin, now)

    states = [(await registrations.registration(conn, one)).state for one in (ours, theirs, waits.id)]
    assert states == ["confirmed", "withdrawn", "offered"]
    sent = sorted((mail["To"].addresses[0].addr_spec, kind(mail)) for mail in await post.settle())
    assert sent == sorted([(FORMER, "CANCEL"), (waits.email, ""), (FORMER, "")])
    reason = "select reason from registration_note where registration_id = $1"
    assert "twice" in await db.one(conn, str, reason, theirs)


async def test_a_seat_is_better_than_a_place_on_the_list_whoever_has_it(
    conn: Connection, post: Office, two: Two, tamsin: UUID, now: datetime
) -> None:
    convening = await make.convening(conn, now, capacity=1)
    theirs, ours = [await registered(conn, convening.id, email, now) for email in (FORMER, KEPT)]
    await post.settle()
    await merged(conn, two, tamsin, now)
    rows = [await registrations.registration(conn, one) for one in (ours, theirs)]
    assert [(one.state, one.email) for one in rows] == [("withdrawn", KEPT), ("confirmed", KEPT)]
    assert (KEPT, "REQUEST") in [(mail["To"].addresses[0].addr_spec, kind(mail)) for mail in await post.settle()]


async def test_of_a_convening_that_is_over_the_second_registration_ends_without_a_word(
    conn: Connection, post: Office, two: Two, tamsin: UUID, now: datetime
) -> None:
    convening = await make.convening(conn, now)
    for email in (KEPT, FORMER):
        await registered(conn, convening.id, email, now)
    await post.settle()
    await db.run(conn, "update convening set state = 'completed' where id = $1", convening.id)
    await merged(conn, two, tamsin, now)
    assert await make.standing(conn, convening.id) == {"confirmed": 1, "withdrawn": 1}
    assert [mail["Subject"] for mail in await post.settle()] == ["Your address for signing in was changed"]


async def test_who_came_twice_cannot_be_merged_before_somebody_looked(
    conn: Connection, owner: Connection, two: Two, tamsin: UUID, now: datetime
) -> None:
    convening = await make.convening(conn, now)
    for email in (KEPT, FORMER):
        registration_id = await registered(conn, convening.id, email, now)
        await db.run(
            conn,
            """insert into scan (id, convening_id, registration_id, direction, at, device_at, received_at, device, outcome)
               values ($1, $2, $1, 'in', $3, $3, $3, 'desk', 'recorded')""",
            registration_id,
            convening.id,
            now,
        )
    read = await actions.look(conn, two.kept, two.former, tamsin, now)
    assert [sentence for sentence in read.objections if "with two badges" in sentence]
    with pytest.raises(Stands):
        await merged(conn, two, tamsin, now)


async def test_what_is_owed_goes_to_the_kept_address_once(
    conn: Connection, post: Office, two: Two, tamsin: UUID, now: datetime
) -> None:
    convening = await make.convening(conn, now)
    theirs = await make.registered(conn, convening.id, 3, now=now, email=FORMER)
    await post.settle()
    await events.record(conn, now, [events.ReminderReached(convening.id, theirs.id, 7, reminders.due(convening, 7))])
    await post.react()
    owed = await db.one(conn, UUID, "select id from delivery where kind = 'reminder'")
    event = "insert into event (id, kind, payload, created_at, next_at, handled_at) values ($1, 'x', '{}', $2, $2, $2)"
    await conn.execute(event, theirs.id, now)
    for one, email in ((two.kept, KEPT), (two.former, FORMER)):  # both are owed the same because of one fact
        same = await delivery(conn, theirs, now=now + timedelta(minutes=1), kind="report_due")
        facts = "update delivery set event_id = $2, due_at = null, person_id = $3, recipient = $4 where id = $1"
        await conn.execute(facts, same, theirs.id, one, email)
    await merged(conn, two, tamsin, now)
    post.later(minutes=2)
    sent = [(mail["To"].addresses[0].addr_spec, mail["Subject"]) for mail in await post.settle()]
    assert [to for to, subject in sent if subject.startswith("Students still wait")] == [KEPT]
    assert [to for to, subject in sent if "tomorrow" in subject or "week" in subject] == [KEPT]
    row = await db.one(conn, str, "select state || ' ' || recipient as row from delivery where id = $1", owed)
    assert row == f"sent {KEPT}"


async def test_what_the_clock_said_to_both_for_one_due_time_keeps_nobody_from_being_merged_and_is_said_once(
    conn: Connection, post: Office, two: Two, tamsin: UUID, now: datetime
) -> None:
    """Both had conversations on one day: each got, or is owed, a reminder that is unique by its due time."""
    convening = await make.convening(conn, now)
    theirs = await make.registered(conn, convening.id, 3, now=now, email=FORMER)
    await post.settle()
    for state in ("sent", "queued"):
        for one, email in ((two.kept, KEPT), (two.former, FORMER)):
            same = await delivery(conn, theirs, state, now=now + timedelta(minutes=1), kind="report_due")
            facts = "update delivery set person_id = $2, recipient = $3, due_at = $4 where id = $1"
            await conn.execute(facts, same, one, email, now + timedelta(days=2 if state == "sent" else 1))
    await merged(conn, two, tamsin, now)
    found = "select state from delivery where kind = 'report_due' and person_id = $1 order by state"
    assert await db.many(conn, str, found, two.kept) == ["cancelled", "queued", "sent", "sent"]
    assert await db.one(conn, int, "select count(distinct due_at) from delivery where kind = 'report_due'") == 2


async def test_an_open_invitation_is_mailed_to_the_kept_address_and_a_no_counts(
    conn: Connection, post: Office, two: Two, tamsin: UUID, now: datetime
) -> None:
    first, second = await make.convening(conn, now), await make.convening(conn, now, title="Winter Convening")
    await inviting.invite_one(conn, first.id, "Wren Okonkwo", FORMER, now)
    ours = await inviting.invite_one(conn, second.id, "Wren Okonkwo", KEPT, now)
    declined = await inviting.invite_one(conn, second.id, "Wren Okonkwo", FORMER, now)
    await post.settle()
    await inviting.decline(conn, declined, post.later(minutes=1))

    await merged(conn, two, tamsin, post.later(minutes=1))

    asked = [mail for mail in await post.settle() if "/i/" in mail.get_body(("plain",)).get_content()]
    sent = [(mail["To"].addresses[0].addr_spec, mail["Subject"]) for mail in asked]
    assert sent == [(KEPT, "Can you come? Fall Convening")]
    left = "select convening_id::text || ' ' || (declined_at is not null) as said from invitation where person_id = $1"
    assert set(await db.many(conn, str, left, two.kept)) == {f"{first.id} false", f"{second.id} true"}
    assert await db.many(conn, UUID, "select id from invitation where convening_id = $1", second.id) == [ours]


async def test_both_asked_by_an_open_survey_wait_whatever_they_have_answered_and_anonymous_answers_stay_nobodys(
    conn: Connection, owner: Connection, two: Two, tamsin: UUID, now: datetime
) -> None:
    convening = await make.convening(conn, now)
    survey = await survey_of(owner, convening.id, now)
    for one in (two.kept, two.former):
        await conn.execute("insert into survey_invitation (id, survey_id, person_id) values ($1, $2, $1)", one, survey)
    said: set[tuple[str, ...]] = set()
    for answered in ([], [two.kept], [two.kept, two.former]):
        await conn.execute("update survey_invitation set answered = person_id = any($1::uuid[])", answered)
        said.add(tuple((await actions.look(conn, two.kept, two.former, tamsin, now)).objections))
        with pytest.raises(Stands):
            await merged(conn, two, tamsin, now)
    assert len(said) == 1
    answers = "select xmin::text || id::text || body::text as row from answer order by id"
    await owner.execute("insert into answer values (gen_random_uuid(), $1, 'core', '{}')", survey)
    await owner.execute("set session_replication_role = replica")
    await owner.execute("update survey set state = 'closed', closed_at = $1, release = '{}', invited = 2", now)
    await owner.execute("set session_replication_role = default")
    before = await db.many(conn, str, answers)
    await merged(conn, two, tamsin, now)
    assert await db.many(conn, str, answers) == before
    assert await db.many(conn, UUID, "select person_id from survey_invitation") == [two.kept]


async def survey_of(owner: Connection, convening_id: UUID, now: datetime) -> UUID:
    survey_id = db.new_id(now)
    await owner.execute(
        """insert into survey (id, convening_id, code, version, audience, privacy, definition, state, public_key, created_at,
                               opened_at, closes_at)
           values ($1, $2, 'members', 1, 'members', 'anonymous', '{}', 'open', 'k', $3, $3, $3)""",
        survey_id,
        convening_id,
        now,
    )
    return survey_id


async def test_what_both_said_under_their_name_and_planned_is_kept_together(
    conn: Connection, owner: Connection, two: Two, tamsin: UUID, now: datetime
) -> None:
    convening = await make.convening(conn, now)
    survey = await survey_of(owner, convening.id, now)
    for one, words in ((two.kept, "First."), (two.former, "Second.")):
        await conn.execute("insert into survey_invitation (id, survey_id, person_id) values ($1, $2, $1)", one, survey)
        await conn.execute("insert into named_quote values ($1, 'Wren', $2, $1)", one, words)
        await conn.execute("insert into commitment values ($1, $2, $3, $4)", convening.id, one, words, now)
    await owner.execute("set session_replication_role = replica")
    await owner.execute("update survey set state = 'closed', closed_at = $1, release = '{}', invited = 2", now)
    await owner.execute("set session_replication_role = default")
    await merged(conn, two, tamsin, now)
    quote = "select words || coalesce(shown_by::text, ', to be read again') as quote from named_quote"
    assert await db.many(conn, str, quote) == ["First.\n\nSecond., to be read again"]
    assert await db.many(conn, str, "select words from commitment where person_id = $1", two.kept) == ["First.\nSecond."]


async def test_a_running_legal_hold_keeps_both(conn: Connection, two: Two, tamsin: UUID, now: datetime) -> None:
    hold = "insert into legal_hold (id, reason, begun_at) values (gen_random_uuid(), 'Counsel', $1)"
    await conn.execute(hold, now)
    with pytest.raises(Stands):
        await merged(conn, two, tamsin, now)


async def test_they_are_signed_out_keep_every_role_once_and_sign_in_by_either_address(
    conn: Connection, two: Two, tamsin: UUID, now: datetime
) -> None:
    convening = await make.convening(conn, now)
    for one in (two.kept, two.former):
        await give(conn, now, one, "moderator", convening.id)
    await give(conn, now, two.former, "organizer")
    await give(conn, now, two.former, "coach")
    coached = await person(conn, now, "Ida", "ida@a.example")
    await conn.execute("insert into membership values ($1, 2020, $2), ($3, 2021, $2)", coached, two.former, two.kept)
    await conn.execute("insert into opt_out values ($1, 'reminders', $2)", FORMER, now)
    await merged(conn, two, tamsin, now)
    roles = "select role from role_grant where person_id = $1 order by role"
    assert await db.many(conn, str, roles, two.kept) == ["moderator", "organizer"]
    assert await db.maybe(conn, UUID, "select coach_id from membership where person_id = $1", coached) == two.kept
    assert await db.maybe(conn, UUID, "select coach_id from membership where person_id = $1", two.kept) is None
    assert await db.many(conn, str, "select stream from opt_out where address_key = $1", KEPT) == ["reminders"]
    assert await people.person_with(conn, FORMER.upper()) == two.kept
    sign_in = db.new_id(now)
    given = {"browser_hash": b"b", "nonce": b"n", "link_hash": b"l", "code_hash": b"c", "next_path": ""}
    await sign_ins.insert(conn, sign_in, email=FORMER, now=now, expires_at=now + timedelta(minutes=9), **given)
    asked = await sign_ins.addressee(conn, sign_in)
    assert asked is not None
    assert (asked.person_id, asked.email) == (two.kept, KEPT)


async def test_whoever_registers_by_the_former_address_is_no_third_person(
    conn: Connection, two: Two, tamsin: UUID, now: datetime
) -> None:
    await merged(conn, two, tamsin, now)
    convening = await make.convening(conn, now)
    requests = [make.request(1, email=FORMER), make.request(2, email=KEPT)]
    async with conn.transaction():
        outcomes = await make.registrations.register(conn, convening.id, requests, source="organizer", now=now)
    assert [type(one).__name__ for one in outcomes] == ["Registered", "AlreadyRegistered"]
    row = await registrations.registration(conn, getattr(outcomes[0], "id"))  # noqa: B009
    assert (row.person_id, row.email) == (two.kept, KEPT)
    assert await db.one(conn, int, "select count(*) as n from person where email_key = $1", FORMER) == 0


async def test_two_organizers_at_once_merge_once_and_what_changed_meanwhile_is_looked_at_again(
    conn: Connection, pool: Pool, two: Two, tamsin: UUID, now: datetime
) -> None:
    read = await actions.look(conn, two.kept, two.former, tamsin, now)
    other_way = await actions.look(conn, two.former, two.kept, tamsin, now)
    await conn.execute("update person set title = 'Principal' where id = $1", two.kept)
    with pytest.raises(NotLooked):
        await make.alone(pool, lambda c: actions.merge(c, two.kept, two.former, {}, read.mark, tamsin, now))
    await conn.execute("update person set title = '' where id = $1", two.kept)
    done = await asyncio.gather(
        make.alone(pool, lambda c: actions.merge(c, two.kept, two.former, {}, read.mark, tamsin, now)),
        make.alone(pool, lambda c: actions.merge(c, two.former, two.kept, {}, other_way.mark, tamsin, now)),
        return_exceptions=True,
    )
    assert sorted(type(one).__name__ for one in done) == ["Look", NotFound.__name__]
    assert await db.one(conn, int, "select count(*) as n from merged_person") == 1


async def test_a_registration_that_is_still_to_come_says_the_name_that_was_chosen_and_one_of_its_own_stays(
    conn: Connection, post: Office, two: Two, tamsin: UUID, now: datetime
) -> None:
    names: dict[UUID, str] = {}
    for title, name in (("Fall Convening", "Okonkwo, Wren"), ("Winter Convening", "Dr. Wren O."), ("Over", "Okonkwo, Wren")):
        convening = await make.convening(conn, now, title=title)
        row = await make.registered(conn, convening.id, 3, now=now, name=name, email=FORMER)
        names[row.id] = title
        if title == "Over":
            await db.run(conn, "update convening set state = 'completed' where id = $1", convening.id)
    await post.settle()
    await merged(conn, two, tamsin, now, name="kept")
    said = {names[id_]: (await registrations.registration(conn, id_)).name for id_ in names}
    assert said == {"Fall Convening": "Wren Okonkwo", "Winter Convening": "Dr. Wren O.", "Over": "Okonkwo, Wren"}
    mails = await post.settle()
    [invite] = [one for one in mails if kind(one) == "REQUEST" and "Fall" in one["Subject"]]
    assert (invite["To"].addresses[0].addr_spec, "Wren Okonkwo" in invite["To"]) == (KEPT, True)
    assert [kind(one) for one in mails].count("REQUEST") == 2, "nothing is sent twice because of a name"


@pytest.mark.parametrize(
    ("coaches", "chosen", "told"),
    [
        (("Cole", "Cole"), "kept", []),
        ((None, "Cole"), "former", []),
        (("Cole", None), "kept", []),
        (("Cole", "Ida"), "kept", ["ida@a.example", KEPT]),
        (("Cole", "Ida"), "former", ["cole@a.example", KEPT]),
        (("Cole", None), "former", ["cole@a.example", KEPT]),
    ],
)
async def test_of_two_coaches_the_one_who_loses_them_is_told_and_nobody_hears_what_stands_already(
    conn: Connection,
    post: Office,
    two: Two,
    tamsin: UUID,
    now: datetime,
    coaches: tuple[str | None, str | None],
    chosen: str,
    told: list[str],
) -> None:
    ids: dict[str | None, UUID | None] = {None: None}
    for name in {name for name in coaches if name}:
        ids[name] = coach = await person(conn, now, name, f"{name.lower()}@a.example")
        await give(conn, now, coach, "coach")
    for one, called in zip((two.kept, two.former), coaches, strict=True):
        await conn.execute("insert into membership values ($1, 2020, $2)", one, ids[called])
    await merged(conn, two, tamsin, now, coach=chosen)
    coach_id = ids[coaches[chosen == "former"]]
    assert await db.maybe(conn, UUID, "select coach_id from membership where person_id = $1", two.kept) == coach_id
    sent = [(mail["To"].addresses[0].addr_spec, mail["Subject"]) for mail in await post.settle()]
    assert sorted(to for to, subject in sent if "signing in" not in subject) == sorted(told)
