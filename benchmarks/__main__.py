"""Measure everything against what users would use otherwise, and write docs/performance.md.

Run from the project's root: `python -m benchmarks [--only NAME …] [--pilot DIR] [--page FILE]`.
`--only` measures these sections alone; the others stay as they are on the page. `--pilot` is the
folder with the raw exports of cdiscpilot01, whose records are copied; sections that need it say so
where it is not there. Every case is a process of its own.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from benchmarks.builds import PILOT, SIMULATED, build_lines
from benchmarks.page import MACHINE, Section, machine, page_head, with_claims, with_section

Measure = Callable[[Path, Path], "Section | list[str]"]


def _of(module: str, function: str) -> Measure:
    """A section whose module is imported when it is measured: what one lacks stops no other."""

    def measure(folder: Path, _: Path) -> Section | list[str]:
        section: Callable[[Path], Section | list[str]]
        section = getattr(import_module(f"benchmarks.{module}"), function)
        return section(folder)

    return measure


def _scale(folder: Path, pilot: Path) -> Section:
    from benchmarks.scale import scale_section

    return scale_section(folder, pilot)


SECTIONS: dict[str, tuple[str, Measure]] = {
    "xpt": ("XPT", _of("xpt", "xpt_section")),
    "findings": ("Mapping of findings", _of("findings", "findings_section")),
    "vital-signs": ("Vital signs", _of("vital_signs", "vital_signs_section")),
    "validation": ("Validation", _of("validation", "validation_section")),
    "start-up": ("Start-up", _of("start_up", "start_up_section")),
    "scale": ("Builds in parts", _scale),
    "pilot": (PILOT, lambda folder, pilot: build_lines(PILOT, pilot, folder)),
    "simulated": (SIMULATED, lambda folder, pilot: build_lines(SIMULATED, pilot, folder)),
    "reading": ("Reading", _of("readers", "reading_section")),
    "odm": ("Reading ODM-XML", _of("odm_files", "odm_section")),
    "adam": ("Analysis datasets", _of("adam", "adam_section")),
    "define": ("Define-XML", _of("define", "define_section")),
}
"""By the name for `--only`, in the order of the page: the title and what measures it."""


def main() -> None:
    """Measure and write the page, after each section, so that a failure loses nothing."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", nargs="+", choices=SECTIONS, help="these sections alone")
    parser.add_argument("--pilot", type=Path, default=Path("../shared/data/pharmaverseraw"))
    parser.add_argument("--page", type=Path, default=Path("docs/performance.md"))
    options = parser.parse_args()
    page = options.page.read_text(encoding="utf-8") if options.only else page_head()
    failed = []
    for name in options.only or SECTIONS:
        try:
            page = measured(page, name, options.pilot)
        except Exception as error:
            print(f"{name} was not measured: {type(error).__name__}: {error}", file=sys.stderr)
            failed.append(name)
            continue
        options.page.write_text(page, encoding="utf-8")
    print(f"wrote {options.page}")
    sys.exit(f"not measured: {', '.join(failed)}" if failed else 0)


def measured(page: str, name: str, pilot: Path) -> str:
    """The page with this section measured anew."""
    title, measure = SECTIONS[name]
    print(f"{title} ...", file=sys.stderr)
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        found = measure(Path(folder), pilot)
    print(f"{title}: {time.perf_counter() - start:.0f} s", file=sys.stderr)
    section = found if isinstance(found, Section) else Section(found)
    page = with_section(with_section(page, MACHINE, machine()), title, section.lines)
    return with_claims(page, title, section.claims)


if __name__ == "__main__":
    main()
