"""Every list, search, count, claim and clock of ours, as it is asked; and how many rows it may look at for its answer."""

from datetime import timedelta

from service.access import audit_log, grants, tokens
from service.access import queries as access_queries
from service.access.audit_log import Wanted as Entries
from service.access.reach import Reach
from service.attendance import clock as door_clock
from service.attendance import day_queries as days
from service.attendance import queries as door
from service.consents import (
    age_writes,
    cadence_queries,
    claims,
    closing_writes,
    copies,
    day_queries,
    disclosures,
    question_queries,
    superseding_queries,
    version_queries,
)
from service.convenings import concerned
from service.convenings import queries as convenings
from service.deliveries import entries, heartbeats, opting_out, suppressions, wave_writes
from service.deliveries import office_queries as mail
from service.deliveries import queries as deliveries
from service.deliveries.office_queries import Search
from service.deliveries.wave_writes import Lease
from service.documents import queries as documents
from service.events import log
from service.exchange import calls, inbox, webhook_queries
from service.home import activity, overview_queries, own_queries
from service.keeping import media_queries
from service.keeping import queries as keeping
from service.members import choosing, office_queries, place_lists, places
from service.members import finding as members
from service.members.finding_queries import Sought
from service.panels import queries as panels
from service.registrations import choosing_pages, finding, invitation_pages, invitation_queries
from service.registrations import office_queries as registrations_office
from service.registrations import queries as registrations
from service.registrations.choosing_pages import Filter
from service.registrations.office_queries import Wanted
from service.surveys import clock as survey_clock
from service.surveys import queries as surveys
from service.surveys import standing_queries
from tests.lists.asked import (
    AGO,
    ANYBODY,
    BY_NAME,
    COME_ALREADY,
    DEEP,
    EVERYWHERE,
    FEW,
    FREQUENT,
    LARGEST,
    LINE,
    NOW,
    PAGE,
    RARE,
    SHOWN,
    STUDENTS,
    USUAL,
    ask,
    made,
)
from tests.lists.keeping_cases import FIGURES, KEEPING, OWN_DATA
from tests.lists.later_cases import AROUND

