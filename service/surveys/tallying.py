"""From opened answers to their release: counted, and what may not be shown left out. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from statistics import mean, median
from typing import Any, assert_never

from service.surveys import suppression
from service.surveys.questions import (
    FILTERS,
    NOT_APPLICABLE,
    QUOTING,
    ChoiceMany,
    ChoiceOne,
    Day,
    Likert,
    LongText,
    Nps,
    Number,
    OnlyAfter,
    Question,
    QuoteConsent,
    Ranking,
    ShortText,
    YesNo,
)
from service.surveys.release import Bin, By, Counted, Filter, GroupRow, Pair, Rank, Release, Result
from service.surveys.rules import Definition, apart

Values = Mapping[str, Sequence[Any]]
"""By question what was answered, in no order that means anything."""
MOST_DAYS = 12
TELLING = "How many were asked this would say how others answered."


def release(definition: Definition, core: Sequence[Mapping[str, Any]], lying_apart: Values, invited: int) -> Release:
    """All that may be shown; `core` has one row an answer."""
    people = "students" if definition.audience == "students" else "people"
    too_few = f"Fewer than {definition.least} {people} answered."
    young = definition.audience == "students"
    if len(core) < definition.least:
        known = {} if young else _rate(len(core), invited)
        return Release(shown=False, reason=too_few, **known)
    values = {
        one.id: lying_apart.get(one.id, ()) if apart(one) else [row[one.id] for row in core if one.id in row]
        for one in definition.questions
    }
    return Release(
        shown=True,
        **_rate(len(core), invited),
        results=_results(definition, values, len(core), too_few),
        pairs=_pairs(definition, core, too_few),
        filters=[] if young else _filters(definition, core),
    )


def _results(definition: Definition, values: Values, answered: int, too_few: str) -> list[Result]:
    young = definition.audience == "students"
    asked = {one.id: one for one in definition.questions}
    made: dict[str, Result] = {}
    for one in definition.questions:
        after = one.show_if
        if young and isinstance(after, OnlyAfter) and _tells(asked[after.question], made[after.question], after.is_one_of):
            kind = str(type(one).__struct_config__.tag)
            made[one.id] = Result(id=one.id, type=kind, suppressed=True, reason=TELLING)
        else:
            made[one.id] = _result(one, values[one.id], answered, definition.least, too_few, young=young)
    return list(made.values())


def _tells(asked: Question, found: Result, ways: Sequence[int | str]) -> bool:
    """Whether how many students came to a question says more of the earlier one than is shown of it."""
    codes = [category(asked, way) for way in ways if way != NOT_APPLICABLE]
    places = {place for place, code in enumerate(categories(asked)) if code in codes}
    if isinstance(asked, Nps) or len(codes) < len(ways) or (isinstance(asked, ChoiceMany) and len(ways) > 1):
        return True
    known = [set(one.of) for one in found.groups or () if one.count is not None]
    return set[int]().union(*(one for one in known if one <= places)) != places


def categories(question: Question) -> list[str]:
    """What the counts of a question are counts of, in their order, as codes; empty where it has none."""
    match question:
        case Likert(labels=labels):
            return [str(step) for step in range(1, len(labels) + 1)]
        case Nps():
            return ["detractors", "passives", "promoters"]
        case YesNo():
            return ["no", "yes"]
        case ChoiceOne(options=options) | ChoiceMany(options=options):
            return [one.code for one in options]
        case QuoteConsent():
            return list(QUOTING)
        case Ranking() | Number() | Day() | ShortText() | LongText():
            return []
        case _:
            assert_never(question)


def category(question: Question, value: Any) -> str:
    """The category that an answer falls into."""
    if isinstance(question, Nps):
        return "promoters" if value >= 9 else "passives" if value >= 7 else "detractors"
    return str(value)


def _rate(answered: int, invited: int) -> dict[str, Any]:
    rate = round(answered / invited, 3) if invited else None
    return {"answered": answered, "invited": invited, "response_rate": rate}


def _result(question: Question, values: Sequence[Any], answered: int, least: int, too_few: str, *, young: bool) -> Result:
    said = [one for one in values if one != NOT_APPLICABLE]
    kind = str(type(question).__struct_config__.tag)
    if len(said) < least:
        n = None if young else len(said)
        return Result(id=question.id, type=kind, n=n, suppressed=True, reason=too_few)
    known: dict[str, Any] = {"id": question.id, "type": kind, "n": len(said)}
    if question.show_if is None and not young:
        known["missing"] = answered - len(values)
    if isinstance(question, Likert) and question.not_applicable and not young:
        known["not_applicable"] = len(values) - len(said)
    shown = _of_students(question, said) if young else _of_adults(question, said)
    if shown is None:
        return Result(id=question.id, type=kind, n=len(said), suppressed=True, reason="Nearly all answered alike.")
    return Result(**known, **shown)


def _of_adults(question: Question, said: Sequence[Any]) -> dict[str, Any]:  # noqa: PLR0911 - a case for each kind
    match question:
        case Likert() | YesNo() | ChoiceOne() | QuoteConsent():
            return {"counts": _counts(question, said)}
        case Nps():
            [low, _, high] = counts = _counts(question, said)
            return {"counts": counts, "score": round(100 * (high - low) / len(said), 1)}
        case ChoiceMany():
            return {"counts": [sum(code in one for one in said) for code in categories(question)]}
        case Ranking():
            return {"ranks": _ranks(question, said, exact=True)}
        case Number():
            edges = suppression.bins(said)
            counted = zip(edges, edges[1:], suppression.in_bins(said, edges), strict=False)
            return {"median": float(median(said)), "bins": [Bin(*one) for one in counted]}
        case Day():
            return {"days": _days(said)}
        case ShortText() | LongText():
            return {}
        case _:
            assert_never(question)


def _of_students(question: Question, said: Sequence[Any]) -> dict[str, Any] | None:
    """The same, so coarse that nobody is found in it; None where even that would say too much."""
    match question:
        case Likert() | YesNo():
            return {"groups": suppression.ordinal(_counts(question, said))}
        case Nps():
            return {"groups": suppression.ordinal(_counts(question, said))}
        case ChoiceOne() | QuoteConsent():
            groups = suppression.nominal(_counts(question, said))
            return {"groups": groups} if groups else None
        case ChoiceMany():
            counts = [sum(code in one for one in said) for code in categories(question)]
            ticked = [suppression.ticked(count, len(said)) for count in counts]
            return {"groups": [suppression.Group([place], one.share, one.count) for place, one in enumerate(ticked)]}
        case Ranking():
            return {"ranks": _ranks(question, said, exact=False)}
        case Number() | Day() | ShortText() | LongText():
            return {}
        case _:
            assert_never(question)


def _counts(question: Question, said: Sequence[Any]) -> list[int]:
    found = Counter(category(question, value) for value in said)
    return [found[code] for code in categories(question)]


def _ranks(question: Ranking, said: Sequence[Sequence[str]], *, exact: bool) -> list[Rank]:
    means = {option.code: mean(one.index(option.code) + 1 for one in said) for option in question.options}
    order = sorted(means, key=lambda code: (means[code], code))
    if not exact:
        return [Rank(code) for code in order]
    return [Rank(code, round(means[code], 1), sum(one[0] == code for one in said)) for code in order]


def _days(said: Sequence[str]) -> list[Counted]:
    found = Counter(said)
    if len(found) > MOST_DAYS:
        found = Counter(day[:7] for day in said)
    return [Counted(what, found[what]) for what in sorted(found)]


def _pairs(definition: Definition, core: Sequence[Mapping[str, Any]], too_few: str) -> list[Pair]:
    """Of adults alone: how many students moved, beside what is shown of before and of now, would say what bands hide."""
    if definition.audience == "students":
        return []
    asked = {(one.pair, one.retro): one for one in definition.questions if isinstance(one, Likert) and one.pair}
    made: list[Pair] = []
    for (pair, retro), before in asked.items():
        if retro != "before":
            continue
        now = asked[pair, "now"]
        both = [(row.get(before.id), row.get(now.id)) for row in core]
        steps = [int(last) - int(first) for first, last in both if isinstance(first, int) and isinstance(last, int)]
        known: dict[str, Any] = {"id": pair, "before": before.id, "now": now.id, "n": len(steps)}
        if len(steps) < definition.least:
            made.append(Pair(**known, suppressed=True, reason=too_few))
            continue
        changes = [sum(one < 0 for one in steps), sum(one == 0 for one in steps), sum(one > 0 for one in steps)]
        made.append(Pair(**known, changes=changes, mean_change=round(mean(steps), 2)))
    return made


def _filters(definition: Definition, core: Sequence[Mapping[str, Any]]) -> list[Filter]:
    """By the one question that results may be looked at by."""
    dimensions = [one for one in definition.questions if isinstance(one, FILTERS) and one.filters and not apart(one)]
    targets = [one for one in definition.questions if isinstance(one, Likert | Nps) and not apart(one)]
    made: list[Filter] = []
    for dimension in dimensions:
        codes = categories(dimension)
        groups = [[row for row in core if row.get(dimension.id) == code] for code in codes]
        groups.append([row for row in core if dimension.id not in row])
        sizes = [len(one) for one in groups]
        if sum(sizes[:-1]) < definition.least:
            continue
        by = [_by(one, [*codes, ""], groups, sizes, definition.least) for one in targets]
        made.append(Filter(dimension.id, sizes, by))
    return made


def _by(
    target: Question, codes: Sequence[str], groups: Sequence[Sequence[Mapping[str, Any]]], sizes: Sequence[int], least: int
) -> By:
    said = [[row[target.id] for row in group if row.get(target.id) not in (None, NOT_APPLICABLE)] for group in groups]
    rows = [_counts(target, one) for one in said]
    there = [place for place, size in enumerate(sizes) if size]
    of_those = [rows[place] for place in there], [sizes[place] for place in there]
    decided = suppression.by_groups(*of_those, least) if sum(map(len, said)) >= least else None
    if decided is None:
        return By(target.id, suppressed=True, reason="Too few answers in the groups.")
    shown = [place not in there or decided[there.index(place)] for place in range(len(rows))]
    return By(
        target.id,
        [
            GroupRow(code, n=sum(row), counts=row) if is_shown else GroupRow(code, suppressed=True)
            for code, row, is_shown in zip(codes, rows, shown, strict=True)
        ],
    )
