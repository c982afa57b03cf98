"""`python -m service.documents`: one document from standard input to standard output; see `apart`."""

import sys

from service.documents.apart import main

if __name__ == "__main__":
    sys.exit(main())
