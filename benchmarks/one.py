"""One build in a process of its own: seconds and peak memory of each stage, as JSON."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Stopwatch:
    """Measures each stage of a build: seconds, and the most memory the process held in it."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.megabytes: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Measure a stage."""
        _forget_peak()
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = time.perf_counter() - start
            self.megabytes[name] = _peak()

    def step(self, what: str) -> None:
        """Nothing: stages are enough."""


def _forget_peak() -> None:
    """Ask Linux to count the peak of resident memory anew; elsewhere it is that of the process."""
    try:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    except OSError:
        return


def _peak() -> float:
    """The peak of resident memory in megabytes."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
        line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    except (OSError, StopIteration):
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Build the study named on the command line and print what it cost."""
    from clinmap.app.build.pipeline import build_study
    from clinmap.app.package.packaging import write_package
    from clinmap.app.registry import registry
    from mappings.compile import compile_study

    study, raw, out = sys.argv[1:4]
    watch = Stopwatch()
    with watch.stage("compile"):
        compiled = compile_study(study, registry())
    built = build_study(compiled, Path(raw), watch=watch)
    write_package(built, Path(out), watch)
    rows = sum(len(item.frame) for item in built.datasets.values())
    print(json.dumps({"seconds": watch.seconds, "megabytes": watch.megabytes, "rows": rows}))


if __name__ == "__main__":
    main()
