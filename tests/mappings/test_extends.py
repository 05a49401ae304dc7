"""Studies that build on others: what is merged, what is replaced, and where a line came from."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from clinmap.problems import SpecificationError
from mappings.load import load_study
from tests.small_study import EVENTS, operations, write_study


def child(folder: Path, name: str, extends: str, **files: str) -> Path:
    """A study beside the others that changes a few lines."""
    here = folder / name
    texts = {
        "study.yaml": f"extends: {extends}\n",
        **{f"sdtm/{k}.yaml": v for k, v in files.items()},
    }
    for path, text in texts.items():
        (here / path).parent.mkdir(parents=True, exist_ok=True)
        (here / path).write_text(dedent(text), encoding="utf-8")
    return here


def test_two_levels_are_merged_key_by_key(tmp_path: Path) -> None:
    write_study(tmp_path / "house", XX=EVENTS)
    child(tmp_path, "project", "../house", xx="variables: {XXTERM: fixed, XXCAT: P}\n")
    study = child(tmp_path, "study", "../project", xx="variables:\n  XXCAT: S\n  XXSCAT: T\n")
    loaded = load_study(study)
    assert loaded.study.study == "T1"
    (events,) = loaded.sdtm
    assert events.spec.variables == {
        "XXSEQ": {"sequence": [".XXTERM"]},
        "XXTERM": "fixed",
        "XXCAT": "S",
        "XXSCAT": "T",
    }
    assert events.node.at(("variables", "XXSEQ")).file == "house/sdtm/xx.yaml"
    assert str(events.node.at(("variables", "XXTERM"))) == "project/sdtm/xx.yaml:1"
    assert str(events.node.at(("variables", "XXCAT"))) == "study/sdtm/xx.yaml:2"
    assert [folder.name for folder in loaded.folders] == ["study", "project", "house"]
    assert {name.split("/")[0] for name in loaded.files} >= {"study", "house"}


def test_null_removes_an_inherited_key(tmp_path: Path) -> None:
    write_study(tmp_path / "house", XX=EVENTS + "      XXCAT: P\n")
    study = child(tmp_path, "study", "../house", xx="variables: {XXCAT: null}\n")
    (events,) = load_study(study).sdtm
    assert list(events.spec.variables) == ["XXSEQ", "XXTERM"]


def test_list_is_replaced_as_a_whole(tmp_path: Path) -> None:
    write_study(tmp_path / "house", XX=EVENTS)
    study = child(tmp_path, "study", "../house", xx="keys: [USUBJID, XXSEQ]\n")
    (events,) = load_study(study).sdtm
    assert events.spec.keys == ["USUBJID", "XXSEQ"]


def test_later_parent_wins(tmp_path: Path) -> None:
    write_study(tmp_path / "house", XX=EVENTS)
    child(tmp_path, "a", "../house", xx="label: A\n")
    child(tmp_path, "b", "../house", xx="label: B\n")
    (events,) = load_study(child(tmp_path, "study", "[../a, ../b]")).sdtm
    # b repeats what it has from the house, and only its own label differs
    assert events.spec.label == "B"


def test_circle_is_refused(tmp_path: Path) -> None:
    child(tmp_path, "one", "../two")
    study = child(tmp_path, "two", "../one")
    with pytest.raises(SpecificationError) as caught:
        load_study(study)
    assert caught.value.code == "SPC020"
    assert str(caught.value.location) == "one/study.yaml:1"


def test_parent_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SpecificationError) as caught:
        load_study(child(tmp_path, "study", "../nowhere"))
    assert (caught.value.code, str(caught.value.location)) == ("SPC005", "study/study.yaml:1")


def test_error_of_an_inherited_line_names_the_file_that_it_stands_in(tmp_path: Path) -> None:
    from mappings.compile import compile_study

    write_study(tmp_path / "house", XX=EVENTS.replace("$TERM", "$TRM"))
    study = child(tmp_path, "study", "../house", xx="label: Mine\n")
    with pytest.raises(SpecificationError) as caught:
        compile_study(str(study), operations())
    assert str(caught.value.location) == "house/sdtm/xx.yaml:8"


def test_defaults_complete_every_table(tmp_path: Path) -> None:
    raw = """
        defaults: {encoding: latin-1, missing: [NA]}
        tables:
          a: {path: a.csv}
          b: {path: b.csv, encoding: utf-8}
    """
    tables = load_study(write_study(tmp_path, {"raw.yaml": raw})).raw.tables
    assert (tables["a"].encoding, tables["a"].missing) == ("latin-1", ["NA"])
    assert tables["b"].encoding == "utf-8"
