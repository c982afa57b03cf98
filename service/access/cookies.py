"""Our two cookies: who asked to sign in, and who is signed in. Scripts never see them."""

from datetime import timedelta

from litestar.datastructures import Cookie

from service.settings import Settings
from service.web.deps import AnyConnection, settings_of

SESSION = "plenary"
ASKING = "plenary-asking"


def name(settings: Settings, cookie: str) -> str:
    """With https its name begins with `__Host-`: no other host can set it, and it never travels in the clear."""
    return f"__Host-{cookie}" if settings.public_url.startswith("https:") else cookie


def made(settings: Settings, cookie: str, value: str, life: timedelta) -> Cookie:
    """Sent with our own pages only, and where a link leads to them."""
    return Cookie(
        key=name(settings, cookie),
        value=value,
        max_age=int(life.total_seconds()),
        path="/",
        httponly=True,
        samesite="lax",
        secure=settings.public_url.startswith("https:"),
    )


def ended(settings: Settings, cookie: str) -> Cookie:
    """The browser drops it."""
    return made(settings, cookie, "", timedelta(0))


def read(connection: AnyConnection, cookie: str) -> str:
    """What the browser sent; empty where it sent none."""
    return connection.cookies.get(name(settings_of(connection), cookie), "")
