"""The time zones as a form offers them: those of the United States first, by what people call them."""

from collections.abc import Mapping, Sequence
from functools import cache

from service.text import zone_names

AT_HOME = {
    "America/New_York": "Eastern Time (New York)",
    "America/Chicago": "Central Time (Chicago)",
    "America/Denver": "Mountain Time (Denver)",
    "America/Phoenix": "Arizona Time (Phoenix)",
    "America/Los_Angeles": "Pacific Time (Los Angeles)",
    "America/Anchorage": "Alaska Time (Anchorage)",
    "Pacific/Honolulu": "Hawaii Time (Honolulu)",
    "America/Puerto_Rico": "Atlantic Time (Puerto Rico)",
    "Pacific/Guam": "Guam Time",
}
CONTINENTS = ("Africa/", "America/", "Antarctica/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")


@cache
def elsewhere() -> Sequence[str]:
    """All others by their IANA names."""
    return sorted(name for name in zone_names() if name.startswith(CONTINENTS) and name not in AT_HOME)


@cache
def offered() -> Mapping[str, Sequence[tuple[str, str]]]:
    """Both as groups of a choice: the names that are stored, and how they are read."""
    return {"United States": list(AT_HOME.items()), "Elsewhere, by their IANA names": [(name, name) for name in elsewhere()]}
