"""One build in a process of its own: processor seconds and peak memory of each stage, as JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.alternating import cpu_seconds, forget_peak, peak


class Stopwatch:
    """Measures each stage of a build: seconds, and the most memory the process held in it."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.megabytes: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Measure a stage."""
        forget_peak()
        start = cpu_seconds()
        try:
            yield
        finally:
            self.seconds[name] = cpu_seconds() - start
            self.megabytes[name] = peak()

    def step(self, what: str) -> None:
        """Nothing: stages are enough."""


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
