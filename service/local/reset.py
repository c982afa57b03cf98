"""`make reset`: takes away what the demo wrote into its data folder, and nothing else."""

import shutil
from pathlib import Path

from service.errors import StartRefused
from service.local.environment import PARTS
from service.local.folder import DataFolder


def reset(path: Path) -> str:
    """Delete the demo's data; answers with a sentence, raises StartRefused while the demo runs on them."""
    if not path.exists():
        return f"There is no data folder {path}; nothing to delete."
    folder = DataFolder.open(path)
    try:
        for name in PARTS:
            part = folder.path / name
            if part.is_dir():
                shutil.rmtree(part)
            else:
                part.unlink(missing_ok=True)
    except OSError as error:
        raise StartRefused(f"{error.filename} cannot be deleted: {error.strerror}.") from None
    finally:
        folder.close()
    return f"The demo's data in {path} are deleted."
