"""What is printed for the days of a convening, with the names and notes that are hardest to set; nobody of them exists."""

from datetime import UTC, datetime
from random import Random

from service.documents.day_sheets import (
    Badge,
    BadgeSheets,
    BadgeSize,
    Certificate,
    DeskAdult,
    DeskList,
    DeskStudent,
    EmergencyList,
    EmergencyStudent,
    Lanyard,
)
from service.documents.rules import Pair
from service.web import qr

AT = datetime(2027, 3, 10, 15, 0, 12, 345678, tzinfo=UTC)
ORGANIZER = "Equity Officers Network"
CONVENING = "Spring Convening 2027: Belonging"
FOOTER = "Equity Officers Network. Printed Wednesday, March 10, 2027, 9:00 a.m., Central Time. Shred it after the convening."
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"

NO_PHOTOS = Lanyard("square", "brick", "N", "No photos")
ASK_FIRST = Lanyard("diamond", "yellow", "A", "Ask first")
PHOTOS = Lanyard("circle", "green", "Y", "Photos are fine")

LONG = "Maria-Guadalupe Concepcion Hernandez-Villasenor de Santisima"
UNBROKEN = "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewis"
HARD_NAMES = [
    (LONG, ""),
    ("María", "Guadalupe de la Concepción Hernández-Villaseñor y Montenegro"),
    ("أمينة", "عبد الرحمن الحسيني"),
    ("Nguyễn Thị Ánh", "Tuyết Ngọc Hương"),
    ("Paj Ntaub", "Xyooj Vaj Tsab Muas Yaj"),
    ("李小龙", "王"),
    ("አሚና", "ተስፋዬ"),
    (UNBROKEN, ""),
    ("Jo", UNBROKEN),
    ("Фёдор", "Достоевский-Преображенский"),
    ("Zuri", "Camberwell"),
    ("Chrysanthemumleigh", ""),
]
"""First name and the rest; the longest have sixty signs."""
LONG_PLACE = "Associate Superintendent for Teaching, Learning and Belonging, Lake Marlow Community School District 204"
LABELS = {
    "letter_4x3": ((612, 792), (18, 306), 72, (288, 216), 216),
    "letter_3x2": ((612, 792), (49.5, 319.5), 42, (243, 168), 180),
    "a4_90x60": ((595.28, 841.89), (42.52, 297.64), 80.79, (255.12, 170.08), 170.08),
}
"""Paper, left edges of columns, top of the first row, size of a badge, how far rows are apart: points, by their makers."""


def picture(text: str) -> str:
    """A QR code as the badge's maker hands it over."""
    code = qr.code(text)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {code.size} {code.size}">'
        f'<rect width="{code.size}" height="{code.size}" fill="#fff"/><path d="{code.path}" fill="#000"/></svg>'
    )


def typed(number: int) -> str:
    """A code of two groups of five, another one for each number."""
    signs = "".join(Random(number).choices(LETTERS, k=10))
    return f"{signs[:5]} {signs[5:]}"


