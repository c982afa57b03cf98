"""What a message looks like, without anybody's links or codes: a delivery's own, a sample, a sample with today's facts."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from emails import wording
from emails.changes import changes_between
from emails.handover import Handover, Links, Sender
from emails.messages import (
    AnyMessage,
    Changed,
    ConsentCode,
    ConveningMessage,
    Gathering,
    Revision,
    SignIn,
    kept,
)
from emails.render import compose
from emails.samples import SAMPLES
from service.deliveries.office_words import METHOD_WORDS
from service.errors import NotFound
from service.settings import Settings

LANGUAGES: Final = {"en": "English", "es": "Español", "ar": "العربية"}
"""The languages that messages are written in, by their tags; only families read others than English."""
PREVIEWS: Final = "/office/previews"
UNWRITTEN = datetime(2027, 1, 1, tzinfo=UTC)
"""The date of a mail that nobody sends; it is nowhere shown."""


class Card(Struct, frozen=True):
    """What a calendar would make of it."""

    method: str
    cancelled: bool
    title: str
    when: str
    zone: str
    where: str
    organizer: str
    attendee: str
    sequence: int


class Preview(Struct, frozen=True):
    """What a person would see."""

    subject: str
    text: str
    html: str
    card: Card | None


class Sample(Struct, frozen=True):
    """One sample: `number` counts from 1 among those of its tag."""

    tag: str
    number: int
    name: str
    message: AnyMessage

    @property
    def about_convening(self) -> bool:
        """Whether it can be shown with the facts of a convening."""
        return isinstance(self.message, ConveningMessage)


class Known(Struct, frozen=True):
    """Today's facts for a sample; None and "" leave what the sample says."""

    gathering: Gathering
    capacity: int
    until: datetime
    """Until when people can register."""
    name: str = ""
    reader_zone: str = ""
    position: int | None = None
    offered_until: datetime | None = None
    held_until: datetime | None = None


def samples() -> list[Sample]:
    """Every sample, those of one message one after another."""
    numbers: dict[str, int] = {}
    found: list[Sample] = []
    for name, message in SAMPLES:
        tag = str(type(message).__struct_config__.tag)
        numbers[tag] = numbers.get(tag, 0) + 1
        found.append(Sample(tag, numbers[tag], name, message))
    return found


def sample(tag: str, number: int) -> Sample:
    """One sample; raises NotFound."""
    found = next((one for one in samples() if (one.tag, one.number) == (tag, number)), None)
    if found is None:
        raise NotFound
    return found


def placeholders(public_url: str) -> Links:
    """Where links of previews and test mails lead: to the page that says so, whoever follows them."""
    page = f"{public_url}{PREVIEWS}"
    return Links(
        manage=page,
        confirm=page,
        leaving=page,
        no_more=page,
        back=page,
        convening=page,
        invitation=page,
        consent=page,
        school=page,
        sign_in=page,
        signup=page,
        certificate=page,
        door=page,
        survey=page,
        report=page,
        page=page,
        code="000000",
        planned="(here stands what the reader planned, in their own words)",
    )


def sender(settings: Settings) -> Sender:
    """Who writes."""
    return Sender(settings.mail_name, settings.mail_address, settings.bounce_domain, settings.help_phone)


def stored(message: dict[str, Any]) -> AnyMessage | None:
    """What a delivery says; None where that was cleared, and for a code, which nobody else may read."""
    found = kept(message) if message else None
    return None if isinstance(found, SignIn | ConsentCode) else found


def shown(message: AnyMessage, settings: Settings, recipient: str, *, test: bool = False) -> Preview:
    """The message as it reads, with placeholders for links and codes."""
    writer = sender(settings)
    handover = Handover("0" * 32, recipient, "", UNWRITTEN, placeholders(settings.public_url), test=test)
    parts = compose(message, writer, handover)
    revision: Revision | None = getattr(message, "revision", None)
    card = None if revision is None else _card(revision, writer, recipient)
    return Preview(parts.subject, parts.text, parts.page, card)


def _card(revision: Revision, writer: Sender, recipient: str) -> Card:
    gathering = revision.gathering
    return Card(
        method=METHOD_WORDS[revision.method],
        cancelled=revision.method == "CANCEL",
        title=gathering.title,
        when=wording.span(gathering.starts_at, gathering.ends_at, gathering.time_zone, with_year=True),
        zone=wording.zone_name(gathering.time_zone, gathering.starts_at),
        where=", ".join(part for part in (gathering.venue_name, gathering.venue_address) if part),
        organizer=f"{writer.name} <{writer.address}>",
        attendee=f"{revision.attendee_name or recipient} <{recipient}>",
        sequence=revision.sequence,
    )


def with_facts(message: AnyMessage, known: Known) -> AnyMessage:
    """The sample about this convening and person; what neither says (a deadline, an earlier place) stays the sample's."""
    if not isinstance(message, ConveningMessage):
        return message
    name = known.name if message.name else ""
    given: dict[str, Any] = {"name": name or message.name, "gathering": known.gathering, "reader_zone": known.reader_zone}
    given |= _told(message, known)
    revision: Revision | None = getattr(message, "revision", None)
    if revision is not None:
        given["revision"] = replace(revision, gathering=known.gathering, attendee_name=name or revision.attendee_name)
    if isinstance(message, Changed):
        before = _an_hour_earlier(known.gathering)
        given |= {"before": before, "changes": changes_between(before, known.gathering)}
    return replace(message, **given)


def _told(message: ConveningMessage, known: Known) -> dict[str, Any]:
    """The fields of this message that the registration or the convening has a value for."""
    values = {
        "capacity": known.capacity,
        "until": known.until,
        "position": known.position,
        "offered_until": known.offered_until,
        "held_until": known.held_until,
    }
    fields = message.__struct_fields__
    told = {name: value for name, value in values.items() if name in fields and value is not None}
    return {name: value for name, value in told.items() if getattr(message, name) is not None}


def _an_hour_earlier(gathering: Gathering) -> Gathering:
    """What a change is shown against, since the next one is not known yet."""
    hour = timedelta(hours=1)
    return replace(gathering, starts_at=gathering.starts_at - hour, ends_at=gathering.ends_at - hour)
