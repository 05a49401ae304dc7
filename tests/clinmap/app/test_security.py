"""What a specification cannot do: name other files, run code, reach a network, keep us busy.

docs/security.md promises each of these; XML is attacked in tests/clinmap/readers.
"""

from __future__ import annotations

import socket
import time
from pathlib import Path

import pytest

from clinmap.app.main import main
from clinmap.expressions import parse_expression
from clinmap.patterns import safe_pattern
from clinmap.problems import SpecificationError
from mappings.inside import path_fault
from mappings.nodes import parse_yaml
from tests.clinmap.app.conftest import Tiny

Capsys = pytest.CaptureFixture[str]
SECRET = "SUBJ,SITE,SEX,CTRY,START\nsecret,10,F,USA,2024-03-01\n"
PATHS = [
    "../secret.csv",
    "edc/../../secret.csv",
    "/etc/passwd",
    "~/secret.csv",
    "..\\secret.csv",
    "C:\\secret.csv",
    "\\\\server\\share\\secret.csv",
    "//server/share/secret.csv",
    "file:///etc/passwd",
    "https://example.org/secret.csv",
    "s3://bucket/secret.csv",
]


def refused(tiny: Tiny, capsys: Capsys, place: str, *command: str) -> str:
    """The command is refused with SPC060 at a place; nothing of the secret is said."""
    code = main([*command]) if command else tiny.check()
    captured = capsys.readouterr()
    said = captured.out + captured.err
    assert code == 2, said
    assert "SPC060" in said, said
    assert place in said, said
    assert "secret," not in said
    assert "root:" not in said
    return said


def secret(tiny: Tiny) -> Path:
    """A file beside the study and the raw folder."""
    path = tiny.base / "secret.csv"
    path.write_text(SECRET, encoding="utf-8")
    return path


# --------------------------------------------------------------------------------- other files


@pytest.mark.parametrize("path", PATHS)
def test_a_raw_table_stays_in_the_raw_folder(tiny: Tiny, capsys: Capsys, path: str) -> None:
    """Whatever the path is made of; the line of raw.yaml is named."""
    secret(tiny)
    tiny.change("study/raw.yaml", "path: subjects.csv", f"path: '{path}'\n    format: csv")
    refused(tiny, capsys, tiny.line("study/raw.yaml", "path: "))


@pytest.mark.parametrize("path", ["edc/ae.csv", "a..b.csv", "./ae.csv", "ae 1:2.csv", "ä/ö.csv"])
def test_a_path_below_the_folder_is_no_fault(path: str) -> None:
    """Dots in names, blanks and folders are as they should be."""
    assert path_fault(path) == ""


def test_a_raw_file_may_not_be_a_link_out(tiny: Tiny, capsys: Capsys) -> None:
    """The path is harmless as it is written; the file is elsewhere."""
    (tiny.raw / "subjects.csv").unlink()
    (tiny.raw / "subjects.csv").symlink_to(secret(tiny))
    command = ("build", str(tiny.study), "--raw", str(tiny.raw), "--out", str(tiny.out))
    refused(tiny, capsys, "subjects.csv", *command)
    assert not tiny.out.exists()


def test_a_link_inside_the_raw_folder_is_read(tiny: Tiny) -> None:
    """And the folder itself may be one."""
    (tiny.raw / "subjects.csv").rename(tiny.raw / "subjects-2.csv")
    (tiny.raw / "subjects.csv").symlink_to("subjects-2.csv")
    link = tiny.base / "link"
    link.symlink_to(tiny.raw)
    assert main(["build", str(tiny.study), "--raw", str(link), "--out", str(tiny.out)]) == 0


def test_a_mirror_stays_in_the_raw_folder(tiny: Tiny, capsys: Capsys) -> None:
    """Other exports are files of the raw folder, too."""
    tiny.change("study/raw.yaml", "tables:\n", "mirrors:\n  odm:\n    path: ../all.xml\n"
                "    tables: [events]\ntables:\n")  # fmt: skip
    refused(tiny, capsys, tiny.line("study/raw.yaml", "../all.xml"))


@pytest.mark.parametrize("path", ["../secret.csv", "/etc/passwd", "https://example.org/x.txt"])
@pytest.mark.parametrize(
    "said",
    [
        "terminology: {{files: ['{}']}}",
        "define: {{annotated_crf: '{}'}}",
        "define: {{documents: [{{file: '{}'}}]}}",
    ],
    ids=["terminology", "annotated CRF", "document"],
)
def test_files_of_study_yaml_stay_in_the_study(
    tiny: Tiny, capsys: Capsys, said: str, path: str
) -> None:
    """What goes into a package, and what is read as terminology."""
    secret(tiny)
    line = said.format(path)
    tiny.change("study/study.yaml", "conventions:", f"{line}\nconventions:")
    refused(tiny, capsys, tiny.line("study/study.yaml", line))


