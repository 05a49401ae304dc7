"""What a case costs: each runs in a process of its own, in turn with what it is compared with.

A case is a module and its arguments: `python -m MODULE ARGUMENTS` does the work by `report`, which
prints what it cost as JSON. Seconds are those of the processor, of all threads and child processes,
from the begin of the work, so imports made before do not count.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROUNDS = 3


@dataclass(frozen=True)
class Cost:
    """Processor seconds, the peak of memory (and of what came on top of the imports), and more."""

    seconds: float
    peak: float
    beyond: float
    said: Mapping[str, Any] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """The rows that the case made."""
        return int(self.said["rows"])


def cpu_seconds() -> float:
    """Processor seconds of this process and of its children that ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(part.ru_utime + part.ru_stime for part in used)


def forget_peak() -> None:
    """Ask Linux to count the peak of resident memory anew; elsewhere it is that of the process."""
    try:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    except OSError:
        return


def peak() -> float:
    """The peak of resident memory in megabytes."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
        line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    except (OSError, StopIteration):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def report(work: Callable[[], Mapping[str, Any]]) -> None:
    """Do the work in this process and print what it cost, with what the work says besides."""
    forget_peak()
    before, start = peak(), cpu_seconds()
    said = work()
    seconds = cpu_seconds() - start
    found = {"seconds": seconds, "peak": peak(), "beyond": peak() - before}
    print(json.dumps({**found, "said": dict(said)}))


def cost_of(module: str, *arguments: str) -> Cost:
    """One case in a process of its own."""
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        sys.stderr.write(done.stderr)
        raise RuntimeError(f"python -m {module} {' '.join(arguments)} failed")
    cost = Cost(**json.loads(done.stdout.splitlines()[-1]))
    case = " ".join((module.removeprefix("benchmarks."), *map(_short, arguments)))
    print(f"  {case}: {cost.seconds:.2f} s, {cost.peak:.0f} MB", file=sys.stderr)
    return cost


def _short(argument: str) -> str:
    return Path(argument).name if "/" in argument else argument


def alternating(cases: Mapping[str, Sequence[str]], rounds: int = ROUNDS) -> dict[str, Cost]:
    """Each case (a module and its arguments) in turn, so many rounds; the cheapest run of each.

    A B C A B C: what disturbs the machine for a while disturbs all of them.
    """
    runs: dict[str, list[Cost]] = {name: [] for name in cases}
    for _ in range(rounds):
        for name, (module, *arguments) in cases.items():
            runs[name].append(cost_of(module, *arguments))
    return {name: min(found, key=lambda cost: cost.seconds) for name, found in runs.items()}


def in_turn(works: Mapping[str, Callable[[], object]], rounds: int = ROUNDS) -> dict[str, float]:
    """The least processor seconds of each work in this process, one after the other in rounds.

    For quick guards: no memory is measured, and what one work leaves behind another may use.
    """
    runs: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            start = cpu_seconds()
            work()
            runs[name].append(cpu_seconds() - start)
    return {name: min(found) for name, found in runs.items()}
