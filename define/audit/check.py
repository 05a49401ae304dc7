"""Checks of a define.xml: within itself and against the data.

Source: Define-XML 2.1. Problems: DEF001 to DEF076, each explained in the catalogue of codes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from clinmap.problems import Problem
from define.audit.itself import document_problems
from define.document.model import Define

if TYPE_CHECKING:
    from define.audit.data import Dataset

_LATER = ("DEF059",)
"""What a package may still get after its datasets are built: pages of the annotated CRF."""


def check_define(define: Define, datasets: Iterable[Dataset]) -> list[Problem]:
    """Everything that is wrong with a define.xml, first in itself, then beside the data.

    `datasets` are those that the document should describe: those of its purpose.

    Example: `check_define(read_define(path), datasets)` is `[]` for a document that is true.
    """
    from define.audit.data import data_problems

    own = (found for found in document_problems(define) if found.code not in _LATER)
    return [*own, *data_problems(define, datasets)]
