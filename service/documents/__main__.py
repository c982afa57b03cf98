"""`python -m service.documents`: a document as JSON on standard input, its PDF on standard output; see `apart`."""

import sys

import msgspec

from service.documents import press
from service.documents.kinds import AnyDocument


def main() -> int:
    """Set it; 1 where the sheet cannot be set."""
    document = msgspec.json.decode(sys.stdin.buffer.read(), type=AnyDocument)
    try:
        sys.stdout.buffer.write(press.press(document))
    except press.Unprintable:
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