def test_a_document_may_not_be_a_link_out(tiny: Tiny, capsys: Capsys) -> None:
    """It would be copied into the package."""
    (tiny.study / "guide.pdf").symlink_to(secret(tiny))
    line = "define: {documents: [{file: guide.pdf}]}"
    tiny.change("study/study.yaml", "conventions:", f"{line}\nconventions:")
    refused(tiny, capsys, tiny.line("study/study.yaml", line))


@pytest.mark.parametrize("name", ["problems.yaml", "sdtm/ae.yaml", "corrections.csv"])
def test_a_file_of_the_study_may_not_be_a_link_out(tiny: Tiny, capsys: Capsys, name: str) -> None:
    """Messages quote keys and values of YAML."""
    path = tiny.study / name
    path.unlink(missing_ok=True)
    path.symlink_to(secret(tiny))
    refused(tiny, capsys, name)


def test_a_folder_of_the_study_may_not_be_a_link_out(tiny: Tiny, capsys: Capsys) -> None:
    """The files in it would be those of somebody else."""
    (tiny.study / "adam").rename(tiny.base / "elsewhere")
    (tiny.study / "adam").symlink_to(tiny.base / "elsewhere")
    refused(tiny, capsys, "adam/adsl.yaml")


@pytest.mark.parametrize(
    "path", ["/tmp", "~/study", "https://example.org/study", "\\\\host\\study"]
)
def test_extends_is_relative(tiny: Tiny, capsys: Capsys, path: str) -> None:
    """It may climb, to a folder that is a study; it names no other machine and no absolute path."""
    tiny.change("study/study.yaml", "title:", f"extends: '{path}'\ntitle:")
    refused(tiny, capsys, tiny.line("study/study.yaml", "extends"))


def test_extends_names_a_study(tiny: Tiny, capsys: Capsys) -> None:
    """A folder without study.yaml is none, whatever else is in it."""
    (tiny.base / "other").mkdir()
    tiny.change("study/study.yaml", "title:", "extends: ../other\ntitle:")
    assert tiny.check() == 2
    assert "where there is no study.yaml" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["../../ADX", "/tmp/ADX", "A/B", "C:X", "..", "AD\\X"])
@pytest.mark.parametrize("file", ["study/sdtm/ae.yaml", "study/adam/adae.yaml"])
def test_the_name_of_a_dataset_is_no_path(tiny: Tiny, capsys: Capsys, file: str, name: str) -> None:
    """Its files have that name."""
    old = "dataset: AE" if "sdtm" in file else "dataset: ADAE"
    tiny.change(file, old, f"dataset: '{name}'")
    assert tiny.check() == 2
    assert "is no name of a dataset" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["T-../../x", "T-a/b", "F-/tmp/x"])
def test_the_name_of_a_display_is_no_path(tiny: Tiny, capsys: Capsys, name: str) -> None:
    """Its files have that name, too."""
    text = f"""\
objectives: {{P1: {{title: t, text: t, purpose: PRIMARY OUTCOME MEASURE}}}}
displays: {{'{name}': {{objective: P1, title: t, results: [{{from: ADSL, subjects: N}}]}}}}
"""
    (tiny.study / "results.yaml").write_text(text, encoding="utf-8")
    assert tiny.check() == 2
    assert "a display is named T-" in capsys.readouterr().out


def test_the_name_of_a_study_is_no_path(tiny: Tiny) -> None:
    """A folder of the package has it: without what leads elsewhere."""
    tiny.change("study/study.yaml", "study: TINY-01", "study: ../../../evil")
    assert tiny.build() == 0
    assert [p.name for p in (tiny.out / "m5" / "datasets").iterdir()] == ["evil"]


# ------------------------------------------------------------------------------------- network


