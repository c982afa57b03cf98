"""Tables of which nothing goes by itself, and why: each either names nobody, or goes with something else, or by order."""

from collections.abc import Mapping

IDS = "ids and words of our own"
OURS = "what the network says of itself: it names nobody who asked for anything"
BY_ORDER = "as long as they are part of the network; it goes when an organizer ends it or they are erased"

STAYS: Mapping[str, str] = {
    "schema_mark": OURS,
    "api_token": "until it is revoked or has expired, as a hash; it goes when its maker organizes no more",
    "district": OURS,
    "school": OURS,
    "coach": BY_ORDER,
    "membership": BY_ORDER,
    "school_contact": BY_ORDER,
    "role_grant": BY_ORDER,
    "convening": OURS,
    "session": OURS,
    "topic": OURS,
    "panel": OURS,
    "panel_topic": OURS,
    "panel_hold": OURS,
    "consent_version": OURS,
    "consent_text": "published texts are part of what people signed; who answers for a translation is named in it",
    "student_questions": OURS,
    "evidence": "the chain of hashes: with the bodies gone it shows that nothing was changed, and nothing else",
    "evidence_head": "how each chain ends",
    "disclosure": f"who saw which kind of fact about a student, without the student’s name: {IDS}",
    "supervision": OURS,
    "scan_undo": IDS,
    "credit_profile": OURS,
    "student_export": f"which files of students were taken along: {IDS}",
    "media_item": "as long as it is published; it names nobody",
    "media_student": f"what must come down outlives the student: {IDS}",
    "student_request": f"that a family asked and was answered: {IDS}",
    "legal_hold": "why nothing was deleted, for whoever asks later; it names no student",
    "erasure": f"the tombstones: {IDS}",
    "person_erasure": "the tombstones of adults, with a mark of each address that cannot be read backwards",
    "retention_run": "what was deleted, in numbers",
    "survey": "questions, and what was counted of the answers",
    "survey_theme": "what was counted of the answers",
    "report_back": OURS,
    "event": f"what happened: {IDS}",
    "clock_tick": f"what the clock has said, so that it says it once: {IDS}",
    "suppression": "addresses that we do not write to, until somebody allows it again or they are erased",
    "opt_out": "who asked for no more of a kind of mail, until they want it again or are erased",
    "convening_entry": OURS,
    "webhook": "until an organizer removes it",
    "webhook_call": "until the other program was told, and no longer",
    "heartbeat": "until a worker has been silent for an hour",
}
