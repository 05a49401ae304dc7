"""The one date-time that stands in every output of a build."""

from __future__ import annotations

import os
from datetime import UTC, datetime

from clinmap.plan import Plan
from clinmap.problems import Location, SpecificationError

EPOCH_VARIABLE = "SOURCE_DATE_EPOCH"


def build_stamp(plan: Plan, as_of: str = "") -> datetime:
    """What was asked for, else SOURCE_DATE_EPOCH, else `as_of` of study.yaml; without time zone."""
    if as_of:
        return stamp_of(as_of)
    epoch = os.environ.get(EPOCH_VARIABLE, "")
    if not epoch:
        return _read(plan.as_of, "as_of", _study_file(plan))
    try:
        return datetime.fromtimestamp(int(epoch), UTC).replace(tzinfo=None)
    except (ValueError, OverflowError, OSError):
        raise SpecificationError(
            "SPC004",
            f"{EPOCH_VARIABLE} is not a number of seconds since 1970: {epoch!r}",
            hint="Unset it, or give the time with --as-of.",
        ) from None


def stamp_of(as_of: str) -> datetime:
    """The date-time that the command line gives; SpecificationError SPC004 where it is none.

    >>> stamp_of("2025-03-28").isoformat()
    '2025-03-28T00:00:00'
    """
    return _read(as_of, "--as-of", None)


def _study_file(plan: Plan) -> Location | None:
    file = next((name for name in reversed(plan.sources) if name.endswith("/study.yaml")), "")
    return Location(file) if file else None


def _read(text: str, what: str, place: Location | None) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise SpecificationError(
            "SPC004",
            f"{what} is not a date or date-time of ISO 8601: {text!r}",
            location=place,
            hint="Write for example 2025-03-28 or 2025-03-28T12:00:00.",
        ) from None
    if found.tzinfo is not None:
        found = found.astimezone(UTC).replace(tzinfo=None)
    return found.replace(microsecond=0)
