"""The one table of who may use what: each route declares the name of a right here, and nothing is open by forgetting."""

from collections.abc import Collection, Mapping
from typing import Literal, TypeAlias

from msgspec import Struct

from service.access.rules import KEEPS_DOORS, LOOKS_UP_MEMBERS, READS_MATERIALS, READS_RESULTS, ROLES, Held, Role

Door: TypeAlias = Literal["open", "token", "session"]
"""How somebody proves who they are: not at all, with an API token, with the cookie of a session."""


class Right(Struct, frozen=True):
    """Who may use the routes that declare it.

    `roles` are those of whom one is needed; with `in_one_convening` it suffices to have it in one, and the handler shows
    that one alone. With `or_named` somebody passes whom the thing itself names; the handler looks at both.
    """

    door: Door
    roles: frozenset[Role] = frozenset()
    in_one_convening: bool = False
    or_named: bool = False


EVERYBODY: frozenset[Role] = frozenset(ROLES)

RIGHTS: Mapping[str, Right] = {
    # everybody, signed in or not
    "public": Right("open"),
    # whoever holds the personal link; the handler looks at it
    "link": Right("open"),
    # the API, with an organizer's token; a token that only reads changes nothing
    "organizer": Right("token"),
    # whoever is signed in, and of their own things only
    "account": Right("session"),
    # giving and taking roles; who organizes one convening does so for that one
    "roles": Right("session", frozenset({"organizer"}), in_one_convening=True),
    # the console of one convening; the handler asks `require_reach`
    "office": Right("session", frozenset({"organizer"}), in_one_convening=True),
    # what belongs to no single convening: districts, schools, people, all mail
    "network": Right("session", frozenset({"organizer"})),
    # the members' directory of those who wish to be in it
    "directory": Right("session", LOOKS_UP_MEMBERS),
    # a coach's own times, members and notes, and nobody else's
    "coach": Right("session", frozenset({"coach"})),
    # results that were published, for whoever has a part in the network
    "results": Right("session", READS_RESULTS),
    # answers without people, after close: of the convening that somebody evaluates
    "evaluation": Right("session", frozenset({"evaluator"}), in_one_convening=True),
    # a school's own students and nobody else's; the handler asks whose school it is
    "school": Right("session", frozenset({"school_contact"})),
    # what a moderator reads about a panel: by the role in its convening, or named by the panel
    "moderator": Right("session", frozenset({"moderator"}), in_one_convening=True, or_named=True),
    # keeping the materials of a convening, or of the panels that somebody moderates; one file, whoever may have it: the
    # handler asks how somebody stands to its convening
    "materials": Right("session", frozenset({"organizer", "moderator"}), in_one_convening=True, or_named=True),
    # materials that are shared with the network
    "shared_materials": Right("session", READS_MATERIALS),
    # what helpers must know of students, around the day: the safety lead of the convening and nobody else
    "safety": Right("session", frozenset({"safety_lead"}), in_one_convening=True),
    # the door of a convening: the desk, its lists, the count; the handler asks whose door it is
    "door": Right("session", KEEPS_DOORS, in_one_convening=True),
    # tokens of the API: they open everything that an organizer sees
    "tokens": Right("session", frozenset({"organizer"})),
    # other programs that are told of events
    "webhooks": Right("session", frozenset({"organizer"})),
    # who did what: of everything, or of the convening that somebody organizes; the system's administrator reads no names
    "audit": Right("session", frozenset({"organizer", "system_admin"}), in_one_convening=True),
}


def admits(right: Right, held: Collection[Held]) -> bool:
    """Whether somebody who is signed in may pass."""
    if not right.roles or right.or_named:
        return right.door == "session"
    return any(one.role in right.roles and (right.in_one_convening or one.convening_id is None) for one in held)
