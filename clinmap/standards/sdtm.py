"""SDTMIG 3.4 datasets and variables, and the SDTM 2.0 model behind them."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from clinmap.standards.published import DatasetStandard, VariableStandard, stored, variable_from

_FILE = "sdtmig-3.4.json"
_GENERAL = "GENERAL OBSERVATIONS"
_SUPP = "SUPP"
# The class whose variables come first in a class of narrower use (SDTM 2.0, section 3.1.4).
_MODEL_PARENTS = {"FINDINGS ABOUT": ("FINDINGS",)}
_CONTINUED = re.compile(r"(?P<name>COVAL|TSVAL)(?P<part>[1-9]\d?)")
_OBSERVATIONS = ("INTERVENTIONS", "EVENTS", "FINDINGS", "FINDINGS ABOUT")


def sdtm_datasets() -> tuple[str, ...]:
    """Name the datasets of SDTMIG 3.4 in the order of the guide."""
    return tuple(_datasets())


@lru_cache(maxsize=256)
def sdtm_dataset(name: str) -> DatasetStandard | None:
    """Give the guide's table for a dataset, or None where the guide has none.

    ``SUPPAE`` is SUPPQUAL with the label for AE (SDTMIG 3.4, 8.4); a split dataset such as QSPH
    or FAAE is the table of its domain (SDTMIG 3.4, 4.1.7), for the observation classes only.

    >>> sdtm_dataset("SUPPAE").label
    'Supplemental Qualifiers for AE'
    >>> sdtm_dataset("QSPH").domain
    'QS'
    """
    if found := _datasets().get(name):
        return found
    if name.startswith(_SUPP) and 2 <= len(name) - len(_SUPP) <= 4:
        return _supplemental(name)
    return _split(name)


@lru_cache(maxsize=4096)
def sdtm_variable(dataset: str, name: str, cls: str = "") -> VariableStandard | None:
    """Give a variable of a dataset: from the guide's table, else from the model, else None.

    COVAL and TSVAL go on in COVAL1, TSVAL1 and so on (SDTMIG 3.4, 5.1 and 7.4.2).
    A variable of the model that the guide's table does not list (SDTMIG 3.4, 2.7) is Perm and
    `model_only`; its codelists are those on which every table that lists it agrees. `cls` states
    the class of a custom domain, which the guide does not know.

    >>> sdtm_variable("LB", "LBLLOQ").label
    'Lower Limit of Quantitation'
    >>> sdtm_variable("XF", "XFTESTCD", cls="FINDINGS").role
    'Topic'
    """
    known = sdtm_dataset(dataset)
    if known and (found := known.variable(name)):
        return found
    if known and (match := _CONTINUED.fullmatch(name)):
        begun = known.variable(match["name"])
        return (
            replace(begun, name=name, label=f"{begun.label} {match['part']}", core="Perm")
            if begun
            else None
        )
    return _model_variables(dataset, cls).get(name)


@lru_cache(maxsize=256)
def sdtm_order(dataset: str, cls: str = "") -> tuple[str, ...]:
    """Name all variables that a dataset may have, in order.

    The order is the guide's. A variable that only the model has stands behind the one that
    precedes it in the model: identifiers, topic, qualifiers, timing (SDTM 2.0, section 3.1).

    >>> order = sdtm_order("LB")
    >>> order.index("LBTOX") < order.index("LBLLOQ") < order.index("VISITNUM")
    True
    """
    known = sdtm_dataset(dataset)
    order = [v.name for v in known.variables] if known else []
    place = 0
    for name in _model_variables(dataset, cls):
        if name not in order:
            order.insert(place, name)
        place = order.index(name) + 1
    for begun in ("COVAL", "TSVAL"):
        if begun in order:
            after = order.index(begun) + 1
            order[after:after] = [f"{begun}{part}" for part in range(1, 100)]
    return tuple(order)


@lru_cache(maxsize=1)
def _datasets() -> dict[str, DatasetStandard]:
    return {
        facts["name"]: DatasetStandard(
            name=facts["name"],
            label=facts["label"],
            cls=facts["class"],
            structure=facts["structure"],
            variables=tuple(map(variable_from, facts["variables"])),
            domain=facts["name"] if len(facts["name"]) == 2 else "",
        )
        for facts in stored(_FILE)["datasets"]
    }


def _supplemental(name: str) -> DatasetStandard:
    """SUPPQUAL under the name of one parent dataset."""
    parent = name.removeprefix(_SUPP)
    table = _datasets()["SUPPQUAL"]
    label = table.label.replace("[domain name]", parent)
    return replace(table, name=name, label=label, domain=parent[:2])


def _split(name: str) -> DatasetStandard | None:
    """The table of the domain whose two letters begin the name of a split dataset."""
    table = _datasets().get(name[:2])
    if table is None or table.cls not in _OBSERVATIONS or name == _SUPP or len(name) > 4:
        return None
    return replace(table, name=name)


@lru_cache(maxsize=256)
def _model_variables(dataset: str, cls: str) -> dict[str, VariableStandard]:
    """The model's variables for a dataset, ``--`` replaced, in the model's order."""
    known = sdtm_dataset(dataset)
    cls = known.cls if known else cls
    if cls not in _OBSERVATIONS:
        return _special_variables(dataset)
    domain = known.domain if known else dataset[:2]
    general = _model_class(_GENERAL)
    parts = (
        [v for v in general if v.role == "Identifier"],
        _class_variables(cls),
        [v for v in general if v.role == "Timing"],
    )
    named = (_named(variable, domain) for part in parts for variable in part)
    return {variable.name: variable for variable in named}


def _class_variables(cls: str) -> list[VariableStandard]:
    """Topic and qualifiers of a class; --OBJ follows --TEST (SDTM 2.0, section 3.1.4)."""
    variables = [v for parent in _MODEL_PARENTS.get(cls, ()) for v in _model_class(parent)]
    own = list(_model_class(cls))
    place = next((i + 1 for i, v in enumerate(variables) if v.name == "--TEST"), 0)
    return [*variables[:place], *own, *variables[place:]]


def _named(variable: VariableStandard, domain: str) -> VariableStandard:
    if not variable.name.startswith("--"):
        return replace(variable, model_only=True)
    name = variable.name.replace("--", domain, 1)
    return replace(variable, name=name, model_only=True, template=variable.name)


@lru_cache(maxsize=8)
def _model_class(cls: str) -> tuple[VariableStandard, ...]:
    rows = next(c["variables"] for c in stored(_FILE)["classes"] if c["class"] == cls)
    return tuple(map(variable_from, rows))


def _special_variables(dataset: str) -> dict[str, VariableStandard]:
    """The model's own table for a dataset outside the observation classes: DM, TS, RELREC."""
    wanted = "SUPPQUAL" if dataset.startswith(_SUPP) else dataset
    for facts in stored(_FILE)["model_datasets"]:
        if facts["name"] == wanted:
            rows = map(variable_from, facts["variables"])
            return {v.name: replace(v, model_only=True) for v in rows}
    return {}
