"""Comparisons: what they accept, what they refuse, and what they say about the difference."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from autograder.compare import (
    close,
    equal,
    holds,
    is_a,
    raises,
    same_items,
    same_shape,
    unchanged,
)
from autograder.errors import NOTHING, Mismatch

numbers = st.floats(allow_nan=True, allow_infinity=True) | st.integers(-(10**15), 10**15)
plain = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary()
nested = st.recursive(
    plain,
    lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(st.text() | st.integers(), inner),
    max_leaves=20,
)


def mismatch(compare: Callable[..., None], *arguments: Any, **options: Any) -> Mismatch:
    """What the comparison finds wrong; it must find something."""
    with pytest.raises(Mismatch) as caught:
        compare(*arguments, **options)
    return caught.value


# close


@given(numbers)
def test_a_number_is_close_to_itself(number: float) -> None:
    close(number, number)


@given(st.lists(numbers, max_size=8))
def test_a_row_of_numbers_is_close_to_itself_in_any_container(row: list[float]) -> None:
    floats = np.array(row, dtype=float)
    for same in (floats.tolist(), tuple(floats.tolist()), floats, pd.Series(floats), torch.from_numpy(floats)):
        close(same, floats)
        close(floats, same)


@given(st.floats(min_value=1e-3, max_value=1e9), st.booleans())
def test_a_difference_above_the_tolerance_is_found(number: float, larger: bool) -> None:
    mismatch(close, number * (1.001 if larger else 0.999), number)


def test_rounding_is_forgiven() -> None:
    close(0.1 + 0.2, 0.3)
    close([1 / 3, 2 / 3], [0.33333333, 0.66666667])


def test_whole_numbers_fractions_and_truth_values_count_as_numbers() -> None:
    close(2, 2.0)
    close(Fraction(1, 2), 0.5)
    close(np.array([True, False]), [1, 0])


def test_a_tensor_that_is_still_on_its_graph_can_be_compared() -> None:
    close(torch.tensor([1.0, 2.0], requires_grad=True) * 2, [2.0, 4.0])


def test_a_frame_of_numbers_is_compared_as_a_table_of_numbers() -> None:
    close(pd.DataFrame({"a": [1.0, 2.0]}), [[1.0], [2.0]])


def test_the_shape_is_named_before_any_number() -> None:
    found = mismatch(close, np.zeros(3), np.ones(4))
    assert (found.message, found.got, found.expected) == ("The result has the wrong shape.", "shape (3,)", "shape (4,)")


def test_rows_and_columns_exchanged_are_named_by_the_shape() -> None:
    assert "Rows and columns are the other way round." in mismatch(close, np.zeros((2, 3)), np.zeros((3, 2))).message


def test_as_many_numbers_in_another_arrangement_are_named() -> None:
    assert "arranged differently" in mismatch(close, np.zeros((2, 6)), np.zeros((3, 4))).message


def test_a_transposed_square_is_recognised() -> None:
    square = np.array([[1.0, 2.0], [3.0, 4.0]])
    assert mismatch(close, square.T, square).message == "The result has rows and columns the other way round."


def test_a_flipped_sign_is_recognised() -> None:
    assert "opposite sign" in mismatch(close, [-1.0, 2.0], [1.0, -2.0]).message
    assert "opposite sign" in mismatch(close, -3, np.uint8(3)).message


def test_the_first_place_that_differs_is_shown() -> None:
    found = mismatch(close, [[1.0, 2.0], [3.0, 9.0]], [[1.0, 2.0], [3.0, 4.0]])
    assert found.message == "The result is off: 1 of 4 numbers differ, the first at [1, 1]."
    assert found.got.startswith("9 at [1, 1]")
    assert found.expected.startswith("4 at [1, 1]")


def test_nan_that_should_not_be_there_is_explained() -> None:
    assert "nan (not a number)" in mismatch(close, float("nan"), 1.0).message
    assert "nan (not a number)" in mismatch(close, [1.0, float("nan")], [1.0, 2.0]).message


def test_infinity_that_should_not_be_there_is_explained() -> None:
    assert "infinite" in mismatch(close, float("inf"), 1.0).message


def test_nan_equals_nan_only_in_the_same_place() -> None:
    close([1.0, float("nan")], [1.0, float("nan")])
    mismatch(close, [float("nan"), 1.0], [1.0, float("nan")])


@pytest.mark.parametrize(
    ("got", "words"),
    [
        (None, "nothing (None). Is there a `return` on every path?"),
        ("3", "should be a number, but it is text"),
        ([3.0, 3.0], "should be a single number, but it is a list of 2"),
        (np.array([3.0]), "should be a single number, but it is an array of shape (1,)"),
        ((n for n in [3]), "but it is a generator"),
        (print, "but it is the function print itself"),
        (..., "the three dots"),
        ({"a": 3}, "a dict of 1"),
        (object(), "an object that cannot be read as numbers"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_no_number_is_described(got: Any, words: str) -> None:
    assert words in mismatch(close, got, 3.0).message


@pytest.mark.parametrize(
    ("got", "words"),
    [
        (1.0, "should hold numbers of shape (2,), but it is a single number"),
        (["a", "b"], "that cannot be read as numbers"),
        ([[1.0], [1.0, 2.0]], "that cannot be read as numbers"),
    ],
    ids=str,
)
def test_what_is_no_row_of_numbers_is_described(got: Any, words: str) -> None:
    assert words in mismatch(close, got, [1.0, 2.0]).message


def test_the_author_names_what_is_compared() -> None:
    assert mismatch(close, 1, 2, what="The angle").message == "The angle is off."


# equal


@given(nested)
def test_any_value_equals_itself(value: Any) -> None:
    equal(value, value)


@given(st.lists(st.integers(-(2**62), 2**62)))
def test_a_row_is_equal_in_any_container(row: list[int]) -> None:
    for container in (list, tuple, np.array, torch.tensor):
        equal(container(row), row)
        equal(row, container(row))
    equal(pd.Series(row, dtype="int64"), row)


@given(st.integers(), st.integers())
def test_two_whole_numbers_are_equal_only_when_they_are_the_same(one: int, other: int) -> None:
    if one == other:
        equal(one, other)
    else:
        mismatch(equal, one, other)


def test_floats_in_any_depth_may_differ_by_rounding() -> None:
    equal({"a": [0.1 + 0.2]}, {"a": [0.3]})
    equal({0.1 + 0.2}, {0.3})


def test_large_whole_numbers_are_compared_to_the_last_digit() -> None:
    mismatch(equal, 1_000_000_001, 1_000_000_000)
    mismatch(equal, 10**400 + 1, 10**400)
    equal(10**400, 10**400)


def test_a_truth_value_is_not_a_number() -> None:
    assert mismatch(equal, 1, True).message == "The result should be a truth value, but it is a number."
    assert mismatch(equal, True, 1).message == "The result should be a number, but it is a truth value."
    equal(np.True_, True)


def test_a_whole_number_equals_the_same_float() -> None:
    equal(3, 3.0)
    equal(np.int64(3), 3)


@pytest.mark.parametrize(
    ("got", "expected", "words"),
    [
        ("3", 3, "The result should be a number, but it is text."),
        (3, "3", "The result should be text, but it is a number."),
        (None, 3, f"The result {NOTHING}"),
        (3, None, "The result should be nothing (None), but it is a number."),
        ({1, 2}, [1, 2], "The result should be a list of 2, but it is a set of 2."),
        ("ab", ["a", "b"], "The result should be a list of 2, but it is text."),
        ([1], {"a": 1}, "The result should be a dict of 1, but it is a list of 1."),
        ([1], {1}, "The result should be a set of 1, but it is a list of 1."),
        (4, 3, "The result is not the expected one."),
    ],
    ids=str,
)
def test_another_kind_of_thing_is_named_as_such(got: Any, expected: Any, words: str) -> None:
    assert mismatch(equal, got, expected).message == words


def test_a_generator_is_named_with_the_way_out() -> None:
    assert "wrap it in list(…)" in mismatch(equal, (n for n in [1, 2]), [1, 2]).message


def test_the_first_place_in_nested_data_is_spelled_as_one_would_write_it() -> None:
    found = mismatch(equal, {"a": [1, {"b": 2}]}, {"a": [1, {"b": 3}]})
    assert found.message == "The result at ['a'][1]['b'] is not the expected one."
    assert (found.got, found.expected) == ("2", "3")


def test_the_number_of_elements_is_named_before_any_element() -> None:
    assert mismatch(equal, [9, 9, 9], [1, 2]).message == "The result has 3 elements instead of 2."


def test_the_right_elements_in_another_order_are_named_as_such() -> None:
    assert mismatch(equal, [2, 1, 3], [1, 2, 3]).message == "The result has the right elements in another order."
    assert "another order" in mismatch(equal, [[2], [1]], [[1], [2]]).message


def test_missing_and_superfluous_keys_are_named() -> None:
    found = mismatch(equal, {"a": 1, "c": 2}, {"a": 1, "b": 2})
    assert found.message == "The result lacks the key 'b' and has a key too many, 'c'."


def test_every_kind_of_dict_counts_as_a_dict() -> None:
    equal(Counter("aab"), {"a": 2, "b": 1})
    equal(OrderedDict(b=1, a=2), {"a": 2, "b": 1})
    equal(pd.Series({"a": 1}), {"a": 1})


def test_missing_and_superfluous_elements_of_a_set_are_named() -> None:
    found = mismatch(equal, {1, 2}, {1, 3})
    assert found.message == "The result has the wrong elements: 3 is missing and 2 should not be there."


@pytest.mark.parametrize(
    ("got", "expected", "words"),
    [
        ("abc ", "abc", "white space at its ends"),
        ("ABC", "abc", "upper and lower case"),
        ("abd", "abc", "another text"),
    ],
)
def test_what_two_texts_differ_in_is_named(got: str, expected: str, words: str) -> None:
    assert words in mismatch(equal, got, expected).message


def test_tables_inside_other_data_are_compared_as_tables() -> None:
    equal({"a": pd.DataFrame({"x": [1]})}, {"a": pd.DataFrame({"x": [1]})})
    found = mismatch(equal, [pd.DataFrame({"x": [1]})], [pd.DataFrame({"x": [2]})])
    assert found.message == "The result at [0] differs in column 'x', row 0."


def test_an_object_is_compared_by_its_own_equality() -> None:
    class Vector:
        def __init__(self, x: int) -> None:
            self.x = x

        def __eq__(self, other: object) -> bool:
            return isinstance(other, Vector) and self.x == other.x

        def __repr__(self) -> str:
            return f"Vector({self.x})"

        __hash__ = None  # type: ignore[assignment]

    equal(Vector(1), Vector(1))
    assert mismatch(equal, Vector(1), Vector(2)).got == "Vector(1)"


def test_an_equality_that_raises_counts_as_different() -> None:
    class Rude:
        def __eq__(self, other: object) -> bool:
            raise ValueError

        __hash__ = None  # type: ignore[assignment]

    mismatch(equal, Rude(), Rude())


# same_items


@given(st.lists(st.integers() | st.floats(allow_nan=False) | st.text()), st.randoms())
def test_items_are_the_same_in_any_order(items: list[Any], random: Any) -> None:
    shuffled = list(items)
    random.shuffle(shuffled)
    same_items(shuffled, items)


@pytest.mark.parametrize(
    ("got", "expected"),
    [([1, 1, 2], [1, 2, 2]), ([1], [1, 1]), ([True], [1]), ([[1], [2]], [[1], [1]]), ([0.5], [0.6])],
    ids=str,
)
def test_items_that_differ_or_stand_there_more_often_are_found(got: list[Any], expected: list[Any]) -> None:
    mismatch(same_items, got, expected)
    mismatch(same_items, expected, got)


def test_items_may_differ_by_rounding_and_be_unhashable() -> None:
    same_items([0.1 + 0.2, 1.0], [1.0, 0.3])
    same_items([{"a": 0.1 + 0.2}, {"b": 1}], [{"b": 1}, {"a": 0.3}])
    same_items({"b", "a"}, ["a", "b"])


def test_a_missing_and_a_superfluous_item_are_named() -> None:
    found = mismatch(same_items, [1, 2, 9], [1, 2, 3])
    assert found.message == "The result has the wrong elements: 3 is missing and 9 should not be there."


def test_what_is_no_collection_of_items_is_described() -> None:
    assert "it is a generator" in mismatch(same_items, (n for n in [1]), [1]).message
    assert "it is text" in mismatch(same_items, "ab", ["a", "b"]).message
    assert "nothing (None)" in mismatch(same_items, None, [1]).message


# same_shape, is_a, holds


def test_a_shape_is_read_from_arrays_tensors_frames_and_nested_lists() -> None:
    for value in (np.zeros((2, 3)), torch.zeros(2, 3), pd.DataFrame(np.zeros((2, 3))), [[1, 2, 3], [4, 5, 6]]):
        same_shape(value, (2, 3))


@pytest.mark.parametrize(
    ("got", "words"),
    [
        (np.zeros((3, 2)), "Rows and columns are the other way round."),
        (np.zeros(6), "has the wrong shape."),
        ([[1], [2, 3]], "has rows of different lengths."),
        (3, "should have the shape (2, 3), but it is a number."),
    ],
    ids=str,
)
def test_a_wrong_shape_is_explained(got: Any, words: str) -> None:
    assert words in mismatch(same_shape, got, (2, 3)).message


def test_a_type_is_asked_for_by_name() -> None:
    is_a(True, int, str)
    assert mismatch(is_a, [1], dict, str).message == "The result should be of type dict or str, but it is a list of 1."


def test_a_condition_brings_its_own_sentence() -> None:
    holds(np.True_, "never said")
    found = mismatch(holds, 0, "The loss must fall.", got=3.5, expected="less than 2")
    assert (found.message, found.got, found.expected) == ("The loss must fall.", "3.5", "'less than 2'")


# raises, unchanged


def test_the_right_error_with_the_right_word_is_accepted() -> None:
    with raises(ValueError, says="NEGATIVE"):
        raise ValueError("a length can't be negative")


def test_a_missing_error_is_said() -> None:
    with (
        pytest.raises(Mismatch, match="It should raise ValueError here, but it goes through without an error."),
        raises(ValueError),
    ):
        pass


def test_another_error_is_said() -> None:
    with pytest.raises(Mismatch, match="It should raise ValueError here, but it raises KeyError."), raises(ValueError):
        raise KeyError("a")


def test_an_error_without_the_word_is_said() -> None:
    with pytest.raises(Mismatch, match="the message does not mention 'negative'"), raises(ValueError, says="negative"):
        raise ValueError("wrong")


@pytest.mark.parametrize(
    ("value", "change"),
    [
        ([1, 2], lambda value: value.append(3)),
        (np.zeros(2), lambda value: value.fill(1)),
        (pd.DataFrame({"a": [1]}), lambda value: value.insert(0, "b", 1)),
        (torch.zeros(2), lambda value: value.add_(1)),
        ({"a": [1]}, lambda value: value["a"].append(1)),
    ],
    ids=["list", "array", "frame", "tensor", "nested"],
)
def test_a_change_to_the_callers_own_is_named(value: Any, change: Callable[[Any], None]) -> None:
    with (
        pytest.raises(Mismatch, match="It changes `prices`, which still belongs to the caller. Work on a copy."),
        unchanged(prices=value),
    ):
        change(value)


def test_reading_changes_nothing() -> None:
    table = pd.DataFrame({"when": pd.to_datetime(["2026-01-01", None]), "n": pd.array([1, None], dtype="Int64")})
    with unchanged(table=table, nothing=None, missing=[pd.NaT, pd.NA, float("nan")]):
        table.describe()


def test_a_mismatch_reads_as_one_line_with_got_and_expected() -> None:
    assert str(mismatch(close, 1, 2)) == "The result is off.; got 1; expected 2"


def test_a_mismatch_keeps_all_of_what_was_looked_at() -> None:
    assert mismatch(close, list(range(100)), list(range(1, 101))).seen == list(range(100))
