"""What is kept, since when that is reckoned, how it goes, and how what is left of it is counted: one table.

The nightly deletion, what it finds afterwards, the public page, the organizers' report and a table of docs/retention.md are
made from it. A test goes through every table of the schema: it stands in a line here, or in `staying.STAYS` with the reason.
"""

from collections.abc import Mapping, Sequence

from service.keeping.lines import Line, Since
from service.keeping.policy_adults import ADULTS
from service.keeping.policy_machine import MACHINE
from service.keeping.policy_network import NETWORK
from service.keeping.policy_students import STUDENTS

POLICY: Sequence[Line] = (*STUDENTS, *NETWORK, *ADULTS, *MACHINE)
BY_KIND: Mapping[str, Line] = {line.kind: line for line in POLICY}
SINCE_WORDS: Mapping[Since, str] = {
    "convening": "{period} after the convening",
    "sent": "{period} after it was sent",
    "came": "{period} after it came",
    "changed": "{period} after it was changed last",
    "made": "{period}",
    "over": "Until it is over",
}


def in_words(kind: str) -> str:
    """What a kind is, also of those that belong to nobody, whose name says it."""
    return BY_KIND[kind].what if kind in BY_KIND else kind[:1].upper() + kind[1:]
