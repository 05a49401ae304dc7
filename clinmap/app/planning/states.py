"""The state of datasets beside a package of an earlier build: new, changed, failed, unchanged.

Only files are digested; no data are read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clinmap.app.build.needs import needs_of
from clinmap.app.build.selection import chosen_datasets
from clinmap.app.package.package_files import manifest_of
from clinmap.phrases import listed
from clinmap.plan import DatasetPlan, Plan
from clinmap.problems import InputError, SpecificationError

if TYPE_CHECKING:
    from clinmap.app.reuse.fingerprints import Fingerprints

ROWS_OTHERWISE = "rows or their order"


@dataclass(frozen=True)
class PackageStates:
    """What a build of this Plan from this folder would find changed since a package was made."""

    plan: Plan
    raw: Path
    package: Path

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """The package's manifest. Problems: InputError INP001 where the folder is no package."""
        found = manifest_of(self.package)
        if found is None:
            raise InputError(
                "INP001",
                f"{self.package} holds no package",
                hint="Name the folder of an earlier `clinmap build` as --out or --state.",
            )
        return found

    @cached_property
    def _found(self) -> Fingerprints:
        """The fingerprints of this Plan with these files."""
        from clinmap.app.reuse.fingerprints import all_fingerprints, raw_digests

        return all_fingerprints(self.plan, raw_digests(self.plan, self.raw))

    @cached_property
    def changed(self) -> frozenset[str]:
        """The datasets that would not come out as they are in the package, new ones too."""
        from clinmap.app.reuse.fingerprints import changed

        return frozenset(changed(self.plan, self._found.datasets, self.manifest))

    @cached_property
    def new(self) -> frozenset[str]:
        """The datasets that the package does not have."""
        known = self.manifest.get("datasets", {})
        return frozenset(d.name for d in self.plan.datasets if d.name not in known)

    def of(self, dataset: DatasetPlan) -> tuple[str, str]:
        """The state of a dataset in a word, and why it is so."""
        if dataset.name in self.new:
            return "new", "the package does not have it"
        if dataset.name not in self.changed:
            return "unchanged", ""
        return "changed", self._why(dataset)

    def __call__(self, state: str) -> Iterable[str]:
        """The datasets of a state, for a selection."""
        if state == "failed":
            return [name for name in self.manifest["failed"] if self.plan.dataset(name)]
        names = frozenset(dataset.name for dataset in self.plan.datasets)
        return {
            "new": self.new, "changed": self.changed, "unchanged": names - self.changed,
        }[state]  # fmt: skip

    def _why(self, dataset: DatasetPlan) -> str:
        """What is other in it or in raw tables that it reads; else the datasets that are."""
        made_of = needs_of(self.plan, dataset)
        files = [name for name in made_of if name in self._other_tables]
        own = self._other_parts.get(dataset.name, ())
        reasons = [f"raw table {listed(files)}"] if files else []
        reasons += [f"its {listed(own)}"] if own else []
        datasets = [name for name in made_of if name in self.changed]
        if datasets and not reasons:
            return f"made from {listed(datasets)}"
        return "; ".join(reasons) or "clinmap, or a library below it"

    @cached_property
    def _before(self) -> Mapping[str, Mapping[str, str]]:
        """The digests of raw tables and of parts of the specification that the package keeps."""
        from clinmap.app.reuse.earlier import NODES, Untrusted, earlier_package

        earlier, _ = earlier_package(self.package)
        nothing: dict[str, dict[str, str]] = {"tables": {}, "nodes": {}}
        try:
            return earlier.document(NODES) if earlier else nothing
        except Untrusted:
            return nothing

    @cached_property
    def _other_tables(self) -> frozenset[str]:
        """The raw tables that would be read otherwise: their file, how it is read, corrections."""
        return frozenset(self._differing("tables", self._found.read))

    @cached_property
    def _other_parts(self) -> Mapping[str, list[str]]:
        """By dataset, the variables of which the specification says something else; its rows."""
        known = {".".join(node): node for node in self._found.own}
        own = {name: self._found.own[node] for name, node in known.items()}
        found: dict[str, list[str]] = {}
        for name in self._differing("nodes", own):
            table, what = known[name]
            dataset = self.plan.dataset(table)
            is_variable = dataset is not None and dataset.variable(what) is not None
            found.setdefault(table, []).append(what if is_variable else ROWS_OTHERWISE)
        return {name: list(dict.fromkeys(words)) for name, words in found.items()}

    def _differing(self, kind: str, now: Mapping[str, str]) -> Iterator[str]:
        from clinmap.app.reuse.state import SHORT

        before = self._before[kind]
        yield from (
            name for name, text in now.items() if before and before.get(name) != text[:SHORT]
        )


def states_beside(
    plan: Plan, raw: Path | None, state: Path | None, out: Path | None
) -> PackageStates | None:
    """The states beside the package at `state`, else beside that at `out` where there is one.

    Without a folder of raw exports there are none. Problems: InputError INP001 where `state` is no
    package; SpecificationError SPC072 where it is given without raw exports.
    """
    if raw is None and state is not None:
        raise SpecificationError(
            "SPC072", "--state needs the folder of raw exports", hint="Give it as --raw DIR."
        )
    package = state or (out if out is not None and manifest_of(out) is not None else None)
    if raw is None or package is None:
        return None
    found = PackageStates(plan, raw, package)
    found.manifest  # noqa: B018  a folder that is no package is refused now
    return found


def resolved(
    plan: Plan, items: Sequence[str], raw: Path, state: Path | None, out: Path
) -> Sequence[str]:
    """The items of a selection, those with a state as the names of the datasets that have it.

    Problems: as `states_beside` and `chosen_datasets`.
    """
    if not any("state:" in item.lower() for item in items):
        return items
    chosen = chosen_datasets(plan, items, states_beside(plan, raw, state, out))
    return [d.name for d in plan.datasets if d.name in chosen] or [","]
