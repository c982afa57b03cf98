"""The moderator's card of a panel: what each student on it is called, and their colors without reasons (P7)."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from litestar import get
from litestar.params import FromPath
from litestar.response import Template

from service.access.api import KnownVisitor
from service.access.rules import Visitor, require
from service.consents import at_door, disclosures
from service.consents.roster import roster
from service.consents.status_words import Mark
from service.convenings import queries as convenings
from service.panels import panel_form, queries
from service.panels.queries import PanelRow
from service.web.deps import Conn, Now
from service.web.templating import PAGE

MODERATOR_PAGE: dict[str, Any] = PAGE | {"opt": {"access": "moderator"}}
AFTERWARDS = timedelta(days=1)
"""So long after the panel its students are still shown; then nobody needs the card."""
COLOUR_MARKS = {"green": Mark("yes", "Green"), "yellow": Mark("part", "Yellow"), "red": Mark("shut", "Red")}


def _moderates(visitor: Visitor, panel: PanelRow) -> bool:
    """By the panel's own word, or by the role: everywhere, or in its convening."""
    return visitor.person_id == panel.moderator_id or any(
        held.role == "moderator" and held.convening_id in (None, panel.convening_id) for held in visitor.roles
    )


@get("/moderator/panels/{panel_id:uuid}", **MODERATOR_PAGE)
async def card(conn: Conn, now: Now, visitor: KnownVisitor, panel_id: FromPath[UUID]) -> Template:
    """Students who have a seat at this very moment; each of them has it in their disclosure log (F5)."""
    panel = await queries.panel(conn, panel_id)
    require(_moderates(visitor, panel))
    convening = await convenings.convening(conn, panel.convening_id)
    is_over = convening.state == "cancelled" or now >= panel.ends_at + AFTERWARDS
    rows = [] if is_over else await roster(conn, [panel_id], now)
    await disclosures.disclose_list(conn, [row.signup_id for row in rows], visitor.person_id, disclosures.MODERATING, now)
    catalog = {topic.code: topic for topic in await queries.topics(conn)}
    context = {
        "visitor": visitor,
        "convening": convening,
        "panel": panel,
        "is_over": is_over,
        "topics": [catalog[code] for code in panel.topics],
        "students": [(row.badge_name, row.colours(panel.topics), row.media) for row in rows],
        "arrived": sum(one.left_at is None for one in await at_door.at_door(conn, [row.signup_id for row in rows])),
        "marks": COLOUR_MARKS,
        "recording": panel_form.RECORDING_WORDS[panel.recording],
    }
    return Template("moderator_card.html", context=context)


PAGES = [card]
