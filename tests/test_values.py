"""Values: shown briefly, described in words, copied so that later changes do not touch the copy, compared."""

from __future__ import annotations

import collections
import datetime
import enum
import io
import math
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from autograder.snapshots import MOST_ELEMENTS, same, snapshot
from autograder.values import Opaque, describe, show

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.complex_numbers() | st.text() | st.binary()
hashables = st.booleans() | st.integers() | st.text() | st.dates()
nested = st.recursive(
    scalars | st.datetimes() | st.decimals(allow_nan=False) | st.fractions() | st.sets(hashables),
    lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(hashables, inner),
    max_leaves=20,
)


class Colour(enum.Enum):
    RED = 1


class Place(NamedTuple):
    x: float
    y: float


@dataclass
class Basket:
    fruits: list[str]


class Rude:
    """Raises wherever somebody looks at it."""

    def __repr__(self) -> str:
        raise ValueError("don't look at me")

    def __eq__(self, other: object) -> bool:
        raise ValueError("don't compare me")

    __hash__ = object.__hash__


@given(nested)
def test_a_copy_is_the_same_as_what_it_was_taken_from(value: Any) -> None:
    assert same(snapshot(value), value)


@given(nested)
def test_two_copies_of_one_value_are_the_same(value: Any) -> None:
    assert same(snapshot(value), snapshot(value))


@given(nested)
def test_any_value_is_shown_in_a_bounded_text(value: Any) -> None:
    assert len(show(value)) <= 200


@given(nested, st.integers(min_value=1, max_value=80))
def test_a_text_is_as_short_as_asked(value: Any, width: int) -> None:
    assert len(show(value, width)) <= width


@given(nested)
def test_any_value_is_described(value: Any) -> None:
    assert describe(value)


@pytest.mark.parametrize(
    "value",
    [
        np.array([1.0, np.nan, np.inf]),
        np.array([[1, 2], [3, 4]]),
        np.array([None, np.nan, "a"], dtype=object),
        np.array(["2026-01-01", "NaT"], dtype="datetime64[D]"),
        np.array([]),
        np.float32(0.1),
        torch.tensor([1.5, float("nan")]),
        torch.tensor([1.5], dtype=torch.bfloat16),
        pd.DataFrame({"when": pd.to_datetime(["2026-01-01", None]), "count": pd.array([1, None], dtype="Int64")}),
        pd.DataFrame(),
        pd.Series([1.0, np.nan]),
        pd.Series(["a", None]),
        pd.Index(["a", "b"]),
        [pd.NaT],
        [pd.NA],
        float("nan"),
        complex(float("nan"), 1),
        10**400,
        Decimal("0.1"),
        Fraction(1, 3),
        Colour.RED,
        Path("a/b"),
        datetime.timedelta(1),
        collections.deque([1, 2]),
        collections.Counter("aab"),
        collections.defaultdict(list, a=[1]),
        {Colour.RED: 1, (1, 2): 2, frozenset({3}): 3},
        Place(1.0, 2.0),
        Basket(["apple"]),
        range(3),
        ...,
    ],
    ids=lambda value: type(value).__name__,
)
def test_copies_of_what_notebooks_hold_are_the_same(value: Any) -> None:
    assert same(snapshot(value), snapshot(value))


