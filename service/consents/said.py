"""The bodies of proofs that are no signature: what somebody said about a form, and who says so. Pure."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from service.consents.answer_rules import Interpreter, Origin
from service.text import Line


class Answered(Struct, frozen=True, kw_only=True):
    """The body of the proof of a no, an objection or a withdrawal: none of them needs a reason or a signature."""

    what: Literal["refused", "withdrawn", "objected"]
    signer: str
    version: int | None
    origin: Origin
    at: datetime


class Word(Struct, frozen=True, kw_only=True):
    """The body of the proof of what a school or a district said about an answer."""

    what: Literal["confirmed", "upheld", "lifted", "objected_in_writing"]
    name: str
    """Who said so."""
    at: datetime
    way: Line = ""
    reason: str = ""
    interpreter: Interpreter | None = None
    knows_address: bool = False
    """Of a confirmation: whether the person reached said that the mail address is theirs."""
