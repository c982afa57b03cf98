"""The environment of the local mode: what is given, and for the rest defaults and secrets that are made once."""

import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from service.settings import Settings, from_env

ROOT = Path(__file__).parent.parent.parent
PARTS = ("bin", "log", "mail", "pg", "pg.init", "valkey", "lock", "secrets.json", "survey-keys", "dkim.pem")
"""All that ever is in a data folder."""


def with_defaults(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment with what the local mode presumes; addresses of servers are still missing."""
    given = {name: value for name, value in environ.items() if value or not name.startswith("PLENARY_")}
    port = given.get("PLENARY_HTTP_PORT", "8000")
    data_dir = given.get("PLENARY_DATA_DIR", "/var/lib/plenary" if os.getuid() == 0 else str(ROOT / ".data"))
    return {
        "PLENARY_DATA_DIR": data_dir,
        "PLENARY_DKIM_KEY": str(Path(data_dir) / "dkim.pem"),
        "PLENARY_SURVEY_KEYS_DIR": str(Path(data_dir) / "survey-keys"),
        "PLENARY_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "PLENARY_MAIL_FROM": "Equity Leaders Convening Office (demo) <convenings@eon-demo.example>",
        "PLENARY_BOUNCE_DOMAIN": "bounce.eon-demo.example",
        "PLENARY_ORGANIZER": "Odalys Brightwater <odalys.brightwater@eon-demo.example>",
        "PLENARY_HELP_PHONE": "+1-202-555-0142",
        "PLENARY_WEBHOOKS_TO_LOOPBACK": "false" if "PLENARY_PUBLIC_URL" in given else "true",
        "PLENARY_LOG_FORMAT": "text",
        "PLENARY_STOP_SECONDS": "20",
        "PYTHONUNBUFFERED": "1",
        **given,
    }


def looked_over(environ: Mapping[str, str]) -> Settings:
    """What can be said before anything runs; raises StartRefused where a name or a value cannot be right."""
    made = {"PLENARY_SECRET_KEY": "x" * 32, "PLENARY_FIELD_KEYS": "0" * 64}
    return from_env({"PLENARY_DATABASE_URL": "postgresql:///", **made, **environ})


def kept_secrets(data_dir: Path) -> dict[str, str]:
    """The keys and the organizer's token of this data folder, read by its owner only; what an older one lacks is added."""
    path = data_dir / "secrets.json"
    kept: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    made = {
        "PLENARY_SECRET_KEY": secrets.token_urlsafe(48),
        "PLENARY_FIELD_KEYS": secrets.token_hex(32),
        "PLENARY_ORGANIZER_TOKEN": secrets.token_urlsafe(24),
        **kept,
    }
    if made != kept:
        keep_secrets(path, made)
    if not (key := data_dir / "dkim.pem").exists():
        _write(key, rsa.generate_private_key(65537, 2048).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return made


def keep_secrets(path: Path, kept: Mapping[str, str]) -> None:
    """Write them down for their owner only."""
    _write(path, json.dumps(kept).encode())


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all, and for its owner only."""
    unfinished = path.with_suffix(".init")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    unfinished.rename(path)
