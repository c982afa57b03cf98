"""How often one calendar is heard within a day: programs that answer one another end there, and nobody is worn out."""

from datetime import datetime, timedelta

from service.exchange.inbox import Judgement, Outcome

MOST_TOLD = 3
PATIENCE = timedelta(days=1)
"""A person is asked, and a calendar gets its entry again, once in so long."""


def told(about: Judgement, words: str, times: int, then: Outcome = "ignored") -> Judgement:
    """Organizers hear of it, unless they heard of the same so many times within the day: `then` it comes to that."""
    if times >= MOST_TOLD:
        return about.but(then, f"{words}; you were told {MOST_TOLD} times today")
    return about.but("told", words)


def is_recent(moment: datetime | None, now: datetime) -> bool:
    """Whether it was less than a day ago."""
    return moment is not None and now - moment < PATIENCE
