"""Transport files: clinmap beside pyreadstat, pandas and a bare write, on laboratory results.

`python -m benchmarks.xpt CASE FOLDER` runs one case and prints what it cost (`report`).
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from benchmarks.alternating import Cost, alternating, report
from benchmarks.page import Claim, Section

TITLE = "XPT"
ROWS = 1_000_000
MADE, SMALL = "clinmap", "small"
TEXT_AIM, OBJECT_AIM, BARE_AIM, READ_AIM, PANDAS_AIM = 40, 15, 12, 15, 8
SHARED = "write, text as objects, one for each value"
OWN = "write, text as objects, one for each cell"
BARE = "the bytes alone, by `open().write`"


@dataclass(frozen=True)
class _Variable:
    name: str
    type: str
    label: str = ""
    format: str = ""
    length: int = 0


@dataclass(frozen=True)
class _Dataset:
    variables: tuple[_Variable, ...]
    name: str = "LB"
    label: str = "Laboratory Test Results"


def lb_table(rows: int) -> Any:
    """LB-like records as an Arrow table: 20 text and 10 number columns, some values missing."""
    import numpy as np
    import pyarrow as pa

    chance, number = np.random.default_rng(1), np.arange(rows)
    value = np.round(chance.gamma(4, 10, rows), 2)
    texts = [f"{n / 100:.2f}" for n in range(20_000)]
    found = np.minimum((value * 100).astype(np.int64), len(texts) - 1)
    dates = [f"2014-{m:02d}-{d:02d}T{h:02d}:30" for m in range(1, 13) for d in range(1, 29)
             for h in range(7, 19)]  # fmt: skip
    test, visit = number % 32, number % 256 // 32
    units = ["g/L", "U/L", "umol/L", "10^9/L", "mmol/L", "%", "fL", "pg"]

    def of(known: Iterable[str], which: Any, missing: float = 0.0) -> Any:
        gone = chance.random(rows) < missing if missing else None
        chosen = pa.array(which.astype(np.int32), mask=gone)
        return pa.array(list(known), pa.large_string()).take(chosen)

    def gone(numbers: Any, share: float = 0.05) -> Any:
        return np.where(chance.random(rows) < share, np.nan, numbers)

    tests = [f"TEST{n}" for n in range(32)]
    subjects = [
        f"CLINMAP-01-{n // 40 + 701:03d}-{1000 + n % 9000:04d}" for n in range(rows // 256 + 1)
    ]
    return pa.table(
        {
            "STUDYID": of(["CLINMAP-01"], number * 0),
            "DOMAIN": of(["LB"], number * 0),
            "USUBJID": of(subjects, number // 256),
            "LBREFID": of((f"S{n * 7919 % 10**9:09d}" for n in range(rows)), number),
            "LBTESTCD": of(tests, test),
            "LBTEST": of((f"The Long Name of Test {n}" for n in tests), test),
            "LBCAT": of(["CHEMISTRY", "HEMATOLOGY", "URINALYSIS"], test % 3),
            "LBORRES": of(texts, found, 0.05),
            "LBORRESU": of(units, test % 8),
            "LBORNRLO": of((str(n * 3) for n in range(32)), test, 0.1),
            "LBORNRHI": of((str(n * 9) for n in range(32)), test, 0.1),
            "LBSTRESC": of(texts, found, 0.05),
            "LBSTRESU": of(units, test % 8),
            "LBNRIND": of(["NORMAL", "LOW", "HIGH"], (value < 10) + 2 * (value > 70)),
            "LBSPEC": of(["SERUM", "BLOOD"], test % 2),
            "LBBLFL": of(["Y"], number * 0, 0.9),
            "LBFAST": of(["N", "Y"], number % 2, 0.5),
            "VISIT": of((f"CYCLE {n} DAY 1" for n in range(8)), visit),
            "EPOCH": of(["SCREENING", "TREATMENT", "FOLLOW-UP"], visit % 3),
            "LBDTC": of(dates, chance.integers(0, len(dates), rows)),
            "LBSEQ": number % 256 + 1.0,
            "LBSTRESN": gone(value),
            "LBSTNRLO": test * 3.0,
            "LBSTNRHI": test * 9.1,
            "VISITNUM": visit * 1.0,
            "LBDY": chance.integers(-20, 400, rows) * 1.0,
            "AVAL": gone(value * 1.01),
            "BASE": value * 0.99,
            "CHG": value * 0.02,
            "PCHG": value / 3,
        }
    )  # fmt: skip


def _frame(folder: Path, kind: str) -> Any:
    """The records with text by Arrow; coded; or as Python's objects, shared by rows or not."""
    import pyarrow.parquet as pq

    frame = pq.read_table(folder / "lb.parquet").to_pandas()
    texts = frame.select_dtypes("str").columns
    if kind == "coded":
        from clinmap.coded_text import as_coded

        return frame.assign(**{name: as_coded(frame[name]) for name in texts})
    if kind == "objects":
        return frame.assign(**{name: frame[name].astype(object) for name in texts})
    if kind == "shared":
        return frame.assign(**{name: _shared(frame[name]) for name in texts})
    return frame


def _shared(texts: Any) -> Any:
    """Text as Python's objects, one for each distinct value, as `read_csv` of pandas 2 made it."""
    import numpy as np
    import pandas as pd

    codes, known = pd.factorize(texts)
    return pd.Series(np.append(known.to_numpy(dtype=object), None)[codes], dtype=object)


