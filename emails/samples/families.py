"""Samples of what families get, in each of their languages, and of what their schools get."""

from typing import Any, Final

from emails.messages import (
    AnyMessage,
    CalledOff,
    ConsentCode,
    ConsentCopy,
    ConsentForm,
    ConsentReceipt,
    ConsentReminder,
    Logistics,
    SchoolNotice,
)

WHO: Final[dict[str, Any]] = {
    "name": "Amina Camberwell",
    "student": "Zuri",
    "school": "Lake Marlow High",
    "contact": "Ines Okafor",
    "reach": "555-555-0119, ines.okafor@schools.example",
}
WHEN: Final[dict[str, dict[str, str]]] = {
    "English": {
        "language": "en",
        "day": "Wednesday, March 10, 2027",
        "by": "Wednesday, February 24, 2027",
        "panel": "Thursday, March 11, 2027, 9:00 a.m. to 10:15 a.m., Eastern Time",
        "at": "Tuesday, February 2, 2027, 6:12 p.m., Central Time",
    },
    "Spanish": {
        "language": "es",
        "day": "miércoles 10 de marzo de 2027",
        "by": "miércoles 24 de febrero de 2027",
        "panel": "jueves 11 de marzo de 2027, de 9:00 a. m. a 10:15 a. m., hora del Este",
        "at": "martes 2 de febrero de 2027, 6:12 p. m., hora del Centro",
    },
    "Arabic": {
        "language": "ar",
        "day": "الأربعاء 10 مارس 2027",
        "by": "الأربعاء 24 فبراير 2027",
        "panel": "الخميس 11 مارس 2027، من 9:00 صباحًا إلى 10:15 صباحًا، بتوقيت الشرق",
        "at": "الثلاثاء 2 فبراير 2027، 6:12 مساءً، بتوقيت الوسط",
    },
}
PLACE: Final = "Lantern Hall Conference House, 200 Sample Street NW, Washington, DC"


def _family(named: str, said: dict[str, str]) -> tuple[tuple[str, AnyMessage], ...]:
    """Every letter of one language."""
    who: dict[str, Any] = WHO | {"language": said["language"]}
    asked: dict[str, Any] = who | {"day": said["day"], "by": said["by"]}
    reminded: dict[str, Any] = who | {"by": said["by"]}
    signed: dict[str, Any] = who | {"signed_at": said["at"]}
    noted: dict[str, Any] = who | {"at": said["at"]}
    found: tuple[tuple[str, AnyMessage], ...] = (
        ("code to sign a form", ConsentCode(minutes=15, language=said["language"])),
        ("form", ConsentForm(**asked)),
        ("form for who signs alone", ConsentForm(**dict(asked, name="Zuri Camberwell", is_self=True))),
        ("form with a new text", ConsentForm(**asked, asking="renewed")),
        ("form with more time", ConsentForm(**asked, asking="more_time")),
        ("form once more", ConsentForm(**asked, asking="again")),
        ("first reminder of the form", ConsentReminder(**reminded, reminding="first")),
        ("second reminder of the form", ConsentReminder(**reminded, reminding="second")),
        ("last day of the form", ConsentReminder(**reminded, reminding="last_day")),
        ("times and place", Logistics(**who, days=said["day"], when=said["panel"], where=PLACE)),
        ("other times and place", Logistics(**who, days=said["day"], when=said["panel"], where=PLACE, changed=True)),
        ("event that does not take place", CalledOff(**who, day=said["day"])),
        ("copy of a form", ConsentCopy(**signed, copying="signed")),
        ("copy of a slip", ConsentCopy(**dict(signed, name="", student=""), copying="waiting")),
        ("copy of a confirmed slip", ConsentCopy(**signed, copying="confirmed")),
        ("copy of a paper", ConsentCopy(**signed, copying="paper")),
        ("receipt of a withdrawal", ConsentReceipt(**noted, receiving="withdrawn")),
        ("receipt of a no", ConsentReceipt(**noted, receiving="refused")),
        ("receipt of an objection", ConsentReceipt(**noted, receiving="objected")),
    )
    return tuple((f"{name}, in {named}", message) for name, message in found)


FAMILIES: Final[tuple[tuple[str, AnyMessage], ...]] = tuple(
    sample for named, said in WHEN.items() for sample in _family(named, said)
)
_CONTACT: Final[dict[str, Any]] = {"name": "Ines Okafor", "school": "Lake Marlow High", "page": "/school"}
SCHOOLS: Final[tuple[tuple[str, AnyMessage], ...]] = (
    ("families to call", SchoolNotice(**_CONTACT, about="calls", count=3, by="Wednesday, February 24, 2027")),
    ("one family to call", SchoolNotice(**_CONTACT, about="calls", by="Wednesday, February 24, 2027")),
    ("a slip to confirm", SchoolNotice(**_CONTACT, about="slip")),
    ("an objection", SchoolNotice(**_CONTACT, about="objection")),
    ("a student who wants to talk", SchoolNotice(**_CONTACT, about="talk")),
    ("a student who is asked once more", SchoolNotice(**_CONTACT, about="again")),
    ("a student who has come of age", SchoolNotice(**_CONTACT, about="of_age")),
)
