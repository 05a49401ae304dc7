"""The page of study n2011-04: who is in which population, and why the others are not.

`python -m tests.study_page docs/studies/n2011-04.md` simulates the raw exports, builds the study
and writes the page; with `--package` it takes a package that was built. The counts are those of
ADSL. Why a subject is not in a population is looked up in the SDTM datasets (for dose limiting
toxicity in ADDLT) without the specification: where they give no reason, the page says so.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from clinmap.app.main import main as clinmap
from clinmap.app.package.package_files import PackageFiles

STUDY = "n2011-04"
LEVELS = ("DL1", "DL2", "DL3", "DL4", "DL5")
POPULATIONS = (
    "ENRLFL", "SAFFL", "DLTEVLFL", "RESPFL", "EFSFL", "PKLENFL", "PKISOFL", "PKCHIFL", "IMMFL",
    "ADAFL", "GENFL", "TLDAFL", "C6FL",
)  # fmt: skip
ANALYSIS = (
    "ADEX", "ADAE", "ADDLT", "ADLB", "ADIMM", "ADNCA", "ADPP", "ADIS", "ADTR", "ADRS", "ADGF",
    "ADTLDA", "ADTTE",
)  # fmt: skip
NOT_TREATED = {
    "SCREEN FAILURE": "screen failure, no dose level (E02)",
    "ASSIGNED, NOT TREATED": "no dose of any study drug (E01)",
}
NOT_EVALUABLE = {
    "TOO LITTLE LENALIDOMIDE": "too little lenalidomide in course 1, and no DLT (E11)",
    "NOT OBSERVED TO DAY 28": "not observed to day 28, and no DLT",
}
Reasons = dict[str, dict[str, str]]
"""For each population the subjects that are not in it, each with the reason."""

HEAD = """<!-- Made by `python -m tests.study_page docs/studies/n2011-04.md`; do not edit. -->

# Study n2011-04: populations and analysis flags

The study is synthetic: `clinmap simulate n2011-04` makes its {subjects} subjects, {enrolled} of
them assigned to a dose level. Subjects are named by site and number; E01 to E40 are the edge cases
of the [cast](../../clinmap/simulation/REALITIES.md). The subject who enrolled twice (E09, 105-001
and 105-004) is one subject, and counts with the first enrollment.

The counts are those of the datasets that `clinmap build n2011-04` makes. The reasons are looked up
in the SDTM datasets (for dose limiting toxicity in ADDLT) without the specification; a subject for
whom they give none is listed as not explained. There is none.
"""
COUNTS = """
## Who is in which population

Subjects with Y, by the dose level that they were assigned to, and the others (N). No flag is
missing.
"""
FLAGS = """
## Which records are analyzed

