"""Comparisons that explain themselves: what was got, what was expected, and where the two first differ.

A test in a lesson's `.py` calls these on what the learner's answer returned. Each raises `Mismatch`, whose
words are written for the learner: the kind of thing first, then its shape, then the first place that differs.
Where the statement leaves the form open, so do they: a list, a tuple, an array, a Series and a tensor of the
same numbers are equal.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from autograder import snapshots, values
from autograder.equality import equal as equal
from autograder.equality import same_items as same_items
from autograder.errors import NOTHING
from autograder.errors import Mismatch as Mismatch
from autograder.frames import same_frame as same_frame
from autograder.snapshots import keeping_what_it_saw
from autograder.values import describe, show


@keeping_what_it_saw
def close(got: Any, expected: Any, rtol: float = 1e-6, atol: float = 1e-8, what: str = "The result") -> None:
    """Numbers equal up to rounding: |got - expected| <= atol + rtol * |expected|, element by element.

    Shapes must agree; the container need not. `nan` equals only `nan`, in the same place.
    """
    import numpy as np

    right = values.as_array(expected)
    left = _as_numbers(got, right.ndim, expected, what)
    if left.shape != right.shape:
        raise _wrong_shape(left, right, got, what)
    if np.allclose(left, right, rtol=rtol, atol=atol, equal_nan=True):
        return
    if right.ndim == 0:
        raise Mismatch(_pattern(left, right, what) or f"{what} is off.", show(left.item()), show(right.item()))
    wrong = ~np.isclose(left, right, rtol=rtol, atol=atol, equal_nan=True)
    index = tuple(int(i) for i in np.argwhere(wrong)[0])
    where = f"[{', '.join(map(str, index))}]"
    many = f"{int(wrong.sum())} of {wrong.size} numbers differ" if wrong.size > 1 else "the number differs"
    message = _pattern(left, right, what) or f"{what} is off: {many}, the first at {where}."
    raise Mismatch(message, _with_place(left[index], where, left), _with_place(right[index], where, right))


def _with_place(element: Any, where: str, whole: Any) -> str:
    text = show(element.item())
    return f"{text} at {where}" if whole.size > 8 else f"{text} at {where}, in {show(whole)}"


def _as_numbers(got: Any, dimensions: int, expected: Any, what: str) -> Any:
    """`got` as an array of numbers, or a Mismatch that says what it is instead."""
    wanted = describe(expected) if dimensions == 0 else "numbers"
    if got is None:
        raise Mismatch(f"{what} {NOTHING}", "None", show(expected))
    if isinstance(got, str | bytes | dict | set | type(...)) or callable(got) or isinstance(got, Iterator):
        raise Mismatch(f"{what} should be {wanted}, but it is {describe(got)}.", show(got), show(expected))
    try:
        array = values.as_array(got)
        if array.dtype == object:
            array = array.astype(float)
        if array.dtype.kind not in "biufc":
            raise TypeError
    except (TypeError, ValueError, OverflowError):
        raise Mismatch(
            f"{what} should be {wanted}, but it is {describe(got)} that cannot be read as numbers.",
            show(got),
            show(expected),
        ) from None
    return array


def _wrong_shape(left: Any, right: Any, got: Any, what: str) -> Mismatch:
    if right.ndim == 0:
        return Mismatch(f"{what} should be a single number, but it is {describe(got)}.", show(got), show(right.item()))
    if left.ndim == 0:
        return Mismatch(
            f"{what} should hold numbers of shape {right.shape}, but it is a single number.",
            show(left.item()),
            show(right),
        )
    hint = ""
    if left.shape == right.shape[::-1]:
        hint = " Rows and columns are the other way round."
    elif left.size == right.size:
        hint = " It holds as many numbers as it should, arranged differently."
    return Mismatch(f"{what} has the wrong shape.{hint}", f"shape {left.shape}", f"shape {right.shape}")


def _pattern(left: Any, right: Any, what: str) -> str:
    """A sentence when the wrong numbers have something in common; empty otherwise."""
    import numpy as np

    if np.isnan(left).any() and not np.isnan(right).any():
        return f"{what} holds nan (not a number): from 0/0, from a missing value, or from a function outside its range."
    if np.isinf(left).any() and not np.isinf(right).any():
        return f"{what} is infinite: something was divided by zero or grew beyond every bound."
    if np.any(right != 0) and np.allclose(left, -1.0 * right, rtol=1e-6):
        return f"{what} has the right size and the opposite sign."
    square = left.ndim == 2 and left.shape[0] == left.shape[1] > 1
    if square and np.allclose(left.T, right, rtol=1e-6):
        return f"{what} has rows and columns the other way round."
    return ""


def same_shape(got: Any, shape: tuple[int, ...], what: str = "The result") -> None:
    """An array, tensor, frame or nested list of the given shape."""
    import numpy as np

    try:
        found = tuple(got.shape) if hasattr(got, "shape") else np.shape(got) if values.is_sequence(got) else None
    except ValueError:
        raise Mismatch(f"{what} has rows of different lengths.", show(got), f"shape {shape}") from None
    if found is None:
        raise Mismatch(f"{what} should have the shape {shape}, but it is {describe(got)}.", show(got), f"shape {shape}")
    if found != shape:
        turned = " Rows and columns are the other way round." if found == shape[::-1] else ""
        raise Mismatch(f"{what} has the wrong shape.{turned}", f"shape {found}", f"shape {shape}")


def is_a(got: Any, *kinds: type, what: str = "The result") -> None:
    """An instance of one of `kinds`."""
    if not isinstance(got, kinds):
        wanted = " or ".join(kind.__name__ for kind in kinds)
        raise Mismatch(f"{what} should be of type {wanted}, but it is {describe(got)}.", show(got), wanted)


def holds(condition: object, message: str, got: Any = None, expected: Any = None) -> None:
    """A condition with the sentence to say when it does not hold; `got` and `expected` are shown when given."""
    if not condition:
        seen = snapshots.snapshot(got)
        raise Mismatch(message, "" if got is None else show(got), "" if expected is None else show(expected), seen)


@contextmanager
def raises(error: type[BaseException], says: str = "") -> Iterator[None]:
    """The block must raise `error`, with `says` somewhere in its message (upper and lower case alike)."""
    try:
        yield
    except error as raised:
        if says.lower() not in str(raised).lower():
            raise Mismatch(
                f"It raises {error.__name__}, but the message does not mention {says!r}: it can't help its reader.",
                show(str(raised)),
                f"a message with {says!r}",
            ) from None
    except Exception as raised:
        raise Mismatch(
            f"It should raise {error.__name__} here, but it raises {type(raised).__name__}.",
            show(str(raised)),
            error.__name__,
        ) from None
    else:
        raise Mismatch(
            f"It should raise {error.__name__} here, but it goes through without an error.", "", error.__name__
        )


@contextmanager
def unchanged(**named: Any) -> Iterator[None]:
    """The block must leave these values as they were: `with unchanged(prices=prices): answer(prices)`."""
    before = {name: snapshots.snapshot(value) for name, value in named.items()}
    yield
    for name, value in named.items():
        if not snapshots.same(snapshots.snapshot(value), before[name]):
            raise Mismatch(
                f"It changes `{name}`, which still belongs to the caller. Work on a copy.",
                show(value),
                show(before[name]),
            )
