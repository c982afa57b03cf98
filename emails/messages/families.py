"""To the families of students, in their language."""

from typing import ClassVar

from emails.messages.parts import Message


class ConsentCode(Message, frozen=True, kw_only=True, tag="consent_code"):
    """Somebody is about to sign, or wants to see a copy: a code for the page that asked. Of the student it says nothing."""

    links: ClassVar[tuple[str, ...]] = ("code",)

    minutes: int
    language: str = "en"
