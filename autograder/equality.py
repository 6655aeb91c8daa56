"""Equality of any values, nested as they like, that says where two of them first differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from typing import Any, Final

from autograder import values
from autograder.errors import NOTHING, Mismatch
from autograder.frames import same_frame
from autograder.snapshots import keeping_what_it_saw, same
from autograder.values import describe, show


@keeping_what_it_saw
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
        alike = values.is_number(got) and same(_plain(got), _plain(expected))
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
        return Mismatch(
            f"{what} has {len(left)} element{'' if len(left) == 1 else 's'} instead of {len(right)}.",
            show(left),
            show(right),
        )
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


@keeping_what_it_saw
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
