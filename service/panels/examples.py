"""What the API's document shows about panels; a test reads each example with the type that it stands for."""

from typing import Any

TOPICS: dict[str, Any] = {
    "items": [
        {
            "code": "career_readiness",
            "label": {"en": "Jobs and college", "es": "Trabajo y universidad"},
            "prompt": "What do you wish you knew a year ago?",
            "areas": [8],
            "state_flags": [],
            "explicit_optin": False,
        }
    ]
}

DRAFT: dict[str, Any] = {
    "session_id": "0199e0a4-5d7b-7cc0-8e52-3f3f6a1d9b11",
    "seats": 7,
    "topics": ["school_culture", "race"],
    "moderator_id": "0199e0a4-5d7b-7cc0-8e52-3f3f6a1d9b44",
    "recording": "staff_notes",
    "audience_rules": "No photos. Notes without names.",
    "holds": [
        {
            "school_id": "0199e0a4-5d7b-7cc0-8e52-3f3f6a1d9b71",
            "places": 2,
            "held_until": "2027-09-20T17:00:00-04:00",
        }
    ],
}

PATCH: dict[str, Any] = {"seats": 8, "topics": ["school_culture", "race", "career_readiness"]}

PANEL: dict[str, Any] = {
    "id": "0199e0a6-11aa-7d21-9a3f-7c1f5be0a001",
    "session_id": "0199e0a4-5d7b-7cc0-8e52-3f3f6a1d9b11",
    "convening_id": "0199e0a4-5d7b-7cc0-8e52-3f3f6a1d9b10",
    "title": "Student panel C: Belonging at school",
    "room": "Long Gallery",
    "starts_at": "2027-10-13T15:00:00Z",
    "ends_at": "2027-10-13T16:15:00Z",
    "seats": 7,
    "taken": 3,
    "asked": 5,
    "topics": ["school_culture", "race"],
    "moderator_id": "0199e0a4-5d7b-7cc0-8e52-3f3f6a1d9b44",
    "recording": "staff_notes",
    "audience_rules": "No photos. Notes without names.",
    "holds": [
        {
            "school_id": "0199e0a4-5d7b-7cc0-8e52-3f3f6a1d9b71",
            "school": "Lake Marlow High",
            "places": 2,
            "held_until": "2027-09-20T21:00:00Z",
            "filled": 1,
        }
    ],
}

PANELS: dict[str, Any] = {"items": [PANEL]}
