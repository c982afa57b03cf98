"""What is to be done to a house: all of it follows from a seed, and can be read before anything happens."""

import math
import random
from collections.abc import Sequence
from typing import Literal, TypeAlias, get_args

from msgspec import Struct

from benchmarks.smtp_faults import DROP, SILENT, Faults, Stage

Kind: TypeAlias = Literal[
    "worker",  # kill -9 of any worker process
    "relay",  # kill -9 of the worker whose relay has events claimed in an open transaction
    "web",  # kill -9 of the web process
    "valkey",  # kill -9 of Valkey, which comes back empty
    "postgres",  # kill -9 of the postmaster: PostgreSQL comes back by crash recovery, on the same data
    "smtp",  # kill -9 of the mail server, in the middle of its conversations
]
KINDS: tuple[Kind, ...] = get_args(Kind)

QUIET_END = 6.0
"""Seconds before the end of a long load in which nothing is killed, so that there is new work to recover with."""
LONGEST_DOWN = 1.0
GROUP = 100
"""People who register for one convening; it has seats for half of them, the others wait."""

CHANCES: dict[Stage, tuple[tuple[float, str], ...]] = {
    "rcpt": ((0.040, "451 4.3.2 try later"), (0.010, DROP), (0.003, SILENT)),
    "data": ((0.020, "451 4.3.0 not now"), (0.007, DROP), (0.001, SILENT)),
    "done": ((0.007, DROP), (0.0015, SILENT)),
}
"""How often a conversation fails at each stage, and how."""


class Blow(Struct, frozen=True):
    """One kill: seconds after the load began, of what, and seconds until it is started again."""

    at: float
    kind: Kind
    down: float


class Plan(Struct, frozen=True, kw_only=True):
    """A whole run."""

    seed: int
    seconds: float
    messages: int
    blows: tuple[Blow, ...]
    silence: float = 125.0
    """Seconds that the mail server says nothing when it is silent: longer than the mailer's patience of 120."""
    patience: float = 300.0
    """Seconds after the load within which everything must be through."""
    workers: int = 2

    @property
    def capacities(self) -> list[int]:
        """Seats of each convening."""
        sizes = [min(GROUP, self.messages - begin) for begin in range(0, self.messages, GROUP)]
        return [math.ceil(size / 2) for size in sizes]


def blows(seed: int, seconds: float, every: float, kinds: Sequence[Kind]) -> tuple[Blow, ...]:
    """One about every so many seconds; each kind once, in any order, before any of them comes again."""
    chance = random.Random(f"blows {seed}")
    planned: list[Blow] = []
    bag: list[Kind] = []
    moment = every
    while moment < seconds - QUIET_END:
        if not bag:
            bag = chance.sample(kinds, len(kinds))
        planned.append(Blow(round(moment, 2), bag.pop(), round(chance.uniform(0, LONGEST_DOWN), 2)))
        moment += every * chance.uniform(0.5, 1.5)
    return tuple(planned)


def faults(seed: int, birth: int) -> Faults:
    """How the mail server fails after it was started for the `birth`-th time: a pure function of stage and count."""

    def fault(stage: Stage, count: int) -> str:
        drawn = random.Random(f"{seed} {birth} {stage} {count}").random()
        for chance, what in CHANCES[stage]:
            drawn -= chance
            if drawn < 0:
                return what
        return ""

    return fault
