"""The copy that stands on a family's page after it has signed."""

from datetime import datetime

from litestar.response import Template

from service.consents import at_door, copies, evidence, family_showing
from service.consents.answer_rules import Signature
from service.consents.answer_words import in_words
from service.consents.carrying import Carried
from service.consents.family_door import Door
from service.consents.speaking import Spoken
from service.db import Connection


async def copy_page(conn: Connection, door: Door, spoken: Spoken, now: datetime, carried: Carried | None = None) -> Template:
    """What was signed, word for word as the evidence has it (E5)."""
    newest = await copies.newest(conn, door.signup.id, door.consent.id)
    entry, proof = await evidence.newest_signature(conn, door.signup.id, door.consent.id, Signature)
    zone = door.about.family_zone
    given = family_showing.context(door, spoken, now, carried) | {
        "proof": proof,
        "hash": entry.hash.hex(),
        "answers": in_words(proof.answers, door.topics, spoken) + await at_door.said(conn, door.signup.id, spoken, zone),
        "signed_at": spoken.moment(proof.at, zone),
        "for_the_day": proof.answers.join == "yes" and now < door.about.convening_ends_at,
        "pdf": newest.state if newest else "owed",
        "may_change": door.entry == "consent" and door.has_mail,
    }
    return family_showing.page("family_copy.html", given)
