"""Looking into a built study."""

from __future__ import annotations

import pandas as pd

from clinmap.app.build.pipeline import BuiltStudy


def of(built: BuiltStudy, dataset: str, subject: str = "", **wanted: object) -> pd.DataFrame:
    """The records of a subject, with the values that are wanted, in the dataset's order."""
    frame = built.datasets[dataset].frame
    if subject:
        frame = frame[frame["USUBJID"] == f"N2011-04-{subject}"]
    for name, value in wanted.items():
        frame = frame[frame[name] == value]
    return frame.reset_index(drop=True)
