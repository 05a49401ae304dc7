"""What each node of the graph says of itself: its own part of the Plan, and what it reads of it.

A node's own digest holds what decides its values and problems. Labels, comments, origins and the
like describe values and are no part of it.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import cast

from clinmap.app.reuse.digests import Unknown, code_digest, digest
from clinmap.graph import FINAL, KEPT, ROWS, Node
from clinmap.metadata import CodelistUse
from clinmap.plan import DatasetPlan, Join, Plan, RawTable, Ref, SourcePlan, Step, VariablePlan
from clinmap.raw_formats import SasOptions

ORDER = "order"
"""The node of a dataset's final order: rows of it are named by number."""


@dataclass(frozen=True, slots=True)
class OwnPart:
    """What a node is made by: the digest of its part of the Plan, and the raw tables that it reads.

    The digest is empty where none can be made.
    """

    digest: str
    tables: frozenset[str] = frozenset()


class NodeDigests:
    """The own parts of nodes, and the digests of raw tables."""

    def __init__(self, plan: Plan, raw: Mapping[str, str]) -> None:
        self.plan = plan
        self.raw = raw
        self._tables: dict[str, str] = {}
        self._lists: dict[str, str] = {}
        self._read: set[str] = set()

    def table(self, name: str) -> str:
        """The digest of a raw table: its file, how it is read, and what is corrected in it.

        Empty for a table of which nobody knows whether it is unchanged.
        """
        if name not in self._tables:
            self._tables[name] = self._table(self.plan.raw[name])
        return self._tables[name]

    def own(self, dataset: DatasetPlan, what: str) -> OwnPart:
        """A node's own part of the Plan."""
        whole = {ROWS: self._rows, KEPT: self._kept, FINAL: self._final, ORDER: self._order}
        self._read = set()
        try:
            variable = dataset.variable(what)
            made = whole[what](dataset) if variable is None else self._variable(dataset, variable)
        except Unknown:
            return OwnPart("")
        return OwnPart(made, frozenset(self._read))

    @cached_property
    def _subject(self) -> tuple[str, frozenset[str]]:
        """The study's rule for USUBJID, and the raw tables that it joins."""
        rule = self.plan.subject
        owners = {ref.owner for step in rule.steps for ref in step.inputs if ref.owner}
        joins = [join for join in rule.joins if join.name in owners]
        tables = frozenset(join.table for join in joins)
        return digest(self._steps(rule.steps), joins), tables

    def _table(self, table: RawTable) -> str:
        sent = self.raw.get(table.name, "")
        formats = table.options.formats if isinstance(table.options, SasOptions) else ""
        labels = self.table(formats) if formats in self.plan.raw else "none"
        if not sent or not labels:
            return ""
        mended = [
            (c.id, c.key, c.column, c.old, c.new)
            for c in self.plan.corrections
            if c.table == table.name
        ]
        how = replace(table, not_submitted={}, collected_by="")
        return digest(sent, how, labels, mended)

    def _reads(self, names: Iterable[str]) -> None:
        """Remember those of these tables that are raw ones."""
        self._read |= {name for name in names if name in self.plan.raw}

    def _rows(self, dataset: DatasetPlan) -> str:
        sources = [replace(source, joins=()) for source in dataset.sources]
        refs = [ref for source in dataset.sources for ref in source.row_references]
        joins = [j for source in dataset.sources for j in source.joins if j.take == "all"]
        joins += self._joins(refs, dataset.sources)
        joins += self._joins([own for join in joins for own, _ in join.by], dataset.sources)
        subject, tables = self._subject
        self._reads([*(source.table for source in sources), *(join.table for join in joins)])
        self._reads([*tables, *self._owners(refs, dataset.sources)])
        return digest(dataset.name, dataset.purpose, sources, joins, subject)

    def _kept(self, dataset: DatasetPlan) -> str:
        refs = [ref for drop in dataset.drops for ref in drop.when.references]
        return digest(dataset.drops, self._elsewhere(refs, dataset.sources))

    def _final(self, dataset: DatasetPlan) -> str:
        rule = dataset.collapse
        refs = (*rule.by, *rule.order) if rule is not None else ()
        return digest(rule, self._elsewhere(refs, dataset.sources))

    def _order(self, dataset: DatasetPlan) -> str:
        return digest(dataset.order or dataset.keys)

    def _variable(self, dataset: DatasetPlan, variable: VariablePlan) -> str:
        uses = [(use.source, use.template, self._steps(use.steps)) for use in variable.per_source]
        refs = [ref for step, _ in variable.all_steps for ref in step.inputs]
        lists = [*variable.codelists, *self._lists_of(dataset, refs)]
        return digest(
            variable.name, variable.type, self._steps(variable.steps), uses, lists,
            [self._codelist(use) for use in lists],
            self._elsewhere(refs, dataset.sources),
        )  # fmt: skip

    def _elsewhere(self, refs: Iterable[Ref], sources: tuple[SourcePlan, ...]) -> list[Join]:
        """The joins that the reading of other tables rests on; raw tables are remembered."""
        listed = list(refs)
        self._reads(self._owners(listed, sources))
        return self._joins(listed, sources)

    def _joins(self, refs: Iterable[Ref], sources: tuple[SourcePlan, ...]) -> list[Join]:
        """The declared joins by which references are read, and those by which these are met."""
        wanted = [ref.owner for ref in refs if ref.kind in ("table", "dataset")]
        found: dict[tuple[int, str], Join] = {}
        while wanted:
            owner = wanted.pop(0)
            for number, source in enumerate(sources):
                join = source.join(owner)
                if join is not None and (number, owner) not in found:
                    found[number, owner] = join
                    wanted += [own.owner for own, _ in join.by if own.owner]
        return [found[key] for key in sorted(found)]

    def _owners(self, refs: Iterable[Ref], sources: tuple[SourcePlan, ...]) -> list[str]:
        """The tables that references read, through joins or by their own name."""
        listed = list(refs)
        named = {ref.owner for ref in listed if ref.kind in ("table", "dataset")}
        return sorted(named | {join.table for join in self._joins(listed, sources)})

    def _lists_of(self, dataset: DatasetPlan, refs: Iterable[Ref]) -> Iterator[CodelistUse]:
        """The codelists of other variables of the dataset that are read: a decode asks for them."""
        for ref in refs:
            other = dataset.variable(ref.column) if ref.kind == "own" else None
            yield from other.codelists if other is not None else ()

    def _codelist(self, use: CodelistUse) -> str:
        if use.codelist not in self._lists:
            self._lists[use.codelist] = digest(self.plan.codelists[use.codelist])
        return self._lists[use.codelist]

    def _steps(self, steps: Iterable[Step]) -> str:
        return digest(
            [
                (step, code_digest(type(step.operation)), self._parameters(step))
                for step in steps
            ]
        )  # fmt: skip

    def _parameters(self, step: Step) -> list[tuple[str, object]]:
        """The parameters of study.yaml that an operation may read."""
        known = self.plan.parameters
        names = parameters_read(step, known)
        return [(name, known[name]) for name in names]


