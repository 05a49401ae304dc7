"""One value of all the rows that belong together."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from clinmap.phrases import name_of
from clinmap.plan import Origin, Ref
from clinmap.registry import (
    Description,
    Operation,
    Reference,
    References,
    operation,
    references,
)

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    from clinmap.frames import Rows
    from clinmap.statistics.groups import Statistic

    Codes = npt.NDArray[np.int64]

SUBJECT = Ref("own", "USUBJID")
OF_TEXT: dict[str, Literal["min", "max"]] = {"earliest": "min", "latest": "max"}
OF_NUMBERS: dict[str, Literal["min", "max", "median"]] = {
    "minimum": "min", "maximum": "max", "median": "median",
}  # fmt: skip
WORDS = {
    "count": "Number of values of",
    "list": "The different values of",
    "deviation": "Standard deviation of",
    "geomean": "Geometric mean of",
}


@operation
class OfGroup(Operation):
    """Give each row one value of all the rows of its group: the latest date, the mean, the list.

    Parameters: `of_group`, the variable or column that is looked at; `by`, what the rows of a group
    agree in; `subjects`, `each` (the default: they agree in USUBJID too) or `all`; `give`,
    `earliest` or `latest` (text and ISO 8601 dates, in their order), `minimum`, `maximum`, `mean`,
    `geomean` (the geometric mean), `median`, `deviation` (the standard deviation, n - 1), `sum` or
    `count` (numbers), or `list` (the different values, sorted, with `separator` between).
    Rows: none is added or dropped; where the dataset has a `collapse`, the values are made before
    rows become one. Missing: a missing value does not count; a group without any has 0 for
    `count`, else missing; so has a single value no deviation, and a group with a number of 0 or
    below no geometric mean; a missing `by` is a value like another. Problems: none.
    Source: SDTMIG 3.4 section 5.3 (SV: the first and the last date of a visit).

    Example::

        SVENDTC: {of_group: .DATE, by: [.VISITNUM], give: latest}
    """

    name: ClassVar[str] = "of_group"
    of_whole_group: ClassVar[bool] = True

    of_group: Reference
    by: References
    give: Literal[
        "earliest", "latest", "minimum", "maximum", "mean", "geomean", "median", "deviation", "sum",
        "count", "list",
    ]  # fmt: skip
    subjects: Literal["each", "all"] = "each"
    separator: str = "; "

    def inputs(self) -> tuple[Ref, ...]:
        """What is looked at, and what groups."""
        return references(self.of_group, self._groups)

    @property
    def _groups(self) -> tuple[Ref, ...]:
        return (SUBJECT, *self.by) if self.subjects == "each" else self.by

    def apply(self, rows: Rows) -> pd.Series:
        """The values of the groups, in every row."""
        from clinmap.ordering import group_codes

        groups = group_codes([rows.values(ref) for ref in self._groups], len(rows))
        if self.give == "list":
            return self._listed(rows, groups)
        if self.give in OF_TEXT:
            return self._extreme(rows, groups)
        if self.give == "count":
            known = rows.values(self.of_group).notna().groupby(groups)
            return known.transform("sum").astype("float64")
        numbers = rows.number(self.of_group)
        if self.give == "geomean":
            return _geometric_mean(numbers, groups)
        if self.give in ("sum", "mean", "deviation"):
            return _added(numbers, groups, self.give)
        return numbers.groupby(groups).transform(OF_NUMBERS[self.give]).astype("float64")

    def _extreme(self, rows: Rows, groups: Codes) -> pd.Series:
        import numpy as np
        import pandas as pd

        from clinmap.frames import TEXT

        text = rows.text(self.of_group)
        codes, known = pd.factorize(text, sort=True)
        ranks = pd.Series(codes, dtype="float64").where(codes >= 0)
        best = ranks.groupby(groups).transform(OF_TEXT[self.give])
        values = np.append(np.asarray(known, dtype=object), np.nan)
        chosen = best.fillna(len(known)).to_numpy(dtype=np.int64)
        return pd.Series(values[chosen], index=rows.index).astype(TEXT)

    def _listed(self, rows: Rows, groups: Codes) -> pd.Series:
        import pandas as pd

        from clinmap.frames import TEXT

        pairs = pd.DataFrame({"group": groups, "text": rows.text(self.of_group)})
        distinct = pairs.dropna().drop_duplicates().sort_values(["group", "text"])
        listed = distinct.groupby("group")["text"].agg(self.separator.join)
        return pairs["group"].map(listed).astype(TEXT)

    def is_local(self) -> bool:
        """Whether the rows of a group are those of one subject."""
        return SUBJECT in self._groups

    def describe(self) -> Description:
        """Derived, with the group in words."""
        what = name_of(self.of_group)
        within = ", ".join(name_of(ref) for ref in self._groups) or "all records"
        words = WORDS.get(self.give, f"{self.give.capitalize()} of")
        return Description(Origin("Derived", "Sponsor"), f"{words} {what} within {within}.")


def _added(numbers: pd.Series, groups: Codes, what: Statistic) -> pd.Series:
    """A number that is added up for each group, in every row."""
    import pandas as pd

    from clinmap.statistics.groups import group_statistics

    size = int(groups.max(initial=-1)) + 1
    found = group_statistics(numbers.to_numpy(), groups, size, what)
    return pd.Series(found[groups], index=numbers.index)


def _geometric_mean(numbers: pd.Series, groups: Codes) -> pd.Series:
    import numpy as np

    usable = (numbers > 0) | numbers.isna()
    logarithms = _added(np.log(numbers.where(numbers > 0)), groups, "mean")
    mean: pd.Series = np.exp(logarithms).where(usable.groupby(groups).transform("all"))
    return mean.astype("float64")
