"""None of the forty edge cases is without a test of its own."""

from __future__ import annotations

import re
from pathlib import Path

HERE = Path(__file__).parent


def test_every_edge_case_has_a_test() -> None:
    """Each test is named after its case; a case may have several."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(HERE.glob("test_*.py"))]
    named = {
        int(number) for text in texts for number in re.findall(r"^def test_e(\d\d)_", text, re.M)
    }
    assert sorted(set(range(1, 41)) - named) == []
