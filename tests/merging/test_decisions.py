"""Nothing in the database names a person of which nobody decided what becomes of it when two entries become one."""

from datetime import datetime
from uuid import UUID

from service.db import Connection
from service.merging.decisions import DECISIONS
from tests import make
from tests.access.conftest import person
from tests.merging.conftest import HIGH, LOW, Two, merged, named, plant, references


async def test_every_reference_to_a_person_is_decided(owner: Connection) -> None:
    assert await references(owner) == set(DECISIONS)


async def test_what_was_decided_happens_to_a_row_of_each_table(
    conn: Connection, owner: Connection, two: Two, tamsin: UUID, now: datetime
) -> None:
    convening = await make.convening(conn, now)
    # there a school is needed, and who is erased is merged with nobody
    plain = [place for place in DECISIONS if place not in ("school_contact.person_id", "person_erasure.person_id")]
    for other in (LOW, HIGH):
        await owner.execute(
            "insert into person (id, name, email, created_at) values ($1, 'x', $2, $3)", other, f"{other}@x.y", now
        )
    await owner.execute("delete from likeness_due")
    await owner.execute("set session_replication_role = replica")
    for place in plain:
        await plant(owner, place, two.former, convening.id)
    await owner.execute("set session_replication_role = default")
    assert {place: await named(owner, place, two.former) for place in plain} == dict.fromkeys(plain, 1)

    await merged(conn, two, tamsin, now)

    left = {place for place in DECISIONS if await named(owner, place, two.former)}
    assert left == {place for place in plain if DECISIONS[place] == "stays"}
    followed = {place for place in plain if await named(owner, place, two.kept)}
    assert followed == {place for place in plain if DECISIONS[place] in ("moves", "joins", "written")}


async def test_who_was_merged_before_is_found_through_all_of_them(
    conn: Connection, owner: Connection, two: Two, tamsin: UUID, now: datetime
) -> None:
    third = await person(conn, now, "W. Okonkwo", "third@cedar-harbor.example")
    await merged(conn, two, tamsin, now)
    await merged(conn, Two(third, two.kept), tamsin, now)
    assert await named(owner, "merged_person.person_id", third) == 2
