"""The network's pages with something on them."""

from datetime import datetime
from uuid import UUID

from service import db
from service.db import Connection, Pool
from service.members import places
from service.members.rules import District
from tests import make
from tests.access.conftest import person
from tests.consents import desk
from tests.imports.made import brought, imported, worked_on

DISTRICT = "Marsh Street Consolidated and Neighbouring Independent School District"
KNOWN = (
    "name,email,title,district,role,school,joined,coach\n"
    f"Cole Adair,cole.adair@marsh-street.example,Retired principal,{DISTRICT},coach,,,\n"
    f"Ida Bellweather,ida.bellweather.of.the.office@marsh-street.example,Lead,{DISTRICT},"
    '"member, school contact",Marsh Street Academy,2019,cole.adair@marsh-street.example\n'
    "Zed Quill,zed@marsh-street.example,,,,,,\n"
)
LOOKED_AT = (
    "first name;last name;E-Mail;title;district;role;shoe size\n"
    f"Zoë;Adair;zoe@marsh-street.example;Teacher;{DISTRICT};member;44\n"
    "Bo;;not an address;;Marsh Stret;;\n"
    "Ida;Bellweather;ida.bellweather.of.the.office@marsh-street.example;Lead of all leads;;;\n"
    ";;zed@marsh-street.example;;;;\n"
)


async def people_scene(pool: Pool, conn: Connection, organizer: UUID, now: datetime) -> dict[str, str]:
    """Where the pages are, by a name for each; the files belong to `organizer`, who must be signed in to see them."""
    wanted = District(name=DISTRICT, state="IL", time_zone="America/Chicago")
    district = await places.add_district(conn, wanted, now)
    school = await places.add_school(conn, "Marsh Street Academy", district, now)
    done = await brought(conn, organizer, KNOWN.encode(), now, name="members of marsh street.csv")
    await imported(pool, conn, done, organizer, now)
    looked_at = await brought(conn, organizer, LOOKED_AT.encode("cp1252"), now, name="spring.csv")
    unusable = await brought(conn, organizer, b"PK\x03\x04", now, "schools", name="schools.xlsx")
    await worked_on(pool, now)
    reading = await brought(conn, organizer, KNOWN.encode(), now, name="all of them.csv")
    convening = await make.convening(conn, now, title=f"Winter Convening of {'Longwindedly' * 6}")
    row = await make.registered(conn, convening.id, 1, now=now, email="ida.bellweather.of.the.office@marsh-street.example")
    organizers = await db.one(conn, str, "select email from person where id = $1", organizer)
    await make.registered(conn, convening.id, 2, now=now, email=organizers, dietary="Vegan")
    listed = "update person set listed = true, email_listed = true, about = 'Reads budgets.' where id = $1"
    await db.run(conn, listed, row.person_id)
    twice = await person(conn, now, "Bellweather, Ida", "ida@retired.example")
    await db.run(
        conn, "update person set title = 'Lead of everything', about = $2 where id = $1", twice, "Reads a lot. " * 20
    )
    await make.registered(conn, convening.id, 3, now=now, email="ida@retired.example")
    pairs = await _places_twice(conn, district, school, now)
    return {
        **pairs,
        "duplicates": "/office/people/duplicates",
        "merge-choice": f"/office/people/{row.person_id}/merge",
        "merge": f"/office/people/{row.person_id}/merge?with={twice}",
        "people": "/office/people",
        "people-nobody": "/office/people?q=nobody+at+all",
        "person-new": "/office/people/new",
        "person": f"/office/people/{row.person_id}",
        "districts": "/office/districts",
        "district": f"/office/districts/{district}",
        "schools": "/office/schools",
        "school": f"/office/schools/{school}",
        "import": "/office/imports",
        "import-dry-run": f"/office/imports/{looked_at}",
        "imported": f"/office/imports/{done}",
        "import-unusable": f"/office/imports/{unusable}",
        "import-reading": f"/office/imports/{reading}",
        "own-details": "/me/details",
        "directory": "/directory",
    }


async def _places_twice(conn: Connection, district: UUID, school: UUID, now: datetime) -> dict[str, str]:
    """A district and a school in another spelling; a family is asked by the rules of one of them."""
    where = await desk.stage(conn, now)
    wanted = District(name="Marsh Street Consolidated I.S.D.", state="IL", time_zone="America/Denver", signers="2")
    other = await places.add_district(conn, wanted, now)
    twin = await places.add_school(conn, "Marsh Street Academy", other, now)
    contact = await person(conn, now, "Wilhelmina Featherstonehaugh", "wilhelmina@marsh-street.example")
    await conn.execute("insert into school_contact values ($1, $2, 'Office', '555')", contact, twin)
    await desk.ask(conn, where, now, school_id=school)
    await conn.execute("insert into panel_hold values ($1, $2, 2, $3)", where.panel_id, twin, now)
    third = await places.add_school(conn, "Marsh Street Acad. (old)", district, now)
    await desk.ask(conn, where, now, name="Noor", school_id=third)
    return {
        "district-choice": f"/office/districts/{district}/merge",
        "district-merge": f"/office/districts/{district}/merge?with={other}",
        "school-choice": f"/office/schools/{school}/merge?q=marsh+street",
        "school-merge": f"/office/schools/{school}/merge?with={twin}",
        "school-against": f"/office/schools/{school}/merge?with={third}",
        "district-merged": f"/office/districts/{district}?merged=1",
        "school-former": f"/office/schools/{school}?former=1",
    }
