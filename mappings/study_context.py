"""What compiling needs to know: of the study, and of the dataset in hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from clinmap.fixes import sure_name
from clinmap.plan import DatasetPlan, Join, RawTable
from clinmap.problems import Location, SpecificationError, near_match
from clinmap.registry import Registry
from clinmap.standards import VariableStandard, adam_variable, sdtm_variable
from mappings.models import DatasetSpec, StandardsSpec
from mappings.nodes import Node
from mappings.terms import Codelists
from mappings.variables import VariableReader, VariableSpec


@dataclass(slots=True)
class StudyContext:
    """What compiling a dataset needs of the study; errors and datasets are gathered here.

    `bare` gathers where a constant is written alone, without `constant:`; `failed` the names of
    conventions and datasets that are wrong.
    """

    registry: Registry
    codelists: Codelists
    study: str
    standards: StandardsSpec
    tables: Mapping[str, RawTable]
    conventions: Mapping[str, Mapping[str, VariableSpec]]
    joins: Mapping[str, Join]
    dataset_names: frozenset[str]
    errors: list[SpecificationError] = field(default_factory=list)
    compiled: dict[str, DatasetPlan] = field(default_factory=dict)
    bare: set[Location] = field(default_factory=set)
    failed: set[str] = field(default_factory=set)

    def refuse(self, code: str, message: str, place: Location, hint: str = "") -> None:
        """Gather one error."""
        self.errors.append(SpecificationError(code, message, location=place, hint=hint))


@dataclass(frozen=True, slots=True)
class DatasetContext:
    """One dataset as written, in its study; `failed` gathers variables that are wrong."""

    study: StudyContext
    spec: DatasetSpec
    node: Node
    adam: bool
    failed: set[str] = field(default_factory=set)

    @property
    def name(self) -> str:
        """The dataset's name."""
        return self.spec.dataset

    @property
    def structure(self) -> str:
        """The ADaM structure; ADSL and OCCDS need not be written."""
        return self.spec.adam_structure

    @property
    def standard(self) -> str:
        """The implementation guide that the dataset follows."""
        return self.study.standards.adam if self.adam else self.study.standards.sdtm

    @property
    def conventions(self) -> Mapping[str, VariableSpec]:
        """The study's conventions for such datasets."""
        return self.study.conventions["adam" if self.adam else "sdtm"]

    @property
    def reader(self) -> VariableReader:
        """Reads variables with the study's operations; errors go to the study's."""
        study = self.study
        return VariableReader(study.registry, study.errors, study.bare, self.failed)

    def facts(self, name: str) -> VariableStandard | None:
        """What the standard says of a variable of this dataset."""
        if self.adam:
            return adam_variable(self.structure, name)
        return sdtm_variable(self.name, name, self.spec.class_)

    def refuse(self, code: str, message: str, key: str, hint: str = "") -> None:
        """Gather an error at one of the dataset's keys."""
        self.study.refuse(code, message, self.node.keys.get(key, self.node.location), hint)

    def refuse_unknown(self, what: str, word: str, place: Location, known: Iterable[str]) -> None:
        """Gather the error of a name that points at nothing, with the near ones."""
        names = tuple(known)
        said, fix = f"{what} {word!r}", sure_name(word, names, place)
        hint = near_match(word, names)
        self.study.errors.append(
            SpecificationError("SPC011", said, location=place, hint=hint, fix=fix)
        )
