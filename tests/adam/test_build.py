"""SDTM that we did not build, as ADaM sees it."""

from __future__ import annotations

import pandas as pd

from adam.build import with_supplemental


def text(*values: str | None) -> pd.Series:
    return pd.Series(list(values), dtype="str")


def test_qualifiers_stand_beside_the_records_that_they_name() -> None:
    events = pd.DataFrame({"USUBJID": text("A", "A", "B"), "AESEQ": [1.0, 2.0, 1.0]})
    supp = pd.DataFrame(
        {
            "USUBJID": text("A", "B"),
            "IDVAR": text("AESEQ", "AESEQ"),
            "IDVARVAL": text("2", "1"),
            "QNAM": text("AEDLT", "AEDLT"),
            "QVAL": text("Y", "N"),
        }
    )
    assert with_supplemental(events, supp)["AEDLT"].tolist()[1:] == ["Y", "N"]
    assert with_supplemental(events, supp)["AEDLT"].isna().tolist() == [True, False, False]


def test_a_qualifier_of_dm_is_the_subjects() -> None:
    subjects = pd.DataFrame({"USUBJID": text("A", "B")})
    supp = pd.DataFrame(
        {
            "USUBJID": text("B"),
            "IDVAR": text(None),
            "IDVARVAL": text(None),
            "QNAM": text("PROTVER"),
            "QVAL": text("2"),
        }
    )
    assert with_supplemental(subjects, supp)["PROTVER"].isna().tolist() == [True, False]


def test_without_qualifiers_a_dataset_is_as_it_was() -> None:
    subjects = pd.DataFrame({"USUBJID": text("A")})
    assert with_supplemental(subjects, None).equals(subjects)
