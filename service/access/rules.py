"""Values and refusals of access."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Literal, TypeAlias, get_args
from uuid import UUID

from msgspec import Struct

from service.errors import Invalid, NotFound, Refused

Scope: TypeAlias = Literal["read", "write"]
Role: TypeAlias = Literal[
    "organizer",
    "front_desk",
    "safety_lead",
    "moderator",
    "evaluator",
    "coach",
    "member",
    "school_contact",
    "system_admin",
]
ROLES: tuple[Role, ...] = get_args(Role)
GRANTED: tuple[Role, ...] = ("organizer", "front_desk", "safety_lead", "moderator", "evaluator", "system_admin")
"""Roles that somebody gives; the others follow from what a person is in the network."""
LOOKS_UP_MEMBERS: frozenset[Role] = frozenset({"member", "coach", "organizer"})
"""Whoever has one of these everywhere sees the members' directory."""
READS_RESULTS: frozenset[Role] = frozenset({"member", "coach", "organizer", "school_contact", "evaluator"})
"""Whoever has one of these everywhere sees the results that were published."""
READS_MATERIALS: frozenset[Role] = frozenset({"member", "coach", "organizer", "school_contact"})
"""Whoever has one of these everywhere sees the materials that are shared with the network."""
KEEPS_DOORS: frozenset[Role] = frozenset({"front_desk", "safety_lead", "organizer"})
"""Whoever has one of these keeps the doors of the convenings in which they have it."""
SessionKind: TypeAlias = Literal["usual", "front_desk"]


class Caller(Struct, frozen=True):
    """Who holds the token of a request."""

    id: UUID
    name: str
    scope: Scope = "write"
    person_id: UUID | None = None
    """Who made the token; None: the environment."""


class Held(Struct, frozen=True):
    """A role that somebody has, everywhere or in one convening."""

    role: Role
    convening_id: UUID | None = None


class Visitor(Struct, frozen=True):
    """Who is signed in; `seal` must come back with every form."""

    session_id: UUID
    person_id: UUID
    name: str
    email: str
    time_zone: str
    roles: tuple[Held, ...]
    seal: str

    def is_everywhere(self, role: Role) -> bool:
        """Whether the role is theirs in all convenings."""
        return Held(role) in self.roles

    @property
    def organizes(self) -> bool:
        """Whether they are an organizer of anything."""
        return own_start(self.roles) == CONSOLE

    def keeps_door(self, convening_id: UUID) -> bool:
        """Whether the door of this convening is theirs to keep."""
        return any(held.role in KEEPS_DOORS and held.convening_id in (None, convening_id) for held in self.roles)

    def leads_safety(self, convening_id: UUID) -> bool:
        """Whether they are the safety lead there: an organizer has to break the glass."""
        return any(held.role == "safety_lead" and held.convening_id in (None, convening_id) for held in self.roles)

    def evaluates(self, convening_id: UUID) -> bool:
        """Whether the answers of this convening's surveys are theirs to read."""
        return any(held.role == "evaluator" and held.convening_id in (None, convening_id) for held in self.roles)

    @property
    def keeps_doors(self) -> bool:
        """Whether any door is theirs to keep."""
        return any(held.role in KEEPS_DOORS for held in self.roles)

    @property
    def reads_results(self) -> bool:
        """Whether results that were published are for them."""
        return any(self.is_everywhere(role) for role in READS_RESULTS)

    @property
    def reads_materials(self) -> bool:
        """Whether materials that are shared with the network are for them."""
        return any(self.is_everywhere(role) for role in READS_MATERIALS)

    @property
    def looks_up_members(self) -> bool:
        """Whether the members' directory is for them."""
        return any(self.is_everywhere(role) for role in LOOKS_UP_MEMBERS)


class Life(Struct, frozen=True):
    """How long a session lasts: without use, and in all."""

    idle: timedelta
    whole: timedelta


class NotSignedIn(Refused):
    """This needs an organizer's token: send it as "Authorization: Bearer …"."""

    code = "not-signed-in"
    status = 401


class OnlyReads(Refused):
    """This token may only read."""

    code = "token-only-reads"
    status = 403


class FormNotOurs(Refused):
    """This form was made for another sign-in, so we did nothing. Open the page again and repeat what you did."""

    code = "form-not-ours"
    status = 403


class TooOften(Refused):
    """That was too often. Wait a while and try again."""

    code = "too-often"
    status = 429


class KeyReused(Refused):
    """This Idempotency-Key was used before with another body."""

    code = "idempotency-key-reused"
    status = 422


class KeyMalformed(Refused):
    """An Idempotency-Key is 1 to 200 visible ASCII characters."""

    code = "idempotency-key-malformed"
    status = 422


class WrongCode(Invalid):
    """That is not the code in our newest mail. Look again: it has six digits."""

    code = "wrong-code"


class OnlyTheLink(Refused):
    """Too many wrong codes were typed here in this hour, so no code works until the next. The button in our mail does."""

    code = "only-the-link"
    status = 429


class SignInOver(Refused):
    """This code or link was used already, or its time has passed. Ask for a new one."""

    code = "sign-in-over"
    status = 410


class NoSuchPerson(Invalid):
    """We know nobody with this address. Whoever gets a role must be in the network, or have registered once."""

    code = "no-such-person"


class NoSuchRole(Invalid):
    """Choose one of the roles; a system administrator is one for everything."""

    code = "no-such-role"


class NoConvening(Invalid):
    """Choose one of your convenings: you do not organize everything."""

    code = "no-convening"


class LastOrganizer(Refused):
    """This is the last organizer of everything. Make somebody else one first."""

    code = "last-organizer"


class TokenNameTaken(Refused):
    """There is a token of this name already. Revoke it first, or choose another name."""

    code = "token-name-taken"


KEY_LIFE = timedelta(hours=24)
SIGN_IN_LIFE = timedelta(minutes=15)
MOST_WRONG_CODES = 5
LIVES: dict[SessionKind, Life] = {
    "usual": Life(timedelta(hours=12), timedelta(days=7)),
    "front_desk": Life(timedelta(hours=16), timedelta(days=7)),
}
TOKEN_DAYS = (30, 90, 365)
"""How long a token of the API can be good for."""
SEEN_EVERY = timedelta(minutes=1)
"""How exactly we know when a session or a token was last used."""

CONSOLE, OWN = "/office", "/me"


def own_start(roles: Iterable[Held]) -> str:
    """Where somebody begins who is signed in: organizers in the console, the others on their own page."""
    return CONSOLE if any(held.role == "organizer" for held in roles) else OWN


def require(condition: object) -> None:
    """Raise NotFound for what is not theirs: who asks does not learn whether it is there."""
    if not condition:
        raise NotFound
