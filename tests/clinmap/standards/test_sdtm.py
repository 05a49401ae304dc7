"""SDTMIG 3.4 and SDTM 2.0 facts."""

import doctest

import pytest

import clinmap.standards.sdtm as module
from clinmap.standards import sdtm_dataset, sdtm_datasets, sdtm_order, sdtm_variable
from clinmap.terminology import load_packaged

OBSERVATIONS = ("INTERVENTIONS", "EVENTS", "FINDINGS", "FINDINGS ABOUT")
OBSERVED = [n for n in sdtm_datasets() if (d := sdtm_dataset(n)) and d.cls in OBSERVATIONS]


def test_examples() -> None:
    assert doctest.testmod(module).failed == 0


def test_dataset_carries_the_table_of_the_guide() -> None:
    vs = sdtm_dataset("VS")
    assert vs is not None
    assert (vs.label, vs.cls, vs.domain) == ("Vital Signs", "FINDINGS", "VS")
    assert vs.structure.startswith("One record per vital sign measurement per time point")
    assert [v.name for v in vs.variables][:4] == ["STUDYID", "DOMAIN", "USUBJID", "VSSEQ"]


def test_every_class_is_a_term_of_the_define_xml_terminology() -> None:
    classes = load_packaged("Define").codelist("GNRLOBSC")
    assert classes is not None
    found = {d.cls for name in sdtm_datasets() if (d := sdtm_dataset(name))}
    assert found == {
        "EVENTS",
        "FINDINGS",
        "FINDINGS ABOUT",
        "INTERVENTIONS",
        "RELATIONSHIP",
        "SPECIAL PURPOSE",
        "STUDY REFERENCE",
        "TRIAL DESIGN",
    }
    assert found <= set(classes.values)


def test_variable_of_the_guide() -> None:
    found = sdtm_variable("VS", "VSTESTCD")
    assert found is not None
    assert (found.label, found.type) == ("Vital Signs Test Short Name", "Char")
    assert (found.role, found.core) == ("Topic", "Req")
    assert found.codelists == ("C66741",)
    assert not found.model_only


def test_value_domain_and_fixed_values() -> None:
    start, domain = sdtm_variable("AE", "AESTDTC"), sdtm_variable("AE", "DOMAIN")
    assert start is not None
    assert start.domain == "ISO 8601 datetime or interval"
    assert domain is not None
    assert domain.values == ("AE",)


def test_several_codelists() -> None:
    found = sdtm_variable("DS", "DSDECOD")
    assert found is not None
    assert found.codelists == ("C66727", "C114118", "C150811")


def test_variable_of_the_model_only() -> None:
    found = sdtm_variable("AE", "AECNTMOD")
    assert found is not None
    assert found.model_only
    assert (found.template, found.core, found.role) == ("--CNTMOD", "Perm", "Record Qualifier")
    assert found.codelists == ("C171445",), "every table that lists --CNTMOD cites it"


def test_variable_of_the_models_own_table_of_demographics() -> None:
    found = sdtm_variable("DM", "AGETXT")
    assert found is not None
    assert found.model_only


@pytest.mark.parametrize(
    ("dataset", "name"), [("AE", "AEFOO"), ("ZZ", "ZZTESTCD"), ("AE", "XXSEV")]
)
def test_unknown_variable_is_none(dataset: str, name: str) -> None:
    assert sdtm_variable(dataset, name) is None


def test_variable_of_another_class_is_none() -> None:
    assert sdtm_variable("AE", "AETESTCD") is None


def test_custom_domain_of_a_stated_class() -> None:
    found = sdtm_variable("XF", "XFORRES", cls="FINDINGS")
    assert found is not None
    assert found.role == "Result Qualifier"


def test_supplemental_qualifiers_and_related_records() -> None:
    supp, related = sdtm_dataset("SUPPAE"), sdtm_dataset("RELREC")
    assert supp is not None
    assert related is not None
    assert (supp.label, supp.domain) == ("Supplemental Qualifiers for AE", "AE")
    assert [v.name for v in supp.variables][-4:] == ["QLABEL", "QVAL", "QORIG", "QEVAL"]
    assert (related.cls, related.domain) == ("RELATIONSHIP", "")


@pytest.mark.parametrize("name", ["SUPP", "ZZ", "ADSL", "DMXX", "", "AEAEAE"])
def test_what_is_no_dataset(name: str) -> None:
    assert sdtm_dataset(name) is None


def test_split_dataset_keeps_the_prefix_of_its_domain() -> None:
    split = sdtm_dataset("FAAE")
    assert split is not None
    assert (split.name, split.domain) == ("FAAE", "FA")
    assert sdtm_variable("FAAE", "FAOBJ") == sdtm_variable("FA", "FAOBJ")


@pytest.mark.parametrize("name", sdtm_datasets())
def test_order_keeps_the_guides_order_and_adds_each_variable_once(name: str) -> None:
    dataset, order = sdtm_dataset(name), sdtm_order(name)
    assert dataset is not None
    guide = [v.name for v in dataset.variables]
    assert [n for n in order if n in set(guide)] == guide
    assert len(set(order)) == len(order)


@pytest.mark.parametrize("name", OBSERVED)
def test_order_is_identifiers_then_topic_and_qualifiers_then_timing(name: str) -> None:
    places = {"Identifier": 0, "Timing": 2}
    roles = [v.role for n in sdtm_order(name) if (v := sdtm_variable(name, n))]
    assert [places.get(r, 1) for r in roles] == sorted(places.get(r, 1) for r in roles)


def test_order_places_a_variable_of_the_model_behind_its_predecessor() -> None:
    order = sdtm_order("FA")
    assert order[order.index("FATEST") + 1] == "FAOBJ"
    order = sdtm_order("LB")
    assert order[order.index("LBNOMDY") - 1] == "LBENDY"


def test_order_of_a_custom_domain_is_the_models() -> None:
    order = sdtm_order("XE", cls="EVENTS")
    assert order[:3] == ("STUDYID", "DOMAIN", "USUBJID")
    assert order.index("XETERM") < order.index("XESEV") < order.index("XESTDTC")


@pytest.mark.parametrize("name", sdtm_datasets())
def test_labels_fit_a_transport_file(name: str) -> None:
    dataset = sdtm_dataset(name)
    assert dataset is not None
    assert [v.name for v in dataset.variables if not 0 < len(v.label) <= 40] == []
    assert {v.type for v in dataset.variables} <= {"Char", "Num"}
