"""What two entries of one district, or of one school, come to: which value stays, what stands against it. Pure."""

import hashlib
from collections.abc import Mapping, Sequence
from itertools import product
from typing import Literal, TypeAlias
from uuid import UUID

import msgspec
from msgspec import Struct

from service.consents import policies
from service.errors import Invalid, Refused
from service.merging.rules import Count, NoSuchPick, NotLooked, Pick

Kind: TypeAlias = Literal["district", "school"]


class StandsAgainst(Refused):
    """These two cannot be merged so; what stands against it is said below."""

    code = "merge-stands-against"


class SamePlace(Invalid):
    """This is one and the same entry. Choose another one."""

    code = "same-entry"


class Entry(Struct, frozen=True):
    """One of the two. Of a school the state and what follows are its district's; a district is in none."""

    id: UUID
    code: str
    name: str
    state: str
    time_zone: str
    student_signs_at: int | None
    signers_needed: int
    district_id: UUID | None
    district: str
    students: int
    """How many are signed up for convenings that are not over, and not taken off the list."""

    @property
    def terms(self) -> "Terms":
        """By which rules families of its students are asked."""
        return Terms(policies.signs_at(self.state, self.student_signs_at), self.signers_needed)


class Terms(Struct, frozen=True):
    """From which age a student signs, and how many guardians sign for one who does not."""

    signs_at: int
    signers: int

    def suffices(self, before: "Terms") -> bool:
        """Whether whoever was asked under the rules before has been asked for no less than these."""
        return self.signs_at == before.signs_at and self.signers <= before.signers

    @property
    def words(self) -> str:
        """As a page says it."""
        who = "two guardians sign" if self.signers > 1 else "one guardian signs"
        return f"{who}, students of {self.signs_at} sign for themselves"


LABELS: Mapping[Kind, Mapping[str, str]] = {
    "district": {
        "name": "Name",
        "state": "State",
        "time_zone": "Time zone",
        "signs_at": "Students sign for themselves at",
        "signers": "Guardians who sign for a student",
    },
    "school": {"name": "Name", "district": "District"},
}
"""The fields that are chosen one by one, as the page names them."""
DECIDING: Mapping[Kind, tuple[str, ...]] = {"district": ("state", "signs_at", "signers"), "school": ("district",)}
"""Those of them on which it hangs who signs for a student."""
WHOSE: tuple[Pick, Pick] = ("kept", "former")


class Line(Struct, frozen=True):
    """One field of the two side by side, in words; `pick` is what is taken where nobody chooses."""

    name: str
    label: str
    kept: str
    former: str
    pick: Pick
    differs: bool


class Facts(Struct, frozen=True, kw_only=True):
    """What is looked at beside the two entries."""

    same_panels: Sequence[str] = ()
    """Panels that are not over, for which both schools have students."""
    scheduled: Sequence[str] = ()
    """Messages to one of the districts that a clock is to release."""
    held: bool = False
    """A legal hold keeps what one of them is part of."""
    twice: Sequence[str] = ()
    """Names of schools that both districts have."""
    kept_contacts: Sequence[str] = ()
    former_contacts: Sequence[str] = ()
    moves: Sequence[Count] = ()