def _write(folder: Path, kind: str) -> Callable[[], object]:
    from clinmap.writers.xpt import write_xpt

    frame = _frame(folder, kind)
    variables = tuple(
        _Variable(str(name), "float" if frame[name].dtype == "float64" else "text")
        for name in frame
    )
    path, stamp = folder / "ours.xpt", datetime(2025, 3, 28)
    return lambda: write_xpt(frame, _Dataset(variables), path, stamp)


def _write_pyreadstat(folder: Path, kind: str) -> Callable[[], object]:
    import pyreadstat

    frame, path = _frame(folder, kind), folder / "theirs.xpt"
    return lambda: pyreadstat.write_xport(frame, path, file_format_version=5)


def _write_bytes(folder: Path, _: str) -> Callable[[], object]:
    content = (folder / "lb.xpt").read_bytes()
    return lambda: (folder / "bytes.xpt").write_bytes(content)


def _read(folder: Path, _: str) -> Callable[[], object]:
    from clinmap.readers.datasets import read_dataset

    return lambda: read_dataset(folder / "lb.xpt")


def _read_pyreadstat(folder: Path, _: str) -> Callable[[], object]:
    import pyreadstat

    return lambda: pyreadstat.read_xport(folder / "lb.xpt", disable_datetime_conversion=True)


def _read_pandas(folder: Path, _: str) -> Callable[[], object]:
    import pandas as pd

    return lambda: pd.read_sas(folder / "lb.xpt", format="xport", encoding="ascii")


CASES: Mapping[str, tuple[str, str, Callable[[Path, str], Callable[[], object]], str]] = {
    "write-ours-arrow": ("write, text by Arrow", MADE, _write, "arrow"),
    "write-theirs-arrow": ("write, text by Arrow", "pyreadstat", _write_pyreadstat, "arrow"),
    "write-ours-shared": (SHARED, MADE, _write, "shared"),
    "write-theirs-shared": (SHARED, "pyreadstat", _write_pyreadstat, "shared"),
    "write-ours-objects": (OWN, MADE, _write, "objects"),
    "write-theirs-objects": (OWN, "pyreadstat", _write_pyreadstat, "objects"),
    "write-ours-coded": ("write, text coded", MADE, _write, "coded"),
    "write-bytes": ("write", BARE, _write_bytes, ""),
    "read-ours": ("read", MADE, _read, ""),
    "read-theirs": ("read", "pyreadstat", _read_pyreadstat, ""),
    "read-pandas": ("read", "pandas.read_sas", _read_pandas, ""),
}


def costs(rows: int, folder: Path, rounds: int = 3) -> dict[str, Cost]:
    """What each case costs, in turn; the files stay in the folder."""
    import pyarrow.parquet as pq

    for place, count in ((folder, rows), (folder / SMALL, 100)):
        place.mkdir(exist_ok=True)
        pq.write_table(lb_table(count), place / "lb.parquet")
        _write(place, "arrow")()
        (place / "ours.xpt").rename(place / "lb.xpt")
    return alternating({case: ("benchmarks.xpt", case, str(folder)) for case in CASES}, rounds)


def _claims(found: Mapping[str, Cost]) -> list[Claim]:
    def claim(what: str, ours: str, other: str, aim: float) -> Claim:
        mine, theirs = found[ours].seconds, found[other].seconds
        return Claim(what, f"{mine:.2f} s", f"{CASES[other][1]} {theirs:.2f} s", theirs / mine, aim)

    text, bare = found["write-ours-arrow"].seconds, found["write-bytes"].seconds
    return [
        claim("write, text by Arrow", "write-ours-arrow", "write-theirs-arrow", TEXT_AIM),
        claim("write, text as objects", "write-ours-shared", "write-theirs-shared", OBJECT_AIM),
        Claim("write, ours by the bytes alone", f"{text:.2f} s", f"{BARE} {bare:.2f} s",
              text / bare, BARE_AIM, at_most=True),
        claim("read", "read-ours", "read-theirs", READ_AIM),
        claim("read, beside pandas", "read-ours", "read-pandas", PANDAS_AIM),
    ]  # fmt: skip


def xpt_ratios(rows: int, folder: Path, rounds: int = 2) -> dict[str, float]:
    """The ratios by what they compare, for a quick guard; that to the bytes is ours by theirs."""
    return {claim.what: claim.ratio for claim in _claims(costs(rows, folder, rounds))}


def xpt_section(folder: Path) -> Section:
    """The lines of the page on transport files, and its claims."""
    found = costs(ROWS, folder)
    size = (folder / "lb.xpt").stat().st_size / 1e6
    lines = [
        f"{ROWS:,} LB-like rows of 20 text and 10 number columns: a file of {size:.0f} MB. Memory",
        "is what the work took on top of the data. clinmap's seconds have its checks in them;",
        "pyreadstat makes none.",
        "",
        "| work | by | CPU s | MB |",
        "|---|---|---:|---:|",
        *(
            f"| {CASES[case][0]} | {CASES[case][1]} | {cost.seconds:.2f} | "
            f"{max(cost.beyond, 0):.0f} |"
            for case, cost in found.items()
        ),
    ]
    return Section(lines, _claims(found))


def main() -> None:
    """Run one case."""
    case, folder = sys.argv[1], Path(sys.argv[2])
    _, _, make, kind = CASES[case]
    make(folder / SMALL, kind)()  # so that all is imported
    work = make(folder, kind)

    def worked() -> Mapping[str, Any]:
        work()
        return {}

    report(worked)


if __name__ == "__main__":
    main()
