"""Faults in finished datasets, planted one at a time into a study that was built.

A kind of fault changes one dataset (or one cell of it) and knows with which codes `judge`, which
`clinmap validate` runs, should answer. The kinds were written from what goes wrong in practice.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from clinmap.readers.described import read_described
from clinmap.standards import sdtm_dataset
from clinmap.validation import Given, judge, plan_from_standards, ready_frames

Datasets = dict[str, Given]
Counts = Counter[tuple[str, str, str]]
_SUBJECTS = 10


@dataclass(frozen=True, slots=True)
class Change:
    """One dataset as it is after the fault, and what was done, without a value."""

    dataset: str
    frame: pd.DataFrame
    what: str
    given: Given | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of fault: its name, the codes that find it, and the ways to plant it."""

    name: str
    codes: frozenset[str]
    changes: Callable[[Datasets, random.Random], Iterator[Callable[[], Change]]]


@dataclass(frozen=True, slots=True)
class Planted:
    """What became of one fault."""

    kind: str
    dataset: str
    what: str
    expected: tuple[str, ...]
    found: tuple[str, ...]

    @property
    def is_found(self) -> bool:
        """Whether one of the expected codes came that was not there before."""
        return bool(set(self.expected) & set(self.found))


class Faults:
    """Plants faults into the datasets of a package, a few subjects of it, and judges them."""

    def __init__(self, package: Path) -> None:
        folders = ("tabulations/sdtm", "analysis/adam/datasets")
        paths = [p for f in folders for p in sorted(package.glob(f"m5/datasets/*/{f}/*.xpt"))]
        read = {path.stem.upper(): read_described(path) for path in paths}
        subjects = _with_most(read, _SUBJECTS)
        self.clean = {name: _of(given, subjects) for name, given in read.items()}
        self.before = _counts(self.clean)

    def plant(self, seed: str) -> Planted:
        """One fault, chosen by the seed."""
        chance = random.Random(seed)
        while True:
            kind = chance.choice(KINDS)
            changes = list(kind.changes(self.clean, chance))
            if changes:
                change = chance.choice(changes)()
                return self._judged(kind, change)

    def _judged(self, kind: Kind, change: Change) -> Planted:
        given = change.given or self.clean[change.dataset]
        after = _counts({**self.clean, change.dataset: replace(given, frame=change.frame)})
        more = sorted({key[0] for key, n in after.items() if n > self.before.get(key, 0)})
        codes = tuple(sorted(kind.codes))
        return Planted(kind.name, change.dataset, change.what, codes, tuple(more))


def _with_most(read: Mapping[str, Given], wanted: int) -> set[str]:
    """The subjects that are in most datasets, deaths among them."""
    seen: Counter[str] = Counter()
    for given in read.values():
        if "USUBJID" in given.frame:
            seen.update(given.frame["USUBJID"].dropna().unique().tolist())
    return {subject for subject, _ in sorted(seen.items(), key=lambda i: (-i[1], i[0]))[:wanted]}


def _of(given: Given, subjects: set[str]) -> Given:
    if "USUBJID" not in given.frame:
        return given
    known = given.frame["USUBJID"]
    return replace(
        given, frame=given.frame[known.isin(subjects) | known.isna()].reset_index(drop=True)
    )


def _counts(datasets: Datasets) -> Counts:
    """How often each code is found in each variable, unexplained or not."""
    plan = plan_from_standards(datasets)
    found = judge(plan, ready_frames(plan, datasets), given=datasets)
    counts: Counts = Counter()
    for one in found:
        counts[one.problem.key] += one.problem.count
    return counts


# --------------------------------------------------------------------------- where to plant


def _is_sdtm(name: str, given: Given) -> bool:
    return not name.startswith("AD")


def _columns(
    datasets: Datasets, wanted: Callable[[str, str], bool]
) -> Iterator[tuple[str, Given, str]]:
    """The columns of all datasets that are wanted: by the name of the dataset and their own."""
    for name, given in datasets.items():
        for column in given.frame.columns:
            if wanted(name, column) and given.frame[column].notna().any():
                yield name, given, column


