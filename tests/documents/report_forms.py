"""A survey's results with every kind of block, and words that are hard to set; nobody of them exists."""

from datetime import UTC, datetime

from msgspec.structs import replace

from service.documents import survey_sheets as sheets
from service.documents.rules import Pair
from service.documents.survey_sheets import People, Share, SurveyReport

AT = datetime(2026, 10, 26, 15, 0, 12, 345678, tzinfo=UTC)
AGREE = ["Strongly disagree", "Disagree", "Neither", "Agree", "Strongly agree"]
ACUERDO = ["Muy en desacuerdo", "En desacuerdo", "Ni de acuerdo ni en desacuerdo", "De acuerdo", "Muy de acuerdo"]
ARABIC = ["لا أوافق بشدة", "لا أوافق", "محايد", "أوافق", "أوافق بشدة"]
CONFIDENT = ["Not at all", "A little", "Somewhat", "Quite", "Very"]
YOUTH = ["No", "Not really", "Yes, mostly", "Yes"]
UNBROKEN = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
HEADS = sheets.Heads(answer="Answer", people="People", share="Share", before="Before", now="Now")
STATEMENTS = {
    "My time at this convening was well spent.": [0, 0, 5, 8, 8],
    "The sessions fit the problems I am working on this year.": [0, 0, 5, 12, 4],
    "The space, food and schedule let me take part fully.": [0, 1, 8, 8, 5],
    "Listening to the student panel changed how I understand an issue in my district.": [0, 0, 1, 7, 13],
    "My district leadership will give me time and support to act on what I learned.": [1, 6, 7, 6, 1],
    "I left with at least two colleagues I can call for help.": [0, 0, 2, 9, 10],
}


def said(counts: list[int]) -> list[str]:
    """The shares in words, rounded as the pages round them."""
    return [f"{100 * one / max(1, sum(counts)):.0f} %" for one in counts]


def likert(
    question: str, counts: list[int], labels: list[str] = AGREE, notes: tuple[str, ...] = (), n_words: str = ""
) -> sheets.Likert:
    """A question with the steps of a scale."""
    return sheets.Likert(
        question=question,
        labels=labels,
        counts=counts,
        shares=said(counts),
        n_words=n_words or f"{sum(counts)} people answered.",
        notes=list(notes),
    )


def exact(label: str, count: int, n: int) -> Share:
    """A share that may be said."""
    return Share(label, str(count), f"{100 * count / n:.0f} %", count / n, count / n)


def recommend(first: int = 13, second: int = 8, third: int = 1) -> sheets.Three:
    """Would people recommend it?"""
    return sheets.Three(
        question="How likely are you to recommend this convening to another district equity leader?",
        rows=(
            People("would recommend it (9 or 10)", first),
            People("are content (7 or 8)", second),
            People("have doubts (0 to 6)", third),
        ),
        score_words="The score from these three counts is +55: 13 minus 1, of 22. With so few people, one answer moves "
        "it by about 5 points, so read the counts first.",
    )


def banded(low: float = 0.0, high: float = 0.1) -> sheets.Shares:
    """Of 14 students: what may be said of an end is a band."""
    return sheets.Shares(
        question="I could pass or stop without feeling bad.",
        rows=[
            Share("No; Not really", "", f"<{100 * high:.0f} %", low, high),
            Share("Yes, mostly; Yes", "", f">{100 - 100 * high:.0f} %", 1 - high, 1 - low),
        ],
        n_words="14 students answered.",
        notes=[
            "A hatched band means: the share lies somewhere in it. With so few answers an exact one could point at somebody."
        ],
    )


def change() -> sheets.BeforeNow:
    """Confidence before and now, asked in one sitting."""
    return sheets.BeforeNow(
        question_before="BEFORE this convening, how confident were you in using student voice in a policy decision?",
        question_now="NOW, how confident are you in using student voice in a policy decision?",
        labels=CONFIDENT,
        before=[3, 7, 8, 3, 1],
        now=[0, 2, 6, 10, 4],
        changes=(People("chose a lower step", 1), People("chose the same step", 5), People("chose a higher step", 16)),
        words="22 people answered both. On average they moved by 1.1 of 5 steps.",
    )


