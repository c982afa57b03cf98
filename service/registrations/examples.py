"""What the API's document shows about registrations; a test reads each example with the type that it stands for."""

import base64
from typing import Any

REGISTER: dict[str, Any] = {
    "name": "Tamsin Birchwell",
    "email": "tamsin.birchwell@cedar-harbor.example",
    "title": "Director of Equity",
    "district": "Cedar Harbor Public Schools",
    "dietary": "Vegetarian",
    "sessions": ["0199e0a4-5d7c-7a41-9c1e-77d1b2f0a6c3"],
}

_URL = "https://plenary.example/r/AZngpgRYe-OPoOtj4KufIWB4nL1jSJO4wX1iFSXgXzo"

REGISTERED: dict[str, Any] = {
    "id": "0199e0a6-0458-7be3-8fa0-eb63e0ab9f21",
    "state": "confirmed",
    "position": None,
    "manage_url": _URL,
}

REGISTRATION: dict[str, Any] = {
    "id": "0199e0a6-0458-7be3-8fa0-eb63e0ab9f21",
    "convening_id": "0199e0a4-5d7b-7cc0-8e52-3f3f6a1d9b10",
    "state": "confirmed",
    "position": None,
    "name": "Tamsin Birchwell",
    "email": "tamsin.birchwell@cedar-harbor.example",
    "title": "Director of Equity",
    "district": "Cedar Harbor Public Schools",
    "dietary": "Vegetarian",
    "access_needs": "",
    "sessions": [{"id": "0199e0a4-5d7c-7a41-9c1e-77d1b2f0a6c3", "placed": True}],
    "source": "organizer",
    "held_until": None,
    "offered_until": None,
    "created_at": "2027-08-03T15:20:41.624310Z",
    "changed_at": "2027-08-03T15:20:41.624310Z",
    "manage_url": _URL,
}

WITHDRAWN: dict[str, Any] = REGISTRATION | {"state": "withdrawn", "changed_at": "2027-09-14T08:02:10.000311Z"}
DECLINED: dict[str, Any] = REGISTRATION | {"state": "declined", "changed_at": "2027-09-14T08:02:10.000311Z"}
REGISTRATION_PAGE: dict[str, Any] = {"items": [REGISTRATION], "next": None}
FILE: dict[str, str] = {
    "csv": base64.b64encode(b"Name,Mail address\r\nTamsin Birchwell,tamsin.birchwell@cedar-harbor.example\r\n").decode(),
    "xlsx": base64.b64encode(b"PK").decode(),
    "jsonl": base64.b64encode(
        b'{"about":{"list":"Registrations","of":"Fall Convening","made_at":"2027-08-03T15:20:41Z",'
        b'"time_zone":"America/New_York"},"columns":{"name":"Name","email":"Mail address"}}\n'
        b'{"name":"Tamsin Birchwell","email":"tamsin.birchwell@cedar-harbor.example"}\n'
    ).decode(),
}
"""Of a file in each format, in base64 and shortened."""
CHANGE: dict[str, Any] = {"access_needs": "Step-free route, a seat near the front", "sessions": []}
INVITE: dict[str, Any] = {
    "name": "Solveig Lindqvist",
    "email": "solveig.lindqvist@cedar-harbor.example",
    "mail": False,
}
INVITATION: dict[str, Any] = {
    "id": "0199e0a7-1b2c-7d3e-9f40-5162738495a6",
    "invitation_url": "https://plenary.example/i/AZngpxssfT6fQFFic4SVpneU1p6kqXAWWlDeJjnbJxM",
}

BATCH: dict[str, Any] = {
    "registrations": [
        {"name": "Tamsin Birchwell", "email": "tamsin.birchwell@cedar-harbor.example"},
        {"name": "Ignacio Ferreira", "email": "ignacio.ferreira"},
    ]
}
OUTCOMES: dict[str, Any] = {
    "outcomes": [
        {"status": 201, "registration": REGISTERED},
        {
            "status": 422,
            "problem": {
                "type": "https://plenary.example/api/v1/docs#invalid",
                "title": "Write a mail address like name@school.org.",
                "status": 422,
                "detail": "Write a mail address like name@school.org. An email address must have an @-sign.",
                "code": "invalid",
                "errors": [
                    {
                        "pointer": "/registrations/1/email",
                        "detail": "Write a mail address like name@school.org. An email address must have an @-sign.",
                    }
                ],
            },
        },
    ]
}
