"""The JSON Schemas: as committed, true of the shipped studies, and strict about keys."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from mappings.nodes import parse_yaml, read_yaml
from mappings.schema import json_schemas
from mappings.shipped import STUDIES
from mappings.variables import ATTRIBUTES
from tests.small_study import operations

SCHEMAS = Path(__file__).resolve().parents[2] / "mappings" / "schemas"
TOP = ("study", "raw", "problems", "results")
FILES = sorted(
    path
    for path in STUDIES.rglob("*.yaml")
    if path.parent.name in ("sdtm", "adam") or path.stem in TOP or path.parent.name == "results"
)


def kind_of(path: Path) -> str:
    if path.parent.name == "results":
        return "results"
    return path.stem if path.stem in TOP else "dataset"


def faults(kind: str, content: Any) -> list[str]:
    schema = json_schemas(operations())[kind]
    return [error.message for error in Draft7Validator(schema).iter_errors(content)]


@pytest.mark.parametrize("kind", [*TOP, "dataset"])
def test_committed_schema_is_the_generated_one(kind: str) -> None:
    schema = json_schemas(operations())[kind]
    Draft7Validator.check_schema(schema)
    committed = json.loads((SCHEMAS / f"{kind}.schema.json").read_text(encoding="utf-8"))
    assert committed == schema, "write them anew: clinmap schema --out mappings/schemas"


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_shipped_file_fits(path: Path) -> None:
    """A file that is laid upon an inherited one may leave out what must stand there."""
    found = faults(kind_of(path), read_yaml(path, path.name).plain())
    top = next(folder for folder in path.parents if (folder / "study.yaml").is_file())
    if "extends" in read_yaml(top / "study.yaml", "study.yaml").plain():
        found = [fault for fault in found if "is a required property" not in fault]
    assert found == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_misspelt_key_does_not_fit(path: Path) -> None:
    content = read_yaml(path, path.name).plain()
    content["misspelt"] = copy.deepcopy(next(iter(content.values()), 1))
    assert faults(kind_of(path), content)


@pytest.mark.parametrize(
    "line",
    [
        "{recode: $A, mapp: {a: b}}",
        "{recod: $A}",
        "{recode: 5}",
        "{sequence: {a: b}}",
        "{assign: $A, lable: x}",
        "{assign: $A, type: txt}",
        "[{recode: $A, mapp: {a: b}}]",
        "{constant: Y, codelist: [{uses: NY}]}",
    ],
)
def test_variable_that_does_not_fit(line: str) -> None:
    text = f"dataset: AE\nkeys: [AESEQ]\nfrom: ae\nvariables: {{X: {line}}}\n"
    assert faults("dataset", parse_yaml(text, "x").plain())


def test_no_parameter_has_the_name_of_an_attribute() -> None:
    """An attribute is read first, so that such a parameter could never be given."""
    registry = operations()
    for name in registry.names:
        assert not set(registry.parameters(name)) & set(ATTRIBUTES), name


def test_editor_maps_every_schema_to_files_that_there_are() -> None:
    root = SCHEMAS.parents[1]
    text = (root / ".vscode" / "settings.json").read_text(encoding="utf-8")
    for schema, patterns in json.loads(text)["yaml.schemas"].items():
        assert (root / schema).is_file()
        for pattern in [patterns] if isinstance(patterns, str) else patterns:
            assert list(root.glob(pattern)), pattern
