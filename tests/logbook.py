"""Everything that tests make the product write down, as it would be written; nothing of it may be about a person."""

import logging
import re

from service.logs import OURS, Lines

ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
TOKEN = re.compile(r"(?<![\w-])(?=[\w-]*[A-Z])(?=[\w-]*[a-z])(?=[\w-]*\d)[\w-]{40,200}(?![\w-])")
"""What our links and cookies look like."""


class Logbook(logging.Handler):
    """Keeps the lines of one test."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(Lines("tests"))
        self.lines: list[str] = []

    def open(self) -> None:
        """From now on, at the levels of a real process."""
        self.lines.clear()
        root = logging.getLogger()
        logging.getLogger(OURS).setLevel(logging.INFO)
        if self not in root.handlers:
            root.addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno >= (logging.INFO if record.name.startswith(OURS) else logging.WARNING):
            self.lines.append(self.format(record))

    def personal(self) -> list[str]:
        """Lines that say an address or a link."""
        return [line for line in self.lines if ADDRESS.search(line) or TOKEN.search(line)]
