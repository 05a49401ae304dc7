"""The Plan of datasets of unknown origin: what the standards say of them, and nothing of a study.

It serves the checks only: it has no sources and no steps, and cannot be built. Sources: SDTMIG 3.4
(datasets and variables), SDTM 2.0 section 3.1 (custom domains by class), ADaMIG 1.3 section 3
(structures), and the controlled terminology that is given.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pandas as pd

from clinmap.metadata import CodelistUse, StandardUse
from clinmap.plan import DatasetPlan, DataType, Plan, PlanCodelist, VariablePlan
from clinmap.readers.described import DescribedColumn, DescribedDataset
from clinmap.standards import VariableStandard
from clinmap.terminology import Terminology, load_packaged, planned_codelist
from clinmap.validation.checks import typed
from clinmap.validation.recognition import Recognized, recognized

Given = DescribedDataset
"""A dataset as it was read: its frame, its label, and what its file says of its columns."""

NATURAL_KEYS: Mapping[str, tuple[str, ...]] = {
    "ADSL": ("STUDYID", "USUBJID"),
    "DM": ("STUDYID", "USUBJID"),
    "OI": ("NHOID", "OISEQ"),
    "RELREC": ("STUDYID", "RDOMAIN", "USUBJID", "IDVAR", "IDVARVAL", "RELID"),
    "RELSUB": ("STUDYID", "USUBJID", "POOLID", "RSUBJID", "SREL"),
    "SUPP": ("STUDYID", "RDOMAIN", "USUBJID", "POOLID", "IDVAR", "IDVARVAL", "QNAM"),
    "SV": ("STUDYID", "USUBJID", "VISITNUM"),
    "TA": ("STUDYID", "ARMCD", "TAETORD"),
    "TD": ("STUDYID", "TDORDER"),
    "TE": ("STUDYID", "ETCD"),
    "TI": ("STUDYID", "IETESTCD", "TIVERS"),
    "TM": ("STUDYID", "MIDSTYPE"),
    "TS": ("STUDYID", "TSPARMCD", "TSSEQ"),
    "TV": ("STUDYID", "VISITNUM", "ARMCD"),
}
"""What tells the records of a dataset apart, where the guide's structure names it and it is not
--SEQ (SDTMIG 3.4 sections 5.1, 5.2, 7.2 to 7.4 and 8, "One record per …")."""

_EXCEPTIONS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("DM", "RACE"): ("MULTIPLE", "OTHER"),
    ("ADSL", "RACE"): ("MULTIPLE", "OTHER"),
}
"""What the guide itself writes beside a codelist that cannot be extended (SDTMIG 3.4, 5.2)."""

_WHOLE = ("SEQ", "DY")
_DATES = "ISO 8601 date"


def plan_from_standards(
    datasets: Mapping[str, Given],
    terminology: Iterable[Terminology] | None = None,
    *,
    keys: Mapping[str, tuple[str, ...]] | None = None,
) -> Plan:
    """The Plan that `judge` checks datasets of unknown origin by.

    Each dataset has the variables of its frame in their order, then the Required and Expected ones
    that it lacks. Core, type and codelists are the standard's; variables that no standard knows
    have the type that they have. `terminology` is the packages to use (the packaged ones, if not
    given); `keys` says what tells the records of a dataset apart, for example after its define.xml:
    else it is known for few datasets, and the others are told apart by --SEQ.

    >>> dm = Given(pd.DataFrame({"USUBJID": ["S-01"]}, dtype="str"), ())
    >>> plan = plan_from_standards({"DM": dm})
    >>> plan.dataset("DM").variable("SEX").core
    'Req'
    """
    packages = terminology if terminology is not None else _packaged()
    lists = _Codelists(tuple(packages))
    stated = keys or {}
    plans = tuple(
        _dataset(recognized(name, given.frame), given, lists, stated.get(name))
        for name, given in datasets.items()
    )
    return Plan(
        study=_study(datasets),
        title="",
        description="",
        protocol="",
        as_of="",
        raw={},
        datasets=plans,
        codelists=lists.used,
        standards=tuple(_standards(lists.packages)),
    )


def ready_frames(plan: Plan, datasets: Mapping[str, Given]) -> dict[str, pd.DataFrame]:
    """The frames as the checks want them: rows numbered, and the types of empty columns agreed.

    A file may say nothing of a column without values (Parquet), and some programs write it as the
    other type: where every value is missing, the column has the type of the Plan.
    """
    return {
        dataset.name: _ready(dataset, datasets[dataset.name].frame)
        for dataset in plan.datasets
        if dataset.name in datasets
    }


def _ready(dataset: DatasetPlan, frame: pd.DataFrame) -> pd.DataFrame:
    from clinmap.validation.checks import is_text

    kinds = {v.name: is_text(dataset, v) for v in dataset.submitted_variables}
    empty = {
        name: column.astype("str" if kinds[name] else "float64")
        for name, column in frame.items()
        if name in kinds and not typed(column, text=kinds[name]) and _empty(column)
    }
    return frame.assign(**empty).reset_index(drop=True)


def _empty(column: pd.Series) -> bool:
    return bool(column.isna().all())


def _packaged() -> tuple[Terminology, ...]:
    return load_packaged("SDTM"), load_packaged("ADaM")


@dataclass(slots=True)
class _Codelists:
    """The codelists of some packages by C-code, and those that were used."""

    packages: tuple[Terminology, ...]
    used: dict[str, PlanCodelist] = field(default_factory=dict)

    def uses(self, codes: Iterable[str]) -> tuple[CodelistUse, ...]:
        """The uses of those codelists that the packages have; several allow what any of them has.

        The guides cite a few codelists (C85495 for one) that no package has: they bind nobody.
        """
        return tuple(CodelistUse(code) for code in codes if self._find(code))

    def _find(self, code: str) -> PlanCodelist | None:
        if code not in self.used:
            for package in self.packages:
                if found := package.codelist(code):
                    self.used[code] = planned_codelist(found, package)
                    break
        return self.used.get(code)


def _study(datasets: Mapping[str, Given]) -> str:
    for given in datasets.values():
        if "STUDYID" in given.frame.columns and len(known := given.frame["STUDYID"].dropna()):
            return str(known.iloc[0])
    return ""


def _standards(packages: Iterable[Terminology]) -> Iterable[StandardUse]:
    for package in packages:
        name = package.package.upper()
        yield StandardUse(f"STD.{name}.{package.date}", "CDISC/NCI", "CT", package.date, name)


def _dataset(
    what: Recognized, given: Given, lists: _Codelists, keys: tuple[str, ...] | None
) -> DatasetPlan:
    names = [str(name) for name in given.frame.columns]
    known = {name: what.variable(name) for name in names}
    absent = [v for v in what.variables if v.core in ("Req", "Exp") and v.name not in known]
    told = {column.name: column for column in given.columns}
    return DatasetPlan(
        name=what.name,
        label=what.label,
        cls=what.cls,
        subclass=what.subclass,
        structure=what.structure,
        purpose=what.purpose,
        keys=tuple(keys) if keys is not None else _keys(what, names),
        order=(),
        sources=(),
        variables=(
            *(_variable(what, n, facts, lists, told.get(n), given) for n, facts in known.items()),
            *(_variable(what, v.name, v, lists, None, given) for v in absent),
        ),
        standard=what.standard,
        repeating=what.name not in ("DM", "ADSL"),
        reference_data=what.cls == "TRIAL DESIGN",
        parent=what.parent,
    )


def _keys(what: Recognized, names: list[str]) -> tuple[str, ...]:
    wanted = NATURAL_KEYS.get("SUPP" if what.parent else what.name, ())
    return tuple(key for key in wanted if key in names)


def _variable(
    what: Recognized,
    name: str,
    facts: VariableStandard | None,
    lists: _Codelists,
    column: DescribedColumn | None,
    given: Given,
) -> VariablePlan:
    label = "" if facts is None or facts.label_is_stub else facts.label
    return VariablePlan(
        name=name,
        label=label or (column.label if column and column.label else ""),
        type=_type(what, name, facts) if facts else _type_of(given.frame[name]),
        core=facts.core if facts else "",
        role=facts.role if facts else "",
        codelists=lists.uses(what.codelists(facts)) if facts else (),
        exceptions=_EXCEPTIONS.get((what.name, name), ()),
        format=column.format if column and column.format else "",
    )


def _type(what: Recognized, name: str, facts: VariableStandard) -> DataType:
    """The data type by the standard; dates are text in SDTM, and numbers of SAS in ADaM."""
    if facts.type == "Char":
        dated = (facts.domain or "").startswith(_DATES) or name.endswith("DTC")
        return "partialDatetime" if dated else "text"
    if what.purpose == "Analysis":
        return what.timing(name) or "float"
    return "integer" if name.endswith(_WHOLE) else "float"


def _type_of(column: pd.Series) -> DataType:
    return "float" if typed(column, text=False) else "text"
