"""What the API's document shows about the door; a test reads each example with the type that it stands for."""

import base64
from typing import Any

CONVENING = "0199e0a4-5d7b-7cc0-8e52-3f3f6a1d9b10"
SESSION = "0199e0a4-5d7c-7a41-9c1e-77d1b2f0a6c3"
REGISTRATION = "0199e0a6-0458-7be3-8fa0-eb63e0ab9f21"
SIGNUP = "0199e0a7-11d2-7f60-9a3c-5d0c1f7b6e42"
SCAN = "5f1c0f64-9d7c-4a0e-8b5d-1f0a4b8c2d11"

CHECK_INS: dict[str, Any] = {
    "convening_id": CONVENING,
    "sent_at": "2027-03-10T08:41:20-05:00",
    "scans": [
        {"scan_id": SCAN, "code": "K7QM3 XNP2W", "direction": "in", "at": "2027-03-10T08:41:07-05:00", "device": "tablet 1"},
        {
            "scan_id": "0f7a2d0e-3a41-4b0c-9d0f-6a1f2c3b4d5e",
            "signup_id": SIGNUP,
            "direction": "out",
            "at": "2027-03-10T08:41:19-05:00",
            "device": "tablet 1",
            "released_to": "Ottoline Whitmoor",
            "id_checked": True,
        },
    ],
}
OUTCOMES: dict[str, Any] = {
    "outcomes": [
        {"scan_id": SCAN, "outcome": "recorded"},
        {"scan_id": "0f7a2d0e-3a41-4b0c-9d0f-6a1f2c3b4d5e", "outcome": "already"},
    ]
}
WALK_IN: dict[str, Any] = {
    "id": "9b1d1c52-7a35-4f04-8c0e-2f8f1f6a7b10",
    "name": "Percival Oakhurst-Lamb",
    "email": "percival.oakhurst-lamb@silver-sage.example",
    "title": "Deputy Superintendent",
    "district": "Silver Sage Unified",
    "at": "2027-03-10T09:20:00-05:00",
    "device": "tablet 1",
}
WALKED_IN: dict[str, Any] = {"id": "9b1d1c52-7a35-4f04-8c0e-2f8f1f6a7b10", "registration_id": REGISTRATION}
ATTENDANCE: dict[str, Any] = {
    "convening_id": CONVENING,
    "as_of": "2027-03-10T18:00:00Z",
    "totals": {
        "registered": 32,
        "arrived": 1,
        "on_site": 1,
        "no_show": 0,
        "left_early": 0,
        "walk_ins": 0,
        "students_on_panel": 1,
        "students_signed_in": 1,
        "students_not_cleared": 4,
        "minors_on_site": 1,
        "adults_on_site": 1,
    },
    "people": [
        {
            "registration_id": REGISTRATION,
            "name": "Tamsin Birchwell",
            "status": "attended",
            "on_site": True,
            "arrived_at": "2027-03-10T13:41:07Z",
            "left_at": None,
            "sessions": [{"session_id": SESSION, "minutes": 75}],
            "minutes": 75,
            "hours": "1.25",
            "corrected": False,
        }
    ],
    "students": [
        {
            "signup_id": SIGNUP,
            "name": "Marisol",
            "school": "Silver Sage High",
            "panel": "Belonging at school",
            "on_site": True,
            "signed_in_at": "2027-03-10T15:20:00Z",
            "signed_in_by": "Shirin Daylight",
            "signed_out_at": None,
            "signed_out_to": "",
            "release": None,
        }
    ],
    "sessions": [{"session_id": SESSION, "title": "Belonging at school", "room": "Main hall", "present": 1, "now": 1}],
    "minors_on_site": {
        "minors": 1,
        "adults": 1,
        "adults_needed": 2,
        "kept": False,
        "broken": ["There must be at least 2 adults where there is a minor."],
        "incidents": [],
    },
}
ROSTER: dict[str, Any] = {
    "convening_id": CONVENING,
    "title": "Spring Convening 2027: Belonging",
    "time_zone": "America/New_York",
    "starts_at": "2027-03-10T13:30:00Z",
    "ends_at": "2027-03-12T17:00:00Z",
    "made_at": "2027-03-10T12:00:00Z",
    "expires_at": "2027-03-11T00:00:00Z",
    "salt": "9d7c4a0e8b5d1f0a",
    "rule": {"minors_per_adult": 10, "least_adults": 2},
    "leads": ["Odalys Brightwater"],
    "sessions": [
        {
            "id": SESSION,
            "title": "Belonging at school",
            "room": "Main hall",
            "starts_at": "2027-03-10T16:00:00Z",
            "ends_at": "2027-03-10T17:15:00Z",
        }
    ],
    "people": [
        {
            "registration_id": REGISTRATION,
            "code": "K7QM3XNP2W",
            "name": "Tamsin Birchwell",
            "place": "Director of Equity, Cedar Harbor Public Schools",
            "is_here": False,
            "arrived_at": None,
        }
    ],
    "students": [
        {
            "signup_id": SIGNUP,
            "code": "2P9XW7KQ0M",
            "name": "Marisol",
            "school": "Silver Sage High",
            "panel": "Belonging at school",
            "starts_at": "2027-03-10T16:00:00Z",
            "lanyard": "N",
            "lanyard_words": "No photos",
            "has_health_flag": False,
            "ask_first": False,
            "may_go_alone": True,
            "is_minor": True,
            "releases": ["6c1d0f3a9b2e4d5f8a7b6c5d"],
            "school_adults": ["Shirin Daylight"],
            "is_here": False,
            "arrived_at": None,
        }
    ],
    "incidents": [],
}

FILE: dict[str, str] = {
    "csv": base64.b64encode(b"Name,Standing,Minutes\r\nTamsin Birchwell,Came,255\r\n").decode(),
    "xlsx": base64.b64encode(b"PK").decode(),
    "jsonl": base64.b64encode(
        b'{"about":{"list":"Attendance","of":"Fall Convening","made_at":"2027-10-20T15:20:41Z",'
        b'"time_zone":"America/New_York"},"columns":{"name":"Name","standing":"Standing","minutes":"Minutes"}}\n'
        b'{"name":"Tamsin Birchwell","standing":"Came","minutes":255}\n'
    ).decode(),
}
"""Of a file in each format, in base64 and shortened."""
