"""Every kind of bad input: its code, its place, exit code 2 or 1, and nothing half-written."""

from __future__ import annotations

import json

import pytest

from .conftest import Tiny

Capsys = pytest.CaptureFixture[str]


def stopped(tiny: Tiny, capsys: Capsys, *wanted: str) -> str:
    """The build ends with 2, says what is wanted, and writes nothing."""
    assert tiny.build() == 2
    said = capsys.readouterr().err
    for text in wanted:
        assert text in said
    assert not tiny.out.exists()
    assert not [path for path in tiny.base.iterdir() if path.name.startswith(".")]
    return said


def problems(tiny: Tiny) -> list[dict[str, object]]:
    document = json.loads((tiny.out / "problems.json").read_text(encoding="utf-8"))
    found: list[dict[str, object]] = document["problems"]
    return found


# ------------------------------------------------------------------------------------ raw files


def test_missing_raw_file(tiny: Tiny, capsys: Capsys) -> None:
    (tiny.raw / "events.csv").unlink()
    stopped(tiny, capsys, "INP001", tiny.line("study/raw.yaml", "  events:"), "events.csv")


def test_every_missing_raw_file_is_named_at_once(tiny: Tiny, capsys: Capsys) -> None:
    for path in tiny.raw.iterdir():
        path.unlink()
    said = stopped(tiny, capsys)
    assert said.count("INP001") == 2


def test_missing_raw_folder_is_said_once(tiny: Tiny, capsys: Capsys) -> None:
    tiny.raw.rename(tiny.base / "elsewhere")
    said = stopped(tiny, capsys, "INP001", "--raw")
    assert said.count("INP001") == 1


def test_missing_column(tiny: Tiny, capsys: Capsys) -> None:
    tiny.change("raw/events.csv", "SUBJ,TERM,SEV,", "SUBJ,TERM,SEVR,")
    stopped(tiny, capsys, "INP004", f"{tiny.raw / 'events.csv'}:1", "did you mean SEVR?")


def test_missing_column_that_only_the_mapping_names(tiny: Tiny, capsys: Capsys) -> None:
    tiny.change("study/raw.yaml", "    columns: [SUBJ, TERM, SEV, BEGAN, NOTE]\n", "")
    tiny.change("raw/events.csv", ",NOTE", ",NOTES")
    stopped(tiny, capsys, "INP004", f"{tiny.raw / 'events.csv'}:1", "NOTE")


