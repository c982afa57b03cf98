"""A message, a sender and a hand-over become one complete mail: the same three always give the same bytes."""

import re
from base64 import b64encode
from io import BytesIO
from typing import Any, cast

import segno
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from msgspec import Struct

from emails import filling, mime, speaking, wording
from emails.calendar import agenda_lines, calendar
from emails.handover import Handover, Sender
from emails.messages import AnyMessage, ConfirmAddress, Method, Revision, SpokenMessage
from emails.tidy import LIMITS, one_line, tidied

SUBJECT_ROOM = 255
PICTURE = "code"
"""By this name templates show the picture that goes with a mail."""
TEST = "Test: "
"""Before the subject of a sample that somebody sends to themselves."""


class Parts(Struct, frozen=True):
    """What a person gets to see, before it is wrapped; `calendar` and `method` together or neither."""

    subject: str
    text: str
    html: str
    calendar: bytes | None = None
    method: Method | None = None
    picture: bytes | None = None

    @property
    def page(self) -> str:
        """The HTML by itself, with the picture in it, for who looks at it outside a mail program."""
        if self.picture is None:
            return self.html
        return self.html.replace(f"cid:{PICTURE}", f"data:image/png;base64,{b64encode(self.picture).decode('ascii')}")


class Rendered(Struct, frozen=True):
    """A mail ready for the wire: `content` goes into DATA as it is, with CRLF and before dot-stuffing."""

    subject: str
    envelope_from: str
    recipient: str
    content: bytes


def render(message: AnyMessage, sender: Sender, handover: Handover) -> Rendered:
    """The mail in full; raises ValueError for a recipient whose address is not ASCII."""
    parts = compose(message, sender, handover)
    ways = [mime.text_part("plain", parts.text), mime.text_part("html", parts.html)]
    entry = mime.calendar_parts(parts.calendar, parts.method) if parts.calendar and parts.method else None
    return assembled(message, sender, handover, parts.subject, body(ways, entry, parts.picture, token(handover)))


def assembled(message: AnyMessage, sender: Sender, handover: Handover, subject: str, content: bytes) -> Rendered:
    """The envelope, and the headers above the body; raises ValueError for a recipient whose address is not ASCII."""
    return_path = f"b+{handover.return_token or token(handover)}@{sender.bounce_domain}"
    return Rendered(subject, return_path, handover.recipient, _headers(message, subject, sender, handover) + content)


def compose(message: AnyMessage, sender: Sender, handover: Handover) -> Parts:
    """Subject, text, HTML and calendar of a message, as the preview shows them."""
    message, sender = tidied(message), tidied(sender)
    folder = message.template or str(message.__struct_config__.tag)
    facts: dict[str, Any] = {
        "message": message,
        "gathering": getattr(message, "gathering", None),
        "links": handover.links,
        "sender": sender,
    }
    if isinstance(message, SpokenMessage):
        facts |= _spoken(message, sender, handover)
    subject = _filled(f"{folder}/subject.txt", facts)
    facts["subject"] = one_line(f"{TEST}{subject}" if handover.test else subject, SUBJECT_ROOM)
    text = re.sub(r"\n{3,}", "\n\n", _filled(f"{folder}/body.txt", facts)).strip() + "\n"
    html = _filled(f"{folder}/body.html", facts).strip() + "\n"
    revision: Revision | None = getattr(message, "revision", None)
    if revision is None:
        return Parts(facts["subject"], text, html, picture=picture(message))
    link = getattr(handover.links, message.entry_link)
    entry = calendar(revision, sender.name, sender.address, handover.recipient, link)
    return Parts(facts["subject"], text, html, entry, revision.method)


def picture(message: AnyMessage) -> bytes | None:
    """A code that a door scans: black on white whatever the reader's colors."""
    said = str(getattr(message, "picture", "")).replace(" ", "")
    if not said:
        return None
    drawn = BytesIO()
    segno.make_qr(said, error="m").save(drawn, kind="png", scale=8, border=4)
    return drawn.getvalue()


def _spoken(message: SpokenMessage, sender: Sender, handover: Handover) -> dict[str, Any]:
    """What the template of all languages needs; a link that is the reader's own is not to be passed on."""
    [link] = message.links or [""]
    known = {"code": handover.links.code, "help_phone": sender.help_phone, "help_mail": sender.address}
    return speaking.facts(message, known) | {"link": getattr(handover.links, link, ""), "own": link in ("consent", "survey")}


def _headers(message: AnyMessage, subject: str, sender: Sender, handover: Handover) -> bytes:
    return b"".join(
        [
            mime.sender_header(one_line(sender.name), sender.address),
            mime.address_header("To", _display_name(message), handover.recipient),
            mime.text_header("Subject", subject),
            mime.date_header(handover.date),
            mime.plain_header("Message-ID", f"<{handover.message_id}>"),
            *_thread(handover),
            mime.plain_header("Auto-Submitted", "auto-generated"),
            mime.plain_header("X-Auto-Response-Suppress", "OOF, DR, RN, NRN"),
            mime.plain_header("X-Plenary-Delivery", handover.delivery_id),
            *_list(message, sender, handover),
            mime.plain_header("MIME-Version", "1.0"),
        ]
    )


def _display_name(message: AnyMessage) -> str:
    """The name in To, but not one that a stranger may have typed into the public form."""
    return "" if isinstance(message, ConfirmAddress) else one_line(getattr(message, "name", ""), LIMITS["name"])


def _thread(handover: Handover) -> list[bytes]:
    first = handover.first_message_id
    if not first or first == handover.message_id:
        return []
    return [mime.plain_header(name, f"<{first}>") for name in ("In-Reply-To", "References")]


def _list(message: AnyMessage, sender: Sender, handover: Handover) -> list[bytes]:
    """One click that stops this kind of mail, for programs that offer it (RFC 2369, 2919, 8058); only over https."""
    if message.stream is None or not handover.links.no_more.startswith("https://"):
        return []
    return [
        mime.plain_header("List-Id", f"<{message.stream}.{sender.address.rpartition('@')[2]}>"),
        mime.plain_header("List-Unsubscribe", f"<{handover.links.no_more}>"),
        mime.plain_header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
    ]


def body(ways: list[bytes], entry: tuple[bytes, bytes] | None, picture: bytes | None, token: str) -> bytes:
    """Ways to read it, and where there is an entry one more that calendars act on, with a copy beside."""
    if entry is None:
        alternative = mime.multipart("alternative", f"=_{token}.a", ways)
        if picture is None:
            return alternative
        return mime.multipart("related", f"=_{token}.r", [alternative, mime.image_part(picture, PICTURE)])
    inline, copy = entry
    alternative = mime.multipart("alternative", f"=_{token}.a", [*ways, inline])
    return mime.multipart("mixed", f"=_{token}.m", [alternative, copy])


def token(handover: Handover) -> str:
    """What stands in the boundaries between parts: the same whenever this delivery goes out."""
    return handover.delivery_id.replace("-", "")


def _filled(template: str, facts: dict[str, Any]) -> str:
    return TEMPLATES.get_template(template).render(facts)


def _templates() -> Environment:
    """Templates know a message, the sender, the links and how dates are said; an unknown name is an error."""
    templates = Environment(
        loader=PackageLoader("emails"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    known = (wording.span, wording.day_and_time, wording.moment, wording.readers_time, wording.zone_name)
    words = cast(dict[str, Any], templates.globals)
    for spoken in (*known, wording.ordinal, wording.phone_link, agenda_lines, filling.filled, filling.paragraphs):
        words[spoken.__name__] = spoken
    return templates


TEMPLATES = _templates()
