"""Write the project's own compact catalogue of standards from published facts.

Run as ``python -m clinmap.standards.make_catalogue SOURCE_DIR``. SOURCE_DIR holds the facts of
SDTMIG 3.4, SDTM 2.0, ADaMIG 1.3, OCCDS 1.1, BDS-TTE 1.0, NCA 1.0 (JSON) and of CDISC controlled
terminology 2025-03-28 (CSV). Only facts are carried over: names, labels, types, roles, core
status, codelist codes and terms; no definitions. The output is deterministic, so that a test
can compare it with the committed files.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

Facts = dict[str, Any]
Row = list[Any]

CATALOGUE = Path(__file__).with_name("catalogue")
CT_DATE = "2025-03-28"
CT_SOURCES = {
    "sdtmct": f"sdtmct-{CT_DATE}.csv",
    "adamct": f"adamct-{CT_DATE}.csv",
    "definect": f"define-xmlct-{CT_DATE}.csv",
}
# The term NA of NY (No Yes Response) is blank in the CSV, which was written by a program that took
# the text NA for a missing value. Any other blank term stops the script.
LOST_TERMS = {("C66742", "C48660"): "NA"}
# SDTM codelists that no variable of the IG cites and that studies use all the same: responses of
# trial summary parameters and of subject characteristics, results given by value-level metadata.
ALSO_USED = frozenset(
    (
        "ADTNQRS",
        "CMSPSTAT",
        "COLSTYP",
        "CTAUGRS",
        "DPETSCRS",
        "ECOG101OR",
        "ECOG101STR",
        "ECOG1TC",
        "EMPSTAT",
        "ETHNICC",
        "EVDRETRT",
        "FDATSRS",
        "GENIDENT",
        "INTMODEL",
        "INTTYPE",
        "KPSS0101OR",
        "KPSS0101STR",
        "KPSS01TC",
        "LPPSS1TC",
        "MARISTAT",
        "MPSTATRS",
        "NCF",
        "OBSSMO",
        "OBSSSM",
        "OBSSTP",
        "RACEC",
        "REASTINT",
        "REASTRT",
        "RISKSOC",
        "SDTMIGRS",
        "SDTMVRS",
        "SETTING",
        "SEXABRTH",
        "SEXPOP",
        "SIZE",
        "SKINTYP",
        "STYPE",
        "TBLIND",
        "TCNTRL",
        "TINDTP",
        "TPHASE",
        "TRTINTNT",
        "TRTSET",
        "TTYPE",
    )
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Write every file of the catalogue; the command line of this module."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("source", type=Path, metavar="SOURCE_DIR")
    parser.add_argument("--out", type=Path, default=CATALOGUE)
    options = parser.parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    for name, text in catalogue(options.source).items():
        (options.out / name).write_text(text, encoding="utf-8", newline="\n")


def catalogue(source: Path) -> dict[str, str]:
    """Give the text of every catalogue file by its name."""
    guide = _read(source / "sdtmig-3-4.json")
    files = {
        "sdtmig-3.4.json": _sdtm_text(guide, _read(source / "sdtm-2-0.json")),
        "adam.json": _adam_text(_adam_structures(source)),
    }
    cited = _cited(guide) | {c for s in _adam_structures(source) for c in _cited_in(s["rows"])}
    for stem, file in CT_SOURCES.items():
        lists = _codelists(source / file)
        wanted = _wanted(lists, cited) if stem == "sdtmct" else set(lists)
        files[f"{stem}-{CT_DATE}.jsonl"] = "".join(_line(lists[c]) for c in sorted(wanted))
    return files


def _read(path: Path) -> Facts:
    facts: Facts = json.loads(path.read_text(encoding="utf-8"))
    return facts


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _block(head: Facts, rows: Iterable[Row]) -> str:
    """Write one object whose last key ``variables`` has one row a line."""
    lines = ",\n".join(_compact(row) for row in rows)
    return f'{_compact(head)[:-1]},"variables":[\n{lines}\n]}}'


# --- SDTM -----------------------------------------------------------------------------------


def _row(variable: Facts) -> Row:
    """One SDTM variable as an array, empty ends cut off."""
    row: Row = [variable[key] for key in ("name", "label", "type", "role")]
    row += [variable.get("core", "Perm"), variable.get("codelist", [])]
    row += [variable.get("valueDomain"), variable.get("values", [])]
    while not row[-1]:
        row.pop()
    return row


def _class_name(text: str) -> str:
    """``SpecialPurpose``, ``Special-Purpose`` -> ``SPECIAL PURPOSE`` (Define-XML CT, GNRLOBSC)."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])|-", " ", text).upper()


