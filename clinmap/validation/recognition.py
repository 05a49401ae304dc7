"""What a dataset of unknown origin is, told from its name and the names of its variables."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import pandas as pd

from clinmap.plan import DataType, Purpose
from clinmap.standards import (
    DatasetStandard,
    VariableStandard,
    adam_structure,
    adam_variable,
    is_adam_template,
    sdtm_dataset,
    sdtm_variable,
)
from clinmap.standards.adam import ADAM_FORMATS

_OCCURRENCES = ("DECOD", "TERM", "TRT")
_SUPP = "SUPP"
_NO_YES = "C66742"
_DOMAIN = re.compile(r"[A-Z][A-Z0-9]")


@dataclass(frozen=True, slots=True)
class Recognized:
    """What a dataset is: its standard's facts, or the class of a custom domain.

    `form` is the ADaM structure (ADSL, BDS, …), empty in SDTM. `facts` is None for a dataset that
    no guide knows; `cls` is then the class that its variables show, or empty.
    """

    name: str
    purpose: Purpose
    facts: DatasetStandard | None
    cls: str
    form: str = ""
    parent: str = ""

    @property
    def label(self) -> str:
        """The dataset's label by the guide; ADaM leaves it to the study."""
        return self.facts.label if self.facts and not self.form else ""

    @property
    def subclass(self) -> str:
        """The subclass of an ADaM structure."""
        return self.facts.subclass if self.facts else ""

    @property
    def structure(self) -> str:
        """What one record is."""
        return self.facts.structure if self.facts else ""

    @property
    def standard(self) -> str:
        """The guide's name and version, such as `SDTMIG 3.4`."""
        return " ".join(self.facts.standard) if self.facts else "SDTMIG 3.4"

    @property
    def variables(self) -> tuple[VariableStandard, ...]:
        """The variables that the guide's table lists under their own names."""
        if self.facts is None:
            return _identifiers(self.name, self.cls)
        return _named(self.facts, self.form) if self.form else self.facts.variables

    def variable(self, name: str) -> VariableStandard | None:
        """What the standard says of a variable, or None."""
        if self.form:
            return adam_variable(self.form, name)
        return sdtm_variable(self.name, name, self.cls)

    def codelists(self, facts: VariableStandard) -> tuple[str, ...]:
        """The C-codes of a variable's codelists; flags of ADaM whose values are stated have NY."""
        if facts.codelists or not self.form or facts.type != "Char":
            return facts.codelists
        stated = bool(facts.values) and set(facts.values) <= {"Y", "N"}
        return (_NO_YES,) if facts.name.endswith("FL") or stated else ()

    def timing(self, name: str) -> DataType | None:
        """The type of a numeric date or time of ADaM, by the end of its name."""
        return next((found for end, (found, _) in ADAM_FORMATS.items() if name.endswith(end)), None)


def recognized(name: str, frame: pd.DataFrame) -> Recognized:
    """What the dataset is.

    ADaM: a name that begins with AD, or PARAMCD or TRT01P without DOMAIN; the structure is told
    from the variables (ADaMIG 1.3 section 3, OCCDS 1.1 section 3). SDTM: the guide's dataset of
    that name, SUPP--, a part of a split domain, or a custom domain of the class that its topic
    variable shows (SDTMIG 3.4 section 2.6).
    """
    names = {str(column) for column in frame.columns}
    if _is_analysis(name, names):
        form = _adam_form(name, names)
        facts = adam_structure(form)
        return Recognized(name, "Analysis", facts, facts.cls if facts else "", form)
    known = sdtm_dataset(name)
    parent = name.removeprefix(_SUPP) if name.startswith(_SUPP) and "QNAM" in names else ""
    cls = known.cls if known else _class_by_topic(_domain(name, frame), names)
    return Recognized(name, "Tabulation", known, cls, parent=parent)


def _is_analysis(name: str, names: set[str]) -> bool:
    if "RDOMAIN" in names:
        return False
    named = name.startswith("AD") and len(name) > 2
    # An analysis dataset may keep DOMAIN of the records that it was made from.
    return (named and "DOMAIN" not in names) or bool({"PARAMCD", "TRT01P", "TRTSDT"} & names)


def _adam_form(name: str, names: set[str]) -> str:
    if name == "ADSL":
        return "ADSL"
    if "PARAMCD" in names:
        return "TTE" if "CNSR" in names else "BDS"
    if {"AETERM", "AEDECOD"} & names:
        return "AE"
    topics = {f"{column[:2]}{end}" for column in names for end in _OCCURRENCES}
    return "OCCDS" if topics & names else "OTHER"


def _domain(name: str, frame: pd.DataFrame) -> str:
    """The two letters in front of the names of variables: those of DOMAIN, else of the name."""
    if "DOMAIN" in frame.columns and len(known := frame["DOMAIN"].dropna()):
        told = str(known.iloc[0])
        return told if _DOMAIN.fullmatch(told) else name[:2]
    return name[:2]


def _class_by_topic(domain: str, names: set[str]) -> str:
    """The class whose topic variable is there (SDTM 2.0 sections 3.1.1 to 3.1.3)."""
    if f"{domain}TESTCD" in names:
        return "FINDINGS ABOUT" if f"{domain}OBJ" in names else "FINDINGS"
    if f"{domain}TERM" in names:
        return "EVENTS"
    return "INTERVENTIONS" if f"{domain}TRT" in names else ""


def _named(facts: DatasetStandard, form: str) -> tuple[VariableStandard, ...]:
    """The variables of an ADaM structure that are no templates; `--TERM` is AETERM in AE."""
    plain = (v.name.replace("--", "AE") if form == "AE" else v.name for v in facts.variables)
    found = (adam_variable(form, name) for name in plain if not is_adam_template(name))
    return tuple(variable for variable in found if variable)


def _identifiers(name: str, cls: str) -> tuple[VariableStandard, ...]:
    """What every custom domain of an observation class has (SDTMIG 3.4 section 2.6)."""
    if not cls:
        return ()
    wanted = ("STUDYID", "DOMAIN", "USUBJID", f"{name[:2]}SEQ")
    found = (sdtm_variable(name, wanted_name, cls) for wanted_name in wanted)
    return tuple(replace(facts, core="Req") for facts in found if facts)
