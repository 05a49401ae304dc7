"""Units: what they are worth, how they are spelled, and how one becomes another."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinmap.terminology import load_packaged
from clinmap.units import (
    CODELISTS,
    SAME,
    conversion,
    converted,
    molar_mass,
    read_unit,
    spelled,
    substances,
)

PACKAGE = load_packaged("SDTM")
NUMBERS = st.decimals(
    Decimal("-1e6"), Decimal("1e6"), allow_nan=False, allow_infinity=False, places=3
)


def values(codelist: str) -> tuple[str, ...]:
    found = PACKAGE.codelist(codelist)
    assert found is not None
    return found.values


@pytest.mark.parametrize(("codelist", "least"), [("VSRESU", 25), ("PKUNIT", 590), ("PKUDMG", 156)])
def test_most_units_of_vital_signs_and_pharmacokinetics_are_known(
    codelist: str, least: int
) -> None:
    assert sum(read_unit(value) is not None for value in values(codelist)) >= least


def test_every_part_of_the_table_is_part_of_a_submission_value() -> None:
    from clinmap.units import _parts

    published = " ".join(value for name in CODELISTS for value in values(name))
    words = set(re.split(r"[\s*/()]+", published)) | set(re.split(r"[*/()]+|\s(?=\S+$)", published))
    lacking = [part for part in _parts() if part not in published and part not in words]
    assert lacking == []


def test_every_substance_is_a_laboratory_test() -> None:
    assert [name for name in substances() if name not in values("LBTESTCD")] == []


@pytest.mark.parametrize(
    "text", ["K/uL", "furlong", "G/L", "mg/", "/", "mg//L", "(mg/L", "", "C/h"]
)
def test_what_is_not_wholly_known_is_unknown(text: str) -> None:
    assert read_unit(text) is None


@pytest.mark.parametrize(
    ("number", "source", "target", "substance", "expected"),
    [  # from tables of laboratories and from the definitions of the units, not from the program
        ("101.2", "F", "C", "", "38.44"),
        ("37", "C", "F", "", "98.6"),
        ("37", "C", "K", "", "310.15"),
        ("41.3", "in", "cm", "", "104.902"),
        ("37.9", "LB", "kg", "", "17.19"),
        ("120", "mmHg", "kPa", "", "16"),
        ("12.5", "mm", "cm", "", "1.25"),
        ("7", "pg/mL", "ng/L", "", "7"),
        ("7", "ng/mL", "ug/L", "", "7"),
        ("850", "/uL", "10^9/L", "", "0.85"),
        ("4.5", "10^6/uL", "10^12/L", "", "4.5"),
        ("12", "g/dL", "g/L", "", "120"),
        ("42", "%", "L/L", "", "0.42"),
        ("510", "h*ng/mL", "h*ug/mL", "", "0.51"),
        ("2", "L/h", "mL/min", "", "33.33"),
        ("1", "mg/dL", "umol/L", "CREAT", "88.4"),
        ("1", "mg/dL", "umol/L", "BILI", "17.1"),
        ("1", "mg/dL", "mmol/L", "GLUC", "0.0555"),
        ("1", "mg/dL", "mmol/L", "CA", "0.2495"),
        ("1", "mg/dL", "mmol/L", "UREAN", "0.357"),
        ("1", "mg/dL", "mmol/L", "CHOL", "0.02586"),
        ("1", "mg/dL", "mmol/L", "TRIG", "0.01129"),
        ("1", "mg/dL", "umol/L", "URATE", "59.48"),
        ("1", "mg/dL", "mmol/L", "PHOS", "0.3229"),
        ("1", "mg/dL", "mmol/L", "MG", "0.4114"),
        ("1", "mEq/L", "mmol/L", "CA", "0.5"),
        ("4.1", "mEq/L", "mmol/L", "K", "4.1"),
        ("1", "ug/dL", "nmol/L", "CORTISOL", "27.59"),
        ("1", "ng/mL", "nmol/L", "V25HD3", "2.496"),
        ("60", "U/L", "ukat/L", "ALT", "1"),
        ("60", "IU/L", "U/L", "ALT", "60"),
    ],
)
def test_known_conversions(
    number: str, source: str, target: str, substance: str, expected: str
) -> None:
    by = conversion(source, target, substance)
    assert by is not None
    assert float(converted(number, by)) == pytest.approx(float(expected), rel=7e-4)


@pytest.mark.parametrize(
    ("source", "target", "substance"),
    [
        ("mg/dL", "umol/L", ""),
        ("mg/dL", "umol/L", "ALB"),
        ("IU/L", "U/L", ""),
        ("IU/mL", "U/mL", "INSULIN"),
        ("mg/g", "mmol/mol", "VMA"),
        ("mL/min", "mL/min/1.73 m2", ""),
        ("K/uL", "K", ""),
        ("ug/L FEU", "ug/L", ""),
        ("copies/mL", "IU/mL", ""),
    ],
)
def test_what_is_not_known_is_not_guessed(source: str, target: str, substance: str) -> None:
    assert conversion(source, target, substance) is None


def test_a_ratio_needs_both_substances() -> None:
    by = conversion("mg/g", "mmol/mol", "VMA", "CREAT")
    assert by is not None
    assert float(by.factor) == pytest.approx(113.12 / 198.17, rel=1e-4)


def test_a_unit_into_itself_needs_no_knowledge() -> None:
    assert conversion("FINGERTIP UNIT", "FINGERTIP UNIT") == SAME


@pytest.mark.parametrize(
    ("text", "codelist", "term"),
    [
        ("x10e3/uL", "UNIT", "10^9/L"),
        ("10*3/uL", "UNIT", "10^9/L"),
        ("x10^3/µL", "UNIT", "10^9/L"),
        ("K/uL", "UNIT", "10^9/L"),
        ("x 10^9/L", "UNIT", "10^9/L"),
        ("10^6 cells/uL", "UNIT", "10^12/L"),
        ("cells/mm3", "UNIT", "10^6/L"),
        ("µmol/L", "UNIT", "umol/L"),
        ("mL/min/1.73m^2", "UNIT", "mL/min/1.73 m2"),
        ("mcg/mL", "PKUNIT", "ug/mL"),
        ("hr*ng/mL", "PKUNIT", "h*ng/mL"),
        ("lbs", "VSRESU", "LB"),
        ("°C", "VSRESU", "C"),
        ("inches", "VSRESU", "in"),
    ],
)
def test_collected_spellings(text: str, codelist: str, term: str) -> None:
    found = PACKAGE.codelist(codelist)
    assert found is not None
    resolved = found.resolve(spelled(text))
    assert resolved is not None
    assert resolved.value == term


def test_the_same_unit_has_its_own_value_in_each_codelist() -> None:
    for codelist, value in (("UNIT", "ug/L"), ("PKUNIT", "ng/mL")):
        found = PACKAGE.codelist(codelist)
        assert found is not None
        resolved = found.resolve("ng/mL")
        assert resolved is not None
        assert resolved.value == value


@pytest.mark.parametrize("codelist", ["UNIT", "VSRESU", "PKUNIT"])
def test_no_submission_value_is_spelled_into_another(codelist: str) -> None:
    changed = [value for value in values(codelist) if spelled(value) != value]
    worth = {value: (read_unit(value), read_unit(spelled(value))) for value in changed}
    assert {value for value, (left, right) in worth.items() if left and left != right} == set()


def test_published_synonyms_have_the_worth_of_their_value() -> None:
    """CDISC's own synonyms are the witness: where both are known, they are worth the same."""
    seen, unlike = 0, []
    for name in ("UNIT", "VSRESU", "PKUNIT"):
        codelist = PACKAGE.codelist(name)
        assert codelist is not None
        for term in codelist.terms:
            for synonym in term.synonyms:
                left, right = read_unit(term.value), read_unit(synonym)
                if left and right:
                    seen += 1
                    if left != right:
                        unlike.append((name, term.value, synonym))
    assert seen > 500
    # the one synonym that is not what its value says is an error of the published list
    assert unlike == [("UNIT", "nmol/L/min", "nmol*min/L")]


