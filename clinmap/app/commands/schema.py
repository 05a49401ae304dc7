"""`clinmap schema`: the JSON Schemas of specification files, which editors complete from."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from clinmap.app.commands import COMMANDS
from clinmap.app.commands.declaring import Parts, declare
from clinmap.app.exits import CLEAN
from clinmap.problems import OutputError

EXAMPLES = ("clinmap schema", "clinmap schema --out schemas")


def add(parts: Parts) -> None:
    """Declare the command."""
    parser = declare(parts, "schema", run, COMMANDS["schema"], EXAMPLES)
    parser.add_argument("--out", type=Path, metavar="DIR", help="write one file for each instead")


def run(arguments: argparse.Namespace) -> int:
    """Print the schemas, or write them."""
    from clinmap.app.registry import registry
    from mappings.schema import json_schemas

    schemas = json_schemas(registry())
    if arguments.out is None:
        print(json.dumps(schemas, indent=2, ensure_ascii=False))
        return CLEAN
    for name, schema in sorted(schemas.items()):
        write_text(arguments.out / f"{name}.schema.json", json.dumps(schema, indent=2) + "\n")
    return CLEAN


def write_text(path: Path, text: str) -> None:
    """Write a text file with its folder; OutputError OUT002 where that is not possible."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise OutputError("OUT002", f"{path.name} cannot be written: {error.strerror}") from None
    print(path)
