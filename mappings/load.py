"""Loading a study: its folder, the studies that it extends, and the models of its files."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, cast

from pydantic import ValidationError

from clinmap.fixes import sure_key
from clinmap.problems import Location, SpecificationError, SpecificationErrors, near_match
from mappings.given import given_datasets
from mappings.inside import CLIMBS, CODE, linked_out, path_fault
from mappings.models import DatasetSpec, ProblemsSpec, RawSpec, Spec, StudySpec
from mappings.nodes import Node, joined, merged, read_yaml
from mappings.not_done import with_not_done
from mappings.result_models import ResultsSpec
from mappings.shipped import STUDIES, shipped_studies
from mappings.tables import filled_tables
from mappings.unread import CONTINUED, FOLDERS, unread_files, unread_study
from mappings.wording import plain_words

CORRECTIONS = "corrections.csv"
S = TypeVar("S", bound=Spec)


@dataclass(frozen=True, slots=True)
class Loaded:
    """A model, and the nodes that it was read from."""

    spec: Any
    node: Node


@dataclass(frozen=True, slots=True)
class LoadedStudy:
    """A study as written: its models, with the places of everything in them.

    `folders` holds its own folder and those of the studies that it extends.
    """

    folder: Path
    folders: tuple[Path, ...]
    study: StudySpec
    study_node: Node
    raw: RawSpec
    raw_node: Node
    problems: ProblemsSpec
    problems_node: Node
    results: ResultsSpec
    results_node: Node
    sdtm: tuple[Loaded, ...]
    adam: tuple[Loaded, ...]
    files: tuple[str, ...]


def find_study(name: str) -> Path:
    """The folder of a study: a path with study.yaml, or a shipped study's name; a path wins."""
    for folder in (Path(name), STUDIES / name):
        if (folder / "study.yaml").is_file():
            return folder
    other = unread_study(Path(name))
    hint = other.text if other else near_match(name, shipped_studies())
    raise SpecificationError(
        "SPC006",
        f"there is no study {name!r}: neither a folder with study.yaml nor a shipped study",
        hint=hint or f"Shipped studies: {', '.join(shipped_studies())}.",
        fix=other.fix if other else None,
    )


def load_study(folder: Path) -> LoadedStudy:
    """Read a study's files, laid upon those of the studies that it extends."""
    files = _files(folder, ())
    folders = _folders(folder)
    reader = _Models()
    reader.errors += unread_files(folders)
    raw_parts, problem_parts = _parts_of(files, "raw"), _parts_of(files, "problems")
    if not raw_parts:
        reader.stop_if_wrong()
    study_node = joined(_parts_of(files, "study"))
    study = reader.model(StudySpec, study_node)
    raw_node = filled_tables(joined(raw_parts or [_absent(folder, "raw.yaml")]))
    raw = reader.model(RawSpec, raw_node)
    problems_node = joined(problem_parts or [_empty(folder, "problems.yaml")])
    problems = reader.model(ProblemsSpec, problems_node)
    results_node = joined(_parts_of(files, "results") or [_empty(folder, "results.yaml")])
    results = reader.model(ResultsSpec, results_node)
    datasets = {
        part: tuple(
            Loaded(spec, node)
            for name, written in sorted(files.items())
            if name.startswith(f"{part}/")
            for node in [with_not_done(written)]
            for spec in [reader.model(DatasetSpec, node)]
        )
        for part in FOLDERS
    }
    given = [Loaded(reader.model(DatasetSpec, node), node) for node in given_datasets(raw_node)]
    datasets["sdtm"] = (*datasets["sdtm"], *given)
    reader.stop_if_wrong()
    names = tuple(sorted({node.location.file for node in files.values()}))
    return LoadedStudy(
        folder, folders, study, study_node, raw, raw_node, problems,
        problems_node, results, results_node, datasets["sdtm"], datasets["adam"], names,
    )  # fmt: skip


def _parts_of(files: dict[str, Node], part: str) -> list[Node]:
    """A file of the study and the files of the folder of its name, which continue it."""
    names = [f"{part}.yaml", *sorted(name for name in files if name.startswith(f"{part}/"))]
    return [files[name] for name in names if name in files]


def _empty(folder: Path, name: str) -> Node:
    return Node({}, Location(f"{folder.resolve().name}/{name}"))


def _absent(folder: Path, name: str) -> Node:
    return read_yaml(folder / name, f"{folder.resolve().name}/{name}")


def _files(folder: Path, seen: tuple[Path, ...]) -> dict[str, Node]:
    """The nodes of each file, by its path in the study, inherited ones merged in."""
    here = folder.resolve()
    name = here.name
    if errors := list(linked_out(here, [*_paths(here), here / CORRECTIONS])):
        raise SpecificationErrors(errors)
    own = {
        path.relative_to(here).as_posix(): read_yaml(path, f"{name}/{path.relative_to(here)}")
        for path in _paths(here)
    }
    extends = own["study.yaml"].get("extends")
    files: dict[str, Node] = {}
    for parent in _parents(extends):
        base = _parent(here, parent)
        if base.resolve() in (*seen, here):
            raise SpecificationError(
                "SPC020", f"{parent.plain()!r} extends this study in a circle",
                location=parent.location, hint="Remove one of the `extends`.",
            )  # fmt: skip
        for path, node in _files(base, (*seen, here)).items():
            files[path] = merged(files[path], node) if path in files else node
    for path, node in own.items():
        files[path] = merged(files[path], node) if path in files else node
    return files


