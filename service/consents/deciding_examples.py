"""What the API's document shows about words of schools and districts; a test reads each with the type that it stands for."""

from typing import Any

from service.consents.examples import SIGNUP

INTERPRETER: dict[str, Any] = {"name": "Hodan Warsame", "role": "District interpreter"}
CONFIRMATION: dict[str, Any] = {
    "confirmed_by": "Tamsin Birchwell",
    "way": "telephone number that the school held",
    "interpreter": INTERPRETER,
}
SECOND: dict[str, Any] = {"name": "Yusuf Camberwell", "language": "en", "email": "yusuf@families.example"}
OBJECTION: dict[str, Any] = {"taken_by": "Tamsin Birchwell"}
RESOLUTION: dict[str, Any] = {
    "decision": "lifted",
    "decided_by": "Ruth Abara",
    "reason": "The court order of this spring leaves the decision to the first guardian.",
}
EXTENSION: dict[str, Any] = {"until": "2027-10-05", "reason": "The letter came back, and the school found them on Monday."}

ASKED: dict[str, Any] = SIGNUP | {"guardian": "asked", "missing": ["The form is out and was not opened."]}
CONFIRMED: dict[str, Any] = SIGNUP | {"guardian": "signed", "missing": ["The student was not asked."]}
HELD: dict[str, Any] = SIGNUP | {
    "guardian": "on_hold_objection",
    "missing": ["A guardian objects. The district decides."],
}
RESOLVED: dict[str, Any] = CONFIRMED
EXTENDED: dict[str, Any] = ASKED | {"deadline_at": "2027-10-06T05:00:00Z"}
