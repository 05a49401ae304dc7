"""Immune function (ADIMM): parameters, baselines, ratios and the samples that count."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

Records = Callable[..., pd.DataFrame]


def test_e09_a_second_enrollment_is_there_without_flags(adam: Records) -> None:
    second = adam("ADIMM", "105-001", ENRLSEQ=2)
    assert len(second) > 0
    assert (second[["ANL01FL", "ANL02FL", "ABLFL", "APOBLFL"]] == "").all(axis=None)
    assert second["R2BASE"].isna().all()


def test_a_subject_has_one_record_of_a_parameter_and_visit(adam: Records) -> None:
    records = adam("ADIMM")
    assert not records.duplicated(["USUBJID", "PARAMCD", "AVISITN"]).any()
    named = records[["PARAMCD", "PARAM", "PARAMN", "PARCAT1"]].drop_duplicates()
    assert len(named) == records["PARAMCD"].nunique() == 31
    assert set(named["PARCAT1"]) == {
        "T CELLS", "NK CELLS", "MONOCYTES", "CYTOKINES", "CHEMOKINES", "FUNCTION",
    }  # fmt: skip


def test_subsets_of_killer_cells_are_told_apart_by_their_markers(
    adam: Records, sdtm: Records
) -> None:
    records = adam("ADIMM", SRCDOM="CP")
    cells = sdtm("CP").rename(columns={"CPSEQ": "SRCSEQ"})
    both = records.merge(cells, on=["USUBJID", "SRCSEQ"], validate="one_to_one")
    assert len(both) == len(records)
    np.testing.assert_array_equal(both["AVAL"], both["CPSTRESN"])
    for code, markers in (("NKBRNK", ("CD56bright", "")), ("NKACT", ("", "CD69+"))):
        subset = both[both["PARAMCD"] == code]
        assert set(subset["CPTESTCD"]) == {"NKSNK"}
        assert set(zip(subset["CPSBMRKS"], subset["CPCSMRKS"], strict=True)) == {markers}


def test_adcc_is_that_with_the_antibody_at_fifty_to_one(adam: Records, sdtm: Records) -> None:
    records = adam("ADIMM", PARAMCD="ADCC50")
    source = sdtm("LB").rename(columns={"LBSEQ": "SRCSEQ"})
    both = records.merge(source, on=["USUBJID", "SRCSEQ"])
    assert len(both) == len(records) == 161
    assert set(both["LBSCAT"]) == {"E:T 50:1"}
    assert set(both["LBTSTCND"]) == {"WITH STIMULATING AGENT"}


def test_results_out_of_range_are_half_the_lower_limit_or_the_upper_one(adam: Records) -> None:
    records = adam("ADIMM")
    low = records[records["DTYPE"] == "HALFLLOQ"]
    assert len(low) > 0
    np.testing.assert_array_equal(low["AVAL"], low["ALLOQ"] / 2)
    high = records[records["DTYPE"] == "ULOQ"]
    assert dict(zip(high["PARAMCD"], high["AVAL"], strict=True)) == {"MCP1": 800, "RANTES": 30000}
    assert set(records.loc[records["DTYPE"] != "", "SRCVAR"]) == {"LBSTRESC"}


def test_the_baseline_is_the_sample_before_the_first_dose(adam: Records) -> None:
    records = adam("ADIMM")
    baseline = records[records["ABLFL"] == "Y"].set_index(["USUBJID", "PARAMCD"])
    assert baseline.index.is_unique
    assert set(baseline["AVISITN"]) == {101.0}
    wanted = baseline["AVAL"].reindex(pd.MultiIndex.from_frame(records[["USUBJID", "PARAMCD"]]))
    np.testing.assert_array_equal(records["BASE"], wanted)
    after = records[records["APOBLFL"] == "Y"]
    np.testing.assert_allclose(after["R2BASE"], after["AVAL"] / after["BASE"], rtol=1e-9)
    np.testing.assert_allclose(2 ** after["LOG2R2B"], after["R2BASE"], rtol=1e-9)
    assert (
        records.loc[records["APOBLFL"] != "Y", ["CHG", "R2BASE", "LOG2R2B"]].isna().all(axis=None)
    )


def test_samples_that_analysis_does_not_take(adam: Records) -> None:
    """Few living cells, an old sample, a gating not verified: cells only; steroids: all."""
    records = adam("ADIMM", ANL02FL="Y")
    out = records[(records["ANL01FL"] == "") & records["ADT"].notna()]
    subject = out["USUBJID"].str.removeprefix("N2011-04-")
    assert set(zip(subject, out["AVISIT"], out["STERFL"], strict=True)) == {
        ("101-006", "Course 1 Day 8", "Y"),
        ("101-006", "Course 1 Day 12", "Y"),
        ("102-003", "Course 1 Day 28", ""),
        ("103-003", "Course 1 Day 12", ""),
        ("105-002", "Course 1 Day 12", ""),
        ("106-003", "Course 2 Day 28", ""),
    }
    assert set(out.loc[out["STERFL"] == "", "SRCDOM"]) == {"CP"}


def test_the_steroid_was_given_in_the_week_before_the_sample(adam: Records, sdtm: Records) -> None:
    """Dexamethasone 4 mg twice a day is 53 mg of prednisone; hydrocortisone 2 mg/kg is 0.5."""
    (given,) = sdtm("CM", "101-006", CMDECOD="DEXAMETHASONE").itertuples()
    assert (given.CMSTDTC, given.CMENDTC) == ("2015-06-28", "2015-06-30")
    samples = adam("ADIMM", "101-006")
    days = (pd.to_datetime(samples["ADT"]) - pd.Timestamp(str(given.CMENDTC))).dt.days
    near = (days <= 7) & (pd.to_datetime(samples["ADT"]) >= pd.Timestamp(str(given.CMSTDTC)))
    assert near.any()
    assert ((samples["STERFL"] == "Y") == near).all()
    assert (adam("ADIMM", "101-004")["STERFL"] == "").all()


def test_an_undated_sample_is_for_sensitivity_only(adam: Records) -> None:
    undated = adam("ADIMM", "105-003", AVISIT="Course 6 Day 28")
    assert len(undated) == 17
    assert undated["ADT"].isna().all()
    assert set(undated["ANL01FL"]) == {""}
    assert set(undated["ANL02FL"]) == {"Y"}
