"""Compares two tables and says where they first differ: columns, then rows, then kinds, then cells."""

from __future__ import annotations

from typing import Any

from autograder import values
from autograder.errors import Mismatch
from autograder.values import describe, show


def same_frame(
    got: Any, expected: Any, *, ordered: bool = False, index: bool = False, rtol: float = 1e-6, what: str = "The table"
) -> None:
    """The same table: the same columns in any order, the same rows in any order unless `ordered`.

    The index counts only when `index` is true. Numbers may differ by a relative `rtol`; whole numbers and
    floats of the same value are equal; a missing value equals a missing value of any spelling.
    """
    if not values.is_frame(got):
        raise Mismatch(f"{what} should be a DataFrame, but it is {describe(got)}.", show(got), describe(expected))
    if index:
        got, expected = got.reset_index(), expected.reset_index()
    _same_columns(got, expected, what)
    if len(got) != len(expected):
        duplicated = (
            " Some of its rows stand there more than once."
            if got.duplicated().sum() > expected.duplicated().sum()
            else ""
        )
        raise Mismatch(f"{what} has the wrong number of rows.{duplicated}", f"{len(got)} rows", f"{len(expected)} rows")
    got = got[list(expected.columns)]
    if not ordered:
        got, expected = _sorted(got), _sorted(expected)
    for column in expected.columns:
        _same_column(got[column], expected[column], column, ordered, rtol, what)


def _same_columns(got: Any, expected: Any, what: str) -> None:
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


def _sorted(frame: Any) -> Any:
    """Rows in an order that depends only on their content; floats are rounded so that noise does not matter."""
    keys = frame.apply(lambda column: column.map(_sort_key))
    return frame.iloc[keys.apply(tuple, axis=1).argsort(kind="stable").to_numpy()] if len(frame) else frame


def _sort_key(cell: Any) -> str:
    if values.is_number(cell):
        number = float(cell)
        return "" if number != number else f"{number:+.6e}"
    return "" if cell is None or cell != cell else str(cell)


def _same_column(got: Any, expected: Any, column: Any, ordered: bool, rtol: float, what: str) -> None:
    import pandas as pd

    number, wanted = pd.api.types.is_numeric_dtype(got), pd.api.types.is_numeric_dtype(expected)
    if number != wanted:
        kinds = {True: "numbers", False: f"{expected.dtype}"}
        raise Mismatch(
            f"Column {show(column)} should hold {kinds[wanted]}, but it holds {got.dtype}.",
            f"dtype {got.dtype}",
            f"dtype {expected.dtype}",
        )
    if pd.api.types.is_datetime64_any_dtype(expected) and not pd.api.types.is_datetime64_any_dtype(got):
        raise Mismatch(
            f"Column {show(column)} should hold dates, but it holds {got.dtype}.", f"dtype {got.dtype}", "dates"
        )
    left, right = got.to_numpy(dtype=object), expected.to_numpy(dtype=object)
    for position, (a, b) in enumerate(zip(left, right, strict=True)):
        if not _same_cell(a, b, rtol):
            where = f"row {position}" if ordered else f"row {position} once both tables are sorted"
            raise Mismatch(f"{what} differs in column {show(column)}, {where}.", show(a), show(b))


def _same_cell(a: Any, b: Any, rtol: float) -> bool:
    import pandas as pd

    if pd.isna(a) is True or pd.isna(b) is True:
        return bool(pd.isna(a) is True and pd.isna(b) is True)
    if values.is_number(a) and values.is_number(b):
        return values.same(float(a), float(b), rtol)
    return bool(a == b)
