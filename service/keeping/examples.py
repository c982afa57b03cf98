"""What the API's document shows about what was deleted; a test reads each example with the type that it stands for."""

from typing import Any

NIGHTS: dict[str, Any] = {
    "items": [
        {
            "night": "2027-04-09",
            "started_at": "2027-04-09T08:00:04Z",
            "ended_at": "2027-04-09T08:00:09Z",
            "nothing_was_due": False,
            "kinds": [
                {
                    "kind": "day_facts",
                    "what": "Health, allergies, emergency contacts, who collects a student, and why somebody looked at that",
                    "kept": "30 days after the convening",
                    "gone": 126,
                    "left_over": 0,
                    "cleared": "Written anew",
                    "cleared_at": "2027-04-09T08:00:04Z",
                }
            ],
        }
    ]
}
SCHOOL_ORDER: dict[str, Any] = {"name": "Lake Marlow High"}
SCHOOL_ERASED: dict[str, Any] = {"students": 14}
PERSON_ORDER: dict[str, Any] = {"name": "Tamsin Birchwell"}
PERSON_ERASED: dict[str, Any] = {
    "person_id": "0199e0a6-0461-7c3e-8a51-6d2f0b9c4e17",
    "ordered_at": "2027-04-09T15:20:41Z",
    "done_at": None,
    "what": [],
}
