"""Each method of analysis beside SciPy, or beside numbers worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from tests.results_by_hand import figure, table, texts, why

PEOPLE = pd.DataFrame({
    "USUBJID": [f"S{n}" for n in range(1, 9)],
    "ARM": ["B", "B", "B", "B", "A", "A", "A", "A"],
    "ARMN": [1.0, 1, 1, 1, 2, 2, 2, 2],
    "SAFFL": ["Y"] * 7 + ["N"],
})  # fmt: skip


def records(**columns: object) -> dict[str, pd.DataFrame]:
    """A dataset XX of one record for each subject, beside ADSL."""
    return {"ADSL": PEOPLE, "XX": pd.DataFrame({"USUBJID": PEOPLE["USUBJID"], **columns})}


def test_counts_once_for_each_subject_at_the_worst_grade() -> None:
    """Nested counts with a first row, percentages of the population, grades at the worst."""
    frames = {
        "ADSL": PEOPLE,
        "XX": pd.DataFrame({
            "USUBJID": ["S1", "S1", "S1", "S2", "S5", "S8"],
            "SOC": ["Skin", "Skin", "Gut", "Skin", "Gut", "Gut"],
            "PT": ["Rash", "Rash", "Pain", "Itch", "Pain", "Pain"],
            "GRADE": [1.0, 3, 2, 1, 4, 5],
        }),
    }  # fmt: skip
    made = table(frames, "XX", counts=["SOC", "PT"], any="Any", worst="GRADE", by=("ARM",),
                 population="SAFFL", total=True, sort="frequency")  # fmt: skip
    assert [(c.label, c.subjects) for c in made.columns] == [("B", 4), ("A", 3), ("Total", 7)]
    rows = [(r.label, *(v.text for v in r.values)) for r in made.rows]
    assert rows[:6] == [
        ("Any", "2 (50.0)", "1 (33.3)", "3 (42.9)"),
        ("Grade 1", "1 (25.0)", "0", "1 (14.3)"),
        ("Grade 3", "1 (25.0)", "0", "1 (14.3)"),
        ("Grade 4", "0", "1 (33.3)", "1 (14.3)"),
        ("Gut", "1 (25.0)", "1 (33.3)", "2 (28.6)"),
        ("Grade 2", "1 (25.0)", "0", "1 (14.3)"),
    ]
    rash = next(row for row in made.rows if row.label == "Rash")
    assert rash.values[0].records is not None
    assert rash.values[0].records.rows == (1, 2)


@pytest.mark.parametrize("events", [0, 1, 4])
def test_exact_limits_are_scipys(events: int) -> None:
    """Shares with exact limits, as SciPy has them."""
    frames = records(AVALC=["Y"] * events + ["N"] * (8 - events))
    found = texts(table(frames, "XX", exact=".AVALC == 'Y'"))
    interval = stats.binomtest(events, 8).proportion_ci()
    assert found["With event, n (%)"] == [f"{events} ({100 * events / 8:.1f})"]
    assert found["95% CI of %"] == [f"({100 * interval.low:.1f}; {100 * interval.high:.1f})"]


def test_summaries_of_numbers() -> None:
    """Mean, SD, quartiles by SAS' definition; geometric mean and CV by hand."""
    values = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, math.nan, 64.0]
    known = np.array([v for v in values if not math.isnan(v)])
    found = texts(table(records(AVAL=values), "XX", continuous="AVAL"))
    assert found["n"] == ["7"]
    assert found["Mean"] == [f"{known.mean():.1f}"]
    assert found["SD"] == [f"{known.std(ddof=1):.2f}"]
    assert found["Q1; Q3"] == ["2.0; 32.0"]
    found = texts(table(records(AVAL=values), "XX", geometric="AVAL"))
    assert found["Geometric mean"] == ["8.00"]
    variation = 100 * math.sqrt(math.exp(np.log(known).var(ddof=1)) - 1)
    assert found["Geometric CV (%)"] == [f"{variation:.1f}"]


