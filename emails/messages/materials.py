"""About materials: to whoever has a seat, that they are there."""

from typing import ClassVar

from emails.messages.parts import ConveningMessage, Stream


class MaterialsReady(ConveningMessage, frozen=True, kw_only=True, tag="materials_ready"):
    """Materials are there: `titles` of the first few, and how many more the reader's own page has."""

    stream: ClassVar[Stream | None] = "materials"
    links: ClassVar[tuple[str, ...]] = ("manage",)
    wanted_while: ClassVar[tuple[str, ...]] = ("confirmed",)
    bulk: ClassVar[bool] = True

    titles: tuple[str, ...]
    more: int = 0
