"""What needs a person: from how things stand to a list of things to do; pure.

One thing is one function, listed in THINGS (about one convening; students have a list of their own in student_things) or
THINGS_OF_ALL (about the whole installation). What it looks at is a field of `Seen` or `SeenOfAll`.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

from emails import wording
from service.convenings import checklist, clashes
from service.convenings.queries import ConveningRow
from service.deliveries.office_queries import StandingRow
from service.home import student_things, survey_things
from service.home.overview_queries import FiguresRow, OfferedRow
from service.home.overview_words import NOT_THERE
from service.home.seen import Seen, SeenOfAll, Thing, until
from service.keeping.policy import in_words as kept_words
from service.registrations.invitation_queries import AnswersRow
from service.registrations.rules import offer_deadline
from service.text import zone
from service.web.templating import many

DRAFT_IS_LATE = timedelta(weeks=6)
"""A draft that starts sooner leaves people too little time to plan."""
AGENDA_IS_LATE = timedelta(weeks=4)
NEEDS_ARE_DUE = timedelta(days=14)
"""Who provides for access needs, an interpreter for example, wants to know so long before."""


def for_one(seen: Seen) -> list[Thing]:
    """What one convening asks of a person today."""
    return [thing for find in THINGS for thing in find(seen)]


def for_all(seen: SeenOfAll) -> list[Thing]:
    """What the installation asks of a person."""
    return [thing for find in THINGS_OF_ALL for thing in find(seen)]


def _doubtful(seen: Seen) -> Iterable[Thing]:
    if count := seen.mail.unknown:
        title = f"{many(count, 'mail', 'mails')} may or may not have arrived"
        words = "The mail server fell silent while it took the text. Ask the person, or send it again."
        yield Thing(title, words, f"{seen.path}/mail?state=unknown", "Decide")


def _returned(seen: Seen) -> Iterable[Thing]:
    for why, (what, one, more) in NOT_THERE.items():
        mails = [mail for mail in seen.returned if mail.why == why]
        if len(mails) == 1:
            [mail] = mails
            words = one.format(address=mail.recipient)
            yield Thing(f"A mail to {mail.name} {what}", words, f"/office/deliveries/{mail.delivery_id}", "See the mail")
        elif mails:
            title = f"Mails to {many(len(mails), 'person', 'people')} {what}"
            yield Thing(title, more.format(name=mails[0].name), f"{seen.path}/mail?state=dead", "See the mails")


def _late_draft(seen: Seen) -> Iterable[Thing]:
    ahead = seen.row.starts_at - seen.now
    if seen.row.state == "draft" and timedelta(0) < ahead <= DRAFT_IS_LATE:
        lacks = [one.sentence for one in checklist.missing(seen.row, seen.agenda, seen.now) if one.must]
        words = " ".join(lacks) or "Nobody can see it or register."
        title = f"Still a draft, and it starts in {until(ahead)}"
        yield Thing(title, words, f"{seen.path}/standing", "Publish it or throw it away")


def _unfinished(seen: Seen) -> Iterable[Thing]:
    ahead = seen.row.starts_at - seen.now
    if not (seen.coming_up and timedelta(0) < ahead <= AGENDA_IS_LATE):
        return
    for one in checklist.missing(seen.row, seen.agenda, seen.now):
        if one.must:
            yield Thing(one.sentence, f"It starts in {until(ahead)}.", seen.path + one.path, "Mend it")
    no_room = [session for session in seen.agenda if not session.room.strip()]
    if not seen.agenda:
        yield Thing("Its agenda is empty", f"It starts in {until(ahead)}.", f"{seen.path}/agenda", "Write the agenda")
    elif len(no_room) == 1:
        title = f"“{no_room[0].title}” has no room"
        yield Thing(title, f"It starts in {until(ahead)}.", f"{seen.path}/agenda", "Name the room")
    elif no_room:
        title = f"{len(no_room)} sessions have no room"
        yield Thing(title, f"It starts in {until(ahead)}.", f"{seen.path}/agenda", "Name the rooms")


def _clashes(seen: Seen) -> Iterable[Thing]:
    if seen.row.state not in ("draft", "published") or seen.now >= seen.row.ends_at:
        return
    found = [clash.sentence for clash in clashes.find(seen.row, seen.agenda) if len(clash.sessions) > 1]
    if len(found) == 1:
        yield Thing("Two sessions clash", found[0], f"{seen.path}/agenda", "Change one")
    elif found:
        yield Thing(f"{len(found)} clashes are in the agenda", found[0], f"{seen.path}/agenda", "See the agenda")


def _ending_offers(seen: Seen) -> Iterable[Thing]:
    place = zone(seen.row.time_zone)
    today = seen.now.astimezone(place).date()
    ending = [until for until in seen.offers if until.astimezone(place).date() == today]
    if seen.coming_up and ending:
        title = f"{many(len(ending), 'offer ends', 'offers end')} today"
        first = f"The first at {wording.clock(ending[0], seen.row.time_zone)} {_zone(seen, ending[0])}. "
        words = first + "Then the seat goes to the next in line, if there is time."
        yield Thing(title, words, f"{seen.path}/registrations?state=offered", "See who has not answered")


def _empty_seats_too_late(seen: Seen) -> Iterable[Thing]:
    free, waiting = seen.row.seats_left, seen.figures.waiting
    too_late = offer_deadline(seen.now, seen.row.starts_at) is None
    if seen.coming_up and free > 0 and waiting and too_late:
        title = f"{many(free, 'seat is', 'seats are')} free while {many(waiting, 'person waits', 'people wait')}"
        words = "It is too late for an offer by mail. Call them."
        yield Thing(title, words, f"{seen.path}/registrations?state=waitlisted", "See who waits")


def _needs(seen: Seen) -> Iterable[Thing]:
    ahead = seen.row.starts_at - seen.now
    if seen.coming_up and seen.needs and timedelta(0) < ahead <= NEEDS_ARE_DUE:
        title = f"{many(seen.needs, 'person', 'people')} wrote what they need to take part"
        words = f"It starts in {until(ahead)}: see that all of it is arranged."
        yield Thing(title, words, f"{seen.path}/access-needs", "Read the needs")


def _worker_gone(seen: SeenOfAll) -> Iterable[Thing]:
    if seen.health.relay != "ok":
        words = f"The worker: {seen.health.relay}. Registrations are taken, and their mails wait."
        yield Thing("No mail leaves at the moment", words, "/office/mail?state=queued", "See what waits")
    elif seen.health.queue != "ok":
        words = f"The queue {seen.health.queue}. Registrations are taken, and their mails wait."
        yield Thing("No mail leaves at the moment", words, "/office/mail?state=queued", "See what waits")


def _failed(seen: SeenOfAll) -> Iterable[Thing]:
    if seen.failed:
        count = sum(one.count for one in seen.failed)
        kinds = ", ".join(one.kind.replace("_", " ") for one in seen.failed)
        words = f"We tried for hours and gave up: {kinds}. The log of the worker says why."
        yield Thing(f"Nothing followed from {many(count, 'fact', 'facts')}", words, "/readyz", "See how we are")


def _doubtful_elsewhere(seen: SeenOfAll) -> Iterable[Thing]:
    if count := seen.unknown:
        title = f"{many(count, 'mail', 'mails')} of no convening may or may not have arrived"
        words = "The mail server fell silent while it took the text."
        yield Thing(title, words, "/office/mail?state=unknown", "Decide")


def _not_deleted(seen: SeenOfAll) -> Iterable[Thing]:
    if seen.left_over:
        kinds = ", ".join(f"{kept_words(kind)}: {count}" for kind, count in seen.left_over.items())
        words = f"Last night’s deletion found what should be gone ({kinds}). Tell whoever runs this installation."
        yield Thing("More is kept than we promise", words, "/office/retention", "See the last nights")
    if seen.nights_missed:
        words = "What has had its time is deleted every night; see whether the worker runs."
        title = f"{many(seen.nights_missed, 'night has', 'nights have')} passed without the deletion"
        yield Thing(title, words, "/office/retention", "See the last nights")


def _came_in(seen: SeenOfAll) -> Iterable[Thing]:
    if seen.came_in:
        title = f"{many(seen.came_in, 'mail that came in needs', 'mails that came in need')} a person"
        words = "Somebody wrote back, or answered what was sent to somebody else."
        yield Thing(title, words, "/office/mail/incoming?show=open", "Read them")


def _webhooks_stopped(seen: SeenOfAll) -> Iterable[Thing]:
    for one in seen.stopped:
        host = urlsplit(one.url).netloc
        yield Thing(f"We have stopped calling {host}", one.reason, f"/office/webhooks/{one.id}", "See its last attempts")


def _restored(seen: SeenOfAll) -> Iterable[Thing]:
    if one := seen.restored:
        lost = f"{one.backup_at:%Y-%m-%d %H:%M} to {one.doubt_until:%H:%M} UTC on {one.doubt_until:%Y-%m-%d}"
        words = (
            f"From {lost} everything is lost, withdrawn consents and erased people among it. Ask schools and families anew."
        )
        yield Thing("A backup was restored", words, "/office/mail?state=unknown", "See the mail in doubt")


THINGS: Sequence[Callable[[Seen], Iterable[Thing]]] = (
    _empty_seats_too_late,
    _ending_offers,
    _doubtful,
    _returned,
    *student_things.THINGS,
    _needs,
    _clashes,
    _unfinished,
    _late_draft,
    *survey_things.THINGS,
)
"""In the order of the page: what cannot wait comes first."""
THINGS_OF_ALL: Sequence[Callable[[SeenOfAll], Iterable[Thing]]] = (
    _worker_gone,
    _restored,
    _failed,
    _not_deleted,
    _came_in,
    _doubtful_elsewhere,
    _webhooks_stopped,
)


def _zone(seen: Seen, instant: datetime) -> str:
    return wording.zone_name(seen.row.time_zone, instant)


def people_of(row: ConveningRow, offered: OfferedRow | None) -> FiguresRow:
    """The people of a convening; those with a seat are what is left of its own counter."""
    offers, first = (offered.offered, offered.first_ends_at) if offered else (0, None)
    return FiguresRow(row.id, row.taken - offers - row.held, row.waiting, offers, row.held, first)


def nobody_invited(convening_id: UUID) -> AnswersRow:
    """The invitations of a convening that has none."""
    return AnswersRow(convening_id, 0, 0, 0, 0)


def nothing_owed(convening_id: UUID) -> StandingRow:
    """The mail of a convening that asks for nothing."""
    return StandingRow(convening_id, 0, 0, 0)
