"""What a specification must not say: refused at compile time, with file, line and a near match."""

from __future__ import annotations

from pathlib import Path

import pytest

from clinmap.problems import Location, SpecificationError
from mappings.compile import compile_study
from tests.small_study import EVENTS, RAW, STUDY, compiled, operations, refusal, refusals

LINE = 9
"""The line of a variable that is added to EVENTS."""


def added(line: str) -> str:
    return EVENTS.rstrip() + f"\n      {line}\n"


@pytest.mark.parametrize(
    ("line", "code", "said", "hint"),
    [
        ("XXDECOD: $TRM", "SPC011", "raw table ev has no column 'TRM'", "TERM?"),
        ("XXDECOD: .XXTRM", "SPC011", "XX has no variable 'XXTRM'", "XXTERM?"),
        ("XXDECOD: XX.XXTRM", "SPC011", "XX has no variable 'XXTRM'", "XXTERM?"),
        ("XXDECOD: $pt/SIT", "SPC011", "raw table pt has no column 'SIT'", "SITE?"),
        ("XXDECOD: $pts/SITE", "SPC011", "no table, dataset or join 'pts'", "pt?"),
        ("XXDECOD: AB.CDE", "SPC011", "no table, dataset or join 'AB'", "{constant: AB.CDE}"),
        ("XXDECOD: {recod: $TERM}", "SPC010", "there is no operation 'recod'", "recode or"),
        ("XXDECOD: {recode: $TERM, mp: {a: b}}", "SPC002", "no parameter 'mp'", "map?"),
        ("XXDECOD: {recode: TERM}", "SPC004", "'TERM' is not a reference", ""),
        ("XXDECOD: {recode: $TERM, assign: $TERM}", "SPC010", "several operations", "list"),
        ("XXDECOD: {assign: $TERM, codelist: NYY}", "SPC013", "no codelist 'NYY'", "NY"),
        ("XXDECOD: {assign: $TERM, type: txt}", "SPC004", "type 'txt'", "text?"),
        ("XXDECOD: {assign: $TERM, length: long}", "SPC004", "whole number", ""),
        ("XXDECOD: {assign: $TERM, origin: Colected}", "SPC004", "'Colected'", "Collected?"),
        ("XXDECOD: {convention: USUBJI}", "SPC011", "no convention 'USUBJI'", "USUBJID?"),
        ("XXDECODE: $TERM", "SPC012", "XXDECODE is not a variable of XX", "XXDECOD"),
        ("XXENRF: MAYBE", "SPC014", "'MAYBE' is no term of codelist STENRF", "BEFORE"),
        ("XXSTDY: soon", "SPC004", "'soon' is no number", "type"),
        ('XXDECOD: {constant: Y, when: "number($SEV)"}', "SPC004", "no condition", ""),
        ('XXDECOD: {constant: Y, when: "$SEV == null"}', "SPC004", "missing(", ""),
        ('XXDECOD: {compute: "$SEV/2"}', "SPC004", "$SEV / 2", ""),
        ('XXDECOD: {compute: "$SEV/TERM"}', "SPC011", "'SEV' for $SEV/TERM", "$A / $B"),
        ("XXDECOD: {earliest: $START}", "SPC004", "DS.VAR", ""),
        ("XXDECOD:", "SPC004", "nothing stands behind XXDECOD", "{constant: null}"),
        ("XXDECOD: {}", "SPC004", "nothing stands behind XXDECOD", "{constant: null}"),
        ("XXDECOD: []", "SPC004", "nothing stands behind XXDECOD", "{constant: null}"),
        ("XXDECOD: {label: x}", "SPC004", "XXDECOD has no value", "operation"),
        ("XXDECOD: [$TERM, $SEV]", "SPC004", "does not read .XXDECOD", "use combine"),
        ("XXENRF: {recode: $SEV, map: {a: BEFOR}}", "SPC014", "'BEFOR' is no term", "BEFORE"),
        ("XXDECOD: [{label: x}]", "SPC002", "in one of its steps", "beside `steps`"),
        ("XXDECOD: [{recode: $TERM, label: x}]", "SPC002", "'label' is said", "beside `steps`"),
        ('XXDECOD: {compute: "$SEV = 1"}', "SPC004", "write == to compare", ""),
        ('XXDECOD: {compute: "round($SEV, $TERM)"}', "SPC004", "a whole number", ""),
        ("XXDECOD: {combine: $TERM}", "SPC004", "combine: must be a list: [a, b]", ""),
        ("XXDECOD: {combine: [{a: b}]}", "SPC004", "no single value; write a reference", ""),
        ("XXDECOD: {category: $SEV}", "SPC004", "category: 'cuts' is missing", ""),
        ("XXDECOD: {recode: $SEV, map: x}", "SPC004", "map: must be a mapping: {key: value}", ""),
        ("XXDECOD: {assign: $SEV, codelist: QQ}", "SPC013", "'QQ'", "terminology: codelists"),
        ('XXDECOD: {latest: XX.XXTERM, where: ".XXSEQ > 1"}', "SPC004", "$COLUMN", ""),
    ],
)
def test_variable_is_refused(tmp_path: Path, line: str, code: str, said: str, hint: str) -> None:
    error = refusal(tmp_path, XX=added(line))
    assert error.code == code
    assert said in error.message
    assert hint in error.hint
    assert error.location is not None
    assert str(error.location) == f"{tmp_path.name}/sdtm/xx.yaml:{LINE}"


