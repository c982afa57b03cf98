"""Consent texts: a small Markdown with {{variables}}, rendered to safe HTML and to plain text, and looked over. Pure.

Of Markdown there are headings, paragraphs, lists, **bold** and *italic*; a ☐ is a box to tick, which is drawn on paper and
read as words elsewhere. Everything else, raw HTML first of all, is text and stays text.
"""

import re
from collections.abc import Mapping, Sequence
from html import escape
from itertools import groupby
from typing import Literal, TypeAlias

from msgspec import Struct

Template: TypeAlias = Literal["panelist", "assent", "esign"]
Kind: TypeAlias = Literal["heading", "paragraph", "bullet", "number"]

RECORDS, PURPOSE, PARTY = "records", "purpose", "organizer_name"
VARIABLES: Mapping[Template, frozenset[str]] = {
    "panelist": frozenset(
        {
            PARTY,
            RECORDS,
            PURPOSE,
            "student_name",
            "school_name",
            "convening_name",
            "event_dates",
            "place",
            "panel_title",
            "topics",
            "recording",
            "contact_name",
            "contact_phone",
            "contact_email",
            "deadline",
        }
    ),
    "assent": frozenset({"panel_title", "convening_name"}),
    "esign": frozenset({"contact_name", "contact_phone", "contact_email", "convening_name"}),
}
"""What a text of each template says of its occasion: each of these, and nothing else."""
BOX = "☐"
_VARIABLE = re.compile(r"\{\{\s*([a-z_]+)\s*\}\}")
_FRONT = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_BLANK = re.compile(r"_{3,}")
_ITEM = re.compile(r"(?P<mark>[-*]|\d+\.)\s+(?P<text>.*)")
_HEADING = re.compile(r"(?P<level>#{1,3})\s+(?P<text>.*)")


class Block(Struct, frozen=True):
    """A piece of a text; `level` is a heading's."""

    kind: Kind
    text: str
    level: int = 0


def blocks(markdown: str) -> list[Block]:
    """The pieces in order; what stands between `---` lines at the top is about the text, and no part of it."""
    found: list[Block] = []
    open_paragraph = False
    for line in _FRONT.sub("", markdown.replace("\r\n", "\n")).split("\n"):
        bare = line.strip()
        block = _block(bare)
        if open_paragraph and block.kind == "paragraph" and bare:
            found[-1] = Block("paragraph", f"{found[-1].text}\n{bare}")
        elif bare:
            found.append(block)
        open_paragraph = bool(bare) and block.kind == "paragraph"
    return found


def _block(line: str) -> Block:
    if heading := _HEADING.fullmatch(line):
        return Block("heading", heading["text"], len(heading["level"]))
    if item := _ITEM.fullmatch(line):
        return Block("number" if item["mark"][0].isdigit() else "bullet", item["text"])
    return Block("paragraph", line)


def variables(markdown: str) -> set[str]:
    """The names between double braces."""
    return set(_VARIABLE.findall(markdown))


def html(pieces: Sequence[Block], values: Mapping[str, str], *, paper: bool = False, lowest: int = 1) -> str:
    """Safe HTML. Values are put in last, so that no name becomes markup; on paper boxes and lines are drawn.

    `lowest` is the level of the text's own title on the page around it.
    """
    parts: list[str] = []
    for kind, group in groupby(pieces, _kind):
        shown = [(block, _inline(line, values)) for block in group if (line := _words(block, paper=paper))]
        match kind:
            case "heading":
                parts += [f"<h{level}>{text}</h{level}>" for block, text in shown for level in (block.level + lowest - 1,)]
            case "paragraph":
                parts += [f"<p>{text}</p>" for _, text in shown]
            case "bullet" | "number":
                tag = "ul" if kind == "bullet" else "ol"
                parts.append(f"<{tag}>" + "".join(f"<li>{text}</li>" for _, text in shown) + f"</{tag}>")
    return "\n".join(parts)


def _kind(block: Block) -> Kind:
    return block.kind


def _inline(text: str, values: Mapping[str, str]) -> str:
    marked = re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", escape(text))
    marked = re.sub(r"\*(.+?)\*", r"<em>\1</em>", marked).replace("\n", "<br>\n")
    return _VARIABLE.sub(lambda found: f"<bdi>{escape(_one_line(values[found[1]]))}</bdi>", marked)


def plain(pieces: Sequence[Block], values: Mapping[str, str]) -> str:
    """The same words as text, as the evidence keeps them."""
    lines: list[str] = []
    for kind, group in groupby(pieces, _kind):
        texts = [_spoken(line, values) for block in group if (line := _words(block, paper=False))]
        match kind:
            case "bullet":
                lines.append("\n".join(f"- {text}" for text in texts))
            case "number":
                lines.append("\n".join(f"{number}. {text}" for number, text in enumerate(texts, start=1)))
            case "heading" | "paragraph":
                lines += texts
    return "\n\n".join(lines) + "\n"


def _spoken(text: str, values: Mapping[str, str]) -> str:
    bare = re.sub(r"\*\*(.+?)\*\*", r"\1", text)
    bare = re.sub(r"\*(.+?)\*", r"\1", bare)
    return _VARIABLE.sub(lambda found: _one_line(values[found[1]]), bare)


def _words(block: Block, *, paper: bool) -> str:
    """A piece's text; off paper without the lines to write on, and with boxes read as words: `Yes / No`."""
    if paper:
        return block.text
    kept = [line for line in block.text.split("\n") if block.kind != "paragraph" or not _BLANK.search(line)]
    return "\n".join(_without_boxes(_BLANK.sub("", line)) for line in kept)


def _without_boxes(line: str) -> str:
    before, *choices = line.split(BOX)
    return " ".join(part for part in (before.strip(), " / ".join(choice.strip() for choice in choices)) if part)


def _one_line(value: str) -> str:
    return " ".join(value.split())
