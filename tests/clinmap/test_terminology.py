"""Codelists, terms, and how a collected text finds its term."""

import copy
import doctest
import pickle
import time

import pytest

import clinmap.terminology as module
from clinmap.terminology import Codelist, Kind, Term, Terminology, load_packaged

SIZES = Codelist(
    "C1",
    "SIZES",
    "Sizes",
    True,
    (
        Term("C11", "g/L", "Gram per Liter", ("kg/m3", "mg/mL")),
        Term("C12", "10^9/L", "Billion per Liter", ("G/L", "GI/L")),
        Term("C13", "Pa", "Pascal", ("AU",)),
        Term("C14", "PA", "Paper Unit", ("AU", "au2")),
    ),
)
OURS = Terminology.of("SDTM", "2025-03-28", [SIZES])


def codelist(name: str, package: Terminology | None = None) -> Codelist:
    found = (package or load_packaged("SDTM")).codelist(name)
    assert found is not None
    return found


def test_examples() -> None:
    assert doctest.testmod(module).failed == 0


def test_codelist_by_code_and_by_name() -> None:
    sex = codelist("C66731")
    assert sex is codelist("SEX")
    assert (sex.name, sex.label, sex.extensible) == ("SEX", "Sex", False)
    assert sex.values == ("F", "INTERSEX", "M", "U")
    assert sex.term("F") == Term("C16576", "F", "Female", ("Female",))
    assert sex.term("f") is None


def test_unknown_codelist_and_near_names() -> None:
    sdtm = load_packaged("SDTM")
    assert sdtm.codelist("SEXX") is None
    assert sdtm.codelist("sex") is None
    assert "LBTEST" in sdtm.near("lbtst")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("g/L", "g/L"),
        ("G/L", "10^9/L"),  # a synonym as written goes before a value regardless of case
        ("g/l", "g/L"),
        ("MG/ML", "g/L"),
        ("billion per liter", "10^9/L"),
        ("  Gram   per Liter ", "g/L"),
        ("Pa", "Pa"),
        ("pa", None),  # Pa or PA
        ("AU", None),  # a synonym of both
        ("au2", "PA"),
        ("", None),
        ("nothing", None),
    ],
)
def test_resolve(text: str, value: str | None) -> None:
    found = SIZES.resolve(text)
    assert (found.value if found else None) == value


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("SEX", "female", "F"),
        ("RACE", "White", "WHITE"),
        ("ETHNIC", "Not Hispanic or Latino", "NOT HISPANIC OR LATINO"),
        ("NY", "Yes", "Y"),
        ("NY", "Not Applicable", "NA"),
        ("VSRESU", "mmHg", "mmHg"),
        ("UNIT", "AU", None),
        ("UNIT", "Pa", "Pa"),
        ("LBTESTCD", "eGFR", "GFRE"),
    ],
)
def test_resolve_in_the_published_codelists(name: str, text: str, value: str | None) -> None:
    found = codelist(name).resolve(text)
    assert (found.value if found else None) == value


def test_near_gives_submission_values() -> None:
    assert codelist("LBTESTCD").near("Albumen")[0] == "ALB"
    assert codelist("SEX").near("Femail")[0] == "F"
    assert codelist("SEX").near("zzzzzz") == ()
    assert len(codelist("LBTESTCD").near("protein", n=2)) == 2


def test_the_only_term_with_a_word_is_near() -> None:
    """`Inhalation` looks like INFILTRATION, and one term names it; of several with a word none."""
    assert codelist("ROUTE").near("Inhalation")[0] == "RESPIRATORY (INHALATION)"
    assert codelist("OUT").near("Recovered") == ("RECOVERED/RESOLVED",)


@pytest.mark.parametrize(
    ("codes", "names"),
    [
        ("LBTESTCD", "LBTEST"),
        ("C66741", "VSTEST"),
        ("ONCRTSCD", "ONCRTS"),
        ("TSPARMCD", "TSPARM"),
        ("PKPARMCD", "PKPARM"),
        ("MITSCD", "MITS"),
        ("DTHDXCD", "DTHDX"),
        ("CVFATSCD", "CVFATS"),
        ("ECOG1TC", "ECOG1TN"),
        ("LBTEST", None),
        ("SEX", None),
        ("NONE", None),
    ],
)
def test_paired(codes: str, names: str | None) -> None:
    found = load_packaged("SDTM").paired(codes)
    assert (found.name if found else None) == names


def test_paired_parameters_of_adam() -> None:
    found = load_packaged("ADaM").paired("HAMD1PC")
    assert found is not None
    assert found.name == "HAMD1PN"


def test_every_packaged_codelist_of_codes_is_paired() -> None:
    sdtm = load_packaged("SDTM")
    alone = [n for n in sdtm.codelists.names if n.endswith(("CD", "TC")) and not sdtm.paired(n)]
    assert alone == []


