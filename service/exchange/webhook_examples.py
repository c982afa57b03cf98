"""What the API's document shows about webhooks; a test reads each example with the type that it stands for."""

from typing import Any

NEW: dict[str, Any] = {
    "url": "https://hooks.cedar-harbor.example/plenary",
    "description": "Badge printer",
    "kinds": ["registration_confirmed", "registration_withdrawn"],
}
PATCH: dict[str, Any] = {"state": "paused"}
REPLAY: dict[str, Any] = {"after": 4000}
WEBHOOK: dict[str, Any] = {
    "id": "0199e0a6-0461-7c3e-8a51-6d2f0b9c4e17",
    "url": "https://hooks.cedar-harbor.example/plenary",
    "description": "Badge printer",
    "kinds": ["registration_confirmed", "registration_withdrawn"],
    "state": "active",
    "reason": "",
    "position": 4012,
    "owed": 2,
    "failing_since": None,
    "former_secret_until": None,
    "created_at": "2027-08-02T13:00:00Z",
}
PAUSED: dict[str, Any] = WEBHOOK | {"state": "paused"}
WEBHOOK_LIST: dict[str, Any] = {"items": [WEBHOOK]}
MADE: dict[str, Any] = {
    "webhook": WEBHOOK | {"owed": 0},
    "secret": "whsec_bm90LWEtc2VjcmV0LW9ubHktYW4tZXhhbXBsZS1vZi0=",
}
SECRET: dict[str, Any] = {
    "secret": "whsec_bm90LWEtc2VjcmV0LW9ubHktYW4tZXhhbXBsZS1vZi0=",
    "former_secret_until": "2027-08-04T15:20:41Z",
}
REPLAYED: dict[str, Any] = {"after": 4000, "up_to": 4012}
TESTED: dict[str, Any] = {"kind": "webhook_tested"}
ATTEMPT_PAGE: dict[str, Any] = {
    "items": [
        {
            "id": "0199e0a6-0462-7f12-b7a4-2c9d1e5f8a30",
            "event_id": "0199e0a6-0459-7a3d-90be-1f0f6ab7c2d4",
            "position": 4012,
            "kind": "registration_confirmed",
            "attempt": 1,
            "outcome": "failed",
            "status": 503,
            "error": "it answered 503",
            "milliseconds": 212,
            "started_at": "2027-08-03T15:20:42.120000Z",
        }
    ],
    "next": None,
}
