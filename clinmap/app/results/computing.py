"""Computing the results of a study from a package that `clinmap build` wrote."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, is_dataclass, replace
from typing import TYPE_CHECKING, Any

from clinmap.app.package.package_files import PackageFiles
from clinmap.plan import Plan
from clinmap.problems import InputError, SpecificationError, near_match
from clinmap.results.compute import datasets_of, shown
from clinmap.results.plans import DisplayPlan, ResultsPlan
from clinmap.results.shown import FigureShown, TableShown, Value

if TYPE_CHECKING:
    import pandas as pd

Shown = TableShown | FigureShown
MARK = "SYNTHETIC DATA"
SYNTHETIC = f"{MARK}: no person, event or result is real."


@dataclass(frozen=True)
class Made:
    """A display as planned, and as computed."""

    plan: DisplayPlan
    shown: Shown

    @property
    def values(self) -> int:
        """How many values, or marks, it shows."""
        if isinstance(self.shown, TableShown):
            return sum(len(row.values) for row in self.shown.rows)
        return sum(len(mark.x) for panel in self.shown.panels for mark in panel.marks)

    @property
    def without_estimate(self) -> int:
        """How many of its values have no estimate."""
        if isinstance(self.shown, FigureShown):
            return int(bool(self.shown.why))
        return sum(bool(value.why) for row in self.shown.rows for value in row.values)


def results_of(plan: Plan) -> ResultsPlan:
    """The results that a study asks for; SpecificationError SPC021 where it asks for none."""
    if plan.results is None or not plan.results.displays:
        raise SpecificationError(
            "SPC021",
            f"study {plan.study} asks for no results",
            hint="Write results.yaml, with `displays`.",
        )
    return plan.results


def chosen_displays(results: ResultsPlan, only: Sequence[str]) -> tuple[DisplayPlan, ...]:
    """The displays that are asked for, in the order of the study; all where nothing is asked.

    Problems: SpecificationError SPC021 for a display that there is not.
    """
    known = [display.id for display in results.displays]
    for name in only:
        if name not in known:
            hint = near_match(name, known) or f"There are {', '.join(known)}."
            raise SpecificationError("SPC021", f"there is no display {name!r}", hint=hint)
    return tuple(d for d in results.displays if not only or d.id in only)


def analysis_data(
    package: PackageFiles, displays: Collection[DisplayPlan]
) -> dict[str, pd.DataFrame]:
    """The datasets that displays are made from, with the variables that they read.

    Problems: InputError RST003 where the package has not one of them.
    """
    found = {name: package.frame(name) for name in datasets_of(displays)}
    missing = [name for name, frame in found.items() if frame is None]
    frames = {name: frame for name, frame in found.items() if frame is not None}
    missing += sorted(
        {f"{o}.{n}" for o, n in _read(displays) if o in frames and n not in frames[o]}
    )
    if missing:
        raise InputError(
            "RST003",
            f"the package {package.folder.name} has no {', '.join(missing)}",
            hint="Build it again with `clinmap build`, all datasets of it.",
        )
    return frames


def _read(displays: Collection[DisplayPlan]) -> Iterator[tuple[str, str]]:
    for display in displays:
        for result in display.results:
            yield from ((d.owner, name) for name, d in result.described.items())
            yield from ([("ADSL", result.population)] if result.population else [])


def made_display(
    display: DisplayPlan,
    plan: Plan,
    datasets: Mapping[str, pd.DataFrame],
    sources: Mapping[str, str],
    as_of: str,
) -> Made:
    """A display with the footnotes that each one has: assumptions, sources, the as-of date."""
    made, results = shown(display, datasets), results_of(plan)
    notes = tuple(_footnotes(display, results, sources, as_of))
    mark = MARK if results.synthetic else ""
    return Made(display, replace(made, footnotes=(*made.footnotes, *notes), mark=mark))


def _footnotes(
    display: DisplayPlan, results: ResultsPlan, sources: Mapping[str, str], as_of: str
) -> Iterator[str]:
    objective = next((o for o in results.objectives if o.id == display.objective), None)
    named = (*(objective.assumes if objective else ()), *display.assumes)
    yield from (f"Assumption: {results.assumptions[n]}" for n in dict.fromkeys(named)
                if n in results.assumptions)  # fmt: skip
    used = ", ".join(f"{name} ({sources[name]})" if sources.get(name) else name
                     for name in datasets_of([display]))  # fmt: skip
    yield f"Source: {used}. Data as of {as_of}."
    if results.synthetic:
        yield SYNTHETIC


def results_document(made: Sequence[Made], plan: Plan, as_of: str) -> dict[str, Any]:
    """Everything that was computed, numbers in full, with the records behind each value."""
    results = results_of(plan)
    return {
        "study": plan.study,
        "title": plan.title,
        "as_of": as_of,
        "synthetic": results.synthetic,
        "assumptions": dict(results.assumptions),
        "objectives": [asdict(objective) for objective in results.objectives],
        "displays": [_display(one) for one in made],
    }


def _display(made: Made) -> dict[str, Any]:
    plan = made.plan
    return {
        "id": plan.id,
        "objective": plan.objective,
        "kind": plan.shown,
        "title": plan.title,
        "population": plan.population,
        "results": [
            {
                "id": r.id, "title": r.title, "dataset": r.dataset, "method": r.method.name,
                "where": r.where.text if r.where is not None else "",
                "population": r.population, "by": list(r.by), "parameters": list(r.parameters),
                "reason": r.reason, "purpose": r.purpose, "variables": sorted(r.described),
            }
            for r in plan.results
        ],
        "shown": _plain(made.shown),
    }  # fmt: skip


def _plain(item: Any) -> Any:
    """Plain data, without what is empty; a value's records always named."""
    if is_dataclass(item) and not isinstance(item, type):
        fields = {name: getattr(item, name) for name in item.__dataclass_fields__}
        keep = ("text", "number") if isinstance(item, Value) else ("x", "y", "rows", "columns")
        return {
            name: _plain(value) for name, value in fields.items()
            if name in keep or value not in ((), "", None, False)
        }  # fmt: skip
    if isinstance(item, list | tuple):
        return [_plain(one) for one in item]
    if isinstance(item, float) and item.is_integer() and abs(item) < 1e15:
        return int(item)
    return item
