"""The order of partial dates: one rule for sorting and for the earliest and latest of a group.

Parts are compared from the year down. An unknown part comes before every known one, so a partial
date stands before each complete date within it: `2014` < `2014-03` < `2014-03-01` <
`2014-03-01T00:00`. The unknown is thus never later than what is known. A date without a year cannot
be placed: it sorts after all others, and is never the earliest or latest of a group.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from clinmap.dates.partial import parse_iso

if TYPE_CHECKING:
    import pandas as pd

_NO_YEAR = "~"


def sort_key(dtc: pd.Series) -> pd.Series:
    """Give text that sorts as the partial dates do: total, and the same for any order of the rows.

    An interval `a/b` sorts by `a` and then by `b`. Text that is not ISO 8601 sorts after all
    others, by its letters; missing is null, which `sort_values` puts last. Zones are not applied.
    Reference: SDTMIG 3.4 section 4.4.2.

    >>> import pandas as pd
    >>> sort_key(pd.Series(["2014-03-01", "2014---12"])).rank().tolist()
    [2.0, 1.0]
    """
    from clinmap.dates.distinct import distinct_texts, rows_of_text

    codes, texts = distinct_texts(dtc)
    return rows_of_text(codes, [_key(text) for text in texts], dtc.index)


def earliest(dtc: pd.Series, groups: pd.Series) -> pd.Series:
    """Find in each group the row whose ISO 8601 date is earliest.

    Gives the index label of that row, indexed by the groups in their order. Both columns have the
    same index. Rows with no group, no date or no year are ignored, and a group that has no other
    rows is left out. Of equal dates the first row counts.

    >>> import pandas as pd
    >>> when = pd.Series(["2014-03-02", "2014-03-01", None])
    >>> earliest(when, pd.Series(["a", "a", "b"])).to_dict()
    {'a': 1}
    """
    return _pick(dtc, groups, last=False)


def latest(dtc: pd.Series, groups: pd.Series) -> pd.Series:
    """Find in each group the row whose ISO 8601 date is latest; for the rest see `earliest`.

    >>> import pandas as pd
    >>> latest(pd.Series(["2014-03", "2014-03-01"]), pd.Series(["a", "a"])).to_dict()
    {'a': 1}
    """
    return _pick(dtc, groups, last=True)


def _key(text: str) -> str:
    ends = [parse_iso(end) for end in text.split("/")]
    start = ends[0]
    if len(ends) > 2 or start is None or start.year is None or None in ends:
        return _NO_YEAR + text
    return "/".join(end.iso() for end in ends if end is not None)


def _pick(dtc: pd.Series, groups: pd.Series, *, last: bool) -> pd.Series:
    import numpy as np
    import pandas as pd

    from clinmap.dates.distinct import distinct_texts, same_rows

    same_rows(dtc, groups, "the groups")
    codes, texts = distinct_texts(dtc)
    keys = [_key(text) for text in texts]
    order = {key: rank for rank, key in enumerate(sorted(set(keys)))}
    ranks = np.array([-1 if k.startswith(_NO_YEAR) else order[k] for k in keys] + [-1])[codes]
    members, names = pd.factorize(groups, sort=True)
    rows = np.flatnonzero((ranks >= 0) & (members >= 0))
    best = np.full(len(names), -1 if last else len(keys))
    (np.maximum if last else np.minimum).at(best, members[rows], ranks[rows])
    hits = rows[ranks[rows] == best[members[rows]]][::-1]
    first = np.full(len(names), -1)
    first[members[hits]] = hits
    return pd.Series(dtc.index.take(first[first >= 0]), index=pd.Index(names)[first >= 0])
