"""Builds in parts: with workers, with a budget of memory, and plain; the packages are the same."""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.builds import PILOT, write_raw
from benchmarks.page import Section, paragraph

TITLE = "Builds in parts"
TIMES, PAUSE = 100, 0.05
WAYS: Mapping[str, Sequence[str]] = {
    "plain": (),
    "--workers 2": ("--workers", "2"),
    "--memory 1GB": ("--memory", "1GB"),
    "--memory 500MB": ("--memory", "500MB"),
}


@dataclass(frozen=True)
class Watched:
    """What a command cost with its child processes: time, processor seconds, memory of its own."""

    elapsed: float
    seconds: float
    megabytes: float


def scale_section(folder: Path, raw: Path) -> Section:
    """The lines of the page on builds in parts."""
    if not raw.is_dir():
        return Section([f"Not measured: there is no folder {raw.name} with the raw exports."])
    rows = write_raw(PILOT, raw, folder / "raw", TIMES)
    found = {}
    for number, (name, options) in enumerate(WAYS.items()):
        found[name] = _built(folder / "raw", folder / f"out-{number}", options)
        print(f"  {name}: {found[name]}", file=sys.stderr)
        assert same_files(folder / "out-0", folder / f"out-{number}"), f"{name}: other bytes"
    return Section([*_words(rows), "", *_table(found)])


def _words(rows: int) -> list[str]:
    return paragraph(
        f"""
        `clinmap build {PILOT}` at {TIMES}x ({rows:,} raw rows), whole processes with their workers.
        Every way writes the same bytes (asserted file by file). Memory is what the processes
        together held of their own (RssAnon, looked at every {PAUSE:g} s): mapped files are not in
        it, for the system may take them back. Two workers share the cores of this machine with
        the process that deals and merges; on more machines the parts are built in the same way.
        """
    )


def _table(found: Mapping[str, Watched]) -> list[str]:
    lines = ["| | elapsed s | CPU s | MB of their own |", "|---|---:|---:|---:|"]
    for name, cost in found.items():
        row = f"{cost.elapsed:.1f} | {cost.seconds:.1f} | {cost.megabytes:.0f}"
        lines.append(f"| {name} | {row} |")
    return lines


def _built(raw: Path, out: Path, options: Sequence[str]) -> Watched:
    command = ["-m", "clinmap", "build", PILOT, "--raw", str(raw), "--out", str(out), "--quiet"]
    return watched([sys.executable, *command, "--full", "--fail-on", "never", *options])


def watched(command: Sequence[str]) -> Watched:
    """Run a command; the memory is the most that it and its children held at one moment."""
    before, start, most = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter(), 0.0
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            most = max(most, sum(_own_megabytes(pid) for pid in _family(process.pid)))
            time.sleep(PAUSE)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Watched(time.perf_counter() - start, seconds, most)


def _family(pid: int) -> Iterator[int]:
    """The process and all below it."""
    yield pid
    for listed in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            below = listed.read_text(encoding="ascii").split()
        except OSError:
            continue
        for child in below:
            yield from _family(int(child))


def _own_megabytes(pid: int) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return 0.0
    lines = [line for line in status.splitlines() if line.startswith("RssAnon")]
    return int(lines[0].split()[1]) / 1024 if lines else 0.0


def same_files(one: Path, other: Path) -> bool:
    """Whether two folders hold the same files with the same bytes."""
    listed = [sorted(p.relative_to(f) for p in f.rglob("*") if p.is_file()) for f in (one, other)]
    return listed[0] == listed[1] and all(
        (one / path).read_bytes() == (other / path).read_bytes() for path in listed[0]
    )
