"""Compiling one dataset: its variables in order, each with its metadata from the standard."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from clinmap.plan import (
    CodelistUse,
    Condition,
    DatasetPlan,
    DataType,
    Join,
    Origin,
    RawTable,
    Ref,
    SourcePlan,
    Step,
    Template,
    ValueItem,
    ValueSource,
    VariablePlan,
)
from clinmap.problems import Location, SpecificationError, near_match
from clinmap.registry import Registry
from clinmap.standards import (
    VariableStandard,
    adam_structure,
    adam_variable,
    sdtm_dataset,
    sdtm_order,
    sdtm_variable,
)
from mappings.models import DatasetSpec
from mappings.nodes import Node
from mappings.origins import Provenance, provenance
from mappings.sources import ROW_WHEN, drops, source_plan, source_specs
from mappings.terms import Codelists
from mappings.variables import VariableReader, VariableSpec

Place = Literal["dataset", "supp", "work"]
ADAM_FORMATS: dict[str, tuple[DataType, str]] = {
    "DTM": ("datetime", "DATETIME20."),
    "DT": ("date", "DATE9."),
    "TM": ("time", "TIME8."),
}
"""How a numeric ADaM timing variable is typed and shown (ADaMIG 1.3 section 3.1.4)."""


@dataclass(slots=True)
class StudyContext:
    """What compiling a dataset needs to know of the study."""

    registry: Registry
    codelists: Codelists
    study: str
    tables: Mapping[str, RawTable]
    conventions: Mapping[str, Mapping[str, VariableSpec]]
    joins: Mapping[str, Join]
    dataset_names: frozenset[str]
    errors: list[SpecificationError] = field(default_factory=list)
    compiled: dict[str, DatasetPlan] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Part:
    """The variables that one source, or one template of it, sets for itself."""

    source: int
    template: int
    variables: Mapping[str, VariableSpec]
    place: Location


class DatasetCompiler:
    """Turns one dataset's specification into its plan."""

    def __init__(self, context: StudyContext, spec: DatasetSpec, node: Node, adam: bool) -> None:
        self.context = context
        self.spec = spec
        self.node = node
        self.adam = adam
        self.name = spec.dataset
        self.reader = VariableReader(context.registry, context.errors)
        self.structure = spec.structure or ("ADSL" if spec.dataset == "ADSL" else "OCCDS")

    def compile(self) -> DatasetPlan:
        """The dataset's plan; what is wrong is in the context's errors."""
        sources, parts = self._sources()
        specs = self._specs(sources, parts)
        variables = [
            self._variable(name, place, spec, sources, parts)
            for name, (place, spec) in specs.items()
        ]
        known = {variable.name: variable for variable in variables}
        variables = [self._finished(variable, known, sources) for variable in variables]
        variables = [replace(v, items=self._items(v, parts, sources)) for v in variables]
        return self._plan(sources, self._ordered(variables))

    def _plan(
        self, sources: tuple[SourcePlan, ...], variables: tuple[VariablePlan, ...]
    ) -> DatasetPlan:
        facts = adam_structure(self.structure) if self.adam else sdtm_dataset(self.name)
        if facts is None and not self.adam and not self.spec.class_:
            self._error(
                "SPC012", f"SDTMIG 3.4 has no dataset {self.name}", "dataset",
                "Correct the name, or state the `class` of a custom domain.",
            )  # fmt: skip
        standard = "ADaMIG 1.3" if self.adam else "SDTMIG 3.4"
        if self.adam and facts is not None:
            standard = " ".join(facts.standard)
        names = {variable.name for variable in variables}
        for key in (*self.spec.keys, *self.spec.order):
            if key not in names:
                self._error("SPC011", f"key {key} is no variable of {self.name}", "keys",
                            near_match(key, names))  # fmt: skip
        return DatasetPlan(
            name=self.name,
            label=self.spec.label or (facts.label if facts and not self.adam else self.name),
            cls=self.spec.class_ or (facts.cls if facts else ""),
            structure=self._structure_text(facts.structure if facts else ""),
            purpose="Analysis" if self.adam else "Tabulation",
            keys=tuple(self.spec.keys),
            order=tuple(self.spec.order),
            sources=sources,
            variables=variables,
            standard=standard,
            subclass=facts.subclass if facts else "",
            drops=drops(self.spec, self.node),
            value_level=tuple(self.spec.value_level) or self._value_level(names),
            not_submitted=self.spec.not_submitted,
            not_collected=self.spec.not_collected,
            comment=self.spec.comment,
            repeating=self.structure != "ADSL" if self.adam else self.name != "DM",
            submitted=self.spec.submitted,
            location=self.node.keys.get("dataset", self.node.location),
        )

    def _structure_text(self, published: str) -> str:
        if not self.adam:
            return self.spec.structure or published
        keys = [key for key in self.spec.keys if key not in ("STUDYID", "USUBJID")]
        per = f" per {', '.join(keys)}" if keys else ""
        return f"One record per subject{per}"

    def _value_level(self, names: set[str]) -> tuple[str, ...]:
        wanted = ("PARAMCD",) if self.adam else (f"{self.name[:2]}TESTCD",)
        return tuple(name for name in wanted if name in names)

    def _error(self, code: str, message: str, key: str, hint: str = "") -> None:
        place = self.node.keys.get(key, self.node.location)
        self.context.errors.append(
            SpecificationError(code, message, location=place, hint=hint)
        )

    def _sources(self) -> tuple[tuple[SourcePlan, ...], list[_Part]]:
        plans: list[SourcePlan] = []
        parts: list[_Part] = []
        for number, (spec, node) in enumerate(source_specs(self.spec, self.node)):
            is_dataset = spec.from_ in self.context.dataset_names
            if not is_dataset and spec.from_ not in self.context.tables:
                known = (*self.context.tables, *self.context.dataset_names)
                self.context.errors.append(
                    SpecificationError(
                        "SPC011",
                        f"{spec.from_!r} is neither a raw table nor a dataset",
                        location=node.keys.get("from", node.location),
                        hint=near_match(spec.from_, known),
                    )
                )
            templates = self._templates(node, number, parts)
            own = node.get("variables") if self.spec.sources else None
            if own is not None:
                parts.append(_Part(number, -1, self.reader.all(own), own.location))
            plans.append(source_plan(spec, node, self.context.joins, is_dataset, templates))
        return tuple(plans), parts

    def _templates(self, node: Node, number: int, parts: list[_Part]) -> tuple[Template, ...]:
        rows = node.get("rows")
        templates: list[Template] = []
        for which, item in enumerate(
            rows.value if rows and isinstance(rows.value, list) else ()
        ):
            entries = {k: v for k, v in item.items() if k != ROW_WHEN}
            variables = self.reader.all(Node(entries, item.location, item.keys))
            parts.append(_Part(number, which, variables, item.location))
            when = item.get(ROW_WHEN)
            templates.append(Template(f"row {which + 1}", self._when(when), item.location))
        return tuple(templates)

    def _when(self, node: Node | None):  # type: ignore[no-untyped-def]
        from clinmap.expressions import parse_expression

        if node is None:
            return None
        try:
            return parse_expression(str(node.value))
        except ValueError as error:
            self.context.errors.append(
                SpecificationError("SPC004", f"when: {error}", location=node.location)
            )
            return None

    def _specs(
        self, sources: tuple[SourcePlan, ...], parts: list[_Part]
    ) -> dict[str, tuple[Place, VariableSpec]]:
        """Every variable to make, by name: written, set by sources, copied, or by convention."""
        found: dict[str, tuple[Place, VariableSpec]] = {}
        sections: tuple[tuple[Place, str], ...] = (
            ("work", "work"), ("dataset", "variables"), ("supp", "supp"),
        )  # fmt: skip
        if self.adam:
            for name, spec in self._copied().items():
                found[name] = ("dataset", spec)
        for place, section in sections:
            node = self.node.get(section)
            if section == "variables" and self.spec.sources and node is None:
                continue
            for name, spec in self.reader.all(node).items():
                found[name] = (place, self._borrowed(spec))
        for part in parts:
            for name in part.variables:
                if name not in found:
                    found[name] = ("dataset", VariableSpec(name, (), part.place))
        self._automatic(found, sources)
        return found

    def _borrowed(self, spec: VariableSpec) -> VariableSpec:
        if not spec.convention:
            return spec
        conventions = self.context.conventions["adam" if self.adam else "sdtm"]
        other = conventions.get(spec.convention)
        if other is None:
            self.context.errors.append(
                SpecificationError(
                    "SPC011",
                    f"the study has no convention {spec.convention!r}",
                    location=spec.location,
                    hint=near_match(spec.convention, conventions),
                )
            )
            return spec
        return replace(spec, steps=other.steps, codelist=spec.codelist or other.codelist)

    def _copied(self) -> dict[str, VariableSpec]:
        """Variables taken over from other datasets, unchanged."""
        copies = self.node.get("copy")
        found: dict[str, VariableSpec] = {}
        for dataset, names in copies.items() if copies else ():
            for item in names.value if isinstance(names.value, list) else ():
                name = str(item.value)
                here = dataset == self.spec.from_
                written = f"${name}" if here else f"{dataset}.{name}"
                step = Step(self.context.registry.make("assign", {"assign": written}), item.location)
                found[name] = VariableSpec(name, (step,), item.location)
        return found

    def _automatic(
        self, found: dict[str, tuple[Place, VariableSpec]], sources: tuple[SourcePlan, ...]
    ) -> None:
        """STUDYID, DOMAIN and USUBJID, the study's conventions, and names that follow from codes."""
        place = self.node.location
        if not self.adam:
            for name, value in (("STUDYID", self.context.study), ("DOMAIN", self.name[:2])):
                if name not in found:
                    step = Step(self.context.registry.make("constant", {"constant": value}), place)
                    found[name] = ("dataset", VariableSpec(name, (step,), place))
        self._conventional(found, sources)
        for code, test in (("TESTCD", "TEST"), ("PARMCD", "PARM")):
            code, test = f"{self.name[:2]}{code}", f"{self.name[:2]}{test}"
            if code in found and test not in found and not self.adam:
                step = Step(
                    self.context.registry.make("decode", {"decode": f".{code}"}), place
                )
                found[test] = ("dataset", VariableSpec(test, (step,), found[code][1].location))

    def _conventional(
        self, found: dict[str, tuple[Place, VariableSpec]], sources: tuple[SourcePlan, ...]
    ) -> None:
        """Conventions for what the standard requires or expects and nobody wrote."""
        conventions = self.context.conventions["adam" if self.adam else "sdtm"]
        for name, spec in conventions.items():
            facts = self._facts(name)
            wanted = self.adam or (facts is not None and facts.core in ("Req", "Exp"))
            if name in found or not wanted:
                continue
            inherited = all(
                source.is_dataset and self._has(source.table, name) for source in sources
            )
            if inherited:
                step = Step(
                    self.context.registry.make("assign", {"assign": f"${name}"}), spec.location
                )
                spec = replace(spec, steps=(step,))
            found[name] = ("dataset", spec)

    def _has(self, dataset: str, name: str) -> bool:
        plan = self.context.compiled.get(dataset)
        if plan is not None:
            return plan.variable(name) is not None
        return name in ("STUDYID", "USUBJID")

    def _facts(self, name: str) -> VariableStandard | None:
        if self.adam:
            return adam_variable(self.structure, name)
        return sdtm_variable(self.name, name, self.spec.class_)

    def _variable(
        self,
        name: str,
        place: Place,
        spec: VariableSpec,
        sources: tuple[SourcePlan, ...],
        parts: list[_Part],
    ) -> VariablePlan:
        facts = self._facts(name) if place == "dataset" else None
        copied = self._predecessor(spec, sources)
        if place == "dataset" and facts is None and not self.adam:
            self._unknown(name, spec)
        label = spec.label or _label(facts) or (copied.label if copied else "")
        if place != "work" and not label:
            self.context.errors.append(
                SpecificationError(
                    "SPC012",
                    f"{name} is not in the standard and has no label",
                    location=spec.location,
                    hint="Give it a `label` of at most 40 characters, or correct its name.",
                )
            )
        type_, format_ = self._type(name, spec, facts, copied)
        return VariablePlan(
            name=name,
            label=label,
            type=type_,
            steps=spec.steps,
            per_source=self._per_source(name, parts, sources),
            place=place,
            core=facts.core if facts else "",
            role=spec.role or (facts.role if facts else ""),
            comment=spec.comment,
            codelists=self._codelists(name, spec, facts, copied, parts),
            exceptions=self._exceptions(name, copied),
            format=spec.format or format_,
            length=spec.length,
            significant_digits=spec.digits,
            evaluator=spec.evaluator,
            method=spec.method,
            origin=spec.origin or Origin(""),
            location=spec.location,
        )

    def _unknown(self, name: str, spec: VariableSpec) -> None:
        self.context.errors.append(
            SpecificationError(
                "SPC012",
                f"{name} is not a variable of {self.name}",
                location=spec.location,
                hint=near_match(name, sdtm_order(self.name, self.spec.class_))
                or "Put it under `supp` (submitted in SUPP--) or `work` (not submitted).",
            )
        )

    def _predecessor(
        self, spec: VariableSpec, sources: tuple[SourcePlan, ...]
    ) -> VariablePlan | None:
        """The variable that this one is an unchanged copy of, where it is one."""
        if len(spec.steps) != 1 or spec.steps[0].operation.name != "assign":
            return None
        refs = spec.steps[0].operation.inputs()
        if len(refs) == 0 or refs[0].kind not in ("dataset", "source"):
            return None
        owner = refs[0].owner or (sources[0].table if sources else "")
        plan = self.context.compiled.get(owner)
        return plan.variable(refs[0].column) if plan else None

    def _type(
        self,
        name: str,
        spec: VariableSpec,
        facts: VariableStandard | None,
        copied: VariablePlan | None,
    ) -> tuple[DataType, str]:
        if spec.type:
            return _named_type(spec), ""
        if facts is None:
            return (copied.type, copied.format) if copied else ("text", "")
        if facts.type == "Char":
            is_date = (facts.domain or "").startswith("ISO 8601 date") or (
                self.adam and name.endswith("DTC")
            )
            return ("partialDatetime" if is_date else "text"), ""
        if self.adam:
            for suffix, found in ADAM_FORMATS.items():
                if name.endswith(suffix):
                    return found
        return "float", ""

    def _codelists(
        self,
        name: str,
        spec: VariableSpec,
        facts: VariableStandard | None,
        copied: VariablePlan | None,
        parts: list[_Part],
    ) -> tuple[CodelistUse, ...]:
        uses = spec.codelist
        if uses is None:
            written = [part.variables[name].codelist for part in parts if name in part.variables]
            uses = next((use for use in written if use is not None), None)
        if uses is None and facts is not None and facts.codelists:
            if len(facts.codelists) > 1 and not copied:
                self._several(name, spec, facts.codelists)
            uses = tuple(CodelistUse(code) for code in facts.codelists[:1])
        if uses is None and copied is not None:
            return copied.codelists
        found = []
        for use in uses or ():
            codelist = self.context.codelists.need(use.codelist, spec.location)
            if codelist is not None:
                found.append(replace(use, codelist=codelist.id))
        return tuple(found)

    def _several(self, name: str, spec: VariableSpec, codes: Iterable[str]) -> None:
        lists = [self.context.codelists.find(code) for code in codes]
        names = [found.name for found in lists if found]
        self.context.errors.append(
            SpecificationError(
                "SPC013",
                f"{name} has several codelists: {', '.join(names)}",
                location=spec.location,
                hint=f"State which: `codelist: {names[0] if names else 'NAME'}`, "
                "or a list with `use` and `when`.",
            )
        )

    def _exceptions(self, name: str, copied: VariablePlan | None) -> tuple[str, ...]:
        own = self.context.codelists.exceptions(self.name, name)
        return own or (copied.exceptions if copied else ())

    def _per_source(
        self, name: str, parts: list[_Part], sources: tuple[SourcePlan, ...]
    ) -> tuple[ValueSource, ...]:
        """Templates before their source: the narrower rule comes first."""
        found = [
            ValueSource(part.source, part.template, spec.steps, Origin(""), spec.method)
            for part in sorted(parts, key=lambda part: (part.source, -part.template))
            for spec in [part.variables.get(name)]
            if spec is not None
        ]
        return tuple(found)

    def _finished(
        self,
        variable: VariablePlan,
        known: Mapping[str, VariablePlan],
        sources: tuple[SourcePlan, ...],
    ) -> VariablePlan:
        """The variable with its origin and method, which follow from its operations."""
        context = Provenance(self.context.tables, self.context.compiled, known, self.adam)
        per_source = tuple(
            replace(use, origin=origin, method=use.method or method)
            for use in variable.per_source
            for origin, method in [
                provenance(use.steps, (sources[use.source],), context)
            ]
        )
        origin, method = provenance(variable.steps, sources, context)
        if per_source and not variable.steps:
            origin, method = _shared(per_source)
        if variable.origin.type:
            origin = variable.origin
        return replace(
            variable, origin=origin, method=variable.method or method, per_source=per_source
        )

    def _items(
        self, variable: VariablePlan, parts: list[_Part], sources: tuple[SourcePlan, ...]
    ) -> tuple[ValueItem, ...]:
        """Value-level metadata from templates whose --TESTCD is written out."""
        code = f"{self.name[:2]}TESTCD"
        found: list[ValueItem] = []
        for use in variable.per_source:
            part = next(p for p in parts if (p.source, p.template) == (use.source, use.template))
            test = part.variables.get(code)
            value = _literal(test)
            if value:
                found.append(
                    ValueItem((Condition(code, (value,)),), origin=use.origin, method=use.method)
                )
        return tuple(found)

    def _ordered(self, variables: list[VariablePlan]) -> tuple[VariablePlan, ...]:
        """SDTM in the standard's order; ADaM as written, identifiers first."""
        if self.adam:
            return tuple(variables)
        rank = {name: n for n, name in enumerate(sdtm_order(self.name, self.spec.class_))}
        place = {"dataset": 0, "supp": 1, "work": 2}
        numbered = sorted(
            enumerate(variables),
            key=lambda item: (
                place[item[1].place],
                rank.get(item[1].name, len(rank)) if item[1].place == "dataset" else item[0],
            ),
        )
        return tuple(variable for _, variable in numbered)