def test_line_is_the_one_that_is_added() -> None:
    assert added("here").strip().splitlines()[LINE - 1].strip() == "here"


@pytest.mark.parametrize(
    ("old", "new", "line", "code", "said", "hint"),
    [
        ("from: ev", "from: eve", 5, "SPC011", "no raw table or dataset 'eve'", "ev?"),
        ("from: ev", "form: ev", 5, "SPC002", "unknown key 'form'", "from?"),
        ("XXSEQ]", "XXSQ]", 4, "SPC011", "XX has no variable 'XXSQ'", "XXSEQ?"),
        ("from: ev", "from: ev\n    from: ev", 6, "SPC003", "stands here again", ""),
        ("from: ev", 'from: ev\n    where: "$SEV"', 6, "SPC004", "no condition", ""),
        ("from: ev", 'from: ev\n    where: "upper($SEV"', 6, "SPC004", "cannot be read", ""),
        ("from: ev", "from: ev\n    where: \"$SVE == '1'\"", 5, "SPC011", "'SVE'", "SEV?"),
        ("from: ev", 'from: ev\n    where: "present(.XXTERM)"', 5, "SPC011", "before", "$NAME"),
        ("from: ev", "from: ev\n    copy: {DM: [SEX]}", 6, "SPC004", "for ADaM", ""),
        ("from: ev", "from: ev\n    value_level: [XXTEST]", 6, "SPC011", "'XXTEST'", ""),
        ("from: ev", "from: ev\n    not_submitted: {ENDE: no}", 6, "SPC011", "'ENDE'", "END?"),
        ("from: ev", "from: ev\n    not_collected: {XXTERM: no}", 6, "SPC004", "is made", ""),
        ("from: ev", "from: ev\n    work: {XXTERM: $SEV}", 9, "SPC003", "also stands", ""),
        (
            "from: ev",
            "from: ev\n    joins: {pt: {by: {SUBJ: $SUBJ}, take: first}}",
            6,
            "SPC004",
            "needs `order`",
            "",
        ),
        (
            "from: ev",
            "from: ev\n    joins: {pt: {by: {SUB: $SUBJ}}}",
            6,
            "SPC011",
            "raw table pt has no column 'SUB'",
            "SUBJ?",
        ),
        (
            "from: ev",
            'from: ev\n    joins: {pt: {by: {SUBJ: $SUBJ}, where: "present(.XXTERM)"}}',
            6,
            "SPC011",
            "not a column of pt",
            "$COLUMN",
        ),
        (
            "from: ev",
            "from: ev\n    sources: [{from: ev}]",
            5,
            "SPC004",
            "stands beside `sources`",
            "",
        ),
        ("from: ev", "from: ev\n    drop: {when: x}", 6, "SPC004", "drop: must be a list", ""),
        ("from: ev", "from: ev\n    joins: {pt: {by: 1}}", 6, "SPC004", "by: must be a map", ""),
        ("class: EVENTS", "structure: x", 1, "SPC012", "has no dataset XX", ""),
        ("dataset: XX", "dataset: pt", 1, "SPC003", "already the name", ""),
    ],
)
def test_dataset_is_refused(
    tmp_path: Path, old: str, new: str, line: int, code: str, said: str, hint: str
) -> None:
    errors = refusals(tmp_path, XX=EVENTS.replace(old, new))
    error = next((e for e in errors if e.code == code and said in e.message), None)
    assert error is not None, errors
    assert hint in error.hint
    assert error.location is not None
    assert (error.location.file, error.location.line) == (f"{tmp_path.name}/sdtm/xx.yaml", line)


