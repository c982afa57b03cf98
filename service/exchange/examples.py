"""What the API's document shows about mail that came in; a test reads each example with the type that it stands for."""

from typing import Any

INBOUND_PAGE: dict[str, Any] = {
    "items": [
        {
            "position": 17,
            "id": "0199e0a6-0459-7a3d-90be-1f0f6ab7c2d4",
            "received_at": "2027-08-03T15:20:41.624310Z",
            "envelope_to": "b+0199e0a604587be38fa0eb63e0ab9f21@bounce.plenary.example",
            "sender": "mailer-daemon@mx.cedar-harbor.example",
            "subject": "Undelivered Mail Returned to Sender",
            "kind": "dsn",
            "outcome": "stopped",
            "reason": "5.1.1 smtp; 550 5.1.1 User unknown",
            "delivery_id": "0199e0a6-0458-7be3-8fa0-eb63e0ab9f21",
            "registration_id": None,
            "partstat": "",
        },
        {
            "position": 18,
            "id": "0199e0a6-0459-7a3d-90be-1f0f6ab7c2d5",
            "received_at": "2027-08-03T15:22:10.118204Z",
            "envelope_to": "convenings@plenary.example",
            "sender": "tamsin.reed@cedar-harbor.example",
            "subject": "Declined: Fall Convening 2027",
            "kind": "reply",
            "outcome": "applied",
            "reason": "the seat was given back",
            "delivery_id": None,
            "registration_id": "0199e0a6-0458-7be3-8fa0-eb63e0ab9f22",
            "partstat": "DECLINED",
        },
    ],
    "next": 18,
}
