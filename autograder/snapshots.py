"""Keeps a copy of a value as it is at a moment, and tells whether two such copies are the same."""

from __future__ import annotations

import collections
import copy
import datetime
import enum
import functools
import math
import numbers
from collections.abc import Callable, Mapping, Set
from pathlib import PurePath
from typing import Any, Final, TypeVar, cast

from autograder.errors import Mismatch
from autograder.values import (
    Opaque,
    as_array,
    is_array,
    is_frame,
    is_number,
    is_sequence,
    is_series,
    is_tensor,
    is_truth,
    library_type,
    show,
)

MOST_ELEMENTS: Final = 1_000_000
"""Values with more numbers than this are not copied when calls are recorded."""


class Fields:
    """A copy of a data class or a named tuple: its type's name and its fields."""

    def __init__(self, value: object, fields: Mapping[str, Any]) -> None:
        self.type_name = type(value).__name__
        self.fields = fields

    def __repr__(self) -> str:
        return f"{self.type_name}({', '.join(f'{name}={show(field, 40)}' for name, field in self.fields.items())})"


def snapshot(value: Any) -> Any:
    """A copy of plain data that later changes to `value` do not touch; `Opaque` for anything else."""
    try:
        return _copy(value, budget=[MOST_ELEMENTS])
    except Exception:  # too large, too deep, or a learner's object that can't be looked into
        return Opaque(value)


class _TooLargeError(Exception):
    pass


_PLAIN: Final = {type(None), bool, int, float, complex, str, bytes}
_UNCHANGING: Final = (
    str,
    bytes,
    numbers.Number,
    range,
    datetime.date,
    datetime.time,
    datetime.timedelta,
    enum.Enum,
    PurePath,
)


def _copy(value: Any, budget: list[int]) -> Any:
    plain = type(value) in _PLAIN
    budget[0] -= 1 if plain else _size(value)
    if budget[0] < 0:
        raise _TooLargeError
    if plain or isinstance(value, _UNCHANGING) or is_truth(value) or library_type(value, "numpy", "datetime64"):
        return value
    if is_array(value):
        return copy.deepcopy(value) if value.dtype == object else value.copy()
    if is_frame(value) or is_series(value):
        return value.copy()
    if is_tensor(value):
        return value.detach().clone()
    if type(value) in (list, tuple):
        return type(value)(_copy(item, budget) for item in value)
    if isinstance(value, tuple) and hasattr(value, "_fields"):  # a named tuple
        return Fields(value, {name: _copy(item, budget) for name, item in zip(value._fields, value, strict=True)})
    if type(value) is collections.deque:
        return collections.deque(_copy(item, budget) for item in value)
    # What is hashable stays as it is, so keys and elements of sets are found again.
    if type(value) in (set, frozenset):
        return value.copy()
    if isinstance(value, Mapping) and type(value).__module__ in {"builtins", "collections"}:
        return {key: _copy(item, budget) for key, item in value.items()}
    if hasattr(value, "__dataclass_fields__") and not isinstance(value, type):
        return Fields(value, {name: _copy(getattr(value, name), budget) for name in value.__dataclass_fields__})
    return Opaque(value)


def _size(value: Any) -> int:
    if is_array(value) or is_frame(value) or is_series(value):
        return int(value.size)
    if is_tensor(value):
        return int(value.numel())
    return 1


MOST_COMPARED_LOOSELY: Final = 10_000


def alike(a: Any, b: Any) -> bool:
    """Whether two results are the same but for the container: a list, a tuple and an array of the same elements are.

    Grading is as tolerant where a statement leaves the form open, so recognising a mistake must be, too.
    """
    if same(a, b):
        return True
    if not (is_sequence(a) and is_sequence(b)) or max(_size_of_all(a), _size_of_all(b)) > MOST_COMPARED_LOOSELY:
        return False
    return same(_as_lists(a), _as_lists(b), tolerance=1e-6 if _is_single(a) or _is_single(b) else 1e-9)


def _as_lists(value: Any) -> Any:
    if is_tensor(value):
        value = as_array(value)
    if is_array(value) or is_series(value):
        value = value.tolist()
    return [_as_lists(item) for item in value] if isinstance(value, list | tuple | range) else value


def _size_of_all(value: Any) -> int:
    return sum(map(_size_of_all, value)) if isinstance(value, list | tuple) else _size(value)


def _is_single(value: Any) -> bool:
    return (is_array(value) or is_tensor(value)) and "float32" in str(value.dtype)