def parameters_read(step: Step, known: Iterable[str]) -> list[str]:
    """Those of the known parameters that an operation may read: named in its fields or its module.

    One too many only makes more than need be.
    """
    made = type(step.operation)
    texts = set(_texts(vars(step.operation).values()))
    module = _source(made.__module__)
    return sorted(
        name for name in known if name in texts or f'"{name}"' in module or f"'{name}'" in module
    )


def _texts(values: Iterable[object]) -> Iterator[str]:
    for value in values:
        if isinstance(value, str):
            yield value
        elif isinstance(value, list | tuple):
            yield from _texts(cast("Iterable[object]", value))
        elif isinstance(value, Mapping):
            yield from _texts([*value.keys(), *value.values()])


@cache
def _source(module: str) -> str:
    """The text of a module; empty where it stands in no file."""
    try:
        return inspect.getsource(sys.modules[module])
    except (KeyError, OSError, TypeError):
        return ""


def needs_by_number(node: Node, needs: Iterable[Node], purposes: Mapping[str, str]) -> list[Node]:
    """The needs of a node, and the order of datasets of the other purpose among them.

    Analysis datasets are made from finished tabulations: their problems name rows by number.
    """
    found = sorted(set(needs))
    other = {name for name, _ in found if purposes[name] != purposes[node[0]]}
    return [*found, *((name, ORDER) for name in sorted(other))]
