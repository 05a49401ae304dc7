"""E01, E02, E35: who takes part, who does not, and how it ends, in the transport files."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

Records = Callable[..., pd.DataFrame]


def values(frame: pd.DataFrame, names: str) -> list[tuple[object, ...]]:
    """The named columns, row by row; what is missing is None, text or number."""
    columns = [
        [None if pd.isna(v) or v == "" else v for v in frame[name]] for name in names.split()
    ]
    return list(zip(*columns, strict=True))


def test_e01_a_subject_who_was_enrolled_and_never_dosed(sdtm: Records) -> None:
    """A planned arm and no actual one, the reason why, no exposure, a milestone and an ending."""
    names = "ARMCD ACTARMCD ACTARM ARMNRS ACTARMUD RFXSTDTC RFXENDTC RFSTDTC RFENDTC"
    assert values(sdtm("DM", "103-002"), names) == [
        ("DL2", None, None, "ASSIGNED, NOT TREATED", None, None, None, None, None)
    ]
    assert sdtm("EX", "103-002").empty
    assert sdtm("EC", "103-002", ECOCCUR="Y").empty
    events = values(sdtm("DS", "103-002"), "DSCAT DSSCAT DSDECOD EPOCH DSSTDTC")
    assert ("PROTOCOL MILESTONE", None, "ENTERED INTO TRIAL", None, "2014-01-24") in events
    assert [event for event in events if event[0] == "DISPOSITION EVENT"] == [
        ("DISPOSITION EVENT", "STUDY TREATMENT", "NEVER DOSED", "SCREENING", "2014-02-05")
    ]
    assert sdtm("SE", "103-002")["ETCD"].tolist() == ["SCRN"]


def test_e02_a_screen_failure_has_no_arm_and_the_criterion_stands_in_ie(sdtm: Records) -> None:
    for subject, criterion in (
        ("102-009", ("INC05", "INCLUSION", "N", "N")),
        ("106-001", ("EXC04", "EXCLUSION", "Y", "Y")),
    ):
        names = "ARMCD ARM ACTARMCD ACTARM ARMNRS RFSTDTC RFXSTDTC RFENDTC"
        nothing = (None, None, None, None, "SCREEN FAILURE", None, None, None)
        assert values(sdtm("DM", subject), names) == [nothing]
        assert values(sdtm("IE", subject), "IETESTCD IECAT IEORRES IESTRESC") == [criterion]
        ending = sdtm("DS", subject, DSCAT="DISPOSITION EVENT")
        assert values(ending, "DSSCAT DSDECOD EPOCH") == [
            ("STUDY PARTICIPATION", "SCREEN FAILURE", "SCREENING")
        ]
        assert "ENTERED INTO TRIAL" not in set(sdtm("DS", subject)["DSDECOD"])
        assert sdtm("EX", subject).empty


def test_e35_twelve_courses_were_completed(sdtm: Records) -> None:
    ending = sdtm("DS", "105-003", DSCAT="DISPOSITION EVENT")
    assert values(ending, "DSTERM DSDECOD DSSCAT EPOCH DSSTDTC") == [
        ("Completed treatment", "COMPLETED", "STUDY TREATMENT", "TREATMENT", "2015-12-16")
    ]
    courses = sdtm("SUPPEX", "105-003", QNAM="COURSE")["QVAL"]
    assert set(courses) == {str(number) for number in range(1, 13)}
    assert sdtm("SE", "105-003", EPOCH="TREATMENT")["TAETORD"].tolist() == list(range(2, 14))
