"""Checking a million laboratory records: `validate` beside the same checks written in NumPy."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.page import Claim, Section

STUDY = "n2011-04"
TITLE = "Validation"
ROWS = 1_000_000
ROUNDS = 5
AIM = 1.3

TESTS = (
    ("ALB", "Albumin", "g/dL", "g/L", 10.0, 36.0, 50.0),
    ("ALP", "Alkaline Phosphatase", "U/L", "U/L", 1.0, 40.0, 129.0),
    ("ALT", "Alanine Aminotransferase", "U/L", "U/L", 1.0, 5.0, 41.0),
    ("AST", "Aspartate Aminotransferase", "U/L", "U/L", 1.0, 5.0, 40.0),
    ("BASO", "Basophils", "10^9/L", "10^9/L", 1.0, 0.0, 0.2),
    ("BILI", "Bilirubin", "mg/dL", "umol/L", 17.1, 2.0, 21.0),
    ("CA", "Calcium", "mg/dL", "mmol/L", 0.25, 2.1, 2.6),
    ("CK", "Creatine Kinase", "U/L", "U/L", 1.0, 30.0, 200.0),
    ("CREAT", "Creatinine", "mg/dL", "umol/L", 88.4, 45.0, 104.0),
    ("EOS", "Eosinophils", "10^9/L", "10^9/L", 1.0, 0.0, 0.5),
    ("GGT", "Gamma Glutamyl Transferase", "U/L", "U/L", 1.0, 8.0, 61.0),
    ("GLUC", "Glucose", "mg/dL", "mmol/L", 0.0555, 3.9, 6.1),
    ("HCT", "Hematocrit", "%", "%", 1.0, 36.0, 50.0),
    ("HGB", "Hemoglobin", "g/dL", "g/L", 10.0, 120.0, 175.0),
    ("K", "Potassium", "mmol/L", "mmol/L", 1.0, 3.5, 5.1),
    ("LYM", "Lymphocytes", "10^9/L", "10^9/L", 1.0, 1.0, 4.0),
    ("MONO", "Monocytes", "10^9/L", "10^9/L", 1.0, 0.2, 1.0),
    ("NEUT", "Neutrophils", "10^9/L", "10^9/L", 1.0, 1.5, 7.7),
    ("PLAT", "Platelets", "10^9/L", "10^9/L", 1.0, 150.0, 400.0),
    ("SODIUM", "Sodium", "mmol/L", "mmol/L", 1.0, 136.0, 145.0),
)
"""Code, name, unit collected, standard unit, factor, limits of the normal range."""

VISITS = 25
PER_SUBJECT = len(TESTS) * VISITS
KEYS = ("STUDYID", "USUBJID", "LBTESTCD", "LBSPEC", "VISITNUM", "LBDTC")
GIVEN = ("STUDYID", "DOMAIN", "USUBJID", "LBSEQ", "LBTESTCD", "LBTEST")
COUNTED = ("LBDY", "VISITDY")
ISO = (
    r"\A[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
    r"(?:T(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?)?\z"
)

Coded = tuple[Any, Any]
Columns = dict[str, Any]
"""Text as numbers and distinct values, numbers as they are."""

Row = tuple[str, float, float]


def laboratory(rows: int) -> pd.DataFrame:
    """Records of 20 tests at 25 visits, subject by subject, as a finished dataset has them."""
    from clinmap.coded_text import as_coded

    at = np.arange(rows)
    subject, inside = at // PER_SUBJECT, at % PER_SUBJECT
    test, visit = inside // VISITS, inside % VISITS
    columns = {
        **_identifiers(subject, inside),
        **_topics(test),
        **_results(rows, test),
        **_timing(subject, visit),
    }
    frame = pd.DataFrame(columns)
    texts = [name for name in frame.columns if isinstance(frame[name].dtype, pd.StringDtype)]
    return frame.assign(**{name: as_coded(frame[name]) for name in texts})


def _identifiers(subject: Any, inside: Any) -> Columns:
    names = [f"N2011-04-101-{number:05d}" for number in range(int(subject.max()) + 1)]
    return {
        "STUDYID": _chosen(["N2011-04"], subject * 0),
        "DOMAIN": _chosen(["LB"], subject * 0),
        "USUBJID": _chosen(names, subject),
        "LBSEQ": inside + 1.0,
    }


def _topics(test: Any) -> Columns:
    part = {name: _chosen([row[n] for row in TESTS], test) for n, name in enumerate(
        ("LBTESTCD", "LBTEST", "LBORRESU", "LBSTRESU"))}  # fmt: skip
    low, high = (np.array([row[n] for row in TESTS]) for n in (5, 6))
    return {
        **part,
        "LBCAT": _chosen(["CHEMISTRY"], test * 0),
        "LBORNRLO": _chosen([f"{row[5] / row[4]:.2f}" for row in TESTS], test),
        "LBORNRHI": _chosen([f"{row[6] / row[4]:.2f}" for row in TESTS], test),
        "LBSTNRLO": low[test],
        "LBSTNRHI": high[test],
        "LBNAM": _chosen(["CHLA", "CHLB"], test % 2),
        "LBSPEC": _chosen(["BLOOD", "SERUM"], test % 2),
        "LBMETHOD": _chosen([None], test * 0),
    }


def _results(rows: int, test: Any) -> Columns:
    """Results around the normal range; of one record in 200 the test was not done."""
    random = np.random.default_rng(20110401)
    low, high = (np.array([row[n] for row in TESTS])[test] for n in (5, 6))
    done = random.random(rows) >= 0.005
    value = np.round(low + (high - low) * random.normal(0.5, 0.4, rows).clip(0, 3), 2)
    numbers, texts = pd.factorize(value)
    standard = pd.array([np.format_float_positional(n, trim="-") for n in texts], dtype="str")
    where = np.where(done, numbers, -1)
    indicator = np.where(value < low, 0, np.where(value > high, 1, 2))
    return {
        "LBORRES": _chosen(standard, where),
        "LBSTRESC": _chosen(standard, where),
        "LBSTRESN": np.where(done, value, np.nan),
        "LBNRIND": _chosen(["LOW", "HIGH", "NORMAL"], np.where(done, indicator, -1)),
        "LBSTAT": _chosen(["NOT DONE"], np.where(done, -1, 0)),
        "LBREASND": _chosen(["SAMPLE LOST"], np.where(done, -1, 0)),
    }


def _timing(subject: Any, visit: Any) -> Columns:
    day = np.where(visit < 1, -7, visit * 7 + subject % 3)
    first = np.datetime64("2013-01-02") + (subject % 300).astype("timedelta64[D]")
    minutes = (subject * 7 % 240 + 420).astype("timedelta64[m]")
    moment = (first + day.astype("timedelta64[D]")).astype("datetime64[m]") + minutes
    samples = subject * VISITS + visit
    names = ["SCREENING", *(f"WEEK {number}" for number in range(1, VISITS))]
    return {
        "LBREFID": _chosen([f"S{n}" for n in range(int(samples.max()) + 1)], samples),
        "LBLOBXFL": _chosen(["Y"], np.where(visit == 0, 0, -1)),
        "VISITNUM": visit + 1.0,
        "VISIT": _chosen(names, visit),
        "VISITDY": np.where(visit < 1, -7.0, visit * 7.0),
        "EPOCH": _chosen(["SCREENING", "TREATMENT"], np.minimum(visit, 1)),
        "LBDTC": pd.Series(np.datetime_as_string(moment), dtype="str"),
        "LBDY": np.where(day < 0, day, day + 1.0).astype(np.float64),
    }


def _chosen(values: Any, numbers: Any) -> pd.Series[str]:
    texts = pd.Series(pd.array(values, dtype="str"))
    return texts.reindex(numbers).reset_index(drop=True)


def with_faults(frame: pd.DataFrame) -> pd.DataFrame:
    """The records with a few faults: each kind of check has something to find."""
    made = frame.copy()
    for name, row, value in (
        ("LBNRIND", 5, "HIGHISH"), ("LBTEST", 9, None), ("LBTEST", 60, "Albumine"),
        ("LBSEQ", 12, 12.0), ("LBSTRESN", 17, 1e6), ("LBDTC", 21, "2013-13-01"),
        ("LBORRES", 25, None), ("LBDY", 29, 0.0), ("VISITNUM", 33, 99.0), ("LBSPEC", 40, "BLOD"),
    ):  # fmt: skip
        made.loc[row, name] = value
    made.loc[101, list(KEYS)] = made.loc[100, list(KEYS)].to_numpy()
    return made


def planned() -> tuple[Any, Any]:
    """The Plan of the study, and its LB with the variables and keys of these records."""
    from clinmap.app.registry import registry
    from mappings.compile import compile_study

    plan = compile_study(STUDY, registry()).plan
    whole: Any = plan.dataset("LB")
    names = set(laboratory(PER_SUBJECT).columns)
    variables = tuple(v for v in whole.variables if v.name in names)
    return plan, replace(whole, variables=variables, keys=KEYS, value_level=())


def codelists(plan: Any, dataset: Any) -> dict[str, tuple[str, ...]]:
    """The terms of each variable that has a codelist, with what the study adds."""
    found = {}
    for variable in dataset.variables:
        lists = [plan.codelists[use.codelist] for use in variable.codelists]
        terms = [term.value for one in lists if not one.external for term in one.terms]
        if terms:
            found[variable.name] = (*terms, *variable.exceptions)
    return found


def by_hand(frame: pd.DataFrame, terms: dict[str, tuple[str, ...]], whole: set[str]) -> list[int]:
    """How many records each check finds, one after the other, as one would write it for this file.

    The same checks as the Plan makes: missing values, types, lengths, codelists, dates, study days,
    keys, sequence, pairs, results and their numbers, tests that were not done. Text is looked at by
    its distinct values, which are taken as they are where the text is coded.
    """
    columns: Columns = {}
    for name in frame.columns:
        column = frame[name]
        columns[name] = _encoded(column) if column.dtype == "str" else column.to_numpy()
        if column.dtype not in ("str", np.float64):
            raise TypeError(name)
    texts: dict[str, Coded] = {n: v for n, v in columns.items() if isinstance(v, tuple)}
    numbers = {name: value for name, value in columns.items() if name not in texts}
    return [
        *(_missing(columns[name]) for name in GIVEN),
        *(_unfit(*text) for text in texts.values()),
        *(_bad_number(value, whole=name in whole) for name, value in numbers.items()),
        *(_outside(*texts[name], known) for name, known in terms.items()),
        _rows_with(texts["LBDTC"][0], ~_matches(texts["LBDTC"][1], ISO)),
        *(int(np.count_nonzero(numbers[name] == 0)) for name in COUNTED),
        _duplicated([columns[name] for name in KEYS]),
        _duplicated([columns["USUBJID"], numbers["LBSEQ"]]),
        _unpaired(texts["LBTESTCD"], texts["LBTEST"]),
        _unpaired(_factorized(numbers["VISITNUM"]), texts["VISIT"]),
        _other_number(*texts["LBSTRESC"], numbers["LBSTRESN"]),
        *_not_done(texts),
    ]


def _encoded(column: pd.Series[str]) -> Coded:
    from clinmap.coded_text import coded, is_coded

    if is_coded(column):
        return coded(column)
    encoded = pa.array(column, pa.large_string()).dictionary_encode()
    return encoded.indices.fill_null(-1).to_numpy(), encoded.dictionary


def _missing(value: Any) -> int:
    lacks = value[0] < 0 if isinstance(value, tuple) else np.isnan(value)
    return int(np.count_nonzero(lacks))


def _rows_with(codes: Any, bad: Any) -> int:
    return int(np.count_nonzero(np.append(bad, False)[codes])) if bad.any() else 0


def _matches(known: Any, pattern: str) -> Any:
    return pc.match_substring_regex(known, pattern).to_numpy(zero_copy_only=False)


def _unfit(codes: Any, known: Any) -> int:
    long = pc.binary_length(known).to_numpy() > 200
    blank = pc.equal(pc.utf8_trim_whitespace(known), "").to_numpy(zero_copy_only=False)
    return _rows_with(codes, long | blank)


def _bad_number(value: Any, *, whole: bool) -> int:
    bad = (value != np.floor(value)) & ~np.isnan(value) if whole else np.isinf(value)
    return int(np.count_nonzero(bad))


def _outside(codes: Any, known: Any, terms: tuple[str, ...]) -> int:
    allowed = pc.is_in(known, value_set=pa.array(terms, pa.large_string()))
    bad = ~allowed.to_numpy(zero_copy_only=False)
    return _rows_with(codes, bad & ~_matches(known, r"^[<>]?[-+]?[0-9]+\.?[0-9]*$"))


def _factorized(numbers: Any) -> Coded:
    return pd.factorize(numbers)


def _packed(parts: list[Any]) -> Any:
    number = np.zeros(len(parts[0][0] if isinstance(parts[0], tuple) else parts[0]), np.int64)
    for part in parts:
        codes, known = part if isinstance(part, tuple) else _factorized(part)
        number = number * (len(known) + 1) + codes + 1
    return number


def _duplicated(parts: list[Any]) -> int:
    number = _packed(parts)
    ordered = np.sort(number)
    if not (ordered[1:] == ordered[:-1]).any():
        return 0
    return int(pd.Series(number).duplicated(keep=False).sum())


def _unpaired(one: Coded, other: Coded) -> int:
    """The records whose pair is not the most frequent one of both its halves."""
    shape = (len(one[1]) + 1, len(other[1]) + 1)
    pair = (one[0] + 1) * shape[1] + other[0] + 1
    counts = np.bincount(pair, minlength=shape[0] * shape[1]).reshape(shape)[1:, 1:]
    if ((counts > 0).sum(axis=0) <= 1).all() and ((counts > 0).sum(axis=1) <= 1).all():
        return 0
    top = (counts == counts.max(axis=0)) & (counts == counts.max(axis=1)[:, None])
    return int(counts[~top].sum())


def _other_number(codes: Any, known: Any, stored: Any) -> int:
    number = np.append(pd.to_numeric(pd.Series(known.to_pylist()), errors="coerce"), np.nan)
    said = number[codes]
    same = (np.abs(said - stored) <= 1e-9 * np.abs(stored)) | (np.isnan(said) & np.isnan(stored))
    return int(np.count_nonzero(~same))


def _not_done(texts: Columns) -> tuple[int, int]:
    (status, said), result, reason = texts["LBSTAT"], texts["LBORRES"][0], texts["LBREASND"][0]
    place = pc.index(said, "NOT DONE").as_py()
    not_done = status == place if place >= 0 else np.zeros(len(status), np.bool_)
    wrong = (result < 0) != not_done
    return int(np.count_nonzero(wrong)), int(np.count_nonzero(not_done & (reason < 0)))


def compared(rows: int = ROWS, rounds: int = ROUNDS) -> list[Row]:
    """For coded text, plain text and text with faults: CPU seconds of `validate` and by hand."""
    from clinmap.measuring import measure
    from clinmap.validation import validate

    plan, dataset = planned()
    terms = codelists(plan, dataset)
    whole = {v.name for v in dataset.variables if v.type == "integer"}
    frame = laboratory(rows)[[v.name for v in dataset.variables]]
    cases = {"coded": frame, "plain": _plain(frame), "coded, with faults": with_faults(frame)}

    def of_case(name: str, records: pd.DataFrame) -> Row:
        facts = measure(dataset, records)
        counts = by_hand(records, terms, whole)
        problems = validate(dataset, plan, records, facts)
        if sum(problem.count for problem in problems) != sum(counts):
            raise RuntimeError(f"the two find different things: {problems}, {counts}")
        ours, theirs = _alternating(
            rounds,
            lambda: validate(dataset, plan, records, facts),
            lambda: by_hand(records, terms, whole),
        )
        return name, ours, theirs

    return [of_case(name, records) for name, records in cases.items()]


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    texts = [name for name in frame.columns if frame[name].dtype == "str"]
    return frame.assign(**{
        name: pd.Series(pd.array(pa.array(frame[name], pa.large_string()), dtype="str"))
        for name in texts
    })  # fmt: skip


def _alternating(rounds: int, *works: Callable[[], object]) -> list[float]:
    """The median of each work's CPU seconds, one after the other again and again."""
    spent: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for work, seconds in zip(works, spent, strict=True):
            start = time.process_time()
            work()
            seconds.append(time.process_time() - start)
    return [statistics.median(seconds) for seconds in spent]


