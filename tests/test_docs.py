"""The documentation: what a page quotes is run, what it links to exists, what it lists is whole."""

from __future__ import annotations

import inspect
import json
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from clinmap.app.registry import registry
from clinmap.expressions import FUNCTIONS
from mappings import models
from mappings.attributes import ATTRIBUTES, ORIGINS
from mappings.data_types import DATA_TYPES
from mappings.models import Spec
from mappings.nodes import parse_yaml
from mappings.variables import VariableReader
from tests.pages import Block, blocks, commands, prose, surprise, write

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
PAGES = sorted([ROOT / "README.md", *DOCS.rglob("*.md")])
_LINK = re.compile(r"\]\((?P<target>[^)\s]+)\)")
_SPECS = [
    model
    for _, model in inspect.getmembers(models, inspect.isclass)
    if issubclass(model, Spec) and model is not Spec
]


def blocks_of(page: Path) -> list[Block]:
    """The fenced blocks of a page."""
    return list(blocks(page.read_text(encoding="utf-8")))


# ------------------------------------------------------------------------ the tutorial, as it reads


@dataclass(frozen=True)
class Tutorial:
    """The folder in which somebody did all that the page says, and what came out otherwise."""

    folder: Path
    surprises: list[str]


@pytest.fixture(scope="module")
def tutorial(tmp_path_factory: pytest.TempPathFactory) -> Tutorial:
    """`writing-a-study.md`, followed from its first block to its last."""
    folder = tmp_path_factory.mktemp("tutorial")
    surprises: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.delenv("SOURCE_DATE_EPOCH", raising=False)
        for block in blocks_of(DOCS / "writing-a-study.md"):
            if block.language == "console":
                surprises += [found for command in commands(block) for found in surprise(command)]
            else:
                write(folder, block)
    return Tutorial(folder, surprises)


def test_the_tutorial_does_what_it_says(tutorial: Tutorial) -> None:
    assert not tutorial.surprises, "\n\n".join(tutorial.surprises)


def test_the_package_page_names_every_field(tutorial: Tutorial) -> None:
    package = tutorial.folder / "package-2"
    page = (DOCS / "package.md").read_text(encoding="utf-8")
    named: set[str] = set()
    for file in ("manifest.json", "problems.json"):
        document = json.loads((package / file).read_text(encoding="utf-8"))
        named |= set(document)
        listed = [item for value in document.values() if isinstance(value, list) for item in value]
        listed += list(document.get("datasets", {}).values())
        named |= {key for item in listed if isinstance(item, dict) for key in item}
    sources = json.loads((package / "lineage/sources.json").read_text(encoding="utf-8"))
    named |= {key for source in sources.values() for key in source}
    assert not unmentioned(page, named)


# ------------------------------------------------------------------------------- links and examples


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    text = prose(page.read_text(encoding="utf-8"))
    targets = (match["target"].partition("#")[0] for match in _LINK.finditer(text))
    local = [target for target in targets if target and "://" not in target]
    assert not [target for target in local if not (page.parent / target).exists()]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_yaml_in_pages_is_yaml(page: Path) -> None:
    if page.name == "rules.md":
        return  # what is bad in it is not to be read; tests/clinmap/app/rules runs all of it
    for block in blocks_of(page):
        if block.language == "yaml" and not block.text.startswith("# refused"):
            parse_yaml(block.text, page.name)


def test_examples_of_variables_are_read() -> None:
    """Blocks that begin with `# variables` hold what may stand under `variables`."""
    examples = [
        block
        for block in blocks_of(DOCS / "specification.md")
        if block.text.startswith("# variables")
    ]
    assert examples
    reader = VariableReader(registry())
    for block in examples:
        reader.all(parse_yaml(block.text, "specification.md"))
    assert not reader.errors


# ------------------------------------------------------------------------------ nothing is left out


def unmentioned(page: str, words: set[str]) -> list[str]:
    """The words that no text in back quotes of the page begins with or consists of."""
    quoted = set(re.findall(r"`([^`\n]+)`", prose(page)))
    heads = {re.split(r"[ :(]", text)[0] for text in quoted} | quoted
    return sorted(words - heads)


def test_the_language_page_names_every_key() -> None:
    page = (DOCS / "specification.md").read_text(encoding="utf-8")
    keys = {info.alias or name for model in _SPECS for name, info in model.model_fields.items()}
    assert not unmentioned(page, keys | set(ATTRIBUTES))


def test_the_language_page_names_every_word() -> None:
    page = (DOCS / "specification.md").read_text(encoding="utf-8")
    assert not unmentioned(page, {*FUNCTIONS, *DATA_TYPES, *ORIGINS})


def test_the_reference_pages_are_the_generated_ones() -> None:
    """`clinmap docs --out docs/reference` writes them; a docstring changed without it."""
    from clinmap.app.reference_pages import reference_pages

    for name, text in reference_pages().items():
        assert (ROOT / "docs" / "reference" / name).read_text(encoding="utf-8") == text, name
