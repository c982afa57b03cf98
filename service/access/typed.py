"""What somebody typed, or a link carried, brought into the form in which it can be used. Pure."""

import re

_PATH = re.compile(r"(?:/[A-Za-z0-9._~%-]+)+(?:\?[A-Za-z0-9._~%=&+-]*)?")


def path_to_go_on(text: str) -> str:
    """A path of our own pages to go on to after signing in, or an empty text: nobody is led elsewhere from here."""
    return text if len(text) <= 300 and _PATH.fullmatch(text) and not text.startswith(("/api", "/sign-")) else ""


def typed_code(text: str) -> str:
    """Six digits as people type them: with spaces or a hyphen between."""
    return re.sub(r"[\s-]", "", text)[:20]
