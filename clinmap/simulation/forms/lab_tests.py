"""Local laboratory tests: reference ranges by age and sex, and each site's units.

Ranges are plausible round numbers made up for this example, not a clinical reference.
"""

from __future__ import annotations

from dataclasses import dataclass

AGE_BANDS = ((0, 730), (731, 4382), (4383, 36500))
"""Age in days at collection, both ends included."""

LAB_OF_SITE = {
    "101": "CHLA",
    "102": "LAB-102",
    "103": "LAB-103",
    "104": "LAB-104",
    "105": "LAB-105",
    "106": "LAB-106",
}
LAB_WITHOUT_RANGES = "LAB-105"
LOWER_LIMITS = {"BILI": 0.1, "CRP": 0.1}

# test | unit | decimals | spread | lo-hi per age band
_TESTS = """
ANC|10^3/uL|2|0.30|1.5-8.5|1.5-8.0|1.8-8.0
WBC|10^3/uL|1|0.22|6.0-17.0|5.0-14.5|4.5-13.5
HGB|g/dL|1|0.08|10.5-13.5|11.5-14.5|12.0-16.0
PLAT|10^3/uL|0|0.25|150-450|150-400|150-400
LYM|10^3/uL|2|0.28|3.0-9.5|1.5-7.0|1.0-4.8
MONO|10^3/uL|2|0.28|0.2-1.2|0.2-1.0|0.2-0.9
K|mEq/L|1|0.08|3.7-5.6|3.4-4.7|3.4-4.5
SODIUM|mEq/L|0|0.015|135-145|135-145|135-145
CA|mg/dL|1|0.04|8.8-10.8|8.8-10.8|8.5-10.5
MG|mg/dL|1|0.10|1.6-2.6|1.6-2.3|1.6-2.3
PHOS|mg/dL|1|0.13|3.8-6.5|3.7-5.6|2.9-5.4
CREAT|mg/dL|2|0.18|0.2-0.4|0.3-0.7|0.5-1.0
BILI|mg/dL|1|0.45|0.1-1.0|0.1-1.0|0.1-1.2
ALT|U/L|0|0.45|10-45|10-40|10-40
AST|U/L|0|0.40|20-60|15-50|10-40
ALB|g/dL|1|0.08|3.4-4.8|3.6-5.0|3.6-5.0
GLUC|mg/dL|0|0.14|60-105|60-105|70-110
CRP|mg/dL|1|0.80|0.1-0.9|0.1-0.9|0.1-0.9
TRIG|mg/dL|0|0.35|30-110|32-130|37-148
LIPASE|U/L|0|0.35|10-60|10-60|10-60
"""
HEMATOLOGY = ("ANC", "WBC", "HGB", "PLAT", "LYM", "MONO")
_CELL_COUNTS = ("ANC", "WBC", "PLAT", "LYM", "MONO")
_ADULT_HEMOGLOBIN = {"M": (13.0, 17.0), "F": (12.0, 16.0)}


@dataclass(frozen=True)
class Test:
    """One test in its US unit."""

    __test__ = False

    name: str
    unit: str
    decimals: int
    spread: float
    bands: tuple[tuple[float, float], ...]

    def limits(self, sex: str, age_days: int) -> tuple[float, float]:
        """Return the reference range in the US unit."""
        band = next(i for i, (_, last) in enumerate(AGE_BANDS) if age_days <= last)
        if self.name == "HGB" and band == len(AGE_BANDS) - 1:
            return _ADULT_HEMOGLOBIN[sex]
        return self.bands[band]


@dataclass(frozen=True)
class Reporting:
    """How one laboratory reports one test: value in the US unit times factor, decimals, unit."""

    unit: str
    factor: float
    decimals: int

    def text(self, value: float) -> str:
        """Return a value of the US unit as this laboratory prints it."""
        return f"{value * self.factor:.{self.decimals}f}"


def _test(line: str) -> Test:
    name, unit, decimals, spread, *bands = line.split("|")
    pairs = [band.split("-") for band in bands]
    limits = tuple((float(low), float(high)) for low, high in pairs)
    return Test(name, unit, int(decimals), float(spread), limits)


TESTS = {test.name: test for test in map(_test, _TESTS.strip().splitlines())}

# laboratory | test | unit | factor from the US unit | decimals
_REPORTING = """
CHLA|ANC|/uL|1000|0
CHLA|LYM|/uL|1000|0
CHLA|MONO|/uL|1000|0
LAB-104|ANC|/uL|1000|0
LAB-104|ALT|IU/L|1|0
LAB-104|AST|IU/L|1|0
LAB-104|K|mmol/L|1|1
LAB-104|SODIUM|mmol/L|1|0
LAB-105|K|mmol/L|1|1
LAB-105|SODIUM|mmol/L|1|0
LAB-106|HGB|g/L|10|0
LAB-106|ALB|g/L|10|0
LAB-106|K|mmol/L|1|1
LAB-106|SODIUM|mmol/L|1|0
LAB-106|CA|mmol/L|0.2495|2
LAB-106|MG|mmol/L|0.4114|2
LAB-106|PHOS|mmol/L|0.3229|2
LAB-106|CREAT|umol/L|88.4|0
LAB-106|BILI|umol/L|17.104|1
LAB-106|GLUC|mmol/L|0.0555|1
LAB-106|CRP|mg/L|10|0
LAB-106|TRIG|mmol/L|0.01129|2
"""
_CELL_UNIT = {
    "CHLA": "K/uL",
    "LAB-102": "K/uL",
    "LAB-103": "x10e3/uL",
    "LAB-104": "10^3/uL",
    "LAB-105": "10^3/uL",
    "LAB-106": "10^9/L",
}


def _special() -> dict[tuple[str, str], Reporting]:
    cells = [line.split("|") for line in _REPORTING.strip().splitlines()]
    return {
        (lab, test): Reporting(unit, float(factor), int(decimals))
        for lab, test, unit, factor, decimals in cells
    }


def _usual(lab: str, test: Test) -> Reporting:
    unit = _CELL_UNIT[lab] if test.name in _CELL_COUNTS else test.unit
    return Reporting(unit, 1.0, test.decimals)


def _all_reporting() -> dict[tuple[str, str], Reporting]:
    usual = {(lab, t.name): _usual(lab, t) for lab in _CELL_UNIT for t in TESTS.values()}
    return usual | _special()


REPORTING = _all_reporting()
"""(laboratory, test) -> how it is reported."""
