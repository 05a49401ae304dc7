"""Writing a simulation into a folder: it appears whole, or what was there stays."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from clinmap.problems import OutputError

NOTE = "README.txt"
FIRST_WORDS = "SYNTHETIC DATA"


def check_simulation_target(out: Path) -> None:
    """Refuse a folder that holds something else than an earlier simulation (OUT001, OUT002)."""
    if not out.resolve().parent.is_dir():
        raise OutputError("OUT002", f"the folder that should hold {out.name} does not exist")
    if out.exists() and not _is_simulation(out):
        raise OutputError(
            "OUT001",
            f"{out.name} exists and holds something else than a simulation",
            hint="Give another folder, or remove this one yourself.",
        )


def simulate_into(out: Path, subjects: int, seed: int, odm: bool | None = None) -> dict[str, int]:
    """Simulate beside the folder and move the result into place; gives the rows of each file.

    `odm` says whether the forms are written as ODM-XML too; None leaves it to the simulation.
    """
    from clinmap.simulation.n2011_04 import simulate

    check_simulation_target(out)
    target = out.resolve()
    staging = Path(tempfile.mkdtemp(prefix=f".{target.name}.simulation-", dir=target.parent))
    try:
        counts = simulate(staging, subjects, seed, odm)
        staging.chmod(0o755)
        if target.exists():
            shutil.rmtree(target)
        staging.rename(target)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return counts


def _is_simulation(folder: Path) -> bool:
    if not folder.is_dir():
        return False
    if not any(folder.iterdir()):
        return True
    try:
        return (folder / NOTE).read_text(encoding="utf-8").startswith(FIRST_WORDS)
    except (OSError, UnicodeDecodeError):
        return False
