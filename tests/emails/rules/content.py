"""A calendar object read by hand, so that the rules do not lean on the library that wrote it."""

import re
from dataclasses import dataclass, field

LINE = re.compile(r'([A-Za-z0-9-]+)((?:;[A-Za-z0-9-]+=(?:"[^"]*"|[^";:,]*)(?:,(?:"[^"]*"|[^";:,]*))*)*):(.*)', re.DOTALL)
PARAMETER = re.compile(r';([A-Za-z0-9-]+)=((?:"[^"]*"|[^";:,]*)(?:,(?:"[^"]*"|[^";:,]*))*)')


@dataclass(frozen=True)
class Line:
    name: str
    parameters: dict[str, str]
    value: str

    @property
    def text(self) -> str:
        """The value with TEXT's escapes undone."""
        return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], self.value)


@dataclass
class Component:
    name: str
    lines: list[Line] = field(default_factory=list)
    children: list["Component"] = field(default_factory=list)
    first_child_after: int | None = None

    def all(self, name: str) -> list[Line]:
        return [line for line in self.lines if line.name == name]

    def value(self, name: str) -> str:
        found = self.all(name)
        return found[0].value if found else ""

    def text(self, name: str) -> str:
        found = self.all(name)
        return found[0].text if found else ""

    def children_named(self, name: str) -> list["Component"]:
        return [child for child in self.children if child.name == name]


def unfolded(calendar: bytes) -> list[str]:
    return calendar.decode("utf-8").replace("\r\n ", "").replace("\r\n\t", "").removesuffix("\r\n").split("\r\n")


def line(text: str) -> Line:
    """Raises ValueError for what is no content line."""
    found = LINE.fullmatch(text)
    if not found:
        raise ValueError(f"no content line: {text!r}")
    parameters = {name.upper(): value.strip('"') for name, value in PARAMETER.findall(found[2])}
    return Line(found[1].upper(), parameters, found[3])


def component(calendar: bytes) -> Component:
    """The outermost component; raises ValueError for unbalanced or broken lines."""
    root = Component("")
    open_ones = [root]
    for read in map(line, unfolded(calendar)):
        if read.name == "BEGIN":
            child = Component(read.value.upper())
            parent = open_ones[-1]
            if parent.first_child_after is None:
                parent.first_child_after = len(parent.lines)
            parent.children.append(child)
            open_ones.append(child)
        elif read.name == "END":
            if len(open_ones) == 1 or open_ones.pop().name != read.value.upper():
                raise ValueError(f"END:{read.value} closes nothing")
        else:
            open_ones[-1].lines.append(read)
    if len(open_ones) != 1 or len(root.children) != 1 or root.lines:
        raise ValueError("not one balanced component")
    return root.children[0]
