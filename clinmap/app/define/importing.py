"""A define.xml or an Excel specification as a specification of ours.

A workbook that carries its specification gives it back byte for byte, with what somebody changed in
the other sheets listed and, where that is safe, made. Everything else becomes a skeleton, in which
`todo` stands for what only a person can say. Problems: InputError and OutputError for files that
cannot be used, the findings WBK001 to WBK010 for the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from clinmap.app.define.specification_sheet import (
    DESCRIBED,
    SHEET,
    SpecificationFile,
    files_of_rows,
    study_of,
)
from clinmap.app.skeleton.trial import check_new_folder, refusals, write_new
from clinmap.codes import severity_of
from clinmap.problems import (
    InputError,
    Location,
    Problem,
    SpecificationError,
)
from define.document.model import Define

_MOST_ROUNDS = 60


@dataclass(frozen=True, slots=True)
class ImportOrder:
    """What to take: define.xml files or workbooks, the folder to write, the study's name."""

    files: Sequence[Path]
    out: Path
    study: str = ""


@dataclass(slots=True)
class Imported:
    """What came of it: the files by path, the folder of the study in them, and what was found."""

    files: dict[str, bytes]
    study: str = ""
    problems: list[Problem] = field(default_factory=list)


def import_files(order: ImportOrder) -> Imported:
    """Read, make the specification and write it; `order.out` must be new or empty."""
    check_new_folder(order.out)
    made = imported(order.files, order.study)
    write_new(made.files, order.out)
    return made


def imported(files: Sequence[Path], study: str = "") -> Imported:
    """The specification of define.xml files and workbooks, with what was found on the way."""
    defines: list[Define] = []
    problems: list[Problem] = []
    carried = _Carried()
    for path in files:
        define, found, own = _taken(path)
        problems += found
        if own:
            problems += carried.add(own, define, path.name)
        defines.append(define)
    if carried.files:
        if study:
            problems.append(_kept_name(study))
        given = {file.path: file.content for file in carried.files}
        return Imported(given, study_of(carried.files), problems)
    made = skeleton_of(defines, study)
    made.problems = [*problems, *made.problems]
    return made


@dataclass(slots=True)
class _Carried:
    """The specification that workbooks carry: of the first, with the changes of all."""

    files: tuple[SpecificationFile, ...] = ()
    first: dict[str, bytes] = field(default_factory=dict)

    def add(
        self, own: tuple[SpecificationFile, ...], define: Define, workbook: str
    ) -> list[Problem]:
        """Take the files of a workbook, or its changes where another one gave the files."""
        from clinmap.app.define.workbook_changes import with_changes

        self.first = self.first or {file.path: file.content for file in own}
        now = tuple(file for file in own if file.path == DESCRIBED)
        others = [f.path for f in own if f not in now and self.first.get(f.path) != f.content]
        self.files, changes = with_changes(
            (*self.files, *now) if self.files else own, define, workbook
        )
        return [*(_other_file(path, workbook) for path in others), *changes]


def _kept_name(study: str) -> Problem:
    return Problem(
        "WBK010",
        severity_of("WBK010"),
        f"the workbook carries its specification, whose study is not renamed to {study}",
        hint="Change `study` in study.yaml.",
    )


def _other_file(path: str, workbook: str) -> Problem:
    return Problem(
        "WBK008",
        severity_of("WBK008"),
        f"{path} is another in this workbook than in the first; that of the first was taken",
        location=Location(f"{workbook}, sheet {SHEET}"),
        hint="Write both workbooks of one state of the study.",
    )


def _taken(path: Path) -> tuple[Define, list[Problem], tuple[SpecificationFile, ...]]:
    """The document of a file, what was found, and the specification that the file carries."""
    from clinmap.readers.workbook import SUFFIXES, read_workbook

    if path.suffix.lower() not in SUFFIXES:
        return _described(path)
    from define.workbook.imports import define_of_sheets

    read = read_workbook(path)
    taken = define_of_sheets(read.sheets, path.name)
    problems = [
        Problem(
            "WBK007",
            severity_of("WBK007"),
            f"{sheet}: a cell holds an error",
            location=Location(f"{path.name}, sheet {sheet}", row, column),
            hint="Have the formula corrected in the workbook.",
        )
        for sheet, row, column in read.errors
    ]
    rows = read.sheets.get(SHEET, [])
    own = files_of_rows(rows, path.name) if rows else ()
    return taken.define, [*problems, *taken.problems], own if study_of(own) else ()


def _described(path: Path) -> tuple[Define, list[Problem], tuple[SpecificationFile, ...]]:
    from define.document.read import read_define

    if not path.is_file():
        place = Location(path.name)
        raise InputError("INP001", "there is no such file", location=place)
    return read_define(path), [], ()


def skeleton_of(defines: Sequence[Define], study: str = "") -> Imported:
    """A skeleton that `clinmap check` accepts: what the language refuses becomes a comment."""
    from clinmap.app.skeleton.documents import Skeletons
    from mappings.skeleton import Place, refuse, skeleton_files

    maker = Skeletons(study)
    skeleton = maker.of(defines)
    for _ in range(_MOST_ROUNDS):
        files = skeleton_files(skeleton)
        errors = refusals({name: file.text for name, file in files.items()})
        reasons: dict[Place, str] = {}
        for error in errors:
            name = error.location.file.partition("/")[2] if error.location else ""
            if error.location and name in files:
                reasons.setdefault(files[name].place(error.location.line), error.message)
        taken_out = [refuse(skeleton, place, reason) for place, reason in reasons.items()]
        for what in filter(None, taken_out):
            maker.lost(f"{what} is kept as a comment")
        if not any(taken_out):
            maker.problems += [_problem(error) for error in errors]
            break
    made = {name: file.text.encode() for name, file in skeleton_files(skeleton).items()}
    return Imported(made, "", maker.problems)


def _problem(error: SpecificationError) -> Problem:
    return Problem(
        error.code, severity_of(error.code), error.message, location=error.location, hint=error.hint
    )
