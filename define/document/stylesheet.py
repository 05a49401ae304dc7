"""The stylesheet that shows a define.xml as a page, copied beside it with its licence.

define2-1.xsl is under the MIT licence; the package `defineutils` carries it with the licence text.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

STYLESHEET = "define2-1.xsl"
LICENCE = "define2-1.xsl.LICENSE"

_PACKAGE, _FOLDER = "defineutils", "definehtml"


def copy_stylesheet(folder: Path) -> tuple[Path, Path]:
    """Copy the stylesheet and its licence into `folder`; gives the two files.

    Problems: none. Example: `copy_stylesheet(Path("m5/datasets/study/tabulations/sdtm"))`.
    """
    source = _installed()
    for name in (STYLESHEET, LICENCE):
        (folder / name).write_bytes((source / name).read_bytes())
    return folder / STYLESHEET, folder / LICENCE


def _installed() -> Path:
    """Where the stylesheet is installed; its package is not imported, which takes a while."""
    found = find_spec(_PACKAGE)
    if found is None or not found.origin:
        raise ModuleNotFoundError(f"{_PACKAGE} is not installed", name=_PACKAGE)
    return Path(found.origin).parent / _FOLDER
