"""Work on the distinct values of a column and map the answers back to its rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    Codes = NDArray[np.int64]
    Mask = NDArray[np.bool_]


def distinct_texts(values: pd.Series) -> tuple[Codes, list[str]]:
    """For each row the position of its value among the distinct texts; -1 where it is missing.

    >>> import pandas as pd
    >>> distinct_texts(pd.Series(["b", None, "a", "b"]))[1]
    ['b', 'a']
    """
    import numpy as np
    import pandas as pd

    codes, uniques = pd.factorize(values)
    return np.asarray(codes, dtype=np.int64), [str(v) for v in uniques.to_numpy(dtype=object)]


def rows_of_text(codes: Codes, answers: Sequence[str | None], index: pd.Index) -> pd.Series:
    """Text per row from text per distinct value; null where the code is -1."""
    import pandas as pd

    from clinmap.coded_text import recoded

    return pd.Series(recoded(codes, pd.array(answers, dtype="str")), index=index, copy=False)


def rows_of_number(
    codes: Codes, answers: Sequence[float] | NDArray[np.float64], index: pd.Index
) -> pd.Series:
    """A number per row from a number per distinct value; NaN where the code is -1."""
    import numpy as np
    import pandas as pd

    array = np.append(np.asarray(answers, dtype="float64"), np.nan)
    return pd.Series(array[codes], index=index)


def rows_of_mask(codes: Codes, answers: Sequence[bool] | Mask, index: pd.Index) -> pd.Series:
    """A mask per row from one per distinct value; False where the code is -1."""
    import numpy as np
    import pandas as pd

    array = np.append(np.asarray(answers, dtype="bool"), False)
    return pd.Series(array[codes], index=index)


def same_rows(first: pd.Series, second: pd.Series, what: str) -> None:
    """Refuse two columns that do not belong to the same rows."""
    if not first.index.equals(second.index):
        raise ValueError(f"{what} must have the same rows (index) as the dates")
