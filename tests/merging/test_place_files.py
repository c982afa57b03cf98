"""Files that name a district or a school that went find the one that stays, and bring nothing back."""

from datetime import datetime
from uuid import UUID

import pytest

from service import db
from service.db import Connection, Pool
from service.members import places
from tests.imports.conftest import Desk, counts
from tests.merging.places import merged

DISTRICTS = (
    b"code,name,state,time zone\n"
    b"chps,Cedar Harbor Public Schools,WA,America/Los_Angeles\n"
    b"chsd,Cedar Harbour SD,NY,America/New_York\n"
)
NAMED = b"\n".join(line.partition(b",")[2] for line in DISTRICTS.splitlines()) + b"\n"
SCHOOLS = b"name,district\nTidewater Academy,chps\nTidewater Acad.,Cedar Harbour SD\n"
PEOPLE = (
    b"name,email,district,role,school\n"
    b"Wren,wren@a.example,Cedar Harbour SD,school contact,Tidewater Acad.\n"
    b"Ida,ida@a.example,chps,school contact,Tidewater Academy\n"
)
UNCHANGED = ("done", 0, 0, 2, 0)


@pytest.fixture
async def desk(pool: Pool, conn: Connection, tamsin: UUID, now: datetime) -> Desk:
    """An organizer who brings all three files."""
    made = Desk(pool, conn, tamsin, now)
    assert counts(await made.taken(DISTRICTS, "districts")) == ("done", 2, 0, 0, 0)
    assert counts(await made.taken(SCHOOLS, "schools")) == ("done", 2, 0, 0, 0)
    assert counts(await made.taken(PEOPLE)) == ("done", 2, 0, 0, 0)
    return made


async def of(conn: Connection, kind: str, name: str) -> UUID:
    found = await db.many(
        conn, UUID, "select id from district where name = $1 union select id from school where name = $1", name
    )
    assert len(found) == 1, kind
    return found[0]


async def after(conn: Connection) -> list[str]:
    """All that is written about districts and schools."""
    return await db.many(
        conn,
        str,
        """select concat_ws('|', d.code, d.name, d.state, s.code, s.name) as line
             from district d left join school s on s.district_id = d.id order by 1""",
    )


@pytest.mark.parametrize("name", ["kept", "former"])
async def test_the_same_files_again_change_nothing(
    desk: Desk, conn: Connection, tamsin: UUID, now: datetime, name: str
) -> None:
    schools = await of(conn, "school", "Tidewater Academy"), await of(conn, "school", "Tidewater Acad.")
    await merged(conn, "school", *schools, tamsin, now, name=name)
    assert counts(await desk.taken(SCHOOLS, "schools")) == UNCHANGED
    assert counts(await desk.taken(PEOPLE)) == UNCHANGED
    districts = await of(conn, "district", "Cedar Harbor Public Schools"), await of(conn, "district", "Cedar Harbour SD")
    await merged(conn, "district", *districts, tamsin, now, name=name)
    before = await after(conn)
    assert len(before) == 1
    for content in (DISTRICTS, NAMED):
        assert counts(await desk.taken(content, "districts")) == UNCHANGED
    assert counts(await desk.taken(SCHOOLS, "schools")) == UNCHANGED
    assert counts(await desk.taken(PEOPLE)) == UNCHANGED
    assert await after(conn) == before


async def test_the_code_that_stays_still_changes_what_its_file_says(
    desk: Desk, conn: Connection, tamsin: UUID, now: datetime
) -> None:
    districts = await of(conn, "district", "Cedar Harbor Public Schools"), await of(conn, "district", "Cedar Harbour SD")
    await merged(conn, "district", *districts, tamsin, now)
    changed = b"code,name,signers\nchps,Harbor Schools,2\n"
    assert counts(await desk.taken(changed, "districts")) == ("done", 0, 1, 0, 0)
    row = await places.district(conn, districts[0])
    assert (row.name, row.signers_needed) == ("Harbor Schools", 2)
    former = b"code,name,state,signers\nchsd,Anything,NY,1\n"
    assert counts(await desk.taken(former, "districts")) == ("done", 0, 0, 1, 0)
    assert (await places.district(conn, districts[0])).signers_needed == 2, "who went decides nothing any more"


async def test_a_name_that_two_have_had_is_told_apart_by_the_code(
    desk: Desk, conn: Connection, tamsin: UUID, now: datetime
) -> None:
    districts = await of(conn, "district", "Cedar Harbor Public Schools"), await of(conn, "district", "Cedar Harbour SD")
    await merged(conn, "district", *districts, tamsin, now)
    other = b"code,name,state,time zone\nother,Cedar Harbour SD,CA,America/Los_Angeles\n"
    assert counts(await desk.taken(other, "districts")) == ("done", 1, 0, 0, 0), "it is in another state"
    looked = await desk.looked(b"name,email,district\nNoor,noor@a.example,Cedar Harbour SD\n")
    said = "There are 2 districts of this name. Write the short code: chsd or other."
    assert list((await desk.sentences(looked.id)).values()) == [[said]]
