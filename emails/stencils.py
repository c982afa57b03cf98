"""What all readers of a mail share is rendered once, as a stencil; each reader's own part is put into its gaps.

`emails.render` stays the reference. A stencil is cut from what it says of a message with marks in place of the reader's
own part, and is used only if it then says of its first reader, byte for byte, what the reference says. So it does not
matter to anybody which way a mail went, and a kind that is not known here goes the way of the reference.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, Literal

from markupsafe import escape
from msgspec import Struct
from msgspec.structs import asdict, replace

from emails import entry_gaps, gaps, mime
from emails.gaps import MARK, mark
from emails.handover import Handover, Links, Sender
from emails.messages import (
    AnyMessage,
    BulkMessage,
    Cancelled,
    Changed,
    Invitation,
    Invite,
    MaterialsReady,
    Method,
    Reminder,
    Revision,
    SurveyAsk,
)
from emails.render import Rendered, assembled, body, compose, picture, render, token
from emails.tidy import tidied

MOST: Final = 128
"""Stencils that are kept: some megabytes."""
NOBODY: Final = {
    "uid": "nobody",
    "sequence": 0,
    "dtstamp": datetime(1970, 1, 1, tzinfo=UTC),
    "attendee_name": "",
    "partstat": "NEEDS-ACTION",
}
"""What of a calendar entry is one person's: these lines are written anew for each."""
NOBODYS_ADDRESS: Final = "nobody@plenary.invalid"

Known = Invite | Changed | Cancelled | Reminder | Invitation | SurveyAsk | MaterialsReady | BulkMessage
"""Kinds whose templates do no more with a reader's own part than print it, or look whether there is one."""


class Shared(Struct, frozen=True):
    """What a stencil is cut from: a message, its links and its sender, with marks for what is one reader's."""

    message: Known
    links: Links
    sender: Sender
    test: bool


class Stencil(Struct, frozen=True):
    """A mail with gaps."""

    subject: str
    text: gaps.Text
    html: gaps.Text
    entry: entry_gaps.Entry | None
    method: Method | None

    def filled(self, message: Known, sender: Sender, handover: Handover, own: dict[str, str]) -> Rendered:
        """The mail to one reader; `message` is tidied, `own` what the marks stand for."""
        ways = [mime.quoted_part("plain", self.text.of(own)), mime.quoted_part("html", self.html.of(own))]
        entry = None
        revision = _revision(message)
        if self.entry and self.method and revision:
            link = getattr(handover.links, message.entry_link)
            entry = mime.calendar_parts(self.entry.of(revision, handover.recipient, link), self.method)
        content = body(ways, entry, picture(message), token(handover))
        return assembled(message, sender, handover, self.subject, content)


@dataclass
class Stencils:
    """The stencils of one process: those used last are kept."""

    most: int = MOST
    _kept: OrderedDict[Shared, Stencil | Literal["met", "of no use"]] = field(
        default_factory=OrderedDict[Shared, "Stencil | Literal['met', 'of no use']"]
    )

    def render(self, message: AnyMessage, sender: Sender, handover: Handover) -> Rendered:
        """The same bytes as `emails.render.render`; raises ValueError for a recipient whose address is not ASCII.

        A stencil is cut when a second reader gets the same: a mail to one person alone costs nothing more.
        """
        if not isinstance(message, Known) or _speaks_to(clean := tidied(message)):
            return render(message, sender, handover)
        own = _own(clean, handover.links)
        if not all(part.isprintable() for part in own.values()):
            return render(message, sender, handover)
        shared = _shared(clean, sender, handover, own)
        kept = self._kept.get(shared)
        if isinstance(kept, Stencil):
            self._kept.move_to_end(shared)
            return kept.filled(clean, sender, handover, own)
        mail = render(message, sender, handover)
        if kept is None:
            self._keep(shared, "met")
        elif kept == "met":
            stencil = _cut(shared, handover)
            tried = stencil and stencil.filled(clean, sender, handover, own)
            self._keep(shared, stencil if stencil and tried == mail else "of no use")
        return mail

    def _keep(self, shared: Shared, what: "Stencil | Literal['met', 'of no use']") -> None:
        self._kept[shared] = what
        self._kept.move_to_end(shared)
        if len(self._kept) > self.most:
            self._kept.popitem(last=False)


def _own(message: Known, links: Links) -> dict[str, str]:
    """What is the reader's own, by the name of its mark, where there is something."""
    fields = {name: getattr(message, name) for name in _own_fields(message)}
    fields |= {f"link_{name}": link for name, link in asdict(links).items()}
    return {name: part for name, part in fields.items() if part}


def _own_fields(message: Known) -> tuple[str, ...]:
    return ("name", "code") if isinstance(message, Reminder) else ("name",)


def _speaks_to(message: Known) -> bool:
    """Whether an organizer's own words name the reader: they may do so in an address, and a name may be one."""
    return isinstance(message, BulkMessage) and "{name}" in message.subject + message.words


def _shared(message: Known, sender: Sender, handover: Handover, own: dict[str, str]) -> Shared:
    fields: dict[str, Any] = {name: mark(name) for name in _own_fields(message) if name in own}
    if (revision := _revision(message)) is not None:
        fields["revision"] = replace(revision, **NOBODY)
    links = Links(**{name: mark(f"link_{name}") for name in Links.__struct_fields__ if f"link_{name}" in own})
    return Shared(replace(message, **fields), links, sender, handover.test)


def _cut(shared: Shared, handover: Handover) -> Stencil | None:
    """None where the subject, which is no text with gaps, says something of the reader."""
    parts = compose(shared.message, shared.sender, replace(handover, recipient=NOBODYS_ADDRESS, links=shared.links))
    if MARK.search(parts.subject):
        return None
    entry = entry_gaps.cut(parts.calendar) if parts.calendar else None
    return Stencil(
        parts.subject, gaps.cut(parts.text, str), gaps.cut(parts.html, lambda part: str(escape(part))), entry, parts.method
    )


def _revision(message: Known) -> Revision | None:
    return getattr(message, "revision", None)
