"""A build in parts: who builds them, how many there are, and where what is finished is kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from clinmap.app.reuse.restoring import Restored
from clinmap.app.scale.asked import Asked
from clinmap.app.scale.counting import for_memory, for_workers, raw_bytes
from clinmap.app.scale.memory import Held, Thrifty, give_back, observed
from clinmap.app.scale.spilling import Spill
from clinmap.app.watch import Watch
from clinmap.plan import DatasetPlan, Plan

if TYPE_CHECKING:
    from distributed import Client

    from clinmap.execution.finish import Built
    from clinmap.execution.tables import FrameTable
    from clinmap.partition.task import PartResult, PartTask

_Kept = TypeVar("_Kept")


@dataclass(slots=True)
class Scaling:
    """What a build in parts works with; without a client its parts are built here, one by one.

    `spill` keeps what is finished in files, where there is a budget of memory, and `held` knows the
    most that was held.
    """

    asked: Asked
    watch: Watch
    client: Client | None = None
    spill: Spill | None = None
    held: Held | None = None
    count: int = 0

    def table(self, table: FrameTable) -> FrameTable:
        """A raw table as it is kept."""
        return table if self.spill is None else self._freed(self.spill.table(table))

    def built(self, built: Built) -> Built:
        """A finished dataset as it is kept."""
        if self.spill is None:
            return built
        return self._freed(self.spill.built(built.plan.name, built))

    def restored(
        self,
        plan: Plan,
        tables: Mapping[str, FrameTable],
        datasets: Sequence[DatasetPlan],
        before: Restored,
    ) -> Restored:
        """What was there before, and the datasets that are built in parts, as if restored too."""
        from clinmap.partition.building import parts_built

        known = {name: self.built(built) for name, built in before.built.items()}
        wanted = [dataset for dataset in datasets if not dataset.parent]
        if not any(dataset.name not in known for dataset in wanted):
            return replace(before, built=known)
        self.count = self._count(tables)
        merged = parts_built(
            plan,
            tables,
            datasets,
            self.count,
            self._run,
            before=known,
            known=before.found,
            keep=self.built,
        )
        return replace(before, built=merged.built, found=merged.found)

    def _count(self, tables: Mapping[str, FrameTable]) -> int:
        """How many parts there are to be."""
        raw, budget = raw_bytes(tables), self.asked.memory
        if self.client is None:
            return for_memory(raw, self.held.look() if self.held else 0, budget)
        from clinmap.app.scale.cluster import threads_of

        return for_workers(raw, threads_of(self.client), budget)

    def _run(self, tasks: Iterable[PartTask]) -> Iterator[PartResult]:
        """The results of parts as they come, kept in files where there is a budget."""
        for number, result in enumerate(self._results(tasks)):
            self.watch.step(self._progress(number + 1))
            yield result if self.spill is None else self._freed(self.spill.result(result))

    def _results(self, tasks: Iterable[PartTask]) -> Iterable[PartResult]:
        from clinmap.partition.task import build_part

        self.watch.step(self._progress(0))
        if self.client is None:
            return map(build_part, tasks)
        from clinmap.app.scale.running import on_workers

        return on_workers(self.client, tasks, build_part)

    def _progress(self, done: int) -> str:
        said = f"{done} of {self.count} parts"
        if self.client is None:
            return said
        from clinmap.app.scale.cluster import threads_of

        return f"{said}, {threads_of(self.client)} workers"

    def _freed(self, kept: _Kept) -> _Kept:
        give_back()
        return kept


@contextmanager
def scaling(asked: Asked, out: Path, watch: Watch) -> Iterator[Scaling | None]:
    """What a build in parts works with, or None where nothing was asked for.

    Workers that were started end with the block, and so do the files beside `out`.

    Problems: InputError INP030 to INP033.
    """
    if not asked.in_parts:
        yield None
        return
    with ExitStack() as stack:
        made = Scaling(asked, watch)
        if asked.workers or asked.scheduler:
            from clinmap.app.scale.cluster import workers_of

            with watch.stage("workers"):
                made.client = stack.enter_context(workers_of(asked))
        if asked.memory:
            folder = stack.enter_context(_folder(out))
            made.spill, made.held = Spill(folder, out), stack.enter_context(observed())
            made.watch = Thrifty(watch)
        yield made


@contextmanager
def _folder(out: Path) -> Iterator[Path]:
    """A hidden folder beside the output, which is gone in the end; only its owner may read it.

    What a killed run leaves is removed by the next one, as any hidden folder beside a package.
    """
    from clinmap.writers.disk_trouble import disk_trouble
    from clinmap.writers.hidden import hidden, remove

    folder = hidden(out.resolve(), "new")
    with disk_trouble(out):
        folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        remove(folder)
