from __future__ import annotations

import datetime as dt

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from clinmap import dates
from clinmap.dates.formats import KNOWN_FORMATS, MONTHS

UNHURRIED = settings(deadline=None)
MOMENTS = st.datetimes(dt.datetime(1969, 1, 1), dt.datetime(2068, 12, 31))
DAYS = MOMENTS.map(lambda moment: moment.date().isoformat())
UNKNOWN = st.sampled_from(["UN", "UNK", "UNKN", "XX", "ND", "NK", "--", "-", "unk"])


def text(*values: str | None) -> pd.Series:
    return pd.Series(list(values), dtype="str")


def written(moment: dt.datetime, each: str) -> str:
    """A complete date-time written by a format, independently of how formats are read."""
    if each == "ISO8601":
        return moment.strftime("%Y-%m-%dT%H:%M:%S")
    hour = "%I" if "AM" in each else "%H"
    steps = {"HH:MM": "HH:MI", "HHMM": "HHMI", "HH": hour, "MI": "%M", "SS": "%S", "AM": "%p"}
    steps |= {"YYYY": "%Y", "YY": "%y", "MON": "%b", "MM": "%m", "DD": "%d"}
    plain = each
    for token, code in steps.items():
        plain = plain.replace(token, code)
    return moment.strftime(plain)


def expected(moment: dt.datetime, each: str) -> str:
    if each == "ISO8601":
        return moment.strftime("%Y-%m-%dT%H:%M:%S")
    day = moment.date().isoformat()
    day = day if "DD" in each else day[:7] if "MON" in each else day[:4]
    clock = moment.strftime("%H:%M:%S" if "SS" in each else "%H:%M")
    return f"{day}T{clock}" if "HH" in each else day


def partials() -> st.SearchStrategy[str]:
    """Texts such as 2014, 2014-03, 2014---12 and, with a time, 2014-03--T08:15."""

    def cut(moment: dt.datetime, month: bool, day: bool, clock: int) -> str:
        known = dates.Partial(
            moment.year,
            moment.month if month else None,
            moment.day if day else None,
            *(moment.hour, moment.minute, moment.second)[:clock],
        )
        return known.iso()

    return st.builds(cut, MOMENTS, st.booleans(), st.booleans(), st.integers(0, 3))


@UNHURRIED
@given(MOMENTS, st.sampled_from([f for f in KNOWN_FORMATS if not dates.is_time_format(f)]))
def test_complete_dates_come_back_by_every_format(moment: dt.datetime, each: str) -> None:
    found = dates.to_iso(text(written(moment, each)), [each])
    assert found.values.tolist() == [expected(moment, each)]
    assert not found.bad.any()


@UNHURRIED
@given(MOMENTS, st.sampled_from([f for f in KNOWN_FORMATS if dates.is_time_format(f)]))
def test_times_come_back_by_every_format(moment: dt.datetime, each: str) -> None:
    day = text(moment.strftime("%Y%m%d"))
    found = dates.to_iso(day, ["YYYYMMDD"], text(written(moment, each)), [each])
    assert found.values.tolist() == [expected(moment, "DD " + each)]


@UNHURRIED
@given(MOMENTS, UNKNOWN, st.sets(st.sampled_from(["day", "month", "year"]), max_size=2))
def test_unknown_parts_leave_the_known_ones(
    moment: dt.datetime, token: str, gone: set[str]
) -> None:
    parts = {"day": str(moment.day), "month": MONTHS[moment.month - 1], "year": str(moment.year)}
    value = " ".join(token if name in gone else part for name, part in parts.items())
    found = dates.to_iso(text(value), ["DD MON YYYY"])
    known = dates.parse_iso(found.values[0])
    assert known is not None
    for name in parts:
        assert getattr(known, name) == (None if name in gone else getattr(moment, name))


@UNHURRIED
@given(partials())
def test_partial_dates_are_iso_8601_and_are_read_as_they_are(value: str) -> None:
    assert dates.is_iso8601(text(value)).all()
    assert dates.to_iso(text(value), ["ISO8601"]).values.tolist() == [value]


