"""Reference inputs: laboratory ranges (F01) and unit conversion factors (F02).

Ranges are made up for this example. Factors are the usual clinical-chemistry factors (molar mass).
"""

from __future__ import annotations

from clinmap.simulation.forms.edc_rows import Row
from clinmap.simulation.forms.lab_tests import AGE_BANDS, LAB_OF_SITE, REPORTING, TESTS

_CELLS = ("10^9/L", (("10^3/uL", 1.0), ("x10e3/uL", 1.0), ("K/uL", 1.0), ("/uL", 0.001)))
_CELL_NOTE = "1000 cells/uL = 10^9/L"

# test | standard unit | from | factor | note
_CHEMISTRY = """
HGB|g/L|g/dL|10|
K|mmol/L|mEq/L|1|monovalent ion
SODIUM|mmol/L|mEq/L|1|monovalent ion
CA|mmol/L|mg/dL|0.2495|molar mass 40.08
MG|mmol/L|mg/dL|0.4114|molar mass 24.31
PHOS|mmol/L|mg/dL|0.3229|molar mass of P 30.97
CREAT|umol/L|mg/dL|88.4|molar mass 113.12
BILI|umol/L|mg/dL|17.104|molar mass 584.66
ALT|U/L|IU/L|1|
AST|U/L|IU/L|1|
ALB|g/L|g/dL|10|
GLUC|mmol/L|mg/dL|0.0555|molar mass 180.16
CRP|mg/L|mg/dL|10|
TRIG|mmol/L|mg/dL|0.01129|mean molar mass 885.4
FT4|pmol/L|ng/dL|12.87|molar mass 776.87
VMA|umol/L|mg/L|5.046|molar mass 198.17
HVA|umol/L|mg/L|5.489|molar mass 182.17
VMACR|mmol/mol|g/kg|0.5708|molar masses 198.17 and 113.12
HVACR|mmol/mol|g/kg|0.621|molar masses 182.17 and 113.12
"""
_ONE_UNIT = {"LIPASE": "U/L", "TSH": "mIU/L"}


def laboratory_ranges() -> list[Row]:
    """Return F01: one row per laboratory, test, sex and age band, in the laboratory's unit."""
    return [
        _range(lab, test, sex, band)
        for lab in LAB_OF_SITE.values()
        for test in TESTS
        for sex in ("F", "M")
        for band in AGE_BANDS
    ]


def _range(lab: str, name: str, sex: str, band: tuple[int, int]) -> Row:
    reporting = REPORTING[lab, name]
    low, high = TESTS[name].limits(sex, band[0])
    return {
        "lab": lab,
        "test": name,
        "unit": reporting.unit,
        "sex": sex,
        "age_lo_d": str(band[0]),
        "age_hi_d": str(band[1]),
        "lo": reporting.text(low),
        "hi": reporting.text(high),
        "eff_from": "2012-01-01",
        "eff_to": "",
    }


def unit_conversions() -> list[Row]:
    """Return F02: value in ``from`` times ``factor`` is the value in ``to`` (the standard unit)."""
    rows: list[Row] = []
    for test in ("ANC", "WBC", "PLAT", "LYM", "MONO"):
        rows += [_factor(test, unit, _CELLS[0], by, _CELL_NOTE) for unit, by in _CELLS[1]]
        rows.append(_factor(test, "10^6/L", _CELLS[0], 0.001, _CELL_NOTE))
        rows.append(_factor(test, _CELLS[0], _CELLS[0], 1.0, ""))
    for line in _CHEMISTRY.strip().splitlines():
        test, standard, unit, by, note = line.split("|")
        rows.append(_factor(test, unit, standard, float(by), note))
        rows.append(_factor(test, standard, standard, 1.0, ""))
    rows += [_factor(test, unit, unit, 1.0, "") for test, unit in _ONE_UNIT.items()]
    return rows


def _factor(test: str, unit: str, standard: str, by: float, note: str) -> Row:
    return {"test": test, "from": unit, "to": standard, "factor": f"{by:g}", "note": note}
