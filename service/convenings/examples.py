"""What the API's document shows about convenings; a test reads each example with the type that it stands for."""

from typing import Any

DRAFT: dict[str, Any] = {
    "title": "Fall Convening 2027: Belonging and What Comes Next",
    "summary": "Three days in one room with colleagues who do your job somewhere else.",
    "timezone": "America/New_York",
    "starts_at": "2027-10-13T08:30:00-04:00",
    "ends_at": "2027-10-15T12:00:00-04:00",
    "venue": {
        "name": "Lantern Hall Conference House",
        "address": "200 Sample Street NW, Washington, DC",
        "latitude": 38.9072,
        "longitude": -77.0369,
    },
    "capacity": 80,
    "registration_opens_at": "2027-08-02T09:00:00-04:00",
    "registration_closes_at": "2027-10-01T17:00:00-04:00",
    "sessions": [
        {
            "title": "Opening: promises kept and not kept",
            "kind": "plenary",
            "starts_at": "2027-10-13T09:30:00-04:00",
            "ends_at": "2027-10-13T10:45:00-04:00",
            "room": "Great Hall",
        },
        {
            "title": "One policy, ninety days",
            "kind": "workshop",
            "starts_at": "2027-10-14T13:30:00-04:00",
            "ends_at": "2027-10-14T15:00:00-04:00",
            "room": "B12",
            "signup": True,
            "capacity": 24,
        },
    ],
}

PATCH: dict[str, Any] = {
    "capacity": 90,
    "venue": {"name": "Lantern Hall, second floor", "address": "200 Sample Street NW, Washington, DC"},
}

_FACTS: dict[str, Any] = {
    "id": "0199e0a4-5d7b-7cc0-8e52-3f3f6a1d9b10",
    "slug": "fall-convening-2027-belonging-and-what-comes-next",
    "state": "published",
    "phase": "open",
    "title": "Fall Convening 2027: Belonging and What Comes Next",
    "summary": "Three days in one room with colleagues who do your job somewhere else.",
    "timezone": "America/New_York",
    "starts_at": "2027-10-13T12:30:00Z",
    "ends_at": "2027-10-15T16:00:00Z",
    "venue": {
        "name": "Lantern Hall Conference House",
        "address": "200 Sample Street NW, Washington, DC",
        "latitude": 38.9072,
        "longitude": -77.0369,
    },
    "capacity": 80,
    "seats_left": 9,
    "waiting": 0,
    "registration_opens_at": "2027-08-02T13:00:00Z",
    "registration_closes_at": "2027-10-01T21:00:00Z",
    "created_at": "2027-06-01T14:05:11.402118Z",
}

CONVENING: dict[str, Any] = _FACTS | {
    "sessions": [
        {
            "id": "0199e0a4-5d7c-7a41-9c1e-77d1b2f0a6c3",
            "title": "One policy, ninety days",
            "kind": "workshop",
            "track": "",
            "room": "B12",
            "starts_at": "2027-10-14T17:30:00Z",
            "ends_at": "2027-10-14T19:00:00Z",
            "signup": True,
            "capacity": 24,
            "taken": 17,
            "full": False,
            "credit_minutes": 90,
            "code": None,
        }
    ]
}

CANCELLED: dict[str, Any] = CONVENING | {"state": "cancelled", "phase": "cancelled"}
COMPLETED: dict[str, Any] = CONVENING | {"state": "completed", "phase": "completed"}
CONVENING_PAGE: dict[str, Any] = {"items": [_FACTS], "next": None}
