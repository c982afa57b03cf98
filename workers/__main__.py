"""`python -m workers`: one worker process."""

import os
import sys

from service import garbage, logs
from service.errors import StartRefused
from service.settings import from_env
from workers.main import create_worker


def main() -> int:
    """Run until a signal; one sentence and 1 where it cannot start."""
    try:
        settings = from_env(os.environ)
        logs.set_up("worker", settings.log_format)
        worker = create_worker(settings)
        garbage.settle()
        worker.run()
    except StartRefused as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
