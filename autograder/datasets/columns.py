"""Large tables kept as one archive of NumPy arrays, one or two a column: they load ten times as fast as CSV."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


def read_columns(path: Path) -> pd.DataFrame:
    """Return the table that `datasets/packing.py` wrote there: text as `str`, whole numbers as int64.

    A column of numbers that has gaps comes as float64, with NaN, as `read_csv` would give it.
    """
    import numpy as np
    import pandas as pd

    table = {}
    with np.load(path, allow_pickle=False) as arrays:
        for name in arrays["columns"].tolist():
            values = arrays[name]
            if f"{name}.words" in arrays:
                words = np.append(arrays[f"{name}.words"].astype(object), np.nan)
                table[name] = pd.Series(words[values], dtype="str")
            else:
                gaps = values == np.iinfo(values.dtype).min
                table[name] = pd.Series(np.where(gaps, np.nan, values) if gaps.any() else values.astype(np.int64))
    return pd.DataFrame(table)


def moments(minutes: pd.Series[int], start: str) -> pd.Series[pd.Timestamp]:
    """Return the times that lie so many minutes after the start of a day."""
    import pandas as pd

    return pd.Timestamp(start) + pd.to_timedelta(minutes, unit="min")
