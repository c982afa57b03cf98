"""`make verify`: the evidence of the demo that runs is read again, chain by chain."""

import os
from pathlib import Path

from service.consents import verify
from service.errors import StartRefused
from service.local.environment import kept_secrets
from service.local.folder import socket_path
from service.local.servers import DATABASE


def prove(env: dict[str, str], data_dir: Path) -> int:
    """The exit code of `python -m service.consents.verify` for this data folder; raises StartRefused where nothing runs."""
    sockets = socket_path(data_dir.resolve())
    if "PLENARY_DATABASE_URL" not in env and not (data_dir.exists() and sockets.exists() and any(sockets.iterdir())):
        raise StartRefused("The demo does not run. Start it with make demo, then ask again.")
    own = {"PLENARY_DATABASE_URL": f"postgresql://plenary_app@/{DATABASE}?host={sockets}", **kept_secrets(data_dir)}
    os.environ.update({name: value for name, value in own.items() if name not in env})
    return verify.main([])
