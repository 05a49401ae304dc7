"""A define.xml, built from the Plan and the facts of the data, and from nothing else.

OIDs are made of names, so that they are readable and stay the same from build to build: `IG.LB`,
`IT.LB.LBORRES`, `IT.LB.LBORRES.GLUC`, `VL.LB.LBORRES`, `WC.LB.LBTESTCD.GLUC`, `CL.SEX`,
`MT.AE.AESTDY`, `COM.AE.AETERM`, `LF.AE`. A method, comment or codelist that several items share is
defined once and named by the first of them.

Source: Define-XML 2.1, section 5.3. Problems: none; `define.audit` compares with the facts.
Example: `build_define(plan, "Tabulation", facts, stamp="2024-01-31T00:00:00")`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from clinmap.facts import DatasetFacts
from clinmap.metadata import Condition, FormalCode, PlanDocument
from clinmap.plan import Plan, Purpose
from define.document.model import (
    Comment,
    Define,
    DocumentRef,
    FileHeader,
    FormalExpression,
    Item,
    ItemGroup,
    ItemRef,
    Leaf,
    Method,
    RangeCheck,
    Study,
    SubClass,
    ValueList,
    WhereClause,
)
from define.generation.displays import (
    DisplayDraft,
    is_described,
    model_display,
    result_tail,
)
from define.generation.drafts import (
    DatasetDraft,
    Derivation,
    ItemDraft,
    Selection,
    ValueDraft,
    VariableDraft,
    distinct_names,
    oid_part,
)
from define.generation.items import dataset_draft
from define.generation.origins import leaf_id
from define.generation.standards import (
    declared_standards,
    guide_oid,
    terminology_oid,
    used_standards,
)
from define.generation.terms import code_lists
from define.generation.values import checks_tail

DEFINE_VERSION = "2.1.0"
Shared = TypeVar("Shared")


@dataclass(frozen=True, slots=True)
class _Names:
    """The OIDs of what items share: by text for methods and comments, by content for codelists."""

    methods: Mapping[Derivation | None, str]
    comments: Mapping[str, str]
    codelists: Mapping[tuple[object, ...], str]
    clauses: Mapping[Selection, str]
    reasons: Mapping[Selection, str]
    guides: Mapping[str, str]


def build_define(
    plan: Plan,
    purpose: Purpose,
    facts: Mapping[str, DatasetFacts],
    *,
    stamp: str,
    displays: Iterable[DisplayDraft] = (),
) -> Define:
    """The Define-XML 2.1 document of the tabulation or the analysis datasets.

    It describes every submitted dataset of that purpose which has facts, in the Plan's order, and
    in each the variables that the data have. `stamp` is the ISO date or date-time of the build;
    the Plan's documents of that purpose (annotated CRF, reviewer's guide) are the files that the
    package holds beside. Of `displays` those are described whose datasets and variables are here.

    Standards, codelist terms, methods and comments are listed only when something refers to them.
    """
    drafts = [
        dataset_draft(plan, dataset, facts[dataset.name])
        for dataset in plan.of_purpose(purpose)
        if dataset.submitted and dataset.name in facts
    ]
    shown = tuple(display for display in displays if is_described(display, drafts))
    return _assembled(plan, purpose, drafts, shown, stamp)


def _assembled(
    plan: Plan,
    purpose: Purpose,
    drafts: Sequence[DatasetDraft],
    displays: Sequence[DisplayDraft],
    stamp: str,
) -> Define:
    items = [item for draft in drafts for item in draft.items]
    comments = _first_named("COM", _commented(plan, drafts, displays))
    standards = declared_standards(plan, comments)
    list_oids, codelists = code_lists(
        items, lambda package: terminology_oid(standards, package), comments
    )
    names = _Names(
        methods=_first_named("MT", ((item.derivation, item.tail) for item in items)),
        comments=comments,
        codelists=list_oids,
        clauses=_clause_oids(drafts, displays),
        reasons=_reasons(drafts),
        guides={d.plan.name: guide_oid(plan, d.plan) for d in drafts},
    )
    groups = tuple(_item_group(draft, names) for draft in drafts)
    used = used_standards(standards, groups, codelists)
    kind = "SDTM" if purpose == "Tabulation" else "ADaM"
    documents = [document for document in plan.documents if document.purpose == purpose]
    define = Define(
        file=_file_header(plan, kind, stamp),
        study=_study(plan),
        oid=f"MDV.{oid_part(plan.study)}.{kind}",
        name=f"Study {plan.study}, {kind} data definitions",
        description=f"Data definitions of the {purpose.lower()} datasets of study {plan.study}",
        version=DEFINE_VERSION,
        comment_oid=comments.get(plan.comment, ""),
        language=plan.language,
        standards=used,
        annotated_crf=_references(d for d in documents if d.annotated_crf),
        supplemental_documents=_references(d for d in documents if not d.annotated_crf),
        value_lists=tuple(_value_list(v, d, names) for d in drafts for v in _with_values(d)),
        where_clauses=_where_clauses(names),
        item_groups=groups,
        items=tuple(_item(item, names) for item in _in_order(drafts)),
        codelists=codelists,
        methods=_methods(names, items),
        leaves=tuple(Leaf(leaf_id(d.id), d.file, d.title) for d in documents),
        displays=tuple(model_display(display, names.clauses, comments) for display in displays),
    )
    return replace(define, comments=_used_comments(define, comments))


def _references(documents: Iterable[PlanDocument]) -> tuple[DocumentRef, ...]:
    return tuple(DocumentRef(leaf_id(document.id)) for document in documents)


def _used_comments(define: Define, comments: Mapping[str, str]) -> tuple[Comment, ...]:
    """The comments that something refers to."""
    used = {define.comment_oid} | {standard.comment_oid for standard in define.standards}
    used |= {group.comment_oid for group in define.item_groups}
    used |= {item.comment_oid for item in define.items}
    used |= {codelist.comment_oid for codelist in define.codelists}
    used |= {clause.comment_oid for clause in define.where_clauses}
    used |= {result.comment_oid for display in define.displays for result in display.results}
    return tuple(Comment(oid, text) for text, oid in comments.items() if oid in used)


def _file_header(plan: Plan, kind: str, stamp: str) -> FileHeader:
    return FileHeader(
        oid=f"{oid_part(plan.study)}.{kind}.define",
        created=stamp if "T" in stamp else f"{stamp}T00:00:00",
        source_system="clinmap",
    )


def _study(plan: Plan) -> Study:
    return Study(
        oid=f"STUDY.{oid_part(plan.study)}",
        name=plan.study,
        description=plan.description or plan.title or plan.study,
        protocol=plan.protocol or plan.study,
    )


def _first_named(prefix: str, used: Iterable[tuple[Shared, str]]) -> Mapping[Shared, str]:
    """The OID of each distinct text, named by the first that uses it."""
    first: dict[Shared, str] = {}
    for text, tail in used:
        if text:
            first.setdefault(text, f"{prefix}.{tail}")
    return first


def _commented(
    plan: Plan, drafts: Sequence[DatasetDraft], displays: Iterable[DisplayDraft]
) -> Iterator[tuple[str, str]]:
    """Every comment with what it is named by, where it is the first of its text."""
    for draft in drafts:
        yield draft.comment, draft.plan.name
        yield from ((item.comment, item.tail) for item in draft.items)
    for draft in drafts:
        for item in draft.items:
            if item.codelist:
                source = item.codelist.source
                yield source.comment, f"CL.{oid_part(source.name or source.id)}"
    for (dataset, checks), why in _reasons(drafts).items():
        yield why, f"WC.{dataset}.{checks_tail(checks)}"
    yield from ((use.comment, use.id) for use in plan.standards)
    yield plan.comment, "MDV"
    for display in displays:
        yield from ((r.comment, result_tail(display, r)) for r in display.results)


def _reasons(drafts: Iterable[DatasetDraft]) -> Mapping[Selection, str]:
    """The comment of each where clause that has one."""
    return {(d.plan.name, v.checks): v.why for d, v in _values(drafts) if v.why}


def _values(drafts: Iterable[DatasetDraft]) -> Iterator[tuple[DatasetDraft, ValueDraft]]:
    for draft in drafts:
        for variable in draft.variables:
            yield from ((draft, value) for value in variable.values)


def _clause_oids(
    drafts: Iterable[DatasetDraft], displays: Iterable[DisplayDraft]
) -> Mapping[Selection, str]:
    """The OID of each distinct where clause of each dataset, in the order of their use.

    A display that chooses the records of a value-level item shares its clause.
    """
    used = dict.fromkeys((draft.plan.name, value.checks) for draft, value in _values(drafts))
    used |= dict.fromkeys(chosen for display in displays for chosen in display.selections)
    names = distinct_names(f"WC.{dataset}.{checks_tail(checks)}" for dataset, checks in used)
    return dict(zip(used, names, strict=True))


def _where_clauses(names: _Names) -> tuple[WhereClause, ...]:
    return tuple(
        WhereClause(
            oid,
            tuple(_range_check(selection[0], check) for check in selection[1]),
            names.comments.get(names.reasons.get(selection, ""), ""),
        )
        for selection, oid in names.clauses.items()
    )


def _range_check(dataset: str, check: Condition) -> RangeCheck:
    single = {"IN": "EQ", "NOTIN": "NE"} if len(check.values) == 1 else {}
    comparator = single.get(check.comparator, check.comparator)
    return RangeCheck(f"IT.{dataset}.{check.variable}", comparator, check.values)


def _item_group(draft: DatasetDraft, names: _Names) -> ItemGroup:
    plan, leaf = draft.plan, _leaf(draft)
    standard = names.guides[plan.name]
    return ItemGroup(
        oid=f"IG.{plan.name}",
        name=plan.name,
        repeating=plan.repeating,
        reference_data=plan.reference_data,
        sas_name=plan.name,
        domain=_domain(draft),
        purpose=plan.purpose,
        structure=plan.structure,
        label=plan.label,
        cls=plan.cls,
        subclasses=(SubClass(plan.subclass),) if plan.subclass else (),
        refs=tuple(_item_ref(v, n, names) for n, v in enumerate(draft.variables, start=1)),
        archive_location_id=leaf.id if leaf else "",
        standard_oid=standard,
        non_standard=not standard,
        no_data=not draft.facts.rows,
        comment_oid=names.comments.get(draft.comment, ""),
        leaf=leaf,
    )


def _leaf(draft: DatasetDraft) -> Leaf | None:
    """The file of a dataset; a dataset without records and without a file has none."""
    file = draft.facts.file
    if not draft.facts.rows and not file:
        return None
    href = file or f"{draft.plan.name.lower()}.xpt"
    return Leaf(f"LF.{draft.plan.name}", href, href.rpartition("/")[2])


def _domain(draft: DatasetDraft) -> str:
    """The domain of a tabulation dataset: what DOMAIN or RDOMAIN says, where it says one thing."""
    plan = draft.plan
    if plan.purpose != "Tabulation":
        return ""
    for name in ("DOMAIN", "RDOMAIN"):
        measured = draft.facts.variables.get(name)
        if measured and len(measured.values) == 1:
            return measured.values[0]
    return plan.parent or plan.name


def _item_ref(variable: VariableDraft, order: int, names: _Names) -> ItemRef:
    item = variable.item
    return ItemRef(
        item_oid=f"IT.{item.tail}",
        mandatory=item.mandatory,
        order=order,
        key_sequence=variable.key_sequence,
        method_oid=names.methods.get(item.derivation, ""),
        role=variable.role,
        no_data=item.no_data,
    )


def _with_values(draft: DatasetDraft) -> Iterator[VariableDraft]:
    return (variable for variable in draft.variables if variable.values)


def _value_list(variable: VariableDraft, draft: DatasetDraft, names: _Names) -> ValueList:
    refs = (
        ItemRef(
            item_oid=f"IT.{value.item.tail}",
            mandatory=value.item.mandatory,
            order=order,
            method_oid=names.methods.get(value.item.derivation, ""),
            where_oids=(names.clauses[draft.plan.name, value.checks],),
        )
        for order, value in enumerate(variable.values, start=1)
    )
    return ValueList(f"VL.{variable.item.tail}", tuple(refs))


def _in_order(drafts: Iterable[DatasetDraft]) -> Iterator[tuple[ItemDraft, str]]:
    """Every item with the OID of its value list: per dataset the variables, then their values."""
    for draft in drafts:
        for variable in draft.variables:
            yield variable.item, f"VL.{variable.item.tail}" if variable.values else ""
        for variable in draft.variables:
            yield from ((value.item, "") for value in variable.values)


def _item(drafted: tuple[ItemDraft, str], names: _Names) -> Item:
    draft, value_list = drafted
    return Item(
        oid=f"IT.{draft.tail}",
        name=draft.name,
        data_type=draft.shape.data_type,
        length=draft.shape.length,
        significant_digits=draft.shape.significant_digits,
        sas_name=draft.name,
        display_format=draft.display_format,
        comment_oid=names.comments.get(draft.comment, ""),
        label=draft.label,
        codelist_oid=names.codelists[draft.codelist.content] if draft.codelist else "",
        origins=draft.origins,
        value_list_oid=value_list,
    )


def _methods(names: _Names, items: Iterable[ItemDraft]) -> tuple[Method, ...]:
    labels = {f"MT.{item.tail}": f"Algorithm for {item.tail}" for item in items}
    return tuple(
        Method(oid, labels[oid], made[0], expressions=_expressions(made[1]))
        for made, oid in names.methods.items()
        if made
    )


def _expressions(formal: Iterable[FormalCode]) -> tuple[FormalExpression, ...]:
    return tuple(FormalExpression(code.context, code.code) for code in formal)
