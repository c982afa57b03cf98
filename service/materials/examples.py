"""Examples of the API's bodies and answers, as the document of the API shows them."""

from typing import Any

NEW: dict[str, Any] = {
    "title": "Reading a school budget: worksheet",
    "description": "To fill in together.",
    "language": "en",
    "session_id": None,
    "audience": "seats",
    "chosen_only": False,
    "shared": "after",
    "shared_at": None,
    "media_id": None,
    "url": "https://slides.example/budget",
    "no_student": True,
}
LINK: dict[str, Any] = {
    "id": "0199e0a4-5d7b-7cc0-8e52-3f3f6a1d9b41",
    "convening_id": "0199e0a4-5d7b-7cc0-8e52-3f3f6a1d9b10",
    "session_id": None,
    "kind": "link",
    "title": "Reading a school budget: worksheet",
    "description": "To fill in together.",
    "language": "en",
    "audience": "seats",
    "chosen_only": False,
    "shared": "after",
    "shared_at": None,
    "opens_at": "2027-03-12T17:00:00Z",
    "withheld": False,
    "media_id": None,
    "url": "https://slides.example/budget",
    "file_name": "",
    "media_type": "",
    "size": 0,
    "sha256": "",
    "created_at": "2027-03-01T15:00:00Z",
    "changed_at": "2027-03-01T15:00:00Z",
}
FILE: dict[str, Any] = LINK | {
    "id": "0199e0a4-5d7b-7cc0-8e52-3f3f6a1d9b42",
    "kind": "file",
    "title": "Opening: slides",
    "url": "",
    "file_name": "opening.pdf",
    "media_type": "application/pdf",
    "size": 1843200,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
}
MATERIALS: dict[str, Any] = {"items": [FILE, LINK]}
