from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from clinmap import dates
from clinmap.dates.formats import KNOWN_FORMATS

NAN = float("nan")


def text(*values: str | None) -> pd.Series:
    return pd.Series(list(values), dtype="str")


def iso(value: str, *formats: str) -> str | None:
    found = dates.to_iso(text(value), formats)
    first = found.values[0]
    assert not (bool(found.bad[0]) and isinstance(first, str))
    return first if isinstance(first, str) else None


def listed(values: pd.Series) -> list[object]:
    return [None if pd.isna(value) else value for value in values]


# ------------------------------------------------------------------------------------ the formats


@pytest.mark.parametrize("each", KNOWN_FORMATS)
def test_the_formats_that_are_suggested_can_be_read(each: str) -> None:
    dates.check_format(each)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("DD MMM YYYY", r"has 'MMM'.*Did you mean DD MON YYYY\?"),
        ("yyyy-mm-dd", r"Did you mean YYYY-MM-DD\?"),
        ("ISO 8601", r"Did you mean ISO8601\?"),
        ("%d%b%Y", "Formats look like DD MON YYYY"),
        ("DD MON", "has MON but no year"),
        ("DD DD MON YYYY", "has DD twice"),
        ("SS", "has SS but no minute"),
        ("MI", "has MI but no hour"),
        ("", "has no part of a date or time"),
    ],
)
def test_a_format_that_cannot_be_read_is_refused_with_the_nearest_one(
    wrong: str, said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        dates.check_format(wrong)


def test_a_time_format_has_no_date() -> None:
    found = {each: dates.is_time_format(each) for each in KNOWN_FORMATS}
    assert {each for each, is_time in found.items() if is_time} == {
        "HH:MM", "HH:MM:SS", "HH:MI", "HHMM", "HH:MM AM",
    }  # fmt: skip


def test_formats_are_checked_without_loading_pandas() -> None:
    code = (
        "import sys, clinmap.dates as d; d.check_format('DD MON YYYY HH:MM');"
        "sys.exit(bool({'pandas', 'numpy', 'pyarrow'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# ------------------------------------------------------------------------------------------ to_iso


@pytest.mark.parametrize(
    ("written", "each", "expected"),
    [
        ("12 MAR 2014", "DD MON YYYY", "2014-03-12"),
        ("1 mar 2014", "DD MON YYYY", "2014-03-01"),
        ("1 March 2014", "DD MON YYYY", "2014-03-01"),
        ("  1   MAR  2014 ", "DD MON YYYY", "2014-03-01"),
        ("UN MAR 2014", "DD MON YYYY", "2014-03"),
        ("un/mar/2014", "DD/MON/YYYY", "2014-03"),
        ("UN UNK 2010", "DD MON YYYY", "2010"),
        ("12 UN 2009", "DD MON YYYY", "2009---12"),
        ("12 MAR UNKN", "DD MON YYYY", "--03-12"),
        ("-- MAR 2014", "DD MON YYYY", "2014-03"),
        ("XX-MAR-2014", "DD-MON-YYYY", "2014-03"),
        ("--MAR-2014", "DD-MON-YYYY", "2014-03"),
        ("---MAR-2014", "DD-MON-YYYY", "2014-03"),
        ("MAR 2012", "DD MON YYYY", "2012-03"),
        ("UNK 2011", "DD MON YYYY", "2011"),
        ("2011", "DD MON YYYY", "2011"),
        ("29 FEB 2012", "DD MON YYYY", "2012-02-29"),
        ("01MAR2014", "DDMONYYYY", "2014-03-01"),
        ("UNMAR2014", "DDMONYYYY", "2014-03"),
        ("UNUNK2014", "DDMONYYYY", "2014"),
        ("3/4/2014", "MM/DD/YYYY", "2014-03-04"),
        ("3/4/2014", "DD/MM/YYYY", "2014-04-03"),
        ("3/2014", "MM/DD/YYYY", "2014-03"),
        ("3/UN/2014", "MM/DD/YYYY", "2014-03"),
        ("03-04-2014", "MM-DD-YYYY", "2014-03-04"),
        ("20140304", "YYYYMMDD", "2014-03-04"),
        ("201403", "YYYYMMDD", "2014-03"),
        ("2014-3-4", "YYYY-MM-DD", "2014-03-04"),
        ("2014-UN-UN", "YYYY-MM-DD", "2014"),
        ("March 4, 2014", "MON DD, YYYY", "2014-03-04"),
        ("March 2014", "MON DD, YYYY", "2014-03"),
        ("4.3.2014", "DD.MM.YYYY", "2014-03-04"),
        ("4 MAR 68", "DD MON YY", "2068-03-04"),
        ("4 MAR 69", "DD MON YY", "1969-03-04"),
        ("4 MAR 2014 8:15", "DD MON YYYY HH:MM", "2014-03-04T08:15"),
        ("4 MAR 2014 24:00", "DD MON YYYY HH:MM", "2014-03-05T00:00"),
        ("4 MAR 2014 08:UN", "DD MON YYYY HH:MM", "2014-03-04T08"),
        ("4 MAR 2014 UN:UN", "DD MON YYYY HH:MM", "2014-03-04"),
        ("4 MAR 2014", "DD MON YYYY HH:MM", "2014-03-04"),
        ("UN MAR 2014 08:15", "DD MON YYYY HH:MM", "2014-03--T08:15"),
        ("12/31/2014 11:59:59 pm", "MM/DD/YYYY HH:MM:SS AM", "2014-12-31T23:59:59"),
        ("12/31/2014 12:05AM", "MM/DD/YYYY HH:MM AM", "2014-12-31T00:05"),
        ("20140301T0815", "YYYYMMDDTHHMM", "2014-03-01T08:15"),
        ("2014-03-01T08:15:30.25+02:00", "ISO8601", "2014-03-01T08:15:30.25+02:00"),
        ("2014-03-01T24:00", "ISO8601", "2014-03-02T00:00"),
        ("2014---01T08:15", "ISO8601", "2014---01T08:15"),
    ],
)
def test_what_was_written_becomes_iso_8601(written: str, each: str, expected: str) -> None:
    assert iso(written, each) == expected


@pytest.mark.parametrize(
    ("written", "each"),
    [
        ("30 FEB 2014", "DD MON YYYY"),
        ("29 FEB 2013", "DD MON YYYY"),
        ("32 UN 2014", "DD MON YYYY"),
        ("30 FEB UNKN", "DD MON YYYY"),
        ("99 MAR 2014", "DD MON YYYY"),
        ("00 MAR 2014", "DD MON YYYY"),
        ("12 MAR 0214", "DD MON YYYY"),
        ("12 MAR 14", "DD MON YYYY"),
        ("12-MAR-2014", "DD MON YYYY"),
        ("soon", "DD MON YYYY"),
        ("13/01/2014", "MM/DD/YYYY"),
        ("2014031", "YYYYMMDD"),
        ("MAR 14", "DD MON YY"),
        ("4 MAR 2014 25:00", "DD MON YYYY HH:MM"),
        ("4 MAR 2014 24:01", "DD MON YYYY HH:MM"),
        ("UN MAR 2014 24:00", "DD MON YYYY HH:MM"),
        ("4 MAR 2014 13:00 PM", "DD MON YYYY HH:MM AM"),
        ("2014-03-", "ISO8601"),
        ("2014-3-1", "ISO8601"),
    ],
)
def test_what_cannot_be_read_is_bad(written: str, each: str) -> None:
    found = dates.to_iso(text(written), [each])
    assert (listed(found.values), found.bad[0], found.unknown[0]) == ([None], True, False)


@pytest.mark.parametrize(
    "written",
    ["UNK", "unknown", "UN UNK UNKN", "UN-UNK-UNKN", "UNUNKUNKN", "ND", "NA", "N/A", "--"],
)
def test_a_value_that_says_unknown_is_null_and_not_bad(written: str) -> None:
    found = dates.to_iso(text(written), ["DDMONYYYY", "DD MON YYYY"])
    assert (listed(found.values), found.bad[0], found.unknown[0]) == ([None], False, True)


def test_missing_and_blank_are_neither_bad_nor_unknown() -> None:
    found = dates.to_iso(text(None, "", "  "), ["DD MON YYYY"])
    assert listed(found.values) == [None] * 3
    assert not found.bad.any()
    assert not found.unknown.any()


def test_the_first_format_that_reads_a_value_wins() -> None:
    assert iso("03/04/2014", "MM/DD/YYYY", "DD/MM/YYYY") == "2014-03-04"
    assert iso("03/04/2014", "DD/MM/YYYY", "MM/DD/YYYY") == "2014-04-03"
    assert iso("13/04/2014", "MM/DD/YYYY", "DD/MM/YYYY") == "2014-04-13"


def test_times_join_their_dates() -> None:
    day = text("1 MAR 2014", "1 MAR 2014", "UN MAR 2014", None, "UNK", "31 DEC 2014", "1 UN 2014")
    clock = text("8:15", None, "08:15", "08:15:30", "08:15", "24:00", "UNK")
    found = dates.to_iso(day, ["DD MON YYYY"], clock)
    assert listed(found.values) == [
        "2014-03-01T08:15", "2014-03-01", "2014-03--T08:15", "-----T08:15:30", "-----T08:15",
        "2015-01-01T00:00", "2014---01",
    ]  # fmt: skip
    assert not found.bad.any()
    assert found.unknown.tolist() == [False] * 4 + [True, False, False]
    assert dates.is_iso8601(found.values).all()


def test_a_bad_time_leaves_the_date_and_a_bad_date_leaves_nothing() -> None:
    day = text("1 MAR 2014", "30 FEB 2014", "UN MAR 2014", "UN MAR 2014")
    found = dates.to_iso(day, ["DD MON YYYY"], text("26:00", "08:15", "24:00", "x"))
    assert listed(found.values) == ["2014-03-01", None, "2014-03", "2014-03"]
    assert found.bad.all()


def test_a_time_column_goes_before_the_time_in_the_date() -> None:
    day = text("1 MAR 2014 10:00", "1 MAR 2014 10:00")
    found = dates.to_iso(day, ["DD MON YYYY HH:MM"], text("08:15", None))
    assert listed(found.values) == ["2014-03-01T08:15", "2014-03-01T10:00"]


def test_rows_keep_their_index_and_dictionary_coded_text_is_read() -> None:
    day = pd.Series(["1 MAR 2014", None, "x"], index=[7, 7, 9], dtype="category")
    found = dates.to_iso(day, ["DD MON YYYY"])
    assert found.values.index.tolist() == found.bad.index.tolist() == [7, 7, 9]
    assert found.values.dtype == "str"


def test_empty_and_wholly_missing_columns_are_fine() -> None:
    for column in (text(), pd.Series([NAN, NAN]), pd.Series([None], dtype="object")):
        found = dates.to_iso(column, ["DD MON YYYY"], column)
        assert found.values.isna().all()
        assert found.values.dtype == "str"
        assert dates.sas_date(column).isna().all()
        assert dates.sas_datetime(column).isna().all()
        assert dates.impute_date(column, "M").date.isna().all()
        assert dates.earliest(column, column).empty


def test_columns_of_other_rows_are_refused() -> None:
    other = pd.Series(["08:15"], index=[5], dtype="str")
    with pytest.raises(ValueError, match="same rows"):
        dates.to_iso(text("1 MAR 2014"), ["DD MON YYYY"], other)
    with pytest.raises(ValueError, match="same rows"):
        dates.study_day(text("2014-03-01"), other)


# ---------------------------------------------------------------------------------------- ISO 8601


def test_what_sdtm_accepts_as_a_date() -> None:
    good = (
        "2003-12-15T13:15:17", "2003-12-15T13:15", "2003-12-15T13", "2003-12-15", "2003-12", "2003",
        "2003---15", "--12-15", "2003-12-15T-:15", "-----T07:15", "2003-12-15T13:-:17",
        "2003-12-15T10:00/2003-12-15T10:30", "2003-01-01/2003-02-15", "2003-12-15T13:15:17.123Z",
    )  # fmt: skip
    bad = (
        "2003-12-32", "2003-13", "2003-1-1", "2003-12-15T", "2003-12-15T24:00", "2003-12--",
        "2003-", "2003-12-15 13:15", "20031215", "2003-12T13:15", "2003/", "a", "", "-",
        "2003-02-29", "2003/2004/2005", "2003-12-15T13:-", None,
    )  # fmt: skip
    assert dates.is_iso8601(text(*good)).all()
    assert not dates.is_iso8601(text(*bad)).any()


def test_durations() -> None:
    good = ("PT1H", "P28D", "-PT1H", "P1Y2M3DT4H5M6S", "P4W", "P1.5D", "PT0.5S", "P1DT2,5H", "PT1M")
    bad = ("P", "PT", "1H", "PT1", "P1H", "P1.5DT1H", "P1DT", "P1W1D", "--PT1H", "", None, "P1M1Y")
    assert dates.is_duration(text(*good)).all()
    assert not dates.is_duration(text(*bad)).any()


# ----------------------------------------------------------------------------------------- numbers


def test_study_day_has_no_day_zero() -> None:
    when = text("2014-03-02", "2014-03-01T23:59", "2014-02-28", "2014-03", None, "2014-03-01")
    start = text(*["2014-03-01T08:00"] * 5, "2014-03")
    assert listed(dates.study_day(when, start)) == [2, 1, -1, None, None, None]


def test_sas_dates_and_date_times() -> None:
    when = text("1960-01-01", "1959-12-31T12:00", "2014-03-01T08:15:30.5", "2014-03-01T08", "2014")
    assert listed(dates.sas_date(when)) == [0, -1, 19783, 19783, None]
    clock = 19783 * 86400 + 8 * 3600
    assert listed(dates.sas_datetime(when)) == [None, -43200, clock + 930.5, None, None]
    filled = dates.sas_datetime(when, time="23:59:59")
    assert listed(filled) == [86399, -43141, clock + 930.5, clock + 3599, None]
    assert dates.sas_date(when).dtype == dates.sas_datetime(when).dtype == "float64"


def test_no_number_without_one_certain_date() -> None:
    when = text("2014-03-01/2014-03-05", "-----T07:15", "--03-01", "2014---01", "2014-02-30", "x")
    assert dates.sas_date(when).isna().all()
    assert dates.sas_datetime(when, time="00:00:00").isna().all()


def test_a_time_to_fill_with_is_checked() -> None:
    with pytest.raises(ValueError, match="not a time of day"):
        dates.sas_datetime(text("2014-03-01"), time="8 o'clock")


def test_numbers_become_text_again() -> None:
    numbers = pd.Series([0, 19783.9, -1, NAN, 1e9, -1e300])
    assert listed(dates.from_sas_date(numbers)) == [
        "1960-01-01", "2014-03-01", "1959-12-31", None, None, None,
    ]  # fmt: skip
    seconds = pd.Series([0, -0.4, 1709280929.9999999, NAN, 1e300])
    assert listed(dates.from_sas_datetime(seconds)) == [
        "1960-01-01T00:00:00", "1960-01-01T00:00:00", "2014-03-01T08:15:30", None, None,
    ]  # fmt: skip


# -------------------------------------------------------------------------------------- imputation


def imputed(value: str | None, highest: str, rule: str = "first", **bounds: str) -> list[object]:
    limits = {name: dates.sas_date(text(bound)) for name, bound in bounds.items()}
    found = dates.impute_date(text(value), highest, rule, **limits)  # type: ignore[arg-type]
    return [*listed(dates.from_sas_date(found.date)), *listed(found.flag)]


@pytest.mark.parametrize(
    ("value", "highest", "rule", "date", "flag"),
    [
        ("2014-03-05", "n", "first", "2014-03-05", None),
        ("2014-03-05T08:15", "M", "last", "2014-03-05", None),
        ("2014-03", "n", "first", None, None),
        ("2014-03", "D", "first", "2014-03-01", "D"),
        ("2014-03", "D", "mid", "2014-03-15", "D"),
        ("2012-02", "D", "last", "2012-02-29", "D"),
        ("2014-03--T08:15", "D", "first", "2014-03-01", "D"),
        ("2014", "D", "first", None, None),
        ("2014", "M", "first", "2014-01-01", "M"),
        ("2014", "M", "mid", "2014-06-30", "M"),
        ("2014", "M", "last", "2014-12-31", "M"),
        ("2009---12", "D", "first", None, None),
        ("2009---12", "M", "first", "2009-01-12", "M"),
        ("2009---12", "M", "mid", "2009-06-12", "M"),
        ("2009---31", "M", "mid", "2009-07-31", "M"),
        ("2009---12", "Y", "last", "2009-12-12", "M"),
        ("--03-12", "Y", "first", None, None),
        (None, "Y", "first", None, None),
        ("not a date", "M", "first", None, None),
    ],
)
def test_imputed_dates_and_their_flags(
    value: str | None, highest: str, rule: str, date: str | None, flag: str | None
) -> None:
    assert imputed(value, highest, rule) == [date, flag]


def test_a_bound_is_taken_only_where_the_value_allows_it() -> None:
    assert imputed("2014-03", "D", not_before="2014-03-10") == ["2014-03-10", "D"]
    assert imputed("2014", "M", not_before="2014-03-10") == ["2014-03-10", "M"]
    assert imputed("2014-02", "D", not_before="2014-03-10") == ["2014-02-01", "D"]
    assert imputed("2014-04", "D", not_before="2014-03-10") == ["2014-04-01", "D"]
    assert imputed("2014-03-05", "D", not_before="2014-03-10") == ["2014-03-05", None]
    assert imputed("2014---12", "M", not_before="2014-03-10") == ["2014-01-12", "M"]
    assert imputed("2014---12", "M", not_before="2014-03-12") == ["2014-03-12", "M"]
    assert imputed("2014-03", "D", "last", not_after="2014-03-20") == ["2014-03-20", "D"]
    assert imputed("2014", "D", not_before="2014-03-10") == [None, None]


def test_a_year_is_imputed_only_from_a_bound() -> None:
    assert imputed(None, "Y", not_before="2014-03-10") == ["2014-03-10", "Y"]
    assert imputed(None, "Y", "last", not_after="2014-03-10") == ["2014-03-10", "Y"]
    assert imputed("--03-10", "Y", not_before="2014-03-10") == ["2014-03-10", "Y"]
    assert imputed("--04-10", "Y", not_before="2014-03-10") == [None, None]
    assert imputed(None, "M", not_before="2014-03-10") == [None, None]
    assert imputed("x", "Y", not_before="2014-03-10") == [None, None]


def test_each_row_has_its_own_bound() -> None:
    bound = dates.sas_date(text("2014-03-10", "2014-03-20", None))
    found = dates.impute_date(text("2014-03", "2014-03", "2014-03"), "D", "first", bound)
    assert listed(dates.from_sas_date(found.date)) == ["2014-03-10", "2014-03-20", "2014-03-01"]


def test_what_cannot_be_asked_for_is_refused() -> None:
    for highest, rule in (
        ("X", "first"),
        ("h", "first"),
        ("M", "middle"),
        ("Y", "mid"),
        ("", "mid"),
    ):
        with pytest.raises(ValueError, match=r"highest|rule"):
            dates.impute_date(text("2014"), highest, rule)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="not a time of day"):
        dates.impute_time(text("2014"), "h", "noon")


@pytest.mark.parametrize(
    ("value", "highest", "rule", "datetime", "flag"),
    [
        ("2014-03-01T08:15:30", "n", "first", "2014-03-01T08:15:30", None),
        ("2014-03-01T08:15", "n", "first", None, None),
        ("2014-03-01T08:15", "s", "last", "2014-03-01T08:15:59", "S"),
        ("2014-03-01T08", "s", "last", None, None),
        ("2014-03-01T08", "m", "last", "2014-03-01T08:59:59", "M"),
        ("2014-03-01", "m", "last", None, None),
        ("2014-03-01", "h", "first", "2014-03-01T00:00:00", "H"),
        ("2014-03-01", "h", "12:30:00", "2014-03-01T12:30:00", "H"),
        ("2014-03-01T-:15", "h", "last", "2014-03-01T23:15:59", "H"),
        ("2014-03-01T08:-:17", "m", "first", "2014-03-01T08:00:17", "M"),
        ("2014-03", "h", "first", None, None),
        (None, "h", "first", None, None),
    ],
)
def test_imputed_times_and_their_flags(
    value: str | None, highest: str, rule: str, datetime: str | None, flag: str | None
) -> None:
    found = dates.impute_time(text(value), highest, rule)  # type: ignore[arg-type]
    assert listed(dates.from_sas_datetime(found.datetime)) == [datetime]
    assert listed(found.flag) == [flag]


def test_seconds_that_are_not_collected_need_no_flag() -> None:
    found = dates.impute_time(text("2014-03-01T08:15"), "n", "last", flag_seconds=False)
    assert listed(dates.from_sas_datetime(found.datetime)) == ["2014-03-01T08:15:59"]
    assert listed(found.flag) == [None]


def test_date_times_are_imputed_within_their_bounds() -> None:
    when = text(
        "2014-03", "2014-03-10", "2014-03-10T08", "2014-03--T09:00", None, "2014-03-10T08:30:00"
    )
    bound = dates.sas_datetime(text(*["2014-03-10T09:30:00"] * 6))
    found = dates.impute_datetime(when, "M", "first", "first", bound)
    assert listed(dates.from_sas_datetime(found.datetime)) == [
        "2014-03-10T09:30:00", "2014-03-10T09:30:00", "2014-03-10T08:00:00",
        "2014-03-01T09:00:00", None, "2014-03-10T08:30:00",
    ]  # fmt: skip
    assert listed(found.date_flag) == ["D", None, None, "D", None, None]
    assert listed(found.time_flag) == ["H", "H", "M", "S", None, None]


def test_a_missing_date_time_is_imputed_from_a_bound() -> None:
    bound = dates.sas_datetime(text("2014-03-10T09:30:00"))
    found = dates.impute_datetime(text(None), "Y", "last", "last", not_after=bound)
    assert listed(dates.from_sas_datetime(found.datetime)) == ["2014-03-10T09:30:00"]
    assert [*found.date_flag, *found.time_flag] == ["Y", "H"]


# ------------------------------------------------------------------------------------------- order


def test_partial_dates_have_one_order() -> None:
    ordered = [
        "2013-12-31", "2014", "2014----T08:15", "2014---12", "2014-01-01", "2014-03",
        "2014-03-01", "2014-03-01T-:15", "2014-03-01T00:00", "2014-03-01T00:00:01", "--03-01", "x",
    ]  # fmt: skip
    shuffled = text(*ordered, None).sample(frac=1, random_state=3).to_frame("when")
    found = shuffled.sort_values("when", key=dates.sort_key)["when"]
    assert listed(found) == [*ordered, None]


def test_earliest_and_latest_of_each_group() -> None:
    when = pd.Series(
        ["2014-03-02", "2014-03", "2014-03-02", None, "--01-01", "2015", "2013", "x"],
        index=list("abcdefgh"), dtype="str",
    )  # fmt: skip
    groups = pd.Series(["2", "2", "2", "2", "2", "1", None, "3"], index=when.index, dtype="str")
    assert dates.earliest(when, groups).to_dict() == {"1": "f", "2": "b"}
    assert dates.latest(when, groups).to_dict() == {"1": "f", "2": "a"}


# ------------------------------------------------------------------------------------------- speed


def seconds(work: Callable[[], object]) -> float:
    best = NAN
    for _ in range(3):
        start = time.perf_counter()
        work()
        best = np.nanmin([best, time.perf_counter() - start])
    return float(best)


def test_the_work_is_done_on_distinct_values() -> None:
    """A million rows of 3000 dates cost little more than finding those 3000."""
    random = np.random.default_rng(1)
    known = pd.date_range("2010-01-01", periods=3000).strftime("%d %b %Y").to_numpy()
    column = pd.Series(known[random.integers(0, 3000, 1_000_000)], dtype="str")
    found = dates.to_iso(column, ["DD MON YYYY"]).values
    alone = seconds(lambda: pd.factorize(column))
    assert seconds(lambda: dates.to_iso(column, ["DD MON YYYY"])) < 25 * alone
    assert seconds(lambda: dates.study_day(found, found)) < 50 * alone
