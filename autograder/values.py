"""Looks at any value and says briefly what it is.

Nothing here imports NumPy, pandas or torch. A value can only be one of theirs when the notebook has
imported them already, so looking into `sys.modules` is enough, and `import autograder` stays fast.
"""

from __future__ import annotations

import numbers
import reprlib
import sys
import types
from collections.abc import Iterator
from typing import Any


class Opaque:
    """Stands for a value that cannot be copied or compared, such as an open file; knows only its type."""

    def __init__(self, value: object) -> None:
        self.type_name = type(value).__name__
        self.words = describe(value)

    def __repr__(self) -> str:
        return f"<{self.type_name}>"


def library_type(value: object, module: str, *names: str) -> bool:
    """Whether `value` is an instance of one of the classes `names` of an already imported `module`."""
    imported = sys.modules.get(module)
    if imported is None or type(value).__module__ == "builtins":
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
    text = np.array2string(array, precision=4, threshold=24, edgeitems=2, max_line_width=100, separator=", ")
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
