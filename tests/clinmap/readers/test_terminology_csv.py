"""A terminology package as a table gives what the package itself gives."""

from __future__ import annotations

from pathlib import Path

import pytest

from clinmap.problems import InputError
from clinmap.readers.terminology_csv import is_terminology_table, read_terminology_table

HEAD = "codelist_code,codelist,codelist_name,extensible,term_code,term,preferred_term,synonyms"
NY = (
    "C66742,NY,No Yes Response,False,C49487,N,No,No",
    "C66742,NY,No Yes Response,False,C48660,,Not Applicable,NA; Not Applicable",
    'C71620,UNIT,Unit,True,C42576,g/L,"Gram, per Liter",',
)


def table(folder: Path, *lines: str, name: str = "sdtmct-2025-03-28.csv") -> Path:
    """A file with these lines."""
    path = folder / name
    path.write_text("\n".join((HEAD, *lines)) + "\n", encoding="utf-8")
    return path


def test_codelists_and_terms(tmp_path: Path) -> None:
    """Codes, names, whether they may be extended, synonyms."""
    path = table(tmp_path, *NY)
    assert is_terminology_table(path)
    package = read_terminology_table(path)
    assert (package.package, package.date) == ("SDTM", "2025-03-28")
    ny, unit = package.codelist("NY"), package.codelist("C71620")
    assert ny
    assert unit
    assert (ny.code, ny.extensible, unit.extensible) == ("C66742", False, True)
    assert unit.terms[0].decode == "Gram, per Liter"


def test_the_term_that_looks_missing(tmp_path: Path) -> None:
    """NA is a term of NY."""
    found = read_terminology_table(table(tmp_path, *NY)).codelist("NY")
    assert found
    assert found.values == ("N", "NA")


def test_other_files_are_none(tmp_path: Path) -> None:
    """Another first line, or no file at all."""
    other = tmp_path / "other.txt"
    other.write_text("Code\tCodelist Code\n", encoding="utf-8")
    assert not is_terminology_table(other)
    assert not is_terminology_table(tmp_path / "absent.csv")


@pytest.mark.parametrize("name", ["ct.csv", "sdtmct.csv", "2025-03-28.csv"])
def test_the_name_says_which_package(name: str, tmp_path: Path) -> None:
    """Nothing in the table does."""
    with pytest.raises(InputError, match="does not state its package"):
        read_terminology_table(table(tmp_path, *NY, name=name))


def test_a_line_with_too_few_fields(tmp_path: Path) -> None:
    """With its number."""
    with pytest.raises(InputError) as caught:
        read_terminology_table(table(tmp_path, NY[0], "C1,X"))
    assert caught.value.location
    assert caught.value.location.line == 3
