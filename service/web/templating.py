"""The Jinja environment of all pages: the shared templates and those of the slices, and the words for dates and numbers."""

import hashlib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import MediaType
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.template import TemplateConfig
from msgspec import Struct

from emails import wording
from service.settings import Settings
from service.web.security import LINK, PUBLIC
from service.web.table_files import FORMATS

SERVICE = Path(__file__).parent.parent
HALF_A_DAY = timedelta(hours=12)
STATIC = Path(__file__).parent / "static"
FOLDERS = [folder for folder in sorted(SERVICE.glob("*/templates")) if folder.parent.name != "local"]
"""Names of templates are unique across them; a test sees to it."""


PAGE: dict[str, Any] = {"opt": {"access": PUBLIC}, "media_type": MediaType.HTML, "include_in_schema": False}
"""What the route of a page says: everybody may see it."""
SEE_OTHER = 303
"""How a form that was taken is answered: with where to look now."""


def page_for(access: str) -> dict[str, Any]:
    """What the route of a page says that whom the right `access` admits may see; service.access.rights has the table."""
    return PAGE | {"opt": {"access": access}}


PERSONAL_PAGE = page_for(LINK)
"""The handler looks at the link."""
ACCOUNT_PAGE = page_for("account")
"""For whoever is signed in, about themselves."""
OFFICE_PAGE = page_for("office")
"""For organizers; of one convening, the handler looks at how far they reach."""
NETWORK_PAGE = page_for("network")
"""For organizers of everything."""


class Help(Struct, frozen=True):
    """Who helps: in the footer's first place on every page."""

    phone: str
    dial: str
    mail: str


def template_config(settings: Settings) -> TemplateConfig[JinjaTemplateEngine]:
    """What the application renders with."""
    return TemplateConfig(instance=JinjaTemplateEngine.from_environment(environment(settings)))


def environment(settings: Settings) -> Environment:
    """Escapes everything, and fails on a name that the handler did not give."""
    made = Environment(
        loader=FileSystemLoader(FOLDERS), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    words: dict[str, Any] = {
        "asset": asset,
        "help": Help(settings.help_phone, wording.phone_link(settings.help_phone), settings.mail_address),
        "clock": wording.clock,
        "day": wording.day,
        "ending": ending,
        "moment": wording.moment,
        "ordinal": wording.ordinal,
        "readers_time": wording.readers_time,
        "span": wording.span,
        "zone_name": wording.zone_name,
        "counted": counted,
        "many": many,
        "short_day": short_day,
        "formats": FORMATS,
    }
    made.globals.update(words)
    return made


def asset(name: str) -> str:
    """The address of a static file; it changes with the file, so that browsers may keep it for ever."""
    return f"/static/{name}?v={_MARKS[name]}"


def many(number: int, one: str, more: str) -> str:
    """`1 seat`, `9 seats`, `1,200 seats`."""
    return f"{number:,} {one if number == 1 else more}"


def counted(number: int, exact: bool, one: str, more: str) -> str:
    """The same of what a search found, which is counted only so far: `More than 10,000 seats`."""
    return many(number, one, more) if exact else f"More than {many(number, one, more)}"


def ending(starts_at: datetime, ends_at: datetime, zone: str) -> str:
    """When something ends, read behind when it starts: `10:45`, with its half of the day only where that is in doubt."""
    end = wording.clock(ends_at, zone)
    return end[:-5] if end[-2:] == "m." and ends_at - starts_at < HALF_A_DAY else end


def short_day(instant: datetime, zone: str) -> str:
    """`Mar 10` in that zone, for the narrow column of an agenda."""
    local = instant.astimezone(ZoneInfo(zone))
    return f"{local:%b} {local.day}"


_MARKS = {path.name: hashlib.sha256(path.read_bytes()).hexdigest()[:10] for path in STATIC.iterdir() if path.is_file()}
