"""Samples of what people get about materials."""

from typing import Final

from emails.messages import AnyMessage, MaterialsReady
from emails.samples.facts import ACROSS_THE_CLOCK_CHANGE, LONG, QUOTED, SPRING

MATERIALS: Final[tuple[tuple[str, AnyMessage], ...]] = (
    (
        "materials are there",
        MaterialsReady(
            name="Tamsin Okafor-Reyes",
            gathering=SPRING,
            titles=("Opening: promises kept and not kept", "Reading a school budget: worksheet", "Commitments, template"),
        ),
    ),
    ("one material is there", MaterialsReady(name="", gathering=ACROSS_THE_CLOCK_CHANGE, titles=("Slides of the day",))),
    (
        "many materials are there",
        MaterialsReady(
            name=QUOTED,
            gathering=LONG,
            titles=tuple(f"Handout {number}: “what & how” <for all>" for number in range(1, 9)),
            more=14,
            reader_zone="America/Denver",
        ),
    ),
)
