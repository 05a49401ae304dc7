"""One case: a file damaged by a number, read and built, and what may be said of the outcome.

A case ends well in one of two ways. Either an error of ours that names the file, without a
traceback; or a built study in which every row of the damaged tables is used, left out by a rule or
counted in RAW005, and every cell that changed shows: in a dataset, or in a problem. In both no
message holds a subject or the text that was planted. Anything else is a finding.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import random
import shutil
import signal
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType

import numpy as np
import pandas as pd

from clinmap.app.errors import each_error
from clinmap.app.main import main
from clinmap.problems import ClinmapError, InputError, Problem
from clinmap.raw_formats import CsvOptions, RedcapOptions
from clinmap.readers.raw import row_hash
from tests.fuzz.mutations import Damage, Subject, awkward, damage
from tests.fuzz.studies import (
    DATABASE,
    FILES,
    Ground,
    Made,
    Target,
    dated_columns,
    given_columns,
    shipped_study,
    tiny_rows,
    tiny_studies,
    write_tiny,
)

Records = tuple[set[int], set[int]]
COMMAND_EVERY = 50
WHOLE_EVERY = 200
SECONDS = 90
UNKNOWN_DATE = r"[\s?0-]*|UNK?|NK"
"""What says of a date that it is not known, as the damage writes it."""

OF_ROWS = ("parquet", "dataset-json", "redcap", "sqlite", "xpt")


@dataclass(frozen=True)
class Outcome:
    """How a case ended: the codes of its errors (none: it was built), and what is wrong with it."""

    seed: str
    file: str
    format: str
    how: str
    errors: tuple[str, ...] = ()
    command: bool = False
    findings: tuple[str, ...] = ()


@dataclass
class Harness:
    """All the files that can be damaged, and a folder to work in."""

    folder: Path
    grounds: Sequence[Ground]
    kept: Path | None = None

    @cached_property
    def targets(self) -> list[Target]:
        """The files; those of the small studies as often as all others together."""
        shipped = [t for ground in self.grounds[:1] for t in ground.targets]
        files = [t for t in shipped if not t.mirror]
        mirrored = [t for t in shipped if t.mirror]
        tiny = [t for ground in self.grounds[1:] for t in ground.targets]
        return [*files, *mirrored[:: max(1, len(mirrored) // 6)], *tiny, *tiny]

    def run(self, seed: str, *, command: bool | None = None, whole: bool = False) -> Outcome:
        """The case of this seed; by the command line where that is asked for."""
        chance = random.Random(seed)
        target = chance.choice(self.targets)
        made = self.damaged(target, chance)
        if command is None:
            number = int(seed.rsplit("-", 1)[-1])
            command = number % COMMAND_EVERY == COMMAND_EVERY - 1
            whole = number % WHOLE_EVERY == WHOLE_EVERY - 1
        with TemporaryDirectory(dir=self.folder) as folder, _alarm(), _strict():
            try:
                if command:
                    errors, findings = self._by_command(target, made, Path(folder), whole)
                else:
                    errors, findings = self._in_memory(target, made, Path(folder))
            except Exception as error:  # whatever it is, it is a finding
                errors, findings = [], [_fault(error)]
        found = tuple(dict.fromkeys(findings))
        outcome = Outcome(seed, target.name, target.format, made.how, tuple(errors), command, found)
        if found and self.kept is not None:
            self._keep(outcome, target, made)
        return outcome

    def damaged(self, target: Target, chance: random.Random) -> Damage:
        """The file of a target, damaged; small tables are at times written anew with one cell."""
        of_rows = target.study.name.startswith("tiny") and target.format in OF_ROWS
        if of_rows and chance.random() < 0.4:
            return self._rewritten(target, chance)
        first = target.plan.raw[target.tables[0]]
        options = first.options
        text = isinstance(options, CsvOptions | RedcapOptions)
        others = tuple(other.data for other in self.targets if other.format != target.format)
        subject = Subject(
            target.data,
            target.format,
            options.delimiter if text else ",",
            options.encoding if text else "utf-8",
            first.columns,
            others,
        )
        return damage(subject, chance)

    def _rewritten(self, target: Target, chance: random.Random) -> Damage:
        rows = [dict(row) for row in tiny_rows()]
        row = chance.choice(rows)
        text, marker = awkward(chance)
        row[chance.choice(("TERM", "START", "END", "SEV"))] = text
        path = self.folder / f"rewritten-{FILES.get(target.format, 'ev.csv')}"
        try:
            write_tiny(path, target.format, rows)
        except Exception:  # the writer of another library cannot: then the cell stays
            return Damage("not rewritten", target.data)
        # a transport file holds ASCII text of 200 bytes here
        whole = marker if len(text) <= 200 and text.isascii() else ""
        return Damage("cell replaced", path.read_bytes(), whole)

    # -------------------------------------------------------------------------- in memory

    def _in_memory(self, target: Target, made: Damage, folder: Path) -> tuple[list[str], list[str]]:
        path = folder / target.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(made.data)
        for other in target.beside:
            (folder / other).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(target.study.folder / other, folder / other)
        if target.format == "sqlite":
            os.environ[DATABASE] = f"sqlite:///{path}"
        unharmed = self.unharmed(target)
        try:
            found = target.make(folder)
        except ClinmapError as error:
            return _codes(error), [
                *_of_error(error, target, folder),
                *_leaks(_texts_of(error), target, made),
            ]
        texts = [text for p in found.built.problems for text in (p.message, p.hint)]
        return [], [
            *_leaks(texts, target, made),
            *_uncounted(target, found),
            *_unseen(target, made, found, unharmed),
        ]

    def unharmed(self, target: Target) -> Made:
        """What the target gives when it is not damaged, made once."""
        if target.unharmed is None:
            if target.format == "sqlite":
                before = os.environ[DATABASE]
                os.environ[DATABASE] = f"sqlite:///{target.study.folder / target.path}"
                target.unharmed = target.make(target.study.folder)
                os.environ[DATABASE] = before
            else:
                target.unharmed = target.make(target.study.folder)
        return target.unharmed

    # -------------------------------------------------------------------- by the command line

    def _by_command(
        self, target: Target, made: Damage, folder: Path, whole: bool
    ) -> tuple[list[str], list[str]]:
        raw, out = folder / "raw", folder / "out"
        shutil.copytree(target.study.folder, raw)
        (raw / target.path).write_bytes(made.data)
        if target.format == "sqlite":
            os.environ[DATABASE] = f"sqlite:///{raw / target.path}"
        asked = ["build", target.study.argument, "--raw", str(raw), "--out", str(out)]
        asked += ["--mirror", target.mirror] if target.mirror else []
        if not whole and target.study.name == self.grounds[0].name:
            asked += ["--select", target.datasets[0].name]
        said = io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            code = main(["--debug", *asked])
        findings = _leaks([said.getvalue()], target, made)
        if "Traceback" in said.getvalue():
            findings.append(f"traceback: {said.getvalue()[-300:]}")
        if code == 2:
            findings += ["a package was written by a run that failed"] if out.exists() else []
            return ["exit 2"], findings
        if code not in (0, 1):
            return [], [*findings, f"exit code {code}"]
        return [], [*findings, *_of_package(out, whole)]

    def _keep(self, outcome: Outcome, target: Target, made: Damage) -> None:
        assert self.kept is not None
        folder = self.kept / outcome.seed
        folder.mkdir(parents=True, exist_ok=True)
        (folder / Path(target.path).name).write_bytes(made.data)
        told = {**outcome.__dict__, "target": target.path, "planted": made.planted}
        (folder / "case.json").write_text(json.dumps(told, indent=1), encoding="utf-8")


def harness(folder: Path, kept: Path | None = None, sas: Path | None = None) -> Harness:
    """The studies with their raw data, in a folder."""
    grounds = [shipped_study(folder / "shipped"), *tiny_studies(folder / "tiny", sas)]
    return Harness(folder, grounds, kept)


# ------------------------------------------------------------------------------- the judgement


def _codes(error: ClinmapError) -> list[str]:
    return sorted({single.code for single in each_error(error)})


def _texts_of(error: ClinmapError) -> list[str]:
    return [f"{e} {e.message} {e.hint}" for e in each_error(error)]


def _of_error(error: ClinmapError, target: Target, folder: Path) -> Iterator[str]:
    """What is wrong with an error: it names no file, hides another error, or tells a path."""
    for single in each_error(error):
        place = single.location.file if single.location else ""
        named = (place, single.message)
        name = "database:" if target.format == "sqlite" else Path(target.path).stem
        if not isinstance(single, InputError):
            yield f"{single.code}: no InputError"
        if not any(name in text for text in named):
            yield f"{single.code}: the file is not named"
        if single.__cause__ is not None or (not single.__suppress_context__ and single.__context__):
            yield f"{single.code}: another error stands behind it"
        if str(folder) in str(single):
            yield f"{single.code}: it holds a path of the machine"


def _leaks(texts: Sequence[str], target: Target, made: Damage) -> list[str]:
    """What no message may hold: a subject, or what was planted in a cell."""
    secrets = set(target.study.identifiers) | ({made.planted} if made.planted else set())
    return [
        f"a message holds a value of the data: {text[:160]!r}"
        for text in texts
        if any(secret in text for secret in secrets)
    ]


def _uncounted(target: Target, found: Made) -> Iterator[str]:
    """Rows that are neither used nor left out nor lost; tables to look things up need no use."""
    for account in found.accounts:
        if account.table not in target.mapped_tables:
            continue
        if account.used + account.left_out + len(account.lost) != account.rows:
            yield f"rows of {account.table} are not accounted for"
    for name, table in found.tables.tables.items():
        if found.tables.inputs[name].rows != len(table):
            yield f"rows of {name} are lost between reading and building"


def _unseen(target: Target, made: Damage, found: Made, unharmed: Made) -> Iterator[str]:
    """Cells that changed without a trace, and a planted text that nobody read."""
    if _contents(found) != _contents(unharmed) or _said(found) != _said(unharmed):
        return
    changed = {
        name: _changed(table.frame, unharmed.tables.tables[name].frame)
        for name, table in found.tables.tables.items()
    }
    own = target.path in {target.plan.raw[name].path for name in target.tables}
    if made.planted and target.format == "csv" and own and not any(changed.values()):
        yield "the planted text was not read"
    sides = (found, unharmed)
    for name, columns in changed.items():
        silent = [
            column
            for column, rows in columns.items()
            if _should_show(target, sides, name, column, rows)
            and not _still_unknown(target, sides, name, column)
        ]
        if silent:
            yield f"a changed cell left no trace: {name}: {', '.join(sorted(silent)[:5])}"


def _changed(one: pd.DataFrame, other: pd.DataFrame) -> dict[str, Records]:
    """The columns that differ, with the records that do in each; new and lost ones in all."""
    if len(one) != len(other):
        here, there = _without(one, other), _without(other, one)
        return {str(c): (here, there) for c in one} if here or there else {}
    if sorted(row_hash(one)) == sorted(row_hash(other)):
        return {}  # the same rows, perhaps in another order
    found = {}
    for column in one.columns.intersection(other.columns):
        same = one[column].eq(other[column]) | (one[column].isna() & other[column].isna())
        records = set((np.flatnonzero(~same.to_numpy(dtype=bool)) + 1).tolist())
        found |= {str(column): (records, records)} if records else {}
    return found


def _without(one: pd.DataFrame, other: pd.DataFrame) -> set[int]:
    """The records of the one that the other has not."""
    common = one.columns.intersection(other.columns)
    new = ~np.isin(row_hash(one[common]), row_hash(other[common]))
    return set((np.flatnonzero(new) + 1).tolist())


def _should_show(
    target: Target, sides: tuple[Made, Made], table: str, column: str, records: Records
) -> bool:
    """Whether a variable takes its value from the column in one of these records.

    A column that only conditions ask, or that only joins meet by, may change without effect.
    """
    names = {d.name for d in target.datasets if (table, column) in given_columns(d)}
    for made, own in zip(sides, records, strict=True):
        for name in names & set(made.built.datasets):
            lineage = made.built.datasets[name].lineage
            if own & set(lineage.loc[lineage["source"] == table, "record"].tolist()):
                return True
    return False


def _still_unknown(target: Target, sides: tuple[Made, Made], table: str, column: str) -> bool:
    """Whether a date only changed from missing to a word for unknown (`??`), or back."""
    if not any((table, column) in dated_columns(dataset) for dataset in target.datasets):
        return False
    one, other = (side.tables.tables[table].frame[column] for side in sides)
    if len(one) != len(other):
        return False
    changed = ~(one.eq(other) | (one.isna() & other.isna()))
    return all(side[changed].fillna("").str.fullmatch(UNKNOWN_DATE).all() for side in (one, other))


def _contents(made: Made) -> list[bytes]:
    return [
        pd.util.hash_pandas_object(built.frame).to_numpy().tobytes()
        for _, built in sorted(made.built.datasets.items())
    ]


def _said(made: Made) -> Counter[tuple[object, ...]]:
    said = Counter(_key(problem) for problem in made.built.problems)
    return said + Counter((a.table, a.left_out, *a.lost) for a in made.accounts)


def _key(problem: Problem) -> tuple[object, ...]:
    return (*problem.key, problem.message, problem.count, problem.rows)


def _of_package(out: Path, whole: bool) -> Iterator[str]:
    """What is wrong with a package: rows that are lost and not in RAW005."""
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    if not whole:
        return
    problems = (out / "problems.json").read_text(encoding="utf-8")
    for name, account in manifest["completeness"].items():
        rows = account.get("rows", {"unaccounted": 0})
        if rows["unaccounted"] and f"{name}:" not in problems:
            yield f"rows of {name} are lost and not counted in RAW005"


def _fault(error: Exception) -> str:
    import traceback

    frames = traceback.extract_tb(error.__traceback__)
    own = [f for f in frames if "/tests/" not in f.filename and "site-packages" not in f.filename]
    place = own[-1] if own else frames[-1]
    where = "/".join(Path(place.filename).parts[-2:])
    return f"{type(error).__name__} at {where}:{place.lineno}: {str(error)[:160]}"


@contextlib.contextmanager
def _alarm() -> Iterator[None]:
    """A case that takes too much of the processor's time ends in a TimeoutError."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise TimeoutError(f"the case takes longer than {SECONDS} seconds")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


@contextlib.contextmanager
def _strict() -> Iterator[None]:
    """A warning of a library would reach the person who runs the command: it is a fault."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", ResourceWarning)
        yield
