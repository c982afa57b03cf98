"""What the API's document shows about coaching; a test reads each example with the type that it stands for."""

from typing import Any

SLOTS: dict[str, Any] = {
    "free": 1,
    "booked": 1,
    "items": [
        {
            "id": "0199e0a6-11aa-7d21-9a3f-7c1f5be0b001",
            "coach_id": "0199e0a4-5d7b-7cc0-8e52-3f3f6a1d9b44",
            "coach_name": "Marisela Quillfeather",
            "starts_at": "2027-03-11T19:00:00Z",
            "ends_at": "2027-03-11T19:30:00Z",
            "place": "Garden Room",
            "audience": "own",
            "state": "booked",
        },
        {
            "id": "0199e0a6-11aa-7d21-9a3f-7c1f5be0b002",
            "coach_id": "0199e0a4-5d7b-7cc0-8e52-3f3f6a1d9b44",
            "coach_name": "Marisela Quillfeather",
            "starts_at": "2027-03-11T19:30:00Z",
            "ends_at": "2027-03-11T20:00:00Z",
            "place": "Garden Room",
            "audience": "network",
            "state": "free",
        },
    ],
    "next": None,
}
