"""Samples of what those get who come to a convening."""

from typing import Final

from emails.changes import changes_between
from emails.messages import (
    AddressMoved,
    AnyMessage,
    Cancelled,
    CertificateReady,
    Changed,
    ConfirmAddress,
    DeclineAsked,
    Invitation,
    Invite,
    Offer,
    OfferExpired,
    Reminder,
    Waitlisted,
    Withdrawn,
    YourRegistration,
)
from emails.samples.facts import ACROSS_THE_CLOCK_CHANGE, LONG, MOVED, QUOTED, SPRING, at, sample_revision

REGISTRATIONS: Final[tuple[tuple[str, AnyMessage], ...]] = (
    (
        "confirm address, seat kept",
        ConfirmAddress(name="", gathering=SPRING, held_until=at("2027-01-20T11:00-05:00"), seat_kept=True),
    ),
    (
        "confirm address, list",
        ConfirmAddress(name="", gathering=SPRING, held_until=at("2027-01-20T11:00-05:00"), seat_kept=False),
    ),
    (
        "invite",
        Invite(name="Tamsin Reed", gathering=SPRING, reader_zone="America/Los_Angeles", revision=sample_revision(SPRING)),
    ),
    (
        "invite across the clock change",
        Invite(
            name="Zoë Ångström-Nuñez",
            gathering=ACROSS_THE_CLOCK_CHANGE,
            revision=sample_revision(ACROSS_THE_CLOCK_CHANGE, name="Zoë Ångström-Nuñez"),
        ),
    ),
    (
        "invite with a long description",
        Invite(name=QUOTED, gathering=LONG, reader_zone="America/Chicago", revision=sample_revision(LONG, name=QUOTED)),
    ),
    ("waitlisted", Waitlisted(name="Tamsin Reed", gathering=SPRING, position=4, capacity=80)),
    (
        "offer",
        Offer(
            name="Tamsin Reed",
            gathering=SPRING,
            reader_zone="America/Los_Angeles",
            offered_until=at("2027-03-05T09:40-05:00"),
        ),
    ),
    ("offer expired", OfferExpired(name="Tamsin Reed", gathering=SPRING, offered_until=at("2027-03-05T09:40-05:00"))),
    (
        "changed",
        Changed(
            name="Tamsin Reed",
            gathering=MOVED,
            reader_zone="America/Los_Angeles",
            revision=sample_revision(MOVED, sequence=1),
            before=SPRING,
            changes=changes_between(SPRING, MOVED),
        ),
    ),
    (
        "cancelled",
        Cancelled(name="Tamsin Reed", gathering=MOVED, revision=sample_revision(MOVED, sequence=2, method="CANCEL")),
    ),
    ("cancelled without an entry", Cancelled(name="Tamsin Reed", gathering=SPRING)),
    (
        "withdrawn",
        Withdrawn(name="Tamsin Reed", gathering=SPRING, revision=sample_revision(SPRING, sequence=1, method="CANCEL")),
    ),
    (
        "withdrawn by a calendar",
        Withdrawn(
            name="Tamsin Reed",
            gathering=SPRING,
            by="calendar",
            revision=sample_revision(SPRING, sequence=1, method="CANCEL"),
        ),
    ),
    ("decline asked", DeclineAsked(name="Tamsin Reed", gathering=SPRING, reader_zone="America/Los_Angeles")),
    (
        "withdrawn by an organizer",
        Withdrawn(
            name="Tamsin Reed",
            gathering=SPRING,
            by="organizer",
            revision=sample_revision(SPRING, sequence=1, method="CANCEL"),
        ),
    ),
    (
        "taken off the list by an organizer",
        Withdrawn(name="Tamsin Reed", gathering=SPRING, by="organizer", was_waiting=True),
    ),
    (
        "handed over to a colleague",
        Withdrawn(
            name="Tamsin Reed",
            gathering=SPRING,
            by="handed over",
            revision=sample_revision(SPRING, sequence=1, method="CANCEL"),
        ),
    ),
    ("withdrawn from the list", Withdrawn(name="Tamsin Reed", gathering=SPRING, was_waiting=True)),
    (
        "address moved",
        AddressMoved(name="Tamsin Reed", gathering=SPRING, revision=sample_revision(SPRING, sequence=1, method="CANCEL")),
    ),
    ("address moved without an entry", AddressMoved(name="Tamsin Reed", gathering=SPRING)),
    ("your registration", YourRegistration(name="Tamsin Reed", gathering=SPRING, state="confirmed")),
    ("your place on the list", YourRegistration(name="Tamsin Reed", gathering=SPRING, state="waitlisted", position=4)),
    ("reminder, a week", Reminder(name="Tamsin Reed", gathering=SPRING, reader_zone="America/Los_Angeles", days=7)),
    ("reminder, a day", Reminder(name="Tamsin Reed", gathering=SPRING, days=1, code="K7QM3 XNP2W")),
    ("certificate", CertificateReady(name="Tamsin Reed", gathering=SPRING, hours="9.25 hours attended")),
    ("certificate, a new one", CertificateReady(name=QUOTED, gathering=LONG, hours="1.5 clock hours", again=True)),
    (
        "invitation",
        Invitation(
            name="Tamsin Reed", gathering=SPRING, reader_zone="America/Los_Angeles", until=at("2027-02-26T17:00-05:00")
        ),
    ),
    (
        "invitation before registration opens",
        Invitation(name=QUOTED, gathering=LONG, until=LONG.starts_at, opens_at=at("2027-01-25T09:00+00:00")),
    ),
    (
        "invitation, asked again",
        Invitation(
            name="Zoë Ångström-Nuñez", gathering=ACROSS_THE_CLOCK_CHANGE, until=at("2027-03-01T17:00-05:00"), again=True
        ),
    ),
)
