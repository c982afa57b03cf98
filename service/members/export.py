"""People, districts and schools as files whose columns are those of an import: what was taken along can be brought back."""

from litestar import Response, get
from msgspec.structs import astuple

from service.access.acts import note
from service.db import Connection
from service.members import export_queries, finding, searching
from service.members.export_queries import PersonLine
from service.members.finding_queries import Sought
from service.text import searched
from service.web.cells import Column, Row
from service.web.deps import AnyRequest, Conn, Now
from service.web.downloads import download, file_for, format_of, in_formats
from service.web.table_files import About, Portions, Table

NETWORK_FILE = file_for("network")
PEOPLE = (
    Column("name", "Name"),
    Column("email", "Email"),
    Column("title", "Title"),
    Column("district", "District"),
    Column("role", "Role"),
    Column("school", "School"),
    Column("joined", "Joined"),
    Column("coach", "Coach"),
    Column("time_zone", "Time zone"),
    Column("pronouns", "Pronouns"),
    Column("dietary", "Dietary"),
    Column("access_needs", "Access needs"),
    Column("badge_name", "Badge name"),
)
DISTRICTS = (
    Column("name", "Name"),
    Column("state", "State"),
    Column("time_zone", "Time zone"),
    Column("code", "Code"),
    Column("signs_at", "Students sign at"),
    Column("signers", "Guardians sign"),
)
SCHOOLS = (Column("name", "Name"), Column("district", "District"), Column("code", "Code"))


@get(in_formats("/office/people"), **NETWORK_FILE)
async def people_file(request: AnyRequest, conn: Conn, now: Now) -> Response[bytes]:
    """Whom the search shows, or everybody; who sees everybody may take everybody along."""
    search = searching.asked(request)
    words = searched(search.q)
    sought = Sought(words=words, part=search.part, district_id=search.district, year=search.year)
    found = await finding.people(conn, sought, None, 1)
    rows_noted = f"{found.in_all}" if found.exact else f"more than {found.in_all}"
    noted = {"list": "people", "rows": rows_noted, "file": format_of(request)}
    await note(conn, request, "list_exported", ("person", None), now, **noted)

    async def rows(own: Connection) -> Portions:
        async for found in export_queries.people(own, words, search.part, search.district, search.year):
            yield [_person(one) for one in found]

    about = About(list="People", made_at=now, filters=search.filters)
    return download(request, "people", Table(about, PEOPLE), rows)


def _person(one: PersonLine) -> Row:
    parts = {"member": one.is_member, "coach": one.coaches, "school contact": one.is_contact}
    return (
        one.name,
        one.email,
        one.title,
        one.district,
        ", ".join(part for part, is_theirs in parts.items() if is_theirs),
        one.school,
        one.joined,
        one.coach,
        one.time_zone,
        one.pronouns,
        one.dietary,
        one.access_needs,
        one.badge_name,
    )


@get(in_formats("/office/districts"), **NETWORK_FILE)
async def districts_file(request: AnyRequest, conn: Conn, now: Now) -> Response[bytes]:
    """All districts."""

    async def rows(own: Connection) -> Portions:
        async for found in export_queries.districts(own):
            yield [astuple(one) for one in found]

    noted = {"list": "districts", "rows": str(await export_queries.count_districts(conn)), "file": format_of(request)}
    await note(conn, request, "list_exported", ("district", None), now, **noted)
    return download(request, "districts", Table(About(list="Districts", made_at=now), DISTRICTS), rows)


@get(in_formats("/office/schools"), **NETWORK_FILE)
async def schools_file(request: AnyRequest, conn: Conn, now: Now) -> Response[bytes]:
    """All schools."""

    async def rows(own: Connection) -> Portions:
        async for found in export_queries.schools(own):
            yield [astuple(one) for one in found]

    noted = {"list": "schools", "rows": str(await export_queries.count_schools(conn)), "file": format_of(request)}
    await note(conn, request, "list_exported", ("school", None), now, **noted)
    return download(request, "schools", Table(About(list="Schools", made_at=now), SCHOOLS), rows)


PAGES = [people_file, districts_file, schools_file]
