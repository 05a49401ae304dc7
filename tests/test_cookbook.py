"""The cookbook: each recipe is followed in a folder of its own, and gives what its tables say."""

from __future__ import annotations

import csv
import json
import math
import re
from dataclasses import dataclass, field
from pathlib import Path

import pyreadstat
import pytest
import xlsxwriter

from tests.pages import Block, Command, blocks, commands, prose, surprise, write

PAGE = Path(__file__).resolve().parents[1] / "docs" / "cookbook.md"
SHARED, *RECIPES = re.split(r"^(?=## \d+\. )", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
_SHEET = re.compile(r"# file: (?P<path>\S+\.xlsx), sheet (?P<sheet>\S+)")
_PARTS = re.compile(r"(^```[^\n]*\n.*?^```$\n)", re.MULTILINE | re.DOTALL)
_TABLE = re.compile(r"(?:^\*\*(?P<dataset>[A-Z0-9]+)\*\*\n\n)?(?P<rows>(?:^\|.*\n)+)", re.MULTILINE)
_ORDER = ("code", "severity", "where", "rows")
NO_PROBLEM = "No problem is listed."

Rows = list[list[str]]


def title(recipe: str) -> str:
    return recipe.partition("\n")[0].removeprefix("## ")


def slug(recipe: str) -> str:
    """The anchor that a heading has."""
    return re.sub(r"[^a-z0-9 -]", "", title(recipe).lower()).replace(" ", "-")


@dataclass
class Followed:
    """What its page says of a recipe, each beside what came out."""

    surprises: list[str] = field(default_factory=list)
    records: list[tuple[str, Rows, Rows]] = field(default_factory=list)
    problems: list[tuple[Rows, Rows]] = field(default_factory=list)


def follow(recipe: str, folder: Path) -> Followed:
    """Write the files that all recipes share and those of this one, and run its commands."""
    for block in blocks(SHARED):
        write(folder, block)
    followed, package = Followed(), folder
    for part in _PARTS.split(recipe):
        found = list(blocks(part))
        if not found:
            read_tables(part, package, followed)
        elif found[0].language == "console":
            said = list(commands(found[0]))
            followed.surprises += [line for command in said for line in surprise(command)]
            package = folder / built(said)
        else:
            save(folder, found[0])
    return followed


def built(said: list[Command]) -> str:
    """The package that the first of some commands wrote."""
    return said[0].words[said[0].words.index("--out") + 1]


def save(folder: Path, block: Block) -> None:
    """Write the file of a block; a workbook stands there as the lines of its sheet."""
    sheet = _SHEET.fullmatch(block.info)
    if sheet is None:
        write(folder, block)
        return
    book = xlsxwriter.Workbook(folder / sheet["path"], {"strings_to_numbers": True})
    page = book.add_worksheet(sheet["sheet"])
    for number, row in enumerate(csv.reader(block.text.splitlines())):
        page.write_row(number, 0, row)
    book.close()


def read_tables(part: str, package: Path, followed: Followed) -> None:
    """The tables of some prose, each beside what the package holds."""
    for match in _TABLE.finditer(part):
        header, _, *rows = [cells(line) for line in match["rows"].splitlines()]
        if match["dataset"]:
            shown = [header, *rows]
            followed.records.append(
                (match["dataset"], shown, records(package, match["dataset"], header))
            )
        else:
            assert header[:4] == list(_ORDER)
            followed.problems.append(([row[:4] for row in rows], problems(package)))
    if NO_PROBLEM in part:
        followed.problems.append(([], problems(package)))


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def records(package: Path, dataset: str, columns: list[str]) -> Rows:
    """Some columns of a transport file, as pyreadstat reads it, numbers without `.0`."""
    (path,) = package.rglob(f"{dataset.lower()}.xpt")
    frame, _ = pyreadstat.read_xport(str(path))
    shown = frame[columns].itertuples(index=False)
    return [columns, *([text(value) for value in row] for row in shown)]


def text(value: object) -> str:
    if isinstance(value, float):
        return "" if math.isnan(value) else f"{value:g}"
    return str(value)


def problems(package: Path) -> Rows:
    """Code, severity, place and number of rows of each problem that the package lists."""
    listed = json.loads((package / "problems.json").read_text(encoding="utf-8"))["problems"]
    return [
        [
            problem["code"],
            problem["severity"],
            ".".join(part for part in (problem["dataset"], problem["variable"]) if part),
            str(problem["count"]),
        ]
        for problem in listed
    ]


@pytest.fixture(scope="module", params=RECIPES, ids=slug)
def followed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Followed:
    """A recipe, from its first block to its last."""
    folder = tmp_path_factory.mktemp("recipe")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.delenv("SOURCE_DATE_EPOCH", raising=False)
        return follow(request.param, folder)


def test_the_commands_say_what_the_page_says(followed: Followed) -> None:
    """Exit codes too: a recipe with an error ends with 1."""
    assert not followed.surprises, "\n\n".join(followed.surprises)


def test_the_records_are_those_of_the_page(followed: Followed) -> None:
    """Cell by cell, all rows and in the order of the file."""
    assert followed.records
    for dataset, shown, made in followed.records:
        assert shown == made, dataset


def test_the_problems_are_those_of_the_page(followed: Followed) -> None:
    """No problem comes that the page does not explain, not even a note."""
    assert followed.problems
    for shown, made in followed.problems:
        assert shown == made


def test_each_recipe_says_why_and_names_the_guide() -> None:
    """The paragraph `Why so` ends in a section of the SDTMIG."""
    assert len(RECIPES) == 10
    for recipe in RECIPES:
        reasons = prose(recipe).split("**Why so.**")[1:]
        assert reasons, title(recipe)
        assert all(re.search(r"SDTMIG 3\.4\s+sections?\s+\d", said) for said in reasons), title(
            recipe
        )


def test_the_list_at_the_top_leads_to_each_recipe() -> None:
    """In the order of the page, by the name of each."""
    links = re.findall(r"^\| \[(.+?)\]\(#(.+?)\)", SHARED, flags=re.MULTILINE)
    assert links == [(title(recipe).partition(". ")[2], slug(recipe)) for recipe in RECIPES]
