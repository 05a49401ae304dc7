"""A specification that was made for somebody: tried before it is written, and where it may go."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from clinmap.problems import ClinmapError, OutputError, SpecificationError, SpecificationErrors


def refusals(files: Mapping[str, str]) -> list[SpecificationError]:
    """What the compiler refuses in a study of these files, named from its folder."""
    from clinmap.app.registry import registry
    from mappings.compile import compile_study

    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            path = Path(folder) / "study" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        try:
            compile_study(str(Path(folder) / "study"), registry())
        except SpecificationErrors as errors:
            return list(errors.errors)
        except SpecificationError as error:
            return [error]
        except ClinmapError as error:
            return [SpecificationError(error.code, error.message, location=error.location)]
    return []


def check_new_folder(out: Path) -> None:
    """Refuse a folder that holds something (OUT001): a specification is never written over."""
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        hint = "Choose another --out: a new folder, or an empty one."
        raise OutputError("OUT001", f"{out.name} holds something else", hint=hint)


def write_new(files: Mapping[str, bytes], out: Path) -> None:
    """Write the files of a specification; OUT002 where the disk will not have one."""
    for name, content in files.items():
        path = out / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        except OSError as error:
            message = f"{name} cannot be written: {error.strerror}"
            raise OutputError("OUT002", message) from None
