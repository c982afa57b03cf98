"""Signed forms in three languages, as the evidence seals them; Arabic as a sample, since its text is not approved yet."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from service.consents import texts
from service.consents.answer_rules import Document, Origin, Signature
from service.consents.copy_sheet import Source, sheet
from service.consents.evidence import Entry
from service.consents.said import Word
from service.documents.rules import SignedForm
from service.panels.queries import TopicRow
from tests.consents import desk
from tests.consents.test_texts import DEMO

AT = datetime(2026, 12, 1, 15, 0, 12, 345678, tzinfo=UTC)
"""Clocks have microseconds."""
SIGNUP = UUID("01a2321e-a980-776a-89e4-da8870c99515")
VALUES = {
    "organizer_name": "Equity Officers Network",
    "records": "el nombre, el grado y la escuela de su hijo o hija y los datos para comunicarnos con usted",
    "purpose": "para organizar este evento",
    "student_name": "Zuri Camberwell",
    "school_name": "Lake Marlow High",
    "convening_name": "Primavera 2027: Pertenecer",
    "event_dates": "jueves 11 de marzo de 2027 – viernes 12 de marzo de 2027",
    "place": "Cedar Harbor High School, 100 Harbor Road",
    "panel_title": "Pertenecer en la escuela",
    "topics": "La cultura escolar y sentirse parte; La raza y cómo tratan a los estudiantes",
    "recording": "solo para notas del personal",
    "contact_name": "Zeb Fosterlane",
    "contact_phone": "555-555-0142",
    "contact_email": "zeb.fosterlane@lake-marlow.example",
    "deadline": "jueves 25 de febrero de 2027",
}
ARABIC = """إذن بالمشاركة في حلقة نقاش طلابية

الطالب: Zuri Camberwell، Lake Marlow High
اللقاء: Spring Convening 2027، من 11 إلى 12 مارس 2027

ما هو هذا

ندعو ابنك أو ابنتك إلى التحدث في حلقة نقاش. سيستمع نحو 60 شخصًا بالغًا ممن يديرون المناطق التعليمية.

القرار لك

المشاركة مجانية واختيارية. قولك لا لن يغيّر الدرجات ولا الخدمات ولا معاملة ابنك أو ابنتك.

- يمكنك أن تقول نعم لبعض الأسئلة ولا لغيرها.
- يمكنك تغيير أي إجابة في أي وقت.
"""
NOTICE = """قبل أن توقّع على الإنترنت

- الورق ممكن أيضًا. هو مجاني. اتصل على 555-555-0142.
- نسختك تبقى لك.
"""


def sealed(language: str) -> Document:
    """What was read."""
    if language == "ar":
        return Document("panelist", 1, "ar", ARABIC, 1, NOTICE)
    read = [(DEMO / f"{name}.{language}.md").read_text() for name in ("student-panelist-consent", "esign-disclosure")]
    text, notice = [texts.plain(texts.blocks(markdown), VALUES) for markdown in read]
    return Document("panelist", 1, language, text, 1, notice)


def source(language: str = "en", *, word: Word | None = None, **changes: Any) -> Source:
    """Amina has signed for Zuri."""
    plain: dict[str, Any] = {
        "document": sealed(language),
        "answers": desk.choices(),
        "name": "Amina Camberwell",
        "capacity": "parent",
        "origin": desk.BY_CODE,
        "signer": "guardian",
        "at": AT,
    }
    entry = Entry(
        id=UUID(int=1),
        signup_id=SIGNUP,
        ordinal=1,
        consent_id=UUID(int=2),
        kind="confirmed" if word else "signed",
        body_hash=bytes(32),
        previous_hash=bytes(32),
        hash=bytes(range(32)),
        created_at=AT,
        body=b"",
    )
    topics = [TopicRow(code, desk.LABELS[code], "", [], [], code == "sexuality") for code in desk.TOPICS]
    return Source(
        entry=entry,
        signature=Signature(**plain | changes),
        word=word,
        zone="America/Chicago",
        topics=topics,
        organizer="Equity Officers Network",
        mail="hello@eon-demo.example",
    )


def form(language: str = "en", **changes: Any) -> SignedForm:
    """The copy."""
    return sheet(source(language, **changes))


SLIP = Origin("203.0.113.9", "Chrome on Android")
