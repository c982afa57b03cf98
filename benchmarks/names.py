"""Names that few share: workers look for second entries of people whose names are alike."""

from zlib import crc32

SYLLABLES = ("ba", "cen", "dil", "fo", "gur", "ha", "jes", "kim", "lo", "mun", "na", "per", "rok", "ta", "ven", "wi", "zo")


def called(mark: str) -> str:
    """The name of whoever is known by this mark, the same in each run."""
    number = crc32(mark.encode())
    parts: list[str] = []
    for _ in range(5):
        number, which = divmod(number, len(SYLLABLES))
        parts.append(SYLLABLES[which])
    return f"{''.join(parts[:2])} {''.join(parts[2:])}".title()