def badge(number: int, large: str, small: str) -> Badge:
    """Every third is a student, about whom nothing more is said."""
    code = typed(number)
    student = number % 3 == 0
    return Badge(
        large=large,
        small=small,
        role="Student" if student else ("Guest", "Member")[number % 2],
        place="" if student else (LONG_PLACE, "Principal, Lake Marlow High")[number % 2],
        pronouns="" if student else ("she/her", "they/them", "")[number // 3 % 3],
        lanyard=(NO_PHOTOS, ASK_FIRST, PHOTOS, None)[number % 4],
        code=code,
        qr=picture(code.replace(" ", "")),
    )


def student_badge(*, large: str = "Zuri", small: str = "Camberwell") -> Badge:
    """All that the badge of a student says."""
    return Badge(
        large=large,
        small=small,
        role="Student",
        place="",
        pronouns="",
        lanyard=NO_PHOTOS,
        code="K7QXM 2ZP4D",
        qr=picture("K7QXM2ZP4D"),
    )


def badges(count: int) -> list[Badge]:
    """The hard names first, then again and again."""
    return [badge(number, *HARD_NAMES[number % len(HARD_NAMES)]) for number in range(count)]


def badge_sheets(size: BadgeSize = "letter_4x3", made: list[Badge] | None = None, language: str = "en") -> BadgeSheets:
    """Badges to print; without any given there are those with the hard names."""
    return BadgeSheets(
        language=language,
        title=f"Badges: {CONVENING}",
        author=ORGANIZER,
        convening=CONVENING,
        size=size,
        badges=badges(len(HARD_NAMES)) if made is None else made,
        made_at=AT,
    )


def desk_list(*, students: int = 24, adults: int = 40, language: str = "en") -> DeskList:
    """The desk's list on the day before."""
    names = [" ".join(pair).strip() for pair in HARD_NAMES]
    panels = ("Belonging at school", "Race and how students are treated by those who teach them", "")
    notes = ([], ["Ask first"], ["Stop: call the safety lead", "Leaves with a guardian only"])
    places = ("Principal, Lake Marlow High", LONG_PLACE, "")
    return DeskList(
        language=language,
        title=f"Front desk: {CONVENING}",
        author=ORGANIZER,
        footer=FOOTER,
        lead=[
            "Thursday, March 11, 2027, Cedar Harbor High School. Whoever is not on this list does not come in as a student.",
            "When the network is back, type the times into the front desk’s page.",
        ],
        students_title=f"Students ({students})",
        students=[
            DeskStudent(
                names[number % len(names)],
                f"Public School No. {number + 1:02}",
                panels[number % 3],
                "NAY"[number % 3],
                list(notes[number % 3]),
            )
            for number in range(students)
        ],
        adults_title=f"Adults ({adults})",
        adults=[
            DeskAdult(names[(number + 5) % len(names)], places[number % 3], typed(number + 500)) for number in range(adults)
        ],
        made_at=AT,
    )


FACTS = [
    Pair("Guardian", "Amina Camberwell, mother, 555-555-0142, speaks Hmong; an interpreter is on 555-555-0199"),
    Pair("Guardian", "Nguyễn Thị Ánh Tuyết, grandmother, 555-555-0143, after 2:00 p.m. only"),
    Pair("Emergency contact", "Zeb Fosterlane, uncle, 555-555-0144"),
    Pair("Emergency contact", "أمينة عبد الرحمن, neighbor, 555-555-0145"),
    Pair("Allergies", "Peanuts, tree nuts and bee stings. Hives come first, then she cannot breathe well."),
    Pair("Auto-injector", "Yes. She carries it herself; a second one is with Ms. Okonjo-Ilesanmi."),
    Pair(
        "Medicine during the event",
        "One tablet of cetirizine at noon, with food. She takes it by herself and may be reminded.",
    ),
    Pair("Diet", "Halal, no nuts"),
    Pair("Access", "Hard of hearing in the left ear: sit on her right side, face her when you speak."),
    Pair("May collect", "Amina Camberwell; Nguyễn Thị Ánh Tuyết"),
    Pair("May sign out alone", "No"),
    Pair("Travel", "Bus of Lake Marlow High, to and from"),
    Pair("School contact", "Zeb Fosterlane, 555-555-0142, zeb.fosterlane@lake-marlow.example"),
]
FLAGS = [
    "Allergy: peanuts, tree nuts, bee stings",
    "Carries an auto-injector",
    "Do not release: call the safety lead",
    "Medicine at noon",
]


def emergency_list(count: int = 12, language: str = "en") -> EmergencyList:
    """Students with everything, with little and with nothing but two guardians."""
    names = [" ".join(pair).strip() for pair in HARD_NAMES]
    some = ((FLAGS, FACTS), ([], FACTS[:2]), (FLAGS[:1], FACTS[:6]))
    return EmergencyList(
        language=language,
        title=f"Emergency list: {CONVENING}",
        author=ORGANIZER,
        footer=FOOTER,
        lead=[
            "For the safety lead and helpers only. Keep it with you, show it to nobody else.",
            "In danger call 911 first.",
        ],
        uncleared_title="Here, and not cleared",
        uncleared=[
            Pair("Ünlisted: " + "boy in a green jacket, " * 4, "since 08:41"),
            Pair("A student of Cedar Harbor High School", "since Tuesday, 10:15"),
        ],
        students=[
            EmergencyStudent(
                names[number % len(names)],
                f"Public School No. {number + 1:02}",
                "Belonging at school" if number % 2 else "",
                list(some[number % 3][0]),
                list(some[number % 3][1]),
            )
            for number in range(count)
        ],
        made_at=AT,
    )


def certificate(sessions: int = 12, *, name: str = "Nguyễn Thị Ánh Camberwell", language: str = "en") -> Certificate:
    """What somebody attended, a long title among the sessions."""
    titles = (
        "Opening: who is in the room",
        "Student panel: belonging at school",
        "What the numbers of a district do not say, and whom to ask instead when a decision cannot wait",
        "Coaching in threes",
    )
    return Certificate(
        language=language,
        title="Certificate of attendance",
        author=ORGANIZER,
        footer="Equity Officers Network",
        name=name,
        lead="This certifies that",
        attended=f"attended {CONVENING}, March 11–12, 2027, at Cedar Harbor High School, 100 Harbor Road.",
        hours="9.5",
        hours_label="Hours attended",
        facts=[
            Pair("Organizer", ORGANIZER),
            Pair("Issued", "March 13, 2027"),
            Pair("Number", "4F2K9-7QXMB", is_code=True),
        ],
        sessions_title="Sessions",
        session_head="Session",
        minutes_head="Minutes",
        sessions=[Pair(titles[number % 4], str(45 + 15 * (number % 3))) for number in range(sessions)],
        notes=[
            "This is a certificate of attendance. It is not a state’s credit and no continuing education unit.",
            "You may claim fewer hours than stand here. Keep it with your agenda, and tell us within 30 days what is wrong.",
        ],
        qr=picture("https://plenary.example/certificates/4F2K97QXMB"),
        verify=Pair(
            "Anybody can check this certificate at", "https://plenary.example/certificates/4F2K97QXMB", is_code=True
        ),
        made_at=AT,
    )
