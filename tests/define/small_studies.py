"""Two small Plans made by hand, one SDTM and one ADaM, with the facts of their data."""

from __future__ import annotations

from collections.abc import Mapping

from clinmap.facts import DatasetFacts, ValueFacts, VariableFacts
from clinmap.metadata import CodelistUse, Condition, StandardUse
from clinmap.plan import (
    DatasetPlan,
    Origin,
    Plan,
    PlanCodelist,
    PlanTerm,
    ValueItem,
    VariablePlan,
)

STAMP = "2024-01-31T00:00:00"
STUDYID = VariablePlan(
    "STUDYID", "Study Identifier", "text", core="Req", role="Identifier",
    origin=Origin("Assigned", "Sponsor"),
)  # fmt: skip
USUBJID = VariablePlan(
    "USUBJID", "Unique Subject Identifier", "text", core="Req", role="Identifier",
    origin=Origin("Derived", "Sponsor"), method="STUDYID, SITEID and SUBJID joined by hyphens.",
)  # fmt: skip


def measured(
    *values: str, groups: Mapping[str, tuple[str, ...]] | None = None, extra: int = 0
) -> VariableFacts:
    """The facts of a column with these distinct values; groups have one by-variable."""
    facts = value_facts(values, extra)
    by_group = {(key,): value_facts(texts) for key, texts in (groups or {}).items()}
    return VariableFacts(
        facts.count, facts.length, facts.values, True, facts.integer, facts.digits, by_group
    )


def value_facts(values: tuple[str, ...], extra: int = 0) -> ValueFacts:
    """What `measure` says of these values: whole, decimals, lengths."""
    numeric = bool(values) and all(is_number(value) for value in values)
    return ValueFacts(
        count=len(values) + extra,
        length=max((len(value.encode()) for value in values), default=0),
        values=tuple(sorted(values)),
        integer=all(value.lstrip("-").isdigit() for value in values),
        digits=max(len(value.partition(".")[2]) for value in values) if numeric else 0,
    )


def is_number(text: str) -> bool:
    """Whether the text is a decimal number."""
    return text.lstrip("-").replace(".", "", 1).isdigit()


def assigned(name: str, label: str, **more: object) -> VariablePlan:
    """A text variable that the sponsor assigns."""
    return VariablePlan(name, label, "text", origin=Origin("Assigned", "Sponsor"), **more)  # type: ignore[arg-type]


def collected(name: str, label: str, **more: object) -> VariablePlan:
    """A text variable that the investigator wrote down."""
    origin = Origin("Collected", "Investigator")
    return VariablePlan(name, label, "text", origin=origin, **more)  # type: ignore[arg-type]


def uses(*names: str) -> tuple[CodelistUse, ...]:
    """Codelists that always apply."""
    return tuple(CodelistUse(name) for name in names)


CODELISTS = {
    "SEX": PlanCodelist(
        "SEX", "SEX", "Sex", "C66731", "SDTM", False,
        (PlanTerm("F", "Female", "C16576"), PlanTerm("M", "Male", "C20197"),
         PlanTerm("U", "Unknown", "C17998")),
    ),
    "NY": PlanCodelist(
        "NY", "NY", "No Yes Response", "C66742", "SDTM", False,
        (PlanTerm("N", "No", "C49487"), PlanTerm("Y", "Yes", "C49488")),
    ),
    "RACE": PlanCodelist(
        "RACE", "RACE", "Race", "C74457", "SDTM", False,
        (PlanTerm("ASIAN", "Asian", "C41260"), PlanTerm("WHITE", "White", "C41261")),
    ),
    "LBTESTCD": PlanCodelist(
        "LBTESTCD", "LBTESTCD", "Laboratory Test Code", "C65047", "SDTM", True,
        (PlanTerm("ALB", "Albumin", "C64431"), PlanTerm("GLUC", "Glucose", "C105585"),
         PlanTerm("COLOR", "Color", "C64546"), PlanTerm("VMACREAT", "VMA/Creatinine", "", True)),
    ),
    "UNIT": PlanCodelist(
        "UNIT", "UNIT", "Unit", "C71620", "SDTM", True,
        (PlanTerm("g/L", "Gram per Liter", "C42576"),
         PlanTerm("mmol/L", "Millimole per Liter", "C64387")),
    ),
    "AEREL": PlanCodelist(
        "AEREL", "AEREL", "Causality",
        terms=(PlanTerm("RELATED", "Related"), PlanTerm("NOT RELATED", "Not related")),
    ),
    "COLOR": PlanCodelist("COLOR", "COLOR", "Colour", terms=(PlanTerm("YELLOW"),)),
    "MEDDRA": PlanCodelist(
        "MEDDRA", "MedDRA", "Adverse Event Dictionary", external="MedDRA", version="26.1"
    ),
    "DATEFL": PlanCodelist(
        "DATEFL", "DATEFL", "Date Imputation Flag", "C81223", "ADaM", False,
        (PlanTerm("D", "Day Imputed", "C81212"),),
    ),
    "TRTN": PlanCodelist("TRTN", "TRTN", "Treatment", terms=(PlanTerm("1", "Active"),)),
}  # fmt: skip

