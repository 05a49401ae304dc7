"""Which clinmap runs, and whether its other packages come from where it does."""

from __future__ import annotations

import os
from importlib.util import find_spec

import clinmap

PACKAGES = ("sdtm", "adam", "define", "mappings")


def version_text() -> str:
    """The version, and a warning for each package that comes from elsewhere."""
    import platform

    lines = [f"clinmap {clinmap.__version__} (Python {platform.python_version()})", *strangers()]
    return "\n".join(lines)


def strangers() -> list[str]:
    """A line for each of our packages, named generically, that another distribution provides."""
    own = _home("clinmap")
    found = {name: _home(name) for name in PACKAGES}
    return [
        f"warning: package {name!r} comes from {place or 'nowhere'}, not from {own} where clinmap "
        "is: another distribution has a package of that name. Install clinmap in an environment of "
        "its own (pipx, uv tool)."
        for name, place in found.items()
        if place != own
    ]


def _home(name: str) -> str | None:
    """The folder that holds a package."""
    spec = find_spec(name)
    if spec is None or not spec.origin:
        return None
    return os.path.dirname(os.path.dirname(os.path.realpath(spec.origin)))  # noqa: PTH120
