"""The documents that the tests look at."""

from __future__ import annotations

from pathlib import Path

import pytest

from define.document.model import Define, Leaf
from define.generation.build import build_define
from tests.define.small_studies import FACTS, PLAN, STAMP


@pytest.fixture
def sdtm() -> Define:
    """The define.xml of the tabulation datasets, with its documents."""
    return build_define(
        PLAN,
        "Tabulation",
        FACTS,
        stamp=STAMP,
        annotated_crf=Leaf("LF.acrf", "acrf.pdf", "Annotated CRF"),
        documents=(Leaf("LF.csdrg", "csdrg.pdf", "Reviewer's Guide"),),
    )


@pytest.fixture
def adam() -> Define:
    """The define.xml of the analysis datasets."""
    return build_define(PLAN, "Analysis", FACTS, stamp="2024-01-31")


@pytest.fixture
def golden() -> Path:
    """The define.xml that a person has read."""
    return Path(__file__).with_name("golden") / "define.xml"
