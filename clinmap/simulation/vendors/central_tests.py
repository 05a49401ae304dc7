"""Tests of the central laboratory: panels, LOINC codes, and its two worlds of units.

Ranges are plausible round numbers made up for this example, not a clinical reference. A test that
the local laboratories have too has their ranges.
"""

from __future__ import annotations

from dataclasses import dataclass

from clinmap.simulation.forms.lab_tests import AGE_BANDS, HEMATOLOGY, TESTS, Reporting

SI_SITES = ("102", "105")
"""Sites that get SI units, and whose requisitions have the day before the month."""

URINE, THYROID, PREGNANCY = "URINE CATECHOLAMINES", "ENDOCRINE", "PREGNANCY"

# code | name | panel | unit, factor from the base unit, decimals, LOINC: conventional | SI
_TESTS = """
ANC|Neutrophils, Absolute|HEMATOLOGY|x10³/µL,1,2,751-8|10^9/L,1,2,751-8
WBC|Leukocytes|HEMATOLOGY|x10³/µL,1,1,6690-2|10^9/L,1,1,6690-2
HGB|Hemoglobin|HEMATOLOGY|g/dL,1,1,718-7|g/L,10,0,718-7
PLAT|Platelets|HEMATOLOGY|x10³/µL,1,0,777-3|10^9/L,1,0,777-3
LYM|Lymphocytes, Absolute|HEMATOLOGY|x10³/µL,1,2,731-0|10^9/L,1,2,731-0
MONO|Monocytes, Absolute|HEMATOLOGY|x10³/µL,1,2,742-7|10^9/L,1,2,742-7
K|Potassium|CHEMISTRY|mmol/L,1,1,2823-3|mmol/L,1,1,2823-3
SODIUM|Sodium|CHEMISTRY|mmol/L,1,0,2951-2|mmol/L,1,0,2951-2
CA|Calcium|CHEMISTRY|mg/dL,1,1,17861-6|mmol/L,0.2495,2,2000-8
MG|Magnesium|CHEMISTRY|mg/dL,1,1,19123-9|mmol/L,0.4114,2,2601-3
PHOS|Phosphorus, Inorganic|CHEMISTRY|mg/dL,1,1,2777-1|mmol/L,0.3229,2,14879-1
CREAT|Creatinine|CHEMISTRY|mg/dL,1,2,2160-0|µmol/L,88.4,0,14682-9
BILI|Bilirubin, Total|CHEMISTRY|mg/dL,1,1,1975-2|µmol/L,17.104,1,14631-6
ALT|Alanine Aminotransferase|CHEMISTRY|U/L,1,0,1742-6|U/L,1,0,1742-6
AST|Aspartate Aminotransferase|CHEMISTRY|U/L,1,0,1920-8|U/L,1,0,1920-8
ALB|Albumin|CHEMISTRY|g/dL,1,1,1751-7|g/L,10,0,1751-7
GLUC|Glucose|CHEMISTRY|mg/dL,1,0,2345-7|mmol/L,0.0555,1,14749-6
CRP|C-Reactive Protein|CHEMISTRY|mg/L,10,1,1988-5|mg/L,10,1,1988-5
TRIG|Triglycerides|CHEMISTRY|mg/dL,1,0,2571-8|mmol/L,0.01129,2,14927-8
LIPASE|Lipase|CHEMISTRY|U/L,1,0,3040-3|U/L,1,0,3040-3
TSH|Thyrotropin|ENDOCRINE|µIU/mL,1,2,3016-3|mIU/L,1,2,3016-3
FT4|Thyroxine, Free|ENDOCRINE|ng/dL,1,2,3024-7|pmol/L,12.87,1,14920-3
VMA|Vanillylmandelic Acid|URINE CATECHOLAMINES|mg/L,1,1,|µmol/L,5.046,1,
HVA|Homovanillic Acid|URINE CATECHOLAMINES|mg/L,1,1,|µmol/L,5.489,1,
VMACR|VMA/Creatinine Ratio|URINE CATECHOLAMINES|ug/mg,1,1,|mmol/mol,0.5708,1,
HVACR|HVA/Creatinine Ratio|URINE CATECHOLAMINES|ug/mg,1,1,|mmol/mol,0.621,1,
"""

# test | usual value | spread | limits per age band; of urine only the upper one
_OWN_RANGES = """
TSH|2.4|0.35|0.7-6.0|0.7-5.7|0.5-4.9
FT4|1.2|0.12|0.8-1.8|0.8-1.7|0.8-1.7
VMA|16|0.60|-18.0|-12.0|-9.0
HVA|20|0.60|-25.0|-16.0|-12.0
VMACR|21|0.60|-18.0|-10.0|-8.0
HVACR|27|0.60|-30.0|-18.0|-12.0
"""
LOWER_LIMITS = {"CRP": 0.05, "BILI": 0.1}
"""In the base unit: below it the laboratory reports `<` and the limit."""


@dataclass(frozen=True)
class Reported:
    """How one world of units reports a test."""

    how: Reporting
    loinc: str


@dataclass(frozen=True)
class CentralTest:
    """One test of the laboratory; ``usual`` and ``spread`` are of those that it alone has."""

    code: str
    name: str
    panel: str
    conventional: Reported
    si: Reported
    usual: float
    spread: float
    bands: tuple[tuple[float | None, float], ...]

    def reported(self, site: str) -> Reported:
        """Return how results of a site are reported."""
        return self.si if site in SI_SITES else self.conventional

    def limits(self, sex: str, band: int) -> tuple[float | None, float]:
        """Return the reference range in the base unit."""
        if self.code in TESTS:
            return TESTS[self.code].limits(sex, AGE_BANDS[band][0])
        return self.bands[band]


def age_band(age_days: int) -> int:
    """Return the place of an age among the bands of the ranges."""
    return next(i for i, (_, last) in enumerate(AGE_BANDS) if age_days <= last)


def _reported(text: str) -> Reported:
    unit, factor, decimals, loinc = text.split(",")
    return Reported(Reporting(unit, float(factor), int(decimals)), loinc)


def _bounds(text: str) -> tuple[float | None, float]:
    low, _, high = text.rpartition("-")
    return (float(low) if low else None), float(high)


def _test(line: str, own: dict[str, list[str]]) -> CentralTest:
    code, name, panel, conventional, si = line.split("|")
    usual, spread, *bands = own.get(code, ["0", "0"])
    return CentralTest(
        code, name, panel, _reported(conventional), _reported(si), float(usual), float(spread),
        tuple(_bounds(band) for band in bands),
    )  # fmt: skip


def _all_tests() -> dict[str, CentralTest]:
    lines = [line.split("|") for line in _OWN_RANGES.strip().splitlines()]
    own = {name: rest for name, *rest in lines}
    tests = [_test(line, own) for line in _TESTS.strip().splitlines()]
    return {test.code: test for test in tests}


CENTRAL_TESTS = _all_tests()
"""By the laboratory's code; those that the local laboratories have too have the same code."""

SHARED = tuple(code for code in CENTRAL_TESTS if code in TESTS)
BLOOD_COUNT = HEMATOLOGY
OF_PANEL = {
    panel: tuple(code for code, test in CENTRAL_TESTS.items() if test.panel == panel)
    for panel in (THYROID, URINE)
}
