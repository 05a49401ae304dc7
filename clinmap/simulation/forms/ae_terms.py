"""Adverse event vocabulary with an invented dictionary.

Every code and every hierarchy name below is SYNTHETIC: plain words, made-up numbers (99xxxxxx),
no part of any licensed dictionary.
"""

from __future__ import annotations

from dataclasses import dataclass

DICTIONARY_VERSION = "SYNTHETIC 1.0"
_GROUPS = """
BLOOD|Blood cell problems|Blood counts and anemia|Blood and marrow problems
BODY|Body temperature and energy|General body complaints|General problems
CHANNEL|Small vessel problems|Blood vessel and pressure group|Blood vessel problems
AIR|Breathing difficulty|Lung and airway group|Breathing problems
GUT|Stomach and bowel complaints|Digestive group|Stomach and bowel problems
SKIN|Skin surface complaints|Skin group|Skin problems
NERVE|Pain and feeling complaints|Nerve group|Nerve problems
SALT|Body salt changes|Chemistry group|Body chemistry problems
LIVER|Liver tests|Test result group|Test results
GERM|Germ illness|Infection group|Infections
DEFENSE|Allergy complaints|Defense group|Allergy and defense problems
GROWTH|Tumor worsening|Tumor group|Tumors
HEAR|Hearing complaints|Ear group|Ear problems
GLAND|Gland complaints|Gland group|Gland problems
"""
_TERMS = """
Fever|BODY
Fatigue|BODY
Hypotension|CHANNEL
Cough|AIR
Nausea|GUT
Vomiting|GUT
Diarrhea|GUT
Constipation|GUT
Rash|SKIN
Dry skin|SKIN
Dry lips|SKIN
Pain|NERVE
Headache|NERVE
Abdominal pain|NERVE
Low potassium|SALT
Low sodium|SALT
Alanine aminotransferase increased|LIVER
Aspartate aminotransferase increased|LIVER
Neutrophil count decreased|BLOOD
Platelet count decreased|BLOOD
Anemia|BLOOD
Catheter related infection|GERM
Upper respiratory infection|GERM
Sepsis|GERM
Allergic reaction|DEFENSE
Capillary leak syndrome|CHANNEL
Thrombosis|CHANNEL
Hypoxia|AIR
Respiratory failure|AIR
Tumor progression|GROWTH
Hearing impaired|HEAR
Low thyroid function|GLAND
Neuroblastoma|GROWTH
Second malignant neoplasm|GROWTH
"""
COMMON_TERMS = 23
"""The first terms of the vocabulary may be drawn at random; the others only appear by name."""


@dataclass(frozen=True)
class Coding:
    """One term with its invented path."""

    term: str
    fields: dict[str, str]


def _vocabulary() -> dict[str, Coding]:
    groups = [line.split("|") for line in _GROUPS.strip().splitlines()]
    place = {group[0]: number for number, group in enumerate(groups, start=1)}
    made: dict[str, Coding] = {}
    for number, line in enumerate(_TERMS.strip().splitlines(), start=1):
        term, key = line.split("|")
        _, hlt, hlgt, soc = groups[place[key] - 1]
        made[term] = Coding(term, _path(term, number, (hlt, hlgt, soc), place[key]))
    return made


def _path(term: str, number: int, upper: tuple[str, str, str], group: int) -> dict[str, str]:
    names = {"LLT": term, "PT": term, "HLT": upper[0], "HLGT": upper[1], "SOC": upper[2]}
    starts = {"LLT": 99500000, "PT": 99400000, "HLT": 99300000, "HLGT": 99200000, "SOC": 99100000}
    fields: dict[str, str] = {}
    for level, name in names.items():
        own = number if level in ("LLT", "PT") else group
        fields |= {level: name, f"{level}CD": str(starts[level] + own)}
    return fields


VOCABULARY = _vocabulary()
"""Term -> coding columns LLT..SOCCD."""
