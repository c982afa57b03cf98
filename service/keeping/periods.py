"""How long each kind of data is kept: from the settings, for the nightly deletion and for the page that all can read."""

from datetime import timedelta
from typing import Literal, TypeAlias

from msgspec import Struct

from service.access.rules import SIGN_IN_LIFE
from service.deliveries.rules import CONTENT_LIFE
from service.settings import Settings

Kind: TypeAlias = Literal["day_facts", "topics", "unsigned", "forms", "answers", "mails", "codes"]


class Periods(Struct, frozen=True, kw_only=True):
    """Of the first five: after the convening's end. Of mails: after they were sent. Of codes: after they were asked for."""

    day_facts: timedelta = timedelta(days=30)
    topics: timedelta = timedelta(days=30)
    unsigned: timedelta = timedelta(days=30)
    forms: timedelta = timedelta(days=1095)
    answers: timedelta = timedelta(days=730)
    backups: timedelta = timedelta(days=30)
    take_down: timedelta = timedelta(days=3)
    mails: timedelta = CONTENT_LIFE
    codes: timedelta = max(timedelta(days=1), SIGN_IN_LIFE)


def periods(settings: Settings) -> Periods:
    """As the environment says."""
    return Periods(
        day_facts=timedelta(days=settings.keep_day_facts_days),
        topics=timedelta(days=settings.keep_topics_days),
        unsigned=timedelta(days=settings.keep_unsigned_days),
        forms=timedelta(days=settings.keep_forms_days),
        answers=timedelta(days=settings.keep_answers_days),
        backups=timedelta(days=settings.keep_backups_days),
        take_down=timedelta(days=settings.take_down_days),
    )
