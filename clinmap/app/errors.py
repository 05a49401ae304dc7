"""Several errors at once: one run shows everything that stops it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from clinmap.problems import ClinmapError, Location


class SeveralErrors(ClinmapError):
    """Errors found together, such as those of several raw files."""

    def __init__(self, errors: Iterable[ClinmapError]) -> None:
        self.errors: Sequence[ClinmapError] = list(errors)
        first = self.errors[0]
        super().__init__(first.code, first.message, location=first.location, hint=first.hint)


def raise_all(errors: Sequence[ClinmapError]) -> None:
    """Raise what was gathered: nothing, the one error, or all of them."""
    if len(errors) == 1:
        raise errors[0]
    if errors:
        raise SeveralErrors(errors)


def each_error(error: ClinmapError) -> Sequence[ClinmapError]:
    """The single errors in an error, in the order of their places."""
    errors: Sequence[ClinmapError] = getattr(error, "errors", (error,))
    return sorted(errors, key=lambda e: (e.location or Location(""), e.code, e.message))
