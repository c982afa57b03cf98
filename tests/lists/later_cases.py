"""The same of what stands around: the directory and pairs, conversations, many mails, two who are one, files, materials."""

from datetime import timedelta
from uuid import UUID

from service.attendance import day_queries as days
from service.backups import queries as backups
from service.bulk import queries as bulk
from service.bulk import writes as bulk_writes
from service.coaching import list_queries, note_queries, pair_queries
from service.coaching import page_queries as slot_pages
from service.coaching import queries as coaching
from service.imports import people_queries, place_queries, working_queries
from service.imports import queries as imports
from service.imports import writes as import_writes
from service.keeping import clearing
from service.keeping import person_queries as erasing
from service.materials import queries as materials
from service.members import coach_queries as coaches
from service.members import cohorts, directory, erased, export_queries
from service.members import pair_queries as pairs
from service.members.directory import Search
from service.members.pair_queries import Paired
from service.merging import candidate_queries as candidates
from service.merging import place_queries as merging_places
from service.merging import queries as merging
from service.merging.likeness import Known
from service.registrations import office_queries as registrations_office
from service.registrations.office_queries import Wanted
from service.schema import ledger
from tests.lists.asked import (
    AGO,
    ANYBODY,
    BY_NAME,
    FEW,
    FREQUENT,
    LARGEST,
    LINE,
    NOW,
    PAGE,
    RARE,
    SHOWN,
    USUAL,
    ask,
    made,
)

A_COACH, A_FILE, A_MESSAGE = made("person", 208), made("file", 1), made("bulk", 1)
NO_FILE = UUID(int=0)
SOME = [made("person", n) for n in range(1, 101)]
WHOLE = "a file of all of them"
AMONG = "the planner reads the small table of 10,000 districts"


