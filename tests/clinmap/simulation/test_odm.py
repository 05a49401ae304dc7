"""The ODM exports say what the CSV files say; ODM's own schema and odmlib are witnesses."""

from __future__ import annotations

from pathlib import Path

import odmlib
import pandas as pd
import pytest
from lxml import etree
from odmlib import odm_loader
from odmlib.loader import ODMLoader

from clinmap.readers.odm import OdmTable, read_item_groups
from clinmap.simulation import n2011_04
from clinmap.simulation.formats.odm import HISTORY, SNAPSHOT, WITH_HISTORY, write_odm
from clinmap.simulation.forms.edc_rows import STANDARD_COLUMNS
from clinmap.simulation.forms.form_columns import FORM_COLUMNS
from clinmap.simulation.n2011_04 import FORMS, simulate

KEY = ["SUBJECT", "FOLDER", "FORMOID", "RECORDPOSITION"]
NAMESPACE = "{http://www.cdisc.org/ns/odm/v1.3}"


def from_csv(study: Path, form: str) -> pd.DataFrame:
    """The rows of a CSV file as pandas reads them, in the order of their keys."""
    frame = pd.read_csv(
        study / "edc" / f"{form}.csv", dtype="str", keep_default_na=False, na_values=[""]
    )
    return in_order(frame)


def in_order(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.sort_values(KEY).reset_index(drop=True)


@pytest.fixture(scope="module")
def snapshot(study: Path) -> dict[str, OdmTable]:
    return read_item_groups(study / "odm" / SNAPSHOT, SNAPSHOT, list(FORMS))


@pytest.fixture(scope="module")
def history(study: Path) -> dict[str, OdmTable]:
    return read_item_groups(study / "odm" / HISTORY, HISTORY, list(FORMS), audit=True)


@pytest.mark.parametrize("form", FORMS)
def test_the_snapshot_gives_the_frame_of_the_csv_file(
    study: Path, snapshot: dict[str, OdmTable], form: str
) -> None:
    found, expected = snapshot[form], from_csv(study, form)
    assert list(found.frame.columns) == list(expected.columns)
    pd.testing.assert_frame_equal(in_order(found.frame), expected)
    assert not found.undecoded


@pytest.mark.parametrize("form", FORMS)
def test_the_history_ends_at_the_rows_of_the_csv_file(
    study: Path, history: dict[str, OdmTable], form: str
) -> None:
    found, expected = history[form], from_csv(study, form)
    first = sorted(from_csv(study, "dm")["SUBJECT"])[:WITH_HISTORY]
    expected = expected[expected["SUBJECT"].isin(first)].reset_index(drop=True)
    own = found.frame.drop(columns=["AUDIT_DATETIME", "AUDIT_USER", "AUDIT_REASON"])
    pd.testing.assert_frame_equal(in_order(own), expected)
    assert found.misfits == 0


def test_the_history_has_corrections_and_removals(
    study: Path, history: dict[str, OdmTable]
) -> None:
    root = etree.parse(study / "odm" / HISTORY).getroot()
    kinds = {
        (str(element.tag).removeprefix(NAMESPACE), element.get("TransactionType"))
        for element in root.iter(f"{NAMESPACE}ItemData", f"{NAMESPACE}ItemGroupData")
    }
    assert {("ItemData", "Update"), ("ItemData", "Remove"), ("ItemGroupData", "Remove")} <= kinds
    assert set(history["ae"].frame["AUDIT_REASON"]) == {"typing error"}


def test_some_empty_cells_are_null_and_some_absent(snapshot: dict[str, OdmTable]) -> None:
    found = snapshot["ae"]
    flagged, empty = found.null_flags["SERCRIT"], int(found.frame["SERCRIT"].isna().sum())
    assert 0 < flagged < empty


@pytest.mark.parametrize("name", [SNAPSHOT, HISTORY])
def test_the_files_fit_the_schema_of_odm(study: Path, name: str) -> None:
    """But for OIDs that a folder and a form share, as they do in the EDC system (EOT)."""
    folder = Path(odmlib.__file__).parent / "schemas/odm/1.3.2"
    schema = etree.XMLSchema(etree.parse(folder / "ODM1-3-2.xsd"))
    schema.validate(etree.parse(study / "odm" / name))
    others = [e for e in schema.error_log if "FormDef': Duplicate key-sequence" not in e.message]
    assert not others


def test_odmlib_finds_the_same_rows_and_decodes(study: Path) -> None:
    loader = ODMLoader(odm_loader.XMLODMLoader(model_package="odm_1_3_2"))
    loader.open_odm_document(str(study / "odm" / HISTORY))
    odm = loader.root()
    version = odm.Study[0].MetaDataVersion[0]
    lists = {item.OID: item for item in version.CodeList}
    decodes = {
        i.CodedValue: i.Decode.TranslatedText[0]._content for i in lists["CL.dm.SEX"].CodeListItem
    }
    assert decodes == {"F": "Female", "M": "Male"}
    subjects = [subject.SubjectKey for subject in odm.ClinicalData[0].SubjectData]
    assert sorted(set(subjects)) == sorted(from_csv(study, "dm")["SUBJECT"])[:WITH_HISTORY]


def test_both_files_say_that_they_are_synthetic(study: Path) -> None:
    for name in (SNAPSHOT, HISTORY):
        assert b"SYNTHETIC DATA" in (study / "odm" / name).read_bytes()[:1000]


def test_many_subjects_have_odm_files_only_on_request(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(n2011_04, "MOST_SUBJECTS", 1)
    assert not any(name.startswith("odm/") for name in simulate(tmp_path / "a", subjects=2))
    assert f"odm/{SNAPSHOT}" in simulate(tmp_path / "b", subjects=2, odm=True)
    assert not (tmp_path / "a/odm").exists()


def test_a_code_that_two_decodes_share_is_an_item_of_its_own(tmp_path: Path) -> None:
    standard = dict.fromkeys(STANDARD_COLUMNS, "1")
    rows = [
        {**standard, "RECORDPOSITION": str(n), "SEX": sex, "SEX_STD": "M"}
        for n, sex in enumerate(["Male", "male"], start=1)
    ]
    write_odm(tmp_path, {"dm": rows}, {"dm": ["SEX", "SEX_STD"]})
    found = read_item_groups(tmp_path / SNAPSHOT, SNAPSHOT, ["dm"])["dm"].frame
    assert found[["SEX", "SEX_STD"]].to_numpy().tolist() == [["Male", "M"], ["male", "M"]]


def test_a_form_without_rows_has_its_columns(tmp_path: Path) -> None:
    standard = dict.fromkeys(STANDARD_COLUMNS, "1")
    forms = {"ae": [{**standard, "AETERM": "x"}], "death": []}
    write_odm(tmp_path, forms, FORM_COLUMNS)
    found = read_item_groups(tmp_path / SNAPSHOT, SNAPSHOT, ["death"])["death"].frame
    assert list(found.columns) == [*STANDARD_COLUMNS, *FORM_COLUMNS["death"]]
    assert found.empty
