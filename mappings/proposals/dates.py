"""Which date of SDTM a column of dates or times is for."""

from __future__ import annotations

import re
from collections.abc import Sequence

from clinmap.profiling import ColumnProfile
from clinmap.standards import sdtm_dataset, sdtm_variable
from mappings.proposals.models import Clue
from mappings.proposals.roles import bare, unmarked
from mappings.proposals.vocabulary import BIRTH, COLLECTED, CONSENT, DEATH, ENDS, STARTS
from mappings.proposals.words import prefix_of

_DATED = re.compile(r"(DATETIME|DATE|DAT|DTC|DTM|DT|TIME|TIM|TM|_)+$")
_DATED_FIRST = re.compile(r"^(DATEOF|TIMEOF|DT|TM|DATE|DAT)(?=[A-Z])")
_EVENTS = ("EVENTS", "INTERVENTIONS")
PLAIN = 0.85


def date_clues(
    column: ColumnProfile, dataset: str, table: str, others: Sequence[str] = ()
) -> dict[str, Clue]:
    """By `DS.VAR`, the dates that a column may be for; `others` are the table's other columns.

    >>> column = ColumnProfile("AESTDAT", 1, 0, 1, "date")
    >>> sorted(date_clues(column, "AE", "ae"))
    ['AE.AESTDTC']
    """
    prefix = prefix_of(dataset)
    name = bare(unmarked(column.name))
    if subject_level := _of_subject(name):
        return subject_level
    if dataset == "DM" and (treated := _of_treatment(name)):
        return treated
    if (exact := sdtm_variable(dataset, bare(column.name))) and exact.name.endswith("DTC"):
        return {f"{dataset}.{exact.name}": Clue(0.95, "its name is that of the SDTM variable")}
    rest = _rest(name, prefix)
    ending, clue = _role(rest, table, bool(prefix) and rest != _rest(name, ""))
    if not ending:
        return {}
    return _targets(dataset, prefix, ending, clue, others)


def moment(name: str, prefix: str) -> str:
    """What is left of a date's or time's name: equal for the date and the time of one moment.

    >>> moment("CHISTTIM", "EX") == moment("CHIST_RAW", "EX")
    True
    """
    return _rest(bare(unmarked(name)), prefix)


def _rest(name: str, prefix: str) -> str:
    rest = name.removeprefix(prefix) if prefix and len(name) > len(prefix) else name
    return _DATED_FIRST.sub("", _DATED.sub("", rest))


def _of_subject(name: str) -> dict[str, Clue]:
    """Birth, death and consent, which are dates of the subject wherever they are asked."""
    if any(word in name for word in BIRTH):
        return {"DM.BRTHDTC": Clue(0.9, "a date whose name speaks of birth")}
    if any(name.startswith(word) for word in DEATH) and "STDT" not in name:
        return {"DM.DTHDTC": Clue(0.85, "a date whose name speaks of death")}
    if _DATED.sub("", name) in CONSENT:
        return {"DM.RFICDTC": Clue(0.85, "a date whose name speaks of consent")}
    return {}


def _of_treatment(name: str) -> dict[str, Clue]:
    """The first and the last dose, where demographics ask for them."""
    if not any(word in name for word in ("DOSE", "TRT", "TREAT", "DRUG")):
        return {}
    for word, variable in (("FIRST", "RFXSTDTC"), ("LAST", "RFXENDTC")):
        if word in name:
            return {
                f"DM.{variable}": Clue(0.8, f"a date whose name speaks of the {word.lower()} dose")
            }
    return {}


def _role(rest: str, table: str, has_prefix: bool) -> tuple[str, Clue]:
    """`ST`, `EN`, `COL` or `PLAIN`, and the sign of it; nothing where the name says neither."""
    if rest in STARTS:
        return "ST", Clue(0.9 if has_prefix else 0.82, "a date whose name speaks of a start")
    if rest in ENDS:
        return "EN", Clue(0.9 if has_prefix else 0.82, "a date whose name speaks of an end")
    if rest == "":
        return "PLAIN", Clue(PLAIN, "a date that is called by the form alone")
    if rest in COLLECTED:
        return "COL", Clue(0.85, "a date whose name speaks of collecting")
    if len(rest) >= 2 and bare(table).startswith(rest):
        return "PLAIN", Clue(0.8, "a date that is called like the table")
    for words, role, said in ((STARTS, "ST", "a start"), (ENDS, "EN", "an end")):
        if len(rest) <= 6 and any(rest.endswith(word) for word in words if word != "TO"):
            return role, Clue(0.7, f"a date whose name ends like {said}")
    if any(rest.startswith(word) for word in COLLECTED if len(word) > 3):
        return "COL", Clue(0.7, "a date whose name speaks of collecting")
    return "OTHER", Clue(0.4, "a date; its name does not say of what")


def _targets(
    dataset: str, prefix: str, role: str, clue: Clue, others: Sequence[str]
) -> dict[str, Clue]:
    known = sdtm_dataset(dataset)
    cls = known.cls if known else ""
    names = [f"{prefix}{'DTC' if role in ('PLAIN', 'COL', 'OTHER') else role + 'DTC'}"]
    if dataset == "SV" and role in ("PLAIN", "COL", "OTHER"):
        names = ["SVSTDTC"]
    elif dataset == "DM":
        names = ["DMDTC"] if role in ("PLAIN", "COL") else []
    elif cls in _EVENTS and role in ("PLAIN", "OTHER"):
        begun = any(_rest(bare(unmarked(n)), prefix) in STARTS for n in others)
        names = [f"{prefix}DTC"] if begun else [f"{prefix}STDTC", f"{prefix}DTC"]
    elif cls not in _EVENTS and role in ("ST", "EN"):
        names = [f"{prefix}DTC"] if role == "ST" else [f"{prefix}ENDTC"]
    found = [name for name in names if sdtm_variable(dataset, name)]
    return {
        f"{dataset}.{name}": Clue(round(clue.score - 0.2 * place, 2), clue.words)
        for place, name in enumerate(found)
    }