DIRECTORY = [
    *(ask(directory.entries, search=Search(), words=words, after=None, limit=PAGE) for words in ("", *RARE)),
    ask(directory.entries, search=Search(), words="an", after=None, limit=PAGE, rows=FREQUENT),
    ask(directory.entries, search=Search(), words="", after=BY_NAME, limit=PAGE, rows=2 * FEW),
    *(
        ask(directory.entries, search=search, words="", after=after, limit=PAGE, rows=6 * FEW)
        for search in (
            Search(year=2019),
            Search(year=1999),
            Search(state="NY"),
            Search(district=made("district", 3)),
            Search(coach=A_COACH),
        )
        for after in (None, BY_NAME)
    ),
    ask(directory.entries, search=Search(year=2019), words="quibbleworth", after=None, limit=PAGE, rows=6 * FEW),
    ask(directory.entries, search=Search(year=2019), words="an", after=None, limit=PAGE, rows=FREQUENT),
    ask(directory.districts, chosen=made("district", 3), rows=12_000, why=AMONG),
    ask(directory.states, rows=12_000, why=AMONG),
    ask(directory.years),
    ask(directory.coaches, chosen=A_COACH),
    ask(cohorts.cohorts, rows=10 * FEW),
    ask(cohorts.cohort, year=2019),
    ask(cohorts.cohort, year=1999),
    ask(cohorts.unlisted, year=2019, limit=PAGE, rows=4 * FEW),
    ask(cohorts.unlisted, year=1999, limit=PAGE),
    ask(erased.known, secret="x", addresses=["a@a.example", "b@b.example"]),
    *(ask(coaches.listed, words=words, after=None, limit=PAGE, rows=6 * FEW) for words in ("", *RARE)),
    ask(coaches.listed, words="", after=BY_NAME, limit=PAGE, rows=6 * FEW),
    ask(coaches.listed, words="an", after=None, limit=PAGE, rows=FREQUENT),
    ask(coaches.offered, chosen=[A_COACH]),
    ask(coaches.are_too_many),
    *(ask(pairs.gathered, wanted=Paired(words=words)) for words in RARE),
    *(
        ask(pairs.gathered, wanted=wanted, rows=2 * FREQUENT)
        for wanted in (Paired(), Paired(words="an"), Paired(year=2019), Paired(coach_id=A_COACH))
    ),
    ask(pairs.gathered, wanted=Paired(without=True), rows=FREQUENT, why="the first 10,000 of a table of 50,000"),
    *(
        ask(pairs.members, wanted=wanted, only=None, after=after, limit=150, rows=6 * FEW)
        for wanted in (Paired(), Paired(without=True), Paired(year=2019))
        for after in (None, BY_NAME)
    ),
    ask(pairs.members, wanted=Paired(words="an"), only=None, after=None, limit=150, rows=6 * FEW),
    ask(pairs.members, wanted=Paired(words="quibbleworth"), only=SOME, after=None, limit=150),
    ask(pairs.without_coach, rows=40_000),
]
COACHING = [
    *(ask(list_queries.listed, convening_id=one, after=None, limit=PAGE) for one in (LARGEST, USUAL)),
    ask(list_queries.listed, convening_id=LARGEST, after=(NOW + timedelta(days=40, hours=3), ANYBODY), limit=PAGE),
    ask(list_queries.counts, convening_id=LARGEST, rows=3 * 7200),
    ask(list_queries.days_ahead, now=NOW, until=NOW + timedelta(days=2)),
    *(
        ask(slot_pages.page, convening_id=one, coach_id=coach_id, after=after, limit=PAGE)
        for one in (LARGEST, USUAL)
        for coach_id in (None, A_COACH)
        for after in (None, (NOW + timedelta(days=40, hours=3), ANYBODY))
    ),
    *(
        ask(
            slot_pages.for_network,
            convening_id=one,
            member_id=ANYBODY,
            own_coach=A_COACH,
            now=NOW - timedelta(days=400),
            after=None,
            limit=PAGE,
            rows=4 * FEW,  # passes over the times that are for coaches' own members
        )
        for one in (LARGEST, USUAL)
    ),
    ask(slot_pages.booked_there, convening_id=LARGEST, member_id=ANYBODY),
    ask(slot_pages.counts, convening_id=LARGEST, now=NOW, limit=1001, rows=4 * FEW),
    ask(coaching.slots, convening_id=LARGEST, coach_id=A_COACH),
    ask(coaching.spans_of_coach, coach_id=A_COACH, after=NOW, but=None),
    ask(coaching.live, convening_id=USUAL, now=AGO),
    ask(pair_queries.members_of, coach_id=A_COACH, now=NOW, only=None, rows=LINE),
    ask(pair_queries.convenings_of_coach, coach_id=A_COACH, now=NOW),
    ask(pair_queries.convenings_of_member, member_id=ANYBODY, now=NOW, rows=4 * FEW),
    ask(pair_queries.booked_ahead, person_id=ANYBODY, now=NOW),
    ask(note_queries.of_pair, coach_id=A_COACH, member_id=ANYBODY),
    ask(note_queries.under_older_keys, mark=b"x", after=ANYBODY, most=100),
    ask(note_queries.count_older, mark=b"x", rows=40_000, why="all notes, while keys are being replaced"),
]
MANY_AT_ONCE = [
    *(ask(bulk.listed, convening_id=one, after=None, limit=PAGE) for one in (None, USUAL)),
    ask(bulk.listed, convening_id=USUAL, after=(NOW, ANYBODY), limit=PAGE),
    ask(bulk.writer_organizes, message_id=A_MESSAGE),
    ask(bulk.due, now=NOW),
    ask(bulk.registered, convening_id=LARGEST, states=["waitlisted", "offered"], rows=LINE),
    ask(bulk.silent, convening_id=USUAL),
    *(
        ask(
            bulk.in_network,
            part=part,
            district_id=None,
            joined_from=since,
            joined_until=None,
            rows=400_000,
            why="all of them",
        )
        for part, since in (("members", None), ("members", 2022), ("coaches", None), ("school_contacts", None))
    ),
    ask(bulk.in_network, part="members", district_id=made("district", 3), joined_from=None, joined_until=None),
    ask(bulk.reachable, ids=SOME),
    ask(bulk.named, ids=SOME, limit=PAGE, rows=12_000),
    ask(bulk.fate, message_id=A_MESSAGE, rows=120_000, why="counts the mails of one message, to 20,000"),
    ask(bulk.fate, message_id=made("bulk", 2)),
    ask(bulk_writes.waits, message_id=A_MESSAGE),
    ask(
        bulk_writes.lay_out,
        message_id=A_MESSAGE,
        release_id=made("bulk event", 1),
        ids=[made("laid out", n) for n in range(100)],
        message={},
        convening_id=None,
        domain="a.example",
        now=NOW,
    ),
]
MERGING = [
    ask(merging.entry, person_id=ANYBODY),
    ask(merging.both, kept_id=ANYBODY, former_id=A_COACH, now=NOW),
    ask(merging.convenings_of, person_ids=[ANYBODY, A_COACH]),
    ask(merging.counts, former_id=ANYBODY),
    ask(merging.moving, former_id=ANYBODY, now=NOW),
    ask(merging_places.district, district_id=made("district", 3), now=NOW),
    ask(merging_places.school, school_id=made("school", 3), now=NOW),
    ask(merging_places.contact_names, school_id=made("school", 3)),
    ask(merging_places.school_counts, kept_id=made("school", 3), former_id=made("school", 4)),
    ask(merging_places.same_schools, kept_id=made("district", 3), former_id=made("district", 4)),
    ask(candidates.likeliest, limit=101),
    ask(candidates.due, limit=20),
    ask(candidates.how_many_are_due, most=10_000, rows=10_001),
    ask(candidates.claim_due, limit=20),
    ask(candidates.stored, ids=SOME),
    ask(candidates.forget_pairs, pairs=[(ANYBODY, A_COACH)]),
    ask(candidates.told_apart, ids=SOME),
    ask(candidates.known, ids=SOME),
    *(
        ask(
            candidates.near,
            me=Known(ANYBODY, name, name.lower(), "a@rio.example", made("district", 3), "", NOW),
            limit=200,
        )
        for name in ("Tamsin Birchwell", "Zofie Quibbleworth", "Ирина")
    ),
]
IMPORTS = [
    ask(working_queries.claim, token=ANYBODY, now=NOW),
    ask(working_queries.keys, import_id=A_FILE, wanted=["somebody.1@rio.example", "nobody"]),
    ask(working_queries.lost, import_id=A_FILE, most=100, rows=2 * LINE),
    ask(working_queries.next_batch, import_id=A_FILE),
    ask(working_queries.to_write, import_id=A_FILE, numbers=list(range(500))),
    ask(imports.latest, person_id=made("person", 3), most=20),
    ask(imports.first_of_each, import_id=A_FILE, most=50),
    ask(imports.written, import_id=A_FILE, position=100),
    *(ask(imports.outcomes, import_id=A_FILE, after=after, most=250) for after in (0, 90_000)),
    ask(import_writes.undecided, now=NOW),
    ask(people_queries.people, keys=["person.7@rio.example"]),
    ask(people_queries.link_coaches, import_id=A_FILE, position=100_000, needs=["coaches:somebody.49@rio.example"]),
    ask(people_queries.say_unlinked, import_id=A_FILE, rows=20_000),
    ask(place_queries.districts_called, texts=["north fork city 11"]),
    ask(place_queries.schools_called, texts=["chavez 4711"]),
    ask(place_queries.districts, texts=["north fork city 11", "former-district-3"]),
    ask(place_queries.schools, texts=["chavez 4711", "former-school-3"]),
    ask(place_queries.district_names, text="north"),
    ask(place_queries.school_names, text="chavez"),
]
MATERIALS = [
    ask(materials.materials, convening_ids=SHOWN),
    ask(materials.used, convening_id=LARGEST),
    ask(materials.moderated, convening_id=LARGEST, person_id=ANYBODY, by_role=True),
    ask(materials.sessions_of, registration_id=made("registration", 17)),
    ask(materials.seats, convening_id=USUAL),
    ask(materials.to_announce, now=NOW, after=AGO),
    ask(materials.with_materials, now=NOW, limit=PAGE),
]
RESTORING = [
    ask(backups.age, now=NOW),
    ask(backups.newest, since=AGO),
    ask(backups.doubt_owed, until=NOW, now=NOW, rows=3 * FEW),
    ask(backups.told_by_clock, rows=500_000, why="once after a backup was restored"),
    ask(ledger.applied),
    ask(clearing._tables, names=["day_fact"]),
]
ERASING = [
    ask(erasing.holds_now, person_id=ANYBODY, now=NOW),
    ask(erasing.is_held, person_id=ANYBODY),
    ask(erasing.live_registrations, person_id=ANYBODY, now=NOW),
    ask(erasing.due, now=NOW, patience=NOW - timedelta(hours=1)),
    ask(erasing.with_late_mails),
]
FILES = [
    ask(export_queries.people, words="", part="", district_id=None, year=None, rows=10**6, why=WHOLE),
    *(ask(asked, rows=200_000, why=WHOLE) for asked in (export_queries.districts, export_queries.schools)),
    *(ask(asked, rows=200_000, why=WHOLE) for asked in (export_queries.count_districts, export_queries.count_schools)),
    ask(registrations_office.full, wanted=Wanted(convening_id=USUAL), rows=120_000, why=WHOLE),
    ask(days.seated, convening_id=USUAL),
]
AROUND = [*DIRECTORY, *COACHING, *MANY_AT_ONCE, *MERGING, *IMPORTS, *MATERIALS, *RESTORING, *ERASING, *FILES]
