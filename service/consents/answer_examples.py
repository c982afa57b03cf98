"""What the API's document shows about answers; a test reads each example with the type that it stands for."""

from typing import Any

from service.consents.examples import SIGNUP

PAPER: dict[str, Any] = {
    "choices": {
        "join": "yes",
        "name_use": "first_only",
        "topics": {"career_readiness": "yes", "quality_of_teaching": "no"},
        "photos": "none",
        "recording": "staff_notes",
        "quotes": "without_name",
        "survey": "no",
        "leave": "listed_adults",
        "emergency_care": "yes",
    },
    "name": "Amina Camberwell",
    "capacity": "parent",
    "checked_by": "Zeb Fosterlane",
    "language": "en",
    "version": 1,
}

TAKEN: dict[str, Any] = SIGNUP | {"guardian": "signed_paper", "missing": ["The student was not asked."]}

EVIDENCE: dict[str, Any] = {
    "entries": [
        {
            "ordinal": 1,
            "kind": "refused",
            "at": "2027-02-03T17:12:40.118302Z",
            "hash": "5f6f3a1c9be0d47a2c81f0e93b5d7746aa10c2e4f87b9d3351c6e08a4fd27b19",
            "body_hash": "91c2d07e5ab84f36e1f0a9c7723b58d46fe1093bc2a7d8450e6b91f3c48ad205",
            "body": {"what": "refused", "signer": "guardian", "version": 1, "at": "2027-02-03T17:12:40.118302Z"},
        }
    ],
    "copies": [
        {
            "id": "019c2b1e-07f6-7d3a-9f0c-5b0e9f6c2a41",
            "shows": 1,
            "state": "made",
            "sha256": "3b7a0c55e1d94f2b8c6670a9e8d1f24c05b9e37716a2f8d40c5e91b36d27fa80",
            "href": "https://plenary.example/api/v1/documents/019c2b1e-07f6-7d3a-9f0c-5b0e9f6c2a41",
        }
    ],
}
DOCUMENT = "JVBERi0xLjc="
"""How a PDF begins, in base 64."""