@pytest.mark.parametrize(
    ("file", "old", "new", "line", "code", "said"),
    [
        ("study.yaml", "as_of", "as_off", 2, "SPC002", "unknown key 'as_off'"),
        ("study.yaml", "2025-03-28T00:00:00", "28 March 2025", 2, "SPC004", "of ISO 8601"),
        ("study.yaml", "2025-03-28T00:00:00", "[2025]", 2, "SPC004", "as_of: must be a text"),
        ("study.yaml", "study: T1", "study: T1\n    severity: {TRM01: note}", 2, "SPC011", "TRM01"),
        (
            "study.yaml",
            "study: T1",
            "study: T1\n    standards: {terminology: 1999-01-01}",
            2,
            "SPC005",
            "1999-01-01",
        ),
        (
            "study.yaml",
            "study: T1",
            "study: T1\n    terminology: {exceptions: {XX.XXTRM: {a: b}}}",
            2,
            "SPC011",
            "'XX.XXTRM'",
        ),
        (
            "study.yaml",
            "study: T1",
            "study: T1\n    terminology: {extend: {NY: {MAYBE: Maybe}}}",
            2,
            "SPC017",
            "must not be extended",
        ),
        (
            "study.yaml",
            "study: T1",
            "study: T1\n    terminology: {files: [newer.txt]}",
            2,
            "SPC005",
            "no terminology file newer.txt",
        ),
        ("raw.yaml", "path: ev.csv,", "pth: ev.csv,", 2, "SPC002", "unknown key 'pth'"),
        ("raw.yaml", "SEV]}", "SEV], not_submitted: {SVE: x}}", 2, "SPC011", "'SVE'"),
    ],
)
def test_study_is_refused(
    tmp_path: Path, file: str, old: str, new: str, line: int, code: str, said: str
) -> None:
    text = {"study.yaml": STUDY, "raw.yaml": RAW}[file].replace(old, new)
    errors = refusals(tmp_path, {file: text}, XX=EVENTS)
    error = next((e for e in errors if e.code == code and said in e.message), None)
    assert error is not None, errors
    assert error.location is not None
    assert (error.location.file, error.location.line) == (f"{tmp_path.name}/{file}", line)


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("{code: TRM01, reason: x}", "no code TRM01"),
        ("{code: TRM001, dataset: XZ, reason: x}", "no dataset or raw table 'XZ'"),
        ("{code: TRM001, dataset: XX}", "'reason' is missing"),
    ],
)
def test_expected_problem_is_refused(tmp_path: Path, entry: str, said: str) -> None:
    error = refusal(tmp_path, {"problems.yaml": f"expected:\n  - {entry}\n"}, XX=EVENTS)
    assert said in error.message
    assert str(error.location) == f"{tmp_path.name}/problems.yaml:2"


def test_circle_names_every_variable_with_its_place(tmp_path: Path) -> None:
    error = refusal(tmp_path, XX=added("XXDECOD: .XXCAT") + "      XXCAT: .XXDECOD\n")
    where = f"{tmp_path.name}/sdtm/xx.yaml"
    assert error.code == "SPC020"
    assert f"XX.XXDECOD ({where}:{LINE})" in error.message
    assert f"XX.XXCAT ({where}:{LINE + 1})" in error.message
    assert str(error.location) == f"{where}:{LINE}"


