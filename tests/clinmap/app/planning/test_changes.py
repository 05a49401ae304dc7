"""What differs between two Plans: the kind of each change, and what it reaches.

The witness is a build of both sides: a dataset with another value must be among those reached.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from clinmap.app.planning.change import READS_CODELISTS, Change
from clinmap.app.planning.changes import READS_PARAMETERS
from clinmap.app.planning.consequences import PlanDifference, plan_difference
from clinmap.app.planning.measured import Side, measured
from clinmap.app.registry import registry
from clinmap.app.reuse.fingerprints import fingerprints, raw_digests
from clinmap.app.watch import Silence
from mappings.compile import compile_study
from tests.clinmap.app.conftest import Tiny

ROOT = Path(__file__).parents[4]


class Touched:
    """The tiny study, and a copy of it that a test changes."""

    def __init__(self, tiny: Tiny) -> None:
        self.tiny = tiny
        self.before = tiny.base / "before" / "study"
        shutil.copytree(tiny.study, self.before)

    def difference(self) -> PlanDifference:
        old, new = (
            compile_study(str(folder), registry()).plan for folder in (self.before, self.tiny.study)
        )
        return plan_difference(old, new)

    def change(self, file: str, old: str, new: str) -> PlanDifference:
        self.tiny.change(f"study/{file}", old, new)
        return self.difference()


@pytest.fixture
def touched(tiny: Tiny) -> Touched:
    return Touched(tiny)


def told(found: PlanDifference) -> set[tuple[str, str, str]]:
    return {(c.change.kind, c.change.subject, c.change.aspect) for c in found.consequences}


def test_the_same_study_has_no_change(touched: Touched) -> None:
    found = touched.difference()
    assert (found.consequences, found.datasets) == ((), ())


def test_another_line_is_no_change(touched: Touched) -> None:
    found = touched.change("sdtm/ae.yaml", "dataset: AE", "# a comment\n\ndataset: AE")
    assert found.consequences == ()


def test_shipped_studies_are_as_themselves() -> None:
    plan = compile_study("cdiscpilot01", registry()).plan
    assert plan_difference(plan, plan).consequences == ()


CASES = {
    "label": (
        "adam/adae.yaml", "label: Analysis Start Date", "label: Start Date of Analysis",
        "metadata", "ADAE.ASTDT", "label", "",
    ),
    "title": ("study.yaml", "A tiny study", "Another title", "metadata", "study", "title", ""),
    "stamp": (
        "study.yaml", "2025-01-31T12:00:00", "2025-02-28T12:00:00", "metadata", "study", "as of",
        "",
    ),
    "reason": (
        "sdtm/ae.yaml", "AESER: not collected", "AESER: not on the form", "metadata", "AE",
        "not collected", "",
    ),
    "operation": (
        "sdtm/ae.yaml", "AETERM: $TERM", "AETERM: {assign: $TERM, case: upper}", "data",
        "AE.AETERM", "operations", "AE ADAE SUPPAE",
    ),
    "recode": (
        "sdtm/ae.yaml", "{recode: $SEV}", "{recode: $SEV, map: {MILD: SEVERE}}", "data", "AE.AESEV",
        "operations", "AE",
    ),
    "where": (
        "sdtm/ae.yaml", "from: events", "from: events\nwhere: $SEV != 'MILD'\nreason: no mild ones",
        "data", "AE", "where, of events", "AE ADAE SUPPAE",
    ),
    "drop": (
        "sdtm/ae.yaml", "supp:", "drop:\n  - {when: \".AESEV == 'MILD'\", reason: mild}\nsupp:",
        "data", "AE", "drop added", "AE ADAE SUPPAE",
    ),
    "join nobody reads": (
        "sdtm/ae.yaml", "from: events",
        "from: events\njoins: {who: {table: subjects, by: {SUBJ: $SUBJ}}}", "metadata", "AE",
        "join who of events", "",
    ),
    "label of a qualifier": (
        "sdtm/ae.yaml", "Note of the Investigator", "Note by the Investigator", "data", "AE.AENOTE",
        "label", "SUPPAE",
    ),
    "qualifier": (
        "sdtm/ae.yaml", "{assign: $NOTE, label", "{assign: $NOTE, case: upper, label", "data",
        "AE.AENOTE", "operations", "SUPPAE AE",
    ),
    "added variable": (
        "sdtm/ae.yaml", "  AEACN: not collected\n", "", "", "", "", "",
    ),
    "path": (
        "raw.yaml", "path: events.csv", "path: ./events.csv", "data", "events", "path",
        "AE ADAE SUPPAE",
    ),
    "missing": (
        "raw.yaml", "path: events.csv", "path: events.csv\n    missing: [Rash]", "data", "events",
        "missing", "AE ADAE SUPPAE",
    ),
    "synonym": (
        "study.yaml", "title: A tiny study",
        "title: A tiny study\nterminology: {synonyms: {AESEV: {harsh: SEVERE}}}", "data",
        "C66769", "terms", "AE",
    ),
    "subject": (
        "study.yaml", 'separator: "-"', 'separator: "/"', "data", "USUBJID of DM, AE", "operations",
        "DM AE SUPPAE ADSL ADAE",
    ),
    "order": (
        "sdtm/ae.yaml", "keys: [STUDYID, USUBJID, AETERM, AESTDTC]",
        "keys: [STUDYID, USUBJID, AETERM, AESTDTC]\norder: [STUDYID, AESTDTC, USUBJID]", "data",
        "AE", "order of records", "AE",
    ),
    "severity": (
        "study.yaml", "title: A tiny study", "title: A tiny study\nseverity: {DUP001: error}",
        "metadata", "DUP001", "severity", "",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case[3]])
def test_kind_and_reach(touched: Touched, name: str) -> None:
    file, old, new, kind, subject, aspect, datasets = CASES[name]
    found = touched.change(file, old, new)
    assert (kind, subject, aspect) in told(found), told(found)
    if kind == "metadata":
        assert not found.of_kind("data"), told(found)
    assert set(found.datasets) == set(datasets.split())


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case[3]])
def test_no_dataset_with_another_value_is_missed(touched: Touched, name: str) -> None:
    found = touched.change(*CASES[name][:3])
    names = [dataset.name for dataset in found.new.datasets]
    old, new = (Side(plan, touched.tiny.raw) for plan in (found.old, found.new))
    built = measured(old, new, names, Silence())
    differing = {dataset.name for dataset in built.datasets if dataset.differs}
    assert differing <= set(found.datasets)


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case[3]])
def test_what_is_reached_has_another_fingerprint(touched: Touched, name: str) -> None:
    """Fingerprints are made another way, and may tell more: problems and lineage count too."""
    found = touched.change(*CASES[name][:3])
    before, after = (
        fingerprints(plan, raw_digests(plan, touched.tiny.raw)) for plan in (found.old, found.new)
    )
    others = {dataset for dataset in after if after[dataset] != before.get(dataset)}
    assert set(found.datasets) <= others


def test_added_and_removed_datasets(touched: Touched) -> None:
    (touched.tiny.study / "adam" / "adae.yaml").unlink()
    found = touched.difference()
    assert told(found) == {
        ("data", "ADAE", "removed"),
        ("metadata", "study", "standards"),
    }
    assert found.datasets == ("ADAE",)
    backwards = plan_difference(found.new, found.old)
    assert ("data", "ADAE", "added") in told(backwards)


def test_added_variable_reaches_what_reads_it_and_no_other(touched: Touched) -> None:
    touched.tiny.change("study/sdtm/ae.yaml", "  AEACN: not collected\n", "")
    found = touched.change(
        "sdtm/ae.yaml", "  AESEV:", "  AEACN: {constant: DRUG WITHDRAWN}\n  AESEV:"
    )
    assert {(c.change.subject, tuple(c.reaches.items())) for c in found.of_kind("data")} == {
        ("AE.AEACN", (("AE", ("AEACN",)),))
    }


def test_same_change_of_several_datasets_is_told_once(touched: Touched) -> None:
    found = touched.change("study.yaml", 'separator: "-"', 'separator: "/"')
    of_subject = [c.change for c in found.consequences if c.change.variable == "USUBJID"]
    assert [c.names for c in of_subject if c.aspect == "operations"] == [("DM", "AE")]


def test_place_of_a_change_is_that_of_the_new(touched: Touched) -> None:
    found = touched.change("adam/adae.yaml", "Analysis Start Date", "Start Date of Analysis")
    (one,) = [c.change for c in found.consequences]
    place = f"{touched.tiny.base}/{one.location}"
    assert place == touched.tiny.line("study/adam/adae.yaml", "ASTDT: ")


def test_corrections_are_named_and_their_values_are_not(touched: Touched) -> None:
    text = (
        "id,table,key,field,old,new,reason,approver,date\n"
        "C1,events,SUBJ=0001; TERM=Nausea,SEV,SEVERE,MILD,query 12,A. Person,2024-05-01\n"
    )
    (touched.tiny.study / "corrections.csv").write_text(text, encoding="utf-8")
    found = touched.difference()
    (one,) = found.of_kind("data")
    assert one.change == Change(
        "raw table", ("events",), "correction C1 of SEV added", kind="data",
        location=one.change.location, starts=(("events", "SEV"),),
    )  # fmt: skip
    assert dict(one.reaches) == {"AE": ("AESEV",)}


def test_operations_that_ask_for_codelists_and_parameters_are_known() -> None:
    """The operations whose code asks for them, found in the code itself."""
    files = [*(ROOT / "clinmap/operations").rglob("*.py"), *(ROOT / "sdtm").rglob("*.py"),
             *(ROOT / "adam").rglob("*.py")]  # fmt: skip
    texts = [path.read_text(encoding="utf-8") for path in files]

    def named(pattern: str) -> set[str]:
        return {
            name
            for text in texts
            if re.search(pattern, text)
            for name in re.findall(r'^    name: ClassVar\[str\] = "(\w+)"', text, re.MULTILINE)
        }

    assert named(r"\brows\.codelists\(") == READS_CODELISTS
    assert named(r'\brows\.parameter\("') == set(READS_PARAMETERS)
