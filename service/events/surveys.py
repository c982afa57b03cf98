"""What happens to surveys. That somebody answered is no event: it would say when."""

from datetime import datetime
from typing import ClassVar, TypeAlias
from uuid import UUID

from service.events.base import Event


class SurveyEvent(Event, frozen=True):
    """Something about one survey."""

    leaves: ClassVar[bool] = True

    convening_id: UUID
    survey_id: UUID


class SurveyOpened(SurveyEvent, frozen=True, tag="survey_opened"):
    """Answers are taken and sealed."""


class SurveyClosed(SurveyEvent, frozen=True, tag="survey_closed"):
    """The seals were opened and counted; the key goes."""


class SurveyPublished(SurveyEvent, frozen=True, tag="survey_published"):
    """Members may see the results."""


class SurveyMailDue(SurveyEvent, frozen=True, tag="survey_mail_due"):
    """Whoever has not answered is written to; `number` counts the mails of the survey from 1."""

    number: int
    due_at: datetime


class SurveyMailReached(SurveyEvent, frozen=True, tag="survey_mail_reached"):
    """A mail of a survey is due to one of those who are asked, and so to one who has not answered."""

    bulk: ClassVar[bool] = True
    is_public: ClassVar[bool] = False
    leaves: ClassVar[bool] = False

    invitation_id: UUID
    number: int
    due_at: datetime


class ReportBackDue(Event, frozen=True, tag="report_back_due"):
    """Students are still to be told what adults did with what they said; the organizers are reminded."""

    convening_id: UUID
    due_at: datetime


class ReportBackPublished(Event, frozen=True, tag="report_back_published"):
    """What adults did with what students said can be read; the families are told."""

    leaves: ClassVar[bool] = True

    convening_id: UUID


SurveyFact: TypeAlias = (
    SurveyOpened | SurveyClosed | SurveyPublished | SurveyMailDue | SurveyMailReached | ReportBackDue | ReportBackPublished
)
