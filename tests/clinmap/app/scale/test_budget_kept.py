"""With a budget a build holds less memory than the budget, where a plain one holds more."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest

from clinmap.app.scale.memory import held_now
from tests.clinmap.app.conftest import Tiny

SUBJECTS, EVENTS, BUDGET = 3000, 400_000, 320_000_000
BUILD = """
import sys
from clinmap.app.main import main
from clinmap.app.scale.memory import observed
if __name__ == "__main__":
    with observed() as held:
        code = main(sys.argv[1:])
    print(code, held.most)
"""


def enlarge(tiny: Tiny) -> None:
    """Many subjects with many events, drawn with a seed."""
    drawn = random.Random(8)
    subjects = [f"{number:05d}" for number in range(SUBJECTS)]
    rows = [f"{s},10,F,USA,2024-03-{drawn.randint(1, 28):02d}" for s in subjects]
    write(tiny.raw / "subjects.csv", "SUBJ,SITE,SEX,CTRY,START", rows)
    rows = [
        f"{drawn.choice(subjects)},Term {drawn.randint(1, 900)},MILD,"
        f"2024-{drawn.randint(3, 9):02d}-{drawn.randint(1, 28):02d},Note {number}"
        for number in range(EVENTS)
    ]
    write(tiny.raw / "events.csv", "SUBJ,TERM,SEV,BEGAN,NOTE", rows)


def write(path: Path, head: str, rows: list[str]) -> None:
    path.write_text("\n".join([head, *rows, ""]), encoding="utf-8")


def built(tiny: Tiny, name: str, *more: str) -> int:
    """The most memory that a build in a process of its own held."""
    command = ["build", str(tiny.study), "--raw", str(tiny.raw), "--out", str(tiny.base / name)]
    said = subprocess.run(
        [sys.executable, "-c", BUILD, *command, "--quiet", "--fail-on", "never", *more],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[4],
    )
    assert "INP036" not in said.stderr
    code, most = said.stdout.split()[-2:]
    assert code == "0", said.stderr
    return int(most)


@pytest.mark.slow
@pytest.mark.skipif(not held_now(), reason="only Linux tells what is held")
def test_a_budget_is_kept(tiny: Tiny) -> None:
    """The anonymous memory of whole processes; the packages are the same."""
    enlarge(tiny)
    assert built(tiny, "plain") > BUDGET
    assert built(tiny, "within", "--memory", f"{BUDGET // 10**6}MB") <= BUDGET
    plain, within = (
        {p.name: p.read_bytes() for p in (tiny.base / name).rglob("*") if p.is_file()}
        for name in ("plain", "within")
    )
    assert plain == within
