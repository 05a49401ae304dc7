"""Reports made by hand, small and very large, for the tests of their forms."""

from __future__ import annotations

import numpy as np
import pandas as pd

from clinmap.app.validating.records import Hit, shown_records
from clinmap.app.validating.report import DatasetLine, ValidationReport, severity_counts
from clinmap.codes import severity_of
from clinmap.problems import Location, Problem

EVIL = "</script><img src=x onerror=window.hacked=1>"
KEYS = ("USUBJID", "LBTESTCD", "LBSEQ")
CODES = ("VAL010", "VAL050", "VAL053", "VAL054", "VAL040")


def problem(code: str, variable: str, rows: int, dataset: str = "LB", said: str = "") -> Problem:
    """A problem of so many rows."""
    message = said or f"{variable} is not as it should be"
    return Problem(
        code,
        severity_of(code),
        message,
        dataset=dataset,
        variable=variable,
        count=max(rows, 1),
        rows=tuple(f"{dataset}:{number}" for number in range(1, min(rows, 3) + 1)),
        location=Location(f"{dataset.lower()}.xpt"),
    )


def laboratory(records: int, subjects: int = 500) -> pd.DataFrame:
    """Laboratory records of made-up subjects."""
    numbers = np.arange(records)
    tests = np.array(["ALT", "AST", "GLUC", "K", "SODIUM"])[numbers % 5]
    return pd.DataFrame(
        {
            "STUDYID": pd.array(["LARGE"] * records, dtype="str"),
            "USUBJID": pd.array([f"LARGE-{n % subjects + 1:04}" for n in numbers], dtype="str"),
            "LBTESTCD": pd.array(tests, dtype="str"),
            "LBSEQ": (numbers // subjects + 1).astype("float64"),
            "LBORRES": pd.array([f"{n % 977 / 10}" for n in numbers], dtype="str"),
            "LBSTRESN": numbers % 977 / 10,
        }
    )


def report_of(
    hits: list[Hit], frames: dict[str, pd.DataFrame], title: str = "Validation of data"
) -> ValidationReport:
    """The report of these findings."""
    keys = {name: [key for key in KEYS if key in frame] for name, frame in frames.items()}
    findings, records = shown_records(hits, frames, keys, {})
    lines = tuple(
        DatasetLine(
            name, "Laboratory", f"{name.lower()}.xpt", len(frame), len(frame.columns),
            severity_counts([one for one in findings if one.problem.dataset == name]), 0,
            next((one.problem.code for one in findings if one.problem.dataset == name), ""),
        )
        for name, frame in frames.items()
    )  # fmt: skip
    return ValidationReport(title, "", (("folder", "data"),), lines, tuple(findings), records)


def large_report(records: int = 100_000, findings: int = 200) -> ValidationReport:
    """So many records in so many findings, over five rules."""
    frame = laboratory(records)
    parts = np.array_split(np.arange(records), findings)
    hits = [
        Hit(problem(CODES[n % 5], "LBORRES", len(part), said=f"LBORRES of part {n} is wrong"),
            part.astype(np.int64), ("LBSTRESN",))
        for n, part in enumerate(parts)
    ]  # fmt: skip
    return report_of(hits, {"LB": frame})
