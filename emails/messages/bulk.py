"""What an organizer writes to many at once."""

from typing import ClassVar

from emails.messages.parts import Gathering, Message, Stream


class BulkMessage(Message, frozen=True, kw_only=True, tag="bulk_message"):
    """An organizer's own words; `emails.filling` says which variables may stand in them, and where links are."""

    stream: ClassVar[Stream | None] = "messages"
    bulk: ClassVar[bool] = True

    name: str
    subject: str
    words: str
    """Plain text: an empty line ends a paragraph, and what begins with https:// is a link."""
    gathering: Gathering | None = None
    """None: to people of the network, because they are in it."""
    reader_zone: str = ""