def test_shift_counts_each_subject_once_at_the_worst() -> None:
    """A subject in two records of a pair counts once; with worst, in the last value only."""
    frames = {
        "ADSL": PEOPLE,
        "XX": pd.DataFrame({
            "USUBJID": ["S1", "S1", "S2", "S3"], "BASE": ["0", "0", "0", "1"],
            "AFTER": ["0", "3", "3", "2"],
        }),
    }  # fmt: skip
    made = table(frames, "XX", shift="BASE", to="AFTER", worst=True, population="SAFFL")
    assert [(r.label, *(v.text for v in r.values)) for r in made.rows] == [
        ("From 0",), ("to 2", "0"), ("to 3", "2 (28.6)"),
        ("From 1",), ("to 2", "1 (14.3)"), ("to 3", "0"),
    ]  # fmt: skip


def test_kaplan_meier_of_the_oracle() -> None:
    """The design's example: 7 subjects, events on days 31, 58, 112 and 400."""
    frames = {"XX": pd.DataFrame({
        "USUBJID": list("abcdefg"), "AVAL": [31.0, 58, 58, 112, 200, 365, 400],
        "CNSR": [0.0, 0, 1, 0, 1, 1, 0],
    })}  # fmt: skip
    found = texts(table(frames, "XX", kaplan_meier="AVAL", times=[58, 112]))
    curve = stats.ecdf(stats.CensoredData([31, 58, 112, 400], right=[58, 200, 365])).sf
    assert found["Events, n (%)"] == ["4 (57.1)"]
    assert found["Event-free at 58 days, % (95% CI)"][0].startswith(
        f"{100 * curve.evaluate(58):.1f} "
    )
    with pytest.warns(RuntimeWarning, match="undefined at some observations"):  # of the last step
        interval = curve.confidence_interval(method="log-log")
    low, high = interval.low.evaluate(112), interval.high.evaluate(112)
    assert found["Event-free at 112 days, % (95% CI)"] == [
        f"{100 * curve.evaluate(112):.1f} ({100 * low:.1f}; {100 * high:.1f})"
    ]
    assert found["At risk at 112 days"] == ["4"]
    assert found["Median, days (95% CI)"][0].startswith("400.0 ")


def test_signed_rank_is_scipys() -> None:
    """The exact p-value, zero left out."""
    changes = [1.1, -0.4, 2.2, 3.3, -0.9, 4.1, 5.0, 0.0]
    found = texts(table(records(CHG=changes), "XX", signed_rank="CHG"))
    exact = stats.wilcoxon([c for c in changes if c], method="exact").pvalue
    assert found["p-value (exact, two-sided)"] == [f"{exact:.4f}"]


def test_rank_sum_is_scipys_and_families_are_adjusted() -> None:
    """The exact p-value, Hodges-Lehmann's shift, and q-values over the parts of a family."""
    first = [1.1, 2.2, 3.3, 9.9, 4.4, 5.5, 6.6, 7.7]
    second = [1.0, 2.0, 3.0, 4.0, 1.5, 2.5, 3.5, 4.5]
    frames = {"ADSL": PEOPLE, "XX": pd.DataFrame({
        "USUBJID": [*PEOPLE["USUBJID"]] * 2, "PARAM": ["one"] * 8 + ["two"] * 8,
        "AVAL": first + second,
    })}  # fmt: skip
    made = table(frames, "XX", rank_sum="AVAL", by=("ARM",), each=("PARAM",), family="all")
    p = [stats.mannwhitneyu(v[:4], v[4:], method="exact").pvalue for v in (first, second)]
    q = stats.false_discovery_control(p)
    shown = [row.values[2].text for row in made.rows if row.label.startswith("p-value")]
    assert shown == [f"{value:.4f}" for value in p]
    shown = [row.values[2].text for row in made.rows if row.label.startswith("q-value")]
    assert shown == [f"{value:.4f}" for value in q]
    shift = np.median(np.subtract.outer(first[:4], first[4:]))
    assert next(r for r in made.rows if r.label == "Shift").values[2].text == f"{shift:.2f}"


def test_fisher_reproduces_the_published_p_value() -> None:
    """7 of 24 against 0 of 14: p = 0.0334 (the paper prints 0.03); odds ratio has no upper end."""
    people = pd.DataFrame({"USUBJID": [f"S{n}" for n in range(38)],
                           "KIR": ["Y"] * 24 + ["N"] * 14})  # fmt: skip
    answers = pd.DataFrame({"USUBJID": people["USUBJID"], "AVALC": ["Y"] * 7 + ["N"] * 31})
    made = table({"ADSL": people, "XX": answers}, "XX", fisher=".AVALC == 'Y'", by=("KIR",))
    found = texts(made)
    assert [column.label for column in made.columns] == ["N", "Y", "Comparison"]
    assert found["With event, n/N (%)"] == ["0/14 (0.0)", "7/24 (29.2)", ""]
    assert found["p-value"][2] == "0.0334"
    upper = stats.contingency.odds_ratio([[0, 14], [7, 17]]).confidence_interval().high
    assert found["Odds ratio (95% CI)"][2] == f"0.00 (0.00; {upper:.2f})"


