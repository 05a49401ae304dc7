"""`python -m clinmap`: the command line."""

from __future__ import annotations

import sys

from clinmap.app.main import main

if __name__ == "__main__":
    sys.exit(main())
