"""How long we keep things: a public page, made from the periods that the nightly deletion works with (C2)."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from litestar import get
from litestar.params import FromPath
from litestar.response import Template

from service.consents.speaking import LANGUAGES, Spoken
from service.errors import NotFound
from service.keeping.lines import Line, Since
from service.keeping.periods import Periods, periods
from service.keeping.policy import SINCE_WORDS
from service.keeping.policy_adults import ADULTS
from service.keeping.policy_machine import MACHINE
from service.keeping.policy_network import NETWORK
from service.keeping.policy_students import STUDENTS
from service.web.deps import Given
from service.web.templating import PAGE

YEAR = 365
"""Days; as many leap days more as there can be are no other period."""
MANNERS: Mapping[Since, str] = {"convening": "after", "sent": "mailed", "made": "coded"}
"""The words of families for since when a period is reckoned."""
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
        "parts": {
            "Members, coaches, school contacts and guests": lines(periods(settings), (*ADULTS, *NETWORK)),
            "So that our pages work": lines(periods(settings), MACHINE),
        },
    }
    return Template("how_long.html", context=context)


def rows(kept: Periods, spoken: Spoken) -> list[tuple[str, str]]:
    """What of students, and how long, in their families' words. Pure."""
    nothing = timedelta()
    how = {line.kind: (MANNERS[line.since], getattr(kept, line.kind)) for line in STUDENTS}
    how |= {"media": ("used", nothing), "take_down": ("down", kept.take_down), "log": ("stays", nothing)}
    how |= {"backups": ("live", kept.backups)}
    return [
        (spoken.tell(f"how_long_{kind}"), spoken.tell(f"how_long_{manner}", period=period(length, spoken)))
        for kind, (manner, length) in how.items()
    ]


def lines(kept: Periods, of: Sequence[Line]) -> list[tuple[str, str]]:
    """What, and how long, in English: of adults, and of what lets pages work. Pure."""
    return [(line.what, how_long_in_words(line, kept)) for line in of]


def how_long_in_words(line: Line, kept: Periods) -> str:
    """`30 days after the convening`."""
    return SINCE_WORDS[line.since].format(period=period(getattr(kept, line.kind), LANGUAGES["en"]))


def period(length: timedelta, spoken: Spoken) -> str:
    """`30 days`, `3 years`."""
    years, rest = divmod(length.days, YEAR)
    if years and rest <= (years + 3) // 4:
        return spoken.tell("one_year") if years == 1 else spoken.tell("years", count=years)
    if length.days == 1:
        return spoken.tell("one_day")
    return spoken.tell("few_days" if length.days <= FEW else "days", count=length.days)


PAGES = [how_long]