def test_decode() -> None:
    sdtm = load_packaged("SDTM")
    assert sdtm.decode("VSTESTCD", "SYSBP") == "Systolic Blood Pressure"
    assert sdtm.decode("SEX", "F") == "Female"
    assert sdtm.decode("SEX", "Q") == ""
    assert sdtm.decode("NONE", "Q") == ""


@pytest.mark.parametrize(
    "name", ["CTSTDTYP", "GNRLOBSC", "ORIGINT", "ORIGINS", "STDNAM", "DICTNAM"]
)
def test_define_xml_has_what_a_define_needs(name: str) -> None:
    assert codelist(name, load_packaged("Define")).terms


@pytest.mark.parametrize(
    "name",
    [
        "NCOMPLT",
        "PROTMLST",
        "OTHEVENT",
        "DICTNAM",
        "UNIT",
        "PKUNIT",
        "VSRESU",
        "EVAL",
        "MEDEVAL",
        "ONCRSR",
        "TPHASE",
    ],
)
def test_sdtm_has_what_studies_use(name: str) -> None:
    assert codelist(name).terms


@pytest.mark.parametrize("name", ["SBJTSTAT", "DTYPE", "DATEFL", "TIMEFL", "PARAMTYP"])
def test_adam_has_what_studies_use(name: str) -> None:
    assert codelist(name, load_packaged("ADaM")).terms


def test_every_line_of_every_package_can_be_parsed() -> None:
    kinds: tuple[Kind, ...] = ("SDTM", "ADaM", "Define")
    for kind in kinds:
        package = load_packaged(kind)
        assert package.package == kind
        for code, parsed in package.codelists.items():
            assert parsed.code == code
            assert len(set(parsed.values)) == len(parsed.terms) > 0
            assert all(term.code and term.value and term.decode for term in parsed.terms)


def test_not_applicable_is_a_term_and_not_a_missing_value() -> None:
    assert codelist("NY").values == ("N", "NA", "U", "Y")


def test_package_that_is_not_installed() -> None:
    with pytest.raises(LookupError, match="1999-01-01"):
        load_packaged("SDTM", "1999-01-01")


def test_extend() -> None:
    mine = OURS.extend("SIZES", [Term("", "pinch")])
    assert codelist("SIZES", mine).term("pinch") == Term("", "pinch", extended=True)
    assert codelist("SIZES", OURS).term("pinch") is None
    assert Terminology.of("SDTM", "2025-03-28", [SIZES]) == OURS


def test_extend_keeps_lists_paired() -> None:
    mine = load_packaged("SDTM").extend("LBTESTCD", [Term("", "MYTEST", "My Test")])
    found = mine.paired("LBTESTCD")
    assert found is not None
    assert found.name == "LBTEST"
    assert mine.decode("LBTESTCD", "MYTEST") == "My Test"
    assert load_packaged("SDTM").decode("LBTESTCD", "MYTEST") == ""


def test_extend_a_list_that_is_not_extensible() -> None:
    sdtm, multiple = load_packaged("SDTM"), [Term("", "MULTIPLE")]
    with pytest.raises(ValueError, match="RACE is not extensible"):
        sdtm.extend("RACE", multiple)
    assert codelist("RACE", sdtm.extend("RACE", multiple, exception=True)).term("MULTIPLE")


def test_extend_refuses_what_is_there_and_what_is_unknown() -> None:
    with pytest.raises(ValueError, match="already has Pa"):
        OURS.extend("SIZES", [Term("", "Pa")])
    with pytest.raises(ValueError, match="no codelist NONE"):
        OURS.extend("NONE", [])


def test_with_synonyms() -> None:
    mine = codelist("SIZES", OURS.with_synonyms("SIZES", {"Pa": ["AU", "pascals"]}))
    found = mine.resolve("AU"), mine.resolve("Pascals")
    assert [term.value for term in found if term] == ["Pa", "Pa"]
    with pytest.raises(ValueError, match="has no zz"):
        OURS.with_synonyms("SIZES", {"zz": ["a"]})


def test_having_adds_a_codelist_of_the_study() -> None:
    own = Codelist("", "RELATION", "Relation to Treatment", True, (Term("", "PROBABLE"),))
    assert codelist("RELATION", OURS.having(own)) == own


def test_objects_are_frozen_and_travel() -> None:
    SIZES.resolve("x")
    assert pickle.loads(pickle.dumps(SIZES)) == SIZES
    assert copy.deepcopy(OURS) == OURS
    sdtm = load_packaged("SDTM")
    assert codelist("SEX", pickle.loads(pickle.dumps(sdtm))) == codelist("SEX")
    with pytest.raises(AttributeError):
        SIZES.name = "other"  # type: ignore[misc]


def test_loading_is_lazy_and_fast() -> None:
    load_packaged.cache_clear()
    start = time.perf_counter()
    assert load_packaged("SDTM").codelist("SEX")
    assert time.perf_counter() - start < 0.25
