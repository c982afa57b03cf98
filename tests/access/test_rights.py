"""Every route, tried by every role with one's own things, another's and none, against the one table of rights."""

import io
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

import msgspec
import pytest
from litestar import Litestar

from service import db
from service.access.actions import keep_token
from service.access.rights import RIGHTS, admits
from service.access.rules import GRANTED, ROLES, Held, Role
from service.bulk import actions as bulk
from service.bulk import writes as bulk_writes
from service.bulk.rules import Wanted
from service.coaching import notes
from service.consents import evidence, signing_up, versions
from service.consents.rules import Student
from service.consents.said import Word
from service.convenings import queries as convenings
from service.db import Connection
from service.field_cipher import ring
from service.keeping import media_queries
from service.keeping import writes as keeping_writes
from service.keeping.media_queries import ItemRow
from service.materials import actions as materials
from service.materials import writes as material_writes
from service.materials.rules import Viewer
from service.materials.rules import Wanted as WantedMaterial
from service.materials.writes import StoredFile
from service.members import places
from service.members.rules import District
from service.panels import writes as panel_writes
from service.registrations import actions
from service.registrations.queries import RegistrationRow
from service.settings import Settings
from service.surveys import answering, asked_queries, closing, creating, opening, report_back, set_files
from service.surveys import writes as survey_writes
from service.surveys.audiences import Asked
from service.surveys.examples import SETS
from service.surveys.report_back import SaidDid
from service.surveys.sealing import Keys
from service.web import links
from service.web.security import handlers
from tests import make
from tests.access.conftest import Browser, person, seal, sign_in
from tests.conftest import RIGHTS_CHECKED
from tests.consents import desk
from tests.deliveries.conftest import delivery
from tests.imports.made import brought

HOLDERS: tuple[tuple[Role | None, bool], ...] = (
    *((role, True) for role in ROLES),
    *((role, False) for role in GRANTED if role != "system_admin"),
    (None, True),
)
"""Each role, and whether it is held everywhere or in one convening; the last one is signed in and has no role at all."""
REMOVES = ("/office/materials/{material_id}/removal", "POST")
"""After it there is another one to go on with."""
PERSONAL = ("{session_id}", "{token_id}", "{import_id}")
"""Things that belong to nobody but their person, whoever organizes everything."""
TOKEN = "a-token-of-an-organizer-for-tests"
NOBODY = "0199e0a4-5d7b-7cc0-8e52-3f3f6a1d9b10"
SIGNS_OUT = ("/sign-out", "/account/sessions/{session_id}/end")
ENDS = ("/roles/{grant_id}/end", "/account/sessions/{session_id}/end", "/account/tokens/{token_id}/end")
"""What is gone already leads back to the list."""
Things = dict[str, dict[str, str]]
"""For each parameter of a path, what to put there: one's own, another's, and what nobody has."""


async def give(conn: Connection, now: datetime, person_id: UUID, role: Role, convening_id: UUID | None = None) -> UUID:
    """Write a role into the table that it comes from."""
    grant_id = db.new_id(now)
    if role in GRANTED:
        await db.run(
            conn,
            "insert into role_grant (id, person_id, role, convening_id, created_at) values ($1, $2, $3, $4, $5)",
            grant_id,
            person_id,
            role,
            convening_id,
            now,
        )
    elif role == "coach":
        await db.run(conn, "insert into coach (person_id) values ($1)", person_id)
    elif role == "member":
        await db.run(conn, "insert into membership (person_id, joined_year) values ($1, 2020)", person_id)
    else:
        for sql in (
            "insert into district (id, code, name, state, time_zone) values ($1, 'd', 'D', 'NY', 'America/New_York')",
            "insert into school (id, code, name, district_id) values ($1, 's', 'S', $1)",
            "insert into school_contact (person_id, school_id) values ($1, $1)",
        ):
            await conn.execute(sql, person_id)
    return grant_id


