"""What happens to messages that organizers write to many at once."""

from typing import ClassVar, TypeAlias
from uuid import UUID

from service.events.base import Event


class BulkMessageReleased(Event, frozen=True, tag="bulk_message_released"):
    """A message to many was released: who gets it is written down."""

    bulk_message_id: UUID


class BulkMessageContinued(Event, frozen=True, tag="bulk_message_continued"):
    """A message to many has recipients left who are not owed their mail yet; `release_id` is the event of its release."""

    bulk: ClassVar[bool] = True

    bulk_message_id: UUID
    release_id: UUID


class BulkTestAsked(Event, frozen=True, tag="bulk_test_asked"):
    """Whoever writes to many wants to see the mail in their own mailbox first."""

    bulk_message_id: UUID
    person_id: UUID


BulkFact: TypeAlias = BulkMessageReleased | BulkMessageContinued | BulkTestAsked
"""All of them; `service.events.facts` takes them up."""