AUDIT = [
    ask(audit_log.newest, reach=reach, wanted=wanted, before=before, limit=PAGE, rows=rows)
    for reach, wanted, before, rows in (
        (EVERYWHERE, Entries(), None, FEW),
        (EVERYWHERE, Entries(), DEEP, FEW),
        (EVERYWHERE, Entries(who="quibbleworth"), None, FEW),
        (EVERYWHERE, Entries(about="quibbleworth"), None, 12_000),  # 10,000 districts: the planner reads that small table
        (EVERYWHERE, Entries(action="signed_in", since=NOW - timedelta(days=200), until=AGO), DEEP, FEW),
    )
]
AUDIT += [
    ask(
        audit_log.newest,
        reach=Reach(everywhere=False, convenings=(one,)),
        wanted=Entries(),
        before=None,
        limit=PAGE,
        rows=200_000,
        why="thousands of things belong to a convening, and the last entry about one of them may lie long back",
    )
    for one in (USUAL, LARGEST)
]
PEOPLE = [
    *(ask(members.people, sought=Sought(words=words), after=None, limit=PAGE) for words in ("", *RARE, "tamsin birch", "x")),
    *(ask(members.people, sought=Sought(words=words), after=None, limit=PAGE, rows=FREQUENT) for words in ("an", "person")),
    ask(members.people, sought=Sought(words="harbor jemison"), after=None, limit=PAGE, rows=FREQUENT),
    *(
        ask(members.people, sought=Sought(part=part), after=None, limit=PAGE, rows=6 * FEW)
        for part in ("member", "coach", "school_contact", "none")
    ),
    ask(members.people, sought=Sought(year=2019), after=None, limit=PAGE, rows=6 * FEW),
    ask(members.people, sought=Sought(year=1999), after=None, limit=PAGE),
    ask(members.people, sought=Sought(year=2019, words="quibbleworth"), after=None, limit=PAGE, rows=6 * FEW),
    ask(members.people, sought=Sought(year=2019), after=BY_NAME, limit=PAGE, rows=6 * FEW),
    ask(members.people, sought=Sought(part="coach", words="quibbleworth"), after=None, limit=PAGE, rows=3 * FEW),
    ask(members.people, sought=Sought(district_id=made("district", 3)), after=None, limit=PAGE),
    ask(members.people, sought=Sought(), after=BY_NAME, limit=PAGE),
    ask(members.people, sought=Sought(words="tamsin"), after=BY_NAME, limit=PAGE, rows=FREQUENT),
]
REGISTRATIONS = [
    *(
        ask(finding.page, wanted=Wanted(convening_id=one, words=words), beside=None, limit=50, backwards=False, rows=LINE)
        for one in (LARGEST, USUAL)
        for words in ("", *RARE)
    ),
    *(
        ask(
            finding.page,
            wanted=Wanted(convening_id=one, words=words),
            beside=None,
            limit=50,
            backwards=False,
            rows=2 * FREQUENT,
        )
        for one in (LARGEST, USUAL)
        for words in ("an", "tamsin birch", "person")
    ),
    *(
        ask(
            finding.page,
            wanted=Wanted(convening_id=LARGEST, **narrowed),
            beside=None,
            limit=50,
            backwards=False,
            rows=LINE + 4000,
        )
        for narrowed in (
            {"state": "offered"},
            {"state": "confirmed"},
            {"state": "waitlisted"},
            {"access": True},
            {"dietary": True},
        )
    ),
    ask(
        finding.page,
        wanted=Wanted(convening_id=LARGEST, item_id=made("session", 13)),
        beside=None,
        limit=50,
        backwards=False,
        rows=FREQUENT,
        why="all who chose that session",
    ),
    *(
        ask(finding.page, wanted=wanted, beside=made("registration", 1680), limit=50, backwards=backwards, rows=LINE)
        for wanted in (Wanted(convening_id=LARGEST), Wanted(convening_id=LARGEST, state="waitlisted"))
        for backwards in (False, True)
    ),
    *(
        ask(registrations.listed, convening_id=LARGEST, state=state, after=after, limit=100, rows=LINE)
        for state in (None, "waitlisted", "offered", "confirmed")
        for after in (None, (NOW - timedelta(days=380), ANYBODY))
    ),
    ask(registrations.seats, convening_id=LARGEST, rows=LINE),
    ask(registrations_office.queue, convening_id=LARGEST, limit=50),
    ask(
        registrations_office.counts, convening_id=LARGEST, rows=20_000, why="counts a convening's 20,000, in an index alone"
    ),
    ask(
        registrations_office.found,
        wanted=Wanted(convening_id=USUAL),
        beside=None,
        limit=200_000,
        rows=10**6,
        why="a file of all of them",
    ),
]
INVITATIONS = [
    *(ask(choosing_pages.found, convening_id=LARGEST, chosen=Filter(search=words), after=None) for words in RARE),
    *(
        ask(choosing_pages.found, convening_id=LARGEST, chosen=chosen, after=after, rows=2 * FREQUENT, why=COME_ALREADY)
        for chosen, after in (
            (Filter(), None),
            (Filter(search="an"), None),
            (Filter(kind="coach"), None),
            (Filter(), ANYBODY),
        )
    ),
    *(ask(invitation_pages.found, convening_id=LARGEST, answer="", words=words, after=None) for words in ("", *RARE)),
    ask(invitation_pages.found, convening_id=LARGEST, answer="", words="", after=DEEP),
    ask(invitation_pages.found, convening_id=LARGEST, answer="", words="an", after=None, rows=FREQUENT),
    ask(invitation_pages.found, convening_id=LARGEST, answer="declined", words="", after=None),
    *(
        ask(asked, convening_id=LARGEST, rows=10_000, why="counts a convening's 10,000 invitations, in an index alone")
        for asked in (invitation_queries.counts, concerned.silent)
    ),
    ask(
        invitation_queries.answers,
        convening_ids=SHOWN,
        rows=50_000,
        why="counts the answers to all invitations of what the overview shows, in an index alone",
    ),
]
MAIL = [
    *(
        ask(mail.mail, search=search, before=before, limit=PAGE, rows=rows)
        for search, before, rows in (
            (Search(), None, FEW),
            (Search(), DEEP, FEW),
            (Search(states=["dead"]), DEEP, FEW),
            (Search(states=["unknown"]), None, FEW),
            (Search(states=["queued", "sending", "handover"]), None, 12_000),  # seven of a thousand, sorted or passed by
            (Search(kind="certificate"), None, FEW),
            (Search(kind="invitation"), DEEP, FEW),
            (Search(convening_id=USUAL), None, FEW),
            (Search(convening_id=LARGEST, states=["dead"]), None, FEW),
            (Search(convening_id=USUAL, states=["unknown"]), None, FEW),
            (Search(address="person.777@"), None, FEW),
            (Search(address="nobody at all"), None, FEW),
            (Search(address=".example"), None, FREQUENT),
        )
    ),
    ask(
        mail.standing, convening_ids=None, now=NOW, rows=3 * FEW
    ),  # what is owed, dead or in doubt, and nothing that was sent
    ask(mail.standing, convening_ids=[LARGEST], now=NOW),
    ask(mail.doubtful_elsewhere),
    ask(mail.suppressed),
    ask(deliveries.listed, recipient=None, state=None, after=DEEP, limit=100),
    ask(deliveries.listed, recipient="person.777@rio.example", state=None, after=None, limit=100),
    ask(deliveries.listed, recipient=None, state="dead", after=None, limit=100),
    ask(deliveries.offered_now, now=NOW, among=400, rows=2 * FEW),
    ask(deliveries.offer, now=NOW, until=NOW, limit=100),
    ask(deliveries.for_claim, ids=[made("delivery", 7)], now=NOW),
    ask(deliveries.to_remind, convening_id=LARGEST, due_at=NOW, rows=40_000, why="reminds everybody with a seat"),
    *(ask(opting_out.listed, address=one, after=None, limit=PAGE) for one in ("", "person.200@")),
    ask(opting_out.listed, address="", after=(AGO, "person.9@fork.example", "surveys"), limit=PAGE),
    *(ask(suppressions.listed, address=one, after=None, limit=PAGE) for one in ("", "person.300@")),
    ask(suppressions.listed, address="", after=(AGO, "person.9@fork.example", ""), limit=PAGE),
    ask(entries.carried, uid="uid-5"),
    ask(entries.supersede_queued, uid="uid-5", now=NOW),
    ask(heartbeats.pulses),
    ask(inbox.after, position=5000, limit=100),
    ask(inbox.before, position=None, open_only=False, limit=PAGE),
    ask(inbox.before, position=5000, open_only=True, limit=PAGE),
    ask(inbox.waiting_for_a_person),
    ask(inbox.soft_bounces, address="a@a.example", since=AGO),
    ask(inbox.told_about, address="a@a.example", since=AGO),
]
EVENTS = [
    ask(log.claim, now=NOW, limit=50),
    ask(log.number),
    ask(log.after, position=50_000, limit=100),
    ask(log.unhandled),
    ask(calls.behind, room=1000),
    ask(calls.due, now=NOW),
    ask(calls.take, webhook_id=made("webhook", 1), token=ANYBODY, now=NOW, until=NOW, limit=20),
    ask(calls.stop_those_left),
    ask(webhook_queries.listed),
    ask(webhook_queries.ids),
    ask(webhook_queries.count_others, url="https://hooks.example/1"),
    ask(webhook_queries.newest_position),
    ask(webhook_queries.stopped),
    ask(webhook_queries.attempts, webhook_id=made("webhook", 1), before=DEEP, limit=PAGE),
    ask(webhook_queries.owed, now=NOW),
    ask(activity._facts, convening_id=LARGEST, kinds=list(activity.WORDS), limit=15),
    ask(overview_queries.failed_events),
]
OVERVIEW = [
    ask(overview_queries.convenings, only=None, since=NOW - timedelta(days=400), rows=7 * FEW),  # who waits, in an index
    ask(overview_queries.offered, only=SHOWN),
    ask(overview_queries.agendas, only=SHOWN),
    ask(overview_queries.offers, only=SHOWN, now=NOW),
    ask(overview_queries.returned, only=SHOWN, since=AGO, rows=3 * FEW),
    ask(overview_queries.needs, only=SHOWN),
    ask(overview_queries.students, only=SHOWN, rows=STUDENTS),
    ask(overview_queries.head_of_the_list, convening_id=LARGEST, limit=5),
    ask(copies.unmade, only=SHOWN),
    ask(keeping.asked, convening_ids=SHOWN),
    ask(standing_queries.standing, only=SHOWN, now=NOW, late=AGO, rows=STUDENTS),
    ask(days.uncleared, only=SHOWN, now=NOW),
    ask(own_queries.results, limit=5),
    ask(own_queries.evaluated, person_id=ANYBODY, limit=5),
    ask(own_queries.newest_of_each, person_id=ANYBODY),
    ask(days.presence, convening_id=LARGEST, rows=40_000, why="everybody who came, for the board of the day"),
    ask(days.people, convening_id=LARGEST, rows=10**6, why="everybody with a seat, for the board of the day"),
]
CONVENINGS = [
    ask(convenings.listed, after=None, limit=PAGE, drafts=True, until=NOW, rows=7 * FEW),
    ask(convenings.listed, after=(NOW - timedelta(days=300), LARGEST), limit=PAGE, drafts=False, rows=7 * FEW),
    ask(convenings.convening, convening_id=LARGEST, rows=LINE),
    ask(convenings.with_due_clock, now=NOW),
    ask(convenings.to_remind, now=NOW, until=NOW + timedelta(days=9)),
    ask(concerned.to_copy),
    ask(office_queries.coming, now=NOW),
    ask(keeping.with_panels, rows=2 * FEW),
]
CHOICES = [
    *(ask(place_lists.districts, words=words, after=None, limit=PAGE, rows=2 * FEW) for words in ("", "verde 17")),
    ask(place_lists.districts, words="", after=("North Fork", ANYBODY), limit=PAGE),
    ask(place_lists.schools, words="", district_id=None, after=None, limit=PAGE),
    ask(place_lists.schools, words="chavez 4711", district_id=None, after=None, limit=PAGE, rows=FREQUENT),
    ask(place_lists.schools, words="", district_id=made("district", 7), after=None, limit=PAGE),
    ask(places.offered_schools, chosen=made("school", 3)),
    ask(choosing._numbers, limit=501),
    ask(places.offered, chosen=made("district", 3), rows=12_000, why="the chosen one, among districts that an index has"),
    ask(panels.topics),
    ask(question_queries.published),
    ask(version_queries.versions),
    ask(version_queries.stale),
    ask(tokens.listed, now=NOW),
    ask(access_queries.known_tokens, token_hashes=[b"x", b"y"], now=NOW),
    ask(wave_writes.turn, begun=[Lease(made("delivery", 7), ANYBODY)], sent=[], now=NOW, lease_until=NOW),
    ask(tokens.keep_environments, token="x", now=NOW),
    ask(grants.lock_organizers),
    ask(keeping.holds),
    ask(keeping.exports, most=100),
    ask(media_queries.with_media),
    ask(documents.failed),
    ask(documents.count_failed),
    ask(door.badges, codes=["0000000001"]),
    ask(disclosures.of_signup, signup_id=made("signup", 1)),
    ask(disclosures.of_school, school_id=made("school", 1), most=100),
    ask(surveys.of_set, code="evaluation"),
    ask(surveys.sealed, survey_id=made("survey", 1), after=None, limit=100),
    ask(surveys.parts, survey_id=made("survey", 60), part="core"),
]
CLOCK = [
    ask(door_clock._opening, now=NOW),
    ask(door_clock._uncleared, now=NOW),
    *(
        ask(asked, now=NOW, until=NOW + timedelta(days=60), rows=STUDENTS)
        for asked in (
            cadence_queries.with_drafts,
            cadence_queries.open_forms,
            cadence_queries.seated,
            cadence_queries.to_call,
        )
    ),
    ask(closing_writes.due, now=NOW, rows=STUDENTS),
    ask(superseding_queries.ahead, template="panelist", now=NOW, rows=STUDENTS),
    ask(superseding_queries.panels_ahead, now=NOW, rows=2 * FEW),
    ask(age_writes.of_age, now=NOW, rows=STUDENTS, why="the birthdays of all students, of whom there are few"),
    ask(claims.known, rows=STUDENTS, why="all students, to check the chains of their proofs"),
    ask(registrations.overdue, convening_id=LARGEST, state="held", now=NOW),
    ask(registrations.overdue, convening_id=LARGEST, state="offered", now=NOW),
    ask(survey_clock._owing, after=AGO, until=NOW),
    ask(surveys.with_due_clock),
]
NIGHT = [
    ask(heartbeats.forget_silent, before=AGO),
    ask(day_queries.under_older_keys, mark=b"x", after=(ANYBODY, ""), most=100),
    ask(day_queries.count_older, mark=b"x"),
]
CASES = [
    *AUDIT,
    *PEOPLE,
    *REGISTRATIONS,
    *INVITATIONS,
    *MAIL,
    *EVENTS,
    *OVERVIEW,
    *CONVENINGS,
    *CHOICES,
    *CLOCK,
    *NIGHT,
    *AROUND,
    *FIGURES,
    *KEEPING,
    *OWN_DATA,
]