def test_difference_of_proportions() -> None:
    """Newcombe's own example: 56 of 70 against 48 of 80."""
    people = pd.DataFrame({"USUBJID": [f"S{n}" for n in range(150)],
                           "ARM": ["A"] * 70 + ["B"] * 80})  # fmt: skip
    answers = ["Y"] * 56 + ["N"] * 14 + ["Y"] * 48 + ["N"] * 32
    frames = {"ADSL": people, "XX": pd.DataFrame({"USUBJID": people["USUBJID"], "AVALC": answers})}
    found = texts(table(frames, "XX", difference=".AVALC == 'Y'", by=("ARM",)))
    assert found["Difference, % (95% CI)"][2] == "20.0 (5.2; 33.4)"


def test_power_model_is_scipys() -> None:
    """Slope and 90% interval of the logarithms' line."""
    doses = [10.0, 10, 20, 20, 40, 40, 80, 80]
    values = [11.0, 9, 25, 17, 38, 50, 75, 99]
    found = texts(table(records(AVAL=values, DOSE=doses), "XX", power_model="AVAL", dose="DOSE"))
    line = stats.linregress(np.log(doses), np.log(values))
    reach = stats.t.ppf(0.95, 6) * line.stderr
    expected = f"{line.slope:.3f} ({line.slope - reach:.3f}; {line.slope + reach:.3f})"
    assert found["Slope (90% CI)"] == [expected]


def test_spearman_is_scipys() -> None:
    """The rank correlation, with ties."""
    one, two = [1.0, 2, 2, 4, 5, 6, 7, 8], [2.0, 1, 4, 3, 3, 7, 8, 6]
    found = texts(table(records(AVAL=one, OTHER=two), "XX", spearman="AVAL", to="OTHER"))
    expected = stats.spearmanr(one, two).statistic
    assert found["Spearman's rank correlation"] == [f"{expected:.3f}"]


def test_historical_rates_and_means() -> None:
    """Own and published summaries, their difference; a study without rows is asked for."""
    frame = pd.DataFrame({
        "SRCSTUDY": ["OWN", "OLD"], "PARAM": ["Peak"] * 2, "UNITC": ["ug/mL"] * 2,
        "NSUBJ": [20.0, 14], "NEVT": [5.0, 7], "MEANVAL": [10.0, 11], "SDVAL": [2.0, 3],
    })  # fmt: skip
    made = table({"XX": frame}, "XX", historical="means", study="OWN", studies=["OLD", "NEW"])
    values = [value.text for value in made.rows[0].values]
    assert values[:2] == ["10.0 (2.00), n = 20", "11.0 (3.00), n = 14"]
    error = math.sqrt(4 / 20 + 9 / 14)
    freedom = (4 / 20 + 9 / 14) ** 2 / ((4 / 20) ** 2 / 19 + (9 / 14) ** 2 / 13)
    reach = stats.t.ppf(0.975, freedom) * error
    assert values[2] == f"-1.00 ({-1 - reach:.2f}; {-1 + reach:.2f})"
    assert values[3:] == ["NE", "NE"]
    assert "must be supplied" in " ".join(made.footnotes)
    made = table({"XX": frame}, "XX", historical="rates", study="OWN", studies=["OLD"])
    assert [v.text for v in made.rows[0].values][:2] == ["5/20 (25.0)", "7/14 (50.0)"]


def test_listing_has_dates_and_labels() -> None:
    """The records as they are, in the order that is asked for."""
    frames = records(AVAL=[3.0, 1, 2, 4, 5, 6, 7, math.nan])
    made = table(frames, "XX", listing=["USUBJID", "AVAL"], sort="AVAL", digits={"AVAL": 1})
    assert [v.text for v in made.rows[0].values] == ["S2", "1.0"]
    assert [v.text for v in made.rows[-1].values] == ["S8", ""]


