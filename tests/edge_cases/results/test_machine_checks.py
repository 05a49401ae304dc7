"""Each objective from its raw files to its results, checked by the machine for all 14.

The files are there, every variable in between has an origin, every parameter a where clause in
define.xml, and another raw value gives another result.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from functools import cache
from pathlib import Path

import pytest

from clinmap.app.package.package_files import PackageFiles
from clinmap.app.registry import registry
from clinmap.app.results.computing import analysis_data
from clinmap.plan import Plan
from clinmap.results.plans import DisplayPlan, ResultsPlan
from clinmap.results.preparation import prepared
from clinmap.results.shown import TableShown
from mappings.compile import compile_study
from tests.edge_cases.results.rebuilding import Change, Study

OBJECTIVES = [f"P{n}" for n in range(1, 4)] + [f"S{n}" for n in range(1, 12)]
ORIGINS = {"Assigned", "Collected", "Derived", "Not Available", "Predecessor", "Protocol"}
SUPPLIED = {"ref/hist_anbl0032_ae.csv", "ref/hist_anbl0931_ae.csv"}
"""Published rates, which the user supplies."""

BESIDE = {"diary/diary.csv", "edc/vs.csv"}
"""What the doses are compared with, and what stands beside the events: no number rests on them."""


def peak(analyte: str, after: str) -> Change:
    """Another highest concentration for the first profile of an analyte."""
    return Change("nca", "Estimate", {"Analyte": analyte, "Parameter": "Cmax"}, after)


def lysis(subject: str, visit: str, after: str) -> Change:
    """Another cytotoxicity of the natural killer cells of a subject."""
    return Change("nkfunc", "PCT_LYSIS", {"SUBJ": subject, "TPT": visit, "ET_RATIO": "50:1"}, after)


def potassium(subject: str, grade: str, after: str) -> Change:
    """Another grade for a low potassium of a subject."""
    where = {"SUBJECT": subject, "PT": "Low potassium", "AEGRADE": grade}
    return Change("ae", "AEGRADE", where, after)


def cycles(sample: str, after: str) -> Change:
    """Another cycle number of a housekeeping gene in the first well of a sample."""
    return Change("tlda", "Ct", {"Sample": sample, "Detector": "GAPDH"}, after)


CHANGES = {
    "P1": ("T-P1-1", Change("dlt", "DLTYN", {"SUBJECT": "101-005"}, "N")),
    "P2": ("T-P2-1", Change("ae", "AEGRADE", {"SUBJECT": "101-001"}, "4")),
    "P3": ("T-P3-1", Change("flow", "ABS_UL", {"SUBJ": "101-001", "TPT": "C1D8 PRE"}, "75")),
    "S1": ("T-S1-1", peak("Lenalidomide", "1750")),
    "S2": ("T-S2-1", peak("13-cis-RA", "6350")),
    "S3": ("T-S3-1", peak("ch14.18", "112")),
    "S4": ("T-S4-1", lysis("101-002", "C1D8 PRE", "1")),
    "S5": ("T-S5-1", Change("haca", "RESULT", {"ASSAY": "confirm", "VISIT": "C1D28"}, "Negative")),
    "S6": ("T-S6-2", Change("resp", "OVRESP", {"SUBJECT": "101-001", "OVRESP": "MR"}, "PR")),
    "S7": ("T-S7-1", Change("death", "DTHDAT_RAW", {"SUBJECT": "105-002"}, "15 SEP 2015")),
    "S8": ("T-S8-2", Change("geno", "A1", {"LOCUS": "FCGR2A", "A1": "H", "A2": "R"}, "R")),
    "S9": ("T-S9-1", cycles("105-003 PB C12 EOC", "20.4")),
    "S10": ("T-S10-1", potassium("101-004", "3", "2")),
    "S11": ("T-S11-1", Change("exlen", "LENMG", {"COURSE": "6"}, "1")),
}  # fmt: skip
"""For each objective a display, and a raw value with another one that must show in it."""


@cache
def plan() -> Plan:
    """The compiled study."""
    return compile_study("n2011-04", registry()).plan


@pytest.fixture(scope="module")
def results() -> ResultsPlan:
    """What the study asks for."""
    found = plan().results
    assert found is not None
    return found


@pytest.fixture(scope="module")
def study(n2011_04_raw: Path) -> Study:
    """The study, built once in memory."""
    return Study(plan(), n2011_04_raw)


def displays_of(results: ResultsPlan, objective: str) -> list[DisplayPlan]:
    """The displays of an objective."""
    return [display for display in results.displays if display.objective == objective]


def test_every_objective_is_answered(results: ResultsPlan) -> None:
    """14 objectives, each with a table in the purpose that the registry gives it."""
    assert [objective.id for objective in results.objectives] == OBJECTIVES
    for objective in results.objectives:
        found = displays_of(results, objective.id)
        assert any(display.shown == "table" for display in found), objective.id
        rank = "PRIMARY" if objective.id.startswith("P") else "SECONDARY"
        purposes = {r.purpose for display in found for r in display.results}
        assert purposes == {f"{rank} OUTCOME MEASURE"}, objective.id


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_raw_files_are_there_and_behind_the_results(
    objective: str, results: ResultsPlan, study: Study
) -> None:
    """(a) Each raw file named is a file of the study, and a display rests on a column of it."""
    named = next(one for one in results.objectives if one.id == objective).raw
    assert named
    assert set(named) <= {table.path for table in plan().raw.values()}
    behind = {node for d in displays_of(results, objective) for node in study.behind(d)}
    files = {plan().raw[table].path for table, _ in behind if table in plan().raw}
    assert set(named) - BESIDE <= files
    missing = {path for path in named if not (study.folder / path).is_file()}
    assert missing <= SUPPLIED


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_every_variable_behind_a_result_has_an_origin(
    objective: str, results: ResultsPlan, study: Study
) -> None:
    """(b) Each SDTM variable that a derivation reads has an origin in the terms of Define-XML."""
    behind = {node for d in displays_of(results, objective) for node in study.behind(d)}
    sdtm = {d.name: d for d in plan().of_purpose("Tabulation")}
    read = [sdtm[name].variable(column) for name, column in behind if name in sdtm and column]
    submitted = [v for v in read if v is not None and v.place != "work"]
    assert len(submitted) > 20
    for variable in submitted:
        assert variable.origin.type in ORIGINS, variable.name
        if variable.origin.type in ("Collected", "Assigned", "Derived"):
            assert variable.origin.source, variable.name


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_every_parameter_has_a_where_clause(
    objective: str, results: ResultsPlan, n2011_04_package: Path
) -> None:
    """(c) Each parameter in the records of a result is a value level of define.xml."""
    described = where_clauses(n2011_04_package)
    used = set()
    for display in displays_of(results, objective):
        data = analysis_data(PackageFiles(n2011_04_package), [display])
        for result in display.results:
            if {"PARAMCD", "USUBJID"} <= set(data[result.dataset]):
                rows = [row - 1 for part in prepared(result, data) for row in part.frame.index]
                codes = data[result.dataset]["PARAMCD"].iloc[rows].unique()
                used |= {(result.dataset, code) for code in codes}
    assert used <= described
    assert used or objective in ("P2", "S10"), "only events and published rates have no parameter"


def where_clauses(package: Path) -> set[tuple[str, str]]:
    """The parameters that define.xml describes one by one, read as plain XML."""
    (path,) = package.glob("m5/datasets/*/analysis/adam/datasets/define.xml")
    found = set()
    for check in ET.parse(path).iter("{http://www.cdisc.org/ns/odm/v1.3}RangeCheck"):
        item = check.get("{http://www.cdisc.org/ns/def/v2.1}ItemOID", "").split(".")
        if item[-1] == "PARAMCD":
            found |= {(item[1], str(value.text)) for value in check}
    return found


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_another_raw_value_gives_another_result(
    objective: str, results: ResultsPlan, study: Study
) -> None:
    """(d) One raw cell is another, and the display shows other numbers."""
    name, change = CHANGES[objective]
    display = results.display(name)
    assert display is not None
    assert display.objective == objective
    before = cells(study.texts(display, study.built))
    assert before
    assert cells(study.changed(change, display)) != before


def cells(table: TableShown) -> list[tuple[str, ...]]:
    """What is printed in a table, row by row."""
    return [(row.label, *(value.text for value in row.values)) for row in table.rows]


def test_the_same_raw_value_gives_the_same_result(results: ResultsPlan, study: Study) -> None:
    """What is built between a raw cell and a display is the same again when nothing changed."""
    display = results.display("T-S7-1")
    assert display is not None
    same = Change("death", "DTHDAT_RAW", {"SUBJECT": "105-002"}, "UN UN 2015")
    assert study.changed(same, display) == study.texts(display, study.built)
