"""`clinmap explain`: what the specification says of a dataset or a variable, and where."""

from __future__ import annotations

import argparse

from clinmap.app.commands import COMMANDS
from clinmap.app.commands.declaring import Parts, add_study, declare
from clinmap.app.exits import CLEAN
from clinmap.problems import SpecificationError, near_match

EXAMPLES = ("clinmap explain cdiscpilot01 AE", "clinmap explain cdiscpilot01 AE.AESTDTC")


def add(parts: Parts) -> None:
    """Declare the command."""
    parser = declare(parts, "explain", run, COMMANDS["explain"], EXAMPLES)
    add_study(parser)
    parser.add_argument("item", metavar="ITEM", help="a dataset (AE) or a variable (AE.AESTDTC)")


def run(arguments: argparse.Namespace) -> int:
    """Print what the Plan says."""
    from clinmap.app.explaining import dataset_lines, variable_lines
    from clinmap.app.places import study_places
    from clinmap.app.registry import registry
    from mappings.compile import compile_study

    plan = compile_study(arguments.study, registry()).plan
    places = study_places(arguments.study)
    name, _, variable = arguments.item.upper().partition(".")
    dataset = plan.dataset(name)
    if dataset is None:
        raise _nothing(f"the study has no dataset {name}", name, [d.name for d in plan.datasets])
    if not variable:
        print("\n".join(dataset_lines(dataset, places)))
        return CLEAN
    found = next((v for v in dataset.variables if v.name.upper() == variable), None)
    if found is None:
        names = [v.name for v in dataset.variables]
        raise _nothing(f"{name} has no variable {variable}", variable, names)
    print("\n".join(variable_lines(plan, dataset, found, places)))
    return CLEAN


def _nothing(message: str, word: str, known: list[str]) -> SpecificationError:
    hint = near_match(word, known) or f"There are {', '.join(known)}."
    return SpecificationError("SPC021", message, hint=hint)