def _sdtm_text(guide: Facts, model: Facts) -> str:
    datasets = [
        _block({**_head(d), "structure": d["structure"].rstrip(".")}, map(_row, d["variables"]))
        for d in guide["datasets"]
    ]
    agreed = _agreed_codelists(guide)
    classes = [
        _block({"class": _class_name(c["name"])}, _model_rows(c["variables"], agreed))
        for c in model["classes"]
        if "variables" in c
    ]
    others = [_block(_head(d), map(_row, d["variables"])) for d in model["datasets"]]
    head = {"standard": "SDTMIG", "version": "3.4", "model": "2.0"}
    parts = {"datasets": datasets, "classes": classes, "model_datasets": others}
    return _document(_compact(head)[1:-1], parts)


def _document(head: str, parts: dict[str, list[str]]) -> str:
    arrays = [f'"{key}":[\n' + ",\n".join(blocks) + "\n]" for key, blocks in parts.items()]
    return "{" + ",\n".join([head, *arrays] if head else arrays) + "}\n"


def _head(dataset: Facts) -> Facts:
    return {
        "name": dataset["name"],
        "label": dataset["label"],
        "class": _class_name(dataset["class"]),
    }


def _agreed_codelists(guide: Facts) -> dict[str, list[str]]:
    """Codelists of ``--`` variables on which every dataset of the guide agrees."""
    cited: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for dataset in guide["datasets"]:
        for variable in dataset["variables"]:
            name = re.sub(f"^{dataset['name']}(?=.)", "--", variable["name"])
            cited[name].add(tuple(variable.get("codelist", [])))
    return {name: list(*lists) for name, lists in cited.items() if len(lists) == 1}


def _model_rows(variables: list[Facts], agreed: dict[str, list[str]]) -> Iterator[Row]:
    for variable in variables:
        yield _row({**variable, "codelist": agreed.get(variable["name"], [])})


# --- ADaM -----------------------------------------------------------------------------------


def _adam_structures(source: Path) -> list[Facts]:
    """The six ADaM structures; those of narrower use name the structure they add to."""
    guide = {s["name"]: s for s in _read(source / "adamig-1-3.json")["structures"]}
    occds = {s["name"]: s for s in _read(source / "adam-occds-1-1.json")["structures"]}
    (tte,) = _read(source / "adam-tte-1-0.json")["structures"]
    (nca,) = _read(source / "adam-nca-1-0.json")["structures"]
    tte = {**guide["TTE"], "varsets": _restated(tte["varsets"], guide["BDS"])}
    adamig, occdsig = ["ADaMIG", "1.3"], ["ADaM-OCCDSIG", "1.1"]
    return [
        _structure("ADSL", "", adamig, guide["ADSL"]),
        _structure("BDS", "ADSL", adamig, guide["BDS"]),
        _structure("TTE", "BDS", adamig, tte),
        _structure("NCA", "BDS", ["ADaMIG-NCA", "1.0"], nca),
        _structure("OCCDS", "ADSL", occdsig, occds["OCCDS"]),
        _structure("AE", "OCCDS", occdsig, occds["AE"]),
    ]


