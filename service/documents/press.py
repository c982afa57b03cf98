"""The press: a document in, the bytes of a tagged PDF out. It takes a processor, so workers run it in a thread."""

import re
from datetime import UTC
from functools import cache
from pathlib import Path

import msgspec
import typst

from service.documents.kinds import AnyDocument

HERE = Path(__file__).parent
SHEETS = HERE / "sheets"
STANDARD = "ua-1"
"""PDF/UA: the press itself refuses what a screen reader could not read, and a sign that no font has."""


class Unprintable(Exception):
    """The sheet cannot be set; why, without the words that stand in it."""


def press(document: AnyDocument) -> bytes:
    """The PDF; the same document makes the same bytes. Raises Unprintable."""
    sheet = SHEETS / f"{document.__struct_config__.tag}.typ"
    try:
        made = typst.compile(
            sheet,
            root=SHEETS,
            font_paths=_fonts(),
            sys_inputs={"document": msgspec.json.encode(document).decode()},
            format="pdf",
            pdf_standards=[STANDARD],
            timestamp=document.made_at.astimezone(UTC).replace(microsecond=0),
        )
    except typst.TypstError as error:
        raise Unprintable(re.sub(r"`.*?`", "…", error.message, flags=re.DOTALL)) from None
    assert isinstance(made, bytes)
    return made


@cache
def _fonts() -> typst.Fonts:
    """Ours and those in the press: nothing of the machine, so that every machine makes the same."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[HERE / "fonts"])