@pytest.mark.parametrize(
    ("value", "change"),
    [
        ([1, [2]], lambda value: value[1].append(3)),
        ({"a": {1}}, lambda value: value["a"].add(2)),
        ({"a": 1}, lambda value: value.update(b=2)),
        (np.zeros(3), lambda value: value.put(0, 1.0)),
        (np.array([[1], [2]], dtype=object), lambda value: value.put(0, 5)),
        (torch.zeros(3), lambda value: value.add_(1)),
        (pd.DataFrame({"a": [1, 2]}), lambda value: value.insert(0, "b", 0)),
        (pd.DataFrame({"a": [1, 2]}), lambda value: value.__setitem__("a", 7)),
        (pd.Series([1, 2]), lambda value: value.__setitem__(0, 7)),
        (collections.deque([1]), lambda value: value.append(2)),
        (Basket(["apple"]), lambda value: value.fruits.append("pear")),
    ],
    ids=[
        "list",
        "set in a dict",
        "dict",
        "array",
        "objects",
        "tensor",
        "frame",
        "cells",
        "Series",
        "deque",
        "dataclass",
    ],
)
def test_a_later_change_to_a_value_does_not_touch_its_copy(value: Any, change: Any) -> None:
    before = snapshot(value)
    change(value)
    assert not same(before, snapshot(value))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, True),
        (0, False),
        (1, "1"),
        (None, 0),
        ([1, 2], (1, 2)),
        ([1, 2], [2, 1]),
        ([1, 2], np.array([1, 2])),
        (np.zeros(3), np.zeros((3, 1))),
        (np.array([1.0]), torch.tensor([1.0])),
        (np.array(["1"]), np.array([1.0])),
        (1.0, 1.0 + 1e-6),
        (float("nan"), 0.0),
        (10**17, 10**17 + 1),
        (10**400, 10**400 + 1),
        ({"a": 1}, {"a": 2}),
        ({"a": 1}, {"b": 1}),
        ({1, 2}, {1, 3}),
        (Place(1, 2), Place(1, 3)),
        (Place(1, 2), (1, 2)),
        (Basket(["a"]), Basket(["b"])),
        (pd.DataFrame({"a": [1]}), pd.DataFrame({"b": [1]})),
        (pd.DataFrame({"a": [1]}), pd.DataFrame({"a": [2]})),
        (pd.Series([1]), pd.Series([1, 2])),
        (collections.deque([1]), [1]),
        (1 + 1j, 1 - 1j),
        (object(), io.StringIO()),
    ],
    ids=lambda value: type(value).__name__,
)
def test_different_values_are_not_the_same(one: Any, other: Any) -> None:
    assert not same(snapshot(one), snapshot(other))
    assert not same(snapshot(other), snapshot(one))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (0.1 + 0.2, 0.3),
        (1, 1.0),
        (np.float64(2), 2),
        (np.float32(1 / 3) * np.float32(3), np.float32(1.0)),
        (np.array([1, 2]), np.array([1.0, 2.0])),
        (np.array([0.1], dtype=np.float32) * 3, np.array([0.3], dtype=np.float32)),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
    ],
    ids=str,
)
def test_rounding_and_the_order_of_keys_make_no_difference(one: Any, other: Any) -> None:
    assert same(snapshot(one), snapshot(other))


def test_an_object_that_refuses_to_be_looked_at_stops_nothing() -> None:
    assert "Rude" in show(Rude())
    assert not same([Rude()], [Rude()])
    assert isinstance(snapshot(Rude()), Opaque)


def test_what_is_too_large_is_not_copied() -> None:
    assert isinstance(snapshot(np.zeros(MOST_ELEMENTS + 1)), Opaque)
    assert isinstance(snapshot([0] * MOST_ELEMENTS), Opaque)


def test_what_holds_itself_is_not_copied() -> None:
    ring: list[Any] = []
    ring.append(ring)
    assert isinstance(snapshot(ring), Opaque)


def test_a_generator_is_not_used_up_by_copying_showing_or_describing_it() -> None:
    numbers = (n for n in range(3))
    snapshot(numbers), show(numbers), describe(numbers)
    assert list(numbers) == [0, 1, 2]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "nothing (None)"),
        (..., "the three dots (...)"),
        (True, "a truth value"),
        (np.True_, "a truth value"),
        (3, "a number"),
        (np.float64(3), "a number"),
        ("3", "text"),
        ([1, 2], "a list of 2"),
        ({}, "a dict of 0"),
        (np.zeros((2, 3)), "an array of shape (2, 3)"),
        (np.array(3), "an array holding a single number"),
        (torch.zeros(2), "a tensor of shape (2,)"),
        (pd.DataFrame({"a": [1, 2]}), "a table of 2 rows × 1 columns"),
        (pd.Series([1]), "a Series of 1"),
        (Place, "the class Place"),
        (math.sqrt, "the function sqrt itself (not the result of calling it)"),
        (iter([1]), "a generator, which makes its values only when asked (wrap it in list(…))"),
        (io.StringIO(), "a StringIO"),
        (ArithmeticError(), "an ArithmeticError"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_value_is_described_in_words(value: Any, words: str) -> None:
    assert describe(value) == words


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1 / 3, "0.333333"),
        (np.float64(1 / 3), "0.333333"),
        ([0.1 + 0.2], "[0.3]"),
        (np.array([1.0, 2.5]), "array([1. , 2.5])"),
        (np.zeros((2, 2)), "array of shape (2, 2): [[0., 0.], [0., 0.]]"),
        (torch.tensor(2.0), "tensor(2)"),
        (pd.DataFrame({"a": [1], "b": [2]}), "a table of 1 rows × 2 columns (a, b)"),
        (pd.Series([1.5, 2.0]), "Series([1.5, 2])"),
        (Place, "the class Place"),
        (describe, "the function describe"),
        (object(), "an object of object"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_value_is_shown_as_a_person_would_jot_it_down(value: Any, text: str) -> None:
    assert show(value) == text


def test_a_copy_of_a_dataclass_or_named_tuple_shows_as_it_is_written() -> None:
    assert show(snapshot(Basket(["apple"]))) == "Basket(fruits=['apple'])"
    assert show(snapshot(Place(1.0, 2.5))) == "Place(x=1, y=2.5)"
