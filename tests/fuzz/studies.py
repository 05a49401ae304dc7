"""The studies whose raw files are damaged, and how one file of them is read and built again.

Only the datasets that read the file's tables are built for a case; the others, and the tables of
the other files, are those of one build of the whole data.
"""

from __future__ import annotations

import csv
import json
import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from functools import cache, cached_property
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from clinmap.app.build.completeness import LOOKED_UP, RowAccount, row_accounts
from clinmap.app.build.edges import edges
from clinmap.app.build.needs import raw_columns
from clinmap.app.build.pipeline import (
    BuiltStudy,
    Datasets,
    build_datasets,
    describe_study,
    sdtm_tables,
)
from clinmap.app.build.raw_data import RawTables, read_raw_tables
from clinmap.app.build.selection import Selection
from clinmap.app.stamp import build_stamp
from clinmap.app.watch import Silence
from clinmap.expressions import Expression
from clinmap.mirrors import mirrored
from clinmap.plan import DatasetPlan, Plan, Ref, Step, VariablePlan
from clinmap.raw_formats import WITHOUT_FILE, SasOptions
from clinmap.registry import Operation
from clinmap.simulation.n2011_04 import simulate
from mappings.compile import Compiled, compile_study
from tests.small_study import EVENTS, compiled, operations, write_study

SHIPPED = "n2011-04"
COLUMNS = ["SUBJ", "TERM", "START", "END", "SEV"]
TINY = """
    tables:
      ev: {%s, columns: [SUBJ, TERM, START, END, SEV], unexpected: %s}
"""
DATASET = (
    EVENTS
    + """\
      XXSTDTC: {datetime: $START, formats: [YYYY-MM-DD]}
      XXENDTC: {datetime: $END, formats: [YYYY-MM-DD]}
      XXSEV: {recode: $SEV, codelist: AESEV}
"""
)
MOST, FEW = 12, {"DM", "DS", "SE", "AE"}
DATABASE = "CLINMAP_DATABASE_FUZZ"


@dataclass
class Made:
    """What a case ended in: the tables as read, the datasets, and what became of the rows."""

    tables: RawTables
    built: BuiltStudy
    accounts: tuple[RowAccount, ...]


@dataclass
class Target:
    """A raw file: the tables in it, the datasets that read them, and what they are unharmed."""

    study: Ground
    path: str
    tables: tuple[str, ...]
    datasets: tuple[DatasetPlan, ...]
    plan: Plan
    mirror: str = ""
    unharmed: Made | None = None

    @property
    def name(self) -> str:
        """What the page calls it."""
        return f"{self.study.name}: {self.path}"

    @property
    def format(self) -> str:
        """The format of the file."""
        own = next((t for t in self.plan.raw.values() if t.path == self.path), None)
        found: str = (own or self.plan.raw[self.tables[0]]).format
        return "sqlite" if found == "sql" else found

    @cached_property
    def columns(self) -> dict[str, frozenset[str]]:
        """What is read of its tables."""
        wanted = raw_columns(self.plan, self.plan.datasets)
        return {name: wanted[name] for name in self.tables if name in wanted}

    @cached_property
    def mapped_tables(self) -> set[str]:
        """Its tables whose rows must be met: not those that only help to read others."""
        kept = {name for name in self.tables if self.plan.raw[name].collected_by != LOOKED_UP}
        return {name for name in kept if not _users(self.plan, [name])}

    @cached_property
    def data(self) -> bytes:
        """The bytes of the file as it was sent."""
        return (self.study.folder / self.path).read_bytes()

    @cached_property
    def beside(self) -> list[str]:
        """The other files that its tables are read with: labels, or what has the labels."""
        tables = [self.plan.raw[name] for name in self.tables]
        options = [table.options for table in tables]
        labels = [o.formats for o in options if isinstance(o, SasOptions) and o.formats]
        paths = [*(table.path for table in tables), *(self.plan.raw[n].path for n in labels)]
        return [path for path in dict.fromkeys(paths) if path and path != self.path]

    def make(self, folder: Path) -> Made:
        """Read the tables from a folder and build what reads them, as `clinmap build` does."""
        tables = read_raw_tables(self.plan, folder, self.columns, Silence())
        return self.study.made(self, tables)


