"""How a convening and the installation stand when somebody asks what needs a person, and what such a thing is; pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from service.backups.queries import RestoredRow
from service.consents.copies import UnmadeRow
from service.convenings.queries import ConveningRow, SessionRow
from service.deliveries.office_queries import StandingRow
from service.exchange.webhook_queries import StoppedRow
from service.home.health import Readiness
from service.home.overview_queries import FailedRow, FiguresRow, ReturnedRow, StudentsRow
from service.keeping.queries import AskedRow
from service.registrations.invitation_queries import AnswersRow
from service.surveys.standing_queries import SurveysRow
from service.web.templating import many


class Thing(Struct, frozen=True):
    """One thing to do: what it is, why, and where it is done."""

    title: str
    words: str
    path: str
    action: str
    about: str = ""
    """The convening's title."""


class Seen(Struct, frozen=True):
    """How one convening stands now."""

    now: datetime
    row: ConveningRow
    agenda: Sequence[SessionRow]
    figures: FiguresRow
    answers: AnswersRow
    mail: StandingRow
    offers: Sequence[datetime] = ()
    returned: Sequence[ReturnedRow] = ()
    needs: int = 0
    students: StudentsRow | None = None
    asked: AskedRow | None = None
    uncleared: int = 0
    """Minors in the house who may not be checked in."""
    take_downs: int = 0
    """Students who may not be in something that is published."""
    unmade: UnmadeRow | None = None
    surveys: SurveysRow | None = None

    @property
    def path(self) -> str:
        """Its page in the console."""
        return f"/office/convenings/{self.row.id}"

    @property
    def coming_up(self) -> bool:
        """Whether people expect it: published, and not over."""
        return self.row.state == "published" and self.now < self.row.ends_at


class SeenOfAll(Struct, frozen=True):
    """How the installation stands now."""

    health: Readiness
    failed: Sequence[FailedRow] = ()
    unknown: int = 0
    """Doubtful mails that belong to no convening."""
    left_over: Mapping[str, int] = {}
    """What the last night's deletion found that should be gone."""
    nights_missed: int = 0
    came_in: int = 0
    """Mails that came in and wait for a person."""
    stopped: Sequence[StoppedRow] = ()
    """Webhooks that we call no more."""
    restored: RestoredRow | None = None
    """A backup that was restored lately, and that something happened after."""


def until(ahead: timedelta) -> str:
    """`5 weeks`, `9 days`, `20 hours`."""
    if ahead >= timedelta(weeks=3):
        return many(ahead // timedelta(weeks=1), "week", "weeks")
    if ahead >= timedelta(days=2):
        return many(ahead // timedelta(days=1), "day", "days")
    return many(max(1, ahead // timedelta(hours=1)), "hour", "hours")
