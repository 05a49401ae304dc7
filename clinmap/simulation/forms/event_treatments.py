"""What is given for an adverse event, and how sites type it."""

from __future__ import annotations

from clinmap.simulation.forms.edc_rows import Row

Treatment = tuple[str, str, str, str, str, str, str]
"""Name, indication, dose, unit, frequency, route and invented class code."""

# event | name | dose | unit | frequency | route | class
_TREATMENTS = """
Fever|Paracetamol|15|mg/kg|q6h|PO|Z03
Fever|Tylenol|15|mg/kg|PRN|p.o.|Z03
Pain|morphine|0.05|mg/kg|q4h|IV|Z02
Headache|Ibuprofen|10|mg/kg|q8h|PO|Z03
Abdominal pain|Paracetamol|15|mg/kg|q6h|IV|Z03
Nausea|Ondansetron|0.15|mg/kg|TID|IV|Z04
Vomiting|Zofran|4|mg|twice daily|PO|Z04
Hypotension|Sodium chloride 0.9% bolus|20|mL/kg|once|IV|Z10
Diarrhea|Loperamide|2|mg|PRN|PO|Z11
Constipation|Lactulose|15|mL|daily|PO|Z11
Rash|Hydrocortisone|1|%|BID|topical|Z06
Dry skin|Emollient cream|||BID|topical|Z16
Dry lips|Emollient cream|||PRN|topical|Z16
Low potassium|Potassium chloride|1|mmol/kg|daily|PO|Z10
Low sodium|Sodium chloride|1|mmol/kg|BID|PO|Z10
Neutrophil count decreased|Filgrastim|5|mcg/kg|QD|SC|Z09
Platelet count decreased|Platelet transfusion|10|mL/kg|once|IV|Z15
Catheter related infection|Ceftriaxone|50|mg/kg|QD|IV|Z07
Allergic reaction|Hydrocortisone|2|mg/kg|once|IV|Z05
Low thyroid function|Levothyroxine|25|mcg|daily|PO|Z12
"""
_TREATED_SHARE = {"1": 0.35, "2": 0.6, "3": 0.85, "4": 1.0}
_ALWAYS = {"Allergic reaction", "Hypotension", "Low potassium", "Low thyroid function", "Fever"}


def _by_event() -> dict[str, list[Treatment]]:
    made: dict[str, list[Treatment]] = {}
    for line in _TREATMENTS.strip("\n").splitlines():
        event, name, dose, unit, frequency, route, code = line.split("|")
        made.setdefault(event, []).append((name, event, dose, unit, frequency, route, code))
    return made


TREATMENTS = _by_event()
"""CTCAE term -> what may be given for it."""


def treatment_of(event: Row, draw: float) -> Treatment | None:
    """Return what was given for a row of the adverse event form, None for nothing.

    ``draw`` (0 to 1) decides; events of certain terms are always treated, fatal ones never.
    """
    offered = TREATMENTS.get(event["AECTCAE"], [])
    share = 1.0 if event["AECTCAE"] in _ALWAYS else _TREATED_SHARE.get(event["AEGRADE"], 0.0)
    if not offered or draw >= share:
        return None
    return offered[int(draw * 1000) % len(offered)]