async def populate(
    conn: Connection, settings: Settings, now: datetime, me: UUID, role: Role | None, everywhere: bool
) -> Things:
    """Things of mine, and another person and another convening with things of their own."""
    agenda = [make.session_draft(now), make.session_draft(now, 3, kind="student_panel", signup=False)]
    convening = await make.convening(conn, now, sessions=agenda)
    elsewhere = await make.convening(conn, now, title="Another Convening", sessions=agenda)
    [[item, stage], [other_item, other_stage]] = [await make.session_ids(conn, one.id) for one in (convening, elsewhere)]
    if role:
        await give(conn, now, me, role, None if everywhere else convening.id)
    other = await person(conn, now, "Wren Okonkwo", "wren@cedar-harbor.example")
    row = await make.registered(conn, convening.id, 1, now=now)
    other_row = await make.registered(conn, elsewhere.id, 2, now=now)
    await keep_token(conn, "the environment's own", TOKEN, now)
    mine, nobody = db.new_id(now), str(make.nobody(now))
    await db.run(
        conn,
        "insert into api_token (id, name, token_hash, created_by, created_at) values ($1, 'mine', 'y', $2, $3)",
        mine,
        me,
        now,
    )
    await db.run(
        conn,
        """insert into web_session (id, token_hash, person_id, kind, client, agent, created_at, seen_at, idle_until, ends_at)
           values ($1, 'x', $1, 'usual', '-', '-', $2::timestamptz, $2::timestamptz, $2::timestamptz + interval '1 hour',
                   $2::timestamptz + interval '1 day')""",
        other,
        now,
    )
    grant = await give(conn, now, other, "moderator", convening.id)
    other_grant = await give(conn, now, other, "moderator", elsewhere.id)
    theirs = await db.one(conn, UUID, "select id from api_token where created_by is null")
    district, school = await network(conn, now)
    mine_or_not = me if role == "school_contact" else school
    panels = [await panel(conn, now, *one) for one in ((stage, 3, mine_or_not), (other_stage, 0, school))]
    files = [str(await brought(conn, one, b"email,name\na@b.org,A", now)) for one in (me, other)]
    return {
        "person_id": {"own": str(row.person_id), "other's": str(other_row.person_id), "none": nobody},
        "district_id": {"own": str(district), "none": nobody},
        "school_id": {"own": str(school), "none": nobody},
        "import_id": {"own": files[0], "other's": files[1], "none": nobody},
        "convening_id": {"own": str(convening.id), "other's": str(elsewhere.id), "none": nobody},
        "invitation_id": {
            "own": str(await actions.invite(conn, convening.id, "Wren Okonkwo", "wren@cedar-harbor.example", now)),
            "other's": str(await actions.invite(conn, elsewhere.id, "Wren Okonkwo", "wren@cedar-harbor.example", now)),
            "none": nobody,
        },
        "registration_id": {"own": str(row.id), "other's": str(other_row.id), "none": nobody},
        "item_id": {"own": str(item), "other's": str(other_item), "none": nobody},
        "panel_id": {"own": str(panels[0][0]), "other's": str(panels[1][0]), "none": nobody},
        "signup_id": {"own": str(panels[0][1]), "other's": str(panels[1][1]), "none": nobody},
        **await kept(conn, now, {"own": (convening.id, panels[0][1]), "other's": (elsewhere.id, panels[1][1])}, other),
        "survey_id": {
            "own": str(await survey(conn, settings, convening.id, now)),
            "other's": str(await survey(conn, settings, elsewhere.id, now)),
            "none": nobody,
        },
        "material_id": await of_panels(conn, [panels[0][0], panels[1][0]], now),
        "shared_id": {"own": str(await material(conn, convening.id, None, now)), "none": nobody},
        "session_id": {"other's": str(other), "none": nobody},
        "message_id": {
            "own": str(await message(conn, convening.id, now)),
            "other's": str(await message(conn, elsewhere.id, now)),
            "none": nobody,
        },
        "grant_id": {"own": str(grant), "other's": str(other_grant), "none": nobody},
        "token_id": {"own": str(mine), "other's": str(theirs), "none": nobody},
        "delivery_id": {
            "own": str(await delivery(conn, row, "dead", now=now)),
            "other's": str(await delivery(conn, other_row, "dead", now=now)),
            "none": nobody,
        },
        "document_id": {
            "own": str(await signed_form(conn, panels[0][1], now)),
            "other's": str(await signed_form(conn, panels[1][1], now)),
            "none": nobody,
        },
        "version_id": {"own": str((await versions.begin(conn, "esign", now)).id), "none": nobody},
        "language": {"own": "en", "none": "xx"},
        "year": {"own": "2020", "none": "1999"},
        **await coached(conn, settings, now, me, role, {"own": row, "other's": other_row}, other),
        "code": {"own": "m1", "none": "nothing"},
        "part": {"own": "core", "none": "nothing"},
        "tag": {"own": "invite", "none": "nothing"},
        "number": {"own": "1", "none": "99"},
        "slug": {"own": convening.slug, "none": "no-such-convening"},
        "token": {
            "own": links.token(settings.secret_key, "manage", row.id, row.generation),
            "other's": links.token("another secret " * 3, "manage", row.id, row.generation),
            "none": "nothing",
        },
    }


