"""Variables of a dataset, drafted from the Plan and the facts.

Source: Define-XML 2.1, sections 5.3.9 to 5.3.11 (ItemGroupDef, ItemRef, ItemDef, def:Origin).
"""

from __future__ import annotations

from clinmap.facts import DatasetFacts
from clinmap.plan import DatasetPlan, Plan, PlanCodelist, VariablePlan
from define.generation.drafts import DatasetDraft, ItemDraft, NarrowedList, Shape, VariableDraft
from define.generation.origins import variable_code, variable_method, variable_origins
from define.generation.shapes import variable_shape
from define.generation.terms import codelist_of, narrowed_list
from define.generation.values import names_of_codes, value_drafts

NO_VALUE = "The variable has no value in any record."
NO_RECORD = "The dataset has no records."


def dataset_draft(plan: Plan, dataset: DatasetPlan, facts: DatasetFacts) -> DatasetDraft:
    """The draft of one dataset: the variables that the Plan submits and the data have.

    A variable without any value stays, with def:HasNoData and a comment that says why: its own
    comment, the reason under `not_collected`, or that there is no value. In a dataset without
    records only the dataset says so.
    """
    variables = [
        _variable_draft(plan, dataset, variable, facts)
        for variable in dataset.submitted_variables
        if variable.name in facts.variables
    ]
    comment = dataset.comment or ("" if facts.rows else NO_RECORD)
    return DatasetDraft(dataset, facts, tuple(variables), comment)


def _variable_draft(
    plan: Plan, dataset: DatasetPlan, variable: VariablePlan, facts: DatasetFacts
) -> VariableDraft:
    item = _item_draft(plan, dataset, variable, facts)
    keys = dataset.keys
    return VariableDraft(
        item=item,
        role=variable.role if dataset.purpose == "Tabulation" else "",
        key_sequence=keys.index(variable.name) + 1 if variable.name in keys else None,
        values=value_drafts(plan, dataset, variable, item, facts),
    )


def _item_draft(
    plan: Plan, dataset: DatasetPlan, variable: VariablePlan, facts: DatasetFacts
) -> ItemDraft:
    measured = facts.variables[variable.name]
    shape = variable_shape(
        variable.type, measured, dataset.purpose, variable.length, variable.significant_digits
    )
    absent = facts.rows > 0 and not measured.count
    return ItemDraft(
        tail=f"{dataset.name}.{variable.name}",
        name=variable.name,
        label=variable.label,
        shape=shape,
        origins=variable_origins(variable),
        method=variable_method(variable),
        formal=variable_code(variable),
        comment=_comment(dataset, variable, absent),
        codelist=_codelist(plan, dataset, variable, facts, shape),
        display_format=variable.format,
        mandatory=_mandatory(dataset, variable, facts),
        no_data=absent,
    )


def _mandatory(dataset: DatasetPlan, variable: VariablePlan, facts: DatasetFacts) -> bool:
    """Required means filled in SDTM; in ADaM it means that the variable is there (ADaMIG 3)."""
    filled = facts.variables[variable.name].count == facts.rows
    return variable.core == "Req" and (filled or dataset.purpose == "Tabulation")


def _codelist(
    plan: Plan,
    dataset: DatasetPlan,
    variable: VariablePlan,
    facts: DatasetFacts,
    shape: Shape,
) -> NarrowedList | None:
    """The codelist of a variable; codes that make groups (PARAMCD) have one of their own at least.

    It holds the codes that occur with their names in the data, and is marked as non-standard.
    """
    measured = facts.variables[variable.name]
    names = names_of_codes(dataset, variable.name, facts)
    uses = [use for use in variable.codelists if not use.when]
    if uses or not names or not variable.name.endswith("CD"):
        kind = shape.data_type
        return codelist_of(plan.codelists, uses, measured, kind, variable.name, names)
    own = PlanCodelist(
        id=f"{dataset.name}.{variable.name}",
        name=f"{dataset.name}-{variable.name}",
        label=f"{variable.label} ({dataset.name})",
    )
    return narrowed_list(own, measured, shape.data_type, variable.name, names)


def _comment(dataset: DatasetPlan, variable: VariablePlan, absent: bool) -> str:
    if variable.comment or not absent:
        return variable.comment
    return dataset.not_collected.get(variable.name, NO_VALUE)
