"""Partial ISO 8601 dates: read what people wrote, compare, count days, impute with flags.

Text is ISO 8601 as SDTM writes it (SDTMIG 3.4 section 4.4): `2014-03-01T08:15`, cut off on the
right where parts are unknown (`2014-03`), with a hyphen for an unknown part before a known one
(`2009---12`, `-----T07:15`). Numbers are SAS dates (days) and SAS date-times (seconds) since 1960.

Every function works on the distinct values and maps back; a missing value is null in text and NaN
in numbers. Nothing here needs pandas before a function on a series is called.
"""

from clinmap.dates.collected import IsoDates, to_iso
from clinmap.dates.formats import check_format, is_time_format
from clinmap.dates.imputation import (
    ImputedDates,
    ImputedDatetimes,
    ImputedTimes,
    impute_date,
    impute_datetime,
    impute_time,
)
from clinmap.dates.iso import is_duration, is_iso8601
from clinmap.dates.numbers import (
    from_sas_date,
    from_sas_datetime,
    sas_date,
    sas_datetime,
    study_day,
)
from clinmap.dates.order import earliest, latest, sort_key
from clinmap.dates.partial import Partial, parse_iso

__all__ = [
    "ImputedDates",
    "ImputedDatetimes",
    "ImputedTimes",
    "IsoDates",
    "Partial",
    "check_format",
    "earliest",
    "from_sas_date",
    "from_sas_datetime",
    "impute_date",
    "impute_datetime",
    "impute_time",
    "is_duration",
    "is_iso8601",
    "is_time_format",
    "latest",
    "parse_iso",
    "sas_date",
    "sas_datetime",
    "sort_key",
    "study_day",
    "to_iso",
]