def members() -> list[sheets.AnyBlock]:
    """The part of the members."""
    return [
        sheets.Heading(words="Members: was it worth their time?"),
        sheets.Paragraph(
            words="The thick line is the middle: what lies to its right leans toward agreement. Who chose neither stands "
            "apart at the right end. The numbers in the bars are people, and below them percent."
        ),
        recommend(),
        *[likert(question, counts) for question, counts in STATEMENTS.items()],
        sheets.Heading(words="Members: before and now"),
        change(),
        sheets.Heading(words="Members: what they did and wrote"),
        sheets.Shares(
            question="Which sessions did you attend?",
            rows=[
                exact("Opening: who is in the room", 21, 22),
                exact("Student panel: belonging at school", 22, 22),
                exact(
                    "What the numbers of a district do not say, and whom to ask instead when a decision cannot wait", 9, 22
                ),
                exact("Coaching in threes", 0, 22),
            ],
            n_words="22 people answered; each could tick several.",
        ),
        sheets.Themes(
            question="What should we change next time?",
            heads=Pair("Theme", "How often"),
            rows=[
                Pair("More time for the students", "4 people"),
                Pair("Interpretation headsets", "4 people"),
                Pair("Fewer slides", "3 people"),
            ],
        ),
        sheets.Quotes(
            question="Words that may be quoted",
            words=[
                "I came for the data and will remember the girl who asked why nobody had asked her.",
                "Más tiempo con los estudiantes, por favor: lo que dijo Iñaki Núñez-Peñaloza me hizo cambiar de opinión.",
                "أمينة عبد الرحمن الحسيني قالت ما كنا نخاف أن نقوله.",
            ],
        ),
    ]


def students() -> list[sheets.AnyBlock]:
    """The part of the students."""
    return [
        sheets.Heading(words="Students"),
        likert("The adults really listened.", [2, 3, 5, 4], YOUTH, ("1 student did not answer.",), "14 students answered."),
        banded(),
        sheets.Hidden(
            question="I felt pushed to share more than I wanted.",
            reason="Fewer than 10 students answered. With so few, somebody could guess who said what. "
            "So nobody sees these answers.",
        ),
    ]


def report(language: str = "en", blocks: list[sheets.AnyBlock] | None = None) -> SurveyReport:
    """All of it, or these blocks."""
    return SurveyReport(
        language=language,
        title="What members told us",
        author="Equity Officers Network",
        footer="Equity Officers Network. Made Monday, October 26, 2026, 10:00 a.m., Central Time.",
        soft="Fall Convening 2026: Listening First · member survey, closed October 25, 2026",
        lead=["The answers carry no names, and we did not keep who said what."],
        rate=sheets.Rate(
            answered=People("answered", 22),
            invited=People("were asked", 33),
            words="22 of 33 people answered, two of three.",
        ),
        heads=HEADS,
        blocks=[*members(), *students()] if blocks is None else blocks,
        made_at=AT,
    )


def empty() -> SurveyReport:
    """Nothing may be shown, of nobody."""
    return SurveyReport(
        language="en",
        title="What students told us",
        author="Equity Officers Network",
        footer="",
        soft="",
        lead=[],
        rate=None,
        heads=HEADS,
        blocks=[],
        made_at=AT,
    )


def bare(*blocks: sheets.AnyBlock, language: str = "en") -> SurveyReport:
    """Only these blocks: no rate, and nothing before them."""
    return replace(report(language, list(blocks)), rate=None, soft="", lead=[], footer="")


def hard(words: str) -> list[sheets.AnyBlock]:
    """The same words wherever words can stand."""
    people = (People(words, 1), People(words, 12), People(words, 9))
    return [
        sheets.Heading(words=words),
        sheets.Paragraph(words=words),
        likert(words, [3, 7, 8, 3, 1], [words] * 5, (words,), words),
        sheets.Shares(question=words, rows=[Share(words, "3", words, 0.1, 0.1)], n_words=words, notes=[words]),
        sheets.Three(question=words, rows=people, score_words=words),
        replace(change(), question_before=words, question_now=words, labels=[words] * 5, changes=people, words=words),
        sheets.Hidden(question=words, reason=words),
        sheets.Themes(question=words, heads=Pair(words, words), rows=[Pair(words, words)]),
        sheets.Quotes(question=words, words=[words]),
    ]
