"""A survey opens: the key is made, the questions stay, whoever is to be asked is asked; and it follows who came since."""

from datetime import datetime
from uuid import UUID

import msgspec

from service import events
from service.convenings import queries as convenings
from service.convenings.queries import ConveningRow, SessionRow
from service.db import Connection
from service.surveys import audiences, checks, creating, queries, rules, writes
from service.surveys.asked_queries import InvitationRow
from service.surveys.queries import SurveyRow
from service.surveys.questions import Fact
from service.surveys.rules import AlreadyOpen, NoConveningYet, OtherVersionOpen, QuestionsUnread
from service.surveys.sealing import Keys


async def open_survey(conn: Connection, keys: Keys, survey_id: UUID, now: datetime) -> SurveyRow:
    """Open it now; raises NotFound, AlreadyOpen, OtherVersionOpen, QuestionsUnread, NoConveningYet.

    And whatever stands in the way of asking its questions.
    """
    row = await queries.lock(conn, survey_id)
    if row.state in ("open", "closed"):
        raise AlreadyOpen
    convening = await convenings.convening(conn, row.convening_id)
    if convening.state not in rules.ASKED_ABOUT:
        raise NoConveningYet
    if await creating.is_opened(conn, row.convening_id, row.code):
        raise OtherVersionOpen
    checks.check(row.definition)
    versions = await creating.versions_read(conn, row.definition) if row.audience == "students" else []
    if row.audience == "students" and not versions:
        raise QuestionsUnread
    definition = await creating.with_sessions(conn, convening, row.definition)
    await writes.retire(conn, row.convening_id, row.code, row.id)
    closes_at = max(closing_of(row, convening), now + rules.SHORTEST)
    await writes.open_it(conn, row.id, msgspec.to_builtins(definition), versions, keys.make(row.id), now, closes_at)
    row = await queries.survey(conn, row.id)
    await ask(conn, row, now)
    await events.record(conn, now, [events.SurveyOpened(row.convening_id, row.id)])
    return row


async def ask(conn: Connection, row: SurveyRow, now: datetime) -> int:
    """Ask who belongs to the audience now and was not asked yet."""
    return await writes.invite(
        conn, row.id, await audiences.audience(conn, row.convening_id, row.audience, row.asked_versions, now)
    )


def facts(invitation: InvitationRow) -> list[Fact]:
    """What is known of who is asked, as far as a question may depend on it."""
    return ["has_coach"] if invitation.has_coach else []


def opening_of(row: SurveyRow, convening: ConveningRow, agenda: list[SessionRow]) -> datetime:
    """When it opens by itself."""
    cadence = row.definition.cadence
    match cadence.opens:
        case "first_mail":
            return rules.due(cadence.mails[0], convening.ends_at, convening.time_zone)
        case "panels":
            return max((one.ends_at for one in agenda if one.kind == "student_panel"), default=convening.ends_at)
        case "closing_session":
            shared = [one for one in agenda if one.kind == "plenary"] or agenda
            return max((one.starts_at for one in shared), default=convening.ends_at)


def mails_of(row: SurveyRow, convening: ConveningRow) -> list[datetime]:
    """When each of its mails is due."""
    return [rules.due(one, convening.ends_at, convening.time_zone) for one in row.definition.cadence.mails]


def mails_due(row: SurveyRow, convening: ConveningRow) -> list[tuple[int, datetime]]:
    """The mails of an open survey, by their numbers.

    The first goes when it opens where that is later than planned, and no other follows it within a day.
    """
    planned, *others = mails_of(row, convening)
    first = max(planned, row.opened_at or planned)
    late = first > planned
    return [(1, first), *((number, at) for number, at in enumerate(others, 2) if not late or at >= first + rules.SHORTEST)]


def closing_of(row: SurveyRow, convening: ConveningRow) -> datetime:
    """When it closes by itself."""
    return rules.due(row.definition.cadence.closes, convening.ends_at, convening.time_zone)
