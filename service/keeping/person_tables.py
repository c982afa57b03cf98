"""Every place where the database knows a person, what erasing them does there, and where they read it of themselves.

A test goes through the schema: a new column that refers to a person without a line here fails it.
"""

from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias

from msgspec import Struct

Erasing: TypeAlias = Literal["deleted", "emptied", "kept"]
"""The rows go; they lose names, addresses and words; they keep the id of somebody who has no name any more."""

ACT = "what they did in their office: the record is of something else, or of somebody else"
APART = "what an organizer said of two entries is as much about the other"
ALIKE = "that two names are alike, which anybody can see who reads both"
HERS = "it stands in the audit log, which is shown"


class Place(Struct, frozen=True):
    """One column. `shown` names the part of the download; empty: it is not in it, and `why` says so."""

    column: str
    erasing: Erasing
    shown: str
    why: str = ""


PLACES: Sequence[Place] = (
    Place("api_token.created_by", "deleted", "keys"),
    Place("audit_entry.person_id", "kept", "acts"),
    Place("answer_review.first_by", "kept", "", ACT),
    Place("answer_review.second_by", "kept", "", ACT),
    Place("attendance_correction.person_id", "kept", "", ACT),
    Place("bulk_message.written_by", "kept", "", HERS),
    Place("bulk_recipient.person_id", "deleted", "", "the mail that they got is among the mails to them"),
    Place("calendar_entry.person_id", "deleted", "conversations"),
    Place("calendar_feed.person_id", "deleted", "keys"),
    Place("coach.person_id", "deleted", "person"),
    Place("coach_booking.member_id", "deleted", "conversations"),
    Place(
        "coach_note.coach_id", "deleted", "", "it is about somebody else; what is shared stands in that person’s own file"
    ),
    Place("coach_note.member_id", "deleted", "notes"),
    Place("coach_slot.coach_id", "deleted", "conversations"),
    Place("commitment.person_id", "deleted", "answers"),
    Place("delivery.person_id", "emptied", "mails"),
    Place("disclosure.person_id", "kept", "", "the log is of the students, and belongs to them"),
    Place("erasure.person_id", "kept", "", ACT),
    Place("former_address.person_id", "deleted", "addresses"),
    Place("glass_break.person_id", "kept", "", HERS),
    Place("import_file.person_id", "deleted", "", "files of other people; what became of their rows"),
    Place("inbound_mail.seen_by", "kept", "", ACT),
    Place("interpreter_request.done_by", "kept", "", ACT),
    Place("invitation.person_id", "deleted", "invitations"),
    Place("legal_hold.begun_by", "kept", "", HERS),
    Place("legal_hold.ended_by", "kept", "", HERS),
    Place("likeness.one_id", "deleted", "", ALIKE),
    Place("likeness.other_id", "deleted", "", ALIKE),
    Place("likeness_due.person_id", "deleted", "", ALIKE),
    Place("material.created_by", "kept", "", HERS),
    Place("material_notice.made_by", "kept", "", HERS),
    Place("media_item.created_by", "kept", "", HERS),
    Place("media_student.down_by", "kept", "", HERS),
    Place("membership.coach_id", "emptied", "roles"),
    Place("membership.person_id", "deleted", "person"),
    Place("merged_district.merged_by", "kept", "", HERS),
    Place("merged_person.merged_by", "kept", "", HERS),
    Place("merged_person.person_id", "kept", "", "an id that leads to the entry which all of this is of"),
    Place("merged_school.merged_by", "kept", "", HERS),
    Place("named_quote.shown_by", "kept", "", ACT),
    Place("panel.moderator_id", "emptied", "roles"),
    Place("person_erasure.ordered_by", "kept", "", HERS),
    Place("person_erasure.person_id", "kept", "", "it is there only when they are not"),
    Place("registration.person_id", "emptied", "registrations"),
    Place("registration_note.person_id", "kept", "", ACT),
    Place("role_grant.granted_by", "kept", "", HERS),
    Place("role_grant.person_id", "deleted", "roles"),
    Place("scan.person_id", "kept", "", ACT),
    Place("scan_undo.person_id", "kept", "", ACT),
    Place("school_contact.person_id", "deleted", "person"),
    Place("sign_in.person_id", "deleted", "visits"),
    Place("signup.created_by", "kept", "", HERS),
    Place("signup_extension.person_id", "kept", "", HERS),
    Place("student_export.person_id", "kept", "", HERS),
    Place("student_request.done_by", "kept", "", HERS),
    Place("survey_invitation.person_id", "deleted", "answers"),
    Place("told_apart.one_id", "deleted", "", APART),
    Place("told_apart.other_id", "deleted", "", APART),
    Place("told_apart.told_by", "kept", "", HERS),
    Place("web_session.person_id", "deleted", "visits"),
    Place("webhook.kept_by", "emptied", "", HERS),
)
BEHIND: Mapping[str, str] = {
    "registration_session": "registrations",
    "badge": "registrations",
    "scan": "presence",
    "attendance_correction": "corrections",
    "registration_note": "corrections",
    "certificate": "certificates",
    "credit_claim": "certificates",
    "calendar_entry": "registrations",
    "answer_source": "answers",
    "named_quote": "answers",
    "inbound_mail": "letters",
    "suppression": "addresses",
    "opt_out": "addresses",
}
"""What hangs on one of these, or on an address of theirs, and where it is shown."""
OF_A_PERSON = tuple(
    sorted(
        {place.column.partition(".")[0] for place in PLACES if place.erasing != "kept"}
        | {"person", "registration_note", "attendance_correction", "certificate", "document", "calendar_entry"}
        | {"inbound_mail", "answer", "answer_source", "named_quote", "suppression", "opt_out", "idempotency_key"}
    )
)
"""Tables in which rows die when somebody is erased."""
