"""Results as files: what the release shows, a line for each thing counted, and nothing besides."""

import io
from collections.abc import Callable, Mapping
from typing import Literal, TypeAlias

import xlsxwriter
from litestar import Response

from service.registrations.export import neutral, table
from service.surveys import shapes, tallying
from service.surveys.queries import SurveyRow
from service.surveys.questions import Question, said
from service.surveys.release import By, Pair, Release, Result

COLUMNS = ("Question", "Words", "Type", "What", "People", "Share", "Note")
CHANGES = ["less", "the same", "more"]
Line = tuple[str, str, str, str, int | float | str, str, str]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def lines(row: SurveyRow, release: Release) -> list[Line]:
    """The whole release, line by line; hidden things stand as lines that say why."""
    if not release.shown:
        return [("", "", "", "", "", "", release.reason)]
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
        return [(*head, "", "", "", pair.reason)]
    counted = zip(CHANGES, pair.changes or (), strict=False)
    made: list[Line] = [(*head, what, count, _share(count, pair.n or 0), "") for what, count in counted]
    if pair.mean_change is not None:
        made.append((*head, "mean change", pair.mean_change, "", f"of {pair.n} people"))
    return made


def _of_groups(dimension: str, by: By, question: Question) -> list[Line]:
    head = (by.question, said(question.words, "en"), f"by {dimension}")
    if by.suppressed:
        return [(*head, "", "", "", by.reason)]
    made: list[Line] = []
    for row in by.rows:
        name = row.code or "no answer"
        if row.suppressed:
            made.append((*head, name, "", "", "Too few answers, or needed to hide those of others."))
        counted = zip(tallying.categories(question), row.counts or (), strict=False)
        made += [(*head, f"{name}: {what}", count, _share(count, row.n or 0), "") for what, count in counted]
    return made


def _of_result(found: Result, question: Question) -> list[Line]:
    head = (found.id, said(question.words, "en"), found.type)
    if found.suppressed:
        return [(*head, "", "", "", found.reason)]
    names, n = _names(question), found.n or 0
    made: list[Line] = [(*head, "answered", n, "", "")]
    counted = zip(names, found.counts or (), strict=False)
    made += [(*head, what, count, _share(count, n), "") for what, count in counted]
    made += [(*head, _places(one.of, names), _count(one.count), one.share, "") for one in found.groups or ()]
    binned = [(f"{one.low:g} to under {one.high:g}", one.count) for one in found.bins or ()]
    made += [(*head, what, count, _share(count, n), "") for what, count in binned]
    made += [(*head, one.what, one.count, _share(one.count, n), "") for one in found.days or ()]
    for place, one in enumerate(found.ranks or (), 1):
        if one.mean is None:
            made.append((*head, f"place {place}", one.code, "", ""))
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


def _count(count: int | None) -> int | str:
    return "" if count is None else count


def as_csv(row: SurveyRow, release: Release) -> bytes:
    """For a spreadsheet, formulas neutralised."""
    return table(COLUMNS, [[str(cell) for cell in line] for line in lines(row, release)])


def as_xlsx(row: SurveyRow, release: Release) -> bytes:
    """A workbook of one sheet, with numbers as numbers."""
    made = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    workbook = xlsxwriter.Workbook(made, options)
    sheet = workbook.add_worksheet("Results")
    sheet.freeze_panes(1, 0)
    for number, line in enumerate([COLUMNS, *lines(row, release)]):
        sheet.write_row(number, 0, [neutral(cell) if isinstance(cell, str) else cell for cell in line])
    workbook.close()
    return made.getvalue()


Kind: TypeAlias = Literal["csv", "xlsx"]
KINDS: Mapping[Kind, tuple[str, Callable[[SurveyRow, Release], bytes]]] = {
    "csv": ("text/csv; charset=utf-8", as_csv),
    "xlsx": (XLSX, as_xlsx),
}


def file(row: SurveyRow, release: Release, kind: Kind) -> Response[bytes]:
    """The file of a kind, to be saved."""
    media_type, make = KINDS[kind]
    headers = {"Content-Disposition": f'attachment; filename="{row.code}-v{row.version}.{kind}"'}
    return Response(make(row, release), media_type=media_type, headers=headers)