STANDARDS = (
    StandardUse("STD.SDTMIG.3.4", "SDTMIG", "IG", "3.4"),
    StandardUse("STD.ADaMIG.1.3", "ADaMIG", "IG", "1.3"),
    StandardUse("STD.ADaM-OCCDSIG.1.1", "ADaM-OCCDSIG", "IG", "1.1"),
    StandardUse("STD.ADaMIG-NCA.1.0", "ADaMIG-NCA", "IG", "1.0"),
    StandardUse("STD.SDTM.2025-03-28", "CDISC/NCI", "CT", "2025-03-28", "SDTM"),
    StandardUse("STD.ADaM.2025-03-28", "CDISC/NCI", "CT", "2025-03-28", "ADaM"),
)

DM = DatasetPlan(
    "DM", "Demographics", "SPECIAL PURPOSE", "One record per subject", "Tabulation",
    keys=("STUDYID", "USUBJID"), order=(), sources=(), repeating=False,
    comment="Screen failures are included.",
    variables=(
        STUDYID,
        assigned("DOMAIN", "Domain Abbreviation", core="Req", role="Identifier"),
        USUBJID,
        VariablePlan(
            "RFSTDTC", "Subject Reference Start Date/Time", "partialDatetime", core="Exp",
            role="Record Qualifier", method="Date of the first dose.",
        ),
        VariablePlan(
            "AGE", "Age", "float", core="Exp", role="Record Qualifier",
            origin=Origin("Collected", "Investigator"),
        ),
        collected("SEX", "Sex", core="Req", role="Record Qualifier", codelists=uses("SEX")),
        collected("RACE", "Race", role="Record Qualifier", codelists=uses("RACE"),
                  exceptions=("MULTIPLE",)),
        VariablePlan("DTHDTC", "Date/Time of Death", "partialDatetime", role="Record Qualifier",
                     origin=Origin("Collected", "Investigator")),
        assigned("SITEWORK", "Work", place="work"),
    ),
)  # fmt: skip

AE = DatasetPlan(
    "AE", "Adverse Events", "EVENTS", "One record per adverse event per subject", "Tabulation",
    keys=("STUDYID", "USUBJID", "AESEQ"), order=(), sources=(),
    variables=(
        STUDYID,
        assigned("DOMAIN", "Domain Abbreviation", core="Req", role="Identifier"),
        USUBJID,
        VariablePlan("AESEQ", "Sequence Number", "integer", core="Req", role="Identifier",
                     method="Number of the record within the subject."),
        collected("AETERM", "Reported Term for the Adverse Event", core="Req", role="Topic",
                  comment="Verbatim, in capitals & without \"quotes\"."),
        assigned("AEDECOD", "Dictionary-Derived Term", core="Req", role="Synonym Qualifier",
                 codelists=uses("MEDDRA")),
        collected("AESER", "Serious Event", role="Record Qualifier", codelists=uses("NY")),
        collected("AEREL", "Causality", role="Record Qualifier", codelists=uses("AEREL")),
        collected("AETRTEM", "Treatment Emergent Flag", place="supp", codelists=uses("NY")),
        VariablePlan("AEDUR", "Duration in Days", "integer", place="supp",
                     method="End minus start."),
    ),
)  # fmt: skip

SUPPAE = DatasetPlan(
    "SUPPAE", "Supplemental Qualifiers for AE", "RELATIONSHIP",
    "One record per supplemental qualifier per parent record", "Tabulation",
    keys=("STUDYID", "RDOMAIN", "USUBJID", "IDVARVAL", "QNAM"), order=(), sources=(),
    parent="AE", value_level=("QNAM",),
    variables=(
        STUDYID,
        assigned("RDOMAIN", "Related Domain Abbreviation", core="Req", role="Identifier"),
        USUBJID,
        assigned("IDVARVAL", "Identifying Variable Value", role="Identifier"),
        assigned("QNAM", "Qualifier Variable Name", core="Req", role="Topic"),
        assigned("QLABEL", "Qualifier Variable Label", core="Req", role="Synonym Qualifier"),
        assigned("QVAL", "Data Value", core="Req", role="Result Qualifier"),
    ),
)  # fmt: skip