def test_codelist_condition_must_name_a_variable(tmp_path: Path) -> None:
    line = "XXDECOD: {assign: $TERM, codelist: [{use: NY, when: {XXTRM: a}}]}"
    error = refusal(tmp_path, XX=added(line))
    assert (error.code, error.hint) == ("SPC011", "Did you mean XXTERM?")


def test_convention_that_is_wrong_is_not_called_absent_too(tmp_path: Path) -> None:
    """USUBJID is a key of the dataset, and gets its value from the convention."""
    study = STUDY.replace("combine:", "combin:")
    assert refusal(tmp_path, {"study.yaml": study}, XX=EVENTS).code == "SPC010"


def test_variable_that_is_wrong_is_not_called_absent_too(tmp_path: Path) -> None:
    text = EVENTS.replace("sequence:", "sequenc:") + "      XXSPID: .XXSEQ\n"
    adam = """
        dataset: ADXX
        keys: [USUBJID]
        from: XX
        copy: {XX: [STUDYID, USUBJID, XXSEQ]}
    """
    assert refusal(tmp_path, {"adam/adxx.yaml": adam}, XX=text).code == "SPC010"


def test_recoded_value_of_an_exception_or_of_a_step_between_may_be_any(tmp_path: Path) -> None:
    study = STUDY + "    terminology: {exceptions: {XX.XXENRF: {MAYBE: x}}}\n"
    line = "XXENRF: [{recode: $SEV, map: {a: b}}, {recode: .XXENRF, map: {b: MAYBE}}]"
    assert compiled(tmp_path, {"study.yaml": study}, XX=added(line)).plan.dataset("XX")


def test_join_of_one_name_means_one_table(tmp_path: Path) -> None:
    sources = (
        "sources:\n      - {from: ev, joins: {j: {table: pt, by: [SUBJ]}}}\n"
        "      - {from: ev, joins: {j: {table: ev, by: [SUBJ]}}}"
    )
    error = refusal(tmp_path, XX=EVENTS.replace("from: ev", sources))
    assert (error.code, str(error.location)) == ("SPC004", f"{tmp_path.name}/sdtm/xx.yaml:7")
    assert "join j of XX means ev here, and pt at" in error.message


ANALYSIS = """
    dataset: ADXX
    keys: [USUBJID]
    from: XX
    copy: {XX: [STUDYID, USUBJID]}
    variables:
      XXDECOD: $XXDECOD
"""


def test_adam_reads_no_work_variable_of_sdtm(tmp_path: Path) -> None:
    text = EVENTS + "    work: {HIDDEN: $SEV}\n"
    adam = ANALYSIS + "      COPY: {assign: $HIDDEN, label: x}\n"
    errors = refusals(tmp_path, {"adam/adxx.yaml": adam}, XX=text + "")
    said = [(e.code, e.message) for e in errors]
    assert ("SPC011", "HIDDEN is a work variable of XX and not submitted") in said
    assert ("SPC011", "XX has no variable 'XXDECOD'") in said, "and not that it has no label"


def test_adam_needs_its_identifiers(tmp_path: Path) -> None:
    adam = ANALYSIS.replace("STUDYID, ", "").replace("DECOD", "TERM")
    error = refusal(tmp_path, {"adam/adxx.yaml": adam}, XX=EVENTS)
    assert error.code == "SPC015"
    assert error.message.startswith("STUDYID is Required in ADXX")


