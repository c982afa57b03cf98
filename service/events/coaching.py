"""What happens between members and their coaches: pairs, and conversations at a convening. No program is told of it."""

from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from service.events.base import Event


class CoachChanged(Event, frozen=True, tag="coach_changed"):
    """A member has another coach, their first one, or none any more."""

    person_id: UUID


class PairsChanged(Event, frozen=True, tag="pairs_changed"):
    """A coach has other members than before: who came, and who left."""

    coach_id: UUID
    gained: tuple[UUID, ...] = ()
    lost: tuple[UUID, ...] = ()


class CoachingEvent(Event, frozen=True):
    """Something about one booked conversation."""

    convening_id: UUID
    booking_id: UUID


class CoachingBooked(CoachingEvent, frozen=True, tag="coaching_booked"):
    """A member booked a coach's time."""


class CoachingChanged(CoachingEvent, frozen=True, tag="coaching_changed"):
    """It was moved to another time, or its time or place is different."""


class CoachingCancelled(CoachingEvent, frozen=True, tag="coaching_cancelled"):
    """It does not take place; the booking says who ended it."""


class CoachingDoubted(CoachingEvent, frozen=True, tag="coaching_doubted"):
    """A calendar said no to it for one of the two: they are asked whether they meant it."""

    person_id: UUID


class CoachingRefreshed(CoachingEvent, frozen=True, tag="coaching_refreshed"):
    """The calendar of one of the two asked for its entry again."""

    person_id: UUID


class CoachingReminderDue(Event, frozen=True, tag="coaching_reminder_due"):
    """It is nine o'clock of the day before conversations at a convening."""

    convening_id: UUID
    due_at: datetime


CoachingFact: TypeAlias = (
    CoachChanged
    | PairsChanged
    | CoachingBooked
    | CoachingChanged
    | CoachingCancelled
    | CoachingDoubted
    | CoachingRefreshed
    | CoachingReminderDue
)
