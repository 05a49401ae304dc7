"""What a result names and the datasets have not, and methods that do not fit their variables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from clinmap.expressions import Apply, Expression, Literal
from clinmap.expressions import Node as Part
from clinmap.plan import DatasetPlan, Plan, Ref, VariablePlan
from clinmap.problems import Location, SpecificationError, near_match
from clinmap.results.method import SUBJECT, Method
from mappings.nodes import Node
from mappings.result_models import ResultSpec

PARAMETER = "PARAMCD"
NUMBERS = ("integer", "float", "date", "datetime", "time")


@dataclass
class ResultChecker:
    """Checks one result; `names` are then the variables that it reads."""

    plan: Plan
    spec: ResultSpec
    method: Method
    node: Node
    population: str
    by: tuple[str, ...]
    names: list[str] = field(default_factory=list)

    @property
    def parameters(self) -> tuple[str, ...]:
        """The values of PARAMCD that `where` names."""
        return tuple(dict.fromkeys(_compared(self.spec.where, PARAMETER)))

    def errors(self) -> Iterator[SpecificationError]:
        """Everything that does not fit, each with its place."""
        dataset = self.plan.dataset(self.spec.from_)
        if dataset is None or dataset.purpose != "Analysis" or not dataset.submitted:
            known = [d.name for d in self.plan.of_purpose("Analysis") if d.submitted]
            said = f"there is no analysis dataset {self.spec.from_!r}"
            yield self._wrong(said, "from", near_match(self.spec.from_, known))
            return
        yield from self._population()
        for key, names in (("by", self.by), ("each", self.spec.each)):
            for name in names:
                yield from self._variable(dataset, name, key)
        for use in self.method.uses():
            yield from self._variable(dataset, use.variable, self.method.name, use.kind)
        for key, asked in self._conditions():
            for reference in asked.references:
                yield from self._reference(dataset, reference, key)
        yield from self._parameters(dataset)
        yield from self._groups()

    def _conditions(self) -> Iterator[tuple[str, Expression]]:
        if self.spec.where is not None:
            yield "where", self.spec.where
        for criterion in self.method.criteria():
            yield self.method.name, criterion

    def _population(self) -> Iterator[SpecificationError]:
        if not self.population:
            return
        adsl = self.plan.dataset("ADSL")
        flags = [v.name for v in adsl.submitted_variables if v.name.endswith("FL")] if adsl else []
        if self.population not in flags:
            said = f"ADSL has no population flag {self.population!r}"
            hint = near_match(self.population, flags) or f"It has {', '.join(flags)}."
            yield self._wrong(said, "population", hint)

    def _variable(
        self, dataset: DatasetPlan, name: str, key: str, kind: str = "any"
    ) -> Iterator[SpecificationError]:
        found = self._found(dataset, name)
        if found is None:
            known = [v.name for d in self._owners(dataset) for v in d.submitted_variables]
            said = f"neither {dataset.name} nor ADSL has a variable {name!r}"
            yield self._wrong(said, key, near_match(name, known))
            return
        if name not in self.names:
            self.names.append(name)
        if kind == "number" and found.type not in NUMBERS:
            said = f"method {self.method.name} needs numbers, and {name} is {found.type}"
            numbers = [v.name for v in dataset.submitted_variables if v.type in NUMBERS]
            hint = near_match(name, numbers) or "Name a numeric variable, such as AVAL."
            yield self._wrong(said, key, hint, "RST001")

    def _reference(
        self, dataset: DatasetPlan, reference: Ref, key: str
    ) -> Iterator[SpecificationError]:
        if reference.kind == "own" or (
            reference.kind == "dataset" and reference.owner in ("ADSL", dataset.name)
        ):
            yield from self._variable(dataset, reference.column, key)
        else:
            said = f"{reference} is neither a variable of {dataset.name} nor of ADSL"
            yield self._wrong(said, key, f"Write .{reference.column} or ADSL.{reference.column}.")

    def _parameters(self, dataset: DatasetPlan) -> Iterator[SpecificationError]:
        known = _known_parameters(dataset)
        for value in self.parameters if known else ():
            if value not in known:
                said = f"{dataset.name} has no parameter {value!r}"
                hint = near_match(value, known) or f"It has {', '.join(sorted(known))}."
                yield self._wrong(said, "where", hint)

    def _groups(self) -> Iterator[SpecificationError]:
        if self.method.groups and not self.by:
            said = f"method {self.method.name} compares groups, and `by` names none"
            hint = "Write `by` with a variable that has two values, such as LENGR1."
            yield self._wrong(said, self.method.name, hint, "RST001")

    def _found(self, dataset: DatasetPlan, name: str) -> VariablePlan | None:
        for owner in self._owners(dataset):
            variable = owner.variable(name)
            if variable is not None and variable.place == "dataset":
                return variable
        return None

    def _owners(self, dataset: DatasetPlan) -> list[DatasetPlan]:
        """The dataset, and ADSL where the two meet by subject."""
        adsl = self.plan.dataset("ADSL")
        meets = adsl is not None and dataset.variable(SUBJECT) is not None
        return [dataset, adsl] if meets and adsl is not None else [dataset]

    def _wrong(self, said: str, key: str, hint: str, code: str = "SPC011") -> SpecificationError:
        place: Location = self.node.keys.get(key, self.node.location)
        return SpecificationError(code, said, location=place, hint=hint)


def _compared(expression: Expression | None, variable: str) -> Iterator[str]:
    """The texts that a variable is compared with, by == or in."""

    def walk(part: Part) -> Iterator[str]:
        if not isinstance(part, Apply):
            return
        first = part.arguments[0] if part.arguments else None
        own = isinstance(first, Ref) and first.column == variable
        if own and part.function in ("==", "in"):
            yield from _texts(part.arguments[1:])
        for inner in part.arguments:
            yield from walk(inner)

    if expression is not None:
        yield from walk(expression.root)


def _texts(parts: Iterable[Part]) -> Iterator[str]:
    for part in parts:
        if isinstance(part, Literal):
            yield str(part.value)
        elif isinstance(part, Apply) and part.function == "list":
            yield from _texts(part.arguments)


def _known_parameters(dataset: DatasetPlan) -> frozenset[str]:
    """The values of PARAMCD that the dataset is made with; empty where nobody can say yet."""
    variable = dataset.variable(PARAMETER)
    if variable is None:
        return frozenset()
    return frozenset(_literals(variable) or ())


def _literals(variable: VariablePlan) -> set[str] | None:
    """The values that a variable's steps may give; None where they come from the data."""
    chains = [use.steps for use in variable.per_source] + [variable.steps]
    found: set[str] = set()
    for steps in (chain for chain in chains if chain):
        if len(steps) > 1 or steps[0].operation.name != "constant":
            return None
        found |= {str(value) for value in steps[0].operation.literals()}
    return found or None
