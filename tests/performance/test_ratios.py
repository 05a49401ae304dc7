"""Guards of speed: by ratio to what users would use otherwise, in one run, never by seconds alone.

Each limit is far from what was measured, so that noise does not reach it, and the loss of a quick
path does: text that is decoded, an operation that goes row by row. `make bench` measures the whole.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from benchmarks.alternating import in_turn
from benchmarks.findings_raw import write_findings_raw

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("performance")]

XPT_ROWS, FINDINGS, FEW_FINDINGS, CHECKED = 60_000, 480_000, 24_000, 200_000
WRITE_FLOOR, READ_FLOOR, MAPPING_FLOOR = 20, 6, 2.5
CHECKS, START_UP = 2.6, 0.25


def test_transport_files_are_written_and_read_many_times_faster_than_by_pyreadstat(
    tmp_path: Path,
) -> None:
    """From Arrow text; ours with all its checks."""
    from benchmarks.xpt import CASES, lb_table

    pq.write_table(lb_table(XPT_ROWS), tmp_path / "lb.parquet")
    _, _, write, kind = CASES["write-ours-arrow"]
    write(tmp_path, kind)()
    (tmp_path / "ours.xpt").rename(tmp_path / "lb.xpt")
    names = ("write-ours-arrow", "write-theirs-arrow", "read-ours", "read-theirs")
    spent = in_turn({name: CASES[name][2](tmp_path, CASES[name][3]) for name in names}, 2)
    assert spent["write-theirs-arrow"] / spent["write-ours-arrow"] > WRITE_FLOOR, spent
    assert spent["read-theirs"] / spent["read-ours"] > READ_FLOOR, spent


def test_findings_are_mapped_faster_than_by_vectorised_pandas(tmp_path: Path) -> None:
    """The same dataset, in every cell; and the time grows no faster than the rows."""
    from benchmarks.built import compile_study, dataset_of, registry
    from benchmarks.findings import STUDY, differences
    from benchmarks.findings_by_pandas import by_columns
    from clinmap.app.build.pipeline import submitted_frame

    plan = compile_study(str(STUDY), registry()).plan
    many, few = tmp_path / "many", tmp_path / "few"
    write_findings_raw(many, FINDINGS)
    write_findings_raw(few, FEW_FINDINGS)
    made = submitted_frame(dataset_of(plan, few, "LB"))
    assert differences(made, by_columns(few)) == []
    spent = in_turn(
        {
            "ours": lambda: dataset_of(plan, many, "LB"),
            "pandas": lambda: by_columns(many),
            "few": lambda: dataset_of(plan, few, "LB"),
        },
        2,
    )
    assert spent["pandas"] / spent["ours"] > MAPPING_FLOOR, spent
    assert spent["ours"] / spent["few"] < FINDINGS / FEW_FINDINGS, spent


def test_checks_cost_little_more_than_the_same_written_in_numpy() -> None:
    """Coded text, as a build hands it on."""
    from benchmarks.validation import validation_ratios

    ratios = validation_ratios(CHECKED)
    assert ratios["coded"] < CHECKS, ratios


def test_help_costs_a_fraction_of_importing_pandas() -> None:
    """Nothing of the frame side is loaded for it."""
    from benchmarks.start_up import start_up_seconds

    pandas = "python -c 'import pandas'"
    spent = start_up_seconds(3, ("clinmap --help", pandas))
    assert spent["clinmap --help"] / spent[pandas] < START_UP, spent