@pytest.mark.parametrize(
    ("structure", "absent"),
    [
        ("ADSL", ["SUBJID", "SITEID", "AGE", "AGEU", "SEX", "RACE", "ARM", "TRTxxP"]),
        ("OCCDS", []),
        ("AE", ["XXSEQ", "XXDECOD", "XXBODSYS", "XXSER", "ASTDT", "TRTEMFL"]),
        ("BDS", ["PARAM", "PARAMCD", "AVAL"]),
    ],
)
def test_adam_needs_what_its_structure_requires(
    tmp_path: Path, structure: str, absent: list[str]
) -> None:
    adam = ANALYSIS.replace("from:", f"structure: {structure}\n    from:")
    adam = adam.replace("XXDECOD: $XXDECOD", "XXTERM: {assign: $XXTERM, label: x}")
    if not absent:
        assert compiled(tmp_path, {"adam/adxx.yaml": adam}, XX=EVENTS).plan.dataset("ADXX")
        return
    errors = refusals(tmp_path, {"adam/adxx.yaml": adam}, XX=EVENTS)
    assert {error.code for error in errors} == {"SPC015"}
    assert {error.message.split()[0] for error in errors} == set(absent)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("sdtm/vs.yml", "name it vs.yaml"),
        ("SDTM/vs.yaml", "name the folder sdtm"),
        ("sdtm/more/vs.yaml", "move it into sdtm"),
        ("Raw.YAML", "name it raw.yaml"),
        ("problem.yaml", "name it problems.yaml"),
        ("ae.yaml", "a dataset belongs in sdtm or adam"),
    ],
)
def test_file_that_is_not_read(tmp_path: Path, name: str, said: str) -> None:
    error = refusal(tmp_path, {name: "a: b"}, XX=EVENTS)
    assert (error.code, error.location) == ("SPC005", Location(f"{tmp_path.name}/{name}"))
    assert error.message.startswith(f"{name} is not read; ")
    assert said in error.message


def test_study_of_another_ending_is_no_study(tmp_path: Path) -> None:
    (tmp_path / "study.yml").write_text("study: x", encoding="utf-8")
    with pytest.raises(SpecificationError) as caught:
        compile_study(str(tmp_path), operations())
    assert caught.value.hint.endswith("study.yml is not read; name it study.yaml.")


def test_fidelity_and_hidden_files_are_left_alone(tmp_path: Path) -> None:
    files = {"fidelity.yaml": "a: b", ".tool.yml": "a: b", "data/table.yaml": "a: b"}
    assert compiled(tmp_path, files, XX=EVENTS).plan.dataset("XX")


def test_every_error_is_shown_at_once(tmp_path: Path) -> None:
    text = added("XXDECOD: $TRM") + "      XXCAT: .XXTRM\n"
    assert [error.message[-5:] for error in refusals(tmp_path, XX=text)] == ["'TRM'", "XTRM'"]


def test_several_codelists_must_be_chosen_from(tmp_path: Path) -> None:
    text = EVENTS.replace("XX", "DS").replace("class: EVENTS", "structure: x")
    error = next(
        e
        for e in refusals(tmp_path, DS=text + "      DSDECOD: $TERM\n")
        if "several codelists" in e.message
    )
    assert error.code == "SPC013"
    assert "codelist: " in error.hint


def test_codelist_that_the_package_has_not_binds_nobody(tmp_path: Path) -> None:
    """SDTMIG 3.4 cites C85495 for MSRESCAT; no terminology package publishes it."""
    text = EVENTS.replace("XX", "MS").replace("class: EVENTS", "structure: x")
    errors = refusals(tmp_path, MS=text.replace("MSTERM", "MSRESCAT"))
    assert {error.code for error in errors} == {"SPC015"}, "the Required variables are not made"


def test_study_that_is_not_there() -> None:
    with pytest.raises(Exception, match="SPC006") as caught:
        compile_study("cdiscpilot1", operations())
    assert "cdiscpilot01?" in str(caught.value)


def test_copy_of_what_is_no_name_is_refused(tmp_path: Path) -> None:
    """A name over 8 characters, or one with odd letters, is a variable that is not there."""
    adam = ANALYSIS.replace("from: XX", "from: AB").replace("USUBJID]}", "XXSEQUENCE]}")
    errors = refusals(tmp_path, {"adam/adxx.yaml": adam}, XX=EVENTS)
    assert ("SPC011", "XX has no variable 'XXSEQUENCE'") in [(e.code, e.message) for e in errors]


def test_recode_without_terms_is_refused(tmp_path: Path) -> None:
    """Every value would be listed and lost."""
    error = refusal(tmp_path, XX=added("XXSCAT: {recode: $SEV}"))
    assert (error.code, error.message) == (
        "SPC004", "recode of XXSCAT has no terms: the variable has no codelist",
    )  # fmt: skip
    assert compiled(tmp_path, XX=added("XXSCAT: {recode: $SEV, map: {a: b}}")).plan.dataset("XX")
