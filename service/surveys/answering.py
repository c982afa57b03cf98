"""Somebody answers: the answer is sealed in the same breath, and nothing of it is written anywhere else."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from service.convenings import queries as convenings
from service.convenings.queries import ConveningRow
from service.db import Connection
from service.errors import NotFound
from service.surveys import answers, asked_queries, audiences, opening, queries, sealing, writes
from service.surveys.answers import Answers
from service.surveys.asked_queries import InvitationRow
from service.surveys.audiences import Asked
from service.surveys.queries import SurveyRow
from service.surveys.questions import Fact, Question
from service.surveys.rules import Definition, NotOpen, SurveyClosed
from service.web import links


class Seat(Struct, frozen=True):
    """Somebody before a survey: what is asked, of whom, where."""

    row: SurveyRow
    definition: Definition
    convening: ConveningRow
    invitation: InvitationRow
    by_badge: bool = False
    """Whether they came by the code of a badge, which others can read: nothing of before is shown."""

    @property
    def facts(self) -> list[Fact]:
        """What questions may depend on."""
        return opening.facts(self.invitation)

    @property
    def questions(self) -> list[Question]:
        """Those that this person may come to see."""
        return answers.for_person(self.definition, self.facts)

    def is_open(self, now: datetime) -> bool:
        """Whether answers are taken."""
        return self.row.state == "open" and self.row.closes_at is not None and now < self.row.closes_at


async def seat(conn: Connection, secret: str, token: str, now: datetime) -> Seat:
    """Who comes with this link; raises NotFound, also for who does not belong to the audience any more.

    Whether they have answered is not said to who came by a badge.
    """
    ticket = links.take_apart(token)
    there = await seat_of(conn, ticket.id, now)
    if links.is_genuine(secret, "survey", ticket, there.invitation.generation):
        return there
    links.require_genuine(secret, "badge", ticket, 0)
    return replace(there, invitation=replace(there.invitation, answered=False), by_badge=True)


async def seat_of(conn: Connection, invitation_id: UUID, now: datetime) -> Seat:
    """The same for an invitation that is known already."""
    invitation = await asked_queries.invitation(conn, invitation_id)
    row = await queries.survey(conn, invitation.survey_id)
    asked = Asked(invitation.person_id, invitation.signup_id, invitation.consent_id)
    if row.state not in ("open", "closed") or not await audiences.belongs(
        conn, row.convening_id, row.audience, row.asked_versions, asked, now
    ):
        raise NotFound
    convening = await convenings.convening(conn, row.convening_id)
    return Seat(row, row.definition, convening, invitation)


async def reads(conn: Connection, invitation: InvitationRow) -> str:
    """The language that a family reads; empty where we do not know."""
    return "" if invitation.person_id else await asked_queries.language(conn, invitation.id)


async def answer(conn: Connection, there: Seat, given: Mapping[str, Any], now: datetime) -> Answers:
    """Seal an answer; a later one replaces it until close. Raises SurveyClosed, and what is wrong, at its question."""
    if not there.is_open(now):
        raise SurveyClosed
    kept = answers.read(there.definition, given, there.facts)
    await keep(conn, there, kept, now)
    return kept


async def keep(conn: Connection, there: Seat, kept: Answers, now: datetime) -> None:
    """Seal what was read; raises SurveyClosed.

    The survey is locked first, so that none comes between the opening of the seals and the end of that transaction.
    """
    row = await queries.share(conn, there.row.id)
    if row.state == "closed" or row.closes_at is None or now >= row.closes_at:
        raise SurveyClosed
    if row.public_key is None:
        raise NotOpen
    sealed = sealing.seal(
        row.public_key, row.id, there.invitation.id, answers.packed(kept), answers.length(there.definition)
    )
    await writes.keep_sealed(conn, there.invitation.id, sealed)
