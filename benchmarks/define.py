"""What a large define.xml costs: each step of the product on it, and its page in a browser."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.alternating import Cost, alternating, report
from benchmarks.define_files import Size, changed_define, large_define

TITLE = "Define-XML"
RUNS = 3
CHANGED = "changed.xml"
SEARCHES = ("d050v07", "measured dose 99", "t150-77", "c10050", "nothing has this name")
NAMES = {
    "write": "write it",
    "read": "read it",
    "schema": "check against the XML schema",
    "audit": "audit, without data",
    "diff": "compare with a changed copy",
    "html": "page (`clinmap define html`)",
    "stylesheet": "page by the official stylesheet (lxml)",
}
STEPS = [step for step in NAMES if step != "stylesheet"]
READY = """new Promise(done => setTimeout(() => {
  const first = performance.getEntriesByName('first-contentful-paint')[0];
  done([first ? first.startTime : 0, performance.getEntriesByType('navigation')[0].loadEventEnd]);
}, 1500))"""
SEARCH = """(async text => {
  const input = document.getElementById('search'), from = performance.now();
  input.focus(); input.value = text; input.dispatchEvent(new Event('input'));
  await new Promise(done => requestAnimationFrame(() => setTimeout(done, 0)));
  return performance.now() - from;
})"""


def define_section(folder: Path) -> list[str]:
    """The lines of the page on define.xml; every step is a process of its own."""
    from define.document.write import write_define

    size = Size()
    whole = large_define(size)
    path = folder / "define.xml"
    write_define(whole, path)
    write_define(changed_define(whole), folder / CHANGED)
    cases = {step: ("benchmarks.define", step, str(path)) for step in NAMES}
    found = alternating({step: cases[step] for step in STEPS}, RUNS)
    found |= alternating({step: cases[step] for step in NAMES if step not in STEPS}, 1)
    return [
        f"An invented document of {size.words}: {path.stat().st_size / 2**20:.1f} MB.",
        f"Seconds of the processor, the best of {RUNS} (the stylesheet once), without imports and",
        "without reading what is worked on; the stylesheet reads the file itself.",
        "",
        "| | s | result MB |",
        "|---|---:|---:|",
        *(_line(NAMES[step], found[step]) for step in NAMES),
        "",
        *_browser_lines(path.with_suffix(".html")),
    ]


def _line(name: str, found: Cost) -> str:
    size = f"{found.said['size'] / 2**20:.1f}" if found.said["size"] else ""
    return f"| {name} | {found.seconds:.2f} | {size} |"


def _browser_lines(page: Path) -> list[str]:
    from tests.browser import browser, found_browser

    executable = found_browser()
    if executable is None:
        return ["No Chromium was installed to open the page in."]
    with browser(executable) as tab:
        tab.size(1400, 900)
        opened = []
        for _ in range(RUNS):
            tab.open(page)
            opened.append(tab.run(READY))
        searched = [tab.run(f"{SEARCH}({json.dumps(text)})") for text in SEARCHES]
    paint, loaded = (min(times) for times in zip(*opened, strict=True))
    return [
        f"The page in headless Chromium, from a file: first paint after {paint:.0f} ms, loaded",
        f"after {loaded:.0f} ms; a search, until its hits are drawn, {min(searched):.0f} to "
        f"{max(searched):.0f} ms.",
    ]


def main() -> None:
    """Do one step on the file named on the command line; what it cost as JSON."""
    step, path = sys.argv[1], Path(sys.argv[2])
    work = _steps(path)[step]()
    report(lambda: {"size": work()})


def _steps(path: Path) -> dict[str, Callable[[], Callable[[], int]]]:
    """Each step: what makes ready for it, which gives what is measured."""
    return {
        "write": _write,
        "read": lambda: _read(path),
        "schema": lambda: _schema(path),
        "audit": lambda: _audit(path),
        "diff": lambda: _diff(path),
        "html": lambda: _html(path),
        "stylesheet": lambda: _stylesheet(path),
    }


def _write() -> Callable[[], int]:
    from define.document.write import define_bytes

    made = large_define(Size())
    return lambda: len(define_bytes(made))


def _read(path: Path) -> Callable[[], int]:
    from define.document.read import read_define

    return lambda: 0 if read_define(path).items else 1


def _schema(path: Path) -> Callable[[], int]:
    from define.document.schema import schema_errors

    def work() -> int:
        assert not schema_errors(path), "the document breaks its schema"
        return 0

    return work


def _audit(path: Path) -> Callable[[], int]:
    from define.audit.itself import document_problems
    from define.document.read import read_define

    read = read_define(path)
    return lambda: 0 * len(list(document_problems(read)))


def _diff(path: Path) -> Callable[[], int]:
    from define.difference.compare import differences
    from define.document.read import read_define

    new, old = read_define(path.with_name(CHANGED)), read_define(path)
    assert differences(old, new), "the copy does not differ"
    return lambda: 0 * len(differences(old, new))


def _html(path: Path) -> Callable[[], int]:
    from define.document.read import read_define
    from define.page.page import define_page

    read = read_define(path)

    def work() -> int:
        return path.with_suffix(".html").write_bytes(define_page(read).encode("utf-8"))

    return work


def _stylesheet(path: Path) -> Callable[[], int]:
    from importlib.resources import files

    from lxml import etree

    source: Any = files("defineutils.definehtml")

    def work() -> int:
        transform = etree.XSLT(etree.parse(str(source / "define2-1.xsl")))
        return len(bytes(transform(etree.parse(str(path)))))

    return work


if __name__ == "__main__":
    main()
