"""What the API's document shows about deliveries; a test reads each example with the type that it stands for."""

from typing import Any

DELIVERY_PAGE: dict[str, Any] = {
    "items": [
        {
            "id": "0199e0a6-0460-7f12-b7a4-2c9d1e5f8a30",
            "kind": "invite",
            "recipient": "tamsin.birchwell@cedar-harbor.example",
            "state": "sent",
            "attempts": 1,
            "message_id": "0199e0a604607f12b7a42c9d1e5f8a30@bounce.plenary.example",
            "response": "250 2.0.0 Ok: queued as 4F1B2C0A91",
            "error": None,
            "convening_id": "0199e0a4-5d7b-7cc0-8e52-3f3f6a1d9b10",
            "subject_id": "0199e0a6-0458-7be3-8fa0-eb63e0ab9f21",
            "created_at": "2027-08-03T15:20:41.641207Z",
            "next_at": "2027-08-03T15:20:41.641207Z",
            "handover_at": "2027-08-03T15:20:41.688914Z",
            "sent_at": "2027-08-03T15:20:41.702530Z",
            "finished_at": "2027-08-03T15:20:41.702530Z",
            "is_test": False,
        }
    ],
    "next": None,
}