def cell(
    name: str,
    codes: tuple[str, ...],
    wanted: Callable[[str, str], bool],
    new: Callable[[object, pd.DataFrame, int], object],
    rows: Callable[[pd.DataFrame, str], pd.Series] | None = None,
) -> Kind:
    """A kind that changes one cell: `new` gives its value, `rows` says which rows will do."""

    def changes(datasets: Datasets, chance: random.Random) -> Iterator[Callable[[], Change]]:
        for dataset, given, column in _columns(datasets, wanted):
            frame = given.frame
            fit = rows(frame, column) if rows else frame[column].notna()
            places = frame.index[fit.fillna(False).astype(bool)].tolist()
            if places:
                row = chance.choice(places)
                yield lambda d=dataset, f=frame, c=column, r=row: _with(d, f, c, r, new)

    return Kind(name, frozenset(codes), changes)


def _with(
    dataset: str,
    frame: pd.DataFrame,
    column: str,
    row: int,
    new: Callable[[object, pd.DataFrame, int], object],
) -> Change:
    changed = frame.copy()
    changed.loc[row, column] = new(frame.loc[row, column], frame, row)
    return Change(dataset, changed, f"{column} of row {row + 1}")


def whole(
    name: str,
    codes: tuple[str, ...],
    wanted: Callable[[str, Given], bool],
    make: Callable[[pd.DataFrame, random.Random], tuple[pd.DataFrame, str] | None],
) -> Kind:
    """A kind that changes a dataset as a whole."""

    def changes(datasets: Datasets, chance: random.Random) -> Iterator[Callable[[], Change]]:
        for dataset, given in datasets.items():
            made = make(given.frame, chance) if wanted(dataset, given) else None
            if made is not None:
                yield lambda d=dataset, m=made: Change(d, *m)

    return Kind(name, frozenset(codes), changes)


def described(
    name: str,
    codes: tuple[str, ...],
    make: Callable[[Given, random.Random], tuple[Given, str] | None],
) -> Kind:
    """A kind that changes what a file says of its columns."""

    def changes(datasets: Datasets, chance: random.Random) -> Iterator[Callable[[], Change]]:
        for dataset, given in datasets.items():
            made = make(given, chance) if _is_sdtm(dataset, given) else None
            if made is not None:
                yield lambda d=dataset, m=made: Change(d, m[0].frame, m[1], m[0])

    return Kind(name, frozenset(codes), changes)


# ------------------------------------------------------------------------------- what is done


def _ends(*endings: str, sdtm: bool = True) -> Callable[[str, str], bool]:
    return lambda dataset, column: (
        column.endswith(endings)
        and dataset.startswith("AD") is not sdtm
        and (not sdtm or column.startswith(dataset[:2]))
    )


def _named(*names: str, sdtm: bool | None = None) -> Callable[[str, str], bool]:
    return lambda dataset, column: (
        column in names and (sdtm is None or dataset.startswith("AD") is not sdtm)
    )


def _core(core: str) -> Callable[[str, str], bool]:
    def wanted(dataset: str, column: str) -> bool:
        facts = sdtm_dataset(dataset)
        found = facts and next((v for v in facts.variables if v.name == column), None)
        return bool(found and found.core == core)

    return wanted


def _doubled_record(frame: pd.DataFrame, chance: random.Random) -> tuple[pd.DataFrame, str] | None:
    if frame.empty:
        return None
    row = chance.randrange(len(frame))
    again = pd.concat([frame, frame.iloc[[row]]], ignore_index=True)
    return again, f"row {row + 1} twice"


def _dropped(core: str) -> Kind:
    """A Required or Expected variable that is not there."""
    code = {"Req": ("VAL001",), "Exp": ("VAL002",)}[core]

    def changes(datasets: Datasets, chance: random.Random) -> Iterator[Callable[[], Change]]:
        for dataset, given in datasets.items():
            names = [c for c in given.frame.columns if _core(core)(dataset, c)]
            if names:
                name = chance.choice(names)
                frame = given.frame.drop(columns=name)
                columns = tuple(c for c in given.columns if c.name != name)
                left = replace(given, frame=frame, columns=columns)
                yield lambda d=dataset, n=name, g=left: Change(d, g.frame, f"without {n}", g)

    return Kind(f"a variable left out ({core})", frozenset(code), changes)