async def panel(conn: Connection, now: datetime, session_id: UUID, seats: int, school_id: UUID) -> tuple[UUID, UUID]:
    """A panel with a student of a school, and the sign-up; without seats it has nothing for other schools."""
    panel_id = db.new_id(now)
    await panel_writes.insert_panel(
        conn, panel_id, session_id, moderator_id=None, seats=seats, recording="none", audience_rules="", now=now
    )
    student = Student(school_id=school_id, label="Slip 1")
    [made] = await signing_up.sign_up(conn, panel_id, None, [student], signing_up.Caller(None), now)
    assert isinstance(made, signing_up.SignedUp)
    await evidence.append(conn, made.id, "scan", b"%PDF-1.7", now)
    return panel_id, made.id


async def coached(
    conn: Connection,
    settings: Settings,
    now: datetime,
    me: UUID,
    role: Role | None,
    rows: Mapping[str, RegistrationRow],
    other: UUID,
) -> Things:
    """A time of mine that I booked too, a note of mine about my member, and the same of another coach."""
    found: Things = {name: {"none": str(make.nobody(now))} for name in ("slot_id", "booking_id", "note_id")}
    for whose, row in rows.items():
        coach_id, one_id = me if whose == "own" else other, db.new_id(now)
        mine = coach_id if whose == "own" and role == "coach" else None
        await conn.execute("insert into membership values ($1, 2020, $2)", row.person_id, mine)
        await conn.execute(
            "insert into coach_slot select $1, $2, $3, $4::timestamptz, $5, '', 'network', ($4::timestamptz)::date, "
            "'America/New_York', null, $4::timestamptz",
            one_id,
            row.convening_id,
            coach_id,
            now + make.AHEAD,
            now + make.AHEAD + make.HOUR,
        )
        sealed = ring(settings.field_keys).seal(one_id, notes.FIELD, b"Listens well")
        for sql, more in (
            ("insert into coach_booking values ($1, $1, $2, $3, 'booked', null, '', $4, $4)", (row.id, coach_id, now)),
            ("insert into coach_note values ($1, $2, $3, null, $4, false, $5, $5)", (coach_id, row.person_id, sealed, now)),
        ):
            await conn.execute(sql, one_id, *more)
        for name in found:
            found[name][whose] = str(one_id)
    return found


async def signed_form(conn: Connection, signup_id: UUID, now: datetime) -> UUID:
    """The PDF of what a guardian signed."""
    consent_id = await db.one(conn, UUID, "select id from consent where signup_id = $1", signup_id)
    async with conn.transaction():
        body = Word(what="confirmed", name="Zeb Fosterlane", at=now)
        await evidence.append(conn, signup_id, "confirmed", body, now, consent_id=consent_id)
    return await desk.printed(conn, signup_id, now)


async def kept(conn: Connection, now: datetime, of: dict[str, tuple[UUID, UUID]], by: UUID) -> Things:
    """Something published, a family's request and a hold, each of one's own convening and of another."""
    found: Things = {name: {"none": str(make.nobody(now))} for name in ("media_id", "request_id", "hold_id")}
    for whose, (convening_id, signup_id) in of.items():
        item = ItemRow(db.new_id(now), convening_id, "photo_public", "The stage", "our website", now.date())
        await media_queries.insert_item(conn, item, [signup_id], by, now)
        await keeping_writes.insert_request(conn, signup_id, convening_id, "everything", now, now)
        found["media_id"][whose] = str(item.id)
        asked = "select id from student_request where signup_id = $1"
        found["request_id"][whose] = str(await db.one(conn, UUID, asked, signup_id))
    await keeping_writes.insert_hold(conn, None, "Counsel asks", by, now)
    found["hold_id"]["own"] = str(await db.one(conn, UUID, "select id from legal_hold"))
    return found


