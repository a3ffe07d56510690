"""`python -m goldwire` is the command line."""

import sys

from goldwire.cli import main

if __name__ == "__main__":
    sys.exit(main())
