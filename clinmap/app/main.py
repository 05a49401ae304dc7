"""The command `clinmap`: it starts only where all of its packages are its own.

`sdtm`, `adam`, `define` and `mappings` are generic names. Where another distribution provides one
of them, that is said before anything is imported that would fail in a way nobody understands.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence

from clinmap.app.exits import CLEAN, UNUSABLE
from clinmap.app.versions import strangers, version_text

COLLECTED_AFTER = (100_000, 50, 50)
"""How many new objects the collector of cycles waits for: specifications and plans hold none."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and give the exit code."""
    if strangers():
        asked = "--version" in (sys.argv[1:] if argv is None else argv)
        print(version_text(), file=sys.stdout if asked else sys.stderr)
        return CLEAN if asked else UNUSABLE
    gc.set_threshold(*COLLECTED_AFTER)
    from clinmap.app.command_line import run

    return run(argv)