LB = DatasetPlan(
    "LB", "Laboratory Test Results", "FINDINGS", "One record per test per subject", "Tabulation",
    keys=("STUDYID", "USUBJID", "LBTESTCD"), order=(), sources=(), value_level=("LBTESTCD",),
    standard="SDTMIG 3.4", not_collected={"LBNAM": "The laboratory was not recorded."},
    variables=(
        STUDYID,
        assigned("DOMAIN", "Domain Abbreviation", core="Req", role="Identifier"),
        USUBJID,
        assigned("LBTESTCD", "Lab Test or Examination Short Name", core="Req", role="Topic",
                 codelists=uses("LBTESTCD")),
        assigned("LBTEST", "Lab Test or Examination Name", core="Req", role="Synonym Qualifier"),
        collected("LBORRES", "Result or Finding in Original Units", core="Exp",
                  role="Result Qualifier",
                  codelists=(CodelistUse("COLOR", (Condition("LBTESTCD", ("COLOR",)),)),),
                  items=(ValueItem(
                      (Condition("LBTESTCD", ("GLUC",)),), label="Glucose as reported",
                      origin=Origin("Collected", "Vendor"), comment="From the central lab."),)),
        collected("LBORRESU", "Original Units", core="Exp", role="Variable Qualifier",
                  codelists=uses("UNIT")),
        VariablePlan("LBSTRESN", "Numeric Result/Finding in Standard Units", "float", core="Exp",
                     role="Result Qualifier", method="Converted to standard units."),
        collected("LBNAM", "Vendor Name", role="Record Qualifier"),
    ),
)  # fmt: skip

EMPTY = DatasetPlan(
    "CE", "Clinical Events", "EVENTS", "One record per event per subject", "Tabulation",
    keys=("STUDYID", "USUBJID"), order=(), sources=(), variables=(STUDYID, USUBJID),
)  # fmt: skip

ADSL = DatasetPlan(
    "ADSL", "Subject-Level Analysis Dataset", "SUBJECT LEVEL ANALYSIS DATASET",
    "One record per subject", "Analysis", keys=("STUDYID", "USUBJID"), order=(), sources=(),
    repeating=False,
    variables=(
        VariablePlan("STUDYID", "Study Identifier", "text", core="Req",
                     origin=Origin("Predecessor", "", "DM.STUDYID")),
        VariablePlan("USUBJID", "Unique Subject Identifier", "text", core="Req",
                     origin=Origin("Predecessor", "", "DM.USUBJID")),
        VariablePlan("SEX", "Sex", "text", core="Req", origin=Origin("Predecessor", "", "DM.SEX"),
                     codelists=uses("SEX")),
        VariablePlan("TRT01PN", "Planned Treatment (N)", "integer", codelists=uses("TRTN"),
                     origin=Origin("Assigned", "Sponsor")),
        VariablePlan("TRTSDT", "Date of First Exposure to Treatment", "date", format="DATE9.",
                     method="First date of EX.EXSTDTC with EX.EXDOSE > 0."),
        VariablePlan("BMIBL", "Body Mass Index at Baseline", "float",
                     method="Weight / height squared."),
    ),
)  # fmt: skip

ADAE = DatasetPlan(
    "ADAE", "Adverse Events Analysis Dataset", "OCCURRENCE DATA STRUCTURE",
    "One record per adverse event per subject", "Analysis", subclass="ADVERSE EVENT",
    keys=("STUDYID", "USUBJID", "AESEQ"), order=(), sources=(),
    variables=(
        VariablePlan("STUDYID", "Study Identifier", "text", core="Req",
                     origin=Origin("Predecessor", "", "AE.STUDYID")),
        VariablePlan("USUBJID", "Unique Subject Identifier", "text", core="Req",
                     origin=Origin("Predecessor", "", "AE.USUBJID")),
        VariablePlan("AESEQ", "Sequence Number", "integer",
                     origin=Origin("Predecessor", "", "AE.AESEQ")),
        VariablePlan("ASTDTF", "Analysis Start Date Imputation Flag", "text",
                     codelists=uses("DATEFL"), method="D where the day was imputed."),
    ),
)  # fmt: skip

