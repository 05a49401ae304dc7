"""Trial summary parameters: a value, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Iterator

import pandera.pandas as pa

from clinmap.plan import DatasetPlan
from clinmap.validation.checks import Words, frame_check
from clinmap.validation.study_view import names_of


def summary_checks(dataset: DatasetPlan) -> Iterator[pa.Check]:
    """TS: exactly one of TSVAL and TSVALNF has a value, VAL099 (SDTMIG 3.4 section 7.4.2)."""
    if dataset.name == "TS" and {"TSVAL", "TSVALNF"} <= names_of(dataset):
        yield frame_check(
            Words("VAL099", "Either TSVAL has a value, or TSVALNF says why not", "TSVAL"),
            lambda frame: frame["TSVAL"].notna() != frame["TSVALNF"].notna(),
            texts=("TSVAL", "TSVALNF"),
        )
