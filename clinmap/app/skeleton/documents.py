"""Documents of Define-XML as the skeleton of a specification.

Problems (findings): WBK010 for what the specification language cannot take over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from clinmap.app.skeleton.items import ItemWords
from clinmap.app.skeleton.terms import SkeletonTerms
from clinmap.codes import severity_of
from clinmap.problems import Problem
from clinmap.standards import (
    ADAM_STRUCTURES,
    STANDARDS,
    DatasetStandard,
    adam_structure,
    adam_variable,
    sdtm_dataset,
    sdtm_variable,
)
from define.document.model import Define, Item, ItemGroup, ItemRef, by_oid
from mappings.skeleton import SkeletonDataset, SkeletonStudy, SkeletonVariable, Value

CLASSES = ("EVENTS", "FINDINGS", "INTERVENTIONS")
"""The classes that a domain may have which the guide has not."""

_USUAL_DATE = "2000-01-01"


@dataclass(slots=True)
class Skeletons:
    """Makes a skeleton of documents: the tabulations, the analysis data, or both."""

    study: str = ""
    terms: SkeletonTerms = field(default_factory=SkeletonTerms)
    problems: list[Problem] = field(default_factory=list)

    def of(self, defines: Sequence[Define]) -> SkeletonStudy:
        """The skeleton of a study."""
        datasets: list[SkeletonDataset] = []
        for define in defines:
            self._standards(define)
            names = self.terms.names(define)
            for group in define.item_groups:
                analysis = is_analysis(group)
                words = ItemWords(define, names, analysis)
                made = self._analysis(group, words) if analysis else self._tabulation(group, words)
                if made is not None:
                    datasets.append(made)
            self._qualifiers(define, names, datasets)
        return SkeletonStudy(
            self._head(defines[0]), self.terms.own, self.terms.extended, datasets,
            list(_notes(defines)),
        )  # fmt: skip

    def _standards(self, define: Define) -> None:
        """Note the versions of standards that specifications do not follow."""
        known = {(s.name.upper().replace("-", ""), s.version) for s in STANDARDS}
        for standard in define.standards:
            name = standard.name.upper().replace("-", "").replace(" ", "")
            if standard.name and (name, standard.version) not in known:
                package = f" ({standard.publishing_set})" if standard.publishing_set else ""
                self.lost(
                    f"the document follows {standard.name}{package} {standard.version}, which "
                    "does not come with clinmap",
                    hint="The skeleton is checked against the versions that do.",
                )

    def lost(self, message: str, dataset: str = "", variable: str = "", hint: str = "") -> None:
        """Note what is not taken over."""
        self.problems.append(
            Problem(
                "WBK010", severity_of("WBK010"), message, dataset=dataset, variable=variable,
                hint=hint,
            )
        )  # fmt: skip

    def _head(self, define: Define) -> dict[str, Value]:
        name = self.study or define.study.name or "STUDY"
        head: dict[str, Value] = {"study": name}
        for key, text in (
            ("title", name),
            ("description", define.study.description),
            ("protocol", define.study.protocol),
        ):
            if text and text != name:
                head[key] = " ".join(text.split())
        head["as_of"] = _date(define.file.as_of) or _date(define.file.created) or _USUAL_DATE
        if define.language != "en":
            head["language"] = define.language
        return head

    def _tabulation(self, group: ItemGroup, words: ItemWords) -> SkeletonDataset | None:
        if group.name.startswith("SUPP"):
            return None
        facts = sdtm_dataset(group.name)
        cls = group.cls.upper() if facts is None else ""
        if facts is None and cls not in CLASSES:
            hint = "Only domains of the guide, and custom ones of a general class, are taken over."
            self.lost(f"{group.name} is no dataset of SDTMIG 3.4 and was left out", group.name,
                      hint=hint)  # fmt: skip
            return None
        head = self._dataset_head(group, words, facts)
        if cls:
            head["class"] = cls
        dataset = SkeletonDataset(group.name, "sdtm", head, {"variables": [], "supp": []})
        self._finish_head(dataset, group, words)
        items = by_oid(words.define.items)
        for ref in _ordered(group):
            item = items.get(ref.item_oid)
            if item is not None:
                self._tabulated(dataset, item, ref, words, cls)
        _add_required(dataset, facts)
        return dataset

    def _tabulated(
        self, dataset: SkeletonDataset, item: Item, ref: ItemRef, words: ItemWords, cls: str
    ) -> None:
        facts = sdtm_variable(dataset.name, item.name, cls)
        section = "supp" if facts is None else "variables"
        made = self._variable(dataset.name, item, ref, words, facts)
        if facts is None:
            self.lost(
                f"{item.name} is no variable of {dataset.name} in SDTMIG 3.4; it is under `supp`",
                dataset.name, item.name, "Take it out, or call it as the guide does.",
            )  # fmt: skip
            made.said.pop("role", None)
            made.said.setdefault("label", item.label or item.name)
        dataset.sections[section].append(made)

    def _analysis(self, group: ItemGroup, words: ItemWords) -> SkeletonDataset:
        structure = structure_of(group)
        head = self._dataset_head(group, words, None)
        head["structure"] = structure
        dataset = SkeletonDataset(group.name, "adam", head, {"variables": []})
        if group.structure:
            dataset.notes.append(f"structure: {group.structure}")
        self._finish_head(dataset, group, words)
        items = by_oid(words.define.items)
        for ref in _ordered(group):
            item = items.get(ref.item_oid)
            if item is not None:
                facts = adam_variable(structure, item.name)
                made = self._variable(group.name, item, ref, words, facts)
                if facts is None:
                    made.said.setdefault("label", item.label or item.name)
                dataset.sections["variables"].append(made)
        return dataset

    def _variable(
        self, dataset: str, item: Item, ref: ItemRef, words: ItemWords, facts: object
    ) -> SkeletonVariable:
        from clinmap.standards import VariableStandard

        known = facts if isinstance(facts, VariableStandard) else None
        said, notes = words.variable(item, ref, known)
        entries, more = words.entries(item, dataset)
        if entries:
            said["value_level"] = entries
        first: dict[str, Value] = {"todo": words.todo(item)}
        if item.name == "STUDYID":
            first = {"constant": self.study or words.define.study.name or "STUDY"}
        elif item.name == "DOMAIN" and not words.analysis:
            first = {"constant": dataset[:2]}
        return SkeletonVariable(item.name, {**first, **said}, notes=[*notes, *more])

    def _dataset_head(
        self, group: ItemGroup, words: ItemWords, facts: DatasetStandard | None
    ) -> dict[str, Value]:
        head: dict[str, Value] = {"dataset": group.name}
        if group.label and (facts is None or group.label != facts.label):
            head["label"] = group.label
        if (
            not words.analysis
            and group.structure
            and group.structure != (facts.structure if facts else "")
        ):
            head["structure"] = group.structure
        return head

    def _finish_head(self, dataset: SkeletonDataset, group: ItemGroup, words: ItemWords) -> None:
        items = by_oid(words.define.items)
        keyed = [ref for ref in group.refs if ref.key_sequence is not None]
        keyed.sort(key=lambda ref: ref.key_sequence or 0)
        keys: list[Value] = [items[r.item_oid].name for r in keyed if r.item_oid in items]
        if not keys:
            names = [items[ref.item_oid].name for ref in group.refs if ref.item_oid in items]
            keys = [n for n in names if n in ("STUDYID", "USUBJID")] or list(names[:1])
            self.lost(f"{group.name} has no keys; the first variables stand for them", group.name)
        dataset.head["keys"] = keys
        dataset.head["from"] = "todo"
        asked = words.asked_variables(group)
        usual = "PARAMCD" if words.analysis else f"{group.name[:2]}TESTCD"
        if asked and asked != [usual]:
            dataset.head["value_level"] = list(asked)
        comment = by_oid(words.define.comments).get(group.comment_oid)
        if comment is not None and comment.text:
            dataset.head["comment"] = comment.text

    def _qualifiers(
        self, define: Define, names: object, datasets: Iterable[SkeletonDataset]
    ) -> None:
        """The supplemental qualifiers of SUPP--, under `supp` of the dataset that they qualify."""
        parents = {dataset.name: dataset for dataset in datasets}
        for group in define.item_groups:
            if not group.name.startswith("SUPP"):
                continue
            parent = parents.get(group.name.removeprefix("SUPP"))
            if parent is None:
                self.lost(f"{group.name} has no parent here and was left out", group.name)
                continue
            words = ItemWords(define, self.terms.names(define), analysis=False)
            parent.sections["supp"] += self._supplemental(group, words)

    def _supplemental(self, group: ItemGroup, words: ItemWords) -> Iterator[SkeletonVariable]:
        items, lists = by_oid(words.define.items), by_oid(words.define.value_lists)
        values = next(
            (items[r.item_oid] for r in group.refs
             if r.item_oid in items and items[r.item_oid].name == "QVAL"), None
        )  # fmt: skip
        found = lists.get(values.value_list_oid) if values else None
        if found is None:
            self.lost(f"the qualifiers of {group.name} are not described", group.name)
        for ref in found.refs if found else ():
            item = items.get(ref.item_oid)
            when = words.when(ref.where_oids[0], group.name) if ref.where_oids else None
            name = when.get("QNAM") if when else None
            if item is None or not isinstance(name, str):
                self.lost(f"a qualifier of {group.name} is not told by QNAM", group.name)
                continue
            said, notes = words.variable(item, ref, None)
            for key in ("role", "type", "length", "digits", "format"):
                said.pop(key, None)
            said["label"] = said.get("label") or name
            yield SkeletonVariable(name, {"todo": words.todo(item), **said}, notes=notes)


def is_analysis(group: ItemGroup) -> bool:
    """Whether a dataset is of the analysis data: by its purpose, else by its class or name."""
    if group.purpose:
        return group.purpose.casefold() == "analysis"
    return group.name.startswith("AD")


def structure_of(group: ItemGroup) -> str:
    """The ADaM structure of a dataset, by its class and subclass."""
    cls = {"SUBJECT LEVEL ANALYSIS DATASET": "ADSL", "ADSL": "ADSL"}.get(group.cls.upper(), "")
    if cls or group.name == "ADSL":
        return "ADSL"
    subclass = group.subclasses[0].name.upper() if group.subclasses else ""
    facts = [found for name in ADAM_STRUCTURES if (found := adam_structure(name))]
    same = [f for f in facts if f.cls.upper() == group.cls.upper() and f.name != "ADSL"]
    exact = next((f.name for f in same if f.subclass.upper() == subclass), "")
    return exact or next((f.name for f in same if not f.subclass), "") or "OTHER"


def _ordered(group: ItemGroup) -> list[ItemRef]:
    """The variables in the order of their numbers, each once."""
    distinct = {ref.item_oid: ref for ref in reversed(group.refs)}
    refs = [ref for ref in group.refs if distinct[ref.item_oid] is ref]
    if all(ref.order is not None for ref in refs):
        refs.sort(key=lambda ref: ref.order or 0)
    return refs


def _add_required(dataset: SkeletonDataset, facts: DatasetStandard | None) -> None:
    """What the guide requires and the document does not describe."""
    there = {variable.name for variable in dataset.sections["variables"]}
    for variable in facts.variables if facts else ():
        if variable.core == "Req" and variable.name not in there | {"STUDYID", "DOMAIN"}:
            said: dict[str, Value] = {"todo": "required by the guide, and not described"}
            dataset.sections["variables"].append(SkeletonVariable(variable.name, said))


def _date(text: str) -> str:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return ""
    return text


def _notes(defines: Sequence[Define]) -> Iterator[str]:
    for define in defines:
        for standard in define.standards:
            package = f" {standard.publishing_set}" if standard.publishing_set else ""
            yield f"{standard.type} {standard.name}{package} {standard.version}".strip()
        for leaf in define.leaves:
            yield f"document {leaf.title}: {leaf.href}"
