"""The studies that come with clinmap: where they stand, and their names."""

from __future__ import annotations

from pathlib import Path

STUDIES = Path(__file__).parent / "studies"


def shipped_studies() -> tuple[str, ...]:
    """The names of the studies that come with clinmap."""
    return tuple(sorted(path.parent.name for path in STUDIES.glob("*/study.yaml")))
