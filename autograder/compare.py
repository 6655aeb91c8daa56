"""Comparisons that explain themselves: what was got, what was expected, and where the two first differ.

A test in a lesson's `.py` calls these on what the learner's answer returned. Each raises `Mismatch`, whose
words are written for the learner: the kind of thing first, then its shape, then the first place that differs.
Where the statement leaves the form open, so do they: a list, a tuple, an array, a Series and a tensor of the
same numbers are equal.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from typing import Any, Final, TypeVar, cast

from autograder import values
from autograder.errors import NOTHING
from autograder.errors import Mismatch as Mismatch
from autograder.frames import same_frame as same_frame
from autograder.values import describe, show

Comparison = TypeVar("Comparison", bound=Callable[..., None])


def _keeping_what_it_saw(compare: Comparison) -> Comparison:
    """A comparison whose Mismatch carries a copy of everything it looked at."""

    @functools.wraps(compare)
    def comparing(got: Any, *args: Any, **kwargs: Any) -> None:
        try:
            compare(got, *args, **kwargs)
        except Mismatch as mismatch:
            mismatch.seen = values.snapshot(got)
            raise

    return cast(Comparison, comparing)


@_keeping_what_it_saw
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
        return f"{what} holds nan (not a number): something was divided by zero, or a missing value came through."
    if np.isinf(left).any() and not np.isinf(right).any():
        return f"{what} is infinite: something was divided by zero or grew beyond every bound."
    if np.any(right != 0) and np.allclose(left, -1.0 * right, rtol=1e-6):
        return f"{what} has the right size and the opposite sign."
    square = left.ndim == 2 and left.shape[0] == left.shape[1] > 1
    if square and np.allclose(left.T, right, rtol=1e-6):
        return f"{what} has rows and columns the other way round."
    return ""


@_keeping_what_it_saw
def equal(got: Any, expected: Any, what: str = "The result") -> None:
    """The same value: text, numbers, lists, dicts, sets, nested as they like; floats up to 1e-9.

    Lists, tuples, arrays and Series count as the same kind of thing: a row of elements in order.
    """
    if got is None and expected is not None:
        raise Mismatch(f"{what} {NOTHING}", "None", show(expected))
    if isinstance(got, Iterator) and values.is_sequence(expected):
        raise Mismatch(f"{what} should be {describe(expected)}, but it is {describe(got)}.", "", show(expected))
    difference = _difference(got, expected, what)
    if difference is not None:
        raise difference


def _difference(got: Any, expected: Any, what: str) -> Mismatch | None:
    """The first difference between two values, or None."""
    if values.is_truth(expected) or values.is_truth(got):
        alike = values.is_truth(expected) and values.is_truth(got) and bool(got) == bool(expected)
        return None if alike else _other_kind_or_value(got, expected, what)
    if values.is_number(expected):
        alike = values.is_number(got) and values.same(_plain(got), _plain(expected))
        return None if alike else _other_kind_or_value(got, expected, what)
    if values.is_frame(expected):
        try:
            same_frame(got, expected, ordered=True, rtol=1e-9, what=what)
        except Mismatch as difference:
            return difference
        return None
    if isinstance(expected, Mapping):
        return _dict_difference(got, expected, what)
    if isinstance(expected, Set):
        return _set_difference(got, expected, what)
    if values.is_sequence(expected):
        return _sequence_difference(got, expected, what)
    if got is expected or _quietly_equal(got, expected):
        return None
    if isinstance(expected, str) and isinstance(got, str):
        return _text_difference(got, expected, what)
    return _other_kind_or_value(got, expected, what)


def _plain(number: Any) -> Any:
    return number.item() if hasattr(number, "item") else number


def _quietly_equal(got: Any, expected: Any) -> bool:
    try:
        return bool(got == expected)
    except Exception:  # comparing a foreign type may raise anything: then it is not equal
        return False


def _other_kind_or_value(got: Any, expected: Any, what: str) -> Mismatch:
    if describe(got) != describe(expected) and not (values.is_number(got) and values.is_number(expected)):
        return Mismatch(f"{what} should be {describe(expected)}, but it is {describe(got)}.", show(got), show(expected))
    return Mismatch(f"{what} is not the expected one.", show(got), show(expected))


def _text_difference(got: str, expected: str, what: str) -> Mismatch:
    if got.strip() == expected.strip():
        return Mismatch(f"{what} differs only in white space at its ends.", repr(got[-60:]), repr(expected[-60:]))
    if got.lower() == expected.lower():
        return Mismatch(f"{what} differs only in upper and lower case.", show(got), show(expected))
    return Mismatch(f"{what} is another text.", show(got), show(expected))


def _sequence_difference(got: Any, expected: Any, what: str) -> Mismatch | None:
    if not values.is_sequence(got):
        return _other_kind_or_value(got, expected, what)
    left, right = _elements(got), _elements(expected)
    if len(left) != len(right):
        return Mismatch(f"{what} has {len(left)} elements instead of {len(right)}.", show(left), show(right))
    for position, (a, b) in enumerate(zip(left, right, strict=True)):
        difference = _difference(a, b, f"{_place(what)}[{position}]")
        if difference is not None:
            if len(left) <= _MOST_TO_PAIR and _same_items(left, right):
                return Mismatch(f"{what} has the right elements in another order.", show(left), show(right))
            return difference
    return None


_MOST_TO_PAIR: Final = 200
"""Elements are paired off one by one only in rows this short: the time grows with the square of the length."""


def _place(what: str) -> str:
    """How a place inside is begun: 'The result' becomes 'The result at ', a place within a place goes on."""
    return what if what.endswith("]") else f"{what} at "


def _elements(row: Any) -> list[Any]:
    if values.is_tensor(row):
        row = values.as_array(row)
    return row.tolist() if hasattr(row, "tolist") else list(row)


def _dict_difference(got: Any, expected: Mapping[Any, Any], what: str) -> Mismatch | None:
    if values.is_series(got) and hasattr(got, "to_dict"):
        got = got.to_dict()
    if not isinstance(got, Mapping):
        return _other_kind_or_value(got, expected, what)
    missing = [key for key in expected if key not in got]
    extra = [key for key in got if key not in expected]
    if missing or extra:
        words = [f"lacks the key {show(missing[0])}"] if missing else []
        words += [f"has a key too many, {show(extra[0])}"] if extra else []
        return Mismatch(f"{what} {' and '.join(words)}.", f"keys {show(list(got))}", f"keys {show(list(expected))}")
    for key, value in expected.items():
        difference = _difference(got[key], value, f"{_place(what)}[{show(key)}]")
        if difference is not None:
            return difference
    return None


def _set_difference(got: Any, expected: Set[Any], what: str) -> Mismatch | None:
    if not isinstance(got, Set):
        return _other_kind_or_value(got, expected, what)
    left, right = list(got), list(expected)
    if _same_items(left, right):
        return None
    return _items_message(_left_over(right, left), _left_over(left, right), what, got, expected)


@_keeping_what_it_saw
def same_items(got: Any, expected: Collection[Any], what: str = "The result") -> None:
    """The same elements, each as often, in any order."""
    if got is None or isinstance(got, str) or not (values.is_sequence(got) or isinstance(got, Collection)):
        raise Mismatch(
            f"{what} should be a collection of {len(expected)}, but it is {describe(got)}.", show(got), show(expected)
        )
    left, right = _elements(got), _elements(expected)
    if not _same_items(left, right):
        missing, extra = _left_over(right, left), _left_over(left, right)
        raise _items_message(missing, extra, what, got, expected)


def _same_items(left: Sequence[Any], right: Sequence[Any]) -> bool:
    return not _left_over(left, right) and not _left_over(right, left)


def _left_over(these: Sequence[Any], those: Sequence[Any]) -> list[Any]:
    """Elements of `these` for which `those` holds no partner."""
    left, right = list(these), list(those)
    try:  # what is exactly equal goes fast; a truth value is not the number that equals it
        mine, theirs = Counter((values.is_truth(x), x) for x in left), Counter((values.is_truth(x), x) for x in right)
        left = [item for _, item in (mine - theirs).elements()]
        right = [item for _, item in (theirs - mine).elements()]
    except TypeError:  # unhashable elements
        pass
    rest = []
    for item in left:
        partner = next((i for i, other in enumerate(right) if _difference(item, other, "") is None), None)
        if partner is None:
            rest.append(item)
        else:
            del right[partner]
    return rest


def _items_message(missing: list[Any], extra: list[Any], what: str, got: Any, expected: Any) -> Mismatch:
    words = [f"{show(missing[0])} is missing"] if missing else []
    words += [f"{show(extra[0])} should not be there"] if extra else []
    return Mismatch(f"{what} has the wrong elements: {' and '.join(words)}.", show(got), show(expected))


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
        seen = values.snapshot(got)
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
    before = {name: values.snapshot(value) for name, value in named.items()}
    yield
    for name, value in named.items():
        if not values.same(values.snapshot(value), before[name]):
            raise Mismatch(
                f"It changes `{name}`, which still belongs to the caller. Work on a copy.",
                show(value),
                show(before[name]),
            )
