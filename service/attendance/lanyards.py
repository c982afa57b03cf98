"""What a lanyard says may be photographed of somebody: by shape, color and letter together (M2). Pure."""

from collections.abc import Mapping

from service.consents.media_level import strictest
from service.consents.roster import RosterRow
from service.documents.day_sheets import Lanyard

LEVELS: Mapping[str, Lanyard] = {
    "none": Lanyard("square", "brick", "N", "No photos"),
    "network": Lanyard("diamond", "yellow", "W", "Photos within the network only"),
    "public": Lanyard("circle", "green", "P", "Photos may be public"),
}
"""By the answer about photos; who did not answer has none."""


def of_student(row: RosterRow) -> Lanyard:
    """The least of what everybody allows who signed."""
    return LEVELS.get(strictest(row.choices, "photos"), LEVELS["none"])