def _restated(groups: list[Facts], newer: Facts) -> list[Facts]:
    """The groups of BDS-TTE 1.0 (2012) as ADaMIG 1.3 states them, with their own core status."""
    facts = {v["name"]: v for group in newer["varsets"] for v in group["variables"]}
    return [
        {
            "variables": [
                {**v, **facts.get(v["name"], {}), "core": v["core"]} for v in g["variables"]
            ]
        }
        for g in groups
    ]


def _structure(name: str, parent: str, standard: list[str], facts: Facts) -> Facts:
    variables = [v for group in facts.get("varsets", []) for v in group["variables"]]
    variables += facts.get("variables", [])
    return {
        "name": name,
        "label": facts["label"],
        "class": facts["class"],
        "subclass": facts.get("subClass", ""),
        "parent": parent,
        "standard": standard,
        "rows": [_adam_row(v) for v in _without_twins(variables, medical=name == "AE")],
    }


def _without_twins(variables: list[Facts], *, medical: bool) -> list[Facts]:
    """OCCDS states DECDORGw twice, for WHODrug and for MedDRA: keep the one that fits."""
    kept: dict[str, Facts] = {}
    for variable in variables:
        if medical or variable["name"] not in kept:
            kept[variable["name"]] = variable
    return list(kept.values())


def _adam_row(variable: Facts) -> Row:
    label = variable["label"].strip("{}*")
    return _row({**variable, "label": label, "role": "", "core": variable["core"].capitalize()})


def _adam_text(structures: list[Facts]) -> str:
    blocks = [
        _block({key: value for key, value in s.items() if key != "rows"}, s["rows"])
        for s in structures
    ]
    return _document("", {"structures": blocks})


# --- terminology ----------------------------------------------------------------------------


def _codelists(path: Path) -> dict[str, Facts]:
    """Read a terminology CSV: codelists by code, terms sorted by submission value."""
    lists: dict[str, Facts] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            codelist = lists.setdefault(row["codelist_code"], _codelist_head(row))
            codelist["terms"].append(_term(row))
    for codelist in lists.values():
        codelist["terms"].sort(key=lambda term: term[1])
    return lists


def _codelist_head(row: dict[str, str]) -> Facts:
    return {
        "code": row["codelist_code"],
        "name": row["codelist"],
        "label": row["codelist_name"],
        "extensible": row["extensible"] == "True",
        "terms": [],
    }


def _term(row: dict[str, str]) -> Row:
    synonyms = [s for s in row["synonyms"].split("; ") if s]
    value = row["term"] or LOST_TERMS[row["codelist_code"], row["term_code"]]
    term: Row = [row["term_code"], value, row["preferred_term"]]
    return [*term, synonyms] if synonyms else term


def _line(codelist: Facts) -> str:
    return _compact(codelist) + "\n"


def _cited(guide: Facts) -> set[str]:
    return {c for d in guide["datasets"] for v in d["variables"] for c in v.get("codelist", [])}


def _cited_in(rows: list[Row]) -> set[str]:
    return {code for row in rows for codelists in row[5:6] for code in codelists}


def _wanted(lists: dict[str, Facts], cited: set[str]) -> set[str]:
    """The codelists to carry: cited, also used, test code lists, and what they are paired with."""
    wanted = {
        code
        for code, codelist in lists.items()
        if code in cited or codelist["name"] in ALSO_USED or codelist["name"].endswith("CD")
    }
    partners = {_test_list_name(lists[code]["name"]) for code in wanted}
    return wanted | {code for code, codelist in lists.items() if codelist["name"] in partners}


def _test_list_name(name: str) -> str:
    """The list of names beside a list of codes: LBTESTCD -> LBTEST, ECOG1TC -> ECOG1TN."""
    return name.removesuffix("CD") if name.endswith("CD") else re.sub("TC$", "TN", name)


if __name__ == "__main__":
    main()
