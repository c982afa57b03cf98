"""One or more plausible samples of each message: the tests hold them to every rule, the preview page shows them."""

from typing import Final

from emails.messages import AnyMessage
from emails.samples.access import ACCESS
from emails.samples.bulk import BULK
from emails.samples.coaching import COACHING
from emails.samples.facts import (
    ACROSS_THE_CLOCK_CHANGE,
    LONG,
    MOVED,
    QUOTED,
    SAMPLE_SENDER,
    SPRING,
    at,
    sample_handover,
    sample_revision,
)
from emails.samples.families import FAMILIES, SCHOOLS
from emails.samples.materials import MATERIALS
from emails.samples.registrations import REGISTRATIONS
from emails.samples.safety import SAFETY
from emails.samples.surveys import SURVEYS

__all__ = [
    "ACROSS_THE_CLOCK_CHANGE",
    "LONG",
    "MOVED",
    "QUOTED",
    "SAMPLES",
    "SAMPLE_SENDER",
    "SPRING",
    "at",
    "sample_handover",
    "sample_revision",
]

SAMPLES: Final[tuple[tuple[str, AnyMessage], ...]] = (
    *REGISTRATIONS,
    *FAMILIES,
    *SCHOOLS,
    *ACCESS,
    *SAFETY,
    *SURVEYS,
    *BULK,
    *COACHING,
    *MATERIALS,
)
