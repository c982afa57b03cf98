"""The one way in which a roster is read: who has a seat and is cleared, and whose clearance lives at this very moment.

A clearance ends by the clock alone on the birthday from which the student signs (F8), so a seat by itself proves nothing.
Badges, programmes, rosters, exports and check-in lists all begin here. After the lock it only shrinks, but for cleared
alternates who move up and for whom a guardian signed in person.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from service import db
from service.consents import assent_rules, media_level
from service.consents.assent_rules import NameUse
from service.consents.rules import Colour
from service.db import Connection


class RosterRow(Struct, frozen=True):
    """A student on a stage; `choices` are the answers of each who signed for them."""

    signup_id: UUID
    panel_id: UUID
    school_id: UUID
    school_name: str
    label: str
    name: str
    name_use: NameUse
    made_up: str
    topics: dict[str, Colour]
    choices: list[dict[str, Any]]
    valid_until: datetime | None

    @property
    def badge_name(self) -> str:
        """What they are called; nothing else of their name may be printed or said."""
        signed: list[NameUse] = [one["name_use"] for one in self.choices if one.get("name_use")]
        return assent_rules.badge_name(self.name, self.label, [self.name_use, *signed], self.made_up)

    @property
    def media(self) -> list[str]:
        """What may be photographed, recorded and quoted of them, a few words each."""
        return media_level.in_words(self.choices)

    def colours(self, topics: Sequence[str]) -> dict[str, Colour]:
        """A colour for each topic of the panel, without whose word it is."""
        return assent_rules.colours(topics, self.topics, [one.get("topics") or {} for one in self.choices])


async def seat_of(conn: Connection, panel_id: UUID, signup_id: UUID, now: datetime) -> RosterRow | None:
    """One student on the panel's roster; None for who is not on it."""
    return next((row for row in await roster(conn, [panel_id], now) if row.signup_id == signup_id), None)


async def roster(conn: Connection, panel_ids: Sequence[UUID], now: datetime) -> list[RosterRow]:
    """The students on these panels at `now`, each panel in the order of its seats."""
    return await db.many(
        conn,
        RosterRow,
        """select u.id as signup_id, u.panel_id, u.school_id, h.name as school_name, u.label, u.name, a.name_use, a.made_up,
                  a.topics,
                  coalesce((select jsonb_agg(coalesce(c.answers, '{}') order by c.signer) from consent c
                             where c.signup_id = u.id and c.state in ('signed', 'signed_paper')
                               and (c.signer = 'student') = u.signs_for_self), '[]') as choices,
                  k.valid_until
             from seat t join clearance k on k.signup_id = t.signup_id and (k.valid_until is null or k.valid_until > $2)
             join signup u on u.id = t.signup_id and u.withdrawn_at is null
             join assent a on a.signup_id = u.id and a.state = 'yes'
             join school h on h.id = u.school_id
            where t.panel_id = any($1::uuid[]) order by t.panel_id, t.created_at, u.queue_number""",
        panel_ids,
        now,
    )
