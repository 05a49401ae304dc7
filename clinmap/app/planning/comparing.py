"""What `clinmap diff` compares: two studies, one at two revisions, or two cuts of the data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from clinmap.app.build.selection import chosen_datasets
from clinmap.app.package.package_files import manifest_of
from clinmap.app.planning.consequences import PlanDifference, plan_difference
from clinmap.app.planning.measured import Measured, Side, measured
from clinmap.app.planning.revisions import split_revision, study_at
from clinmap.app.registry import registry
from clinmap.app.watch import Watch
from clinmap.plan import Plan
from clinmap.problems import SpecificationError
from mappings.compile import compile_study


@dataclass(frozen=True, slots=True)
class StudyDiff:
    """Two sides compared: their names, their Plans, and what the data say where they were given.

    `raw` names the folders of raw exports, none, one for both sides, or one for each.
    """

    old: str
    new: str
    plans: PlanDifference
    raw: tuple[str, ...] = ()
    data: Measured | None = None

    @property
    def differs(self) -> bool:
        """Whether the specifications differ, or the values that were built."""
        return bool(self.plans.consequences) or (self.data is not None and self.data.differs)

    @property
    def of_cuts(self) -> bool:
        """Whether one specification is compared with itself on two folders of raw exports."""
        return len(self.raw) == 2 and self.old == self.new


def study_diff(
    old: str, new: str, raw: Sequence[Path], items: Sequence[str], watch: Watch
) -> StudyDiff:
    """Compare what the two name; an empty `new` is the working tree, or the same study.

    With raw exports both sides are built: `items` (see `--select`) narrow what is.
    Problems: SPC070 for git, SPC071 where it is not clear what to compare, and those of compiling
    and of reading raw tables.
    """
    old, new = _sides(old, new, raw)
    with TemporaryDirectory(prefix="clinmap-") as folder, watch.stage("compile"):
        first = _plan(old, Path(folder) / "old")
        second = first if new == old else _plan(new, Path(folder) / "new")
    found = StudyDiff(old, new, plan_difference(first, second))
    if not raw:
        return found
    cuts = len(raw) == 2
    names = [d.name for d in second.datasets] if cuts else found.plans.datasets
    chosen = chosen_datasets(second, items) if items else frozenset(names)
    data = measured(
        Side(first, raw[0]), Side(second, raw[-1]), [n for n in names if n in chosen], watch,
        found.plans.reached,
    )  # fmt: skip
    return replace(found, raw=tuple(map(str, raw)), data=data)


def _sides(old: str, new: str, raw: Sequence[Path]) -> tuple[str, str]:
    """Both sides by name, or SPC071."""
    for name in filter(None, (old, new)):
        if manifest_of(Path(name)) is not None:
            raise _unclear(f"{name} is a package", "`clinmap compare OLD NEW` compares packages.")
    if len(raw) > 2:
        raise _unclear("--raw names more than two folders", "Write --raw OLD NEW.")
    if new:
        return old, new
    study, revision = split_revision(old)
    if revision:
        return old, study
    if len(raw) == 2:
        return old, old
    raise _unclear(
        f"there is nothing to compare {study} with",
        f"Write `clinmap diff {study}@HEAD`, name a second study, or give --raw OLD NEW.",
    )


def _unclear(message: str, hint: str) -> SpecificationError:
    return SpecificationError("SPC071", message, hint=hint)


def _plan(name: str, folder: Path) -> Plan:
    """The Plan of a study, or of one at a revision, whose files are written below `folder`."""
    study, revision = split_revision(name)
    found = study_at(study, revision, folder) if revision else study
    return compile_study(str(found), registry()).plan
