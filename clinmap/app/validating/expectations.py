"""The file in which a person explains findings: the form of a study's problems.yaml."""

from __future__ import annotations

from pathlib import Path

from clinmap.plan import ExpectedProblem
from clinmap.problems import SpecificationErrors


def read_expected(path: Path) -> tuple[ExpectedProblem, ...]:
    """The problems that are expected, each with its place in the file.

    Problems: SpecificationError SPC001, SPC002 and those of a specification's models, with line.
    """
    from pydantic import ValidationError

    from mappings.load import model_errors
    from mappings.models import ProblemsSpec
    from mappings.nodes import read_yaml

    node = read_yaml(path, path.name)
    try:
        read = ProblemsSpec.model_validate(node.plain())
    except ValidationError as error:
        raise SpecificationErrors(model_errors(error, node, ProblemsSpec)) from None
    return tuple(
        ExpectedProblem(
            one.code, one.dataset, one.variable, one.count, one.reason,
            node.at(("expected", number)), one.says,
        )
        for number, one in enumerate(read.expected)
    )  # fmt: skip
