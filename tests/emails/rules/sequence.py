"""X: what the mails of one calendar entry must be to one another."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from tests.emails.rules.content import Component
from tests.emails.rules.mail import Mail, opened

TIMES = ("DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "STATUS")


@dataclass(frozen=True)
class Entry:
    message_id: str
    recipient: str
    references: str
    mail: Mail

    @property
    def event(self) -> Component:
        return self.mail.vevent

    @property
    def sequence(self) -> int:
        return int(self.event.value("SEQUENCE"))

    @property
    def stamp(self) -> str:
        return self.event.value("DTSTAMP")

    def times(self) -> list[str]:
        return [self.event.value(name) for name in TIMES]


def entries(raws: list[bytes]) -> list[Entry]:
    mails = [opened(raw, "", "") for raw in raws]
    return [
        Entry(
            str(mail.message["Message-ID"]).strip(),
            mail.message["To"].addresses[0].addr_spec,
            str(mail.message.get("References", "")),
            mail,
        )
        for mail in mails
    ]


def _by_uid(entries: list[Entry]) -> Iterator[tuple[str, list[Entry]]]:
    with_calendar = [entry for entry in entries if entry.mail.entry]
    for uid in dict.fromkeys(entry.event.value("UID") for entry in with_calendar):
        yield uid, [entry for entry in with_calendar if entry.event.value("UID") == uid]


def _pairs(entries: list[Entry]) -> Iterator[tuple[str, Entry, Entry]]:
    for uid, same in _by_uid(entries):
        yield from ((uid, before, after) for before, after in pairwise(same))


def x01(entries: list[Entry]) -> Iterator[str]:
    counted = Counter(entry.message_id for entry in entries)
    yield from (f"{name} is used {times} times" for name, times in counted.items() if times > 1)


def x02(entries: list[Entry]) -> Iterator[str]:
    for uid, same in _by_uid(entries):
        if len({entry.event.value("ORGANIZER") for entry in same}) > 1:
            yield f"ORGANIZER of {uid} changes"


def x03(entries: list[Entry]) -> Iterator[str]:
    for uid, before, after in _pairs(entries):
        moved = before.times() != after.times()
        if after.sequence < before.sequence or (moved and after.sequence == before.sequence):
            yield f"SEQUENCE of {uid} goes from {before.sequence} to {after.sequence}"


def x04(entries: list[Entry]) -> Iterator[str]:
    for uid, before, after in _pairs(entries):
        same_revision = (before.sequence, before.stamp) == (after.sequence, after.stamp)
        if same_revision and before.mail.calendar != after.mail.calendar:
            yield f"one revision of {uid} has two contents"
        if not same_revision and after.stamp <= before.stamp:
            yield f"DTSTAMP of {uid} does not grow"


def _after_requests(entries: list[Entry], earlier: str, later: str) -> Iterator[str]:
    for uid, same in _by_uid(entries):
        for position, entry in enumerate(same):
            others = [other.sequence for other in same[:position] if other.mail.method == earlier]
            if entry.mail.method == later and others and entry.sequence <= max(others):
                yield f"{later} of {uid} is not above every {earlier}"


def x05(entries: list[Entry]) -> Iterator[str]:
    yield from _after_requests(entries, "REQUEST", "CANCEL")


def x06(entries: list[Entry]) -> Iterator[str]:
    yield from _after_requests(entries, "CANCEL", "REQUEST")


def x07(entries: list[Entry]) -> Iterator[str]:
    for uid, same in _by_uid(entries):
        yield from (
            f"a later mail of {uid} does not thread" for entry in same[1:] if same[0].message_id not in entry.references
        )


def x08(entries: list[Entry]) -> Iterator[str]:
    for uid, same in _by_uid(entries):
        counted = Counter((entry.recipient, entry.sequence, entry.stamp) for entry in same)
        yield from (f"revision {key[1]} of {uid} left {times} times" for key, times in counted.items() if times > 1)


def unexpected(entries: list[Entry], expect: dict[str, int]) -> list[str]:
    counted = dict(Counter(entry.mail.method for entry in entries if entry.mail.entry))
    return [] if counted == expect else [f"expected {expect}, found {counted}"]