def test_check_and_build_open_no_socket(tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a specification says, nothing is looked up anywhere."""

    def refuse(*_: object, **__: object) -> socket.socket:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert tiny.check() == 0
    assert tiny.build() == 0


def test_a_database_is_named_not_addressed(tiny: Tiny, capsys: Capsys) -> None:
    """Its address comes from the environment of whoever runs the build."""
    tiny.change("study/raw.yaml", "    path: subjects.csv\n", "    database: sqlite:///etc/x.db\n"
                "    query: select * from subjects order by SUBJ\n")  # fmt: skip
    assert tiny.check() == 2
    assert "`database` is no name" in capsys.readouterr().out


# ---------------------------------------------------------------------------------------- code

CODE = [
    "__import__('os').system('id')",
    "($A).__class__",
    "().__class__.__bases__",
    "open('/etc/passwd')",
    "eval('1')",
    "exec('1')",
    "getattr($A, 'x')",
    "globals()",
    "missing.__globals__",
    "(lambda: 1)()",
    "[x for x in $A]",
    "{x for x in $A}",
    "(x for x in $A)",
    "{'a': 1}",
    "$A[0]",
    "f'{$A}'",
    "$A if true else $B",
    "(x := 1)",
    "await $A",
    "upper(*$A)",
    "upper(text=$A)",
    "b'abc'",
    "...",
    "1j",
    "9 ** 9 ** 9",
    "1 << 99999",
    "~1",
    "$A @ $B",
    "print",
    "import os",
    "$A; $B",
]


@pytest.mark.parametrize("text", CODE)
def test_an_expression_runs_no_code(text: str) -> None:
    """The language has no attribute, no index, no loop, no name and no function but its own."""
    with pytest.raises(ValueError, match=r"."):
        parse_expression(text)


def test_a_column_may_be_named_as_it_likes() -> None:
    """What begins with $ is the name of a column to the end, never an attribute."""
    (reference,) = parse_expression("$A.__class__ == 'x'").references
    assert (reference.kind, reference.column) == ("source", "A.__class__")


@pytest.mark.parametrize(
    "text",
    ["(" * 5_000 + "1" + ")" * 5_000, "not " * 2_000 + "true", "1" + "+1" * 4_000,
     "1" + "+1" * 150,
     "-" * 5_000 + "1", "'" + "a" * 20_000 + "'", "digits($A, 999999999)", "round($A, 99999)"],
    ids=["parentheses", "not", "sum", "shorter sum", "minus", "long", "digits", "decimals"],
)  # fmt: skip
def test_an_expression_cannot_use_up_the_machine(text: str) -> None:
    """Depth, length and sizes have ends; a ValueError says so, no RecursionError."""
    with pytest.raises(ValueError, match=r"."):
        parse_expression(text)


@pytest.mark.parametrize("tag", ["!!python/object/apply:os.system [id]", "!!python/name:os.system"])
def test_yaml_makes_no_objects(tag: str) -> None:
    """Tags are refused before anything is made of them."""
    with pytest.raises(SpecificationError, match=r"a tag"):
        parse_yaml(f"a: {tag}\n", "x.yaml")


# ------------------------------------------------------------------------------- time and memory


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n", "an anchor"),
        ("a: " + "[" * 50_000, "in one another"),
        ("a: " + "{b: " * 50_000, "in one another"),
    ],
    ids=["laughs", "lists", "mappings"],
)
def test_a_yaml_bomb_is_refused(text: str, said: str) -> None:
    """Before anything is built of it."""
    start = time.monotonic()
    with pytest.raises(SpecificationError, match=said):
        parse_yaml(text, "x.yaml")
    assert time.monotonic() - start < 5


def test_a_number_without_end_is_text() -> None:
    """Python refuses to make a number of it; a specification has none."""
    assert parse_yaml(f"a: {'1' * 10_000}\n", "x.yaml").plain() == {"a": "1" * 10_000}


SLOW = [
    "(a+)+b", "(a*)*b", "(a|a)*b", "(a|ab|b)*c", "(.*)*x", "(.|a)+!", "([a-z]+)*1", "(x+x+)+y",
    r"(\d+,?)+!", r"(\w+\s?)*!", "(?:a{1,30}){1,30}b", "(a?){30}a{30}", r"(a)\1", ".*.*.*.*x",
    "(?=(a+)+b)", "((ab?)*c?)*d",
]  # fmt: skip


@pytest.mark.parametrize("pattern", SLOW)
def test_a_pattern_that_may_take_for_ever_is_refused(pattern: str) -> None:
    """By its form, before it meets a text."""
    with pytest.raises(ValueError, match=r"."):
        safe_pattern(pattern)


QUICK = [
    "([0-9]+) mg", "(?:.*;)?([^;]+)",
    r"(?i).*[ _](PB|BM)[ _-].*", "((Death|Disability|Life)(; )?)+",
    r"[-+]?\d{1,3}(,\d{3})*", "(ab?)+c", r"(?:[A-Z]\.)+", "(a|b|cd)+", "a{2,5}", "(?<=x)y",
    "(-|[0-9])+", r"\s*(\S+)\s*",
]  # fmt: skip


@pytest.mark.parametrize("pattern", QUICK)
def test_a_pattern_that_ends_is_read_and_ends(pattern: str) -> None:
    """On texts made to keep it busy: each takes less than a second."""
    compiled = safe_pattern(pattern)
    start = time.monotonic()
    for part in ("a", "ab", "1", "1,", " ", "x ", "Death; ", "A.", "; "):
        compiled.fullmatch(part * 300 + "\n!")
    assert time.monotonic() - start < 1


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("study/sdtm/ae.yaml", "AETERM: $TERM", "AETERM: {extract: $TERM, pattern: '((a+)+)b'}"),
        ("study/sdtm/ae.yaml", "from: events", "from: events\nwhere: matches($TERM, '(a+)+b')"),
        (
            "study/raw.yaml",
            "path: events.csv",
            "path: events.csv\n    from_comments: {X: '((a+)+)b'}",
        ),
    ],
    ids=["extract", "matches", "comments"],
)
def test_check_refuses_such_a_pattern_at_its_line(
    tiny: Tiny, capsys: Capsys, file: str, old: str, new: str
) -> None:
    """Wherever a specification holds one."""
    tiny.change(file, old, new)
    assert tiny.check() == 2
    out = capsys.readouterr().out
    assert "SPC004" in out
    assert "repeats what is itself repeated" in out
