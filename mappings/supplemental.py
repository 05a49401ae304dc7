"""SUPP-- in the Plan: one more dataset for each that has supplemental qualifiers.

Source: SDTMIG 3.4 section 8.4.
"""

from __future__ import annotations

from clinmap.metadata import Condition
from clinmap.plan import DatasetPlan, Origin, ValueItem, VariablePlan
from clinmap.standards import sdtm_dataset


def qualifier_origin(origin: Origin) -> str:
    """What QORIG says of an origin: `CRF` and `eDT` tell the two ways of collecting apart.

    Source: SDTMIG 3.4 section 8.4.1; eDT is electronic data transfer in Define-XML 2.0.

    >>> qualifier_origin(Origin("Collected", "Vendor"))
    'eDT'
    """
    if origin.type != "Collected":
        return origin.type
    return "eDT" if origin.source == "Vendor" else "CRF"


def supplemental_plan(parent: DatasetPlan) -> DatasetPlan | None:
    """The plan of SUPP-- for a dataset, or None where it has no supplemental qualifier."""
    if not parent.supplemental:
        return None
    facts = sdtm_dataset(f"SUPP{parent.name}")
    if facts is None:
        return None
    assigned = Origin("Assigned", "Sponsor")
    identifies = Origin("Derived", "Sponsor"), "The value of IDVAR in the parent record."
    subject = parent.variable("USUBJID")
    said = {"IDVARVAL": identifies}
    if subject is not None:
        said["USUBJID"] = (subject.origin, subject.method)
    variables = tuple(
        VariablePlan(
            name=variable.name,
            label=variable.label,
            type="text",
            core=variable.core,
            role=variable.role,
            origin=said.get(variable.name, (assigned, ""))[0],
            method=said.get(variable.name, (assigned, ""))[1],
            items=_items(parent) if variable.name == "QVAL" else (),
            location=parent.location,
        )
        for variable in facts.variables
    )
    return DatasetPlan(
        name=facts.name,
        label=facts.label,
        cls=facts.cls,
        structure=facts.structure,
        purpose="Tabulation",
        keys=("STUDYID", "RDOMAIN", "USUBJID", "IDVAR", "IDVARVAL", "QNAM"),
        order=(),
        sources=(),
        variables=variables,
        standard=parent.standard,
        value_level=("QNAM",),
        parent=parent.name,
        submitted=parent.submitted,
        location=parent.location,
    )


def _items(parent: DatasetPlan) -> tuple[ValueItem, ...]:
    return tuple(
        ValueItem(
            when=(Condition("QNAM", (variable.name,)),),
            label=variable.label,
            type="text",
            origin=variable.origin,
            method=variable.method,
            comment=variable.comment,
            codelists=variable.codelists,
            formal=variable.formal,
        )
        for variable in parent.supplemental
    )
