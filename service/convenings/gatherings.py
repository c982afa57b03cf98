"""A convening in the words of mails and calendars."""

from emails.messages import AgendaItem, Gathering
from service.convenings.queries import ConveningRow


def gathering(convening: ConveningRow, agenda: list[AgendaItem]) -> Gathering:
    """The facts that matter to a calendar."""
    return Gathering(
        convening.title,
        convening.summary,
        convening.time_zone,
        convening.starts_at,
        convening.ends_at,
        convening.venue_name,
        convening.venue_address,
        convening.venue_latitude,
        convening.venue_longitude,
        tuple(agenda),
    )
