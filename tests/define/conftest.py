"""The documents that the tests look at."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from clinmap.metadata import PlanDocument
from define.document.model import Define
from define.generation.build import build_define
from tests.define.small_studies import FACTS, PLAN, STAMP

CRF = PlanDocument("acrf", "acrf.pdf", "Annotated CRF", "Tabulation", annotated_crf=True)
GUIDE = PlanDocument("csdrg", "csdrg.pdf", "Reviewer's Guide", "Tabulation")


@pytest.fixture
def sdtm() -> Define:
    """The define.xml of the tabulation datasets, with its documents."""
    return build_define(replace(PLAN, documents=(CRF, GUIDE)), "Tabulation", FACTS, stamp=STAMP)


@pytest.fixture
def adam() -> Define:
    """The define.xml of the analysis datasets."""
    return build_define(PLAN, "Analysis", FACTS, stamp="2024-01-31")


@pytest.fixture
def golden() -> Path:
    """The define.xml that a person has read."""
    return Path(__file__).with_name("golden") / "define.xml"