@dataclass
class Ground:
    """A study with its raw data, read and built once."""

    name: str
    argument: str
    folder: Path
    compiled: Compiled
    identifiers: frozenset[str] = frozenset()
    targets: list[Target] = field(default_factory=list)

    @cached_property
    def tables(self) -> RawTables:
        """All tables of the unharmed data."""
        plan = self.compiled.plan
        return read_raw_tables(plan, self.folder, raw_columns(plan, plan.datasets), Silence())

    @cached_property
    def whole(self) -> tuple[RawTables, Datasets]:
        """The tables, and all datasets made of them."""
        plan = self.compiled.plan
        return self.tables, build_datasets(plan, self.tables, plan.datasets, Silence())

    def made(self, target: Target, own: RawTables) -> Made:
        """The datasets of a target from its tables, beside all that is unharmed."""
        plan = self.compiled.plan
        tables, datasets = self.whole
        names = {dataset.name for dataset in target.datasets}
        given = {name: b for name, b in datasets.built.items() if name not in names}
        raw = replace(own, tables={**tables.tables, **sdtm_tables(given), **own.tables})
        found = build_datasets(plan, raw, target.datasets, Silence())
        selection = Selection(target.datasets, frozenset(names), whole=False)
        stamp = build_stamp(plan, "")
        built = describe_study(self.compiled, stamp, selection, own, found, Silence())
        return Made(own, built, row_accounts(plan, own.tables, found))


def feeds(plan: Plan, tables: Sequence[str]) -> tuple[DatasetPlan, ...]:
    """The datasets that read one of the tables, their SUPP-- included, in the Plan's order."""
    found = set()
    for dataset in plan.datasets:
        if any(table in tables for _, (table, _) in edges(dataset)):
            found.add(dataset.name)
    if len(found) > MOST:  # what every dataset reads is shown by a few
        found &= FEW
    return tuple(d for d in plan.datasets if d.name in found or d.parent in found)


def given_columns(dataset: DatasetPlan) -> set[tuple[str, str]]:
    """The columns of other tables that variables take values from, under no condition."""
    found, asked_rows = set(), set()
    for number, source in enumerate(dataset.sources):
        asked_rows |= {(source.table, ref.column) for ref in source.row_references}
        joined = {join.name: join.table for join in source.joins}
        for variable in dataset.variables:
            for step in _always(dataset, number, variable):
                asked = step.operation.name in ("conditional", "combine")  # needs more than it
                for ref in () if asked else _always_taken(step.operation):
                    owner = source.table if ref.kind == "source" else ref.owner
                    found.add((joined.get(owner, owner), ref.column))
    return found - asked_rows


def dated_columns(dataset: DatasetPlan) -> set[tuple[str, str]]:
    """The columns that are read as dates."""
    return {
        (source.table, ref.column)
        for number, source in enumerate(dataset.sources)
        for variable in dataset.variables
        for step in _always(dataset, number, variable)
        if step.operation.name == "datetime"
        for ref in _taken(step.operation)
        if ref.kind == "source"
    }


def _always(dataset: DatasetPlan, number: int, variable: VariablePlan) -> Iterator[Step]:
    """The steps that run for every row of a source: not those of shapes that rows must fit."""
    source = dataset.sources[number]
    own = [use for use in variable.per_source if use.source == number]
    if not any(use.template < 0 for use in own):
        yield from variable.steps
    for use in own:
        if use.template < 0 or source.templates[use.template].where is None:
            yield from use.steps


def _always_taken(operation: Operation) -> Iterator[Ref]:
    """The references that every row rests on: a limit only stands for a result beyond it."""
    seldom = [getattr(operation, name, None) for name in ("below", "above")]
    return (ref for ref in _taken(operation) if ref not in seldom)


