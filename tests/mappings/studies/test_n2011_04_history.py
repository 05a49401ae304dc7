"""The datasets of the history slice: MH, CM, PR, SS, DD, and what follow-up gives AE and DM."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from clinmap.app.build.pipeline import BuiltStudy
from clinmap.standards import sdtm_dataset
from tests.built_studies import of


def supplemental(built: BuiltStudy, dataset: str, subject: str, record: int) -> dict[str, str]:
    """The supplemental qualifiers of one record, by name."""
    frame = of(built, f"SUPP{dataset}", subject, IDVARVAL=str(record))
    return dict(zip(frame["QNAM"], frame["QVAL"], strict=True))


@pytest.mark.parametrize("dataset", ["MH", "CM", "PR", "SS", "DD"])
def test_required_and_expected_variables_are_there(built: BuiltStudy, dataset: str) -> None:
    facts = sdtm_dataset(dataset)
    assert facts is not None
    made = {variable.name for variable in built.datasets[dataset].plan.submitted_variables}
    assert {v.name for v in facts.variables if v.core in ("Req", "Exp")} <= made
    required = [v.name for v in facts.variables if v.core == "Req"]
    assert built.datasets[dataset].frame[required].notna().all().all()


def test_the_sample_history(built: BuiltStudy) -> None:
    """UN UNK 2010 is a year, MAR 2012 a month; what describes the disease is on its diagnosis."""
    frame = of(built, "MH", "101-003")
    assert list(zip(frame["MHEVDTYP"], frame["MHSTDTC"], strict=True)) == [
        ("DIAGNOSIS", "2010"), ("DISEASE RELAPSE", "2012-03"),
    ]  # fmt: skip
    assert supplemental(built, "MH", "101-003", 1) == {
        "INSS": "4", "INRG": "M", "HISTOL": "UNFAVORABLE", "PRIMSITE": "L ADRENAL",
        "DISSTAT": "RECURRENT", "RELAPSEN": "2",
    }  # fmt: skip
    assert supplemental(built, "MH", "101-003", 2) == {}


def test_a_second_remission_is_a_term(built: BuiltStudy) -> None:
    assert supplemental(built, "MH", "104-003", 1)["DISSTAT"] == "CR AFTER PROGRESSION"


def test_a_person_has_one_diagnosis(built: BuiltStudy) -> None:
    assert of(built, "MH", "105-001")["MHEVDTYP"].tolist() == ["DIAGNOSIS"]
    assert len(of(built, "MH", MHEVDTYP="DIAGNOSIS")) == 30


def test_every_therapy_before_the_study_is_a_medication_or_a_procedure(
    built: BuiltStudy, raw: Path
) -> None:
    typed = pd.read_csv(raw / "edc" / "priortx.csv", dtype=str)
    given = [of(built, domain, **{f"{domain}CAT": f"{when} ANTI-CANCER THERAPY"})
             for domain in ("CM", "PR") for when in ("PRIOR", "SUBSEQUENT")]  # fmt: skip
    names = [*given[0]["CMTRT"], *given[1]["CMTRT"], *given[2]["PRTRT"], *given[3]["PRTRT"]]
    asked = of(built, "CM", CMTRT="ANTI-CANCER THERAPY, NOT SPECIFIED")
    assert len(names) - len(asked) == len(typed)
    assert set(typed["TXNAME"].str.upper()) <= set(names)


def test_kinds_of_therapy(built: BuiltStudy) -> None:
    frame = of(built, "PR", "101-003", PRCAT="PRIOR ANTI-CANCER THERAPY")
    assert list(zip(frame["PRDECOD"], frame["PRSTDTC"], strict=True)) == [
        ("AUTOLOGOUS STEM CELL TRANSPLANT", "2010-12"), ("RADIOTHERAPY", "2012-11-05"),
    ]  # fmt: skip
    assert of(built, "PR", PRSCAT="SURGERY")["PRDECOD"].isna().all()
    antibody = of(built, "CM", "101-003", CMSCAT="ANTI-GD2").iloc[0]
    assert (antibody.CMTRT, antibody.CMSTDTC, antibody.CMENDTC) == ("CH14.18", "2011", "2011")


def test_an_antibody_inside_a_chemotherapy_is_found(built: BuiltStudy) -> None:
    """Subjects with any antibody before the study, which is a covariate of HACA."""
    flagged = of(built, "SUPPCM", QNAM="ANTIGD2", QVAL="Y")
    subjects = {name.removeprefix("N2011-04-") for name in flagged["USUBJID"]}
    assert {"101-003", "102-002", "106-002"} <= subjects
    (hidden,) = of(built, "CM", "106-002", CMTRT="IRINOTECAN/TEMOZOLOMIDE + CH14.18").itertuples()
    assert hidden.CMSCAT == "CHEMOTHERAPY"
    assert supplemental(built, "CM", "106-002", int(hidden.CMSEQ))["ANTIGD2"] == "Y"


def test_what_came_between_two_enrollments_is_subsequent(built: BuiltStudy) -> None:
    frame = of(built, "CM", "105-001", CMTRT="TOPOTECAN/CYCLOPHOSPHAMIDE")
    assert frame["CMCAT"].tolist() == ["SUBSEQUENT ANTI-CANCER THERAPY"]
    assert frame["EPOCH"].tolist() == ["FOLLOW-UP"]


def test_a_medication_from_before_the_study(built: BuiltStudy) -> None:
    """No date is made up; it began before the consent and goes on at the last contact."""
    (taken,) = of(built, "CM", "101-003", CMSTRTPT="BEFORE").itertuples()
    subject = of(built, "DM", "101-003").iloc[0]
    assert pd.isna(taken.CMSTDTC)
    assert (taken.CMSTTPT, taken.CMENRTPT, taken.CMENTPT) == (
        subject.RFICDTC, "ONGOING", subject.RFPENDTC,
    )  # fmt: skip
    (again,) = of(built, "CM", "105-001", CMSTRTPT="BEFORE", CMSPID="2:CM-2").itertuples()
    assert again.CMSTTPT == "2014-10-12"


def test_an_opioid_by_pump(built: BuiltStudy) -> None:
    """A range is no number: it is CMDOSTXT, and CMDOSE is empty."""
    frame = of(built, "CM", CMTRT="MORPHINE PCA")
    assert frame["CMDOSE"].isna().all()
    kept = frame[["CMDOSTXT", "CMDOSU", "CMDOSFRQ", "CMDOSRGM", "CMROUTE"]].drop_duplicates()
    assert kept.to_numpy().tolist() == [
        ["20-40", "ug/kg/h", "CONTINUOUS", "PATIENT-CONTROLLED ANALGESIA", "INTRAVENOUS"]
    ]


def test_one_name_is_coded_by_its_class(built: BuiltStudy) -> None:
    """Hydrocortisone on the skin is no systemic steroid."""
    frame = of(built, "CM", CMDECOD="HYDROCORTISONE")
    assert set(zip(frame["CMROUTE"], frame["CMCLASCD"], strict=True)) == {
        ("INTRAVENOUS", "Z05"), ("TOPICAL", "Z06"),
    }  # fmt: skip


def test_an_event_is_treated_exactly_where_a_medication_names_it(built: BuiltStudy) -> None:
    """The work variable of CM by which RELREC is to relate them is the group of the event."""
    medications = built.datasets["CM"].frame.dropna(subset="AEGRPID")
    named = set(zip(medications["USUBJID"], medications["AEGRPID"], strict=True))
    events = built.datasets["AE"].frame.dropna(subset="AECONTRT")
    treated = events[events["AECONTRT"] == "Y"]
    assert {*zip(treated["USUBJID"], treated["AEGRPID"], strict=True)} == named - {
        ("N2011-04-101-005", "9")
    }
    assert set(of(built, "AE", "101-004", AEGRPID="5")["AECONTRT"]) == {"Y"}


def test_a_second_malignancy_is_an_event(built: BuiltStudy) -> None:
    (event,) = of(built, "AE", AESCAN="Y").itertuples()
    assert event.USUBJID == "N2011-04-104-003"
    assert (event.AETERM, event.AESTDTC, event.AESER) == (
        "SECOND MALIGNANT NEOPLASM", "2016-11-14", "Y",
    )  # fmt: skip
    assert pd.notna(event.AEDECOD)
    assert pd.notna(event.AESOC)
    assert (event.AEACN, event.EPOCH) == ("NOT APPLICABLE", "FOLLOW-UP")


def test_status_at_follow_up(built: BuiltStudy) -> None:
    """A day that nobody knew stays unknown; a subject who was lost has an unknown status."""
    frame = of(built, "SS", "102-001", VISITNUM=9103)
    assert frame["SSDTC"].tolist() == ["2014-06"]
    assert of(built, "SS", "101-001")["SSSTRESC"].tolist() == ["ALIVE"] * 5 + ["UNKNOWN"]
    assert of(built, "SS", "104-004")["SSSTRESC"].tolist() == ["DEAD"]
    assert set(of(built, "SS")["EPOCH"].dropna()) == {"FOLLOW-UP"}


def test_participation_ends_with_the_last_day_alive_or_the_death(built: BuiltStudy) -> None:
    """An attempt to reach a lost subject, or the day a site heard of a death, is no contact."""
    ends = of(built, "DM").set_index("USUBJID")["RFPENDTC"]
    assert ends["N2011-04-101-001"] == "2014-08-09"
    assert ends["N2011-04-101-004"] == of(built, "DM", "101-004")["DTHDTC"].iloc[0]
    assert ends["N2011-04-105-001"] == of(built, "SS", "105-001")["SSDTC"].max()


def test_death_details_are_those_of_the_death_forms(built: BuiltStudy, raw: Path) -> None:
    forms = pd.read_csv(raw / "edc" / "death.csv", dtype=str)
    causes = of(built, "DD", DDTESTCD="PRCDTH")
    assert sorted(causes["DDORRES"]) == sorted(forms["DTHCAUS"])
    assert sorted(causes["DDDTC"]) == sorted(forms["RECORDDATE"])
    assert set(of(built, "DD", DDTESTCD="AUTOPIND")["DDSTRESC"]) == {"Y", "N"}
    assert len(of(built, "SUPPDD", QNAM="DTHREL")) == len(forms)