def with_extra_column(tiny: Tiny, contract: str) -> None:
    tiny.change("study/raw.yaml", "    path: events.csv", f"    path: events.csv\n    {contract}")
    path = tiny.raw / "events.csv"
    header, *rows = path.read_text(encoding="utf-8").splitlines()
    lines = [f"{header},EXTRA", *(f"{row},1" for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def test_unexpected_column_is_refused(tiny: Tiny, capsys: Capsys) -> None:
    with_extra_column(tiny, "unexpected: freeze")
    stopped(tiny, capsys, "INP005", f"{tiny.raw / 'events.csv'}:1", "EXTRA")


def test_unexpected_column_is_reported(tiny: Tiny, capsys: Capsys) -> None:
    with_extra_column(tiny, "unexpected: report")
    assert tiny.build("--fail-on", "warning") == 1
    assert "RAW002" in capsys.readouterr().out
    assert tiny.build() == 0
    assert [(p["code"], p["dataset"], p["count"]) for p in problems(tiny)] == [
        ("RAW002", "events", 1)
    ]


def test_unexpected_column_is_ignored(tiny: Tiny, capsys: Capsys) -> None:
    with_extra_column(tiny, "unexpected: ignore")
    assert tiny.build("--fail-on", "warning") == 0
    assert problems(tiny) == []


def test_wrong_encoding(tiny: Tiny, capsys: Capsys) -> None:
    path = tiny.raw / "events.csv"
    path.write_bytes(path.read_bytes().replace(b"left arm", "Knöchel".encode("latin-1")))
    stopped(tiny, capsys, "INP003", f"{path}:4")


def test_empty_file(tiny: Tiny, capsys: Capsys) -> None:
    (tiny.raw / "events.csv").write_bytes(b"")
    stopped(tiny, capsys, "INP002", f"{tiny.raw / 'events.csv'}")


def test_file_with_a_header_only(tiny: Tiny, capsys: Capsys) -> None:
    path = tiny.raw / "events.csv"
    path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    assert tiny.build() == 0
    assert [p["code"] for p in problems(tiny)] == ["RAW001", "DEF057", "DEF057"]
    assert list(tiny.out.rglob("ae.xpt"))
    assert not list(tiny.out.rglob("suppae.xpt"))


# ----------------------------------------------------------------------------------------- data


def test_unparseable_date(tiny: Tiny, capsys: Capsys) -> None:
    tiny.change("raw/events.csv", "2024-03-09", "soon")
    assert tiny.build() == 1
    said = capsys.readouterr().out
    assert f"{tiny.line('study/sdtm/ae.yaml', 'AESTDTC: {')}:12: error DTC001: AE.AESTDTC" in said
    (found,) = [p for p in problems(tiny) if p["code"] == "DTC001"]
    assert found["rows"] == ["events:3"]
    assert (found["file"], found["variable"]) == ("study/sdtm/ae.yaml", "AESTDTC")
    assert list(tiny.out.rglob("ae.xpt")), "a failed dataset is still built"


def test_failed_dataset_is_marked_and_what_depends_on_it_says_so(
    tiny: Tiny, capsys: Capsys
) -> None:
    tiny.change("raw/events.csv", "2024-03-09", "soon")
    assert tiny.build() == 1
    manifest = json.loads((tiny.out / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["failed"] == ["AE"]
    dependent = {str(p["dataset"]) for p in problems(tiny) if p["code"] == "DEP001"}
    assert dependent == {"SUPPAE", "ADAE"}
    assert "FAILED" in capsys.readouterr().out


def test_value_outside_a_codelist_that_is_not_extensible(tiny: Tiny, capsys: Capsys) -> None:
    tiny.change("raw/events.csv", "MODERATE", "Awful")
    assert tiny.build() == 1
    said = capsys.readouterr().out
    assert f"{tiny.line('study/sdtm/ae.yaml', 'AESEV: {')}:10: error TRM001: AE.AESEV" in said
    assert "'Awful'" in said
    assert tiny.build("--fail-on", "never") == 0


def test_two_rows_with_the_same_dataset_key(tiny: Tiny, capsys: Capsys) -> None:
    tiny.change("raw/events.csv", "Nausea,SEVERE,2024-03,", "Headache,SEVERE,2024-03-02,")
    assert tiny.build() == 1
    assert "VAL030" in capsys.readouterr().out
    (found,) = [p for p in problems(tiny) if p["code"] == "VAL030" and p["dataset"] == "AE"]
    assert (found["count"], found["rows"]) == (2, ["AE:1", "AE:2"])


def test_text_that_a_transport_file_cannot_hold(tiny: Tiny, capsys: Capsys) -> None:
    tiny.change("raw/subjects.csv", "10,F,USA", "1ß,F,USA")
    assert tiny.build() == 1
    said = capsys.readouterr().out
    assert f"{tiny.line('study/sdtm/dm.yaml', 'SITEID:')}:3: error XPT004: DM.SITEID" in said
    assert "Without a file, because of errors: DM" in said
    assert not list(tiny.out.rglob("dm.xpt"))
    manifest = json.loads((tiny.out / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["datasets"]["DM"]["file"] == ""
    (define,) = tiny.out.glob("m5/datasets/*/tabulations/sdtm/define.xml")
    assert 'OID="IG.DM"' not in define.read_text(encoding="utf-8")


# -------------------------------------------------------------------------------- specification

SPOILED = [
    ("unknown key", "sdtm/ae.yaml", "from: events", "fro: events", "SPC002", "fro:"),
    ("unknown operation", "sdtm/ae.yaml", "{recode: $SEV}", "{recod: $SEV}", "SPC010", "recod"),
    ("unknown parameter", "sdtm/ae.yaml", "[YYYY-MM-DD]}\nsupp", "[YYYY-MM-DD], tz: UTC}\nsupp",
     "SPC002", "tz"),
    ("duplicate key", "sdtm/ae.yaml", "  AETERM: $TERM", "  AETERM: $TERM\n  AETERM: $NOTE",
     "SPC003", "AETERM: $NOTE"),
    ("no such variable", "sdtm/ae.yaml", "[.AESTDTC, .AETERM]", "[.AESTDTC, .AETREM]",
     "SPC011", "AETREM"),
    ("no such column", "sdtm/ae.yaml", "AETERM: $TERM", "AETERM: $TEARM", "SPC011", "$TEARM"),
    ("no such dataset", "adam/adae.yaml", "ADSL: [TRTSDT]", "ADSK: [TRTSDT]", "SPC011", "ADSK"),
    ("circular reference", "sdtm/ae.yaml", "AESEV: {recode: $SEV}",
     "AESEV: {assign: .AESEQ}\n  AEGRPID: x\n  AESPID: x", "SPC020", ""),
    ("not a term", "sdtm/dm.yaml", "SEX: {recode: $SEX}", "SEX: MAN", "SPC014", "SEX: MAN"),
    ("not YAML", "sdtm/dm.yaml", "SITEID: $SITE", "SITEID: [$SITE", "SPC001", ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("file", "old", "new", "code", "line"),
    [case[1:] for case in SPOILED],
    ids=[case[0] for case in SPOILED],
)
def test_wrong_specification(
    tiny: Tiny, capsys: Capsys, file: str, old: str, new: str, code: str, line: str
) -> None:
    if code == "SPC020":
        tiny.change(f"study/{file}", "[.AESTDTC, .AETERM]", "[.AESTDTC, .AESEV]")
    tiny.change(f"study/{file}", old, new)
    place = tiny.line(f"study/{file}", line) if line else f"{tiny.study / file}:"
    stopped(tiny, capsys, f"error {code}: ", place)
    assert tiny.check() == 2
    assert place in capsys.readouterr().out


def test_all_errors_are_said_at_once(tiny: Tiny, capsys: Capsys) -> None:
    tiny.change("study/sdtm/ae.yaml", "{recode: $SEV}", "{recod: $SEV}")
    tiny.change("study/sdtm/dm.yaml", "{recode: $SEX}", "{recde: $SEX}")
    assert tiny.check() == 2
    said = capsys.readouterr().out
    assert said.count("SPC010") == 2
    assert "2 errors" in said


def test_no_such_study(tiny: Tiny, capsys: Capsys) -> None:
    from clinmap.app.main import main

    assert main(["check", "cdiscpilot1"]) == 2
    assert "SPC006" in capsys.readouterr().out


def test_as_of_that_is_no_date(tiny: Tiny, capsys: Capsys) -> None:
    assert tiny.build("--as-of", "yesterday") == 2
    assert "SPC004" in capsys.readouterr().err
    assert not tiny.out.exists()


def test_source_date_epoch_that_is_no_number(
    tiny: Tiny, capsys: Capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "today")
    stopped(tiny, capsys, "SPC004", "SOURCE_DATE_EPOCH")


# ---------------------------------------------------------------------------- selection and out


def test_selection_that_matches_nothing(tiny: Tiny, capsys: Capsys) -> None:
    assert tiny.build("--select", "AE", "ADSK") == 2
    said = capsys.readouterr().err
    assert "SPC021" in said
    assert "Did you mean ADSL" in said
    assert not tiny.out.exists()


def test_out_that_holds_something_else(tiny: Tiny, capsys: Capsys) -> None:
    tiny.out.mkdir()
    (tiny.out / "thesis.txt").write_text("mine", encoding="utf-8")
    assert tiny.build() == 2
    assert "OUT001" in capsys.readouterr().err
    assert [path.name for path in tiny.out.iterdir()] == ["thesis.txt"]


def test_out_in_a_folder_that_is_not_there(tiny: Tiny, capsys: Capsys) -> None:
    from clinmap.app.main import main

    out = tiny.base / "no" / "such"
    assert main(["build", str(tiny.study), "--raw", str(tiny.raw), "--out", str(out)]) == 2
    assert "OUT002" in capsys.readouterr().err


def test_previous_package_stays_where_a_build_stops(built: Tiny, capsys: Capsys) -> None:
    before = {p: p.read_bytes() for p in built.out.rglob("*") if p.is_file()}
    (built.raw / "events.csv").unlink()
    assert built.build() == 2
    assert {p: p.read_bytes() for p in built.out.rglob("*") if p.is_file()} == before
