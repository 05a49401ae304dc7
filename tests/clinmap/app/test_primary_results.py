"""The tables of the primary objectives, recomputed with pandas and SciPy from the files."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from clinmap.app.making_results import plan_of
from clinmap.app.package_files import PackageFiles
from clinmap.app.results import analysis_data, chosen_displays, made_display, results_of
from clinmap.results.shown import Row, TableShown

pytestmark = pytest.mark.xdist_group("n2011-04")
TABLES = ("T-P1-1", "T-P2-1", "T-P2-2", "T-P2-3", "T-P3-1")
Data = dict[str, pd.DataFrame]


@pytest.fixture(scope="module")
def computed(n2011_04_package: Path) -> tuple[dict[str, TableShown], Data]:
    """The tables, and the datasets that they are made from."""
    package = PackageFiles(n2011_04_package)
    plan = plan_of(package)
    displays = chosen_displays(results_of(plan), TABLES)
    data = analysis_data(package, displays)
    made = (made_display(one, plan, data, {}, "now").shown for one in displays)
    return {one.id: one for one in made if isinstance(one, TableShown)}, data


def columns_of(table: TableShown, adsl: pd.DataFrame, by: str) -> list[pd.Index]:
    """The subjects of each column, its heading being a value of `by`, or Total."""
    groups = [adsl if c.label == "Total" else adsl[adsl[by] == c.label] for c in table.columns]
    assert [len(group) for group in groups] == [column.subjects for column in table.columns]
    return [pd.Index(group["USUBJID"]) for group in groups]


def shares(frame: pd.DataFrame, groups: list[pd.Index]) -> list[str]:
    """How many subjects of each column have a record, with percent."""
    people = frame["USUBJID"].unique()
    counts = [int(group.isin(people).sum()) for group in groups]
    return [f"{n} ({half_up(100 * n / len(g), 1)})" if n else "0"
            for n, g in zip(counts, groups, strict=True)]  # fmt: skip


def half_up(number: float, digits: int) -> str:
    """Rounded half away from zero, by Python's decimals."""
    from decimal import ROUND_HALF_UP, Decimal

    exact = Decimal(repr(round(number, 12)))
    found = exact.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
    return str(abs(found)) if found == 0 else str(found)


def texts(row: Row) -> list[str]:
    return [value.text for value in row.values]


def test_dose_limiting_toxicities(computed: tuple[dict[str, TableShown], Data]) -> None:
    """Subjects with a toxicity, and SciPy's exact limits."""
    tables, data = computed
    table, adsl, addlt = tables["T-P1-1"], data["ADSL"], data["ADDLT"]
    evaluable = adsl[adsl["DLTEVLFL"] == "Y"]
    found = addlt[(addlt["PARAMCD"] == "DLT") & (addlt["ANL01FL"] == "Y")]
    having = found[found["AVALC"] == "Y"]["USUBJID"]
    rows = {row.label: texts(row) for row in table.rows[:4]}
    for place, group in enumerate(columns_of(table, evaluable, "TRT01P")):
        events = int(group.isin(having).sum())
        interval = stats.binomtest(events, len(group)).proportion_ci()
        assert rows["With event, n (%)"][place].startswith(f"{events} (")
        limits = f"({half_up(100 * interval.low, 1)}; {half_up(100 * interval.high, 1)})"
        assert rows["95% CI of %"][place] == limits


def test_adverse_events_by_class_term_and_grade(
    computed: tuple[dict[str, TableShown], Data],
) -> None:
    """Every cell of the table: the first row, each class, each term, each highest grade."""
    tables, data = computed
    table, adae = tables["T-P2-1"], data["ADAE"]
    safe = data["ADSL"][data["ADSL"]["SAFFL"] == "Y"]
    groups = columns_of(table, safe, "TRT01A")
    events = adae[(adae["TRTEMFL"] == "Y") & adae["USUBJID"].isin(safe["USUBJID"])]
    top, term, checked = events, events, 0
    for row in table.rows:
        if grade := re.fullmatch(r"Grade (\d)", row.label):
            worst = term.groupby("USUBJID")["ATOXGRN"].max()
            at = worst[worst == float(grade[1])].index.to_frame(name="USUBJID")
            expected = shares(at, groups)
        elif row.level == 0:
            term = events
            expected = shares(events, groups)
        elif row.level == 1:
            top = term = events[events["AEBODSYS"] == row.label]
            expected = shares(top, groups)
        else:
            term = top[top["AEDECOD"] == row.label]
            expected = shares(term, groups)
        assert texts(row) == expected, row.label
        checked += len(expected)
    assert checked == sum(len(row.values) for row in table.rows)
    assert {r.label for r in table.rows} >= set(events["AEDECOD"]) | set(events["AEBODSYS"])