def _label(facts: VariableStandard | None) -> str:
    return "" if facts is None or facts.label_is_stub else facts.label


def _named_type(spec: VariableSpec) -> DataType:
    known: tuple[DataType, ...] = (
        "text", "integer", "float", "date", "datetime", "partialDatetime", "time",
    )  # fmt: skip
    for name in known:
        if spec.type == name:
            return name
    raise SpecificationError(
        "SPC004", f"type {spec.type!r} is not one of {', '.join(known)}",
        location=spec.location, hint=near_match(spec.type, known),
    )  # fmt: skip


def _literal(spec: VariableSpec | None) -> str:
    """The constant that a variable is set to, or an empty text."""
    if spec is None or len(spec.steps) != 1 or spec.steps[0].operation.name != "constant":
        return ""
    return str(getattr(spec.steps[0].operation, "constant", ""))


def _shared(uses: tuple[ValueSource, ...]) -> tuple[Origin, str]:
    """What sources agree on; Derived where they differ in origin (values say more at value level)."""
    origins = {use.origin for use in uses}
    methods = list(dict.fromkeys(use.method for use in uses if use.method))
    if len(origins) == 1:
        return origins.pop(), " ".join(methods)
    collected = [origin for origin in origins if origin.type == "Collected"]
    if collected and all(origin.type in ("Collected", "Assigned") for origin in origins):
        return sorted(collected, key=lambda o: o.source)[0], " ".join(methods)
    return Origin("Derived", "Sponsor"), " ".join(methods) or "By source; see the value level."


def references(variable: VariablePlan) -> tuple[tuple[Ref, Location, int | None], ...]:
    """Every reference of a variable, with its place, and its source where it is one source's."""
    found = [(ref, step.location, None) for step in variable.steps
             for ref in step.operation.inputs()]
    per = [(ref, step.location, use.source) for use in variable.per_source
           for step in use.steps for ref in step.operation.inputs()]
    return (*found, *per)
