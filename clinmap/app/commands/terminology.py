"""`clinmap terminology`: a codelist of controlled terminology, or one of its terms."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from clinmap.app.commands import COMMANDS
from clinmap.app.commands.declaring import Parts, declare
from clinmap.app.console import print_table
from clinmap.app.exits import CLEAN
from clinmap.problems import SpecificationError
from clinmap.terminology import Codelist, Term, Terminology, load_packaged

PACKAGES = ("SDTM", "ADaM", "Define")
EXAMPLES = (
    "clinmap terminology SEX",
    "clinmap terminology UNIT G/L",
    'clinmap terminology C66742 --file "SDTM Terminology.txt"',
)


def add(parts: Parts) -> None:
    """Declare the command."""
    parser = declare(parts, "terminology", run, COMMANDS["terminology"], EXAMPLES)
    parser.add_argument("name", metavar="NAME", help="a codelist: SEX, or its C-code C66731")
    parser.add_argument("term", metavar="TERM", nargs="?", help="what a collected text means in it")
    parser.add_argument(
        "--package", choices=PACKAGES, help="look only there (default: SDTM, ADaM, then Define)"
    )
    parser.add_argument(
        "--file", type=Path, metavar="FILE", help="a package as NCI EVS publishes it, instead"
    )


def run(arguments: argparse.Namespace) -> int:
    """Show the codelist, or the one term."""
    packages = _packages(arguments.package, arguments.file)
    package, codelist = _codelist(packages, arguments.name)
    terms = _found(codelist, arguments.term) if arguments.term else codelist.terms
    extensible = "extensible" if codelist.extensible else "not extensible"
    print(f"{codelist.name} ({codelist.code}): {codelist.label}")
    print(f"{package.package} CT {package.date}, {extensible}, {len(codelist.terms)} terms\n")
    rows = [
        (t.code, t.value, package.decode(codelist.code, t.value), "; ".join(t.synonyms))
        for t in terms
    ]
    print_table(("code", "term", "decode", "synonyms"), rows)
    return CLEAN


def _packages(kind: str | None, file: Path | None) -> list[Terminology]:
    if file is not None:
        from clinmap.readers.terminology import read_terminology

        return [read_terminology(file)]
    return [load_packaged(name) for name in PACKAGES if kind in (None, name)]


def _codelist(packages: Sequence[Terminology], name: str) -> tuple[Terminology, Codelist]:
    for package in packages:
        found = package.codelist(name) or package.codelist(name.upper())
        if found is not None:
            return package, found
    near = dict.fromkeys(hit for package in packages for hit in package.near(name))
    raise SpecificationError(
        "SPC013",
        f"there is no codelist {name!r}",
        hint=f"Near: {', '.join(near)}." if near else "",
    )


def _found(codelist: Codelist, text: str) -> tuple[Term, ...]:
    """The term that a text means."""
    term = codelist.resolve(text)
    if term is None:
        near = codelist.near(text)
        raise SpecificationError(
            "SPC014",
            f"{text!r} means no one term of codelist {codelist.name}",
            hint=f"Near: {', '.join(near)}." if near else "",
        )
    return (term,)
