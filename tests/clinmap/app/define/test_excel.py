"""`clinmap define excel` and `clinmap define import`: a study goes round."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from clinmap.app.define.importing import skeleton_of
from clinmap.app.main import main
from clinmap.app.registry import registry
from clinmap.plan import Plan, VariablePlan
from clinmap.readers.workbook import read_workbook
from clinmap.writers.workbook import write_workbook
from define.document.model import Define, Item, ItemGroup, by_oid
from define.document.read import read_define
from define.generation.origins import variable_method, variable_origins
from define.workbook.layout import LAYOUTS
from mappings.compile import compile_study
from tests.clinmap.app.conftest import Tiny

GOLDEN = Path(__file__).parents[3] / "define" / "golden" / "define.xml"
both = pytest.mark.parametrize("layout", LAYOUTS)


def compiled(folder: Path) -> Plan:
    """The Plan of a study's folder."""
    return compile_study(str(folder), registry()).plan


def documents(package: Path) -> list[Define]:
    """The define.xml of a package."""
    return [read_define(path) for path in sorted(package.glob("m5/datasets/*/*/**/define.xml"))]


def export(tiny: Tiny, layout: str) -> Sequence[Path]:
    """The workbooks of the tiny study's package."""
    out = tiny.base / "spec.xlsx"
    arguments = ["define", "excel", str(tiny.study), "--package", str(tiny.out), "-o", str(out)]
    assert main([*arguments, "--layout", layout]) == 0
    return sorted(tiny.base.glob("spec-*.xlsx"))


def carried(tiny: Tiny, workbook: Path, name: str = "again") -> Path:
    """The study that a workbook gives back."""
    out = tiny.base / name
    assert main(["define", "import", str(workbook), "--out", str(out)]) == 0
    return out / "study"


@both
def test_a_study_goes_round(built: Tiny, layout: str) -> None:
    """Plan to Excel to Plan: equal, and the files byte for byte."""
    (built.study / "note.bin").write_bytes(b"\xff\x00\r\n")
    (built.study / ".swp").write_bytes(b"of an editor")
    for number, workbook in enumerate(export(built, layout)):
        again = carried(built, workbook, f"again{number}")
        assert compiled(again) == compiled(built.study)
        own = {path.relative_to(built.study): path.read_bytes() for path in files(built.study)}
        del own[Path(".swp")]
        assert {path.relative_to(again): path.read_bytes() for path in files(again)} == own


def test_a_study_below_a_hidden_folder_goes_round(built: Tiny) -> None:
    """Only what is hidden in the study itself is left out; another name is not given to it."""
    hidden = built.base / ".work"
    shutil.copytree(built.study, hidden / "study")
    tiny = Tiny(hidden)
    shutil.copytree(built.out, tiny.out)
    workbook = export(tiny, "textual")[0]
    out = hidden / "again"
    assert main(["define", "import", str(workbook), "--out", str(out), "--study", "NEW"]) == 0
    assert compiled(out / "study") == compiled(built.study)


def files(folder: Path) -> list[Path]:
    """The files below a folder."""
    return [path for path in folder.rglob("*") if path.is_file()]


def change(workbook: Path, variable: str, column: str, value: str) -> None:
    """Write another value into the row of a variable."""
    sheets = read_workbook(workbook).sheets
    head, *rows = sheets["Variables"]
    for row in rows:
        if row[head.index("Variable")] == variable:
            row[head.index(column)] = value
    write_workbook(sheets, workbook)


