"""The desk as an app: its files under an address that changes with them, and the worker that keeps them on the device."""

import hashlib
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get
from litestar.datastructures import CacheControlHeader
from litestar.params import FromPath, FromQuery

from service.access.rules import require
from service.web.templating import PAGE, asset

FOLDER = Path(__file__).parent / "desk"
KINDS = {".js": "text/javascript", ".wasm": "application/wasm", ".css": "text/css", ".png": "image/png"}
FILES = {path.name: path.read_bytes() for path in sorted(FOLDER.iterdir()) if path.suffix in KINDS}
VERSION = hashlib.sha256(b"\0".join(name.encode() + data for name, data in FILES.items())).hexdigest()[:12]
WORKER = "worker.js"
FOR_EVER = CacheControlHeader(max_age=365 * 24 * 3600, public=True, immutable=True)
APP = "/desk/app"
PUBLIC_FILE: dict[str, Any] = {"opt": PAGE["opt"], "include_in_schema": False}


def address(name: str) -> str:
    """Where a file of the app is."""
    return f"{APP}/{VERSION}/{name}"


def kept() -> list[str]:
    """What a device keeps to open the desk without network."""
    return [*(address(name) for name in FILES if name != WORKER), asset("plenary.css"), asset("seat.svg")]


@get(f"{APP}/{{version:str}}/{{name:str}}", **PUBLIC_FILE, cache_control=FOR_EVER)
async def app_file(version: FromPath[str], name: FromPath[str]) -> Response[bytes]:
    """One file; of another version there is nothing, so that no two versions are ever mixed."""
    require(version == VERSION and name in FILES)
    return Response(FILES[name], media_type=KINDS[Path(name).suffix])


@get(f"/desk/{WORKER}", **PUBLIC_FILE, cache_control=CacheControlHeader(no_cache=True))
async def worker() -> Response[bytes]:
    """The service worker: its bytes change with the files that it keeps, and by that browsers notice a new version."""
    known = msgspec.json.encode({"version": VERSION, "files": kept()})
    return Response(b"const KEPT = " + known + b";\n" + FILES[WORKER], media_type=KINDS[".js"])


@get("/desk/app.webmanifest", **PUBLIC_FILE, cache_control=CacheControlHeader(no_cache=True))
async def manifest(door: FromQuery[UUID | None] = None) -> Response[bytes]:
    """What makes the desk installable: one app for each convening, which opens the page that the device keeps."""
    start = f"/desk/{door}" if door else "/desk"
    icon = {"src": asset("seat.svg"), "type": "image/svg+xml", "sizes": "any", "purpose": "any"}
    told = {
        "name": "Plenary front desk",
        "short_name": "Desk",
        "id": start,
        "start_url": start,
        "scope": "/desk",
        "display": "standalone",
        "background_color": "#f6f5ee",
        "theme_color": "#1b5c48",
        "icons": [
            icon,
            *({"src": address(f"icon-{size}.png"), "type": "image/png", "sizes": f"{size}x{size}"} for size in (192, 512)),
        ],
    }
    return Response(msgspec.json.encode(told), media_type="application/manifest+json")


PAGES = [app_file, worker, manifest]
