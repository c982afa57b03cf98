"""What the overview says about its list of things to do, and about mail that somebody has not; pure."""

NOT_THERE = {
    "returned": (
        "came back",
        "{address} does not take our mail, and this person counts on it.",
        "{name} and others do not get our mail, and they count on it.",
    ),
    "stopped": (
        "did not go",
        "We do not write to {address}: call them.",
        "We do not write to {name} and others: call them.",
    ),
    "held_back": (
        "did not go",
        "We did not write to {address} then, and now we do: send it again.",
        "We did not write to {name} and others then, and now we do: send them again.",
    ),
}
"""Why somebody does not have a mail: what became of it, and what to know of one person, or of several."""


def heading(things: int) -> str:
    """How much needs a person."""
    words = ("One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")
    if not things:
        return "Nothing needs you today"
    number = words[things - 1] if things <= len(words) else f"{things:,}"
    return f"{number} {'thing needs' if things == 1 else 'things need'} a person today"
