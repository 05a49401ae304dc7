"""The page of the benchmarks: a summary, the machine, and a section for each kind of work."""

from __future__ import annotations

import os
import platform
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import version

SUMMARY, MACHINE = "Summary", "Machine"
LIBRARIES = ("pandas", "pyarrow", "numpy", "pyreadstat", "pandera", "lxml")
HEAD = "| section | what | here | beside it | ratio | aim | |"
RULE = "|---|---|---|---|---:|---:|---|"


@dataclass(frozen=True)
class Claim:
    """A ratio with its aim: how many times the other cost ours has, or ours the other's.

    `aim` is the least ratio, or with `at_most` the greatest one.
    """

    what: str
    ours: str
    other: str
    ratio: float
    aim: float
    at_most: bool = False

    @property
    def met(self) -> bool:
        """Whether the ratio reaches its aim."""
        return self.ratio <= self.aim if self.at_most else self.ratio >= self.aim

    def line(self, section: str) -> str:
        """The row of the summary."""
        aim = f"{'at most' if self.at_most else 'at least'} {self.aim:g}"
        anchor = section.lower().replace(" ", "-").replace(".", "")
        cells = (self.what, self.ours, self.other, f"{self.ratio:.3g}", aim)
        met = "met" if self.met else "**not met**"
        return f"| [{section}](#{anchor}) | {' | '.join(cells)} | {met} |"


@dataclass(frozen=True)
class Section:
    """The lines of a section of the page, and what of it stands in the summary."""

    lines: Sequence[str]
    claims: Sequence[Claim] = ()


def with_section(page: str, title: str, lines: Iterable[str]) -> str:
    """The page with the section in the place of the one of that title, or behind all others.

    >>> with_section("# P\\n\\n## A\\n\\nold\\n", "A", ["new"])
    '# P\\n\\n## A\\n\\nnew\\n'
    """
    head, *sections = page.rstrip("\n").split("\n## ")
    made = "\n".join([title, "", *lines])
    kept = [made if part.splitlines()[0] == title else part for part in sections]
    kept += [made] if made not in kept else []
    return "\n\n## ".join(part.rstrip("\n") for part in (head, *kept)) + "\n"


def with_claims(page: str, title: str, claims: Sequence[Claim]) -> str:
    """The page whose summary has these claims of the section, in the order of the sections."""
    rows = [row for row in _summary(page) if not row.startswith(f"| [{title}]")]
    rows += [claim.line(title) for claim in claims]
    order = [part.splitlines()[0] for part in page.split("\n## ")[1:]]
    rows.sort(key=lambda row: order.index(found) if (found := _named(row)) in order else len(order))
    return with_section(page, SUMMARY, [*_WORDS, "", HEAD, RULE, *rows])


_WORDS = (
    "Seconds are those of the processor (all threads and child processes). What is compared ran in",
    "turn in one run, each in a process of its own; the cheapest of its rounds counts. Ratio: the",
    "other's seconds by ours, unless the line says otherwise.",
)


def _summary(page: str) -> list[str]:
    parts = [part for part in page.split("\n## ") if part.splitlines()[0] == SUMMARY]
    return [line for part in parts for line in part.splitlines() if line.startswith("| [")]


def _named(row: str) -> str:
    return row.removeprefix("| [").partition("]")[0]


def page_head() -> str:
    """The page before its first section is measured: title, place of the summary, the machine."""
    said = "Machines differ and are noisy: read the ratios and the growth, not the seconds."
    page = "\n".join(["# Performance", "", *paragraph(f"Written by `make bench`. {said}"), ""])
    return with_section(with_section(page, SUMMARY, _WORDS), MACHINE, machine())


def machine() -> list[str]:
    """On what it was measured."""
    names = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    system = f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}."
    return paragraph(f"{system} Python {platform.python_version()}, {names}.")


def paragraph(text: str) -> list[str]:
    """The lines of a paragraph.

    >>> paragraph("one  two")
    ['one two']
    """
    return textwrap.wrap(" ".join(text.split()), 96, break_on_hyphens=False)
