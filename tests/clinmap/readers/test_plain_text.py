"""Numbers, dates and times as text."""

from __future__ import annotations

import pandas as pd
import pytest

from clinmap.readers.plain_text import (
    date_text,
    datetime_text,
    kind_of_format,
    number_text,
    numbers_as_text,
    time_text,
)


@pytest.mark.parametrize(
    ("formats", "kind"),
    [
        (
            "DATE9. DATE9 DDMMYY10. YYMMDD10 YYMMDDN8. MMDDYYS10. E8601DA10. B8601DA. IS8601DA",
            "date",
        ),
        ("MONYY7. JULIAN7. WEEKDATX. WORDDATE18. EURDFDD8. YYQ6.", "date"),
        (
            "DATETIME20. DATETIME22.3 E8601DT19. IS8601DT. DATEAMPM. DTDATE9. EURDFDT. NLDATM.",
            "datetime",
        ),
        ("TIME5. TIME8 TOD8. HHMM5. E8601TM8. B8601TM. IS8601TM. TIMEAMPM11. date", ""),
        ("BEST12. 8.2 8 $20. $CHAR10 COMMA8. F8.3 $N8601B. DOLLAR10.2 YESNO. Z8 MYDATE9", "none"),
    ],
)
def test_formats_tell_dates_times_and_numbers_apart(formats: str, kind: str) -> None:
    for one in formats.split():
        expected = {"none": None, "": "date" if one == "date" else "time"}.get(kind, kind)
        assert kind_of_format(one) == expected, one


def test_what_is_no_calendar_date_stays_a_number() -> None:
    assert date_text(1e9) == "1000000000"
    assert datetime_text(1e15) == "1000000000000000"
    assert time_text(-1.0) == "-1"
    assert date_text(-1.0) == "1959-12-31"
    assert time_text(86399.5) == "23:59:59.500"


def test_numbers_are_short_and_decimal() -> None:
    assert number_text(-0.0) == "0"
    assert number_text(0.1 + 0.2) == "0.30000000000000004"
    assert number_text(1e21) == "1" + "0" * 21


def test_a_column_without_values_is_text_without_values() -> None:
    text = numbers_as_text(pd.Series([None, None], dtype="float64"))
    assert str(text.dtype) == "str"
    assert text.isna().all()
