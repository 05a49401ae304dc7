"""The subcommands: what each is for, and its parser once it is asked for.

`clinmap --help` needs no more than the table of this module. A command's own module, which has
`add` (it declares the arguments) and `run`, is imported when that command is on the command line.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Any

COMMANDS: Mapping[str, str] = MappingProxyType(
    {
        "init": "write a starting specification from a folder of raw exports",
        "check": "check a study's specification, without reading data",
        "plan": "show what a build would make, in which order, from what",
        "build": "build a study's package from raw exports",
        "validate": "check a folder of SDTM or ADaM datasets, made by anyone",
        "explain": "explain how a dataset or a variable is made",
        "results": "compute a study's tables, listings and figures",
        "trace": "trace values of a package back to raw cells",
        "compare": "compare two datasets, folders or packages cell by cell",
        "diff": "compare two specifications, revisions or data cuts",
        "define": "audit, compare, read and convert define.xml files",
        "reconcile": "compare raw tables with another export of them",
        "terminology": "show a codelist of controlled terminology",
        "simulate": "write synthetic raw exports",
        "demo": "simulate study n2011-04, build its package, compute its results",
        "fidelity": "compare a study's datasets with published ones",
        "schema": "print the JSON Schemas of specification files",
        "codes": "list the codes of findings, or explain one",
        "docs": "write the reference pages of operations and codes",
    }
)
"""The subcommands in the order of the help, each with its one line there."""


def add_commands(parts: Any, asked: str) -> None:
    """Declare all subcommands: the one asked for whole, the others by their line of the help."""
    for name, words in COMMANDS.items():
        if name == asked:
            import_module(f"{__name__}.{name}").add(parts)
        else:
            parts.add_parser(name, help=words, add_help=False)
