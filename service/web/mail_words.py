"""What pages call mails and the states of their deliveries; pages of registrations say it too."""

KIND_WORDS = {
    "confirm_address": "Please confirm your address",
    "invite": "Calendar invitation",
    "waitlisted": "You are on the list",
    "offer": "A seat is offered",
    "offer_expired": "The offer ran out",
    "changed": "Something changed",
    "cancelled": "It does not take place",
    "withdrawn": "The seat was given back",
    "decline_asked": "Did you mean to decline?",
    "address_moved": "The address was changed",
    "address_changed": "The address for signing in was changed",
    "your_registration": "You are registered already",
    "reminder": "Reminder",
    "invitation": "Personal invitation",
    "sign_in": "Code and link to sign in",
    "consent_code": "Code to sign a form",
    "certificate_ready": "Certificate of attendance",
    "door_notice": "Notice to who keeps the door",
    "glass_alert": "Alert: the glass was broken",
    "consent_form": "Form for a family",
    "consent_reminder": "Reminder of the form",
    "logistics": "Times and place for a family",
    "called_off": "The event does not take place, to a family",
    "consent_copy": "Copy of a signed form",
    "consent_receipt": "Receipt of a family's change",
    "school_notice": "Notice to a school",
    "survey_ask": "Survey",
    "family_survey": "Survey, to a family",
    "family_report": "What adults did with what students said, to a family",
    "bulk_message": "Message from the organizers",
    "report_due": "Students wait for an answer",
    "coaching_booked": "A conversation with a coach is booked",
    "coaching_moved": "A conversation with a coach was moved",
    "coaching_off": "A conversation with a coach was cancelled",
    "coaching_decline_asked": "Did you mean to decline the conversation?",
    "coaching_reminder": "Reminder of conversations with coaches",
    "your_coach": "Who coaches a member",
    "your_members": "Whom a coach coaches",
    "materials_ready": "Materials are there",
}
STATE_MARKS: dict[str, tuple[str, str]] = {
    "queued": ("", "Owed"),
    "sending": ("part", "Being sent"),
    "handover": ("part", "At the server"),
    "sent": ("yes", "Sent"),
    "dead": ("shut", "Not delivered"),
    "unknown": ("act", "In doubt"),
    "cancelled": ("shut", "Not needed"),
    "expired": ("shut", "Too late"),
}
"""By the state of the delivery: the class of the mark, and its word."""


def kind_words(kind: str) -> str:
    """A kind in plain words."""
    return KIND_WORDS.get(kind, kind.replace("_", " ").capitalize())
