"""About surveys: to adults who are asked, and to organizers who owe students an answer."""

from datetime import datetime
from typing import ClassVar, Literal

from emails.messages.parts import ConveningMessage, Message, Stream


class SurveyAsk(ConveningMessage, frozen=True, kw_only=True, tag="survey_ask"):
    """Please answer: one click opens the questions; what the reader planned comes with the hand-over."""

    stream: ClassVar[Stream | None] = "surveys"
    links: ClassVar[tuple[str, ...]] = ("survey",)
    bulk: ClassVar[bool] = True

    round: Literal["first", "again", "last"]
    minutes: int
    closes_at: datetime
    anonymous: bool
    later: bool = False
    """Months after the convening."""


class ReportDue(Message, frozen=True, kw_only=True, tag="report_due"):
    """To organizers: students are still to be told what adults did with what they said."""

    links: ClassVar[tuple[str, ...]] = ("page",)

    convening: str
    page: str
    by: datetime
    time_zone: str
