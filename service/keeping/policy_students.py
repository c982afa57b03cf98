"""What is kept of students and families, and of what people say in surveys."""

from collections.abc import Sequence
from datetime import datetime

from service.attendance import writes as attendance
from service.consents import codes, day_queries
from service.db import Connection
from service.deliveries import writes as deliveries
from service.keeping import going, left, person_erasing, writes
from service.keeping import retention_queries as queries
from service.keeping.lines import Line, every, some
from service.surveys import retention_writes as surveys

OF_A_STUDENT = (
    *("signup", "consent", "assent", "clearance", "seat", "signup_extension", "interpreter_request", "glass_break"),
    *("evidence_body", "document", "badge", "scan", "survey_invitation", "sealed_answer"),
)
"""Where everything about a student is; the hashes of their chain stay."""


async def _answers(conn: Connection, before: datetime, _now: datetime, most: int) -> int:
    await surveys.keep_theme_counts(conn, before)
    await surveys.forget_mails(conn, None)
    return await surveys.forget_answers(conn, before, most)


async def _late(conn: Connection, _before: datetime, now: datetime, _most: int) -> int:
    """What a worker wrote about students and adults while they were being deleted."""
    late = await writes.empty_late_mails(conn, now) + await writes.empty_late_words(conn)
    late += await writes.forget_late_incoming(conn)
    return late + await person_erasing.empty_late_mails(conn, now)


STUDENTS: Sequence[Line] = (
    Line(
        kind="day_facts",
        of="students",
        what="Health, allergies, emergency contacts, who collects a student, and why somebody looked at that",
        since="convening",
        how="deleted",
        tables=("day_fact", "glass_break.reason", "unlisted_minor", "scan.adult"),
        steps=(some(day_queries.forget_day_facts), some(attendance.forget_adults)),
        left=left.day_facts,
    ),
    Line(
        kind="topics",
        of="students",
        what="The colors that students give to topics",
        since="convening",
        how="emptied",
        tables=("assent.topics",),
        steps=(some(queries.forget_topics),),
        left=left.topics,
    ),
    Line(
        kind="unsigned",
        of="students",
        what="Students whose form nobody signed, or who said no",
        since="convening",
        how="deleted",
        tables=OF_A_STUDENT,
        find=queries.unsigned,
        left=left.unsigned,
    ),
    Line(
        kind="forms",
        of="students",
        what="Signed forms, answers, and what proves them",
        since="convening",
        how="deleted",
        tables=OF_A_STUDENT,
        find=queries.signed,
        left=left.forms,
    ),
    Line(
        kind="answers",
        of="students",
        what="Answers to surveys one by one, who was asked, quotes under a name, plans for oneself",
        since="convening",
        how="deleted",
        tables=(
            *("answer", "answer_source", "answer_review", "answer_theme", "named_quote", "commitment"),
            *("survey_invitation", "sealed_answer"),
        ),
        steps=(
            _answers,
            some(surveys.forget_quotes),
            some(surveys.forget_plans),
            some(going.survey_invitations),
        ),
        left=left.answers,
    ),
    Line(
        kind="mails",
        of="students",
        what="What our mails said",
        since="sent",
        how="emptied",
        tables=("delivery.message",),
        steps=(_late, some(deliveries.clear_old_content)),
        left=left.mails,
        soon=True,
    ),
    Line(
        kind="codes",
        of="students",
        what="Codes that we mailed to families",
        since="made",
        how="deleted",
        tables=("consent_code",),
        steps=(every(codes.forget),),
        left=left.codes,
        soon=True,
    ),
)
