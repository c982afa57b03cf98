"""Samples of what organizers write to many."""

from typing import Final

from emails.messages import AnyMessage, BulkMessage
from emails.samples.facts import LONG, QUOTED, SPRING

BULK: Final[tuple[tuple[str, AnyMessage], ...]] = (
    (
        "bulk message to who comes",
        BulkMessage(
            name="Tamsin Reed",
            gathering=SPRING,
            reader_zone="America/Los_Angeles",
            subject="What to bring to {convening}",
            words="Dear {name},\n\nplease bring one policy that you want to change.\nPaper is fine.\n\n"
            "We meet {when}, here: {where}. How to get there: https://plenary.example/way?from=station&to=hall.",
        ),
    ),
    (
        "bulk message to the network",
        BulkMessage(
            name=QUOTED,
            subject="A call for sessions",
            words="Dear {name},\n\nuntil Friday you can propose a session (https://plenary.example/sessions).\n\n"
            "http://plain.example is no link, <b>this</b> is no markup, and {{name}} stays odd.",
        ),
    ),
    (
        "bulk message with long words",
        BulkMessage(name="Wren", gathering=LONG, subject="{convening}", words="One line of many.\n" * 60),
    ),
)
