"""The facts that samples are made of: who writes, which convening, what the door adds."""

from datetime import UTC, datetime, timedelta
from typing import Final

from msgspec.structs import replace

from emails.handover import Handover, Links, Sender
from emails.messages import (
    AgendaItem,
    Gathering,
    Method,
    Revision,
)

SAMPLE_SENDER: Final = Sender(
    name="Plenary",
    address="convenings@plenary.example",
    bounce_domain="bounce.plenary.example",
    help_phone="202-555-0142",
)


def at(text: str) -> datetime:
    """The UTC instant of an ISO time with its offset."""
    return datetime.fromisoformat(text).astimezone(UTC)


SPRING: Final = Gathering(
    title="Spring Convening 2027: Belonging and What Comes Next",
    summary="Students will tell us what belonging at school means to them. Then we work: three days, one policy each, "
    "ninety days to change it.",
    time_zone="America/New_York",
    starts_at=at("2027-03-10T08:30:00-05:00"),
    ends_at=at("2027-03-12T12:00:00-05:00"),
    venue_name="Lantern Hall Conference House",
    venue_address="200 Sample Street NW, Washington, DC",
    latitude=38.9072,
    longitude=-77.0369,
    agenda=(
        AgendaItem(
            "Opening: promises kept and not kept", at("2027-03-10T09:30-05:00"), at("2027-03-10T10:45-05:00"), "Main hall"
        ),
        AgendaItem("Coaching circles", at("2027-03-11T10:45-05:00"), at("2027-03-11T12:15-05:00"), "Room 4"),
        AgendaItem("Commitments and survey", at("2027-03-12T09:00-05:00"), at("2027-03-12T11:30-05:00")),
    ),
)
MOVED: Final = replace(
    SPRING,
    starts_at=SPRING.starts_at + timedelta(hours=1),
    venue_name="Orchard Library",
    venue_address="12 Example Avenue SE, Washington, DC",
    agenda=(SPRING.agenda[0], replace(SPRING.agenda[1], room="Room 7"), SPRING.agenda[2]),
)
ACROSS_THE_CLOCK_CHANGE: Final = replace(
    SPRING,
    title="Retraite d’été à Montréal : écoles, équité et « appartenance » 🪑",
    summary="Deux nuits, une heure de moins.",
    starts_at=at("2027-03-13T18:00-05:00"),
    ends_at=at("2027-03-14T15:00-04:00"),
    agenda=(),
)
LONG: Final = replace(
    SPRING,
    title="Reading a school budget with an equity lens; money, maps, and who gets what",
    summary=("Bring: a budget, a map; questions, and time.\nWe read line by line; nobody has to speak, all may.\n\n" * 31)[
        :3000
    ],
    time_zone="Africa/Casablanca",
    starts_at=at("2027-02-06T09:00+00:00"),
    ends_at=at("2027-02-08T12:00+00:00"),
    agenda=(),
    latitude=None,
    longitude=None,
)


def sample_revision(
    gathering: Gathering, *, sequence: int = 0, method: Method = "REQUEST", name: str = "Tamsin Reed"
) -> Revision:
    """A revision of one person's entry; its DTSTAMP grows with the sequence."""
    return Revision(
        uid="5f1c7a52e0d94b7f-8c1b2d3e4f5a69788796a5b4c3d2e1f0@plenary.example",
        sequence=sequence,
        dtstamp=datetime(2027, 1, 20, 15, 0, sequence, tzinfo=UTC),
        method=method,
        gathering=gathering,
        attendee_name=name,
    )


QUOTED: Final = 'Quillfeather, Marisela "Mari"'


def sample_handover(
    number: int = 1, *, recipient: str = "tamsin.reed@district.example", first: int | None = None
) -> Handover:
    """What the door would add; `number` makes the delivery its own, `first` is the number of the mail to thread on."""
    return Handover(
        delivery_id=f"00000000-0000-4000-8000-{number:012x}",
        recipient=recipient,
        message_id=_message_id(number),
        date=datetime(2027, 1, 20, 15, 0, tzinfo=UTC) + timedelta(minutes=number),
        links=Links(
            manage="https://plenary.example/mine/8f3a2c1e9b7d4f60a5e4d3c2b1a09f8e.1",
            confirm="https://plenary.example/confirm/1b7d4f60a5e4d3c28f3a2c1e9b09f8ea.1",
            convening="https://plenary.example/convenings/spring-2027",
            invitation="https://plenary.example/i/2c1e9b7d4f60a5e4d3c2b1a09f8e8f3a.1",
            consent="https://plenary.example/c/4f60a5e4d3c28f3a2c1e9b7d2b1a09f8.1",
            school="https://plenary.example/school",
            page="https://plenary.example/me/coaching/0199e0a4-5d7b-7cc0-8e52-3f3f6a1d9b10",
            sign_in="https://plenary.example/sign-in/link/8f3a2c1e9b7d4f60a5e4d3c2b1a09f8e",
            code="402817",
        ),
        first_message_id="" if first is None else _message_id(first),
    )


def _message_id(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012x}@plenary.example"
