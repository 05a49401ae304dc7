"""Which text is ISO 8601: dates, date-times and intervals for --DTC, durations for --DUR."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clinmap.dates.partial import parse_iso

if TYPE_CHECKING:
    import pandas as pd

_WHOLE = "[0-9]+"
_LAST = r"[0-9]+(?:[.,][0-9]+)?"
_DURATION = re.compile(
    rf"-?P(?=[0-9T])(?:{_LAST}W"
    rf"|(?:{_LAST}Y(?!.)|{_WHOLE}Y)?(?:{_LAST}M(?!.)|{_WHOLE}M)?(?:{_LAST}D(?!.)|{_WHOLE}D)?"
    rf"(?:T(?=[0-9])(?:{_LAST}H(?!.)|{_WHOLE}H)?(?:{_LAST}M(?!.)|{_WHOLE}M)?(?:{_LAST}S)?)?)"
)


def is_iso8601(values: pd.Series) -> pd.Series:
    """Mark the texts that SDTM accepts in --DTC: complete or partial, or an interval of two.

    Missing and blank text is not marked. Reference: SDTMIG 3.4 sections 4.4.1 and 4.4.2.

    >>> import pandas as pd
    >>> is_iso8601(pd.Series(["2014-03", "2009---12", "2014-3-1", "2014-01/2014-03"])).tolist()
    [True, True, False, True]
    """
    from clinmap.dates.distinct import rows_of_mask
    from clinmap.dates.plain import distinct_dates, plain_dates

    codes, texts = distinct_dates(values)
    found = plain_dates(texts).found
    left = (~found).nonzero()[0]
    found[left] = [_is_date_or_interval(text) for text in texts.take(left).to_pylist()]
    return rows_of_mask(codes, found, values.index)


def is_duration(values: pd.Series) -> pd.Series:
    """Mark the texts that are ISO 8601 durations: `PT1H`, `P28D`, `-PT15M`, `P4W`, `P1.5D`.

    Only the last part may have decimals. Missing and blank text is not marked.
    Reference: SDTMIG 3.4 section 4.4.3.

    >>> import pandas as pd
    >>> is_duration(pd.Series(["PT1H", "-PT1H", "P", "1 HOUR"])).tolist()
    [True, True, False, False]
    """
    from clinmap.dates.distinct import distinct_texts, rows_of_mask

    codes, texts = distinct_texts(values)
    answers = [_DURATION.fullmatch(text) is not None for text in texts]
    return rows_of_mask(codes, answers, values.index)


def _is_date_or_interval(text: str) -> bool:
    ends = text.split("/")
    return len(ends) <= 2 and all(parse_iso(end) is not None for end in ends)