def _mislabelled(given: Given, chance: random.Random) -> tuple[Given, str] | None:
    at = chance.randrange(len(given.columns))
    facts = sdtm_dataset(str(given.name or ""))
    column = given.columns[at]
    if not facts or column.name not in {v.name for v in facts.variables}:
        return None
    changed = replace(column, label="Something else")
    columns = (*given.columns[:at], changed, *given.columns[at + 1 :])
    return replace(given, columns=columns), f"another label of {column.name}"


def _as_text(given: Given, chance: random.Random) -> tuple[Given, str] | None:
    facts = sdtm_dataset(str(given.name or ""))
    numbers = [v.name for v in facts.variables if v.type == "Num"] if facts else []
    names = [
        c.name for c in given.columns if c.name in numbers and given.frame[c.name].notna().any()
    ]
    if not names:
        return None
    name = chance.choice(names)
    frame = given.frame.assign(
        **{name: given.frame[name].map(lambda n: f"{n:g}", na_action="ignore").astype("str")}
    )
    columns = tuple(replace(c, character=True) if c.name == name else c for c in given.columns)
    return replace(given, frame=frame, columns=columns), f"{name} as text"


def _renamed_dataset(given: Given, chance: random.Random) -> tuple[Given, str] | None:
    if not sdtm_dataset(str(given.name or "")):
        return None
    return replace(given, label="Something else"), "another label of the dataset"


def _reordered(given: Given, chance: random.Random) -> tuple[Given, str] | None:
    facts = sdtm_dataset(str(given.name or ""))
    order = [v.name for v in facts.variables] if facts else []
    both = [n for n, (a, b) in enumerate(zip(given.columns, given.columns[1:], strict=False))
            if a.name in order and b.name in order]  # fmt: skip
    if not both:
        return None
    at = chance.choice(both)
    columns = list(given.columns)
    columns[at : at + 2] = columns[at + 1], columns[at]
    frame = given.frame[[column.name for column in columns]]
    return replace(given, columns=tuple(columns), frame=frame), f"{columns[at].name} moved"


def _with_a_variable(given: Given, chance: random.Random) -> tuple[Given, str] | None:
    if not sdtm_dataset(str(given.name or "")):
        return None
    column = replace(given.columns[0], name="ZZNEW", label="A new one")
    frame = given.frame.assign(ZZNEW=given.frame[given.columns[0].name])
    return replace(given, columns=(*given.columns, column), frame=frame), "with ZZNEW"


def _another_subject(value: object, frame: pd.DataFrame, row: int) -> object:
    return f"{value}X"


def _other_of_column(column: str) -> Callable[[object, pd.DataFrame, int], object]:
    """Another value that the column has."""

    def new(value: object, frame: pd.DataFrame, row: int) -> object:
        return next(v for v in frame[column].dropna().unique() if v != value)

    return new


def _with_several(frame: pd.DataFrame, column: str) -> pd.Series:
    """The rows of a column that has at least two values."""
    return frame[column].notna() & (frame[column].nunique() > 1)


def _beside(suffix: str) -> Callable[[pd.DataFrame, str], pd.Series]:
    """The rows where the variable of another suffix has a value too."""

    def rows(frame: pd.DataFrame, column: str) -> pd.Series:
        other = f"{column[:2]}{suffix}"
        return frame[column].notna() & (frame[other].notna() if other in frame else False)

    return rows


def _complete(frame: pd.DataFrame, column: str) -> pd.Series:
    """The rows with a complete date, and a study day where the column has one beside it."""
    day = column.removesuffix("DTC") + "DY"
    fine = frame[column].str.match(r"^\d{4}-\d{2}-\d{2}", na=False)
    return fine & (frame[day].notna() if day in frame else False)


def _later(years: int) -> Callable[[object, pd.DataFrame, int], object]:
    return lambda value, frame, row: f"{int(str(value)[:4]) + years}{str(value)[4:]}"


