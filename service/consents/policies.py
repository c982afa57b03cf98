"""From which age students sign for themselves, state by state (W2). Pure.

Defaults to be confirmed by the network's counsel; where sources conflict the higher age stands. A state that is not named
here follows `USUAL`.
"""

from collections.abc import Mapping

USUAL = 18
STUDENT_SIGNS_AT: Mapping[str, int] = {
    "AL": 18,  # of age at 19; an 18-year-old may make a binding contract
    "MS": 21,  # sources conflict
    "NE": 19,
}


def signs_at(state: str, own: int | None = None) -> int:
    """The age from which a student of a state's school signs alone; a district's own rule goes before."""
    if own is not None:
        return own
    return STUDENT_SIGNS_AT.get(state.strip().upper(), USUAL)
