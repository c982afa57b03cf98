"""What is looked at before anything is parsed: size, fields, lines, parts. Pure."""

import re

MOST_BYTES = 2 * 1024 * 1024
MOST_HEADER_BYTES = 256 * 1024
MOST_FIELDS = 400
MOST_HOPS = 30
LONGEST_LINE = 16 * 1024
MOST_PARTS = 60
DEEPEST = 12
_BARE_CR = re.compile(rb"\r(?!\n)")
"""Some end a line there and others do not: what one takes for a note is another one's sender."""
_FIELD = re.compile(rb"^[!-9;-~]+[ \t]*:", re.MULTILINE)
_TYPE = re.compile(rb"^content-type[ \t]*:", re.IGNORECASE | re.MULTILINE)
_MULTIPART = re.compile(rb"^content-type[ \t]*:[ \t]*(?:\r?\n[ \t]+)?(?:multipart/|message/)", re.IGNORECASE | re.MULTILINE)
ONCE = (b"from", b"content-type", b"to", b"subject", b"date", b"message-id", b"sender")


def broken(raw: bytes) -> str:
    """Why nobody should parse this; empty where it may be."""
    if len(raw) > MOST_BYTES:
        return "too large"
    lines = raw.replace(b"\r\n", b"\n").split(b"\n")
    if max(map(len, lines)) > LONGEST_LINE:
        return "a line is too long"
    header = re.split(rb"\r?\n\r?\n", raw, maxsplit=1)[0]
    names = [one.partition(b":")[0].strip().lower() for one in _FIELD.findall(header)]
    checks = (
        (_BARE_CR.search(header) is not None, "a line of its header ends oddly"),
        (len(header) > MOST_HEADER_BYTES, "the header is too large"),
        (len(names) > MOST_FIELDS, "too many header fields"),
        (names.count(b"received") > MOST_HOPS, "it went through too many servers"),
        (b"from" not in names, "it has no sender"),
        (any(names.count(one) > 1 for one in ONCE), "a header field stands there twice"),
        (len(_TYPE.findall(raw)) > MOST_PARTS + 1, "too many parts"),
        (len(_MULTIPART.findall(raw)) > DEEPEST * 2, "parts in parts in parts"),
    )
    return next((words for is_so, words in checks if is_so), "")
