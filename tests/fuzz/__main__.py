"""Damage raw files by the thousand: `python -m tests.fuzz --files 10000 --seed 1`.

Each damaged file is read and built as `clinmap build` does, every 50th by the command line. What
ends in anything but an error of ours or a build that accounts for everything is kept in the folder
of findings, with its seed; `--only SEED-NUMBER` runs one case again. `--mutations N` changes raw
values instead, and holds the cells that change against the lineage. `--page FILE --results …`
writes what earlier runs saved with `--save`.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any


def main() -> int:
    """Run the cases; gives 1 where there is a finding."""
    options = _parser().parse_args()
    if options.page and options.results:
        from tests.fuzz.page import write_page

        write_page(options.page, options.results)
        return 0
    with TemporaryDirectory() as folder:
        run = _mutations if options.mutations else _files
        started = time.monotonic()
        for document in run(options, Path(folder)):
            spent = round(time.monotonic() - started)
            document |= {"date": date.today().isoformat(), "seed": options.seed, "seconds": spent}
            if options.save:
                options.save.write_text(json.dumps(document), encoding="utf-8")
    return 1 if document["findings"] else 0


def _files(options: argparse.Namespace, folder: Path) -> Iterator[dict[str, Any]]:
    """Damage files; gives the outcomes so far, after each 250 and in the end."""
    from tests.fuzz.cases import harness

    sas = options.sas7bdat if options.sas7bdat and options.sas7bdat.is_file() else None
    cases = harness(folder, options.findings, sas)
    counts: Counter[str] = Counter()
    outcomes = []
    for seed in _seeds(options):
        outcome = cases.run(seed)
        outcomes.append(asdict(outcome))
        counts["finding" if outcome.findings else "error" if outcome.errors else "built"] += 1
        _tell(f"{seed} {outcome.file} ({outcome.how})", outcome.findings)
        if len(outcomes) % 250 == 0:
            _tell(f"{len(outcomes)} files: {dict(counts)}")
            yield {"outcomes": outcomes, "findings": counts["finding"]}
    _tell(f"{len(outcomes)} files: {dict(counts)}")
    yield {"outcomes": outcomes, "findings": counts["finding"]}


def _mutations(options: argparse.Namespace, folder: Path) -> Iterator[dict[str, Any]]:
    """Change raw values; gives how the cells that changed rest on them, after each 100."""
    from tests.fuzz.lineage import Mutations
    from tests.fuzz.studies import shipped_study

    mutations = Mutations(shipped_study(folder))
    counts: Counter[str] = Counter()
    for number in range(options.start, options.start + options.mutations):
        report = mutations.run(f"{options.seed}-{number}")
        change = report.change
        _tell(f"{options.seed}-{number} {change.table}.{change.column}", report.findings)
        counts["values"] += 1
        counts["without effect"] += not report.changed and not report.rows
        counts["cells"] += report.changed
        counts["rows"] += report.rows
        counts["findings"] += bool(report.findings)
        counts.update({f"how {level}": cells for level, cells in report.how.items()})
        if counts["values"] % 100 == 0:
            _tell(f"{dict(counts)}")
            yield {"mutations": dict(counts), "findings": counts["findings"]}
    yield {"mutations": dict(counts), "findings": counts["findings"]}


def _seeds(options: argparse.Namespace) -> list[str]:
    if options.only:
        return [options.only]
    if options.again:
        documents = [json.loads(path.read_text(encoding="utf-8")) for path in options.again]
        outcomes = [outcome for document in documents for outcome in document["outcomes"]]
        return [outcome["seed"] for outcome in outcomes if outcome["findings"]]
    return [f"{options.seed}-{options.start + number}" for number in range(options.files)]


def _tell(line: str, findings: Sequence[str] | None = None) -> None:
    """Say a line; one about findings only where there are any."""
    if findings is None or findings:
        sys.stdout.write(
            "".join(f"{text}\n" for text in (line, *(f"    {f}" for f in findings or ())))
        )
        sys.stdout.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m tests.fuzz", description=__doc__)
    parser.add_argument("--files", type=int, default=1000, help="how many (default: 1000)")
    parser.add_argument("--start", type=int, default=0, help="the number of the first")
    parser.add_argument("--seed", default="1", help="default: 1")
    parser.add_argument("--only", default="", metavar="SEED-NUMBER", help="one case again")
    parser.add_argument("--findings", type=Path, help="where to keep the files of findings")
    parser.add_argument("--save", type=Path, help="write the outcomes as JSON")
    parser.add_argument("--page", type=Path, help="write this page from the files of --results")
    parser.add_argument("--results", type=Path, nargs="+", help="what --save wrote, oldest first")
    parser.add_argument("--again", type=Path, nargs="+", help="run the findings of --save again")
    parser.add_argument("--mutations", type=int, default=0, help="change raw values instead")
    parser.add_argument("--sas7bdat", type=Path, help="a SAS dataset with a column USUBJID")
    return parser


if __name__ == "__main__":
    sys.exit(main())
