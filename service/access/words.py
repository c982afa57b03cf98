"""What pages call roles, and the actions of the audit log."""

from collections.abc import Mapping
from typing import Any

from service.access.rules import Role

ROLE_WORDS: dict[Role, str] = {
    "organizer": "Organizer",
    "front_desk": "Front desk",
    "safety_lead": "Safety lead",
    "moderator": "Moderator",
    "evaluator": "Evaluator",
    "coach": "Coach",
    "member": "Member",
    "school_contact": "School contact",
    "system_admin": "System administrator",
}
ACTION_WORDS = {
    "signed_in": "Signed in",
    "signed_out": "Signed out",
    "session_ended": "Signed out another browser",
    "sign_in_given_up": "Sign-in ended after five wrong codes",
    "role_granted": "Gave a role",
    "role_revoked": "Took a role",
    "token_created": "Made an API token",
    "token_revoked": "Revoked an API token",
    "convening_created": "Made a convening",
    "convening_changed": "Changed a convening",
    "convening_published": "Published a convening",
    "convening_cancelled": "Cancelled a convening",
    "convening_completed": "Completed a convening",
    "convening_removed": "Threw a draft away",
    "agenda_changed": "Changed an agenda",
    "panel_created": "Made a student panel",
    "students_signed_up": "Signed students up",
    "signup_withdrawn": "Withdrew a student",
    "signup_substituted": "Put another student in a place",
    "consent_asked": "Sent a consent form",
    "text_approved": "Approved a consent text",
    "text_published": "Published a consent text",
    "paper_taken": "Took a form in that was signed on paper",
    "evidence_seen": "Looked at the proof of a signature",
    "consent_confirmed": "Confirmed who signed a slip",
    "copy_downloaded": "Downloaded a signed form",
    "copy_tried_again": "Had the PDF of a signed form made again",
    "paper_recorded": "Recorded a form signed on paper",
    "second_guardian_named": "Named a second guardian",
    "objection_recorded": "Took in a written objection",
    "objection_resolved": "Decided about an objection",
    "interpreter_noted": "Noted who interpreted for a family",
    "scan_seen": "Looked at the scan of a signed paper",
    "slip_renewed": "Made a new slip",
    "students_listed": "Printed a school’s own list or slips",
    "signup_extended": "Gave a family more time",
    "safety_list_opened": "Opened the safety list",
    "glass_broken": "Broke the glass: looked at health facts",
    "contacts_typed": "Typed emergency contacts from paper",
    "panel_changed": "Changed a student panel",
    "registration_created": "Registered somebody",
    "registrations_created": "Registered several people",
    "registration_changed": "Changed a registration",
    "registration_withdrawn": "Withdrew a registration",
    "registration_handed_over": "Handed a seat to a colleague",
    "registration_moved_up": "Moved somebody up the waiting list",
    "offer_accepted": "Accepted an offer for somebody",
    "offer_refused": "Refused an offer for somebody",
    "person_invited": "Invited somebody",
    "people_invited": "Invited several people",
    "invitation_revoked": "Ended an invitation",
    "list_exported": "Downloaded a list of people",
    "needs_seen": "Looked at access needs",
    "district_created": "Added a district",
    "district_changed": "Changed a district",
    "school_created": "Added a school",
    "school_changed": "Changed a school",
    "district_removed": "Took a district away",
    "school_removed": "Took a school away",
    "person_created": "Added a person",
    "person_changed": "Changed a person",
    "import_staged": "Read a file of people, not taken in yet",
    "people_imported": "Imported people",
    "profile_changed": "Changed their own details",
    "mail_resent": "Sent a mail again",
    "mail_decided": "Decided about a doubtful mail",
    "mail_tested": "Sent themselves a test mail",
    "suppression_added": "Stopped mail to an address",
    "suppression_ended": "Allowed mail to an address again",
}
THING_WORDS = {
    "person": "Person",
    "convening": "Convening",
    "registration": "Registration",
    "invitation": "Invitation",
    "delivery": "Mail",
    "message": "Kind of mail",
    "address": "Mail address",
    "district": "District",
    "school": "School",
    "import": "File of people",
    "session": "Browser",
    "sign_in": "Sign-in",
    "token": "API token",
}
"""What the things of the audit log are called."""
DETAIL_WORDS = {
    "role": "Role",
    "by": "With",
    "kind": "For",
    "scope": "May",
    "days": "Days",
    "fields": "Changed",
    "session": "Session",
    "removed": "Session taken away",
    "pattern": "Made from",
    "list": "List",
    "people": "People",
    "decision": "Decision",
    "message": "Mail",
    "address": "Mark of the address",
    "to": "To",
    "token": "With the API token",
}
"""What its details are called; those that only ask for another space are written as they are."""
VALUE_WORDS = {
    ("by", "code"): "The code",
    ("by", "link"): "The link",
    ("kind", "usual"): "Their own browser",
    ("kind", "front_desk"): "The front desk’s tablet",
    ("scope", "read"): "Read",
    ("scope", "write"): "Read and change",
    ("session", "new"): "A new one",
}


def detail_in_words(detail: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What is said about an entry beside its thing and its convening, which stand in their own columns."""
    roles = {("role", role): words for role, words in ROLE_WORDS.items()}
    return [
        (DETAIL_WORDS.get(name, name.replace("_", " ").capitalize()), (VALUE_WORDS | roles).get((name, value), str(value)))
        for name, value in detail.items()
        if name != "convening"
    ]
