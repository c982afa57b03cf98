"""For each place where the database names a person: what becomes of it when a second entry goes.

A test compares this with the schema, so that nobody adds a reference to `person` without deciding. `follow_merge` of
schema.sql moves what can simply move; `writes.py` does the rest.
"""

from collections.abc import Mapping
from typing import Literal, TypeAlias

Fate: TypeAlias = Literal[
    "moves",  # it is the kept one's
    "joins",  # it is the kept one's, and where both have one, the two become one
    "ends",  # it goes with the entry that goes
    "written",  # the kept one's row is written anew from what was chosen
    "stays",  # it only grows: whoever reads it finds the kept one through merged_person
]

DECISIONS: Mapping[str, Fate] = {
    "api_token.created_by": "moves",
    "answer_review.first_by": "moves",
    "answer_review.second_by": "joins",  # two readers who were one: a second one is needed again
    "attendance_correction.person_id": "moves",
    "audit_entry.person_id": "stays",
    "bulk_message.written_by": "moves",
    "bulk_recipient.person_id": "joins",
    "calendar_feed.person_id": "ends",  # as when an address is corrected
    "calendar_entry.person_id": "moves",  # of conversations: the kept address gets them as when an address is corrected
    "coach.person_id": "written",
    "coach_booking.member_id": "moves",  # of two conversations at one time the former one's is cancelled first
    "coach_note.coach_id": "moves",  # sealed for its row, whoever it is about
    "coach_note.member_id": "moves",
    "coach_slot.coach_id": "moves",  # of two free slots at one time the former one's is taken away first
    "commitment.person_id": "joins",
    "delivery.person_id": "moves",  # what is owed goes to the kept address, once
    "disclosure.person_id": "stays",
    "erasure.person_id": "stays",
    "former_address.person_id": "moves",
    "glass_break.person_id": "moves",
    "import_file.person_id": "moves",
    "inbound_mail.seen_by": "moves",
    "interpreter_request.done_by": "moves",
    "invitation.person_id": "joins",
    "legal_hold.begun_by": "moves",
    "likeness.one_id": "ends",
    "likeness.other_id": "ends",
    "likeness_due.person_id": "ends",
    "legal_hold.ended_by": "moves",
    "material.created_by": "moves",
    "material_notice.made_by": "moves",
    "media_item.created_by": "moves",
    "media_student.down_by": "moves",
    "membership.coach_id": "moves",  # whom they coached
    "membership.person_id": "written",
    "merged_district.merged_by": "moves",
    "merged_person.merged_by": "moves",
    "merged_person.person_id": "moves",  # who was merged into them before
    "merged_school.merged_by": "moves",
    "named_quote.shown_by": "moves",
    "panel.moderator_id": "moves",
    "person_erasure.ordered_by": "stays",
    "person_erasure.person_id": "stays",  # nobody who was erased is merged
    "registration.person_id": "moves",  # of two live ones for one convening the worse is withdrawn first
    "registration_note.person_id": "moves",
    "role_grant.granted_by": "moves",
    "role_grant.person_id": "joins",
    "scan.person_id": "moves",
    "scan_undo.person_id": "moves",
    "school_contact.person_id": "written",
    "sign_in.person_id": "moves",  # and is over
    "signup.created_by": "moves",
    "signup_extension.person_id": "moves",
    "student_export.person_id": "stays",
    "student_request.done_by": "moves",
    "survey_invitation.person_id": "joins",
    "told_apart.one_id": "joins",
    "told_apart.other_id": "joins",
    "told_apart.told_by": "moves",
    "web_session.person_id": "ends",
    "webhook.kept_by": "moves",
}