def test_a_label_that_is_changed_in_a_sheet_is_changed_in_the_specification(
    built: Tiny, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where a line of the study states it; the note names the line."""
    adam = export(built, "textual")[0]
    change(adam, "TRTSDT", "Label", 'The "first" dose: day')
    capsys.readouterr()
    again = carried(built, adam)
    said = capsys.readouterr()
    assert "WBK009" in said.out + said.err
    dataset = compiled(again).dataset("ADSL")
    assert dataset is not None
    changed = dataset.variable("TRTSDT")
    assert changed is not None
    assert changed.label == 'The "first" dose: day'


def test_both_workbooks_of_a_study_may_be_changed(
    built: Tiny, capsys: pytest.CaptureFixture[str]
) -> None:
    """The changes of the second are made in the files of the first."""
    adam, sdtm = export(built, "textual")
    change(adam, "TRTSDT", "Label", "First dose")
    change(sdtm, "QVAL", "Label", "never stated")
    sheets = read_workbook(sdtm).sheets
    head, *rows = sheets["ValueLevel"]
    assert rows
    rows[0][head.index("Label")] = "Another note"
    write_workbook(sheets, sdtm)
    out = built.base / "again"
    assert main(["define", "import", str(adam), str(sdtm), "--out", str(out)]) == 0
    said = "".join(capsys.readouterr())
    assert "label is 'Another note' in the workbook" in said
    adsl = compiled(out / "study").dataset("ADSL")
    assert adsl is not None
    changed = adsl.variable("TRTSDT")
    assert changed is not None
    assert changed.label == "First dose"


def test_a_label_that_does_not_fit_is_only_listed(
    built: Tiny, capsys: pytest.CaptureFixture[str]
) -> None:
    """More than 40 characters would spoil the specification."""
    adam = export(built, "textual")[0]
    change(adam, "TRTSDT", "Label", "much too long " * 4)
    again = carried(built, adam)
    assert "WBK008" in "".join(capsys.readouterr())
    assert compiled(again) == compiled(built.study)


def test_another_change_is_listed_with_its_line(
    built: Tiny, capsys: pytest.CaptureFixture[str]
) -> None:
    """A label of the guide, an origin: a person changes them where the message says."""
    sdtm = export(built, "textual")[1]
    change(sdtm, "SUBJID", "Label", "Another label")
    change(sdtm, "SEX", "Origin", "Protocol")
    capsys.readouterr()
    again = carried(built, sdtm)
    said = capsys.readouterr()
    text = said.out + said.err
    lines = (built.study / "sdtm/dm.yaml").read_text(encoding="utf-8").splitlines()
    for name, what in (("SUBJID", "label is 'Another label'"), ("SEX", "origins was changed")):
        line = next(n for n, line in enumerate(lines, start=1) if line.startswith(f"  {name}:"))
        assert f"dm.yaml:{line}" in text
        assert what in text
    assert compiled(again) == compiled(built.study)


@pytest.mark.parametrize("path", ["../x.yaml", "/etc/x", "a/../../x", "C:\\x", ".ssh/x", "a\\b"])
def test_a_path_that_leads_elsewhere_is_refused(
    built: Tiny, path: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is written."""
    workbook = export(built, "textual")[0]
    sheets = read_workbook(workbook).sheets
    sheets["Specification"].append([path, "1", "x", "UTF-8"])
    write_workbook(sheets, workbook)
    out = built.base / "again"
    assert main(["define", "import", str(workbook), "--out", str(out)]) == 2
    assert "no path below a folder" in capsys.readouterr().err
    assert not out.exists()


def differences(plan: Plan, defines: Sequence[Define]) -> list[str]:
    """What a Plan says otherwise than documents of the same study."""
    found: list[str] = []
    for define in defines:
        items = by_oid(define.items)
        for group in define.item_groups:
            dataset = plan.dataset(group.name)
            if dataset is None:
                found.append(group.name)
                continue
            described = [items[ref.item_oid].name for ref in group.refs]
            keys = [
                (r.key_sequence or 0, items[r.item_oid].name) for r in group.refs if r.key_sequence
            ]
            said = (dataset.label, dataset.cls, [v.name for v in dataset.submitted_variables])
            if said != (group.label, group.cls, described):
                found.append(f"{group.name}: {said}")
            if list(dataset.keys) != [name for _, name in sorted(keys)]:
                found.append(f"{group.name}: keys")
            for ref in group.refs:
                item, variable = items[ref.item_oid], dataset.variable(items[ref.item_oid].name)
                supp = group.name.startswith("SUPP")
                if variable is not None and not supp:
                    found += of_variable(plan, define, group, item, variable)
    return found


def of_variable(
    plan: Plan, define: Define, group: ItemGroup, item: Item, variable: VariablePlan
) -> list[str]:
    """The same of a variable: label, type, length, format, terms, origin, method."""
    methods = {m.oid: m.text for m in define.methods}
    ref = next(ref for ref in group.refs if ref.item_oid == item.oid)
    codelist = by_oid(define.codelists).get(item.codelist_oid)
    terms = {(t.value, t.decode) for t in codelist.terms} if codelist else set()
    uses = [plan.codelists[use.codelist] for use in variable.codelists]
    known = {t.value for use in uses for t in use.terms}
    moment = variable.type in ("date", "datetime", "time") and group.purpose == "Analysis"
    kind = "integer" if moment else variable.type
    pairs: dict[str, tuple[object, object]] = {
        "label": (variable.label, item.label),
        "type": (kind, item.data_type),
        "length": (variable.length or None, item.length),
        "format": (variable.format, item.display_format),
        "origin": (
            variable_origins(variable),
            tuple(replace(o, documents=()) for o in item.origins),
        ),
        "method": (variable_method(variable), methods.get(ref.method_oid, "")),
        "terms": ({value for value, _ in terms} - known, set()),
        "codelist": (bool(uses), codelist is not None),
    }
    if ref.no_data:  # what has no value is of no measured type, and of no codelist
        pairs = {key: pairs[key] for key in ("label", "origin", "method")}
    return [f"{group.name}.{item.name} {k}: {a} {b}" for k, (a, b) in pairs.items() if a != b]


@both
def test_a_skeleton_says_of_each_variable_what_the_document_says(built: Tiny, layout: str) -> None:
    """By way of workbooks that carry no specification."""
    defines = documents(built.out)
    assert len(defines) == 2
    paths = export(built, layout)
    for path in paths:
        sheets = read_workbook(path).sheets
        del sheets["Specification"]
        write_workbook(sheets, path)
    out = built.base / "skeleton"
    assert main(["define", "import", *map(str, paths), "--out", str(out)]) == 0
    assert differences(compiled(out), defines) == []


def test_check_lists_what_is_to_be_written_and_build_refuses(
    built: Tiny, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each `todo` with its file and line; nothing is built."""
    out, package = built.base / "skeleton", built.base / "none"
    document = next(built.out.glob("m5/datasets/*/tabulations/sdtm/define.xml"))
    assert main(["define", "import", str(document), "--out", str(out), "--study", "NEW"]) == 0
    capsys.readouterr()
    assert main(["check", str(out)]) == 0
    said = capsys.readouterr().out
    lines = (out / "sdtm/ae.yaml").read_text(encoding="utf-8").splitlines()
    line = lines.index("  AETERM:") + 2
    assert f"ae.yaml:{line}:5: warning SPC029: how AETERM is made is still to be written" in said
    assert "NEW: 3 datasets" in said
    arguments = ["build", str(out), "--raw", str(built.raw), "--out", str(package)]
    assert main(arguments) == 2
    assert "SPC029" in capsys.readouterr().err
    assert not package.exists()


def test_a_document_of_another_program_becomes_a_skeleton(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Define-XML 2.0 with what the guide has not is kept as comments; the study can be checked.

    What the rules say of it is true of the document: a qualifier that is a variable of AE, and a
    length of 1 for an identifier of 6 characters.
    """
    path = tmp_path / "define.xml"
    text = GOLDEN.read_text(encoding="utf-8")
    text = text.replace("http://www.cdisc.org/ns/def/v2.1", "http://www.cdisc.org/ns/def/v2.0")
    text = text.replace('DefineVersion="2.1.0"', 'DefineVersion="2.0.0"')
    text = text.replace('Name="AETERM"', 'Name="AETERMINATED"').replace('"Collected"', '"CRF"')
    path.write_text(text, encoding="utf-8")
    out = tmp_path / "study"
    assert main(["define", "import", str(path), "--out", str(out)]) == 0
    assert "WBK010" in "".join(capsys.readouterr())
    assert main(["check", str(out), "--fail-on", "never"]) == 0
    said = "".join(capsys.readouterr())
    assert {line.split(": ")[1] for line in said.splitlines() if ": error " in line} == {
        "error SPC030", "error SPC057",
    }  # fmt: skip
    ae = (out / "sdtm/ae.yaml").read_text(encoding="utf-8")
    assert "# AETERMINATED could not be taken over" in ae


def test_datasets_without_keys_or_guide_are_listed(sparse: Define) -> None:
    """Nothing is dropped in silence."""
    made = skeleton_of([sparse])
    messages = " ".join(problem.message for problem in made.problems)
    assert "ZZ is no dataset of SDTMIG 3.4" in messages
    assert "DM has no keys" in messages
    assert set(made.files) == {"study.yaml", "raw.yaml", "sdtm/dm.yaml"}


@pytest.fixture
def sparse() -> Define:
    """A document that says little."""
    define = read_define(GOLDEN)
    group = define.item_groups[0]
    bare = tuple(replace(ref, key_sequence=None) for ref in group.refs)
    groups = (
        replace(group, oid="IG.DM", name="DM", refs=bare),
        replace(group, oid="IG.ZZ", name="ZZ", cls="SPECIAL PURPOSE"),
    )
    return replace(define, item_groups=groups)


def test_a_folder_with_something_in_it_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is written over."""
    (tmp_path / "mine.txt").write_text("x", encoding="utf-8")
    assert main(["define", "import", str(GOLDEN), "--out", str(tmp_path)]) == 2
    assert "OUT001" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize("source", ["nothing.xml", "nothing.xlsx"])
def test_a_file_that_is_not_there(
    source: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Both commands name it."""
    missing = str(tmp_path / source)
    assert main(["define", "excel", missing, "-o", str(tmp_path / "a.xlsx")]) == 2
    assert main(["define", "import", missing, "--out", str(tmp_path / "out")]) == 2
    assert capsys.readouterr().err.count("INP001") == 2


def test_the_document_itself_is_not_written_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """-o that names it is refused."""
    path = Path(shutil.copy(GOLDEN, tmp_path / "define.xml"))
    assert main(["define", "excel", str(path), "-o", str(path)]) == 2
    assert "OUT002" in capsys.readouterr().err
    assert path.read_bytes() == GOLDEN.read_bytes()
