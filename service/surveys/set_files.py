"""Files of question sets: YAML or JSON with scales and sets, or one definition as we export it. Pure."""

import contextlib
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, cast

import msgspec
import yaml

from service.errors import Invalid
from service.surveys.checks import check
from service.surveys.questions import Words
from service.surveys.rules import LEAST, Audience, Cadence, Definition
from service.web.words import spoken

MOST_BYTES = 256 * 1024
MOST_SETS = 40
LANGUAGE = re.compile(r"^[a-z]{2,3}$")
CADENCES: Mapping[Audience, Cadence] = {
    "members": Cadence("closing_session", ["T+2h", "T+2d", "T+6d"], "T+10d"),
    "students": Cadence("panels", ["T+1d 16:00", "T+4d"], "T+8d"),
    "school_contacts": Cadence("first_mail", ["T+1d", "T+4d", "T+8d"], "T+12d"),
    "guardians": Cadence("first_mail", ["T+2d", "T+6d"], "T+12d"),
    "coaches": Cadence("closing_session", ["T+2h", "T+2d", "T+6d"], "T+10d"),
}
"""When nothing else is said."""
FOLLOW_UP = Cadence("first_mail", ["T+75d", "T+79d", "T+85d"], "T+89d")
TITLES: Mapping[Audience, Words] = {
    "members": {"en": "What you think of the convening", "es": "Lo que usted piensa del encuentro"},
    "students": {"en": "How it was for you", "es": "Cómo te fue", "ar": "كيف كان الأمر بالنسبة لك"},
    "school_contacts": {"en": "How it was for your school", "es": "Cómo fue para su escuela"},
    "guardians": {"en": "How it was for your family", "es": "Cómo fue para su familia", "ar": "كيف كان الأمر لعائلتك"},
    "coaches": {"en": "What you think as a coach", "es": "Lo que usted piensa como mentor"},
}
LATER: Words = {"en": "What has come of it", "es": "Qué ha resultado", "ar": "ماذا نتج عن ذلك"}
WIDGETS = {"choice": "choice_one", "likert": "likert", "nps": "nps"}


class NotASet(Invalid):
    """This is no file of question sets that we can read."""

    code = "not-a-question-set"