def _two_coded(frame: pd.DataFrame, column: str) -> pd.Series:
    """Rows of a code that other rows have too, so that one name stands beside another."""
    code = f"{column}CD" if f"{column}CD" in frame else "PARAMCD"
    return (
        frame.duplicated([code], keep=False) & frame[column].notna()
        if code in frame
        else frame[column].isna()
    )


def _same_record(value: object, frame: pd.DataFrame, row: int) -> object:
    """The sequence number of another record of the subject."""
    column = next(c for c in frame.columns if c.endswith("SEQ") and len(c) == 5)
    subject = frame["USUBJID"] == frame.loc[row, "USUBJID"]
    return next(v for v in frame.loc[subject, column] if v != value)


def _several_of_subject(frame: pd.DataFrame, column: str) -> pd.Series:
    if "USUBJID" not in frame:
        return frame[column].isna() & False
    return frame.duplicated(["USUBJID"], keep=False)


def _flagged(frame: pd.DataFrame, column: str) -> pd.Series:
    """Rows without the flag whose subject and parameter have a flagged one."""
    if not {"PARAMCD", "USUBJID"} <= set(frame):
        return frame[column].notna() & False
    by = [c for c in ("USUBJID", "PARAMCD", "BASETYPE") if c in frame]
    has = frame[column].eq("Y").groupby([frame[c].fillna("") for c in by]).transform("any")
    return has & frame[column].isna()


def _is_adam(dataset: str, column: str) -> bool:
    return dataset.startswith("AD")