def test_figures_hold_the_marks_that_they_should() -> None:
    """Every kind of figure from the same few records, each mark with its records."""
    frames = records(AVAL=[5.0, 3, 8, 1, 9, 2, 7, 4], DAY=[1.0, 2, 1, 2, 1, 2, 1, 2],
                     CNSR=[0.0, 1, 0, 1, 0, 1, 0, 1], VISIT=["one", "two"] * 4,
                     AVALC=["Y", "N"] * 4)  # fmt: skip
    asked = [
        ({"exact_bars": ".AVALC == 'Y'"}, {"bars"}),
        ({"survival_curve": "AVAL", "every": 2}, {"step", "points"}),
        ({"time_course": "AVAL", "over": "DAY", "scale": "both"}, {"line"}),
        ({"trajectories": "AVAL", "over": "DAY"}, {"line", "box"}),
        ({"power_line": "AVAL", "dose": "DAY"}, {"points", "line"}),
        ({"waterfall": "AVAL"}, {"bars"}),
        ({"swimmer": "AVAL"}, {"spans"}),
        ({"heat_map": "AVAL", "down": "VISIT", "across": "DAY"}, {"tiles"}),
    ]
    for method, kinds in asked:
        made = figure(frames, "XX", by=("ARM",), **method)
        marks = [mark for panel in made.panels for mark in panel.marks]
        assert {mark.kind for mark in marks} == kinds, method
        assert all(len(mark.records) == len(mark.x) for mark in marks if mark.kind != "line")
        assert not made.why


def test_number_at_risk_stands_beneath_the_curve() -> None:
    """How many have a time of at least so much, for each group."""
    frames = records(AVAL=[5.0, 3, 8, 1, 9, 2, 7, 4], CNSR=[0.0, 1] * 4)
    (panel,) = figure(frames, "XX", survival_curve="AVAL", every=4, by=("ARM",)).panels
    assert panel.beneath == (
        ("B", ((0, "4"), (4, "2"), (8, "1"))),
        ("A", ((0, "4"), (4, "3"), (8, "1"))),
    )


def test_groups_may_be_put_together() -> None:
    """Those under `compared`, in that order; others are left out."""
    people = PEOPLE.assign(GENE=["HH", "HH", "HR", "HR", "RR", "RR", "XX", "XX"])
    answers = ["Y", "Y", "N", "Y", "N", "N", "Y", "Y"]
    frames = {**records(AVALC=answers), "ADSL": people}
    made = table(
        frames, "XX", fisher=".AVALC == 'Y'", by=("GENE",), compared=[["HR", "RR"], ["HH"]]
    )
    assert [(c.label, c.subjects) for c in made.columns][:2] == [("HR or RR", 4), ("HH", 2)]
    assert texts(made)["With event, n/N (%)"] == ["1/4 (25.0)", "2/2 (100.0)", ""]
    assert texts(made)["p-value"][2] == f"{stats.fisher_exact([[1, 3], [2, 0]]).pvalue:.4f}"


def test_agreement_of_two_readers() -> None:
    """Pairs of a subject and a visit; a record without its partner is not counted."""
    frame = pd.DataFrame({
        "USUBJID": ["S1", "S1", "S2", "S2", "S3"], "PARAMCD": ["A", "B", "A", "B", "A"],
        "AVISITN": [1.0] * 5, "AVALC": ["CR", "CR", "PR", "SD", "PD"],
    })  # fmt: skip
    made = table({"XX": frame}, "XX", agreement="AVALC", between=["A", "B"])
    interval = stats.binomtest(1, 2).proportion_ci()
    assert texts(made) == {
        "Pairs": ["2"], "Agreeing, n (%)": ["1 (50.0)"],
        "95% CI of %": [f"({100 * interval.low:.1f}; {100 * interval.high:.1f})"],
    }  # fmt: skip


def test_a_value_of_each_that_is_missing_is_shown() -> None:
    """Records without one stand under a heading of their own, last; a unit stands in brackets."""
    frames = records(AVAL=[1.0] * 8, VISIT=[None, "one", "two", "one", "two", None, "one", "two"],
                     AVALU=["mL"] * 8)  # fmt: skip
    made = table(frames, "XX", counts="AVAL", each=("VISIT", "AVALU"))
    headings = [row.label for row in made.rows if not row.values]
    assert headings == ["one (mL)", "two (mL)", "Missing (mL)"]


