"""Who of the demo can be looked over the shoulder: a school's contact, a moderator, a guardian."""

from service.db import Connection
from service.local import demo_queries
from service.settings import Settings
from service.web import links

CONTACT = "zeb.fosterlane@lake-marlow.example"
MODERATOR = "marisela.quillfeather@moderators-demo.example"
GUARDIAN = "yvette.lockridge-penn@families.example"


async def rows(conn: Connection, settings: Settings) -> list[tuple[str, str]]:
    """Lines for the table that is printed at the start; none where the network is somebody's own."""
    asked = await demo_queries.asked_by_mail(conn, GUARDIAN)
    if asked is None:
        return []
    public = settings.public_url
    link = f"{links.PATHS['consent']}{links.token(settings.secret_key, 'consent', asked.id, asked.generation)}"
    return [
        ("School's contact", f"{public}/sign-in as {CONTACT}"),
        ("Panel's moderator", f"{public}/sign-in as {MODERATOR}"),
        ("Guardian", f"{public}{link} (the mail to {GUARDIAN} has it)"),
    ]
