"""Up to a thousand registrations in one request, each with an outcome of its own: a bad one never hurts its neighbours."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import post
from litestar.params import FromPath
from msgspec import Meta, Struct

from service.access import acts
from service.access.actions import answer_once
from service.access.api import KnownCaller
from service.db import Connection
from service.errors import Refused
from service.registrations import actions, examples, queries, rules
from service.registrations.answers import NewRegistration, new
from service.registrations.rules import Register, Registered
from service.settings import Settings
from service.web.deps import AnyRequest, Conn, Given, IdempotencyKey, Now
from service.web.errors import Problem, problem
from service.web.reading import JsonText, read

MOST = 1000


class Batch(Struct, frozen=True, forbid_unknown_fields=True):
    """People to register, in the order in which they asked."""

    registrations: Annotated[list[Register], Meta(min_length=1, max_length=MOST)]


class Outcome(Struct, frozen=True, omit_defaults=True):
    """What became of one of them: `status` 201 with the registration, or the status of a refusal with its problem."""

    status: int
    registration: NewRegistration | None = None
    problem: Problem | None = None


class Outcomes(Struct, frozen=True):
    """One outcome for each request, in their order."""

    outcomes: list[Outcome]


class _Envelope(Struct, frozen=True, forbid_unknown_fields=True):
    """A batch whose elements are still text."""

    registrations: Annotated[list[msgspec.Raw], Meta(min_length=1, max_length=MOST)]


class _Kept(Struct, frozen=True):
    """An outcome without its link, as an Idempotency-Key remembers it."""

    registered: Registered | None = None
    problem: Problem | None = None


@dataclass
class _Decision:
    """Reads and decides a batch, when it is asked for the first time."""

    request: AnyRequest
    convening_id: UUID
    elements: list[msgspec.Raw]
    public_url: str

    async def decide(self, conn: Connection, now: datetime) -> list[_Kept]:
        """Read each element by itself and let the readable ones be decided in one set."""
        read_all = [_read_one(element) for element in self.elements]
        requests = [one for one in read_all if isinstance(one, Register)]
        decided = iter(await actions.register(conn, self.convening_id, requests, source="organizer", now=now))
        outcomes = [one if isinstance(one, Refused) else next(decided) for one in read_all]
        if made := sum(isinstance(one, Registered) for one in outcomes):
            thing = ("convening", self.convening_id)
            await acts.note(conn, self.request, "registrations_created", thing, now, count=str(made))
        return [self._kept(index, one) for index, one in enumerate(outcomes)]

    def _kept(self, index: int, outcome: Registered | Refused) -> _Kept:
        if isinstance(outcome, Registered):
            return _Kept(registered=outcome)
        outcome.pointer = f"/registrations/{index}{outcome.pointer}"
        return _Kept(problem=problem(outcome, self.public_url))


@post(
    "/convenings/{convening_id:uuid}/registrations/batch",
    access="organizer",
    status_code=200,
    takes=Batch,
    sends=examples.BATCH,
    shows=examples.OUTCOMES,
    refuses=[rules.RegistrationClosed],
)
async def register_many(
    request: AnyRequest,
    convening_id: FromPath[UUID],
    text: JsonText,
    caller: KnownCaller,
    conn: Conn,
    now: Now,
    settings: Given,
    idempotency_key: IdempotencyKey = None,
) -> Outcomes:
    """Register up to 1,000 people at once, in their order; each gets an outcome of its own. A body has at most 1 MiB."""
    decision = _Decision(request, convening_id, read(text, _Envelope).registrations, settings.public_url)
    kept = await answer_once(
        conn,
        caller=str(caller.id),
        route=f"register many {convening_id}",
        key=idempotency_key,
        body=text,
        now=now,
        answer=lambda: decision.decide(conn, now),
        kind=list[_Kept],
    )
    made = [one.registered.id for one in kept if one.registered]
    generations = {one.id: one.generation for one in await queries.generations(conn, made)}
    return Outcomes([_outcome(one, settings, generations) for one in kept])


def _read_one(element: msgspec.Raw) -> Register | Refused:
    try:
        return read(bytes(element), Register)
    except Refused as refusal:
        return refusal


def _outcome(kept: _Kept, settings: Settings, generations: Mapping[UUID, int]) -> Outcome:
    if kept.registered is not None:
        return Outcome(201, registration=new(settings, kept.registered, generations[kept.registered.id]))
    if kept.problem is None:
        raise AssertionError("an outcome is a registration or a problem")
    return Outcome(kept.problem.status, problem=kept.problem)
