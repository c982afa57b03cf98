"""What follows from things that a restored backup knows, and its installation may have gone on with. Pure."""

from datetime import datetime


def as_of(came_at: datetime, doubted_until: datetime | None, now: datetime) -> datetime:
    """The moment as of which the consequences are drawn of what came then: now.

    Of what came while there is doubt it is the end of the doubt: so whatever follows, at however many removes, is in doubt
    as that is from which it follows.
    """
    return now if doubted_until is None or came_at > doubted_until else doubted_until