def _folders(folder: Path) -> tuple[Path, ...]:
    """The study's folder, then those of the studies that it extends, nearest first."""
    here = folder.resolve()
    extends = read_yaml(here / "study.yaml", f"{here.name}/study.yaml").get("extends")
    above = [found for parent in _parents(extends) for found in _folders(_parent(here, parent))]
    return tuple(dict.fromkeys([here, *above]))


def _paths(folder: Path) -> list[Path]:
    found = [p for p in (folder / f"{part}.yaml" for part in CONTINUED) if p.is_file()]
    for part in (*CONTINUED, *FOLDERS):
        found += sorted((folder / part).glob("*.yaml"))
    return found


def _parents(extends: Node | None) -> list[Node]:
    if extends is None:
        return []
    return extends.value if isinstance(extends.value, list) else [extends]


def _parent(here: Path, parent: Node) -> Path:
    name = str(parent.value)
    if (said := path_fault(name)) not in ("", CLIMBS):
        hint = "Write a folder relative to this one, or the name of a shipped study."
        raise SpecificationError(
            CODE, f"`extends` names {name!r}, which {said}", location=parent.location, hint=hint
        )
    for folder in (here / name, STUDIES / name):
        if (folder / "study.yaml").is_file():
            return folder
    raise SpecificationError(
        "SPC005",
        f"`extends` names {name!r}, where there is no study.yaml",
        location=parent.location,
        hint="Write a folder relative to this one, or the name of a shipped study.",
    )


class _Models:
    """Reads nodes into models, and gathers everything that does not fit."""

    def __init__(self) -> None:
        self.errors: list[SpecificationError] = []

    def model(self, cls: type[S], node: Node) -> S:
        try:
            return cls.model_validate(node.plain())
        except ValidationError as error:
            self.errors += model_errors(error, node, cls)
            return cast(S, cls.model_construct())  # `stop_if_wrong` comes before anyone reads it

    def stop_if_wrong(self) -> None:
        if self.errors:
            raise SpecificationErrors(self.errors)


def model_errors(
    error: ValidationError, node: Node, cls: type[Spec] | None = None
) -> list[SpecificationError]:
    """What pydantic found, each with its place in the YAML and a near match for unknown keys."""
    items = [(_path(item["loc"], node), item) for item in error.errors(include_url=False)]
    found: dict[tuple[int | str, ...], SpecificationError] = {}
    for path, item in items:
        within = any(other[: len(path)] == path and len(other) > len(path) for other, _ in items)
        if not within and path not in found:
            found[path] = _model_error(item, path, node.at(path), cls)
    return list(found.values())


def _path(path: tuple[int | str, ...], node: Node) -> tuple[int | str, ...]:
    """The part of pydantic's path that is in the YAML; where one of several forms should fit, it
    names the form too. A missing key is not in the YAML, and is named."""
    for number, step in enumerate(path):
        if isinstance(node.value, dict) and step in node.value:
            node = node.value[str(step)]
        elif isinstance(node.value, list) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
        else:
            is_key = isinstance(step, str) and re.fullmatch(r"\w+", step)
            return path[: number + 1] if is_key and number == len(path) - 1 else path[:number]
    return path


def _model_error(
    item: Any, path: tuple[int | str, ...], place: Location, cls: type[Spec] | None
) -> SpecificationError:
    name = next((step for step in reversed(path) if isinstance(step, str)), "")
    if item["type"] == "extra_forbidden":
        known = _known_keys(cls, path[:-1])
        hint = near_match(name, known) or f"Known here: {', '.join(known)}."
        said, fix = f"unknown key {name!r}", sure_key(name, known, place)
        return SpecificationError("SPC002", said, location=place, hint=hint, fix=fix)
    if item["type"] == "missing":
        return SpecificationError(
            "SPC004", f"{name!r} is missing", location=place, hint=f"Add `{name}:`."
        )
    return SpecificationError("SPC004", f"{name}: {plain_words(item)}", location=place)


def _known_keys(cls: type[Spec] | None, path: tuple[int | str, ...]) -> list[str]:
    """The keys that a model has at `path`, for hints."""
    model: Any = cls
    for step in path:
        field = _field(model, step) if _is_spec(model) else None
        if field is None:
            continue
        model = _inner(field)
    if not _is_spec(model):
        return []
    return [str(info.alias or name) for name, info in model.model_fields.items()]


def _is_spec(model: Any) -> bool:
    return isinstance(model, type) and issubclass(model, Spec)


def _field(model: type[Spec], step: int | str) -> Any:
    for name, info in model.model_fields.items():
        if step in (name, info.alias):
            return info.annotation
    return None


def _inner(annotation: Any) -> Any:
    """The model inside `list[Model]`, `dict[str, Model]`, `Model | None`, or the model itself."""
    if _is_spec(annotation):
        return annotation
    for argument in getattr(annotation, "__args__", ()):
        found = _inner(argument)
        if _is_spec(found):
            return found
    return annotation