def same(a: Any, b: Any, tolerance: float = 1e-9) -> bool:
    """Whether two snapshots are the same value; floats may differ by a relative `tolerance`, nan equals nan.

    A list, a tuple and an array of the same elements are *different* here: this compares behaviour. The order
    of a dict's keys does not count.
    """
    try:
        return _same(a, b, tolerance)
    except Exception:  # a learner's own __eq__ may raise anything
        return False


def _same(a: Any, b: Any, tolerance: float) -> bool:
    if isinstance(a, Opaque) or isinstance(b, Opaque):
        return isinstance(a, Opaque) and isinstance(b, Opaque) and a.type_name == b.type_name
    if isinstance(a, Fields):
        return isinstance(b, Fields) and a.type_name == b.type_name and same(a.fields, b.fields, tolerance)
    if is_array(a) or is_tensor(a):
        return type(a) is type(b) and _same_array(as_array(a), as_array(b), tolerance)
    if is_frame(a):
        return (
            is_frame(b)
            and list(a.columns) == list(b.columns)
            and len(a) == len(b)
            and all(_same_array(a.iloc[:, i].to_numpy(), b.iloc[:, i].to_numpy(), tolerance) for i in range(a.shape[1]))
        )
    if is_series(a):
        return is_series(b) and len(a) == len(b) and _same_array(a.to_numpy(), b.to_numpy(), tolerance)
    if is_truth(a) or is_truth(b):
        return is_truth(a) and is_truth(b) and bool(a) == bool(b)
    if is_number(a):
        return is_number(b) and _same_number(a, b, tolerance)
    if isinstance(a, list | tuple | collections.deque):
        return type(a) is type(b) and len(a) == len(b) and all(same(x, y, tolerance) for x, y in zip(a, b, strict=True))
    if isinstance(a, Mapping):
        return isinstance(b, Mapping) and a.keys() == b.keys() and all(same(a[k], b[k], tolerance) for k in a)
    if isinstance(a, Set):
        return isinstance(b, Set) and a == b
    return type(a) is type(b) and (a is b or bool(a == b))


def _same_number(a: Any, b: Any, tolerance: float) -> bool:
    if isinstance(a, numbers.Integral) and isinstance(b, numbers.Integral):
        return int(a) == int(b)
    if _has_imaginary_part(a) or _has_imaginary_part(b):
        a, b = complex(a), complex(b)
        return _same_number(a.real, b.real, tolerance) and _same_number(a.imag, b.imag, tolerance)
    try:
        a, b = float(a), float(b)
    except OverflowError:  # whole numbers beyond 1e308
        return bool(a == b)
    if math.isnan(a) or math.isnan(b):
        return math.isnan(a) and math.isnan(b)
    return math.isclose(a, b, rel_tol=tolerance, abs_tol=tolerance * 1e-3)


def _has_imaginary_part(number: Any) -> bool:
    return isinstance(number, numbers.Complex) and not isinstance(number, numbers.Real)


def _same_array(a: Any, b: Any, tolerance: float) -> bool:
    import numpy as np

    if a.shape != b.shape:
        return False
    if a.dtype.kind in "fc" or b.dtype.kind in "fc":
        if a.dtype.kind not in "fciub" or b.dtype.kind not in "fciub":
            return False
        # Single precision carries seven digits: two ways to the same float32 differ in the last of them.
        coarse = max(tolerance, *(100 * float(np.finfo(x.dtype).eps) for x in (a, b) if x.dtype.kind in "fc"))
        return bool(np.allclose(a, b, rtol=coarse, atol=coarse * 1e-3, equal_nan=True))
    if a.dtype == object or b.dtype == object:
        return all(
            x is y or (x == y if type(x) is type(y) is str else same(x, y, tolerance))  # text is most of it, and quick
            for x, y in zip(a.ravel(), b.ravel(), strict=True)
        )
    # NaT, the missing date, differs from itself unless told otherwise.
    return bool(np.array_equal(a, b, equal_nan=a.dtype.kind == b.dtype.kind and a.dtype.kind in "mM"))


Comparison = TypeVar("Comparison", bound=Callable[..., None])


def keeping_what_it_saw(compare: Comparison) -> Comparison:
    """A comparison whose Mismatch carries a copy of everything it looked at."""

    @functools.wraps(compare)
    def comparing(got: Any, *args: Any, **kwargs: Any) -> None:
        try:
            compare(got, *args, **kwargs)
        except Mismatch as mismatch:
            mismatch.seen = snapshot(got)
            raise

    return cast(Comparison, comparing)