def test_related_and_serious_events_and_deaths(
    computed: tuple[dict[str, TableShown], Data],
) -> None:
    """The first rows, and each term."""
    tables, data = computed
    adsl, adae = data["ADSL"], data["ADAE"]
    safe = adsl[adsl["SAFFL"] == "Y"]
    events = adae[(adae["TRTEMFL"] == "Y") & adae["USUBJID"].isin(safe["USUBJID"])]
    related = events[(events["AREL"] == "RELATED") & (events["ATOXGRN"] >= 3)]
    table = tables["T-P2-2"]
    groups = columns_of(table, safe, "TRT01A")
    assert texts(table.rows[0]) == shares(related, groups)
    for row in (row for row in table.rows if row.level == 2):
        assert texts(row) == shares(related[related["AEDECOD"] == row.label], groups)
    rows = {row.label: texts(row) for row in tables["T-P2-3"].rows}
    assert rows["Any serious adverse event"] == shares(events[events["AESER"] == "Y"], groups)
    assert rows["Any death"] == shares(safe[safe["DTHFL"] == "Y"], groups)


def test_immune_function_low_and_high(computed: tuple[dict[str, TableShown], Data]) -> None:
    """Every number of every parameter and visit; p-values of SciPy where there are no ties."""
    tables, data = computed
    table, adsl = tables["T-P3-1"], data["ADSL"]
    people = adsl[adsl["IMMFL"] == "Y"].set_index("USUBJID")["LENGR1"]
    frame = data["ADIMM"]
    frame = frame[(frame["ANL01FL"] == "Y") & frame["R2BASE"].notna() & frame["ABLFL"].isna()]
    frame = frame[frame["AVISITN"].isin([108, 112, 115, 128])]
    frame = frame.assign(GROUP=frame["USUBJID"].map(people))
    visit = parameter = ""
    found: dict[tuple[str, str], dict[str, list[str]]] = {}
    numbers: dict[str, dict[str, float]] = {}
    for row in table.rows:
        if row.level == 1:
            visit = row.label
        elif row.level == 2:
            parameter = row.label
        elif row.level == 3:
            found.setdefault((visit, parameter), {})[row.label] = texts(row)
            if row.label.startswith("p-value"):
                numbers.setdefault(visit, {})[parameter] = row.values[2].number or 0.0
    compared = 0
    for (visit, parameter), rows in found.items():
        part = frame[(frame["AVISIT"] == visit) & (frame["PARAM"] == parameter)]
        low, high = (part[part["GROUP"] == g]["R2BASE"].to_numpy() for g in ("LOW", "HIGH"))
        assert rows["n"][:2] == [str(len(low)), str(len(high))]
        medians = [half_up(float(np.median(one)), 2) for one in (low, high)]
        assert rows["Median"][:2] == medians
        shift = float(np.median(np.subtract.outer(low, high)))
        assert rows["Shift"][2] == half_up(shift, 2)
        both = np.concatenate([low, high])
        shown = rows["p-value (exact, two-sided)"][2]
        if len(np.unique(both)) == len(both):
            p = float(stats.mannwhitneyu(low, high, method="exact").pvalue)
            assert shown == (half_up(p, 4) if p >= 0.0001 else "<0.0001")
            compared += 1
    assert compared > 50
    for visit, values in numbers.items():
        adjusted = stats.false_discovery_control(list(values.values()))
        for parameter, q in zip(values, adjusted, strict=True):
            text = found[visit, parameter]["q-value (Benjamini-Hochberg)"][2]
            assert text == (half_up(float(q), 4) if q >= 0.0001 else "<0.0001")