async def survey(conn: Connection, settings: Settings, convening_id: UUID, now: datetime) -> UUID:
    """A survey of members that five people answered; it is closed and published."""
    [definition] = set_files.read(msgspec.json.encode(SETS))
    confidential = msgspec.structs.replace(definition, privacy="confidential")
    [made] = await creating.add(conn, convening_id, [confidential], now)
    keys = Keys(settings.survey_keys_dir)
    row = await opening.open_survey(conn, keys, made, now)
    place = await convenings.convening(conn, convening_id)
    people = [await person(conn, now, f"Answerer {one}", f"a{one}.{made.hex}@cedar-harbor.example") for one in range(5)]
    await survey_writes.invite(conn, made, [Asked(person_id=one) for one in people])
    for invited in await asked_queries.unanswered(conn, made):
        there = answering.Seat(row, row.definition, place, invited)
        await answering.answer(conn, there, {"m1": 9, "m11": "More time"}, now)
    await closing.close(conn, keys, made, now)
    await closing.publish(conn, made, now)
    await report_back.write(conn, convening_id, [SaidDid({"en": "Said"}, {"en": "Did"})], publish=True, now=now)
    return made


async def message(conn: Connection, convening_id: UUID, now: datetime) -> UUID:
    """A message to many that was released."""
    words = Wanted(audience="seated", district_id=None, joined_from=None, joined_until=None, subject="Hi", words="Hi")
    writer = await person(conn, now, "Olga", f"olga.{convening_id.hex}@a.example")
    message_id = await bulk.write(conn, convening_id, words, writer, now)
    await bulk_writes.release(conn, message_id, [], 0, now)
    return message_id


async def material(conn: Connection, convening_id: UUID, session_id: UUID | None, now: datetime) -> UUID:
    """A file of a panel, for organizers and its moderators; without a session one for everybody."""
    wanted = WantedMaterial(title="Slides", audience="organizers" if session_id else "public", session_id=session_id)
    material_id = await materials.add_place(conn, convening_id, Viewer(keeps=None), wanted, None, now)
    await material_writes.put_file(conn, material_id, StoredFile("a.txt", "text/plain", 2, io.BytesIO(b"ab")), None, now)
    return material_id


async def of_panels(conn: Connection, panel_ids: Sequence[UUID], now: datetime) -> dict[str, str]:
    """A material of one's own panel and of another's."""
    made = {"none": str(make.nobody(now))}
    for whose, panel_id in zip(("own", "other's"), panel_ids, strict=True):
        of_session = "select convening_id, s.id from session s join panel p on p.session_id = s.id where p.id = $1"
        made[whose] = str(await material(conn, *(await conn.fetchrow(of_session, panel_id)), now))
    return made


async def network(conn: Connection, now: datetime) -> tuple[UUID, UUID]:
    """A district with a school."""
    wanted = District(name="Silver Sage Unified", state="NV", time_zone="America/Los_Angeles")
    district_id = await places.add_district(conn, wanted, now)
    return district_id, await places.add_school(conn, "Basin Career High", district_id, now)


