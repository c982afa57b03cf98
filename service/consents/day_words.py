"""Days and deadlines for families, in English and Spanish: a deadline at midnight is the end of the day before. Pure."""

from datetime import datetime, timedelta
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

from emails import wording

Told: TypeAlias = Literal["en", "es"]
"""The languages that we have texts in."""

DAYS = ["lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"]
MONTHS = [
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
]
ZONES = {
    "Eastern Time": "hora del Este",
    "Central Time": "hora del Centro",
    "Mountain Time": "hora de la Montaña",
    "Arizona Time": "hora de Arizona",
    "Pacific Time": "hora del Pacífico",
    "Alaska Time": "hora de Alaska",
    "Hawaii Time": "hora de Hawái",
    "Hawaii–Aleutian Time": "hora de Hawái y las Aleutianas",
    "Atlantic Time": "hora del Atlántico",
}


def day(instant: datetime, zone: str, language: Told = "en") -> str:
    """`Wednesday, March 10` or `miércoles 10 de marzo`, in that zone."""
    if language == "en":
        return wording.day(instant, zone)
    local = instant.astimezone(ZoneInfo(zone))
    return f"{DAYS[local.weekday()]} {local.day} de {MONTHS[local.month - 1]}"


def span(starts_at: datetime, ends_at: datetime, zone: str, language: Told = "en") -> str:
    """When something of one day takes place, with the zone's name."""
    named = zone_name(zone, starts_at, language)
    if language == "en":
        return f"{wording.span(starts_at, ends_at, zone)}, {named}"
    start, end = (moment.astimezone(ZoneInfo(zone)) for moment in (starts_at, ends_at))
    return f"{day(starts_at, zone, 'es')}, de {start:%H:%M} a {end:%H:%M}, {named}"


def until(instant: datetime, zone: str, language: Told = "en") -> str:
    """A deadline: `Monday, February 22, end of the day, Eastern Time`; with the hour where it is not midnight."""
    local = instant.astimezone(ZoneInfo(zone))
    named = zone_name(zone, instant, language)
    if (local.hour, local.minute) == (0, 0):
        last = day(instant - timedelta(minutes=1), zone, language)
        return f"{last}, {'end of the day' if language == 'en' else 'hasta el final del día'}, {named}"
    if language == "en":
        return f"{wording.day_and_time(instant, zone)}, {named}"
    return f"{day(instant, zone, 'es')}, a las {local:%H:%M}, {named}"


def zone_name(zone: str, instant: datetime, language: Told = "en") -> str:
    """What people call a zone."""
    name = wording.zone_name(zone, instant)
    return ZONES.get(name, name) if language == "es" else name