def test_times_below_zero_are_left_out_and_counted() -> None:
    """They stand in a row of their own."""
    frames = {"XX": pd.DataFrame({"USUBJID": ["a", "b"], "AVAL": [-5.0, 9], "CNSR": [0.0, 0]})}
    found = texts(table(frames, "XX", kaplan_meier="AVAL", times=[5], state="Alive"))
    assert found["Subjects"] == ["1"]
    assert found["Left out: no time, or one below 0"] == ["1"]
    assert found["Alive at 5 days, % (95% CI)"] == ["100.0 (100.0; 100.0)"]


class TestNoEstimate:
    """Where nothing can be estimated a table says NE and why, and never NaN."""

    def test_empty_group(self) -> None:
        """A level of the study without a subject of the population: N = 0 and NE."""
        people = PEOPLE.assign(SAFFL=["Y"] * 4 + ["N"] * 4)
        frames = {**records(AVALC=["Y"] * 8), "ADSL": people}
        made = table(frames, "XX", exact=".AVALC == 'Y'", by=("ARM",), population="SAFFL")
        assert [column.subjects for column in made.columns] == [4, 0]
        assert texts(made)["With event, n (%)"] == ["4 (100.0)", "NE"]
        assert why(made) == {"no subject could be counted"}

    def test_no_record(self) -> None:
        """A condition that no record meets: a row that says so, a figure that says so."""
        frames = {"XX": pd.DataFrame({"USUBJID": ["a"], "AVAL": [math.nan], "CNSR": [0.0]})}
        assert texts(table(frames, "XX", continuous="AVAL"))["Mean"] == ["NE"]
        none = {"XX": frames["XX"].iloc[:0]}
        assert [r.label for r in table(none, "XX", counts="AVAL").rows] == ["There are no records"]
        assert figure(none, "XX", survival_curve="AVAL").why

    def test_one_subject(self) -> None:
        """One subject has a mean and no standard deviation; no slope."""
        frames = {"XX": pd.DataFrame({"USUBJID": ["a"], "AVAL": [2.0], "DOSE": [1.0]})}
        made = table(frames, "XX", continuous="AVAL")
        assert texts(made)["SD"] == ["NE"]
        assert why(made) == {"one value has no standard deviation"}
        assert why(table(frames, "XX", power_model="AVAL", dose="DOSE"))

    def test_all_censored(self) -> None:
        """No event: no median, all event-free."""
        frames = {"XX": pd.DataFrame({"USUBJID": ["a", "b"], "AVAL": [5.0, 9], "CNSR": [1.0, 1]})}
        made = table(frames, "XX", kaplan_meier="AVAL", times=[5, 10])
        found = texts(made)
        assert found["Median, days (95% CI)"] == ["NE"]
        assert found["Event-free at 5 days, % (95% CI)"] == ["100.0 (100.0; 100.0)"]
        assert found["Event-free at 10 days, % (95% CI)"] == ["NE"]
        assert why(made) == {
            "too few events to estimate the median", "nobody was followed for so long"
        }  # fmt: skip

    @pytest.mark.parametrize("method", ["rank_sum", "fisher", "difference"])
    def test_a_single_group(self, method: str) -> None:
        """A comparison of one group says that it needs two."""
        frames = {**records(AVAL=[1.0] * 8), "ADSL": PEOPLE.assign(ARM="B")}
        asked: object = "AVAL" if method == "rank_sum" else ".AVAL == 1"
        made = table(frames, "XX", by=("ARM",), **{method: asked})
        assert any("two groups" in reason for reason in why(made))
        assert any("two groups" in note for note in made.footnotes)

    def test_no_event_in_either_group(self) -> None:
        """Fisher's p is 1; there is no odds ratio."""
        frames = records(AVALC=["N"] * 8)
        made = table(frames, "XX", fisher=".AVALC == 'Y'", by=("ARM",))
        assert texts(made)["p-value"][2] == "1.0000"
        assert texts(made)["Odds ratio (95% CI)"][2] == "NE"

    def test_values_of_zero_have_no_logarithm(self) -> None:
        """A geometric mean of a 0 is not estimable."""
        made = table(records(AVAL=[0.0, 1, 2, 3, 4, 5, 6, 7]), "XX", geometric="AVAL")
        assert why(made) == {"a value of 0 or less has no logarithm"}
