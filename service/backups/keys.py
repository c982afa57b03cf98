"""Which keys a backup's values need: marks of them go into the backup, the keys never do."""

import hashlib
import hmac

from service.errors import StartRefused
from service.settings import Settings

WORDS = b"plenary: which key is this"


def keys_mark(settings: Settings) -> str:
    """Marks of the secret key and of the field keys, from which no key can be worked out."""
    return " ".join([_mark(settings.secret_key), *(_mark(key.lower()) for key in settings.field_keys)])


def compare(needed: str, settings: Settings) -> None:
    """Raises StartRefused where the keys of the environment are not those of the backup."""
    secret, *fields = needed.split()
    if secret != _mark(settings.secret_key):
        raise StartRefused(
            "PLENARY_SECRET_KEY is not the one of this backup: no link in a mail that went out would work. "
            "Give the key of the installation that the backup is of."
        )
    if missing := set(fields) - {_mark(key.lower()) for key in settings.field_keys}:
        raise StartRefused(
            f"PLENARY_FIELD_KEYS lacks {len(missing)} of the keys of this backup: what families wrote could not be read. "
            "Give the keys of the installation that the backup is of."
        )


def _mark(key: str) -> str:
    return hmac.new(key.encode(), WORDS, hashlib.sha256).hexdigest()[:24]
