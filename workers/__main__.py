"""`python -m workers`: one worker process."""

import logging
import os
import sys

from service.errors import StartRefused
from service.settings import from_env
from workers.main import create_worker


def main() -> int:
    """Run until a signal; one sentence and 1 where it cannot start."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s", stream=sys.stderr)
    logging.getLogger("arq").setLevel(logging.WARNING)
    logging.getLogger("mail.log").setLevel(logging.WARNING)  # it would write down who writes to whom
    try:
        create_worker(from_env(os.environ)).run()
    except StartRefused as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
