"""Units: what each is worth, how they are written when collected, and how one becomes another.

A unit is read from its parts (`h*ng/mL`, `(L/h)/m2`, `10^9/L`), each of which must be in the table
of parts below, case and all; a unit with any other part is unknown, and never guessed. What stands
above and below the line is not cancelled: `mg/g` is a mass by a mass and never becomes `mmol/mol`
without the substances.

Masses become amounts and charges by the substance, which is named by its LBTESTCD. Its molar mass
is worked out from its formula and the abridged standard atomic weights of IUPAC (CIAAW, 2021).

The same written unit has another submission value in another codelist (`ng/mL` is `ug/L` in UNIT
and `ng/mL` in PKUNIT): which one a variable gets is the business of its codelist. What a unit is
worth does not depend on it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction
from functools import cache
from typing import Final

CODELISTS: Final = ("UNIT", "VSRESU", "PKUNIT", "PKUDMG", "PKUDUG", "PKUWG", "PKUWKG")
"""The codelists of units: here a collected text may be spelled in one of the common ways."""

DIGITS: Final = 12
"""Significant digits of a converted number: more than any assay has."""

_PARTS = """
mass         kg=1e3 g=1 cg=1e-2 mg=1e-3 ug=1e-6 ng=1e-9 pg=1e-12 fg=1e-15 LB=453.59237
mass         oz=28.349523125
amount       mol=1 dmol=1e-1 cmol=1e-2 mmol=1e-3 umol=1e-6 nmol=1e-9 pmol=1e-12 fmol=1e-15
charge       mEq=1e-3 uEq=1e-6
mass_eq      mgEq=1e-3 ugEq=1e-6 ngEq=1e-9 pgEq=1e-12
amount_eq    nmolEq=1e-9
osmol        Osm=1 mOsm=1e-3 uOsm=1e-6
volume       L=1 dL=1e-1 cL=1e-2 mL=1e-3 uL=1e-6 nL=1e-9 pL=1e-12 fL=1e-15
time         s=1 ms=1e-3 us=1e-6 ns=1e-9 min=60 h=3600 HOURS=3600 day=86400 DAYS=86400
time         wk=604800 WEEKS=604800
length       m=1 cm=1e-2 mm=1e-3 um=1e-6 nm=1e-9 km=1e3 in=0.0254 ft=0.3048
area         m2=1 cm2=1e-4 mm2=1e-6
standard_bsa 1.73_m2=1
pressure     Pa=1 hPa=1e2 kPa=1e3 mmHg=133.322387415 cmHg=1333.22387415 Torr=101325/760
activity     Bq=1 kBq=1e3 MBq=1e6 GBq=1e9 nCi=37 uCi=3.7e4 mCi=3.7e7 Ci=3.7e10
unit         U=1 mU=1e-3 uU=1e-6
int_unit     IU=1 mIU=1e-3 uIU=1e-6 kIU=1e3
katal        kat=1 mkat=1e-3 ukat=1e-6 nkat=1e-9 pkat=1e-12
fraction     %=1e-2 fraction_of_1=1
volume_feu   L_FEU=1
volume_ddu   L_DDU=1
copies       copies=1 10^3_copies=1e3 10^6_copies=1e6
dna_copies   DNA_copies=1 10^3_DNA_copies=1e3 10^6_DNA_copies=1e6
rna_copies   RNA_copies=1 10^3_RNA_copies=1e3 10^6_RNA_copies=1e6
int_unit     10^3_IU=1e3 10^6_IU=1e6
beats        beats=1
breaths      breaths=1
energy       kcal=1 cal=1e-3
voltage      V=1 mV=1e-3 uV=1e-6
power_of_10  10^3=1e3 10^4=1e4 10^5=1e5 10^6=1e6 10^7=1e7 10^8=1e8 10^9=1e9 10^10=1e10
power_of_10  10^11=1e11 10^12=1e12 1=1
"""
"""The parts of units by what they measure, each with its worth; `_` stands for a blank."""

_TEMPERATURES = {
    "C": (Fraction(1), Fraction("273.15")),
    "F": (Fraction(5, 9), Fraction("459.67") * Fraction(5, 9)),
    "K": (Fraction(1), Fraction(0)),
}
"""Kelvins are the number times the first plus the second; only where the unit stands alone."""

_SPELLINGS = (
    (r"[µμ]", "u"),
    (r"°\s*|^deg(?:rees?)?\s*(?=[CF]$)", ""),
    (r"\bmc(?=g\b|L\b|mol\b)", "u"),
    (r"\bmcl\b", "uL"),
    (r"\b[xX*]?\s?10\s?(?:e|E|\*\*|\*|\^)\s?(?=\d)", "10^"),
    (r"^[xX]\s?(?=10\^)", ""),
    (r"^(?:K|k|Thou|thou|thousand)(?=/(?:uL|mm3|cumm|cu mm)\b)", "10^3"),
    (r"^(?:M|mill|Mill|million)(?=/(?:uL|mm3|cumm|cu mm)\b)", "10^6"),
    (r"/(?:mm3|cumm|cu mm|cmm)\b", "/uL"),
    (r"^(?:cells?|count)(?=/)", ""),
    (r"(?<=\d)\s?(?:cells?)(?=/)", ""),
    (r"\b(?:hr|hrs|hour|hours)\b", "h"),
    (r"\bsecs?\b|\bseconds?\b", "s"),
    (r"\bmins\b|\bminutes?\b", "min"),
    (r"^(?:lbs|pounds?)$", "LB"),
    (r"^(?:kgs|kilos?|kilograms?)$", "kg"),
    (r"^(?:cms|centimeters?|centimetres?)$", "cm"),
    (r"^(?:ins|inch|inches|\")$", "in"),
    (r"^(?:bpm|BPM)$", "beats/min"),
    (r"/1\.73\s?m(?:2|\^2|²)$", "/1.73 m2"),
    (r"^(?:celsius|Celsius)$", "C"),
    (r"^(?:fahrenheit|Fahrenheit)$", "F"),
    (r"(?<=[\w)])\s*/\s*(?=[\w(])", "/"),
)
"""How units are written in forms and laboratories, and how CDISC spells the same."""

_ATOMIC_WEIGHTS = """
H=1.008 Li=6.94 C=12.011 N=14.007 O=15.999 Na=22.990 Mg=24.305 P=30.974 S=32.06 Cl=35.45 K=39.098
Ca=40.078 Fe=55.845 Co=58.933 Cu=63.546 Zn=65.38 I=126.90
"""
_FORMULAS = """
CREAT=C4H7N3O BILI=C33H36N4O6 BILDIR=C33H36N4O6 BILIND=C33H36N4O6 GLUC=C6H12O6 UREA=CH4N2O UREAN=N2
CHOL=C27H46O HDL=C27H46O LDL=C27H46O VLDL=C27H46O TRIG=C57H104O6 URATE=C5H4N4O3 PHOS=P
CA=Ca CAION=Ca MG=Mg MGION=Mg SODIUM=Na K=K CL=Cl BICARB=CHO3 CO2=CO2 LITHIUM=Li IRON=Fe ZINC=Zn
COPPER=Cu AMMONIA=NH3 LACTICAC=C3H6O3 HOMOCY=C4H9NO2S PHE=C9H11NO2 VITB12=C63H88CoN14O14P
VITB9=C19H19N7O6 V25HD2=C28H44O2 V25HD3=C27H44O2 CORTISOL=C21H30O5 CORTFR=C21H30O5
TESTOS=C19H28O2 ESTRDIOL=C18H24O2 PROGEST=C21H30O2 T3=C15H12I3NO4 T4=C15H11I4NO4 T4FR=C15H11I4NO4
VMA=C9H10O5 HVA=C9H10O4 DOPAMINE=C8H11NO2 EPIN=C9H13NO3 NOREPIN=C8H11NO3 METANEPH=C10H15NO3
NORMETA=C9H13NO3 ACETAMIN=C8H9NO2 THEOPHYL=C7H8N4O2
"""
"""By LBTESTCD. Urea nitrogen is counted as two atoms of nitrogen (one urea), phosphate as
phosphorus, cholesterols as free cholesterol and triglycerides as triolein, as laboratories do."""

_VALENCES = "SODIUM=1 K=1 CL=1 BICARB=1 CO2=1 LITHIUM=1 CA=2 CAION=2 MG=2 MGION=2"
_ENZYMES = """
ALT AST ALP LDH GGT CK CKMB AMYLASE AMYLASEP LIPASET ALDOLASE GLDH CHOLINES
"""
"""Tests whose unit is the enzyme unit: U and IU are the same there, 1 umol/min."""


@dataclass(frozen=True, slots=True)
class Unit:
    """What a unit measures, above and below the line, and its worth in the base units of these."""

    above: tuple[str, ...]
    below: tuple[str, ...]
    factor: Fraction
    offset: Fraction = Fraction(0)


@dataclass(frozen=True, slots=True)
class Conversion:
    """From one unit to another: the number times `factor`, plus `offset`; both are exact."""

    factor: Fraction
    offset: Fraction = Fraction(0)

    @property
    def changes(self) -> bool:
        """Whether it makes another number of a number."""
        return self.factor != 1 or self.offset != 0


SAME: Final = Conversion(Fraction(1))
"""The conversion of a unit into itself."""


@cache
def read_unit(text: str) -> Unit | None:
    """What a unit is worth, or None where any part of it is not known.

    >>> read_unit("mg/dL").factor, read_unit("K/uL")
    (Fraction(1, 100), None)
    """
    if text in _TEMPERATURES:
        factor, offset = _TEMPERATURES[text]
        return Unit(("temperature",), (), factor, offset)
    tokens = [token for token in re.split(r"([*/()])", text) if token]
    try:
        above, below, factor = _product(iter(tokens), closing=False)
    except (KeyError, ValueError):
        return None
    if above == below == ["volume"]:
        above, below = ["fraction"], []
    return Unit(tuple(sorted(above)), tuple(sorted(below)), factor)


def spelled(text: str) -> str:
    """A collected unit as CDISC would spell it, such as `10^3/uL` for `x10e3/µL` or `K/uL`.

    Only the spelling is changed; whether it is a unit, the codelist says.

    >>> spelled("x10e3/µL"), spelled("mcg/mL"), spelled("°C"), spelled("furlong")
    ('10^3/uL', 'ug/mL', 'C', 'furlong')
    """
    text = " ".join(text.split())
    for pattern, written in _SPELLINGS:
        text = re.sub(pattern, written, text)
    return text


@cache
def conversion(source: str, target: str, substance: str = "", per: str = "") -> Conversion | None:
    """How a number in one unit becomes one in another, or None where that is not known.

    `substance` names what is measured, for masses, amounts and charges and for units of enzymes;
    `per` the substance below the line (creatinine, say).

    >>> conversion("mg/dL", "umol/L") is None
    True
    >>> round(float(conversion("mg/dL", "umol/L", "BILI").factor), 3)
    17.104
    """
    if source == target:
        return SAME
    left, right = _known(source), _known(target)
    if left is None or right is None:
        return None
    above = _bridge(left.above, right.above, substance)
    below = _bridge(left.below, right.below, per)
    if above is None or below is None:
        return None
    factor = left.factor / right.factor * above / below
    return Conversion(factor, (left.offset - right.offset) / right.factor)


@cache
def molar_mass(substance: str) -> Fraction | None:
    """The molar mass in g/mol of what an LBTESTCD measures, or None where it is not in the table.

    >>> float(molar_mass("GLUC"))
    180.156
    """
    formula = _pairs(_FORMULAS).get(substance)
    if formula is None:
        return None
    weights = _pairs(_ATOMIC_WEIGHTS)
    atoms = re.findall(r"([A-Z][a-z]?)(\d*)", formula)
    return sum((Fraction(weights[atom]) * int(count or 1) for atom, count in atoms), Fraction(0))


def substances() -> tuple[str, ...]:
    """The LBTESTCDs for which masses become amounts, or U become IU and kat; sorted."""
    return tuple(sorted({*_pairs(_FORMULAS), *_pairs(_VALENCES), *_ENZYMES.split()}))


def converted(digits: str, by: Conversion, decimals: int | None = None) -> str:
    """A decimal number converted, as the shortest decimal text of the exact result.

    The arithmetic is exact; the result is cut to 12 significant digits, or rounded to `decimals`
    (a half goes away from zero, as in SAS). Zeros at the end go.

    >>> converted("98.6", conversion("F", "C"))
    '37'
    >>> converted("0.1", conversion("mg/dL", "umol/L", "BILI"), 3)
    '1.71'
    """
    exact = Fraction(digits) * by.factor + by.offset
    if decimals is not None:
        scaled = abs(exact) * 10**decimals
        whole = int(scaled + Fraction(1, 2))
        exact = Fraction(whole if exact >= 0 else -whole, 10**decimals)
    value = Context(prec=DIGITS).divide(Decimal(exact.numerator), Decimal(exact.denominator))
    text = f"{value:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


@cache
def _pairs(text: str) -> dict[str, str]:
    return dict(item.split("=") for item in text.split())


@cache
def _parts() -> dict[str, tuple[str, Fraction]]:
    found = {}
    for line in _PARTS.split("\n"):
        kind, *items = line.split() or [""]
        for name, _, worth in (item.rpartition("=") for item in items):
            found[name.replace("_", " ")] = (kind, Fraction(worth))
    return found


def _product(tokens: Iterator[str], *, closing: bool) -> tuple[list[str], list[str], Fraction]:
    """What stands above and below the line of `a*b/c`, and its worth."""
    above: list[str] = []
    below: list[str] = []
    factor, sign, divided = Fraction(1), "*", False
    for number, token in enumerate(tokens):
        if token == ")" and closing and not sign:
            return above, below, factor
        if token in "*/":
            if (sign and (number or token == "*")) or (divided and token == "*"):
                raise ValueError(token)  # a/b*c is read both ways, so it is not read
            sign, divided = token, divided or token == "/"
            continue
        if not sign or token == ")":
            raise ValueError(token)
        over, under, worth = _product(tokens, closing=True) if token == "(" else _part(token)
        if sign == "/":
            over, under, worth = under, over, 1 / worth
        above, below, factor, sign = above + over, below + under, factor * worth, ""
    if closing or sign:
        raise ValueError("the unit is not whole")
    return above, below, factor


def _part(token: str) -> tuple[list[str], list[str], Fraction]:
    kind, worth = _parts()[token]
    return [] if kind == "power_of_10" else [kind], [], worth


def _known(text: str) -> Unit | None:
    return read_unit(text) or read_unit(spelled(text))


def _bridge(left: tuple[str, ...], right: tuple[str, ...], substance: str) -> Fraction | None:
    """What turns the one into the other: 1 where they measure the same, else by the substance."""
    ours, theirs = Counter(left) - Counter(right), Counter(right) - Counter(left)
    if not ours and not theirs:
        return Fraction(1)
    if ours.total() != 1 or theirs.total() != 1:
        return None
    first, second = _in_moles(next(iter(ours)), substance), _in_moles(next(iter(theirs)), substance)
    return first[1] / second[1] if first and second and first[0] == second[0] else None


def _in_moles(kind: str, substance: str) -> tuple[str, Fraction] | None:
    """The worth of a mass, amount or charge in moles, or of enzyme activity in katal."""
    mass, valence = molar_mass(substance), int(_pairs(_VALENCES).get(substance, "0"))
    worth: dict[str, Fraction | None] = {
        "amount": Fraction(1),
        "mass": 1 / mass if mass else None,
        "charge": Fraction(1, valence) if valence else None,
    }
    if substance in _ENZYMES.split() and kind in ("unit", "int_unit", "katal"):
        return "katal", Fraction(1) if kind == "katal" else Fraction(1, 60_000_000)
    found = worth.get(kind)
    return ("mole", found) if found else None
