"""Studies of a few lines, written by a test, compiled, and built from rows made by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from textwrap import dedent

import pandas as pd
import pytest

from adam import OPERATIONS as ADAM
from clinmap.execution.building import Outcome, build_datasets
from clinmap.execution.tables import FrameTable
from clinmap.operations import OPERATIONS as ANY
from clinmap.plan import Plan
from clinmap.problems import SpecificationError
from clinmap.readers.raw import row_hash
from clinmap.registry import Registry
from mappings.compile import Compiled, compile_study
from sdtm import OPERATIONS as SDTM

STUDY = """
    study: T1
    as_of: 2025-03-28T00:00:00
    conventions: {sdtm: {USUBJID: {combine: [T1, $SUBJ], separator: "-"}}}
"""
RAW = """
    tables:
      ev: {path: ev.csv, columns: [SUBJ, TERM, START, END, SEV]}
      pt: {path: pt.csv, columns: [SUBJ, SITE, WEIGHT]}
"""
EVENTS = """
    dataset: XX
    label: Events
    class: EVENTS
    keys: [STUDYID, USUBJID, XXSEQ]
    from: ev
    variables:
      XXSEQ: {sequence: [.XXTERM]}
      XXTERM: $TERM
"""
OTHER = """
    dataset: YY
    label: Others
    class: EVENTS
    keys: [STUDYID, USUBJID, YYSEQ]
    from: pt
    variables:
      YYSEQ: {sequence: [.YYTERM]}
      YYTERM: $SITE
      YYSTDTC: {earliest: XX.XXSTDTC}
"""
Rows = Sequence[Mapping[str, object]]


@cache
def operations() -> Registry:
    """Every operation that there is."""
    return Registry([*ANY, *SDTM, *ADAM])


def write_study(folder: Path, files: Mapping[str, str] | None = None, **datasets: str) -> Path:
    """Write a study: the files given, and the ones above where nothing is said of them."""
    texts = {"study.yaml": STUDY, "raw.yaml": RAW, **(files or {})}
    texts |= {f"sdtm/{name.lower()}.yaml": text for name, text in datasets.items()}
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text).lstrip("\n"), encoding="utf-8")
    return folder


def compiled(folder: Path, files: Mapping[str, str] | None = None, **datasets: str) -> Compiled:
    """Write and compile a study."""
    return compile_study(str(write_study(folder, files, **datasets)), operations())


def refusals(
    folder: Path, files: Mapping[str, str] | None = None, **datasets: str
) -> list[SpecificationError]:
    """What is wrong with a study; a test fails where nothing is."""
    with pytest.raises(SpecificationError) as caught:
        compiled(folder, files, **datasets)
    return list(getattr(caught.value, "errors", [caught.value]))


def refusal(
    folder: Path, files: Mapping[str, str] | None = None, **datasets: str
) -> SpecificationError:
    """The only thing that is wrong with a study."""
    (error,) = refusals(folder, files, **datasets)
    return error


def table(plan: Plan, name: str, rows: Rows) -> FrameTable:
    """A raw table of these rows, as a reader would give it: all text, missing values null."""
    frame = pd.DataFrame(list(rows), columns=list(plan.raw[name].columns), dtype="str")
    return FrameTable(name, frame, row_hash(frame))


def built(plan: Plan, **tables: Rows) -> Outcome:
    """The SDTM datasets, from rows by raw table; a table that is not given has none."""
    raw = {name: table(plan, name, tables.get(name, ())) for name in plan.raw}
    return build_datasets(plan, raw, plan.of_purpose("Tabulation"))
