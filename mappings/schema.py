"""JSON Schemas of a specification's files, for editors: from the models and the operations.

They say what keys there are and what fits; what references point at, only compiling can tell.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter

from clinmap.plan import Ref
from clinmap.registry import Registry
from clinmap.results.methods import methods
from mappings.attributes import (
    ATTRIBUTES,
    COMPARATORS,
    ENTRY_KEYS,
    EXPRESSION_KEYS,
    ORIGIN_KEYS,
)
from mappings.data_types import DATA_TYPES
from mappings.models import VARIABLES, DatasetSpec, ProblemsSpec, RawSpec, Spec, StudySpec
from mappings.result_models import RESULT, ResultSpec, ResultsSpec
from mappings.variables import CONVENTION, STEPS

Schema = dict[str, Any]
DIALECT = "http://json-schema.org/draft-07/schema#"
FILES: tuple[tuple[str, type[Spec]], ...] = (
    ("study", StudySpec),
    ("raw", RawSpec),
    ("dataset", DatasetSpec),
    ("problems", ProblemsSpec),
    ("results", ResultsSpec),
)
SCALAR: Schema = {"type": ["string", "number", "boolean", "null"]}
WORDS: Schema = {"type": "string"}


def _to(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _one_or_more(name: str) -> list[Schema]:
    return [_to(name), {"type": "array", "items": _to(name)}]


VALUES: Schema = {"anyOf": [SCALAR, {"type": "array", "items": SCALAR}]}
CONDITIONS: Schema = {
    "type": "object",
    "additionalProperties": {
        "anyOf": [
            *VALUES["anyOf"],
            {
                "type": "object",
                "properties": dict.fromkeys(COMPARATORS, VALUES),
                "additionalProperties": False,
            },
        ]
    },
}
CODELIST_USE: Schema = {
    "type": "object",
    "properties": {"use": WORDS, "when": _to("conditions")},
    "required": ["use"],
    "additionalProperties": False,
}
ORIGIN: Schema = {
    "anyOf": [
        WORDS,
        {
            "type": "object",
            "properties": {**dict.fromkeys(ORIGIN_KEYS, WORDS), "pages": VALUES},
            "required": ["type"],
            "additionalProperties": False,
        },
    ]
}
EXPRESSION: Schema = {
    "type": "object",
    "properties": dict.fromkeys(EXPRESSION_KEYS, WORDS),
    "required": list(EXPRESSION_KEYS),
    "additionalProperties": False,
}
OF_ATTRIBUTES: Mapping[str, Schema] = {
    "type": {"enum": list(DATA_TYPES)},
    "length": {"type": "integer"},
    "digits": {"type": "integer"},
    "codelist": {"anyOf": [{"type": ["string", "null"]}, *_one_or_more("codelist-use")]},
    "origin": {"anyOf": _one_or_more("origin")},
    "expression": {"anyOf": _one_or_more("expression")},
    "value_level": {"anyOf": _one_or_more("value-entry")},
}
ENTRY: Schema = {
    "type": "object",
    "properties": {
        **dict.fromkeys(ENTRY_KEYS, WORDS),
        **{key: schema for key, schema in OF_ATTRIBUTES.items() if key in ENTRY_KEYS},
        "origin": _to("origin"),
        "when": _to("conditions"),
    },
    "required": ["when"],
    "additionalProperties": False,
}
DEFINITIONS: Mapping[str, Schema] = {
    "conditions": CONDITIONS,
    "codelist-use": CODELIST_USE,
    "origin": ORIGIN,
    "expression": EXPRESSION,
    "value-entry": ENTRY,
}
"""What attributes are made of."""


def json_schemas(registry: Registry) -> dict[str, Schema]:
    """The schema of each kind of file: study, raw, dataset, problems and results."""
    return {name: _of_file(model, registry) for name, model in FILES}


def _of_file(model: type[Spec], registry: Registry) -> Schema:
    made = _tidy(model.model_json_schema(by_alias=True, ref_template="#/$defs/{model}"))
    if model is RawSpec:
        _complete_by_defaults(made)
    elif model in (DatasetSpec, StudySpec):
        made["$defs"] = {**made.get("$defs", {}), **_variables(registry)}
    elif model is ResultsSpec:
        made["$defs"] |= _results()
    return {"$schema": DIALECT, **made}


def _complete_by_defaults(raw: Schema) -> None:
    """`defaults` holds what a table may hold, all of it optional, and completes every table."""
    table = raw["$defs"]["TableSpec"]
    raw["properties"]["defaults"] = {k: v for k, v in table.items() if k != "required"}


def _variables(registry: Registry) -> dict[str, Schema]:
    """A variable: a scalar, one operation with attributes, or a list of operations."""
    step_refs = [{"$ref": f"#/$defs/step-{name}"} for name in registry.names]
    attributes = {name: {"$ref": f"#/$defs/attribute-{name}"} for name in ATTRIBUTES}
    found: dict[str, Schema] = {
        **DEFINITIONS,
        **{f"attribute-{name}": OF_ATTRIBUTES.get(name, WORDS) for name in ATTRIBUTES},
        "step": {"anyOf": [SCALAR, *step_refs]},
        "steps": {"type": "array", "items": {"$ref": "#/$defs/step"}},
        "attributes": _object(
            {
                **attributes,
                STEPS: {"anyOf": [{"$ref": "#/$defs/step"}, {"$ref": "#/$defs/steps"}]},
                CONVENTION: {"type": ["string", "null"]},
            }
        ),
        "variable": {
            "anyOf": [
                SCALAR,
                {"$ref": "#/$defs/steps"},
                {"$ref": "#/$defs/attributes"},
                *({"$ref": f"#/$defs/variable-{name}"} for name in registry.names),
            ]
        },
        VARIABLES: {"type": "object", "additionalProperties": {"$ref": "#/$defs/variable"}},
    }
    for name in registry.names:
        own, definitions = _operation(registry, name)
        found |= definitions
        found[f"step-{name}"] = own
        found[f"variable-{name}"] = {**own, "properties": {**attributes, **own["properties"]}}
    return found


def _operation(registry: Registry, name: str) -> tuple[Schema, dict[str, Schema]]:
    """The schema of an operation as a step, its name in the place of its first parameter."""
    cls: Any = registry.get(name)
    template = f"#/$defs/{name}-{{model}}"
    made = _tidy(TypeAdapter(cls).json_schema(ref_template=template))
    definitions = {f"{name}-{key}": value for key, value in made.get("$defs", {}).items()}
    for field in dataclasses.fields(cls):
        _write_default(made["properties"][field.name], field.default)
    principal = registry.principal(name)
    properties = {name if key == principal else key: v for key, v in made["properties"].items()}
    required = [name if key == principal else key for key in made.get("required", ())]
    summary = " ".join((cls.__doc__ or "").split("\n\n")[0].split())
    return {**_object(properties, required), "description": summary}, definitions


def _results() -> dict[str, Schema]:
    """One result: what every result may hold, and one method with its parameters."""
    own = _tidy(ResultSpec.model_json_schema(by_alias=True))
    found: dict[str, Schema] = {
        f"result-{name}": _with_method(own, name) for name in methods().names
    }
    return {RESULT: {"anyOf": [{"$ref": f"#/$defs/{name}"} for name in found]}, **found}


def _with_method(own: Schema, name: str) -> Schema:
    cls: Any = methods().get(name)
    made = _tidy(TypeAdapter(cls).json_schema())
    principal = methods().parameters(name)[0]
    properties = {name if k == principal else k: v for k, v in made["properties"].items()}
    required = [*own["required"], *(k for k in made.get("required", ()) if k != principal), name]
    summary = " ".join((cls.__doc__ or "").split("\n\n")[0].split())
    whole = _object({**own["properties"], **properties}, required)
    return {**whole, "description": summary}


def _write_default(schema: Schema, default: object) -> None:
    """References stand in a schema as they are written in YAML."""
    if isinstance(default, Ref):
        schema["default"] = str(default)
    elif isinstance(default, tuple) and any(isinstance(item, Ref) for item in default):
        schema["default"] = [str(item) for item in default]


def _object(properties: Mapping[str, Schema], required: list[str] | None = None) -> Schema:
    made: Schema = {
        "type": "object",
        "properties": dict(properties),
        "additionalProperties": False,
    }
    return {**made, "required": required} if required else made


def _tidy(schema: Any) -> Any:
    """Without the titles that pydantic makes of names, and without defaults that say nothing."""
    if isinstance(schema, list):
        return [_tidy(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if "x-is" in schema:
        said = {"description": schema["description"]} if "description" in schema else {}
        return {"$ref": f"#/$defs/{schema['x-is']}", **said}
    made = {}
    for key, value in schema.items():
        if key == "properties":
            made[key] = {name: _tidy(entry) for name, entry in value.items()}
        elif not (key == "title" or (key == "default" and value in ("", None, [], {}))):
            made[key] = _tidy(value)
    return made
