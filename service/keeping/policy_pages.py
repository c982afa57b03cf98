"""How long we keep things: a public page, made from the periods that the nightly deletion works with (C2)."""

from datetime import timedelta

from litestar import get
from litestar.params import FromPath
from litestar.response import Template

from service.consents.speaking import LANGUAGES, Spoken
from service.errors import NotFound
from service.keeping.periods import Periods, periods
from service.web.deps import Given
from service.web.templating import PAGE

YEAR = 365
FEW = 10
"""Up to ten of them have a word of their own in Arabic."""


@get(["/how-long", "/how-long/{language:str}"], **PAGE)
async def how_long(settings: Given, language: FromPath[str] = "en") -> Template:
    """Each kind of data, and how long it stays."""
    spoken = LANGUAGES.get(language)
    if spoken is None:
        raise NotFound
    context = {
        "spoken": spoken,
        "say": spoken.say,
        "tell": spoken.tell,
        "languages": list(LANGUAGES.values()),
        "home": "/how-long",
        "step": "",
        "rows": rows(periods(settings), spoken),
    }
    return Template("how_long.html", context=context)


def rows(kept: Periods, spoken: Spoken) -> list[tuple[str, str]]:
    """What, and how long, in words. Pure."""
    how = {
        "day_facts": ("after", kept.day_facts),
        "topics": ("after", kept.topics),
        "unsigned": ("after", kept.unsigned),
        "forms": ("after", kept.forms),
        "answers": ("after", kept.answers),
        "media": ("used", timedelta()),
        "take_down": ("down", kept.take_down),
        "mails": ("mailed", kept.mails),
        "codes": ("coded", kept.codes),
        "log": ("stays", timedelta()),
        "backups": ("live", kept.backups),
    }
    return [
        (spoken.tell(f"how_long_{kind}"), spoken.tell(f"how_long_{manner}", period=period(length, spoken)))
        for kind, (manner, length) in how.items()
    ]


def period(length: timedelta, spoken: Spoken) -> str:
    """`30 days`, `3 years`."""
    years, rest = divmod(length.days, YEAR)
    if years and not rest:
        return spoken.tell("one_year") if years == 1 else spoken.tell("years", count=years)
    if length.days == 1:
        return spoken.tell("one_day")
    return spoken.tell("few_days" if length.days <= FEW else "days", count=length.days)


PAGES = [how_long]
