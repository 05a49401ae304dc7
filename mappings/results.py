"""Compiling results.yaml: objectives, displays, and the method of each result.

Everything that a result names must be there: its dataset, population flag, variables, parameters,
and a method that fits. What does not goes to `errors`, each with its line and a near match.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pydantic import ValidationError

from clinmap.plan import Plan, VariablePlan
from clinmap.problems import Location, SpecificationError, near_match
from clinmap.results.method import Method, Methods
from clinmap.results.plans import (
    Described,
    DisplayPlan,
    Objective,
    ResultPlan,
    ResultsPlan,
    Shown,
)
from mappings.load import LoadedStudy, model_errors
from mappings.nodes import Node
from mappings.result_checks import ResultChecker
from mappings.result_models import DisplaySpec, ResultSpec
from mappings.wording import plain_words

KINDS: dict[str, Shown] = {"T": "table", "L": "listing", "F": "figure"}
_DISPLAY = re.compile(r"[TLF]-[\w.-]+")
"""The name of a display is that of its files."""
OWN_KEYS = tuple(str(i.alias or n) for n, i in ResultSpec.model_fields.items())


def study_results(loaded: LoadedStudy, plan: Plan, errors: list[SpecificationError]) -> ResultsPlan:
    """The results of a study; what does not fit goes to `errors`."""
    return _Results(loaded, plan, errors).plan()


@dataclass
class _Results:
    loaded: LoadedStudy
    datasets: Plan
    errors: list[SpecificationError]

    @cached_property
    def methods(self) -> Methods:
        """All methods; a study without results imports none."""
        from clinmap.results.methods import methods

        return methods()

    def plan(self) -> ResultsPlan:
        spec = self.loaded.results
        objectives = tuple(
            Objective(name, o.title, o.text, o.purpose, o.assumes, o.raw)
            for name, o in spec.objectives.items()
        )
        for name, objective in spec.objectives.items():
            self._check_assumed(objective.assumes, ("objectives", name, "assumes"))
        displays = tuple(self._display(name, one) for name, one in spec.displays.items())
        return ResultsPlan(objectives, displays, dict(spec.assumptions), spec.synthetic)

    def _display(self, name: str, spec: DisplaySpec) -> DisplayPlan:
        path = ("displays", name)
        known = self.loaded.results.objectives
        if spec.objective not in known:
            said = f"display {name}: there is no objective {spec.objective!r}"
            self._refuse(said, (*path, "objective"), near_match(spec.objective, known))
        if name[:1] not in KINDS or not _DISPLAY.fullmatch(name):
            said = f"a display is named T-… (table), L-… (listing) or F-… (figure), not {name!r}"
            self._refuse(said, path, "Write for example T-P1-1.", "SPC004")
        self._check_assumed(spec.assumes, (*path, "assumes"))
        shown = KINDS.get(name[:1], "table")
        made = [self._result(name, spec, n) for n in range(len(spec.results))]
        return DisplayPlan(
            name, spec.objective, shown, spec.title, tuple(r for r in made if r is not None),
            self._at(path), spec.population, spec.by, spec.total, spec.footnotes, spec.assumes,
            {"together": spec.together},
        )  # fmt: skip

    def _check_assumed(self, names: Iterable[str], path: tuple[int | str, ...]) -> None:
        known = self.loaded.results.assumptions
        for name in names:
            if name not in known:
                self._refuse(f"there is no assumption {name!r}", path, near_match(name, known))

    def _result(self, display: str, spec: DisplaySpec, number: int) -> ResultPlan | None:
        node = self._node(("displays", display, "results", number))
        own, rest = _divided(node)
        try:
            result = ResultSpec.model_validate(own.plain())
        except ValidationError as error:
            self.errors += model_errors(error, own, ResultSpec)
            return None
        method = self._method(rest, node)
        return None if method is None else self._made(display, spec, number, result, method, node)

    def _made(
        self, display: str, spec: DisplaySpec, number: int, result: ResultSpec, method: Method,
        node: Node,
    ) -> ResultPlan | None:  # fmt: skip
        population = spec.population if result.population is None else result.population
        by = spec.by if result.by is None else result.by
        objective = self.loaded.results.objectives.get(spec.objective)
        checker = ResultChecker(self.datasets, result, method, node, population, by)
        wrong = [*self._fit(display, method, node), *checker.errors()]
        self.errors += wrong
        if wrong:
            return None
        return ResultPlan(
            f"{display}.{number + 1}", result.title, result.from_, method, node.location,
            result.where, population, by, result.reason or spec.reason,
            result.purpose or spec.purpose or (objective.purpose if objective else ""),
            checker.parameters, result.each,
            spec.total if result.total is None else result.total,
            self._described(
                result.from_, [*checker.names, population], {**spec.order, **result.order}
            ),
        )  # fmt: skip

    def _fit(self, display: str, method: Method, node: Node) -> Iterator[SpecificationError]:
        wanted = KINDS.get(display[:1], "table")
        drawn = method.shown == "figure"
        if drawn != (wanted == "figure"):
            said = f"method {method.name} makes a {method.shown}, and {display} is a {wanted}"
            hint = f"Name the display {'F' if drawn else 'T'}-…, or choose another method."
            yield SpecificationError("RST001", said, location=node.location, hint=hint)

    def _method(self, entries: Mapping[str, Node], node: Node) -> Method | None:
        names = [key for key in entries if self.methods.get(key)]
        if len(names) > 1:
            names = [n for n in names if set(entries) <= {n, *self.methods.parameters(n)}]
        if len(names) != 1:
            key = next(iter(entries), "")
            said = f"there is no method {key!r}" if key else "the result has no method"
            hint = self.methods.hint(key) or f"Methods: {', '.join(self.methods.names)}."
            if len([k for k in entries if self.methods.get(k)]) > 1:
                said = f"several methods stand here: {', '.join(entries)}"
                hint = "Write a result for each."
            self._add("RST002", said, node.keys.get(key, node.location), hint)
            return None
        return self._of_name(names[0], entries, node)

    def _of_name(self, name: str, entries: Mapping[str, Node], node: Node) -> Method | None:
        known = self.methods.parameters(name)
        parameters = {known[0] if key == name else key: item for key, item in entries.items()}
        for key in parameters:
            if key not in known:
                near = near_match(key, (*known, *OWN_KEYS))
                hint = near or f"It has {', '.join(known)}; a result has {', '.join(OWN_KEYS)}."
                self._add("SPC002", f"method {name} has no parameter {key!r}",
                          node.keys.get(key, node.location), hint)  # fmt: skip
                return None
        try:
            return self.methods.make(name, {k: item.plain() for k, item in parameters.items()})
        except ValidationError as error:
            self._misfit(name, error.errors(include_url=False)[0], entries, node)
            return None

    def _misfit(self, name: str, item: Any, entries: Mapping[str, Node], node: Node) -> None:
        key = str(item["loc"][0]) if item["loc"] else name
        key = name if key == self.methods.parameters(name)[0] else key
        what = plain_words(item)
        if item["type"] == "missing":
            what = f"{key!r} is missing"
        place = entries[key].location if key in entries else node.location
        self._add("SPC004", f"{name}: {what}", place, "")

    def _described(
        self, dataset: str, names: Iterable[str], ordered: Mapping[str, list[str]]
    ) -> dict[str, Described]:
        found = {}
        for name in names:
            for owner in (dataset, "ADSL"):
                plan = self.datasets.dataset(owner)
                variable = plan.variable(name) if plan else None
                if variable is not None and variable.place == "dataset":
                    levels = tuple(ordered.get(name, self._levels(variable)))
                    found[name] = Described(variable.label, variable.type, owner, levels)
                    break
        return found

    def _levels(self, variable: VariablePlan) -> tuple[str, ...]:
        """The terms of its codelist in their order, where the study wrote them."""
        lists = [self.datasets.codelists.get(use.codelist) for use in variable.codelists]
        own = [found for found in lists if found is not None and not found.code]
        return tuple(term.value for found in own for term in found.terms)

    def _node(self, path: tuple[int | str, ...]) -> Node:
        node = self.loaded.results_node
        for step in path:
            value = node.value
            assert isinstance(value, dict | list)
            node = value[step]  # type: ignore[index]
        return node

    def _at(self, path: tuple[int | str, ...]) -> Location:
        return self.loaded.results_node.at(path)

    def _refuse(
        self, said: str, path: tuple[int | str, ...], hint: str, code: str = "SPC011"
    ) -> None:
        self._add(code, said, self._at(path), hint)

    def _add(self, code: str, said: str, place: Location, hint: str) -> None:
        self.errors.append(SpecificationError(code, said, location=place, hint=hint))


def _divided(node: Node) -> tuple[Node, dict[str, Node]]:
    """The keys of every result, and those of its method."""
    entries = dict(node.items())
    own = {key: item for key, item in entries.items() if key in OWN_KEYS}
    rest = {key: item for key, item in entries.items() if key not in OWN_KEYS}
    return Node(own, node.location, node.keys), rest
