"""What is kept of conversations with coaches, of materials, and of what organizers write to many."""

from collections.abc import Sequence

from service.keeping import network_going, network_left
from service.keeping.lines import Line, some

NETWORK: Sequence[Line] = (
    Line(
        kind="cancellations",
        of="adults",
        what="What somebody said to the other when they cancelled a conversation with a coach",
        since="convening",
        how="emptied",
        tables=("coach_booking.words",),
        steps=(some(network_going.words),),
        left=network_left.words,
    ),
    Line(
        kind="conversations",
        of="adults",
        what="Conversations with coaches: which times were offered, and who booked them",
        since="convening",
        how="deleted",
        tables=("coach_slot", "coach_booking", "calendar_entry"),
        steps=(some(network_going.conversations),),
        left=network_left.conversations,
    ),
    Line(
        kind="notes",
        of="adults",
        what="What coaches wrote about members whom they do not coach any more",
        since="changed",
        how="deleted",
        tables=("coach_note",),
        steps=(some(network_going.notes),),
        left=network_left.notes,
    ),
    Line(
        kind="materials",
        of="adults",
        what="Materials for whoever had a seat, or for organizers alone, in which no students are",
        since="convening",
        how="deleted",
        tables=("material", "material_chunk"),
        steps=(some(network_going.materials),),
        left=network_left.materials,
    ),
    Line(
        kind="messages",
        of="adults",
        what="What organizers wrote to many at once, and to whom it went",
        since="sent",
        how="deleted",
        tables=("bulk_message", "bulk_recipient"),
        steps=(some(network_going.recipients), some(network_going.messages)),
        left=network_left.messages,
    ),
)
