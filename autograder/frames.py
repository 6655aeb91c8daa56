"""Compares two tables and says where they first differ: columns, then rows, then kinds, then cells."""

from __future__ import annotations

import numbers
from typing import Any

from autograder import snapshots, values
from autograder.errors import Mismatch
from autograder.values import describe, show


def same_frame(
    got: Any, expected: Any, *, ordered: bool = False, index: bool = False, rtol: float = 1e-6, what: str = "The table"
) -> None:
    """The same table: the same columns in any order, the same rows in any order unless `ordered`.

    The index counts only when `index` is true. Numbers may differ by a relative `rtol`, unless whole ones are
    expected; whole numbers and floats of the same value are equal; a missing value equals a missing value of
    any spelling.
    """
    if not values.is_frame(got):
        raise Mismatch(f"{what} should be a DataFrame, but it is {describe(got)}.", show(got), describe(expected))
    if index:
        got, expected = got.reset_index(), expected.reset_index()
    try:
        _compare(got, expected, ordered, rtol, what)
    except Mismatch as mismatch:
        mismatch.seen = snapshots.snapshot(got)
        raise


def _compare(got: Any, expected: Any, ordered: bool, rtol: float, what: str) -> None:
    import pandas as pd

    _same_columns(got, expected, what)
    if len(got) != len(expected):
        twice = _repeated(got) > _repeated(expected)
        duplicated = " Some of its rows stand there more than once." if twice else ""
        raise Mismatch(f"{what} has the wrong number of rows.{duplicated}", f"{len(got)} rows", f"{len(expected)} rows")
    got = got[list(expected.columns)]
    if not ordered:
        whole = [column for column in expected.columns if pd.api.types.is_integer_dtype(expected[column])]
        got, expected = _sorted(got, whole), _sorted(expected, whole)
    for column in expected.columns:
        _same_column(got[column], expected[column], column, ordered, rtol, what)


def _same_columns(got: Any, expected: Any, what: str) -> None:
    twice = [c for c in expected.columns if list(got.columns).count(c) > list(expected.columns).count(c)]
    if twice:
        raise Mismatch(f"{what} has the column {show(twice[0])} more than once.", f"columns {show(list(got.columns))}")
    missing = [c for c in expected.columns if c not in set(got.columns)]
    extra = [c for c in got.columns if c not in set(expected.columns)]
    if missing or extra:
        words = [f"lacks the column {show(missing[0])}"] if missing else []
        words += [f"has a column too many, {show(extra[0])}"] if extra else []
        raise Mismatch(
            f"{what} {' and '.join(words)}.",
            f"columns {show(list(got.columns))}",
            f"columns {show(list(expected.columns))}",
        )


def _repeated(frame: Any) -> int:
    """How many rows stand there once more."""
    try:
        return int(frame.duplicated().sum())
    except TypeError:  # cells that hold lists
        return 0


def _sorted(frame: Any, whole: list[Any]) -> Any:
    """Rows in an order that depends only on their content.

    Floats are rounded so that noise does not matter; in the columns `whole`, every digit counts.
    """
    keys = [[_sort_key(cell, column in whole) for cell in frame[column].to_numpy(object)] for column in frame.columns]
    rows = list(zip(*keys, strict=True))
    return frame.iloc[sorted(range(len(rows)), key=rows.__getitem__)]


def _sort_key(cell: Any, whole: bool) -> str:
    if _is_missing(cell):
        return ""
    if values.is_number(cell):
        # + 0.0 makes -0.0 and 0.0 the same text
        if whole:
            return f"{int(cell):+d}" if isinstance(cell, numbers.Integral) else f"{cell + 0.0:+.0f}"
        return f"{float(cell) + 0.0:+.6e}"
    return str(cell)


def _same_column(got: Any, expected: Any, column: Any, ordered: bool, rtol: float, what: str) -> None:
    kind, wanted = _kind(got), _kind(expected)
    if kind != wanted and {kind, wanted} != {"text", "objects"}:
        raise Mismatch(
            f"Column {show(column)} should hold {wanted}, but it holds {kind}.",
            f"dtype {got.dtype}",
            f"dtype {expected.dtype}",
        )
    left, right = got.to_numpy(dtype=object), expected.to_numpy(dtype=object)
    for position, (a, b) in enumerate(zip(left, right, strict=True)):
        if not _same_cell(a, b, rtol):
            where = f"row {position}" if ordered else f"row {position} once both tables are sorted"
            raise Mismatch(f"{what} differs in column {show(column)}, {where}.", show(a), show(b))


def _kind(column: Any) -> str:
    """What a column holds, in words; a categorical one holds what its categories are."""
    import pandas as pd

    types = pd.api.types
    if isinstance(column.dtype, pd.CategoricalDtype):
        column = column.cat.categories
    if types.is_bool_dtype(column):
        return "truth values"
    if types.is_numeric_dtype(column):
        return "numbers"
    if types.is_datetime64_any_dtype(column):
        return "dates"
    if types.is_timedelta64_dtype(column):
        return "durations"
    return "text" if types.is_string_dtype(column) else "objects"


def _is_missing(cell: Any) -> bool:
    import pandas as pd

    return pd.isna(cell) is True  # for a cell that holds a list, the answer is an array


def _same_cell(a: Any, b: Any, rtol: float) -> bool:
    if _is_missing(a) or _is_missing(b):
        return _is_missing(a) and _is_missing(b)
    if values.is_number(a) and values.is_number(b):
        # Two numbers of a million that differ by one are two orders, not one order and some noise.
        return snapshots.same(a, b, min(rtol, 1e-9) if isinstance(b, numbers.Integral) else rtol)
    alike = a == b
    return bool(alike.all() if hasattr(alike, "all") else alike)