@given(NUMBERS, st.sampled_from([("mg/dL", "umol/L", "GLUC"), ("F", "C", ""), ("LB", "kg", "")]))
def test_there_and_back_again(number: Decimal, units: tuple[str, str, str]) -> None:
    source, target, substance = units
    there, back = conversion(source, target, substance), conversion(target, source, substance)
    assert there is not None
    assert back is not None
    again = float(converted(converted(str(number), there), back))
    assert again == pytest.approx(float(number), rel=1e-9, abs=1e-8)


@given(NUMBERS)
def test_a_number_that_is_not_converted_is_itself_without_zeros(number: Decimal) -> None:
    text = converted(str(number), SAME)
    assert Decimal(text) == number
    assert not ("." in text and text.endswith(("0", ".")))


@pytest.mark.parametrize(
    ("number", "decimals", "text"),
    [
        ("0.125", 2, "0.13"),
        ("-0.125", 2, "-0.13"),
        ("2.5", 0, "3"),
        ("1.00", 1, "1"),
        ("0", 3, "0"),
    ],
)
def test_a_half_is_rounded_away_from_zero(number: str, decimals: int, text: str) -> None:
    assert converted(number, SAME, decimals) == text


def test_molar_masses_are_those_of_the_formulas() -> None:
    assert molar_mass("UREA") == Fraction("60.056")
    assert molar_mass("ALB") is None
