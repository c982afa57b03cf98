"""What the console calls what came in by mail."""

from service.exchange.inbox import ListedRow

KIND_WORDS = {
    "reply": "A calendar’s answer",
    "counter": "A calendar’s counter-proposal",
    "refresh": "A calendar’s question",
    "dsn": "A mail server’s report",
    "mdn": "A read receipt",
    "complaint": "A complaint about our mail",
    "autoreply": "An automatic reply",
    "human": "A person’s mail",
    "hostile": "Not usable",
}
PARTSTAT_WORDS = {
    "ACCEPTED": "yes",
    "DECLINED": "no",
    "TENTATIVE": "perhaps",
    "DELEGATED": "somebody else instead",
}
_MARKS = {
    "applied": ("yes", "Done"),
    "noted": ("", "Noted"),
    "asked": ("part", "They were asked"),
    "told": ("act", "Needs a person"),
    "stopped": ("shut", "Address stopped"),
    "counted": ("part", "Counted"),
    "ignored": ("", "Nothing to do"),
    "rejected": ("shut", "Refused"),
}


def mark(row: ListedRow) -> tuple[str, str]:
    """The class of the mark, and its words."""
    if row.outcome is None:
        return "", "Being read"
    if row.outcome == "told" and row.seen_at is not None:
        return "yes", "Looked after"
    return _MARKS[row.outcome]


def kind_of(row: ListedRow) -> str:
    """What it is, in a few words; of a calendar's answer, what it says."""
    said = PARTSTAT_WORDS.get(row.partstat, "") if row.kind == "reply" else ""
    words = KIND_WORDS.get(row.kind or "", "A mail")
    return f"{words}: {said}" if said else words
