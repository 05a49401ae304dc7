"""N2011-04: its CSV files and its ODM-XML file are the same data, and give the same SDTM."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from clinmap.app.main import main
from clinmap.app.registry import registry
from clinmap.simulation.n2011_04 import FORMS
from mappings.compile import compile_study


def test_every_form_that_is_read_is_mirrored() -> None:
    plan = compile_study("n2011-04", registry()).plan
    forms = {form for form in FORMS if form in plan.raw}
    assert forms == set(plan.mirrors["odm"].tables)


@pytest.mark.slow
def test_both_exports_give_the_same_tables_and_the_same_sdtm(
    raw: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["reconcile", "n2011-04", "--raw", str(raw), "--format", "json"]) == 0
    (report,) = json.loads(capsys.readouterr().out)
    assert {t["table"] for t in report["tables"]} >= {"ae", "dm", "lblocal"}
    assert {d["dataset"] for d in report["datasets"]} >= {"AE", "DM", "LB", "EC", "SUPPAE"}
    assert all(
        d["rows"] == d["mirror_rows"] > 0 for d in report["datasets"] if d["dataset"] == "AE"
    )
