"""What the door adds to a message when it leaves: who writes, to whom, under which identifiers, with which links."""

from datetime import datetime

from msgspec import Struct


class Links(Struct, frozen=True):
    """Absolute addresses that belong to one person, made when the mail is rendered and never stored."""

    manage: str = ""
    confirm: str = ""
    leaving: str = ""
    """The question whether a seat is given back."""
    back: str = ""
    """The question whether it is taken again."""
    convening: str = ""
    invitation: str = ""
    consent: str = ""
    school: str = ""
    """A page of the school's own, for who is signed in."""
    certificate: str = ""
    """What is certified of the person: to read, to download, to claim fewer hours of."""
    survey: str = ""
    """The questions that the person is asked."""
    report: str = ""
    """What adults did with what students said, for everybody to read."""
    page: str = ""
    """A page of the console."""
    door: str = ""
    """The live board of a door, for who keeps it."""
    no_more: str = ""
    """Where the reader asks for no more mails of this kind."""
    sign_in: str = ""
    signup: str = ""
    """The page of one student in the console, for whom may see it."""
    code: str = ""
    """Six digits, no address: what the page that asked wants typed."""
    planned: str = ""
    """No address either: what somebody planned for themselves, which nobody else reads."""


class Sender(Struct, frozen=True):
    """Who writes: one stable address for the installation, which is also the calendar's ORGANIZER."""

    name: str
    address: str
    bounce_domain: str
    help_phone: str = ""


class Handover(Struct, frozen=True):
    """What the door adds to a message: the recipient, the identifiers and the links.

    `message_id` and `first_message_id` are without angle brackets; `date` is aware and belongs to the delivery, so that a
    retry is the same bytes. A `test` is a sample that somebody sends to themselves; its subject says so.
    """

    delivery_id: str
    recipient: str
    message_id: str
    date: datetime
    links: Links
    first_message_id: str = ""
    return_token: str = ""
    """What the return path carries; empty: the delivery's id."""
    test: bool = False
