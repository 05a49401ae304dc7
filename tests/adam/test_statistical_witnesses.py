"""What SciPy makes of our values: exact limits of proportions, and survival from times to event."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest
from scipy import stats

from adam import ProportionLimit
from clinmap.execution.building import build_datasets
from clinmap.plan import Ref
from clinmap.statistics.survival import kaplan_meier
from tests.adam.test_event_free_survival import FILES
from tests.rows_of import TestRows
from tests.small_study import compiled, table

START = date(2020, 1, 1)
TIMES = [(31, 1), (58, 1), (58, 0), (112, 1), (200, 0), (365, 0), (400, 1)]
SURVIVAL = {31: 0.8571, 58: 0.7143, 112: 0.5357, 400: 0.0}


@pytest.mark.parametrize("total", [1, 6, 14, 27, 200])
@pytest.mark.parametrize("confidence", [90, 95])
def test_exact_limits_are_those_of_scipy(total: int, confidence: float) -> None:
    events = list(range(0, total + 1, max(1, total // 7)))
    rows = TestRows({"N": pd.Series([float(n) for n in events]),
                     "T": pd.Series([float(total)] * len(events))})  # fmt: skip
    for limit in ("lower", "upper"):
        made = ProportionLimit(
            Ref("own", "N"), Ref("own", "T"), limit=limit, confidence=confidence
        ).apply(rows)
        known = [
            getattr(
                stats.binomtest(n, total).proportion_ci(confidence / 100, "exact"),
                "low" if limit == "lower" else "high",
            )
            for n in events
        ]
        assert made.tolist() == pytest.approx(known, rel=1e-9, abs=1e-12)


def test_survival_of_the_worked_example(tmp_path: Path) -> None:
    """Death is the event, the last assessment the censoring; Kaplan-Meier is SciPy's."""
    people, assessed = [], []
    for number, (day, event) in enumerate(TIMES, start=1):
        at = (START + timedelta(days=day - 1)).isoformat()
        who = {"STUDYID": "S7", "USUBJID": f"S{number}"}
        people.append({**who, "RFSTDTC": START.isoformat(), "DTHDTC": at if event else None})
        if not event:
            assessed.append({**who, "RSSEQ": "1", "RSSTRESC": "SD", "RSDTC": at})
    plan = compiled(tmp_path, FILES).plan
    tables = {"dm": table(plan, "dm", people), "rs": table(plan, "rs", assessed)}
    made = build_datasets(plan, tables, plan.datasets).datasets["ADTTE"].frame
    made = made[made["PARAMCD"] == "EFS"]
    assert sorted(zip(made["AVAL"], made["CNSR"] == 0, strict=True)) == sorted(
        (float(day), bool(event)) for day, event in TIMES
    )
    times = stats.CensoredData.right_censored(made["AVAL"].to_numpy(), made["CNSR"].to_numpy() > 0)
    curve = stats.ecdf(times).sf
    ours = kaplan_meier(made["AVAL"].tolist(), (made["CNSR"] == 0).tolist())
    for day, expected in SURVIVAL.items():
        assert float(curve.evaluate(day)) == pytest.approx(expected, abs=5e-5)
        assert ours.at(day) == pytest.approx(expected, abs=5e-5)
