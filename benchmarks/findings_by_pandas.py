"""The laboratory dataset of study findings as a programmer would write it in pandas: three ways."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.findings_raw import ANALYTES

COLUMNS = (
    "STUDYID", "DOMAIN", "USUBJID", "LBSEQ", "LBTESTCD", "LBTEST", "LBCAT", "LBORRES", "LBORRESU",
    "LBSTRESC", "LBSTRESN", "LBSTRESU", "LBSTAT", "LBSPEC", "LBLOBXFL", "VISITNUM", "VISIT",
    "VISITDY", "LBDTC", "LBDY",
)  # fmt: skip
IDENTIFYING = ["SUBJECT", "VISIT", "DRAWN", "CLOCK"]
NAMES = {
    "WBC": "Leukocytes", "HGB": "Hemoglobin", "PLAT": "Platelets", "NEUT": "Neutrophils",
    "LYM": "Lymphocytes", "ALT": "Alanine Aminotransferase", "AST": "Aspartate Aminotransferase",
    "ALP": "Alkaline Phosphatase", "BILI": "Bilirubin", "CREAT": "Creatinine", "GLUC": "Glucose",
    "SODIUM": "Sodium", "K": "Potassium", "CA": "Calcium", "ALB": "Albumin",
    "CRP": "C Reactive Protein",
}  # fmt: skip
HEMATOLOGY = ("WBC", "HGB", "PLAT", "NEUT", "LYM")
UNITS = {text: term for analyte in ANALYTES for text, term, _ in analyte.units}
WEEKS = {f"Week {n}": n for n in (2, 4, 6, 8, 12, 16, 20, 24)}
VISITNUM = {"Screening": 1.0, "Baseline": 2.0, **{name: 2.0 + n for name, n in WEEKS.items()}}
VISITDY = {"Screening": -14.0, "Baseline": 1.0, **{name: 1.0 + 7 * n for name, n in WEEKS.items()}}


def by_columns(folder: Path) -> pd.DataFrame:
    """Whole columns at a time, with the types that pandas gives: what a good programmer writes."""
    return _finished(_dated(_transposed(_read(folder)), folder), folder)


def by_columns_early(folder: Path) -> pd.DataFrame:
    """As `by_columns`, but what the tests of a row share is made before it is transposed."""
    return _finished(_transposed(_dated(_read(folder), folder)), folder)


def _read(folder: Path) -> pd.DataFrame:
    return pd.read_csv(folder / "lab.csv", dtype=str)


def _transposed(raw: pd.DataFrame) -> pd.DataFrame:
    """A row for each test of the form."""
    shared = [name for name in raw.columns if name.removesuffix("_U") not in NAMES]
    parts = [
        raw[[*shared, test, f"{test}_U"]]
        .rename(columns={test: "LBORRES", f"{test}_U": "UNIT"})
        .assign(LBTESTCD=test)
        for test in NAMES
    ]
    return pd.concat(parts, ignore_index=True)


def _dated(lb: pd.DataFrame, folder: Path) -> pd.DataFrame:
    """With the subject, the visit, the date, the day and the first dose."""
    lb["USUBJID"] = "BENCH-1-" + lb["SUBJECT"]
    lb["VISITNUM"], lb["VISITDY"] = lb["VISIT"].map(VISITNUM), lb["VISIT"].map(VISITDY)
    lb["VISIT"] = lb["VISIT"].str.upper()
    lb["LBDTC"] = _iso(lb["DRAWN"], lb["CLOCK"])
    lb = lb.merge(_first_doses(folder), on="SUBJECT", how="left")
    lb["LBDY"] = _study_days(lb["LBDTC"], lb["RFXSTDTC"])
    return lb


def _finished(lb: pd.DataFrame, folder: Path) -> pd.DataFrame:
    """With what belongs to a test, the flag, the number and the order of the records."""
    lb["STUDYID"], lb["DOMAIN"] = "BENCH-1", "LB"
    lb["LBTEST"] = lb["LBTESTCD"].map(NAMES)
    hematology = lb["LBTESTCD"].isin(HEMATOLOGY)
    lb["LBCAT"] = np.where(hematology, "HEMATOLOGY", "CHEMISTRY")
    lb["LBSPEC"] = np.where(hematology, "BLOOD", "SERUM")
    lb = _with_results(lb, pd.read_csv(folder / "conversions.csv"))
    lb["LBLOBXFL"] = _baseline(lb)
    lb = lb.sort_values(["USUBJID", "LBTESTCD", "LBDTC", "VISITNUM"], kind="stable")
    lb["LBSEQ"] = lb.groupby("USUBJID").cumcount() + 1.0
    lb = lb.sort_values(["USUBJID", "LBTESTCD", "VISITNUM", "LBDTC"], kind="stable")
    return lb[list(COLUMNS)].reset_index(drop=True)


def _with_results(lb: pd.DataFrame, conversions: pd.DataFrame) -> pd.DataFrame:
    """Results in standard units, by the table of conversions."""
    lb["UNIT"] = lb["UNIT"].map(UNITS)
    lb = lb.merge(conversions, left_on=["LBTESTCD", "UNIT"], right_on=["TEST", "FROM"], how="left")
    there = lb["LBORRES"].notna()
    below = lb["LBORRES"].str.startswith("<", na=False)
    number = pd.to_numeric(lb["LBORRES"].str.lstrip("<"))
    number = (number * lb["FACTOR"]).round(6)
    text = number.astype("str").str.removesuffix(".0")
    limit = ("<" + text).where(lb["FACTOR"] != 1, lb["LBORRES"])
    lb["LBSTRESC"] = text.where(~below, limit).where(there)
    lb["LBSTRESN"] = number.where(~below)
    lb["LBORRESU"], lb["LBSTRESU"] = lb["UNIT"].where(there), lb["TO"].where(there)
    lb["LBSTAT"] = pd.Series("NOT DONE", index=lb.index).where(~there)
    return lb


def _iso(days: pd.Series, times: pd.Series) -> pd.Series:
    """The date in ISO 8601, with the time where both are known; a day may be unknown."""
    known = pd.to_datetime(days, format="%d %b %Y", errors="coerce")
    month = pd.to_datetime("01" + days.str[2:], format="%d %b %Y").dt.strftime("%Y-%m")
    day = known.dt.strftime("%Y-%m-%d")
    timed = day.where(known.notna(), month + "--") + "T" + times
    return timed.where(times.notna(), day.where(known.notna(), month))


def _first_doses(folder: Path) -> pd.DataFrame:
    """The subjects of DM with the begin of their first dose."""
    people = pd.read_csv(folder / "dm.csv", dtype=str)
    doses = pd.read_csv(folder / "ex.csv", dtype=str)
    doses["RFXSTDTC"] = _iso(doses["START"], doses["CLOCK"])
    first = doses.groupby("SUBJECT")["RFXSTDTC"].min().reset_index()
    return people[["SUBJECT"]].merge(first, on="SUBJECT", how="left")


def _study_days(dates: pd.Series, references: pd.Series) -> pd.Series:
    day = pd.to_datetime(dates.str[:10], format="%Y-%m-%d", errors="coerce")
    first = pd.to_datetime(references.str[:10], format="%Y-%m-%d")
    days = (day - first).dt.days
    return days + (days >= 0)


def _baseline(lb: pd.DataFrame) -> pd.Series:
    """Y on the last result before the first dose, for each subject and test."""
    date, first = lb["LBDTC"], lb["RFXSTDTC"]
    whole = date.str.fullmatch(r"\d{4}-\d\d-\d\d.*")
    earlier = date.str[:10] < first.str[:10]
    timed = (date.str.len() == 16) & (date < first)
    candidates = lb[whole & (earlier | timed) & lb["LBORRES"].notna()]
    last = candidates.sort_values("LBDTC").drop_duplicates(["USUBJID", "LBTESTCD"], keep="last")
    return pd.Series("Y", index=last.index).reindex(lb.index)


def by_rows(folder: Path) -> pd.DataFrame:
    """Row by row, by loops and `apply`: what a programmer writes at first."""
    raw, records = _read(folder), []
    for _, row in raw.iterrows():
        for test in NAMES:
            record = {name: row[name] for name in IDENTIFYING}
            record |= {"LBTESTCD": test, "LBORRES": row[test], "UNIT": UNITS[row[f"{test}_U"]]}
            records.append(record)
    lb = pd.DataFrame(records)
    conversions = pd.read_csv(folder / "conversions.csv").set_index(["TEST", "FROM"])
    lb = lb.merge(_first_doses(folder), on="SUBJECT", how="left")
    made = lb.apply(_one_row, axis=1, result_type="expand", factors=conversions["FACTOR"].to_dict(),
                    units=conversions["TO"].to_dict())  # fmt: skip
    lb = pd.concat([lb[["SUBJECT", "RFXSTDTC", "LBTESTCD", "LBORRES"]], made], axis=1)
    lb["LBLOBXFL"] = pd.Series(index=lb.index, dtype="str")
    for _, group in lb.groupby(["USUBJID", "LBTESTCD"]):
        candidates = group[group.apply(_is_before, axis=1)]
        if len(candidates):
            lb.loc[candidates["LBDTC"].sort_values().index[-1], "LBLOBXFL"] = "Y"
    lb = lb.sort_values(["USUBJID", "LBTESTCD", "LBDTC", "VISITNUM"], kind="stable")
    lb["LBSEQ"] = lb.groupby("USUBJID").cumcount() + 1.0
    lb = lb.sort_values(["USUBJID", "LBTESTCD", "VISITNUM", "LBDTC"], kind="stable")
    return lb[list(COLUMNS)].reset_index(drop=True)


def _one_row(row: pd.Series, factors: dict[Any, float], units: dict[Any, str]) -> dict[str, Any]:
    """The variables of a record, all but those that need other records."""
    hematology = row["LBTESTCD"] in HEMATOLOGY
    date = _one_date(row["DRAWN"], row["CLOCK"])
    return {
        "STUDYID": "BENCH-1",
        "DOMAIN": "LB",
        "USUBJID": "BENCH-1-" + row["SUBJECT"],
        "LBTEST": NAMES[row["LBTESTCD"]],
        "LBCAT": "HEMATOLOGY" if hematology else "CHEMISTRY",
        "LBSPEC": "BLOOD" if hematology else "SERUM",
        "VISITNUM": VISITNUM[row["VISIT"]],
        "VISIT": row["VISIT"].upper(),
        "VISITDY": VISITDY[row["VISIT"]],
        "LBDTC": date,
        "LBDY": _one_day(date, row["RFXSTDTC"]),
        **_one_result(row, factors, units),
    }


def _one_result(row: pd.Series, factors: dict[Any, float], units: dict[Any, str]) -> dict[str, Any]:
    if pd.isna(row["LBORRES"]):
        empty = dict.fromkeys(("LBORRESU", "LBSTRESC", "LBSTRESU"))
        return {**empty, "LBSTRESN": np.nan, "LBSTAT": "NOT DONE"}
    key = (row["LBTESTCD"], row["UNIT"])
    below = row["LBORRES"].startswith("<")
    number = round(float(row["LBORRES"].lstrip("<")) * factors[key], 6)
    text = str(number).removesuffix(".0")
    limit = row["LBORRES"] if factors[key] == 1 else f"<{text}"
    return {
        "LBORRESU": row["UNIT"],
        "LBSTRESC": limit if below else text,
        "LBSTRESN": np.nan if below else number,
        "LBSTRESU": units[key],
        "LBSTAT": None,
    }


def _one_date(day: str, time: str) -> str:
    if day.startswith("UN"):
        month = datetime.strptime(f"01{day[2:]}", "%d %b %Y").strftime("%Y-%m")
        return month if pd.isna(time) else f"{month}--T{time}"
    date = datetime.strptime(day, "%d %b %Y").strftime("%Y-%m-%d")
    return date if pd.isna(time) else f"{date}T{time}"


def _one_day(date: str, reference: str) -> float:
    if _is_partial(date):
        return np.nan
    days = (datetime.fromisoformat(date[:10]) - datetime.fromisoformat(reference[:10])).days
    return float(days + (days >= 0))


def _is_partial(date: str) -> bool:
    return len(date) < 10 or "--" in date


def _is_before(row: pd.Series) -> bool:
    date, first = row["LBDTC"], row["RFXSTDTC"]
    if _is_partial(date) or pd.isna(row["LBORRES"]):
        return False
    return bool(date[:10] < first[:10] or (len(date) == 16 and date < first))
