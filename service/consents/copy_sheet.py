"""What stands on the copy of a signed form: the sealed text, the answers in words, and how to check it. Pure."""

import re
from collections.abc import Sequence

import msgspec
from msgspec import Struct

from service.consents.answer_rules import Signature
from service.consents.answer_words import in_words
from service.consents.evidence import Entry
from service.consents.said import Word
from service.consents.speaking import LANGUAGES, Spoken
from service.documents.rules import STAND_IN, Pair, SignedForm, passages, printable
from service.panels.queries import TopicRow

_PHONE = re.compile(r"\+?\(?\d[\d ().-]{5,}\d")


class Source(Struct, frozen=True, kw_only=True):
    """What a copy is made from: the entry that it shows, what it sealed, and around it the signer's zone and whom to ask.

    `word` is the school's, where it confirmed a signature that came without a code.
    """

    entry: Entry
    signature: Signature
    word: Word | None
    zone: str
    topics: Sequence[TopicRow]
    organizer: str
    mail: str


def sheet(source: Source) -> SignedForm:
    """The copy, in the language of what was signed."""
    signature = source.signature
    spoken = LANGUAGES.get(signature.document.language) or LANGUAGES["en"]
    made = SignedForm(
        language=spoken.code,
        direction=spoken.direction,
        title=spoken.tell("sheet_title"),
        author=source.organizer,
        footer=f"{spoken.tell('sheet_title')} · {spoken.tell('text_version', number=signature.document.version)}",
        lead=_lead(source, spoken),
        facts=_facts(source, spoken),
        answers_title=spoken.tell("your_choices"),
        question=spoken.tell("question"),
        answer=spoken.tell("answer"),
        answers=[Pair(asked, said) for _, asked, said in in_words(signature.answers, source.topics, spoken)],
        text_title=spoken.tell("text_version", number=signature.document.version),
        text=passages(_numbers_apart(signature.document.text, spoken)),
        notice_title=spoken.tell("notice_version", number=signature.document.notice_version),
        notice=passages(_numbers_apart(signature.document.notice, spoken)),
        proof_title=spoken.tell("proof"),
        proof=_proof(source, spoken),
        marks=_marks(source, spoken),
        made_at=source.entry.created_at,
    )
    return _legible(made, spoken)


def _lead(source: Source, spoken: Spoken) -> list[str]:
    said = [spoken.tell("sheet_on_paper" if source.signature.checked_by else "sheet_online")]
    if source.word is not None:
        said.append(spoken.tell("sheet_confirmed"))
    elif source.signature.origin.factor == "none":
        said.append(spoken.tell("sheet_waiting"))
    return said


def _facts(source: Source, spoken: Spoken) -> list[Pair]:
    signature, word = source.signature, source.word
    facts = [
        Pair(spoken.tell("signed_by"), _apart(signature.name, spoken)),
        Pair(spoken.tell("signed_as"), spoken.tell(f"capacity_{signature.capacity}")),
        Pair(spoken.tell("signed_at"), spoken.moment(signature.at, source.zone)),
        Pair(spoken.tell("language"), spoken.name),
    ]
    if word is None:
        how = spoken.tell(f"sheet_how_{signature.origin.factor}", name=_apart(signature.checked_by, spoken))
        facts.append(Pair(spoken.tell("sheet_how"), how))
    if (interpreter := signature.interpreter) is not None:
        named = f"{_apart(interpreter.name, spoken)} ({_apart(interpreter.role, spoken)})"
        facts.append(Pair(spoken.tell("sheet_interpreter"), named))
    if word is not None:
        facts.append(Pair(spoken.tell("sheet_confirmed_by"), _apart(word.name, spoken)))
        facts.append(Pair(spoken.tell("sheet_confirmed_at"), spoken.moment(word.at, source.zone)))
    if signature.valid_until is not None:
        facts.append(Pair(spoken.tell("sheet_valid_until"), spoken.moment(signature.valid_until, source.zone)))
    return facts


def _proof(source: Source, spoken: Spoken) -> list[str]:
    whom = {"organizer": _apart(source.organizer, spoken), "mail": _apart(source.mail, spoken)}
    return [spoken.tell("sheet_sealed"), spoken.tell("sheet_doubt", **whom)]


def _marks(source: Source, spoken: Spoken) -> list[Pair]:
    entry = source.entry
    return [
        Pair(spoken.tell("sheet_seal"), entry.hash.hex(), is_code=True),
        Pair(spoken.tell("sheet_entry"), f"{entry.ordinal} / {entry.signup_id}", is_code=True),
        Pair(spoken.tell("sheet_check"), f"python -m service.consents.verify {entry.signup_id}", is_code=True),
    ]


def _apart(value: str, spoken: Spoken) -> str:
    """A name or an address that keeps its own direction in the middle of another."""
    return f"\u2068{value}\u2069" if spoken.direction == "rtl" else value


def _numbers_apart(sealed: str, spoken: Spoken) -> str:
    """The same words; a phone number between words from right to left is still read from left to right."""
    return _PHONE.sub("\u2066\\g<0>\u2069", sealed) if spoken.direction == "rtl" else sealed


def _legible(made: SignedForm, spoken: Spoken) -> SignedForm:
    """Without signs that no font has; where there were some, the copy says so."""
    written = msgspec.json.encode(made).decode()
    kept = printable(written)
    if kept == written:
        return made
    legible = msgspec.json.decode(kept, type=SignedForm)
    return msgspec.structs.replace(legible, lead=[*legible.lead, spoken.tell("sheet_stand_in", sign=STAND_IN)])