_CODED = (
    "SEX",
    "RACE",
    "ETHNIC",
    "AESEV",
    "AEREL",
    "AEOUT",
    "AESER",
    "AEACN",
    "EPOCH",
    "DSDECOD",
    "VSTESTCD",
    "VSORRESU",
    "LBSPEC",
    "EXROUTE",
    "EXDOSFRM",
    "LBNRIND",
    "COUNTRY",
    "AGEU",
    "TRTESTCD",
    "RSTESTCD",
    "CMROUTE",
)
KINDS: tuple[Kind, ...] = (
    whole(
        "a record that stands twice",
        ("VAL030", "VAL031", "VAL057", "VAL074"),
        lambda d, g: not d.startswith("AD") or d in ("ADSL", "ADAE"),
        _doubled_record,
    ),
    cell(
        "a sequence number that stands twice",
        ("VAL031", "VAL030"),
        lambda d, c: not d.startswith(("AD", "SUPP")) and c == f"{d[:2]}SEQ" and len(d) == 2,
        _same_record,
        _several_of_subject,
    ),
    cell("a Required value that is missing", ("VAL003",), _core("Req"), lambda v, f, r: None),
    cell(
        "a term that is none",
        ("VAL010", "VAL011"),
        _named(*_CODED, sdtm=True),
        lambda v, f, r: f"{v}X",
    ),
    cell(
        "a date that is none",
        ("VAL020",),
        _ends("DTC"),
        lambda v, f, r: str(v).replace("-", "/"),
        lambda f, c: f[c].str.contains("-", na=False),
    ),
    cell(
        "a month that does not exist",
        ("VAL020",),
        _ends("DTC"),
        lambda v, f, r: f"{str(v)[:5]}13{str(v)[7:]}",
        lambda f, c: f[c].str.len().ge(10).fillna(False),
    ),
    cell(
        "a study day off by one",
        ("VAL062", "VAL053"),
        _ends("STDY", "ENDY", "DY"),
        lambda v, f, r: float(v) + 1,
        lambda f, c: f[c].notna() & (f[c] != -1),
    ),
    cell("a study day 0", ("VAL053",), _ends("STDY", "ENDY", "DY"), lambda v, f, r: 0.0),
    cell(
        "a subject that nobody knows",
        ("VAL060", "VAL076"),
        lambda d, c: c == "USUBJID" and d not in ("DM", "ADSL"),
        _another_subject,
    ),
    cell(
        "a qualifier of no record",
        ("VAL061",),
        lambda d, c: d.startswith("SUPP") and c == "IDVARVAL",
        lambda v, f, r: "99999",
    ),
    cell(
        "a relation to no record",
        ("VAL061",),
        lambda d, c: d == "RELREC" and c == "IDVARVAL",
        lambda v, f, r: "99999",
    ),
    cell(
        "a start after the end",
        ("VAL050",),
        _ends("STDTC"),
        _later(40),
        lambda f, c: _beside("ENDTC")(f, c) & f[c].str.len().ge(10).fillna(False),
    ),
    cell(
        "a number that is not its text", ("VAL051",), _ends("STRESN"), lambda v, f, r: float(v) + 1
    ),
    cell(
        "a result that is missing",
        ("VAL052",),
        _ends("ORRES"),
        lambda v, f, r: None,
        lambda f, c: (
            f[c].notna()
            & (f[f"{c[:2]}STAT"].isna() if f"{c[:2]}STAT" in f else True)
            & (f[f"{c[:2]}DRVFL"].isna() if f"{c[:2]}DRVFL" in f else True)
        ),
    ),
    _dropped("Req"),
    _dropped("Exp"),
    described("another label than the standard's", ("VAL090",), _mislabelled),
    described("a number as text", ("VAL004",), _as_text),
    cell(
        "a text over 200 bytes",
        ("VAL005",),
        _ends("TERM", "TRT", "ORRES"),
        lambda v, f, r: "x" * 201,
    ),
    cell(
        "a name that is not that of its code",
        ("VAL040", "VAL011", "VAL010"),
        _ends("TEST"),
        lambda v, f, r: f"{v}s",
        _two_coded,
    ),
    cell(
        "a visit that is not its number's",
        ("VAL040", "VAL067"),
        lambda d, c: c == "VISIT" and not d.startswith(("AD", "TV")),
        _other_of_column("VISIT"),
        _with_several,
    ),
    cell(
        "an epoch that is not that of the date",
        ("VAL065", "VAL058"),
        lambda d, c: c == "EPOCH" and d not in ("SE", "TA", "DS"),
        _other_of_column("EPOCH"),
        _with_several,
    ),
    cell(
        "a death that only AE knows",
        ("VAL081",),
        lambda d, c: d == "DM" and c in ("DTHFL",),
        lambda v, f, r: None,
    ),
    cell(
        "a fatal event that is said to be over",
        ("VAL081",),
        lambda d, c: d == "AE" and c == "AEOUT",
        lambda v, f, r: "RECOVERED/RESOLVED",
        lambda f, c: f[c].eq("FATAL"),
    ),
    cell(
        "a first dose that EX has not",
        ("VAL069",),
        lambda d, c: d == "DM" and c in ("RFXSTDTC", "RFXENDTC"),
        _later(1),
    ),
    cell(
        "a date after death",
        ("VAL063", "VAL064"),
        lambda d, c: d in ("VS", "LB", "EG", "PE", "TR") and c == f"{d}DTC",
        _later(30),
        _complete,
    ),
    cell(
        "an arm that is not planned",
        ("VAL080", "VAL040"),
        lambda d, c: d == "DM" and c == "ARMCD",
        lambda v, f, r: f"{v}Z",
    ),
    cell(
        "a domain that is not the dataset's",
        ("VAL055",),
        lambda d, c: c == "DOMAIN",
        lambda v, f, r: "ZZ",
    ),
    cell(
        "another study identifier",
        ("VAL056",),
        lambda d, c: c == "STUDYID" and len(d) == 2,
        lambda v, f, r: f"{v}X",
    ),
    described("another label of the dataset", ("VAL091",), _renamed_dataset),
    described("two variables in the wrong order", ("VAL092",), _reordered),
    described("a variable that no standard has", ("VAL093",), _with_a_variable),
    cell(
        "a qualifier that is a variable",
        ("VAL082",),
        lambda d, c: d == "SUPPAE" and c == "QNAM",
        lambda v, f, r: "AESER",
    ),
    cell(
        "an element that nobody planned",
        ("VAL066",),
        lambda d, c: d == "SE" and c == "ETCD",
        lambda v, f, r: f"{v}Z",
    ),
    cell(
        "a result without its standard",
        ("VAL089",),
        _ends("STRESC"),
        lambda v, f, r: None,
        _beside("ORRES"),
    ),
    cell(
        "a criterion of seriousness alone",
        ("VAL088",),
        lambda d, c: d == "AE" and c in ("AESHOSP", "AESLIFE", "AESDTH"),
        lambda v, f, r: "Y",
        lambda f, c: f["AESER"].eq("N"),
    ),
    cell(
        "a trial summary without its value",
        ("VAL099", "VAL003"),
        lambda d, c: d == "TS" and c == "TSVAL",
        lambda v, f, r: None,
    ),
    cell(
        "a preferred term under two primary classes",
        ("VAL087",),
        lambda d, c: d == "AE" and c == "AESOC",
        _other_of_column("AESOC"),
        lambda f, c: _with_several(f, c) & f.duplicated(["AEDECOD"], keep=False),
    ),
    cell(
        "an arm's name that is another's",
        ("VAL040", "VAL080"),
        lambda d, c: d == "DM" and c == "ARM",
        _other_of_column("ARM"),
        lambda f, c: _with_several(f, c) & f.duplicated(["ARMCD"], keep=False),
    ),
    cell(
        "two baseline records",
        ("VAL070",),
        lambda d, c: _is_adam(d, c) and c == "ABLFL",
        lambda v, f, r: "Y",
        _flagged,
    ),
    cell(
        "a baseline that is not the record's",
        ("VAL071",),
        _named("BASE"),
        lambda v, f, r: float(v) * 2 + 1,
    ),
    cell("a change that is none", ("VAL102",), _named("CHG", "PCHG"), lambda v, f, r: float(v) + 3),
    cell(
        "a population flag that is not ADSL's",
        ("VAL072",),
        lambda d, c: (
            _is_adam(d, c) and d != "ADSL" and c in ("SAFFL", "RESPFL", "ENRLFL", "DLTEVLFL")
        ),
        lambda v, f, r: "N" if v == "Y" else "Y",
    ),
    cell(
        "a population flag that is neither",
        ("VAL073", "VAL010"),
        lambda d, c: d == "ADSL" and c in ("SAFFL", "ENRLFL"),
        lambda v, f, r: "U",
    ),
    cell(
        "a parameter with two names",
        ("VAL040",),
        lambda d, c: _is_adam(d, c) and c == "PARAM",
        lambda v, f, r: f"{v} again",
        _two_coded,
    ),
    cell(
        "a value that is not that of DM",
        ("VAL078", "VAL077"),
        lambda d, c: d == "ADSL" and c in ("AGE", "SITEID", "ARM", "SEX"),
        lambda v, f, r: float(v) + 1 if isinstance(v, float) else f"{v}X",
    ),
    cell(
        "a value that is not that of the event",
        ("VAL079",),
        lambda d, c: d == "ADAE" and c in ("AETERM", "AEDECOD", "AESTDTC", "AESER"),
        lambda v, f, r: f"{v}X",
    ),
    cell(
        "a source record that does not exist",
        ("VAL100",),
        lambda d, c: d == "ADAE" and c == "AESEQ",
        lambda v, f, r: 9999.0,
    ),
    cell(
        "an analysis day off by one",
        ("VAL103",),
        _named("ADY", "ASTDY", "AENDY"),
        lambda v, f, r: float(v) + 1,
        lambda f, c: f[c].notna() & (f[c] != -1),
    ),
    cell(
        "a date-time of another day",
        ("VAL104",),
        _named("ADTM", "TRTSDTM"),
        lambda v, f, r: float(v) + 200_000,
    ),
    cell("a censoring that is none", ("VAL114",), _named("CNSR"), lambda v, f, r: -1.0),
    cell(
        "a PARAMCD that is no name",
        ("VAL108", "VAL006"),
        lambda d, c: _is_adam(d, c) and c == "PARAMCD",
        lambda v, f, r: f"1{str(v)[:7]}",
    ),
)
"""Every kind of fault; a kind is chosen first, then one of its places."""