def _taken(value: object) -> Iterator[Ref]:
    """The references among an operation's parameters, those of conditions left out."""
    if isinstance(value, Ref):
        yield value
    elif isinstance(value, Expression):
        yield from () if value.is_condition else value.references
    elif isinstance(value, Mapping):
        yield from (ref for item in value.values() for ref in _taken(item))
    elif isinstance(value, list | tuple):
        yield from (ref for item in value for ref in _taken(item))
    elif is_dataclass(value) and not isinstance(value, type):
        yield from (ref for item in fields(value) for ref in _taken(getattr(value, item.name)))


def shipped_study(folder: Path, subjects: int = 3) -> Ground:
    """The shipped study with simulated data: every file, and the forms as ODM-XML."""
    raw = folder / "raw"
    simulate(raw, subjects)
    compiled_study = compile_study(SHIPPED, operations())
    ground = Ground(SHIPPED, SHIPPED, raw, compiled_study, _subjects(raw))
    plan = compiled_study.plan
    files: dict[str, list[str]] = {}
    for name, table in plan.raw.items():
        if table.format not in WITHOUT_FILE and (raw / table.path).is_file():
            files.setdefault(table.path, []).append(name)
    for path, names in files.items():
        read = feeds(plan, names)
        users = [] if read else _users(plan, names)
        if read or users:
            tables = tuple(users or names)
            ground.targets.append(Target(ground, path, tables, feeds(plan, tables), plan))
    for mirror in plan.mirrors.values():
        other = mirrored(plan, mirror.name)
        ground.targets += [
            Target(ground, mirror.path, (name,), feeds(plan, [name]), other, mirror.name)
            for name in mirror.tables
            if name != "enroll"
        ]
    return ground


def _users(plan: Plan, labels: Sequence[str]) -> list[str]:
    """The tables whose labels stand in one of these."""
    options = {name: table.options for name, table in plan.raw.items()}
    return [n for n, o in options.items() if isinstance(o, SasOptions) and o.formats in labels]


def _subjects(raw: Path) -> frozenset[str]:
    """The subjects as the forms and the laboratories write them."""
    with (raw / "edc" / "dm.csv").open(encoding="utf-8", newline="") as opened:
        found = {row["SUBJECT"] for row in csv.DictReader(opened)}
    return frozenset(found | {name.replace("-", "") for name in found})


def tiny_studies(folder: Path, sas: Path | None = None) -> list[Ground]:
    """A study of one table for each format that the shipped study has not."""
    found = [_tiny(folder / name, name, table, contract) for name, table, contract in _TABLES]
    return found + ([_of_sas(folder / "sas7bdat", sas)] if sas is not None else [])


_TABLES = (
    ("parquet", "path: ev.parquet", "freeze"),
    ("dataset-json", "path: ev.json, format: dataset-json", "freeze"),
    ("redcap", "path: ev.csv, format: redcap", "ignore"),
    ("sqlite", 'format: sql, database: fuzz, query: "select * from ev order by SUBJ, TERM"',
     "freeze"),
    ("csv", "path: ev.csv", "report"),
    ("xpt", "path: ev.xpt", "report"),
)  # fmt: skip
FILES = {"sqlite": "ev.db", "parquet": "ev.parquet", "dataset-json": "ev.json", "xpt": "ev.xpt"}


def _tiny(folder: Path, name: str, table: str, contract: str) -> Ground:
    study = folder / "study"
    made = compiled(study, {"raw.yaml": TINY % (table, contract)}, XX=DATASET)
    raw = folder / "raw"
    raw.mkdir(parents=True)
    file = FILES.get(name, "ev.csv")
    if name == "sqlite":
        os.environ[DATABASE] = f"sqlite:///{raw / file}"
    write_tiny(raw / file, name, tiny_rows())
    ids = frozenset(row["SUBJ"] for row in tiny_rows())
    ground = Ground(f"tiny-{name}", str(study), raw, made, ids)
    ground.targets.append(Target(ground, file, ("ev",), feeds(made.plan, ["ev"]), made.plan))
    return ground


