"""The catalogue of codes: complete, without dead codes, and of one mind with those who use it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from clinmap.codes import CODES, find_code, severity_of
from clinmap.problems import Severity

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("clinmap", "sdtm", "adam", "define", "mappings")
CATALOGUE = ROOT / "clinmap" / "codes"
CODE = re.compile(
    r"(INP|OUT|SPC|RAW|REC|COR|DTC|TRM|MRG|ROW|DUP|TYP|TXT|RES"
    r"|BDS|PER|TOX|NCA|RSP|TTE|VIS|CHK|VAL|RST|XPT|PQT|DEF|WBK|CMP|EXP|DEP)\d{3}"
)
TWO_SEVERITIES = {"DEF018", "DEF062", "DEF070"}
"""Wrong marks are errors, absent ones warnings, and so on; the catalogue has the worse."""


def sources() -> Iterator[Path]:
    for package in PACKAGES:
        yield from (p for p in sorted((ROOT / package).rglob("*.py")) if CATALOGUE not in p.parents)


def used() -> dict[str, Path]:
    """Codes that stand alone in a text of the program, and where; docstrings do not count."""
    found: dict[str, Path] = {}
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            text = node.value if isinstance(node, ast.Constant) else None
            if isinstance(text, str) and re.fullmatch(r"[A-Z]{3}\d{3}", text):
                found.setdefault(text, path)
    return found


def stated() -> Iterator[tuple[Path, str, Severity]]:
    """Where a code and its severity stand beside each other."""
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            match node.args[:2]:
                case [ast.Constant(value=str() as code), ast.Attribute(attr=word)]:
                    if CODE.fullmatch(code) and word in Severity.__members__:
                        yield path, code, Severity[word]


def test_every_code_that_is_used_is_in_the_catalogue() -> None:
    strange = {code: str(path) for code, path in used().items() if find_code(code) is None}
    assert not strange


def test_every_code_of_the_catalogue_is_used() -> None:
    dead = {code.id for code in CODES} - set(used())
    assert not dead, "a code that nothing reports: remove it, or report it"


def test_codes_are_named_by_a_known_area_and_stand_once() -> None:
    names = [code.id for code in CODES]
    assert len(names) == len(set(names))
    assert all(CODE.fullmatch(name) for name in names)


@pytest.mark.parametrize("code", CODES, ids=lambda code: code.id)
def test_code_says_what_it_means_and_how_to_mend_it(code: object) -> None:
    entry = find_code(str(getattr(code, "id", "")))
    assert entry is not None
    assert entry.title[0].islower()
    assert not entry.title.endswith(".")
    assert entry.fix.endswith((".", ")"))


def test_severity_beside_a_code_is_that_of_the_catalogue() -> None:
    wrong = {
        (path.name, code, severity.value)
        for path, code, severity in stated()
        if code not in TWO_SEVERITIES and severity is not severity_of(code)
    }
    assert not wrong


def test_code_that_there_is_not_is_our_own_fault() -> None:
    with pytest.raises(KeyError):
        severity_of("XXX999")