def validation_section(_: Path) -> Section:
    """The lines of the page on validation, and its claim; nothing is written to a folder."""
    found = compared()
    lines = [
        f"{ROWS:,} laboratory records of 30 variables, checked by `validate` with the schema of",
        f"the LB of {STUDY}, and by the same checks written by hand in NumPy and Arrow for this",
        "one dataset; both find the same. Text is coded, as a build hands it on, or plain.",
        f"Processor seconds, the median of {ROUNDS} runs in turn.",
        "",
        "| text | validate | by hand | ratio |",
        "|---|---:|---:|---:|",
        *(
            f"| {name} | {ours:.3f} | {hand:.3f} | {ours / hand:.2f} |"
            for name, ours, hand in found
        ),
    ]
    _, ours, hand = found[0]
    written = f"{ours:.3f} s", f"the same in NumPy {hand:.3f} s"
    claim = Claim("1M x 30, ours by the same by hand", *written, ours / hand, AIM, at_most=True)
    return Section(lines, [claim])


def validation_ratios(rows: int) -> dict[str, float]:
    """`validate` as a multiple of the same checks by hand, for coded and for plain text."""
    return {name: ours / theirs for name, ours, theirs in compared(rows)}


if __name__ == "__main__":
    print("\n".join(validation_section(Path()).lines))