PLAN = Plan(
    study="ABC-01",
    title="A study",
    description="A study of adverse events and laboratory tests",
    protocol="ABC-01",
    as_of="2024-01-31",
    raw={},
    datasets=(DM, AE, SUPPAE, LB, EMPTY, ADSL, ADAE),
    codelists=CODELISTS,
    standards=STANDARDS,
)

SUBJECTS = measured("ABC-01-001", "ABC-01-002")
STUDY = measured("ABC-01", extra=5)
FACTS = {
    "DM": DatasetFacts("DM", 2, {
        "STUDYID": STUDY, "DOMAIN": measured("DM"), "USUBJID": SUBJECTS,
        "RFSTDTC": measured("2013-02", "2013-02-04T08:30"), "AGE": measured("4", "11"),
        "SEX": measured("F", "M"), "RACE": measured("MULTIPLE", "WHITE"), "DTHDTC": measured(),
    }, "dm.xpt"),
    "AE": DatasetFacts("AE", 3, {
        "STUDYID": STUDY, "DOMAIN": measured("AE"), "USUBJID": SUBJECTS,
        "AESEQ": measured("1", "2"), "AETERM": measured("FEVER", "RASH", "PAIN"),
        "AEDECOD": measured("Pyrexia", "Rash", "Pain"), "AESER": measured("N", "Y"),
        "AEREL": measured("NOT RELATED", "RELATED"),
    }, "ae.xpt"),
    "SUPPAE": DatasetFacts("SUPPAE", 4, {
        "STUDYID": STUDY, "RDOMAIN": measured("AE"), "USUBJID": SUBJECTS,
        "IDVARVAL": measured("1", "2"), "QNAM": measured("AEDUR", "AETRTEM"),
        "QLABEL": measured("Duration in Days", "Treatment Emergent Flag", groups={
            "AEDUR": ("Duration in Days",), "AETRTEM": ("Treatment Emergent Flag",)}),
        "QVAL": measured("12", "3", "Y", groups={"AEDUR": ("12", "3"), "AETRTEM": ("Y",)}),
    }, "suppae.xpt"),
    "LB": DatasetFacts("LB", 7, {
        "STUDYID": STUDY, "DOMAIN": measured("LB"), "USUBJID": SUBJECTS,
        "LBTESTCD": measured("ALB", "COLOR", "GLUC", "VMACREAT"),
        "LBTEST": measured("Albumin", "Color", "Glucose", "VMA/Creatinine", groups={
            "ALB": ("Albumin",), "COLOR": ("Color",), "GLUC": ("Glucose",),
            "VMACREAT": ("VMA/Creatinine",)}),
        "LBORRES": measured("38", "41", "4.5", "5.25", "YELLOW", "<0.5", groups={
            "ALB": ("38", "41"), "COLOR": ("YELLOW",), "GLUC": ("4.5", "5.25"),
            "VMACREAT": ("<0.5",)}),
        "LBORRESU": measured("g/L", "mmol/L", "mg/mg", groups={
            "ALB": ("g/L",), "COLOR": (), "GLUC": ("mmol/L",), "VMACREAT": ("mg/mg",)}),
        "LBSTRESN": measured("38", "41", "4.5", "5.25", groups={
            "ALB": ("38", "41"), "COLOR": (), "GLUC": ("4.5", "5.25")}),
        "LBNAM": measured(),
    }, "lb.xpt"),
    "CE": DatasetFacts("CE", 0, {"STUDYID": measured(), "USUBJID": measured()}),
    "ADSL": DatasetFacts("ADSL", 2, {
        "STUDYID": STUDY, "USUBJID": SUBJECTS, "SEX": measured("F", "M"),
        "TRT01PN": measured("1"), "TRTSDT": measured("19393", "19400"),
        "BMIBL": measured("17.25", "18"),
    }, "adsl.xpt"),
    "ADAE": DatasetFacts("ADAE", 3, {
        "STUDYID": STUDY, "USUBJID": SUBJECTS, "AESEQ": measured("1", "2"),
        "ASTDTF": measured("D"),
    }, "adae.xpt"),
}  # fmt: skip

SDTM_FACTS = {name: FACTS[name] for name in ("DM", "AE", "SUPPAE", "LB", "CE")}
ADAM_FACTS = {name: FACTS[name] for name in ("ADSL", "ADAE")}