def addresses(path: str, things: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """The address for each kind of thing; a path without a parameter is everybody's own."""
    names = re.findall(r"{(\w+)}", path)
    if not names:
        return {"own": path}
    found: dict[str, str] = {}
    for thing in ("other's", "none", "own"):
        values = [things.get(name, {"none": NOBODY}).get(thing) for name in names]
        if all(values):
            found[thing] = path.format(**dict(zip(names, values, strict=True)))
    return found


NOBODYS = ("/coach/convenings/{convening_id}", "/me/coaching/{convening_id}")
"""A convening is nobody's own: what somebody offers or booked there is theirs, and nothing else is shown."""
FILES = ("/account/data",)
"""Forms that are answered with a file: that it was taken along is written down, so no GET does it."""
QUESTIONS = ("/r/{token}/withdrawal", "/r/{token}/return")
"""Pages with one button, to which mails lead."""


def allowed(access: str, path: str, thing: str, held: list[Held], method: str) -> set[int]:  # noqa: PLR0911
    """The statuses that the table allows; several where the fields of a form decide."""
    right = RIGHTS[access]
    if right.door == "open":
        return allowed_to_all(access, path, thing, method)
    if right.door == "token" or not admits(right, held):
        return {401} if right.door == "token" else {404}
    if thing == "none":
        return {303} if path in ENDS else {404}
    if access == "results":  # published for all of them; who organizes has hidden it just before
        return {200, 404} if any(one.role == "organizer" for one in held) else {200}
    if right.or_named:  # the things here name somebody else
        theirs = any(one.role in right.roles and (one.convening_id is None or thing == "own") for one in held)
        return ({200} if method == "GET" else {303, 409, 422}) if theirs else {404}
    everywhere = {one.role for one in held if one.convening_id is None} & set(GRANTED)
    thing = "own" if path in NOBODYS else thing
    if thing == "other's" and (any(name in path for name in PERSONAL) or not everywhere & right.roles):
        return {404}
    return {200} if method == "GET" or path in FILES else {303, 409, 422}


def allowed_to_all(access: str, path: str, thing: str, method: str) -> set[int]:  # noqa: PLR0911
    """The same where no door stands: a link that is not genuine, and a thing that is not there, are not found."""
    if path.startswith("/r/{token}/certificate"):
        return {200, 404, 409, 422} if thing == "own" else {404}  # no certificate yet, or no genuine link
    if path.startswith("/r/{token}/materials"):
        return {200} if thing == "own" else {404}
    if path.startswith("/r/{token}/calendar"):
        return {404} if thing != "own" or path.endswith(".ics") else {200, 303}  # no entry yet, or no genuine link
    leads_back = path.startswith("/r/{token}/") or path == "/no-more/{token}/again"
    if method == "GET" and leads_back and path not in QUESTIONS:
        return {303}  # leads to the page before, whatever the token
    if access == "link" and path.startswith("/api/") and method == "POST":
        return {415}  # a form is no JSON, whoever sends it
    if thing != "own" or (access == "link" and not path.startswith("/r/")):
        return {404, 410}
    return {200, 303, 409, 410, 422} if path != "/readyz" else {200, 503}


@pytest.mark.parametrize(("role", "everywhere"), HOLDERS, ids=str)
async def test_every_route_does_for_each_role_what_the_table_says(
    site: Litestar,
    browser: Browser,
    conn: Connection,
    settings: Settings,
    now: datetime,
    tamsin: UUID,
    role: Role | None,
    everywhere: bool,
    record_property: Callable[[str, object], None],
) -> None:
    things = await populate(conn, settings, now, tamsin, role, everywhere=everywhere)
    await sign_in(browser, conn, settings)
    held = [Held(role, None if everywhere else UUID(things["convening_id"]["own"]))] if role else []
    checks, wrong = 0, list[str]()
    for path, handler in handlers(site):
        for method in sorted(handler.http_methods - {"HEAD"}) if not path.startswith("/static") else ():
            await db.run(conn, "delete from rate_window")
            own = await db.one(conn, UUID, "select id from web_session where person_id = $1", tamsin)
            things["session_id"] = {"other's": things["session_id"]["other's"], "none": things["session_id"]["none"]}
            things["session_id"]["own"] = str(own)
            form = {"seal": await seal(browser)} if method == "POST" else None
            for thing, address in addresses(path, things).items():
                answer = await browser.request(method, address, data=form)
                checks += 1
                good = allowed(handler.opt["access"], path, thing, held, method)
                if answer.status_code not in good:
                    wrong.append(f"{method} {path} ({thing}): {answer.status_code}, not {good}")
            if (path, method) == REMOVES:
                panels = [UUID(things["panel_id"][whose]) for whose in ("own", "other's")]
                things["material_id"] = await of_panels(conn, panels, now)
            if path in SIGNS_OUT:
                await sign_in(browser, conn, settings)
    assert wrong == [], "\n".join(wrong)
    assert checks > 60
    record_property(RIGHTS_CHECKED, checks)


async def test_nobody_gets_past_a_door_without_what_it_asks_for(
    site: Litestar, browser: Browser, conn: Connection, settings: Settings, now: datetime, tamsin: UUID
) -> None:
    things = await populate(conn, settings, now, tamsin, None, everywhere=True)
    for path, handler in handlers(site):
        door = RIGHTS[handler.opt["access"]].door
        for method in handler.http_methods if door != "open" else ():
            for address in addresses(path, things).values():
                answer = await browser.request(method, address, data={} if method == "POST" else None)
                assert answer.status_code == (401 if door == "token" else 303), address
                if door == "session":
                    assert answer.headers["location"].startswith("/sign-in"), address


async def test_the_administrator_of_the_system_sees_no_content(
    browser: Browser, conn: Connection, settings: Settings, now: datetime, tamsin: UUID
) -> None:
    await give(conn, now, tamsin, "system_admin")
    await sign_in(browser, conn, settings)
    statuses = {path: (await browser.get(path)).status_code for path in ("/audit", "/roles", "/account/tokens")}
    assert statuses == {"/audit": 200, "/roles": 404, "/account/tokens": 404}
