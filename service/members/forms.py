"""The forms of this slice: as the structs that actions take, and filled in with what is known."""

from datetime import datetime
from uuid import UUID

from service.errors import Refused
from service.members.office_queries import WholePerson
from service.members.rules import (
    Coaching,
    Contact,
    Details,
    Membership,
    NoSuchCoach,
    NoSuchDistrict,
    NoSuchSchool,
    Person,
    PersonForm,
    year,
)
from service.text import email_address
from service.text import time_zone as known_zone
from service.web.forms import Form, build

NEEDED = {"name": "Write the name.", "email": "Write a mail address like name@school.org."}


def own_zone(text: str) -> str:
    """A zone of one's own, or none; raises NoSuchZone."""
    return known_zone(text, "/time_zone") if text else text


TICKS = frozenset({"is_member", "is_coach", "is_contact"})
PERSON = frozenset(PersonForm.__struct_fields__) | TICKS
"""The fields of the organizer's form about a person."""
LISTING = frozenset({"listed", "email_listed"})
DETAILS = frozenset(Details.__struct_fields__)
"""The fields of one's own form; with LISTING for whoever can be in the directory."""
CHECKS = {"email": email_address, "time_zone": own_zone}


def person(form: Form) -> Person | None:
    """A person as they are to stand, or None with the sentences in the form."""
    given = build(form, PersonForm, needed=NEEDED, checks=CHECKS)
    if given is None:
        return None
    try:
        return Person(
            name=given.name,
            email=email_address(given.email),
            title=given.title,
            district_id=_choice(given.district, NoSuchDistrict(pointer="/district")),
            time_zone=given.time_zone or None,
            pronouns=given.pronouns,
            dietary=given.dietary,
            access_needs=given.access_needs,
            badge_name=given.badge_name,
            membership=_membership(given) if form.chosen("is_member") else None,
            coaching=Coaching(given.bio) if form.chosen("is_coach") else None,
            contact=_contact(given) if form.chosen("is_contact") else None,
        )
    except Refused as refusal:
        form.refuse(refusal)
        return None


def _membership(given: PersonForm) -> Membership:
    return Membership(year(given.joined), _choice(given.coached_by, NoSuchCoach(pointer="/coached_by")))


def _contact(given: PersonForm) -> Contact:
    missing = NoSuchSchool(pointer="/school")
    school_id = _choice(given.school, missing)
    if school_id is None:
        raise missing
    return Contact(school_id, given.contact_role, given.phone)


def _choice(text: str, refusal: Refused) -> UUID | None:
    """What was chosen from a list, or nothing; raises the refusal for what is no id."""
    try:
        return UUID(text) if text else None
    except ValueError:
        raise refusal from None


def in_words(row: WholePerson) -> dict[str, str]:
    """What stands in the choices of the form, as the page names it."""
    return {"district": row.district_name, "coached_by": row.coach_name, "school": row.school_name}


def details(form: Form) -> Details | None:
    """What people say about themselves, or None with the sentences in the form."""
    return build(form, Details, needed={}, checks=CHECKS)


def of_nobody(now: datetime) -> Form:
    """The empty form."""
    return Form({"joined": [str(now.year)]})


def of_person(row: WholePerson, now: datetime) -> Form:
    """A person as they stand, filled in."""
    ticks = {"is_member": row.joined_year is not None, "is_coach": row.coaches, "is_contact": row.school_id is not None}
    texts = {
        "name": row.name,
        "email": row.email,
        "title": row.title,
        "district": str(row.district_id or ""),
        "time_zone": row.time_zone,
        "pronouns": row.pronouns,
        "dietary": row.dietary,
        "access_needs": row.access_needs,
        "badge_name": row.badge_name,
        "joined": str(row.joined_year or now.year),
        "coached_by": str(row.coach_id or ""),
        "bio": row.bio,
        "school": str(row.school_id or ""),
        "contact_role": row.contact_role,
        "phone": row.phone,
        "about": row.about,
    }
    ticks |= {"listed": row.listed, "email_listed": row.email_listed}
    return Form({name: [text] for name, text in texts.items()} | {name: ["yes"] for name, set_ in ticks.items() if set_})
