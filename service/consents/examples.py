"""What the API's document shows about sign-ups; a test reads each example with the type that it stands for."""

from typing import Any

SIGNUPS_SENT: dict[str, Any] = {
    "basis": "directory",
    "students": [
        {
            "name": "Zuri Camberwell",
            "grade": 12,
            "school_id": "0199e0a4-5d7b-7cc0-8e52-3f3f6a1d9b71",
            "guardian": {"name": "Amina Camberwell", "email": "amina.camberwell@families.example", "language": "en"},
        },
        {"label": "Slip 1", "school_id": "0199e0a4-5d7b-7cc0-8e52-3f3f6a1d9b71"},
    ],
}

SIGNUP: dict[str, Any] = {
    "id": "0199e0b0-11aa-7d21-9a3f-7c1f5be0a0c1",
    "panel_id": "0199e0a6-11aa-7d21-9a3f-7c1f5be0a001",
    "school_id": "0199e0a4-5d7b-7cc0-8e52-3f3f6a1d9b71",
    "school": "Lake Marlow High",
    "label": "Zuri Camberwell",
    "grade": 12,
    "basis": "directory",
    "signs_for_self": False,
    "guardian": "asked",
    "student": "not_asked",
    "cleared": False,
    "seated": False,
    "lapsed": False,
    "alternate": False,
    "missing": ["The form is out and was not opened.", "The student was not asked."],
    "deadline_at": "2027-09-30T05:00:00Z",
    "created_at": "2027-09-01T14:05:11.402118Z",
}

OUTCOMES: dict[str, Any] = {
    "outcomes": [
        {
            "status": 201,
            "signup": {
                "id": "0199e0b0-11aa-7d21-9a3f-7c1f5be0a0c1",
                "slip_url": "https://plenary.example/slip/AZngsBGqfSGaP3wfW-CgwW8mVqPpAyvWJ3mO1cWzq2E",
            },
        },
        {
            "status": 422,
            "problem": {
                "type": "https://plenary.example/api/v1/docs#no-way-to-reach",
                "title": "Write a mail address or a phone number of the guardian",
                "status": 422,
                "detail": "Write a mail address or a phone number of the guardian.",
                "code": "no-way-to-reach",
                "errors": [
                    {
                        "pointer": "/students/1/guardian/email",
                        "detail": "Write a mail address or a phone number of the guardian.",
                    }
                ],
            },
        },
    ]
}

MADE: dict[str, Any] = OUTCOMES["outcomes"][0]["signup"]

SUBSTITUTION: dict[str, Any] = {"basis": "directory", "student": SIGNUPS_SENT["students"][0]}

SIGNUPS: dict[str, Any] = {"items": [SIGNUP]}

WITHDRAWN: dict[str, Any] = SIGNUP | {"guardian": "withdrawn", "missing": ["The school withdrew this student."]}

READINESS: dict[str, Any] = {
    "cleared": 0,
    "named": 1,
    "panels": [
        {
            "panel_id": "0199e0a6-11aa-7d21-9a3f-7c1f5be0a001",
            "title": "Student panel C: Belonging at school",
            "seats": 7,
            "seated": 0,
            "cleared": 0,
            "open": 6,
            "signups": [SIGNUP],
        }
    ],
}

DISCLOSURES: dict[str, Any] = {
    "items": [
        {
            "at": "2027-09-14T13:05:11.402118Z",
            "viewer": "Odalys Brightwater",
            "fields": ["name", "school", "panel", "language", "standing of the form", "standing of the student’s answer"],
            "purpose": "To see on the readiness board who may be on stage",
        }
    ]
}