class Look(Struct, frozen=True, kw_only=True):
    """Everything that somebody reads before two become one."""

    kind: Kind
    kept: Entry
    former: Entry
    facts: Facts

    @property
    def mark(self) -> str:
        """What the form carries: another one where anything that was read is different."""
        return hashlib.sha256(msgspec.json.encode((self.kept, self.former, self.facts))).hexdigest()[:32]

    @property
    def lines(self) -> list[Line]:
        """Field by field, with what is taken where nobody chooses."""
        usual, ours, theirs = self.usual, said(self.kind, self.kept), said(self.kind, self.former)
        return [
            Line(name, label, ours[name], theirs[name], usual[name], value(self.kept, name) != value(self.former, name))
            for name, label in LABELS[self.kind].items()
        ]

    @property
    def usual(self) -> Mapping[str, Pick]:
        """The kept one's; of rules the first that nobody's families stand against, and the stricter where none do."""
        chosen: dict[str, Pick] = dict.fromkeys(LABELS[self.kind], "kept")
        if self.kind == "district":
            ours, theirs = self.kept.terms, self.former.terms
            chosen["signers"] = "kept" if ours.signers >= theirs.signers else "former"
            chosen["signs_at"] = "kept" if ours.signs_at >= theirs.signs_at else "former"
        options: list[Mapping[str, Pick]] = [chosen, *({**chosen, **given} for given in self._choices())]
        return next((one for one in options if not self.unsettled(one)), chosen)

    def picked(self, chosen: Mapping[str, str]) -> Mapping[str, Pick]:
        """Whose value each field takes; raises NoSuchPick."""
        usual, found = self.usual, dict[str, Pick]()
        for name in LABELS[self.kind]:
            pick = chosen.get(name) or usual[name]
            if pick not in WHOSE:
                raise NoSuchPick(pointer=f"/{name}")
            found[name] = pick
        return found

    def of(self, picked: Mapping[str, Pick], name: str) -> Entry:
        """Whose value a field takes."""
        return self.kept if picked[name] == "kept" else self.former

    def terms(self, picked: Mapping[str, Pick]) -> Terms:
        """By which rules families are asked afterwards."""
        if self.kind == "school":
            return self.of(picked, "district").terms
        own = self.of(picked, "signs_at").student_signs_at
        return Terms(policies.signs_at(self.of(picked, "state").state, own), self.of(picked, "signers").signers_needed)

    def unsettled(self, picked: Mapping[str, Pick]) -> list[Entry]:
        """Those whose families were asked for less than the chosen rules ask, or for something else."""
        terms = self.terms(picked)
        return [one for one in (self.kept, self.former) if one.students and not terms.suffices(one.terms)]

    @property
    def objections(self) -> list[str]:
        """What stands against it whatever is chosen, each in one sentence with the way out."""
        found = [
            f"Both have students for “{title}”. One list of both could name a student twice, and nobody here can tell: "
            "merge them once that convening is over, or let one school take its students off first."
            for title in self.facts.same_panels
        ]
        for subject in self.facts.scheduled:
            found.append(f"“{subject}” is to leave by itself to one of them, and would reach more people. Hold it first.")
        if self.facts.held:
            found.append("A legal hold runs that keeps what one of them has a part in. Merge them once it has ended.")
        if all(self.unsettled(given) for given in self._choices()):
            found.append(
                "Families of both are asked now, by different rules, and one of them would have agreed to less than the "
                "rules ask. Merge them once those convenings are over."
            )
        return found

    def against(self, picked: Mapping[str, Pick]) -> list[str]:
        """What stands against these choices."""
        way = "that district" if self.kind == "school" else "those rules"
        return [
            f"{_many(one.students)} of {one.name} {'was' if one.students == 1 else 'were'} asked by other rules "
            f"({one.terms.words}) for a convening that is not over. Choose {way}, or merge them afterwards."
            for one in self.unsettled(picked)
        ]

    def _choices(self) -> list[Mapping[str, Pick]]:
        names = DECIDING[self.kind]
        return [dict(zip(names, given, strict=True)) for given in product(WHOSE, repeat=len(names))]


def require(read: Look, picked: Mapping[str, Pick], mark: str) -> None:
    """Raise StandsAgainst or NotLooked where these two are not to be merged, or not as it was read."""
    if read.mark != mark:
        raise NotLooked
    if read.objections or read.against(picked):
        raise StandsAgainst


def said(kind: Kind, entry: Entry) -> Mapping[str, str]:
    """What stands in each field, in words."""
    if kind == "school":
        return {"name": entry.name, "district": f"{entry.district}, {entry.state}"}
    age = f"{entry.student_signs_at}" if entry.student_signs_at else f"As in the state: {entry.terms.signs_at}"
    signers = "Two" if entry.signers_needed > 1 else "One"
    return {"name": entry.name, "state": entry.state, "time_zone": entry.time_zone, "signs_at": age, "signers": signers}


def value(entry: Entry, name: str) -> object:
    """What stands in a field, to be compared."""
    fields = {"signs_at": "student_signs_at", "signers": "signers_needed", "district": "district_id"}
    return getattr(entry, fields.get(name, name))


def _many(students: int) -> str:
    return "One student" if students == 1 else f"{students:,} students"
