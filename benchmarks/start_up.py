"""Start-up: commands that read no data, beside a Python that does nothing."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.alternating import cpu_seconds
from benchmarks.page import Claim, Section

TITLE = "Start-up"
ROUNDS = 10
PYTHON = "python -c pass"
CHECKED = str(Path(__file__).parent / "studies" / "findings")
COMMANDS: Mapping[str, Sequence[str]] = {
    PYTHON: ("-c", "pass"),
    "python -c 'import pandas'": ("-c", "import pandas"),
    "clinmap --help": ("-m", "clinmap", "--help"),
    "clinmap --version": ("-m", "clinmap", "--version"),
    "clinmap build --help": ("-m", "clinmap", "build", "--help"),
    "clinmap check (a study of 3 datasets)": ("-m", "clinmap", "check", CHECKED),
}
BOUND = 0.15


def start_up_seconds(rounds: int = ROUNDS, names: Sequence[str] = ()) -> dict[str, float]:
    """Processor seconds of each command, one after the other in turn, the least of all rounds."""
    wanted = names or tuple(COMMANDS)
    runs = [{name: _seconds(COMMANDS[name]) for name in wanted} for _ in range(rounds)]
    return {name: min(found[name] for found in runs) for name in wanted}


def _seconds(arguments: Sequence[str]) -> float:
    before = cpu_seconds()
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
    return cpu_seconds() - before


def start_up_section(_: Path) -> Section:
    """The lines of the page on start-up, and its claim."""
    found = start_up_seconds()
    lines = [
        f"Whole processes, the least of {ROUNDS} in turn, compiled modules on disk.",
        "",
        "| command | CPU s |",
        "|---|---:|",
        *(f"| `{name}` | {seconds:.2f} |" for name, seconds in found.items()),
    ]
    ours, bare = found["clinmap --help"], f"{PYTHON} {found[PYTHON]:.2f} s"
    claim = Claim("`--help`, in CPU s", f"{ours:.2f} s", bare, ours, BOUND, at_most=True)
    return Section(lines, [claim])
