"""Mapping of findings: wide laboratory results to LB, beside pandas row by row and by columns."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.alternating import Cost, alternating, cost_of, report
from benchmarks.findings_raw import ANALYTES, write_findings_raw
from benchmarks.page import Claim, Section, paragraph

if TYPE_CHECKING:
    import pandas as pd

TITLE = "Mapping of findings"
STUDY = Path(__file__).parent / "studies" / "findings"
MILLION = 1_000_000
COMPARED, SAMPLE = 96_000, 16_000
SIZES = {MILLION: 3, 3 * MILLION: 2, 10 * MILLION: 1}
"""Results of each size, and how often it is run."""


def findings_section(folder: Path) -> Section:
    """The lines of the page on findings, and its claims."""
    for results in (COMPARED, SAMPLE, *SIZES):
        write_findings_raw(_place(folder, results), results)
    for way, results in (("columns", COMPARED), ("early", COMPARED), ("rows", SAMPLE)):
        found = cost_of("benchmarks.findings", "differences", str(_place(folder, results)), way)
        assert not found.said["differ"], (way, found.said["differ"])
    beside = beside_pandas(folder)
    growth = {n: _ours(folder, n, rounds) for n, rounds in SIZES.items() if n > MILLION}
    growth = {MILLION: beside["ours"], **growth}
    lines = [*_words(), "", *_table(beside), "", *_growth_table(growth)]
    return Section(lines, _claims(beside, growth))


def beside_pandas(folder: Path, results: int = MILLION, rounds: int = 3) -> dict[str, Cost]:
    """What ours and pandas by columns cost for so many results, and by rows for the sample."""
    place = str(_place(folder, results))
    found = alternating(
        {way: ("benchmarks.findings", way, place) for way in ("ours", "columns", "early")}, rounds
    )  # fmt: skip
    return {**found, "rows": cost_of("benchmarks.findings", "rows", str(_place(folder, SAMPLE)))}


def _ours(folder: Path, results: int, rounds: int) -> Cost:
    place = str(_place(folder, results))
    return alternating({"ours": ("benchmarks.findings", "ours", place)}, rounds)["ours"]


def _place(folder: Path, results: int) -> Path:
    return folder / f"findings-{results}"


def _million(cost: Cost) -> float:
    """Seconds for a million rows."""
    return cost.seconds * MILLION / cost.rows


def _words() -> list[str]:
    return paragraph(
        f"""
        A wide form of {len(ANALYTES)} laboratory tests with their units, collected dates and times
        as typed (some partial), doses and demographics, as CSV, to LB: read, transposed, units
        recoded and converted, dates in ISO 8601, visits, study day, last result before exposure,
        sequence. Ours is the study in `benchmarks/studies/findings`: compiled, read, and DM, EX
        and LB built in memory with lineage and problems. The others make LB alone and no lineage,
        from the same files; they are equal in every cell (asserted for {COMPARED:,} results by
        columns and {SAMPLE:,} by rows). By columns is plain pandas with its own types, whole
        columns at a time: transposed first, and, with dates before, after what the tests of a row
        share (subject, visit, date, day) was made. By rows is pandas with loops and `apply`, run
        for {SAMPLE:,} results and scaled. Imports do not count.
        """
    )


def _table(beside: dict[str, Cost]) -> list[str]:
    named = {
        "ours": "clinmap",
        "columns": "pandas by columns",
        "early": "pandas by columns, dates before",
        "rows": "pandas by rows (scaled)",
    }
    lines = ["| | rows | CPU s for 1M rows | peak MB | times ours |", "|---|---:|---:|---:|---:|"]
    for key, name in named.items():
        cost = beside[key]
        times = _million(cost) / _million(beside["ours"])
        row = f"{cost.rows:,} | {_million(cost):.2f} | {cost.peak:.0f} | {times:.1f}"
        lines.append(f"| {name} | {row} |")
    return lines


def _growth_table(growth: dict[int, Cost]) -> list[str]:
    lines = ["| rows | CPU s | s for 1M rows | peak MB |", "|---:|---:|---:|---:|"]
    for cost in growth.values():
        row = f"{cost.rows:,} | {cost.seconds:.1f} | {_million(cost):.2f} | {cost.peak:.0f}"
        lines.append(f"| {row} |")
    return lines


def _claims(beside: dict[str, Cost], growth: dict[int, Cost]) -> list[Claim]:
    ours, large = _million(beside["ours"]), growth[10 * MILLION]
    by_rows, by_columns = _million(beside["rows"]), _million(beside["columns"])
    here = f"{ours:.1f} s"
    flat, gigabytes = _million(large) / ours, large.peak / 1024
    rows, columns = f"pandas by rows {by_rows:.0f} s", f"pandas by columns {by_columns:.1f} s"
    of_large = "s for 1M rows of 10M, by that of 1M"
    return [
        Claim("1M rows, beside rows", here, rows, by_rows / ours, 30),
        Claim("1M rows, beside columns", here, columns, by_columns / ours, 1.5),
        Claim(of_large, f"{_million(large):.1f} s", here, flat, 1.2, at_most=True),
        Claim("10M rows, GB", f"{gigabytes:.1f} GB", "6 GB", gigabytes, 6, at_most=True),
    ]


def built_findings(folder: Path) -> pd.DataFrame:
    """LB as clinmap builds it, the submitted variables."""
    from benchmarks.built import built_dataset
    from clinmap.app.build.pipeline import submitted_frame

    return submitted_frame(built_dataset(str(STUDY), folder, "LB"))


def differences(made: pd.DataFrame, other: pd.DataFrame) -> list[str]:
    """The columns whose cells differ."""
    import numpy as np

    if list(made.columns) != list(other.columns) or len(made) != len(other):
        return ["the columns or the number of rows"]
    found = []
    for name in made.columns:
        one, two = made[name], other[name]
        if one.dtype.kind == "f":
            same = np.allclose(one, two.astype("float64"), rtol=1e-12, atol=0, equal_nan=True)
        else:
            same = bool(((one == two) | (one.isna() & two.isna())).all())
        found += [] if same else [name]
    return found


def main() -> None:
    """Make LB in the way named on the command line; what it cost as JSON."""
    import benchmarks.built  # noqa: F401  its imports are no part of the work
    from benchmarks.findings_by_pandas import by_columns, by_columns_early, by_rows

    way, folder = sys.argv[1], Path(sys.argv[2])
    made = {"columns": by_columns, "early": by_columns_early, "rows": by_rows}
    makers = {"ours": built_findings, **made}
    if way == "differences":
        differ = differences(built_findings(folder), makers[sys.argv[3]](folder))
        report(lambda: {"rows": 0, "differ": differ})
        return
    report(lambda: {"rows": len(makers[way](folder))})


if __name__ == "__main__":
    main()
