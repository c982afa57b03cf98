"""What the API's document shows about the feed of facts; a test reads each example with the type that it stands for."""

from typing import Any

EVENT_PAGE: dict[str, Any] = {
    "items": [
        {
            "position": 4012,
            "id": "0199e0a6-0459-7a3d-90be-1f0f6ab7c2d4",
            "kind": "registration_confirmed",
            "payload": {
                "kind": "registration_confirmed",
                "convening_id": "0199e0a4-5d7b-7cc0-8e52-3f3f6a1d9b10",
                "registration_id": "0199e0a6-0458-7be3-8fa0-eb63e0ab9f21",
            },
            "created_at": "2027-08-03T15:20:41.624310Z",
        }
    ],
    "next": 4012,
}
