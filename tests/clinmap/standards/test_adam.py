"""ADaM structures, and concrete names matched to published templates."""

import doctest

import pytest

import clinmap.standards.adam as module
from clinmap.standards import ADAM_STRUCTURES, adam_structure, adam_variable, is_adam_template
from clinmap.terminology import load_packaged


def test_examples() -> None:
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize(
    ("name", "cls", "subclass", "standard"),
    [
        ("ADSL", "SUBJECT LEVEL ANALYSIS DATASET", "", ("ADaMIG", "1.3")),
        ("BDS", "BASIC DATA STRUCTURE", "", ("ADaMIG", "1.3")),
        ("TTE", "BASIC DATA STRUCTURE", "TIME-TO-EVENT", ("ADaMIG", "1.3")),
        ("NCA", "BASIC DATA STRUCTURE", "NON-COMPARTMENTAL ANALYSIS", ("ADaMIG-NCA", "1.0")),
        ("OCCDS", "OCCURRENCE DATA STRUCTURE", "", ("ADaM-OCCDSIG", "1.1")),
        ("AE", "OCCURRENCE DATA STRUCTURE", "ADVERSE EVENT", ("ADaM-OCCDSIG", "1.1")),
        ("OTHER", "ADAM OTHER", "", ("ADaMIG", "1.3")),
    ],
)
def test_structures(name: str, cls: str, subclass: str, standard: tuple[str, str]) -> None:
    found = adam_structure(name)
    assert found is not None
    assert (found.cls, found.subclass, found.standard) == (cls, subclass, standard)
    names = [v.name for v in found.variables]
    assert len(set(names)) == len(names)


def test_unknown_structure() -> None:
    assert adam_structure("ADAE") is None
    assert adam_variable("ADAE", "AGE") is None


@pytest.mark.parametrize(
    ("structure", "name", "label", "template"),
    [
        ("ADSL", "TRTSDT", "Date of First Exposure to Treatment", ""),
        ("ADSL", "TRT01P", "Planned Treatment for Period 01", "TRTxxP"),
        ("ADSL", "AGEGR1", "Pooled Age Group 1", "AGEGRy"),
        ("ADSL", "AGEGR12N", "Pooled Age Group 12 (N)", "AGEGRyN"),
        ("ADSL", "TR02PG1N", "Planned Pooled Trt 1 for Period 02 (N)", "TRxxPGyN"),
        ("ADSL", "P01S2EDF", "Period 01 Subper 2 End Date Imput Flag", "PxxSwEDF"),
        ("BDS", "ANL01FL", "Analysis Flag 01", "ANLzzFL"),
        ("BDS", "R2A1LO", "Ratio to Analysis Range 1 Lower Limit", "R2AyLO"),
        ("BDS", "R2BASE", "Ratio to Baseline", ""),
        ("BDS", "CRIT1FL", "Criterion 1 Evaluation Result Flag", "CRITyFL"),
        ("TTE", "CNSR", "Censor", ""),
        ("TTE", "STARTDT", "Time-to-Event Origin Date for Subject", ""),
        ("TTE", "AVALC", "Analysis Value (C)", ""),
        ("NCA", "NCA1XRS", "Reason 1 for PK NCA Exclusion", "NCAwXRS"),
        ("NCA", "ABLFL", "Baseline Record Flag", ""),
        ("OCCDS", "CMDECOD", "Standardized Medication Name", ""),
        ("OCCDS", "MHDECOD", "Dictionary-Derived Term", "--DECOD"),
        ("AE", "AEDUR", "Duration of AE", "--DUR"),
        ("AE", "AESTDY", "Study Day of Start of Observation", "--STDY"),
        ("AE", "SMQ01NAM", "SMQ 01 Name", "SMQzzNAM"),
    ],
)
def test_label_and_template(structure: str, name: str, label: str, template: str) -> None:
    found = adam_variable(structure, name)
    assert found is not None
    assert (found.name, found.label, found.template) == (name, label, template)
    assert not found.label_is_stub


@pytest.mark.parametrize(
    "name", ["TRT1P", "TRT00P", "TRT001P", "TRTxxP", "AGEGR0", "--TERM", "*DT"]
)
def test_placeholders_are_filled_as_the_guide_says(name: str) -> None:
    found = adam_variable("AE", name)
    assert found is None


def test_a_variable_of_adsl_is_permissible_elsewhere() -> None:
    assert adam_variable("ADSL", "AGE") != adam_variable("BDS", "AGE")
    found = adam_variable("BDS", "AGE")
    assert found is not None
    assert found.core == "Perm"


def test_the_narrower_structure_states_its_own_core() -> None:
    general, adverse = adam_variable("OCCDS", "AESER"), adam_variable("AE", "AESER")
    assert general is not None
    assert general.core == "Perm"
    assert adverse is not None
    assert adverse.core == "Req"


def test_a_variable_that_the_structure_does_not_use() -> None:
    found = adam_variable("AE", "ATC1")
    assert found is not None
    assert found.core == "Not used"


def test_twins_of_occds_are_told_apart() -> None:
    general, adverse = adam_variable("OCCDS", "DECDORG1"), adam_variable("AE", "DECDORG1")
    assert general is not None
    assert general.domain == "WHODRUG"
    assert adverse is not None
    assert adverse.domain == "MedDRA"


@pytest.mark.parametrize(
    ("name", "template", "type_", "codelists"),
    [
        ("PROGDT", "*DT", "Num", ()),
        ("RELAPSEDT", "*DT", "Num", ()),
        ("PROGDTM", "*DTM", "Num", ()),
        ("PROGDTF", "*DTF", "Char", ("C81223",)),
        ("PROGTMF", "*TMF", "Char", ("C81226",)),
        ("DLTEVFL", "*FL", "Char", ()),
        ("DLTEVFN", "*FN", "Num", ()),
        ("WTGR1", "*GRy", "Char", ()),
        ("WTGR1N", "*GRyN", "Num", ()),
    ],
)
def test_suffixes_come_last(
    name: str, template: str, type_: str, codelists: tuple[str, ...]
) -> None:
    found = adam_variable("ADSL", name)
    assert found is not None
    assert (found.template, found.type, found.codelists) == (template, type_, codelists)
    assert found.label_is_stub


@pytest.mark.parametrize("name", ["DT", "FL", "ZZZ", "", "1DT", "progdt"])
def test_no_meaning(name: str) -> None:
    assert adam_variable("BDS", name) is None


@pytest.mark.parametrize("structure", ADAM_STRUCTURES)
def test_every_concrete_name_is_found_and_every_codelist_is_packaged(structure: str) -> None:
    table = adam_structure(structure)
    assert table is not None
    packages = (load_packaged("SDTM"), load_packaged("ADaM"))
    for variable in table.variables:
        if not is_adam_template(variable.name):
            assert adam_variable(structure, variable.name) == variable
        for code in variable.codelists:
            assert any(package.codelist(code) for package in packages), (variable.name, code)
