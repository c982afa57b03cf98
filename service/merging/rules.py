"""What two entries of one person come to: which value stays, which registration stays, what stands against it. Pure."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal, TypeAlias
from uuid import UUID

import msgspec
from msgspec import Struct

from service.errors import Invalid, Refused
from service.merging.standing import Both

Pick: TypeAlias = Literal["kept", "former"]
"""Of which of the two a value is taken: of the one who stays, or of the one who goes."""


class NotLooked(Refused):
    """One of the two changed after you looked. Nothing was merged; this is how they stand now."""

    code = "changed-meanwhile"


class Stands(Refused):
    """These two cannot be merged now; what stands against it is said below."""

    code = "merge-stands-against"


class SamePerson(Invalid):
    """This is one and the same entry. Choose another one."""

    code = "same-entry"


class NoSuchPick(Invalid):
    """Choose one of the two values for each line."""

    code = "no-such-pick"


class Entry(Struct, frozen=True):
    """One of the two, with all that is written in the row and in what they are in the network."""

    id: UUID
    name: str
    email: str
    code: str
    title: str
    district_id: UUID | None
    district: str
    time_zone: str
    pronouns: str
    dietary: str
    access_needs: str
    badge_name: str
    about: str
    listed: bool
    email_listed: bool
    joined: int | None
    coach_id: UUID | None
    coach: str
    coaches: bool
    bio: str
    school_id: UUID | None
    school: str
    contact_role: str
    phone: str
    created_at: datetime
    stopped: str
    """Why the address gets no mail; empty: it does."""


class Line(Struct, frozen=True):
    """One field of the two side by side, in words; `pick` is what is taken where nobody chooses."""

    name: str
    label: str
    kept: str
    former: str
    pick: Pick

    @property
    def differs(self) -> bool:
        """Whether there is anything to choose."""
        return self.kept != self.former


LABELS = {
    "name": "Name",
    "title": "Title",
    "district": "District",
    "time_zone": "Time zone",
    "pronouns": "Pronouns",
    "badge_name": "Name on the badge",
    "dietary": "Dietary needs",
    "access_needs": "Access needs",
    "about": "What they say about themselves",
    "directory": "In the members’ directory",
    "joined": "Member since",
    "coach": "Their coach",
    "bio": "About them as a coach",
    "contact": "Answers for a school",
    "code": "Called by another system",
}
"""The fields that are chosen one by one, as the page names them."""


def lines(kept: Entry, former: Entry) -> list[Line]:
    """Everything that stands in the two, field by field."""
    ours, theirs = said(kept), said(former)
    return [Line(name, label, ours[name], theirs[name], _usual(name, kept, former)) for name, label in LABELS.items()]


def said(entry: Entry) -> dict[str, str]:
    """What stands in each field, in words."""
    listed = ("With the mail address" if entry.email_listed else "Yes") if entry.listed else ""
    contact = ", ".join(part for part in (entry.school, entry.contact_role, entry.phone) if part)
    plain = {name: str(getattr(entry, name) or "") for name in LABELS if name not in ("directory", "contact")}
    return plain | {"directory": listed, "contact": contact}


def _usual(name: str, kept: Entry, former: Entry) -> Pick:
    """The kept one's, unless it is empty; of two years the earlier; of the directory only what the kept one wished."""
    if name == "directory":
        return "kept"
    if name == "joined" and kept.joined and former.joined:
        return "kept" if kept.joined <= former.joined else "former"
    return "kept" if said(kept)[name] or not said(former)[name] else "former"


def picks(kept: Entry, former: Entry, chosen: Mapping[str, str]) -> dict[str, Entry]:
    """Whose value each field takes; raises NoSuchPick."""
    found: dict[str, Entry] = {}
    for line in lines(kept, former):
        pick = chosen.get(line.name) or line.pick
        if pick not in ("kept", "former"):
            raise NoSuchPick(pointer=f"/{line.name}")
        found[line.name] = kept if pick == "kept" else former
    return found


class Facts(Struct, frozen=True, kw_only=True):
    """What is looked at beside the two entries."""

    both: Sequence[Both]
    open_surveys: Sequence[str]
    """Titles of convenings whose open survey asks both."""
    to_meet: Sequence[str]
    """Titles of convenings at which one is to meet the other as a coach."""
    held: bool
    """A legal hold keeps what one of them is part of."""
    is_visitor: bool
    """Whoever looks is signed in as the one who would go."""
    is_going: bool = False
    """The erasure of one of them is ordered."""
    schools_alone: Sequence[str] = ()
    """Each answers for another school, and these are the schools that nobody else answers for."""
    moves: Sequence["Count"]


class Count(Struct, frozen=True):
    """How many of a kind the one who goes has, and what becomes of them."""

    what: str
    becomes: str
    count: int
    is_steady: bool = True
    """Whether another number by now is something to be read again: mail leaves and browsers come and go by themselves."""


class Look(Struct, frozen=True, kw_only=True):
    """Everything that somebody reads before two become one."""

    kept: Entry
    former: Entry
    facts: Facts

    @property
    def lines(self) -> list[Line]:
        """Field by field."""
        return lines(self.kept, self.former)

    @property
    def mark(self) -> str:
        """What the form carries: another one where anything that was read is different."""
        steady = [one for one in self.facts.moves if one.is_steady]
        facts = self.facts
        read = (
            self.kept,
            self.former,
            facts.both,
            facts.open_surveys,
            facts.to_meet,
            facts.held,
            facts.schools_alone,
            steady,
        )
        return hashlib.sha256(msgspec.json.encode(read)).hexdigest()[:32]

    @property
    def objections(self) -> list[str]:
        """What stands against it, each in one sentence with the way out."""
        found = [
            f"Both came to “{one.title}”, with two badges. Correct the attendance of one of them first."
            for one in self.facts.both
            if one.kept.came and one.former.came
        ]
        found += [
            f"Both are asked by a survey of “{title}” that is open. Who has answered is nobody’s to learn, and merging now "
            "could tell: merge them once it has closed."
            for title in self.facts.open_surveys
        ]
        for title in self.facts.to_meet:
            found.append(f"The two are to meet at “{title}”, one as the other’s coach. Cancel that conversation first.")
        if self.facts.is_going:
            found.append("One of them is erased, or is being erased. What is left of them is nobody’s second entry.")
        if self.facts.held:
            found.append("A legal hold runs that keeps what one of them has a part in. Merge them once it has ended.")
        if self.facts.is_visitor:
            found.append("You are signed in as the one who would go. Keep this one, and let the other go.")
        return found