class _Plain(yaml.SafeLoader):
    """Plain data alone: what points elsewhere in the file can grow without end, and tags say what nobody asked."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        event = cast("Any", self).peek_event()
        if self.check_event(yaml.events.AliasEvent) or getattr(event, "tag", None) is not None:
            raise yaml.YAMLError("aliases and tags")
        return super().compose_node(parent, index)


_Plain.yaml_implicit_resolvers = {}
for _tag, _looks, _begin in (
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    ("int", r"^[-+]?[0-9]{1,15}$", "-+0123456789"),
    ("float", r"^[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*)(?:[eE][-+]?[0-9]{1,3})?$", "-+0123456789."),
):  # as in YAML 1.2, where yes is a word and a day is one too
    _Plain.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_looks), list(_begin))


def read(text: bytes) -> list[Definition]:
    """The sets of a file, each checked. Raises NotASet, and what `check` raises, at its place."""
    if len(text) > MOST_BYTES:
        raise NotASet(f"A file of question sets may have {MOST_BYTES // 1024} KiB.")
    found = _loaded(text)
    if not isinstance(found, dict):
        raise NotASet
    given = cast("dict[str, Any]", found)
    sets = cast("list[Any]", given.get("sets", [given]))
    if not isinstance(sets, list) or not 0 < len(sets) <= MOST_SETS:  # pyright: ignore[reportUnnecessaryIsInstance]
        raise NotASet(f"“sets” must be a list of 1 to {MOST_SETS} sets.", pointer="/sets")
    return [_one(one, given, f"/sets/{place}" if "sets" in given else "") for place, one in enumerate(sets)]


def _loaded(text: bytes) -> Any:
    """What stands in it: as JSON where it is JSON, which YAML reads otherwise here and there."""
    with contextlib.suppress(msgspec.DecodeError, RecursionError):
        return msgspec.json.decode(text)
    try:
        return yaml.load(text.decode(), _Plain)  # noqa: S506 - a SafeLoader
    except (yaml.YAMLError, UnicodeDecodeError, ValueError, RecursionError):
        raise NotASet("This is neither YAML nor JSON in UTF-8, or it has aliases or tags.") from None


def _one(given: Any, file: Mapping[str, Any], place: str) -> Definition:
    """One set, in either form."""
    try:
        plain: Any = given if "cadence" in given else _spelled_out(given, file)
        definition = msgspec.convert(plain, Definition)
        check(definition)
    except msgspec.ValidationError as error:
        told = spoken(str(error))
        raise NotASet(told.sentence, pointer=place + told.pointer) from None
    except Invalid as error:
        error.pointer = place + error.pointer
        raise
    except (AttributeError, LookupError, TypeError, ValueError):
        raise NotASet("This set has not the shape that we know.", pointer=place) from None
    return definition


def _spelled_out(given: Mapping[str, Any], file: Mapping[str, Any]) -> dict[str, Any]:
    """A short set with its scales, languages and defaults written out."""
    audience: Audience = given["audience"]
    defaults = file.get("settings_defaults", {}).get(audience, {})
    follow_up = given["id"].endswith("_followup") or "75d" in str(given.get("when", ""))
    help_words: dict[str, str] = given.get("always_show") or {}
    return {
        "code": given["id"],
        "audience": audience,
        "privacy": given.get("privacy", defaults.get("privacy", "anonymous")),
        "title": _words(given, "title_") or (LATER if follow_up else TITLES[audience]),
        "minutes": given.get("minutes", 3),
        "intro": _words(given, "intro_"),
        "help": _words(help_words, "text_"),
        "least": max(given.get("min_n", defaults.get("min_n", 0)), LEAST[audience]),
        "cadence": msgspec.to_builtins(FOLLOW_UP if follow_up else CADENCES[audience]),
        "questions": [_question(one, file.get("scales", {})) for one in given["questions"]],
    }


def _question(given: Mapping[str, Any], scales: Mapping[str, Any]) -> dict[str, Any]:
    scale: Mapping[str, Any] = scales[given["scale"]] if "scale" in given else {}
    named: str = scale.get("type") or given.get("type") or ""
    kind = WIDGETS.get(named, named)
    made: dict[str, Any] = {"type": kind, "id": given["id"], "words": _words(given)}
    if "hint" in given:
        made["hint"] = given["hint"] if isinstance(given["hint"], dict) else {"en": given["hint"]}
    for name in ("required", "level", "construct", "section"):
        if name in given:
            made[name] = given[name]
    if "protected_areas" in given:
        made["areas"] = given["protected_areas"]
    if "show_if" in given:
        fact = {"kind": "fact", "fact": given["show_if"]}
        made["show_if"] = fact if isinstance(given["show_if"], str) else {"kind": "answer", **given["show_if"]}
    return made | _of_kind(kind, given, scale)


def _of_kind(kind: str, given: Mapping[str, Any], scale: Mapping[str, Any]) -> dict[str, Any]:
    match kind:
        case "likert":
            made: dict[str, Any] = {"labels": _steps(scale or given)}
            made["not_applicable"] = scale.get("not_applicable", given.get("not_applicable", False))
            return made | {name: given[name] for name in ("reverse", "retro", "pair") if name in given}
        case "nps":
            low, high = _steps(scale) if scale else ({"en": "Not at all likely"}, {"en": "Extremely likely"})
            return {"low": low, "high": high}
        case "choice_one" | "choice_many" | "choice_multi" | "ranking":
            return _choices("choice_many" if kind == "choice_multi" else kind, given, scale)
        case "quote_consent":
            return {"labels": [{"en": one} if isinstance(one, str) else one for one in given["options"]]}
        case "number":
            return {name: given[name] for name in ("least", "most", "whole") if name in given}
        case _:
            return {}


def _choices(kind: str, given: Mapping[str, Any], scale: Mapping[str, Any]) -> dict[str, Any]:
    if "options_from" in given:
        return {"type": kind, "options_from": given["options_from"]}
    listed: list[Any] = _steps(scale) if scale else given["options"]
    words: list[Any] = [{"en": one} if isinstance(one, str) else one for one in listed]
    codes = codes_of([one.get("code") or one["en"] for one in words])
    options = [one if "code" in one else {"code": code, "words": one} for code, one in zip(codes, words, strict=True)]
    filters = {"filters": True} if kind == "choice_one" and given.get("filters") else {}
    return {"type": kind, "options": options} | filters


def _words(given: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    """What is said by language: `en: …` or `intro_en: …`."""
    found = {name.removeprefix(prefix): said for name, said in given.items() if name.startswith(prefix)}
    return {code: said for code, said in found.items() if LANGUAGE.match(code) and code != "id" and isinstance(said, str)}


def _steps(scale: Mapping[str, Any]) -> list[dict[str, str]]:
    """The labels of a scale, each by language."""
    languages = [code for code, said in scale.items() if LANGUAGE.match(code) and isinstance(said, list)]
    if len({len(scale[code]) for code in languages}) > 1:
        raise NotASet("Say each step of a scale in each of its languages.")
    return [{code: scale[code][place] for code in languages} for place in range(len(scale["en"]))]


def codes_of(words: Sequence[str], taken: Collection[str] = ()) -> list[str]:
    """Codes of options from what they say, each another one."""
    made: list[str] = []
    for one in words:
        plain = re.sub(r"[^a-z0-9]+", "-", one.lower()).strip("-")[:55] or "option"
        numbered = (f"{plain}-{number}" for number in range(2, 1000))
        made.append(next(code for code in (plain, *numbered) if code not in made and code not in taken))
    return made
