"""Looks at any value: says briefly what it is, tells whether two are the same, keeps a copy of one.

Nothing here imports NumPy, pandas or torch. A value can only be one of theirs when the notebook has
imported them already, so looking into `sys.modules` is enough, and `import autograder` stays fast.
"""

from __future__ import annotations

import collections
import copy
import datetime
import enum
import math
import numbers
import reprlib
import sys
import types
from collections.abc import Iterator, Mapping, Set
from pathlib import PurePath
from typing import Any, Final

MOST_ELEMENTS: Final = 1_000_000
"""Values with more numbers than this are not copied when calls are recorded."""


class Opaque:
    """Stands for a value that cannot be copied or compared, such as an open file; knows only its type."""

    def __init__(self, value: object) -> None:
        self.type_name = type(value).__name__
        self.words = describe(value)

    def __repr__(self) -> str:
        return f"<{self.type_name}>"


class Fields:
    """A copy of a data class or a named tuple: its type's name and its fields."""

    def __init__(self, value: object, fields: Mapping[str, Any]) -> None:
        self.type_name = type(value).__name__
        self.fields = fields

    def __repr__(self) -> str:
        return f"{self.type_name}({', '.join(f'{name}={show(field, 40)}' for name, field in self.fields.items())})"


def library_type(value: object, module: str, *names: str) -> bool:
    """Whether `value` is an instance of one of the classes `names` of an already imported `module`."""
    imported = sys.modules.get(module)
    if imported is None:
        return False
    classes = tuple(getattr(imported, name) for name in names if hasattr(imported, name))
    return isinstance(value, classes)


def is_array(value: object) -> bool:
    return library_type(value, "numpy", "ndarray")


def is_frame(value: object) -> bool:
    return library_type(value, "pandas", "DataFrame")


def is_series(value: object) -> bool:
    return library_type(value, "pandas", "Series", "Index")


def is_tensor(value: object) -> bool:
    return library_type(value, "torch", "Tensor")


def is_number(value: object) -> bool:
    """A single number of Python or NumPy; a truth value is not one."""
    return isinstance(value, numbers.Number) and not is_truth(value)


def is_truth(value: object) -> bool:
    return isinstance(value, bool) or library_type(value, "numpy", "bool", "bool_")


def is_sequence(value: object) -> bool:
    """An ordered row of elements: list, tuple, array, Series, tensor or range, but not text."""
    return isinstance(value, list | tuple | range) or is_array(value) or is_series(value) or is_tensor(value)


def as_array(value: Any) -> Any:
    """A NumPy array of the same elements and shape; tensors are taken off their graph first."""
    import numpy as np

    if is_tensor(value):
        value = value.detach().cpu()
        # NumPy has no bfloat16.
        return (value.float() if str(value.dtype) == "torch.bfloat16" else value).numpy()
    if is_frame(value) or is_series(value):
        return value.to_numpy()
    return np.asarray(value)


class _ShortText(reprlib.Repr):
    """Python's own shortened `repr`, taught about floats, arrays, frames and tensors."""

    def __init__(self) -> None:
        super().__init__()
        self.maxlevel, self.maxlist, self.maxtuple, self.maxdict, self.maxset = 4, 8, 8, 8, 8
        self.maxstring, self.maxother, self.maxlong = 120, 100, 60

    def repr1(self, x: Any, level: int) -> str:
        if is_array(x) or is_tensor(x):
            return _show_array(x)
        if is_frame(x):
            columns = ", ".join(map(str, x.columns[:6])) + ("…" if x.shape[1] > 6 else "")
            return f"a table of {len(x)} rows × {x.shape[1]} columns ({columns})"
        if is_series(x):
            return f"Series({self.repr1(list(x[:8]), level - 1)}{', …' if len(x) > 8 else ''})"
        if isinstance(x, float) or library_type(x, "numpy", "floating"):
            return f"{float(x):.6g}"
        if library_type(x, "numpy", "generic"):
            return self.repr1(x.item(), level)
        if isinstance(x, types.FunctionType):
            return f"the function {x.__name__}"
        if isinstance(x, type):
            return f"the class {x.__name__}"
        return super().repr1(x, level)

    def repr_instance(self, x: Any, level: int) -> str:
        text = super().repr_instance(x, level)
        return f"an object of {type(x).__name__}" if " at 0x" in text else text


_short = _ShortText()


def _show_array(value: Any) -> str:
    import numpy as np

    array = as_array(value)
    word = "tensor" if is_tensor(value) else "array"
    if array.ndim == 0:
        return f"{word}({_short.repr(array.item())})"
    text = np.array2string(array, precision=4, threshold=12, edgeitems=2, max_line_width=100, separator=", ")
    if array.size <= 6 and array.ndim == 1:
        return f"{word}({text})"
    return f"{word} of shape {array.shape}: {' '.join(text.split())}"


def show(value: object, width: int = 200) -> str:
    """A short text for a value as a person would jot it down, at most `width` characters."""
    try:
        text = _short.repr(value)
    except Exception:  # a learner's own __repr__ may raise anything
        text = f"an object of {type(value).__name__}"
    return text if len(text) <= width else text[: width - 1] + "…"


def describe(value: object) -> str:
    """What kind of thing a value is, in words: 'a list of 3', 'an array of shape (2, 3)', 'nothing (None)'."""
    if isinstance(value, Opaque):
        return value.words
    if value is None:
        return "nothing (None)"
    if value is ...:
        return "the three dots (...)"
    if is_truth(value):
        return "a truth value"
    if is_array(value) or is_tensor(value):
        word = "a tensor" if is_tensor(value) else "an array"
        shape = tuple(value.shape)  # type: ignore[attr-defined]
        return f"{word} of shape {shape}" if shape else f"{word} holding a single number"
    if is_frame(value):
        rows, columns = value.shape  # type: ignore[attr-defined]
        return f"a table of {rows} rows × {columns} columns"
    if is_series(value):
        return f"a Series of {len(value)}"  # type: ignore[arg-type]
    if isinstance(value, types.GeneratorType) or (isinstance(value, Iterator) and not hasattr(value, "read")):
        return "a generator, which makes its values only when asked (wrap it in list(…))"
    if isinstance(value, str):
        return "text"
    if isinstance(value, numbers.Number):
        return "a number"
    if isinstance(value, list | tuple | dict | set | frozenset | range):
        return f"a {type(value).__name__} of {len(value)}"
    if isinstance(value, type):
        return f"the class {value.__name__}"
    if callable(value) and hasattr(value, "__name__"):
        return f"the function {value.__name__} itself (not the result of calling it)"
    name = type(value).__name__ or "object"
    return f"{'an' if name[0].lower() in 'aeiou' else 'a'} {name}"


def snapshot(value: Any) -> Any:
    """A copy of plain data that later changes to `value` do not touch; `Opaque` for anything else."""
    try:
        return _copy(value, budget=[MOST_ELEMENTS])
    except Exception:  # too large, too deep, or a learner's object that can't be looked into
        return Opaque(value)


class _TooLargeError(Exception):
    pass


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
    budget[0] -= _size(value)
    if budget[0] < 0:
        raise _TooLargeError
    if value is None or isinstance(value, _UNCHANGING):
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
        return all(x is y or same(x, y, tolerance) for x, y in zip(a.ravel(), b.ravel(), strict=True))
    # NaT, the missing date, differs from itself unless told otherwise.
    return bool(np.array_equal(a, b, equal_nan=a.dtype.kind == b.dtype.kind and a.dtype.kind in "mM"))
