"""What the API's document shows about surveys; a test reads each example with the type that it stands for."""

import base64
from typing import Any

CONVENING = "0199e0a4-5d7b-7cc0-8e52-3f3f6a1d9b10"
SURVEY_ID = "0199e0b1-77aa-7d02-9b0e-2a4f1c9d8e71"

SETS: dict[str, Any] = {
    "scales": {"agree5": {"type": "likert", "en": ["Strongly disagree", "Disagree", "Neither", "Agree", "Strongly agree"]}},
    "sets": [
        {
            "id": "member_post",
            "audience": "members",
            "minutes": 4,
            "questions": [
                {"id": "m1", "type": "nps", "en": "How likely are you to recommend this convening?"},
                {"id": "m2", "scale": "agree5", "en": "My time at this convening was well spent."},
                {"id": "m11", "type": "text_long", "en": "What should we change next time?"},
            ],
        }
    ],
}
SURVEY: dict[str, Any] = {
    "id": SURVEY_ID,
    "convening_id": CONVENING,
    "code": "member_post",
    "version": 1,
    "audience": "members",
    "privacy": "anonymous",
    "state": "closed",
    "title": "What you think of the convening",
    "languages": ["en"],
    "questions": 3,
    "opened_at": "2026-10-15T20:00:00Z",
    "closes_at": "2026-10-25T20:30:00Z",
    "closed_at": "2026-10-25T20:30:01Z",
    "published_at": None,
    "invited": 33,
    "answered": 22,
}
SURVEYS: dict[str, Any] = {"surveys": [SURVEY]}
QUESTIONS: dict[str, Any] = {
    "convening": "Fall Convening 2026: Listening First",
    "title": "What you think of the convening",
    "intro": "",
    "privacy": "anonymous",
    "language": "en",
    "languages": ["en"],
    "answered": False,
    "closes_at": "2026-10-25T20:30:00Z",
    "questions": [
        {
            "id": "m2",
            "type": "likert",
            "words": "My time at this convening was well spent.",
            "choices": [{"value": 1, "words": "Strongly disagree"}, {"value": 5, "words": "Strongly agree"}],
            "not_applicable": True,
        },
        {"id": "m11", "type": "text_long", "words": "What should we change next time?", "at_most": 2000},
    ],
}
ANSWERS: dict[str, Any] = {"answers": {"m1": 9, "m2": 4, "m11": "More time for the students"}}
KEPT: dict[str, Any] = {"answered": True, "closes_at": "2026-10-25T20:30:00Z"}
RESULTS: dict[str, Any] = {
    "survey_id": SURVEY_ID,
    "code": "member_post",
    "audience": "members",
    "privacy": "anonymous",
    "shown": True,
    "n": 22,
    "invited": 33,
    "response_rate": 0.667,
    "questions": [
        {
            "id": "m1",
            "type": "nps",
            "words": "How likely are you to recommend this convening?",
            "of": ["detractors", "passives", "promoters"],
            "n": 22,
            "missing": 0,
            "counts": [1, 8, 13],
            "score": 54.5,
        },
        {
            "id": "m2",
            "type": "likert",
            "words": "My time at this convening was well spent.",
            "of": ["1", "2", "3", "4", "5"],
            "n": 21,
            "missing": 1,
            "not_applicable": 0,
            "counts": [0, 0, 5, 8, 8],
        },
        {
            "id": "m11",
            "type": "text_long",
            "words": "What should we change next time?",
            "n": 3,
            "suppressed": True,
            "reason": "Fewer than 5 people answered.",
            "of": [],
        },
    ],
}
DEFINITION: dict[str, Any] = {
    "code": "member_post",
    "audience": "members",
    "privacy": "anonymous",
    "title": {"en": "What you think of the convening"},
    "minutes": 3,
    "intro": {},
    "help": {},
    "least": 5,
    "cadence": {"opens": "closing_session", "mails": ["T+2h", "T+2d", "T+6d"], "closes": "T+10d"},
    "questions": [{"type": "text_long", "id": "m11", "words": {"en": "What should we change next time?"}}],
}
FILE: dict[str, str] = {
    "csv": base64.b64encode(b"Question,Words,Type,What,People,Share,Note\r\n").decode(),
    "xlsx": base64.b64encode(b"PK").decode(),
    "jsonl": base64.b64encode(
        b'{"about":{"list":"Results","of":"After the convening","made_at":"2027-10-20T15:20:41Z"},'
        b'"columns":{"question":"Question","what":"What","people":"People"}}\n'
    ).decode(),
}
"""Of a file in each format, in base64 and shortened."""
