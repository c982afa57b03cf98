"""When people can be invited and asked again; pure decisions and refusals."""

from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from service.convenings.rules import Standing
from service.errors import Invalid, Refused

Answer: TypeAlias = Literal["registered", "waits", "declined", "ended", "silent"]

ONCE_MORE_AFTER = timedelta(days=1)
"""How long somebody is left in peace before they are asked again."""
MOST = 1000
"""People invited at once."""


class InvitingClosed(Refused):
    """Nobody can be invited to this convening now."""

    code = "inviting-closed"


class AlreadyInvited(Refused):
    """This person is invited already. Find them in the list below: there you can ask them again."""

    code = "already-invited"


class ComesAlready(Refused):
    """This person is registered already, or waits for a seat."""

    code = "comes-already"


class AddressClosed(Refused):
    """We write no invitations to this address. An organizer of the network can see why and allow it again, under Mail."""

    code = "address-closed"


class Answered(Refused):
    """This person has answered already, or the invitation was taken back: there is nothing to ask again."""

    code = "answered"


class AskedToday(Refused):
    """This person was asked within the last 24 hours. Once a day is enough."""

    code = "asked-today"


class InvitationEnded(Refused):
    """This invitation counts no longer. Your newest mail from us may have another one; or ask us for it, see below."""

    code = "invitation-ended"
    status = 410


class NobodyChosen(Invalid):
    """Nobody is chosen. Go back and tick the people whom you want to invite."""

    code = "nobody-chosen"


class TooManyChosen(Invalid):
    """At most 1,000 people can be invited at once. Go back and choose fewer."""

    code = "too-many-chosen"


def closes_at(standing: Standing) -> datetime:
    """Until when people can register."""
    return standing.registration_closes_at or standing.starts_at


def why_not(standing: Standing, now: datetime) -> str:
    """What is missing before people can be invited; empty where nothing is."""
    match standing.state:
        case "draft":
            return "This convening is a draft. Publish it, and you can invite people."
        case "cancelled":
            return "This convening was cancelled. Nobody can be invited any more."
        case "completed":
            return "This convening has taken place. Nobody can be invited any more."
        case "published":
            if now >= standing.ends_at:
                return "This convening has taken place. Nobody can be invited any more."
            if now >= closes_at(standing):
                return "Registration is closed. Let it close later, under Details, and you can invite people."
            return ""


def require_inviting(standing: Standing, now: datetime) -> None:
    """Raise InvitingClosed where a link would lead to no form, now or later."""
    if reason := why_not(standing, now):
        raise InvitingClosed(reason)


def asked_again_from(mailed_at: datetime | None) -> datetime | None:
    """From when on somebody may be asked again; None: at once, no mail went yet."""
    return mailed_at + ONCE_MORE_AFTER if mailed_at else None


def require_peace_kept(mailed_at: datetime | None, now: datetime) -> None:
    """Raise AskedToday."""
    from_when = asked_again_from(mailed_at)
    if from_when is not None and now < from_when:
        raise AskedToday
