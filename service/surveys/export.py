"""Results as files: what the release shows, a line for each thing counted, and nothing besides."""

from datetime import datetime

from service.surveys import shapes, tallying
from service.surveys.queries import SurveyRow
from service.surveys.questions import Question, said
from service.surveys.release import By, Pair, Release, Result
from service.web.cells import Column
from service.web.deps import AnyRequest
from service.web.downloads import Download, download
from service.web.table_files import About, Table

COLUMNS = (
    Column("question", "Question"),
    Column("words", "Words"),
    Column("type", "Type"),
    Column("what", "What"),
    Column("people", "People"),
    Column("share", "Share"),
    Column("note", "Note"),
)
CHANGES = ["less", "the same", "more"]
Line = tuple[str, str, str, str, int | float | None, str, str]


def lines(row: SurveyRow, release: Release) -> list[Line]:
    """The whole release, line by line; hidden things stand as lines that say why."""
    if not release.shown:
        return [("", "", "", "", None, "", release.reason)]
    rate = f"{100 * release.response_rate:.1f} %" if release.response_rate is not None else ""
    found: list[Line] = [("", "", "", "answered", release.answered or 0, rate, f"{release.invited} were asked")]
    by_id = {one.id: one for one in row.definition.questions}
    for one in release.results:
        found += _of_result(one, by_id[one.id])
    for pair in release.pairs:
        found += _of_pair(pair, by_id[pair.now])
    for dimension in release.filters:
        for by in dimension.by:
            found += _of_groups(dimension.question, by, by_id[by.question])
    return found


def _of_pair(pair: Pair, question: Question) -> list[Line]:
    head = (pair.id, said(question.words, "en"), "before and now")
    if pair.suppressed:
        return [(*head, "", None, "", pair.reason)]
    counted = zip(CHANGES, pair.changes or (), strict=False)
    made: list[Line] = [(*head, what, count, _share(count, pair.n or 0), "") for what, count in counted]
    if pair.mean_change is not None:
        made.append((*head, "mean change", pair.mean_change, "", f"of {pair.n} people"))
    return made


def _of_groups(dimension: str, by: By, question: Question) -> list[Line]:
    head = (by.question, said(question.words, "en"), f"by {dimension}")
    if by.suppressed:
        return [(*head, "", None, "", by.reason)]
    made: list[Line] = []
    for row in by.rows:
        name = row.code or "no answer"
        if row.suppressed:
            made.append((*head, name, None, "", "Too few answers, or needed to hide those of others."))
        counted = zip(tallying.categories(question), row.counts or (), strict=False)
        made += [(*head, f"{name}: {what}", count, _share(count, row.n or 0), "") for what, count in counted]
    return made


def _of_result(found: Result, question: Question) -> list[Line]:
    head = (found.id, said(question.words, "en"), found.type)
    if found.suppressed:
        return [(*head, "", None, "", found.reason)]
    names, n = _names(question), found.n or 0
    made: list[Line] = [(*head, "answered", n, "", "")]
    counted = zip(names, found.counts or (), strict=False)
    made += [(*head, what, count, _share(count, n), "") for what, count in counted]
    made += [(*head, _places(one.of, names), one.count, one.share, "") for one in found.groups or ()]
    binned = [(f"{one.low:g} to under {one.high:g}", one.count) for one in found.bins or ()]
    made += [(*head, what, count, _share(count, n), "") for what, count in binned]
    made += [(*head, one.what, one.count, _share(one.count, n), "") for one in found.days or ()]
    for place, one in enumerate(found.ranks or (), 1):
        if one.mean is None:
            made.append((*head, f"place {place}: {one.code}", None, "", ""))
        else:
            made.append((*head, f"{one.code}: place on average", one.mean, "", ""))
    for what, value in (("no answer", found.missing), ("does not apply", found.not_applicable)):
        if value is not None:
            made.append((*head, what, value, "", ""))
    for what, value in (("score", found.score), ("median", found.median)):
        if value is not None:
            made.append((*head, what, value, "", ""))
    return made


def _names(question: Question) -> list[str]:
    listed = [one.words for one in shapes.choices(question, "en") if one.words]
    codes = tallying.categories(question)
    return listed if len(listed) == len(codes) else codes


def _places(of: list[int], names: list[str]) -> str:
    return ", ".join(names[place] for place in of)


def _share(count: int, n: int) -> str:
    return f"{100 * count / n:.0f} %" if n else ""


def file(request: AnyRequest, row: SurveyRow, release: Release, now: datetime) -> Download:
    """The results in the format of the address."""
    about = About(list="Results", of=said(row.definition.title, "en"), made_at=now)
    return download(request, f"{row.code}-v{row.version}", Table(about, COLUMNS), lines(row, release))
