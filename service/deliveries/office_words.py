"""What the console calls messages and the states of a delivery."""

from emails.messages import Method
from service.deliveries.rules import State

KIND_WORDS = {
    "confirm_address": "Please confirm your address",
    "invite": "Calendar invitation",
    "waitlisted": "You are on the list",
    "offer": "A seat is offered",
    "offer_expired": "The offer ran out",
    "changed": "Something changed",
    "cancelled": "It does not take place",
    "withdrawn": "The seat was given back",
    "address_moved": "The address was changed",
    "your_registration": "You are registered already",
    "reminder": "Reminder",
    "invitation": "Personal invitation",
    "sign_in": "Code and link to sign in",
}
STATE_MARKS: dict[State, tuple[str, str]] = {
    "queued": ("", "Owed"),
    "sending": ("part", "Being sent"),
    "handover": ("part", "At the server"),
    "sent": ("yes", "Sent"),
    "dead": ("shut", "Not delivered"),
    "unknown": ("act", "In doubt"),
    "cancelled": ("shut", "Not needed"),
    "expired": ("shut", "Too late"),
}
"""The class of the mark, and its word."""
STATE_SENTENCES: dict[State, str] = {
    "queued": "It is owed: a worker sends it as soon as its time has come.",
    "sending": "A worker is sending it now.",
    "handover": "The mail server is being given the text now.",
    "sent": "The mail server took it.",
    "dead": "It was not delivered, and nobody tries again.",
    "unknown": "The mail server was given the text and did not answer: nobody knows whether it arrived. A person decides.",
    "cancelled": "It was not sent, because it was not needed any more.",
    "expired": "It was not sent, because its time had passed.",
}
FILTERS: dict[str, tuple[str, tuple[State, ...]]] = {
    "owed": ("Owed", ("queued", "sending", "handover")),
    "unknown": ("In doubt", ("unknown",)),
    "dead": ("Not delivered", ("dead",)),
    "sent": ("Sent", ("sent",)),
    "cancelled": ("Not needed", ("cancelled",)),
    "expired": ("Too late", ("expired",)),
}
"""By what the list can be narrowed: its word, and the states."""
METHOD_WORDS: dict[Method, str] = {"REQUEST": "Invitation or update", "CANCEL": "Cancellation"}


def kind_words(kind: str) -> str:
    """A kind in plain words."""
    return KIND_WORDS.get(kind, kind.replace("_", " ").capitalize())
