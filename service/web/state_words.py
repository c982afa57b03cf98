"""What pages call the states of registrations, those of people and those of registrations alike."""

STATE_WORDS = {
    "confirmed": "Has a seat",
    "offered": "Seat offered",
    "waitlisted": "On the list",
    "held": "Address not confirmed",
    "withdrawn": "Withdrawn",
    "declined": "Passed the offer on",
    "expired": "Ran out of time",
}
"""In the order in which a filter offers them."""
