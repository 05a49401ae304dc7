"""How a study says what fidelity means: fidelity.yaml, and a comparison judged by it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import Field, ValidationError

from clinmap.problems import SpecificationError, SpecificationErrors, near_match
from mappings.load import model_errors
from mappings.models import Spec
from mappings.nodes import read_yaml

if TYPE_CHECKING:
    from clinmap.comparison import DatasetComparison

Origin = Literal["raw", "published"]
FILE = "fidelity.yaml"


class LeftOutSpec(Spec):
    """Cells that are not compared, by rule; `where_missing` narrows to rows where it is missing."""

    variables: list[str]
    rule: str
    reason: str = ""
    where_missing: str = ""
    only: Literal["", "raw", "published"] = ""


class ExplainedSpec(Spec):
    """A number of differing cells of a variable, with the reason."""

    variable: str
    count: int
    reason: str
    only: Literal["", "raw", "published"] = ""


class DatasetSpec(Spec):
    """How one dataset is compared; `file` is the published one, where it has another name."""

    keys: list[str]
    file: str = Field("", pattern=r"^\w*$")
    left_out: tuple[LeftOutSpec, ...] = ()
    explained: tuple[ExplainedSpec, ...] = ()


class FidelitySpec(Spec):
    """fidelity.yaml of a study."""

    datasets: dict[str, DatasetSpec]


@dataclass(frozen=True, slots=True)
class Compared:
    """A dataset beside the published one; `origin` says which SDTM it was made from."""

    origin: Origin
    spec: DatasetSpec
    comparison: DatasetComparison

    def explained(self, variable: str) -> ExplainedSpec | None:
        """The explanation of a variable's differences, where their number is the declared one."""
        found = self.comparison.variable(variable)
        different = found.different if found else 0
        return next(
            (
                item
                for item in self.spec.explained
                if (item.variable, item.count) == (variable, different)
                and item.only in ("", self.origin)
            ),
            None,
        )

    @property
    def unexplained(self) -> tuple[str, ...]:
        """The variables with differences that nobody explained, and those that nobody made."""
        found = [
            v.name for v in self.comparison.variables if v.different and not self.explained(v.name)
        ]
        left_out = {name for item in self.spec.left_out for name in item.variables}
        absent = [n for n in self.comparison.compare_only_variables if n not in left_out]
        return (*found, *absent)


def fidelity_spec(folder: Path, built: Sequence[str]) -> FidelitySpec:
    """The study's fidelity.yaml; a dataset that is not among those `built` is refused (SPC011)."""
    node = read_yaml(folder / FILE, f"{folder.resolve().name}/{FILE}")
    try:
        spec = FidelitySpec.model_validate(node.plain())
    except ValidationError as error:
        raise SpecificationErrors(model_errors(error, node, FidelitySpec)) from None
    errors = [
        SpecificationError(
            "SPC011", f"the study has no dataset {name}", location=node.at(("datasets", name)),
            hint=near_match(name, built) or "Remove it, or write the dataset.",
        )
        for name in spec.datasets
        if name not in built
    ]  # fmt: skip
    if errors:
        raise SpecificationErrors(errors)
    return spec
