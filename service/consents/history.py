"""What happened to one sign-up: recorded facts in words, and extensions with their reasons."""

from datetime import datetime

from msgspec import Struct

from service.consents import board_queries
from service.consents.queries import SignupRow
from service.db import Connection

EVENT_WORDS = {
    "student_signed_up": "The school put the student on its list",
    "signup_withdrawn": "Taken off the list",
    "consent_asked": "The form went out",
    "consent_signed": "A form was signed",
    "consent_confirmed": "The school confirmed who signed",
    "consent_refused": "The family said no",
    "consent_objected": "A guardian objected",
    "objection_resolved": "The district decided about the objection",
    "second_guardian_asked": "The form went out to a second guardian",
    "interpreter_asked": "The family asked for an interpreter",
    "interpreter_found": "Somebody interpreted for the family",
    "consent_withdrawn": "The family took the yes back",
    "day_facts_written": "Wrote what helpers must know on the day",
    "glass_broken": "An organizer broke the glass and looked at health facts",
    "student_answered": "The student answered on their own page",
    "seat_given": "Got a seat",
    "consent_expired": "Nobody answered in time",
    "alternate_moved_up": "Moved up: a place is theirs",
    "signup_lapsed": "The roster was locked before everything was there",
    "student_asked_again": "The students’ text has changed: the student is asked again",
}


class Happened(Struct, frozen=True):
    """One line of the history; an extension has a reason, who decided, and until when."""

    at: datetime
    words: str
    reason: str = ""
    decider: str = ""
    until: datetime | None = None


async def of_signup(conn: Connection, row: SignupRow) -> list[Happened]:
    """In its order."""
    facts = [
        Happened(one.created_at, EVENT_WORDS.get(one.kind, one.kind.replace("_", " ").capitalize()))
        for one in await board_queries.facts(conn, row.convening_id, row.id)
    ]
    extensions = [
        Happened(one.created_at, "More time for the family", one.reason, one.decider, one.until)
        for one in await board_queries.extensions(conn, row.id)
    ]
    return sorted([*facts, *extensions], key=lambda one: one.at)
