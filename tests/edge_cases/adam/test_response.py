"""E24 to E27, E33 and E34 in ADTR, ADRS and ADTTE, and these three against their SDTM."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

Records = Callable[..., pd.DataFrame]
EPOCH = pd.Timestamp("1960-01-01")


def one(frame: pd.DataFrame, *names: str) -> tuple[object, ...]:
    """The values of the only record."""
    assert len(frame) == 1
    return tuple(None if pd.isna(frame[n][0]) or frame[n][0] == "" else frame[n][0] for n in names)


def dates(values: pd.Series) -> pd.Series:
    """SAS dates, whether read as dates or as days, as ISO 8601 text."""
    days = pd.to_numeric(values, errors="coerce")
    if days.notna().any():
        return (EPOCH + pd.to_timedelta(days, unit="D")).dt.strftime("%Y-%m-%d")
    return pd.to_datetime(values).dt.strftime("%Y-%m-%d")


def test_e24_the_derived_total_is_used_and_the_collected_one_stands_beside_it(
    adam: Records,
) -> None:
    """The segments add up to 7, the site typed 9: AVAL is 7, and the record is flagged."""
    score = adam("ADTR", "101-006", PARAMCD="CURIE", AVISITN=228.0)
    assert one(score, "AVAL", "CURIECOL", "CURDISFL") == (7.0, 9.0, "Y")
    ratio = adam("ADTR", "101-006", PARAMCD="CURIERR", AVISITN=228.0)
    assert ratio["AVAL"][0] == pytest.approx(7 / 9, rel=1e-9)
    assert set(adam("ADTR", CURDISFL="Y")["USUBJID"]) == {"N2011-04-101-006"}


def test_e25_a_score_with_a_segment_missing_has_no_value_and_its_component_is_ne(
    adam: Records,
) -> None:
    """Blank is not 0; what the readers assessed of the bone stays beside it."""
    score = adam("ADTR", "101-006", PARAMCD="CURIE", AVISITN=428.0)
    assert one(score, "AVAL", "ANL01FL", "BASE", "CHG") == (None, None, 9.0, None)
    assert one(adam("ADRS", "101-006", PARAMCD="BONDER", AVISITN=428.0), "AVALC") == ("NE",)
    assert one(adam("ADRS", "101-006", PARAMCD="OVRDER", AVISITN=428.0), "AVALC") == ("NE",)
    assert one(adam("ADRS", "101-006", PARAMCD="BONRESP", AVISITN=428.0), "AVALC") == ("SD",)


def test_e26_the_accepted_response_is_that_of_the_adjudicator(adam: Records) -> None:
    """SD by the adjudicator is the response, PR by the site is kept as OVRRINV."""
    of_course_2 = {"subject": "103-003", "AVISITN": 228.0}
    assert one(adam("ADRS", PARAMCD="OVRRESP", **of_course_2), "AVALC") == ("SD",)
    assert one(adam("ADRS", PARAMCD="OVRRINV", **of_course_2), "AVALC") == ("PR",)


def test_e27_a_response_that_was_not_confirmed_is_no_best_response(adam: Records) -> None:
    """PR, SD, SD: the best response by the site is PR before, and SD after confirmation."""
    best = adam("ADRS", "103-003").set_index("PARAMCD")["AVALC"]
    found = best[["BORUNC", "BORINV", "BORUACC", "BOR", "CR", "OR", "DCR"]].to_list()
    assert found == ["PR", "SD", "SD", "SD", "N", "N", "Y"]


def test_a_response_that_was_confirmed(adam: Records) -> None:
    """102-002 had PR on 26 MAY 2015 and 30 days later, and progressed on 30 JUN 2015."""
    best = adam("ADRS", "102-002", PARAMCD="BOR")
    assert one(best, "AVALC", "AVALCAT1", "SRCDOM") == ("PR", "RESPONDER", "RS")
    assert dates(best["ADT"])[0] == "2015-05-26"
    assert dates(best["CONFDT"])[0] == "2015-06-25"
    assert one(adam("ADRS", "102-002", PARAMCD="DURRSP"), "AVAL", "AVALCAT1") == (36.0, "ENDED")
    assert len(adam("ADRS", PARAMCD="DURRSP")) == len(adam("ADRS", PARAMCD="OR", AVALC="Y"))


def test_everyone_who_was_treated_has_one_best_response(adam: Records) -> None:
    """Without an assessment it is NE; subjects without treatment have none."""
    treated = adam("ADSL", SAFFL="Y")["USUBJID"]
    for code in ("BORUNC", "BORINV", "BORUACC", "BOR", "CR", "OR", "DCR"):
        assert sorted(adam("ADRS", PARAMCD=code)["USUBJID"]) == sorted(treated)
    never = adam("ADRS", PARAMCD="BOR", SRCDOM="ADSL")
    assert set(never["AVALC"]) == {"NE"}
    assert set(never["USUBJID"]).isdisjoint(adam("ADRS", PARAMCD="OVRRESP")["USUBJID"])


def test_e33_progression_counts_on_its_day_though_stable_disease_came_later(adam: Records) -> None:
    """Progression of 20 OCT 2015, before the stable disease of 03 NOV 2015, ends the time."""
    time = adam("ADTTE", "101-007", PARAMCD="EFS")
    assert one(time, "AVAL", "CNSR", "EVNTDESC") == (98.0, 0.0, "PROGRESSIVE DISEASE")
    assert dates(time["ADT"])[0] == "2015-10-20"


def test_e34_another_therapy_without_progression(adam: Records) -> None:
    """EFS goes on to the last contact; EFSC stops at the assessment before the therapy."""
    assert one(adam("ADTTE", "106-004", PARAMCD="EFS"), "AVAL", "CNSR") == (821.0, 1.0)
    stopped = adam("ADTTE", "106-004", PARAMCD="EFSC")
    assert one(stopped, "AVAL", "CNSR", "SRCDOM") == (53.0, 3.0, "ADRS")
    assert one(adam("ADTTE", "106-004", PARAMCD="TTNT"), "AVAL", "CNSR") == (157.0, 0.0)


@pytest.mark.parametrize(
    ("subject", "code", "days", "censor"),
    [
        ("101-005", "EFSC", 1, 2),  # no assessment after the first dose
        ("103-005", "EFS", 18, 4),  # withdrawn, and no contact afterwards
        ("101-001", "OS", 528, 4),  # lost to follow-up
        ("103-001", "EFS", 64, 0),  # death, 5 days before the assessment of progression
        ("104-003", "EFS", 475, 0),  # second malignancy
        (
            "105-001",
            "EFSC",
            109,
            3,
        ),  # therapy of a date without a day, before the second enrollment
        ("105-003", "EFS", 1241, 1),  # followed without progression
    ],
)
def test_each_rule_of_censoring(
    adam: Records, subject: str, code: str, days: int, censor: int
) -> None:
    """AVAL and CNSR, counted by hand from the exports."""
    assert one(adam("ADTTE", subject, PARAMCD=code), "AVAL", "CNSR") == (days, censor)


def test_an_imputed_date_is_flagged(adam: Records) -> None:
    """FEB 2014 is the first of the month; the death of 2015 has only a year."""
    therapy = adam("ADTTE", "105-001", PARAMCD="TTNT")
    assert one(therapy, "ADTF", "SRCDOM") == ("D", "CM")
    assert dates(therapy["ADT"])[0] == "2014-02-01"
    assert one(adam("ADTTE", "105-002", PARAMCD="OS"), "ADTF", "CNSR") == ("M", 0.0)


def test_sums_are_those_of_the_tumor_records(sdtm: Records, adam: Records) -> None:
    """The target lesions, the segments and the marrow, added up from the SDTM files."""
    lesions = sdtm("TR", TRTESTCD="LDIAM", TRGRPID="TARGET", TREVAL="INVESTIGATOR")
    lesions = lesions[~lesions["TRREASND"].str.startswith("MERGED")]
    segments = sdtm("TR", TRTESTCD="MIBGSCOR", TREVAL="INVESTIGATOR")
    for code, records in (("SUMDIAM", lesions), ("CURIE", segments)):
        expected = records.groupby(["USUBJID", "VISITNUM"])["TRSTRESN"].agg(
            lambda values: values.sum(skipna=False)
        )
        found = adam("ADTR", PARAMCD=code).set_index(["USUBJID", "AVISITN"])["AVAL"]
        pd.testing.assert_series_equal(found.sort_index(), expected.sort_index(), check_names=False)
    marrow = sdtm("MI", MITESTCD="NEOCECE").dropna(subset=["MISTRESN"])
    highest = marrow.groupby(["USUBJID", "VISITNUM"])["MISTRESN"].max()
    found = adam("ADTR", PARAMCD="BMPCT", DTYPE="").set_index(["USUBJID", "AVISITN"])["AVAL"]
    measured = found.dropna()
    pd.testing.assert_series_equal(
        measured.sort_index(), highest[measured.index].sort_index(), check_names=False
    )
    assert set(adam("ADTR", PARAMCD="BMPCT", DTYPE="HALFLLOQ")["AVAL"]) == {2.5}


def test_nadir_and_changes_follow_from_the_values_before(adam: Records) -> None:
    """The lowest earlier sum, baseline included; the percent changes from both."""
    sums = adam("ADTR", PARAMCD="SUMDIAM", BASETYPE="FIRST ENROLLMENT").sort_values("AVISITN")
    after = 0
    for subject, own in sums.groupby("USUBJID"):
        before = own["AVAL"].shift().cummin()
        for row, lowest in zip(own.itertuples(), before.ffill(), strict=True):
            if row.AVISITN == 1 or pd.isna(row.AVAL) or pd.isna(row.BASE):
                continue
            after += 1
            assert lowest == row.NADIR
            assert row.CHG == row.AVAL - row.BASE
            where = {"subject": subject[-7:], "AVISITN": row.AVISITN}
            assert adam("ADTR", PARAMCD="PCBSD", **where)["AVAL"][0] == pytest.approx(row.PCHG)
            if lowest:
                nadir = adam("ADTR", PARAMCD="PCNSD", **where)["AVAL"][0]
                assert nadir == pytest.approx(100 * (row.AVAL - lowest) / lowest, rel=1e-9)
    assert after > 40


def test_the_baselines_are_those_of_adsl(adam: Records) -> None:
    """ADSL derives them from SDTM and ADTR from its own sums: both say the same."""
    subjects = adam("ADSL", SAFFL="Y").set_index("USUBJID")
    baselines = adam("ADTR", ABLFL="Y", BASETYPE="FIRST ENROLLMENT")
    for code, name in (("SUMDIAM", "BLSUMD"), ("CURIE", "BLCURIE"), ("BMPCT", "BLBMPCT")):
        found = baselines[baselines["PARAMCD"] == code].set_index("USUBJID")["AVAL"]
        expected = subjects[name].dropna()
        pd.testing.assert_series_equal(found.sort_index(), expected.sort_index(), check_names=False)


def test_responses_are_those_of_their_source_records(sdtm: Records, adam: Records) -> None:
    """SRCSEQ leads to a record of RS with the same response and date."""
    sources = sdtm("RS").set_index(["USUBJID", "RSSEQ"])
    found = adam("ADRS", SRCDOM="RS")
    found = found[found["PARAMCD"].isin(["SFTRESP", "BONRESP", "BMRESP", "OVRRESP", "OVRRINV"])]
    rows = sources.loc[list(zip(found["USUBJID"], found["SRCSEQ"], strict=True))]
    assert list(rows["RSSTRESC"]) == list(found["AVALC"])
    assert list(rows["RSDTC"].str[:10]) == list(dates(found["ADT"]))
    assert len(found) > 250


def test_times_end_on_the_date_of_their_source_record(adam: Records) -> None:
    """An ADT from ADRS is that of the record with this ASEQ; times and dates agree."""
    times = adam("ADTTE")
    end, start = pd.to_datetime(dates(times["ADT"])), pd.to_datetime(dates(times["STARTDT"]))
    assert list((end - start).dt.days + 1) == list(times["AVAL"])
    responses = adam("ADRS").set_index(["USUBJID", "ASEQ"])
    found = times[times["SRCDOM"] == "ADRS"]
    rows = responses.loc[list(zip(found["USUBJID"], found["SRCSEQ"], strict=True))]
    assert list(dates(rows["ADT"])) == list(dates(found["ADT"]))
    assert len(found) > 30


@pytest.mark.parametrize(
    ("dataset", "keys"),
    [
        ("ADTR", ["USUBJID", "PARAMCD", "AVISITN"]),
        ("ADRS", ["USUBJID", "PARAMCD", "AVISITN"]),
        ("ADTTE", ["USUBJID", "PARAMCD"]),
    ],
)
def test_records_are_unique(adam: Records, dataset: str, keys: list[str]) -> None:
    """By the keys of the design, and by subject and ASEQ."""
    found = adam(dataset)
    assert not found.duplicated(keys).any()
    assert not found.duplicated(["USUBJID", "ASEQ"]).any()
    assert found.groupby("PARAMCD")["PARAM"].nunique().eq(1).all()
