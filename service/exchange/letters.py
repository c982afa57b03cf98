"""What came in by mail, as far as it concerns us. Pure."""

from datetime import datetime
from typing import Literal, TypeAlias

from msgspec import Struct

Kind: TypeAlias = Literal["reply", "counter", "refresh", "dsn", "mdn", "complaint", "autoreply", "human", "hostile"]
Partstat: TypeAlias = Literal["ACCEPTED", "DECLINED", "TENTATIVE", "DELEGATED", "OTHER"]
Fate: TypeAlias = Literal["hard", "soft", "policy", "delayed", "delivered"]
"""What a report says of a mail: never, not now, not from us, later, there."""


class Answer(Struct, frozen=True):
    """A calendar's answer to an invitation: about which entry, of whom, to which revision; `comment` is hostile text."""

    uid: str
    attendee: str
    partstat: Partstat
    sequence: int
    stamp: datetime | None
    comment: str = ""
    delegated_to: str = ""
    of_series: bool = False
    """It is about one day of several."""
    proposes: str = ""
    """Of a COUNTER: the time that it would rather have, in words."""


class Report(Struct, frozen=True):
    """A mail server's word about one of our mails; `token` is what the return path carried, `status` as RFC 3463 has it."""

    token: str
    fate: Fate
    recipients: tuple[str, ...]
    """To whom it says we wrote, and to whom that was passed on; none where it does not say."""
    status: str
    words: str = ""


class Letter(Struct, frozen=True, kw_only=True):
    """One mail, read; `reason` says why it is hostile, or what stands in the way."""

    kind: Kind
    sender: str = ""
    subject: str = ""
    is_authentic: bool = False
    """Whether our own border says that it comes from the domain that it claims to come from (DMARC)."""
    answer: Answer | None = None
    report: Report | None = None
    text: str = ""
    reason: str = ""


class Own(Struct, frozen=True):
    """What is ours: the address that invites, the domain of return paths, and who at our border signs what it checked."""

    address: str
    bounce_domain: str
    border: str = ""
    public_url: str = ""
    """What every link in our mails begins with."""
