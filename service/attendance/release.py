"""With whom a student may go: yes or no, and never the list itself. Pure.

A name is compared by its first and its last word, without case and marks, so that a second name on a photo ID does no harm.
The desk's own copy of the rule is `names.js`; a test holds both to the same words.
"""

import hashlib
import re
import unicodedata
from collections.abc import Collection, Iterable

from service.attendance.rules import Release
from service.consents.day_facts import Kept

ALONE = "self"
"""What stands in `released_to` where nobody takes the student."""


def key(name: str) -> str:
    """First and last word of a name, folded; empty where there is none."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", name) if not unicodedata.combining(sign)).lower()
    words = re.findall(r"[^\W_]+", plain)
    return f"{words[0]} {words[-1]}" if words else ""


def words(name: str) -> frozenset[str]:
    """First and last word of a name, folded, in no order: some write the family name first."""
    return frozenset(key(name).split())


def same(one: str, other: str) -> bool:
    """Whether two names may be one person's: the same first and last word in either order, or a single word of them."""
    mine, others = words(one), words(other)
    return bool(mine) and bool(others) and (mine <= others or others <= mine)


def sealed(salt: str, name: str) -> str:
    """What a device keeps of a name: enough to compare it, not to read it."""
    return hashlib.sha256(f"{salt}:{key(name)}".encode()).hexdigest()[:24]


def listed_names(kept: Iterable[Kept]) -> list[str]:
    """Adults to whom a student may be given by the family's word: who is known to have signed, and whom they named."""
    names: list[str] = []
    for one in kept:
        if not one.writer.is_known:
            continue
        if one.writer.signer != "student" and one.writer.name:
            names.append(one.writer.name)
        names += [adult.name for adult in one.written.facts.collectors]
    return names


def judged(
    adult: str, said: Release | None, *, listed: Collection[str], school: Collection[str], may_go_alone: bool, has_stop: bool
) -> Release:
    """How a sign-out stands; what the desk says counts only where it says that the safety lead decided."""
    if said == "decided":
        return "decided"
    if has_stop:
        return "unlisted"
    if adult.strip().casefold() == ALONE or (not adult.strip() and said == "self"):
        return "self" if may_go_alone else "unlisted"
    if not key(adult):
        return "unlisted"
    if key(adult) in {key(name) for name in listed}:
        return "listed"
    return "school" if key(adult) in {key(name) for name in school} else "unlisted"