@UNHURRIED
@given(st.text(max_size=30), st.sampled_from(KNOWN_FORMATS))
def test_any_text_is_read_or_bad_or_unknown(value: str, each: str) -> None:
    found = dates.to_iso(text(value), [each])
    assert found.values.notna()[0] == (
        not found.bad[0] and not found.unknown[0] and bool(value.strip())
    )
    assert not (found.bad[0] and found.unknown[0])
    assert dates.is_iso8601(found.values.dropna()).all()


@UNHURRIED
@given(DAYS, DAYS)
def test_study_day_is_never_zero_and_turns_round(day: str, other: str) -> None:
    there = dates.study_day(text(day), text(other))[0]
    back = dates.study_day(text(other), text(day))[0]
    assert 0 not in (there, back)
    assert (there, back) == (1, 1) if day == other else there - (there > 0) == (back > 0) - back


@UNHURRIED
@given(MOMENTS)
def test_numbers_come_back(moment: dt.datetime) -> None:
    day, full = moment.strftime("%Y-%m-%d"), moment.strftime("%Y-%m-%dT%H:%M:%S")
    assert dates.from_sas_date(dates.sas_date(text(full))).tolist() == [day]
    assert dates.from_sas_datetime(dates.sas_datetime(text(full))).tolist() == [full]


@UNHURRIED
@given(partials(), st.sampled_from(["first", "mid", "last"]), DAYS, DAYS)
def test_imputed_dates_lie_within_what_is_known(
    value: str, rule: str, after: str, before: str
) -> None:
    bounds = (dates.sas_date(text(after)), dates.sas_date(text(before)))
    found = dates.impute_date(text(value), "M", rule, *bounds)  # type: ignore[arg-type]
    known = dates.parse_iso(value)
    chosen = dates.parse_iso(dates.from_sas_date(found.date)[0])
    assert known is not None
    assert chosen is not None
    assert all(k in (None, c) for k, c in zip(known[:3], chosen[:3], strict=True))
    flag = "M" if known.month is None else "D" if known.day is None else None
    assert (None if pd.isna(found.flag[0]) else found.flag[0]) == flag


@UNHURRIED
@given(partials(), MOMENTS, MOMENTS)
def test_imputed_date_times_lie_within_what_is_known(
    value: str, after: dt.datetime, before: dt.datetime
) -> None:
    bounds = [dates.sas_datetime(text(bound.isoformat()[:19])) for bound in (after, before)]
    found = dates.impute_datetime(text(value), "M", "first", "last", *bounds)
    known = dates.parse_iso(value)
    chosen = dates.parse_iso(dates.from_sas_datetime(found.datetime)[0])
    assert known is not None
    assert chosen is not None
    assert all(k in (None, c) for k, c in zip(known[:6], chosen[:6], strict=True))


@UNHURRIED
@given(st.data(), st.lists(partials() | st.sampled_from(["UN MAR 2014", "x", "UNK"]), min_size=1))
def test_nothing_depends_on_the_order_of_the_rows(data: st.DataObject, values: list[str]) -> None:
    column = text(*values)
    other = column.loc[data.draw(st.permutations(range(len(values))))]
    formats = ["ISO8601", "DD MON YYYY"]

    def answers(when: pd.Series) -> pd.DataFrame:
        found = dates.to_iso(when, formats)
        imputed = dates.impute_date(found.values, "M", "last")
        day = dates.study_day(found.values, imputed.date.pipe(dates.from_sas_date))
        columns = {"values": found.values, "bad": found.bad, "unknown": found.unknown}
        columns |= {"date": imputed.date, "flag": imputed.flag, "day": day}
        columns |= {"key": dates.sort_key(when)}
        return pd.DataFrame(columns)

    pd.testing.assert_frame_equal(answers(column), answers(other).sort_index())
    group = pd.Series("g", index=column.index)
    for pick in (dates.earliest, dates.latest):
        first, second = pick(column, group), pick(other, group.loc[other.index])
        assert column.loc[first].tolist() == column.loc[second].tolist()


@UNHURRIED
@given(st.lists(partials(), min_size=1))
def test_earliest_and_latest_are_the_ends_of_the_sorted_column(values: list[str]) -> None:
    column, keys = text(*values), dates.sort_key(text(*values))
    group = pd.Series("g", index=column.index)
    assert keys[dates.earliest(column, group)["g"]] == min(keys)
    assert keys[dates.latest(column, group)["g"]] == max(keys)
