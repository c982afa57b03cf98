"""What the console calls messages and the states of a delivery."""

from emails.messages import Method
from service.deliveries.rules import State

STATE_SENTENCES: dict[State, str] = {
    "queued": "It is owed: a worker sends it as soon as its time has come.",
    "sending": "A worker is sending it now.",
    "handover": "The mail server is being given the text now.",
    "sent": "The mail server took it.",
    "dead": "It was not delivered, and nobody tries again.",
    "unknown": "The mail server was given the text and did not answer: nobody knows whether it arrived. A person decides.",
    "cancelled": "It was not sent: it was not needed any more, or not wanted.",
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
