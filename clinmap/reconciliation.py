"""Two exports of one raw table, compared as they were read: rows by their key, then cell by cell.

Cells are equal when their text is the same, or both are missing. The order of rows and columns is
without effect.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clinmap.codes import severity_of
from clinmap.problems import Location, Problem

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    Positions = NDArray[np.int64]

MOST_ROWS = 1000
_TIE, _PLACE = "tie", "place"


@dataclass(frozen=True, slots=True)
class TableReconciliation:
    """What two exports of a table say otherwise.

    `only_own` and `differing` (by column) hold positions of rows in the table's own export, from 0;
    `only_mirror` counts the rows that only the mirror has. `key` is what rows met by.
    """

    table: str
    key: tuple[str, ...]
    rows: int
    mirror_rows: int
    only_own: tuple[int, ...]
    only_mirror: int
    differing: Mapping[str, tuple[int, ...]]
    own_columns: tuple[str, ...]
    mirror_columns: tuple[str, ...]

    @property
    def cells(self) -> int:
        """How many cells differ."""
        return sum(len(rows) for rows in self.differing.values())

    @property
    def identical(self) -> bool:
        """Whether the two exports say the same."""
        alone = self.only_own or self.only_mirror
        return not (alone or self.differing or self.own_columns or self.mirror_columns)


def reconcile_table(
    table: str, own: pd.DataFrame, mirror: pd.DataFrame, key: Sequence[str]
) -> TableReconciliation:
    """Compare two exports of a raw table; all columns are text, missing is null.

    Columns of `key` that are not on both sides take no part; without any, rows meet by all shared
    columns. Rows that share their key meet in the order of their content, whatever it was before.

    >>> import pandas as pd
    >>> one = pd.DataFrame({"SUBJECT": ["1", "2"], "SEX": ["M", "F"]}, dtype="str")
    >>> two = pd.DataFrame({"SUBJECT": ["2", "1"], "SEX": ["F", None]}, dtype="str")
    >>> reconcile_table("dm", one, two, ["SUBJECT"]).differing
    {'SEX': (0,)}
    """
    shared = [name for name in own.columns if name in mirror.columns]
    used = [name for name in key if name in shared] or shared
    here, there = _pairs(own[shared], mirror[shared], used)
    both = (here >= 0) & (there >= 0)
    met, other = here[both], there[both]
    differing = {
        name: tuple(sorted(met[_differ(own[name], mirror[name], met, other)].tolist()))
        for name in shared
        if name not in used
    }
    return TableReconciliation(
        table,
        tuple(used),
        len(own),
        len(mirror),
        tuple(sorted(here[there < 0].tolist())),
        int((here < 0).sum()),
        {name: rows for name, rows in differing.items() if rows},
        tuple(name for name in own.columns if name not in mirror.columns),
        tuple(name for name in mirror.columns if name not in own.columns),
    )


def reconciliation_problems(
    found: TableReconciliation, mirror: str, file: str
) -> Iterator[Problem]:
    """The differences as problems of the raw table: REC001, REC002 and REC003.

    >>> same = TableReconciliation("ae", ("SUBJECT",), 3, 3, (), 0, {}, (), ())
    >>> list(reconciliation_problems(same, "odm", "odm/study.xml"))
    []
    """
    if found.only_own:
        yield _problem(
            "REC001", found, file, f"rows are not in mirror {mirror}", rows=found.only_own
        )
    if found.only_mirror:
        said = f"rows are in mirror {mirror} only"
        yield _problem("REC001", found, file, said, count=found.only_mirror)
    for column, rows in found.differing.items():
        said = f"cells are not those of mirror {mirror}"
        yield _problem("REC002", found, file, said, column=column, rows=rows)
    for columns, said in (
        (found.own_columns, f"mirror {mirror} has no column"),
        (found.mirror_columns, f"only mirror {mirror} has column"),
    ):
        if columns:
            named = f"{said} {', '.join(columns)}"
            yield _problem("REC003", found, file, named, count=len(columns))


def _problem(
    code: str,
    found: TableReconciliation,
    file: str,
    said: str,
    *,
    column: str = "",
    rows: Sequence[int] = (),
    count: int = 0,
) -> Problem:
    return Problem(
        code,
        severity_of(code),
        said,
        dataset=found.table,
        variable=column,
        count=count or len(rows),
        rows=tuple(f"{found.table}:{row + 1}" for row in rows[:MOST_ROWS]),
        location=Location(file),
    )


def _pairs(
    own: pd.DataFrame, mirror: pd.DataFrame, key: Sequence[str]
) -> tuple[Positions, Positions]:
    """The positions of rows that meet; -1 on the side that has no such row."""
    import numpy as np

    met = _placed(own, key).merge(
        _placed(mirror, key),
        how="outer",
        on=list(range(len(key) + 1)),
        suffixes=("_own", "_mirror"),
    )
    sides = (met[f"{_PLACE}_own"], met[f"{_PLACE}_mirror"])
    here, there = (side.fillna(-1).to_numpy(dtype=np.int64) for side in sides)
    return here, there


def _placed(frame: pd.DataFrame, key: Sequence[str]) -> pd.DataFrame:
    """The key columns by number, a number for rows that share their key, and each row's place."""
    import numpy as np
    import pandas as pd

    order = np.arange(len(frame))
    if frame.duplicated(list(key)).any():
        content = pd.util.hash_pandas_object(frame[sorted(frame.columns)], index=False)
        order = np.argsort(np.asarray(content), kind="stable")
    keys = frame[list(key)].take(order).reset_index(drop=True).set_axis(range(len(key)), axis=1)
    tie = keys.groupby(list(keys.columns), dropna=False, sort=False).cumcount()
    return keys.assign(**{_PLACE: order}).assign(**{_TIE: tie}).rename(columns={_TIE: len(key)})


def _differ(
    own: pd.Series, mirror: pd.Series, here: Positions, there: Positions
) -> NDArray[np.bool_]:
    """Which pairs of cells differ; two missing cells do not."""
    import numpy as np

    a, b = own.take(here).reset_index(drop=True), mirror.take(there).reset_index(drop=True)
    same = (a == b).fillna(False) | (a.isna() & b.isna())
    return ~np.asarray(same, dtype=np.bool_)
