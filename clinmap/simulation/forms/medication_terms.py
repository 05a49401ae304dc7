"""Medication vocabulary and the coded terms that a study team keeps (F04).

Every code and every class name below is SYNTHETIC: plain words and made-up codes (Z..), no part of
any licensed dictionary.
"""

from __future__ import annotations

from clinmap.simulation.forms.ae_terms import DICTIONARY_VERSION, VOCABULARY
from clinmap.simulation.forms.edc_rows import Row
from clinmap.simulation.vendors.legacy_events import legacy_coded_events

_CLASSES = {
    "Z01": "Nerve pain medicines",
    "Z02": "Opioids",
    "Z03": "Fever and pain medicines",
    "Z04": "Medicines against nausea",
    "Z05": "Steroids for the whole body",
    "Z06": "Steroids for the skin",
    "Z07": "Antibiotics",
    "Z08": "Tetracyclines",
    "Z09": "Blood growth factors",
    "Z10": "Salts and fluids",
    "Z11": "Bowel medicines",
    "Z12": "Thyroid medicines",
    "Z13": "Allergy medicines",
    "Z14": "Medical gases",
    "Z15": "Blood products",
    "Z16": "Skin protection",
    "Z20": "Cytotoxic medicines",
    "Z21": "Antibodies against GD2",
    "Z22": "Radioactive medicines",
}

# term as typed | class | standardized name
_TERMS = """
Gabapentin|Z01|GABAPENTIN
Morphine PCA|Z02|MORPHINE
morphine|Z02|MORPHINE
Hydromorphone PCA|Z02|HYDROMORPHONE
Paracetamol|Z03|PARACETAMOL
Tylenol|Z03|PARACETAMOL
Ibuprofen|Z03|IBUPROFEN
Ondansetron|Z04|ONDANSETRON
Zofran|Z04|ONDANSETRON
Dexamethasone|Z05|DEXAMETHASONE
Hydrocortisone|Z05|HYDROCORTISONE
Hydrocortisone|Z06|HYDROCORTISONE
Ceftriaxone|Z07|CEFTRIAXONE
Trimethoprim/sulfamethoxazole|Z07|TRIMETHOPRIM W/ SULFAMETHOXAZOLE
Doxycycline|Z08|DOXYCYCLINE
Filgrastim|Z09|FILGRASTIM
Potassium chloride|Z10|POTASSIUM CHLORIDE
Sodium chloride 0.9% bolus|Z10|SODIUM CHLORIDE
Sodium chloride|Z10|SODIUM CHLORIDE
Loperamide|Z11|LOPERAMIDE
Lactulose|Z11|LACTULOSE
Levothyroxine|Z12|LEVOTHYROXINE
Cetirizine|Z13|CETIRIZINE
Oxygen|Z14|OXYGEN
Platelet transfusion|Z15|PLATELETS
Emollient cream|Z16|EMOLLIENTS
COJEC|Z20|CARBOPLATIN;CISPLATIN;CYCLOPHOSPHAMIDE;ETOPOSIDE;VINCRISTINE
Cyclophosphamide/topotecan/cisplatin/etoposide|Z20|CISPLATIN;CYCLOPHOSPHAMIDE;ETOPOSIDE;TOPOTECAN
Irinotecan/temozolomide|Z20|IRINOTECAN;TEMOZOLOMIDE
Irinotecan/temozolomide + ch14.18|Z20|DINUTUXIMAB;IRINOTECAN;TEMOZOLOMIDE
Topotecan/cyclophosphamide|Z20|CYCLOPHOSPHAMIDE;TOPOTECAN
ch14.18|Z21|DINUTUXIMAB
ch14.18 + GM-CSF + IL-2|Z21|ALDESLEUKIN;DINUTUXIMAB;SARGRAMOSTIM
hu3F8|Z21|NAXITAMAB
131I-MIBG 18 mCi/kg|Z22|IOBENGUANE (131 I)
131I-MIBG 12 mCi/kg|Z22|IOBENGUANE (131 I)
"""


def coded_medications() -> list[Row]:
    """Return the coded medications: one row per term, in capitals, and class."""
    lines = (line.split("|") for line in _TERMS.strip().splitlines())
    return [
        {
            "TERM": term.upper(),
            "ATC": code,
            "DECOD": name,
            "CLAS": _CLASSES[code],
            "DICTVER": DICTIONARY_VERSION,
        }
        for term, code, name in lines
    ]


def coded_events() -> list[Row]:
    """Return the coded terms of events: one row per term, in capitals, with its path."""
    return [
        {"TERM": term.upper(), **coding.fields, "DICTVER": DICTIONARY_VERSION}
        for term, coding in VOCABULARY.items()
    ] + legacy_coded_events()
