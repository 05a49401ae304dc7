"""Writing a built study as a package: datasets, define.xml, problems, lineage, state, manifest.

The package appears whole or not at all (`clinmap.writers.package`), and equal input gives equal
bytes: one stamp, no clock, no host, no path.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from shutil import copyfile

from clinmap.app.build.pipeline import BuiltStudy, submitted_frame
from clinmap.app.package.lineage_files import write_lineage
from clinmap.app.package.manifest import manifest
from clinmap.app.package.other_formats import (
    dataset_description,
    other_path,
    write_other_format,
)
from clinmap.app.package.parts import write_parts
from clinmap.app.package.problem_reports import problems_document, problems_page
from clinmap.app.reuse.earlier import STATE
from clinmap.app.reuse.state import write_state
from clinmap.app.reuse.transport import file_as_before, file_key
from clinmap.app.watch import Silence, Watch
from clinmap.plan import Purpose

FOLDERS: dict[Purpose, str] = {
    "Tabulation": "tabulations/sdtm",
    "Analysis": "analysis/adam/datasets",
}
"""Where datasets stand below `m5/datasets/<study>` (eCTD module 5)."""


def dataset_folder(study: str, purpose: Purpose) -> str:
    """The folder of a purpose's datasets in a package of the study.

    >>> dataset_folder("N2011-04", "Analysis")
    'm5/datasets/n2011-04/analysis/adam/datasets'
    """
    name = re.sub(r"[^a-z0-9._-]+", "-", study.lower()).strip("-.") or "study"
    return f"m5/datasets/{name}/{FOLDERS[purpose]}"


def write_package(
    built: BuiltStudy, out: Path, watch: Watch | None = None, formats: Sequence[str] = ()
) -> None:
    """Write the package of a built study to `out`, which is new, empty, or a package of ours.

    `formats` are those of `OTHER_FORMATS` that datasets are written in beside transport files.

    Problems: OutputError OUT001 to OUT003 and XPT008; then `out` is as it was before.
    """
    from clinmap.writers.documents import write_json
    from clinmap.writers.package import MANIFEST, package

    watch = watch or Silence()
    with watch.stage("package"), package(out) as staging:
        keys = {name: _file_key(built, name) for name in built.files}
        for name in built.files:
            watch.step(name)
            _write_dataset(built, name, staging / dataset_path(built, name), keys[name])
            _write_others(built, name, staging, formats)
        for purpose in built.defines:
            _write_define(built, purpose, staging)
        write_lineage(built, staging / "lineage")
        if built.kept is not None:
            write_state(built.plan, built.datasets, built.kept, staging / STATE, keys)
        write_json(problems_document(built), staging / "problems.json")
        page = problems_page(built)
        (staging / "problems.html").write_text(page, encoding="utf-8", newline="\n")
        write_json(manifest(built, staging, dict(dataset_paths(built))), staging / MANIFEST)


def dataset_path(built: BuiltStudy, name: str) -> str:
    """Where a dataset's file stands in the package."""
    purpose = built.datasets[name].plan.purpose
    return f"{dataset_folder(built.plan.study, purpose)}/{built.facts[name].file}"


def dataset_paths(built: BuiltStudy) -> Iterator[tuple[str, str]]:
    """The files of all datasets that have one."""
    return ((name, dataset_path(built, name)) for name in built.files)


def _write_dataset(built: BuiltStudy, name: str, path: Path, key: str) -> None:
    from clinmap.writers.xpt import write_xpt

    path.parent.mkdir(parents=True, exist_ok=True)
    dataset = built.datasets[name]
    frame = submitted_frame(dataset)
    earlier = built.kept.earlier if built.kept else None
    same = file_as_before(earlier, name, key)
    if same is not None:
        copyfile(same, path)
    else:
        write_xpt(frame, dataset.plan, path, built.stamp)
    write_parts(frame, dataset.plan, built.parts.get(name, ()), path.parent, built.stamp)


def _file_key(built: BuiltStudy, name: str) -> str:
    known = built.kept.fingerprints.datasets if built.kept else {}
    return file_key(built.datasets[name].plan, known.get(name, ""), built.stamp)


def _write_others(built: BuiltStudy, name: str, staging: Path, formats: Sequence[str]) -> None:
    dataset, purpose = built.datasets[name], built.datasets[name].plan.purpose
    define_path = f"{dataset_folder(built.plan.study, purpose)}/define.xml"
    for form in formats:
        path = other_path(dataset.plan, form)
        described = dataset_description(
            built.defines[purpose], dataset.plan, built.stamp, path, define_path
        )
        write_other_format(submitted_frame(dataset), described, staging / path)


def _write_define(built: BuiltStudy, purpose: Purpose, staging: Path) -> None:
    from define.document.stylesheet import copy_stylesheet
    from define.document.write import write_define

    folder = staging / dataset_folder(built.plan.study, purpose)
    write_define(built.defines[purpose], folder / "define.xml")
    copy_stylesheet(folder)
    for document in built.plan.documents:
        if document.purpose == purpose:
            copyfile(built.compiled.documents[document.id], folder / document.file)