def _of_sas(folder: Path, file: Path) -> Ground:
    """A study of a SAS dataset that was given: its first subject column and four others."""
    import pyreadstat

    frame, _ = pyreadstat.read_sas7bdat(str(file))
    columns = ", ".join(map(str, frame.columns))
    raw_yaml = f"    tables:\n      ev: {{path: ev.sas7bdat, columns: [{columns}]}}\n"
    dataset = EVENTS.replace("$TERM", "$USUBJID")
    study_yaml = """
        study: T1
        as_of: 2025-03-28T00:00:00
        conventions: {sdtm: {USUBJID: $USUBJID}}
    """
    study = write_study(
        folder / "study", {"raw.yaml": raw_yaml, "study.yaml": study_yaml}, XX=dataset
    )
    made = compile_study(str(study), operations())
    raw = folder / "raw"
    raw.mkdir(parents=True)
    (raw / "ev.sas7bdat").write_bytes(file.read_bytes())
    ids = frozenset(frame["USUBJID"].astype(str))
    ground = Ground("tiny-sas7bdat", str(study), raw, made, ids)
    ground.targets.append(
        Target(ground, "ev.sas7bdat", ("ev",), feeds(made.plan, ["ev"]), made.plan)
    )
    return ground


@cache
def tiny_rows() -> tuple[Mapping[str, str], ...]:
    """The events of a few subjects."""
    terms = ("Headache", "Nausea", "Fever, high", 'Pain "sharp"', "Fièvre")
    return tuple(
        {
            "SUBJ": f"SUBJ-77{subject:02d}",
            "TERM": term,
            "START": f"2020-0{number + 1}-1{subject}",
            "END": "" if number == 2 else f"2020-0{number + 1}-2{subject}",
            "SEV": ("MILD", "MODERATE", "SEVERE")[(subject + number) % 3],
        }
        for subject in range(4)
        for number, term in enumerate(terms)
    )


def write_tiny(path: Path, kind: str, rows: Sequence[Mapping[str, str]]) -> None:
    """Write these events in a format."""
    frame = pd.DataFrame(list(rows), columns=COLUMNS, dtype="str")
    if kind == "parquet":
        pq.write_table(pa.table({name: frame[name].tolist() for name in frame}), path)
    elif kind == "dataset-json":
        path.write_text(json.dumps(_document(rows), ensure_ascii=False), encoding="utf-8")
    elif kind == "redcap":
        _write_redcap(path, rows)
    elif kind == "sqlite":
        path.unlink(missing_ok=True)
        with sqlite3.connect(path) as connection:
            connection.execute("create table ev (SUBJ text, TERM text, START text, END_ text, SEV)")
            connection.execute("alter table ev rename column END_ to 'END'")
            values = [tuple(row[name] for name in COLUMNS) for row in rows]
            connection.executemany("insert into ev values (?, ?, ?, ?, ?)", values)
        connection.close()
    elif kind == "xpt":
        _write_transport(path, frame)
    else:
        with path.open("w", encoding="utf-8", newline="") as opened:
            writer = csv.DictWriter(opened, COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


def _document(rows: Sequence[Mapping[str, str]]) -> dict[str, object]:
    columns = [
        {"itemOID": f"IT.EV.{n}", "name": n, "label": n, "dataType": "string"} for n in COLUMNS
    ]
    return {
        "datasetJSONCreationDateTime": "2025-03-28T12:00:00",
        "datasetJSONVersion": "1.1.0",
        "itemGroupOID": "IG.EV",
        "name": "EV",
        "label": "Events",
        "records": len(rows),
        "columns": columns,
        "rows": [[row[name] for name in COLUMNS] for row in rows],
    }


def _write_redcap(path: Path, rows: Sequence[Mapping[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened, lineterminator="\n")
        writer.writerow(["record", "field_name", "value"])
        for number, row in enumerate(rows, start=1):
            writer.writerows([number, name, row[name]] for name in COLUMNS if row[name])


def _write_transport(path: Path, frame: pd.DataFrame) -> None:
    import pyreadstat

    plain = frame.apply(lambda column: column.str.encode("ascii", "replace").str.decode("ascii"))
    pyreadstat.write_xport(plain, str(path), table_name="EV", file_format_version=5)
