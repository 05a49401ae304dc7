"""The page of the study: its counts are those of the package, and each has its reasons."""

from __future__ import annotations

from pathlib import Path

import pytest

from clinmap.app.package.package_files import PackageFiles
from tests.study_page import LEVELS, POPULATIONS, study_page, unexplained

PAGE = Path("docs/studies/n2011-04.md")
EDGE_CASES = {
    ("ENRLFL", "102-009"): "E02", ("SAFFL", "103-002"): "E01", ("DLTEVLFL", "103-001"): "E11",
    ("PKISOFL", "104-005"): "E40",
}  # fmt: skip


@pytest.fixture(scope="module")
def page(project_root: Path) -> str:
    return (project_root / PAGE).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def package(n2011_04_package: Path) -> PackageFiles:
    return PackageFiles(n2011_04_package)


def cells(line: str) -> list[str]:
    return [cell.strip(" `*") for cell in line.strip("|").split("|")]


def test_the_page_is_what_the_package_says(page: str, n2011_04_package: Path) -> None:
    """If not, `python -m tests.study_page docs/studies/n2011-04.md` writes it again."""
    assert study_page(n2011_04_package).splitlines() == page.splitlines()


@pytest.mark.parametrize("flag", POPULATIONS)
def test_counts_on_the_page_are_those_of_adsl(page: str, flag: str, package: PackageFiles) -> None:
    """By dose level, Y and N; together they are all subjects."""
    adsl = package.frame("ADSL")
    assert adsl is not None
    (line,) = [line for line in page.splitlines() if line.startswith(f"| `{flag}` |")]
    *levels, yes, no = map(int, cells(line)[2:])
    held = adsl[adsl[flag] == "Y"]
    assert levels == [int((held["ARMCD"] == level).sum()) for level in LEVELS]
    assert (yes, no) == (len(held), int((adsl[flag] == "N").sum()))
    assert yes + no == len(adsl)


@pytest.mark.parametrize("flag", POPULATIONS)
def test_every_subject_who_is_not_in_a_population_is_there_with_a_reason(
    page: str, flag: str, package: PackageFiles
) -> None:
    """And nobody who is in it has a reason not to be, by the SDTM datasets."""
    assert unexplained(package, flag) == []
    adsl = package.frame("ADSL")
    assert adsl is not None
    section = page.partition(f"\n## {flag}: ")[2].partition("\n## ")[0]
    table = [cells(line) for line in section.splitlines() if line.startswith("| ")][2:]
    named = [subject for _, subjects, _ in table for subject in subjects.split(", ")]
    others = adsl[adsl[flag] == "N"]["USUBJID"].str.removeprefix("N2011-04-")
    assert sorted(named) == sorted(others)
    assert [int(count) for _, _, count in table] == [len(s.split(", ")) for _, s, _ in table]
    assert all(reason and reason != "not explained" for reason, _, _ in table)


@pytest.mark.parametrize(("flag", "subject"), list(EDGE_CASES))
def test_the_reason_of_an_edge_case_names_it(page: str, flag: str, subject: str) -> None:
    section = page.partition(f"\n## {flag}: ")[2].partition("\n## ")[0]
    (line,) = [line for line in section.splitlines() if subject in line]
    assert f"({EDGE_CASES[flag, subject]})" in line


def test_who_enrolled_twice_is_one_subject(package: PackageFiles, page: str) -> None:
    adsl = package.frame("ADSL")
    assert adsl is not None
    assert len(adsl) == adsl["USUBJID"].nunique()
    assert "N2011-04-105-004" not in set(adsl["USUBJID"])
    assert f"makes its {len(adsl)} subjects" in page
