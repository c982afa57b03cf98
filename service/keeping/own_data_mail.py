"""Mails to an adult, from them, and about mails to them, for their own file."""

from collections.abc import AsyncGenerator
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from service import db
from service.db import Connection


class OwnMail(Struct, frozen=True):
    """A mail to them; what it said is kept for a month."""

    at: datetime
    sent_at: datetime | None
    kind: str
    state: str
    to: str
    said: Any


class OwnLetter(Struct, frozen=True):
    """A mail from them, or about an address of theirs; the words are kept for a month."""

    received_at: datetime
    sender: str
    subject: str
    words: str
    outcome: str


def mails(conn: Connection, person_id: UUID) -> AsyncGenerator[list[OwnMail]]:
    """The latest first. Of an anonymous survey's mails nobody keeps a list, and there is none here; of students nothing."""
    return db.portions(
        conn,
        OwnMail,
        """select d.created_at as at, d.sent_at, d.kind, d.state, d.recipient as to,
                  case when d.signup_id is null then d.message else '{}'::jsonb end as said
             from delivery d
            where d.person_id = $1
              and not (d.kind in ('survey_ask', 'family_survey')
                       and exists (select from survey_invitation i join survey s on s.id = i.survey_id
                                    where i.id = d.subject_id and s.privacy = 'anonymous'))
            order by d.created_at desc, d.id""",
        person_id,
    )


def letters(conn: Connection, person_id: UUID) -> AsyncGenerator[list[OwnLetter]]:
    """What came in from an address of theirs, now or before, as an answer of their calendar, or about a mail to them."""
    return db.portions(
        conn,
        OwnLetter,
        """with mine as (select email_key as key from person where id = $1
                  union select lower(email) from former_address where person_id = $1)
           select m.received_at, m.sender, m.subject, coalesce(m.said, '') as words, coalesce(m.outcome, '') as outcome
             from inbound_mail m
            where m.registration_id in (select id from registration where person_id = $1)
               or lower(m.sender) in (select key from mine)
               or m.delivery_id in (select id from delivery where person_id = $1 and signup_id is null
                                       and kind not in ('survey_ask', 'family_survey'))
            order by m.received_at, m.id""",
        person_id,
    )