The flags of records, which are Y or missing, as the datasets of the analysis have them.
"""


def study_page(package: Path) -> str:
    """The page as Markdown, from a package."""
    files = PackageFiles(package)
    subjects, reasons = _subjects(files, "ADSL"), reasons_of(files)
    enrolled = int((subjects["ENRLFL"] == "Y").sum())
    lines = [HEAD.format(subjects=len(subjects), enrolled=enrolled) + COUNTS]
    lines += _counts(subjects, files)
    for flag in POPULATIONS:
        lines += _population(flag, subjects, files, reasons[flag])
    lines += [FLAGS, *_records(files)]
    return "\n".join(lines) + "\n"


def unexplained(files: PackageFiles, flag: str) -> list[str]:
    """The subjects whose flag is not what the reasons say."""
    subjects, reasons = _subjects(files, "ADSL"), reasons_of(files)[flag]
    wrong = (subjects[flag] == "N") != subjects.index.isin(list(reasons))
    return sorted(subjects.index[wrong | subjects[flag].isna()])


# ---------------------------------------------------------------------------------- the reasons


def reasons_of(files: PackageFiles) -> Reasons:
    """Why subjects are not in a population, from DM, EX, RS, PC, PP, GF, MH, DS and ADDLT."""
    everyone = _subjects(files, "DM")
    arms = everyone["ARMNRS"].map(NOT_TREATED).dropna()
    treated = set(_subjects(files, "EX").index)
    out = {subject: arms[subject] for subject in everyone.index if subject not in treated}
    own = {
        "ENRLFL": {},
        "SAFFL": {},
        "DLTEVLFL": _not_evaluable(files),
        "RESPFL": _no_response(files),
        "PKISOFL": _no_isotretinoin(files, everyone),
        "GENFL": _no_genotype(files),
        "C6FL": _few_courses(files),
    }
    found = {flag: {**own.get(flag, {}), **out} for flag in POPULATIONS}
    found["ENRLFL"] = {s: out[s] for s in everyone.index[everyone["ARMCD"].isna()]}
    found["PKLENFL"] |= _without(files, treated, "PP", "PPCAT", "LENALIDOMIDE", "PPSTRESN")
    found["PKCHIFL"] |= _without(files, treated, "PC", "PCTESTCD", "DINUTUX", "PCSTRESN")
    return found


def _not_evaluable(files: PackageFiles) -> dict[str, str]:
    found = _subjects(files, "ADDLT")
    found = found[(found["PARAMCD"] == "DLTEVAL") & (found["ENRLSEQ"] == 1)]
    reasons = found["AVALCAT1"].dropna()
    return {subject: NOT_EVALUABLE[reason] for subject, reason in reasons.items()}


def _no_response(files: PackageFiles) -> dict[str, str]:
    """Complete response at entry, or no overall response after the first dose."""
    entry = _subjects(files, "SUPPMH")
    found = entry[(entry["QNAM"] == "DISSTAT") & (entry["QVAL"] == "CR AFTER PROGRESSION")]
    assessed = _subjects(files, "RS")
    counts = assessed["RSSTRESC"].notna() & (assessed["RSSTRESC"] != "NE")
    after = assessed[(assessed["RSTESTCD"] == "OVRLRESP") & counts & (assessed["RSDY"] > 1)]
    never = set(_subjects(files, "EX").index) - set(after.index)
    reasons = {subject: _ended(files, subject) for subject in never}
    said = {
        s: f"no overall response after the first dose ({ended})" for s, ended in reasons.items()
    }
    return said | dict.fromkeys(found.index, "complete response at entry")


def _no_isotretinoin(files: PackageFiles, everyone: pd.DataFrame) -> dict[str, str]:
    measured = _subjects(files, "PC")
    measured = measured[(measured["PCTESTCD"] == "ISOTRET") & measured["PCSTRESN"].notna()]
    few = everyone.index[measured.index.value_counts().reindex(everyone.index).fillna(0) < 3]
    said = {s: f"no sample on day 28 of course 1 ({_ended(files, s)})" for s in few}
    first_level = everyone.index[everyone["ARMCD"] == "DL1"]
    return said | dict.fromkeys(first_level, "no isotretinoin at dose level 1 (E40)")


def _no_genotype(files: PackageFiles) -> dict[str, str]:
    """Neither KIR and HLA nor an Fc gamma receptor has a result."""
    found = _subjects(files, "GF")
    known = found[found["GFSTRESC"].notna()]
    kir = set(known.index[known["GFTSTDTL"] == "DETECTION"])
    hla = set(known.index[known["GFTSTDTL"] == "ALLELE TYPE"])
    receptor = set(known.index[known["GFTESTCD"] == "SNV"])
    missing = set(_subjects(files, "EX").index) - (kir & hla) - receptor
    why = found[found["GFTESTCD"] == "VARPROF"].groupby(level=0)["GFREASND"].first()
    return {s: f"no genotype; the laboratory says: {why.get(s)}" for s in missing}


def _few_courses(files: PackageFiles) -> dict[str, str]:
    """The highest course of the first enrollment, as SUPPEX has it."""
    given = _subjects(files, "SUPPEX").reset_index()
    wide = given.pivot_table(
        index=["SUBJECT", "IDVARVAL"], columns="QNAM", values="QVAL", aggfunc="first"
    )
    first = wide[wide["ENRLSEQ"] == "1"]["COURSE"].astype(int).groupby(level="SUBJECT").max()
    words = {n: f"{n} course{'s' * (n > 1)} started" for n in range(1, 6)}
    return {subject: words[n] for subject, n in first.items() if n < 6}


def _without(
    files: PackageFiles, treated: set[str], dataset: str, by: str, value: str, result: str
) -> dict[str, str]:
    found = _subjects(files, dataset)
    found = found[(found[by] == value) & found[result].notna()]
    return dict.fromkeys(treated - set(found.index), f"no result in {dataset}")


def _ended(files: PackageFiles, subject: str) -> str:
    """When treatment ended, and why."""
    found = _subjects(files, "DS")
    found = found[(found["DSSCAT"] == "STUDY TREATMENT") & (found.index == subject)]
    if not len(found):
        return "not treated"
    return (
        f"treatment ended on day {found['DSSTDY'].iloc[0]:.0f}: {found['DSTERM'].iloc[0].lower()}"
    )


# ------------------------------------------------------------------------------------- the page


def _counts(subjects: pd.DataFrame, files: PackageFiles) -> Iterator[str]:
    head = ["flag", "population", *LEVELS, "Y", "N"]
    yield from _rule(head, 2)
    for flag in POPULATIONS:
        held = subjects[subjects[flag] == "Y"]
        counts = held["ARMCD"].value_counts()
        levels = [str(counts.get(level, 0)) for level in LEVELS]
        label = _made(files, "ADSL", flag)["label"].removesuffix(" Flag")
        others = int((subjects[flag] == "N").sum())
        yield _row([f"`{flag}`", label, *levels, f"**{len(held)}**", str(others)])
    assigned = subjects["ARMCD"].value_counts()
    levels = [str(assigned.get(level, 0)) for level in LEVELS]
    yield _row(["", "subjects assigned", *levels, str(assigned.sum()), ""])


def _population(
    flag: str, subjects: pd.DataFrame, files: PackageFiles, reasons: Mapping[str, str]
) -> Iterator[str]:
    made, held = _made(files, "ADSL", flag), subjects[flag] == "Y"
    yield f"\n## {flag}: {made['label'].removesuffix(' Flag')}\n"
    yield f"Rule: {made['method']}\n"
    yield f"Y: {held.sum()} of {len(subjects)} subjects, N: {(~held).sum()}.\n"
    yield from _rule(["not in it, since", "subjects", ""], 2)
    others = pd.Series({s: reasons.get(s, "not explained") for s in subjects.index[~held]})
    for reason in others.drop_duplicates().sort_values():
        named = sorted(others.index[others == reason])
        yield _row([reason, ", ".join(named), str(len(named))])


def _records(files: PackageFiles) -> Iterator[str]:
    yield from _rule(["dataset", "flag", "what it marks", "records", "with Y", "subjects"], 3)
    for name in ANALYSIS:
        frame = _subjects(files, name)
        for flag in [c for c in frame.columns if c.endswith("FL") and _of_records(frame[c])]:
            if not _made(files, name, flag)["origin"].startswith(("Derived", "Assigned")):
                continue
            marked = frame[frame[flag] == "Y"]
            counts = [f"{n:,}" for n in (len(frame), len(marked), marked.index.nunique())]
            made = _made(files, name, flag)
            said = OTHERWISE_SAID.get((name, flag)) or _said(made)
            yield _row([name, f"`{flag}`", said, *counts])


OTHERWISE_SAID = {
    (
        "ADTR",
        "ABLFL",
    ): "Y on the last result of a parameter before the first dose, or at entry on its day.",
    ("ADNCA", "METABFL"): "Y on 4-oxo-isotretinoin, a metabolite of isotretinoin.",
}


def _of_records(values: pd.Series) -> bool:
    return set(values.dropna()) == {"Y"}


def _said(made: Mapping[str, Any]) -> str:
    if made["method"]:
        return str(made["method"])
    steps = made["steps"] or [s for use in made["by_source"] for s in use["steps"]]
    if all(step["operation"] == "constant" and not step["inputs"] for step in steps):
        return "Y on every record."
    return " ".join(dict.fromkeys(step["does"] for step in steps))


def _made(files: PackageFiles, dataset: str, variable: str) -> Mapping[str, Any]:
    made: Mapping[str, Any] = files.operations[dataset]["variables"][variable]
    return made


def _subjects(files: PackageFiles, dataset: str) -> pd.DataFrame:
    """A dataset by subject, who is named without the study."""
    frame = files.frame(dataset)
    assert frame is not None
    subjects = frame["USUBJID"].str.removeprefix("N2011-04-")
    return frame.set_index(pd.Index(subjects.to_numpy(), name="SUBJECT"))


def _rule(head: list[str], texts: int) -> Iterator[str]:
    yield _row(head)
    yield _row(["---"] * texts + ["---:"] * (len(head) - texts))


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def main() -> None:
    """Write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("page", type=Path)
    parser.add_argument("--package", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        raw, package = Path(folder) / "raw", arguments.package or Path(folder) / "package"
        if arguments.package is None:
            clinmap(["simulate", STUDY, "--out", str(raw)])
            clinmap(["build", STUDY, "--raw", str(raw), "--out", str(package), "--quiet"])
        arguments.page.write_text(study_page(package), encoding="utf-8")


if __name__ == "__main__":
    main()
