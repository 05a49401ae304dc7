"""Damage raw files by the thousand: `python -m tests.fuzz --files 10000 --seed 1`.

Each damaged file is read and built as `clinmap build` does, every 50th by the command line. What
ends in anything but an error of ours or a build that accounts for everything is kept in the folder
of findings, with its seed; `--only SEED-NUMBER` runs one case again.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory


def main() -> int:
    """Run the cases; gives 1 where there is a finding."""
    options = _parser().parse_args()
    if options.page and options.results:
        from tests.fuzz.page import write_page

        write_page(options.page, options.results)
        return 0
    from tests.fuzz.cases import harness

    started = time.monotonic()
    sas = options.sas7bdat if options.sas7bdat and options.sas7bdat.is_file() else None
    counts: Counter[str] = Counter()
    outcomes = []
    with TemporaryDirectory() as folder:
        cases = harness(Path(folder), options.findings, sas)
        for number in range(options.start, options.start + options.files):
            seed = options.only or f"{options.seed}-{number}"
            outcome = cases.run(seed)
            outcomes.append(asdict(outcome))
            counts["finding" if outcome.findings else "error" if outcome.errors else "built"] += 1
            if outcome.findings:
                sys.stdout.write(f"{seed} {outcome.file} ({outcome.how})\n")
                sys.stdout.writelines(f"    {finding}\n" for finding in outcome.findings)
                sys.stdout.flush()
            if options.only:
                break
            if number % 250 == 249:
                spent = time.monotonic() - started
                sys.stdout.write(f"{number + 1}: {dict(counts)} in {spent:.0f} s\n")
                sys.stdout.flush()
    spent = time.monotonic() - started
    sys.stdout.write(f"{sum(counts.values())} files in {spent:.0f} s: {dict(counts)}\n")
    if options.save:
        document = {"seed": options.seed, "seconds": spent, "outcomes": outcomes}
        options.save.write_text(json.dumps(document), encoding="utf-8")
    return 1 if counts["finding"] else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m tests.fuzz", description=__doc__)
    parser.add_argument("--files", type=int, default=1000, help="how many (default: 1000)")
    parser.add_argument("--start", type=int, default=0, help="the number of the first")
    parser.add_argument("--seed", default="1", help="default: 1")
    parser.add_argument("--only", default="", metavar="SEED-NUMBER", help="one case again")
    parser.add_argument("--findings", type=Path, help="where to keep the files of findings")
    parser.add_argument("--save", type=Path, help="write the outcomes as JSON")
    parser.add_argument("--page", type=Path, help="write this page from the files of --results")
    parser.add_argument("--results", type=Path, nargs="+", help="what --save wrote")
    parser.add_argument("--sas7bdat", type=Path, help="a SAS dataset with a column USUBJID")
    return parser


if __name__ == "__main__":
    sys.exit(main())
