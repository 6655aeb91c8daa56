"""Comparing tables: columns first, then rows, then kinds, then cells."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.compare import same_frame
from autograder.errors import Mismatch

PLANTS = pd.DataFrame(
    {
        "name": ["fern", "moss", "oak"],
        "height": [0.5, np.nan, 20.0],
        "count": [3, 8, 1],
        "evergreen": [True, False, False],
        "planted": pd.to_datetime(["2020-03-01", None, "1950-10-12"]),
    }
)


def mismatch(got: Any, expected: pd.DataFrame, **options: Any) -> Mismatch:
    with pytest.raises(Mismatch) as caught:
        same_frame(got, expected, **options)
    return caught.value


@settings(max_examples=30)
@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.integers(-3, 3), st.floats(-3, 3) | st.none()), max_size=8),
    st.randoms(),
)
def test_a_table_equals_itself_with_its_rows_and_columns_in_any_order(rows: list[Any], random: Any) -> None:
    columns = ["letter", "number", "weight"]
    table = pd.DataFrame(rows, columns=columns).astype({"letter": str, "number": "int64", "weight": float})
    order = list(range(len(table)))
    random.shuffle(order)
    random.shuffle(columns)
    same_frame(table.iloc[order][columns], table)


def test_the_index_counts_only_when_asked_for() -> None:
    relabelled = PLANTS.set_index(pd.Index([7, 8, 9]))
    same_frame(relabelled, PLANTS)
    mismatch(relabelled, PLANTS, index=True)


def test_the_order_of_rows_counts_when_asked_for() -> None:
    backwards = PLANTS.iloc[::-1]
    same_frame(backwards, PLANTS)
    found = mismatch(backwards, PLANTS, ordered=True)
    assert found.message == "The table differs in column 'name', row 0."
    assert (found.got, found.expected) == ("'oak'", "'fern'")


@pytest.mark.parametrize(
    ("got", "words"),
    [
        (None, "should be a DataFrame, but it is nothing (None)."),
        (PLANTS["name"], "should be a DataFrame, but it is a Series of 3."),
        ([{"name": "fern"}], "should be a DataFrame, but it is a list of 1."),
        (PLANTS.groupby("name"), "should be a DataFrame, but it is a DataFrameGroupBy."),
    ],
    ids=["None", "Series", "list", "groupby"],
)
def test_what_is_no_table_is_described(got: Any, words: str) -> None:
    assert words in mismatch(got, PLANTS).message


def test_missing_and_superfluous_columns_are_named() -> None:
    found = mismatch(PLANTS.rename(columns={"height": "size"}), PLANTS)
    assert found.message == "The table lacks the column 'height' and has a column too many, 'size'."


def test_a_column_that_stands_there_twice_is_named() -> None:
    found = mismatch(pd.concat([PLANTS, PLANTS["name"]], axis=1), PLANTS)
    assert found.message == "The table has the column 'name' more than once."


def test_the_number_of_rows_is_named_before_any_cell() -> None:
    found = mismatch(PLANTS.head(2), PLANTS)
    assert (found.message, found.got, found.expected) == ("The table has the wrong number of rows.", "2 rows", "3 rows")


def test_rows_that_stand_there_more_than_once_are_named() -> None:
    assert "more than once" in mismatch(pd.concat([PLANTS, PLANTS.head(1)]), PLANTS).message


def test_cells_that_hold_lists_can_be_compared_and_counted() -> None:
    lists = pd.DataFrame({"tags": [["a"], ["a", "b"]]})
    same_frame(lists.iloc[::-1], lists)
    assert "wrong number of rows" in mismatch(pd.concat([lists, lists]), lists).message
    assert "differs in column 'tags'" in mismatch(pd.DataFrame({"tags": [["a"], ["c"]]}), lists).message


@pytest.mark.parametrize(
    ("column", "wrong", "words"),
    [
        ("count", ["3", "8", "1"], "Column 'count' should hold numbers, but it holds text."),
        ("name", [1, 2, 3], "Column 'name' should hold text, but it holds numbers."),
        ("evergreen", [1, 0, 0], "Column 'evergreen' should hold truth values, but it holds numbers."),
        ("planted", ["2020-03-01", None, "1950-10-12"], "Column 'planted' should hold dates, but it holds text."),
    ],
)
def test_a_column_of_another_kind_is_named(column: str, wrong: list[Any], words: str) -> None:
    assert mismatch(PLANTS.assign(**{column: wrong}), PLANTS).message == words


def test_ways_to_store_one_kind_are_equal() -> None:
    same_frame(
        PLANTS.astype({"name": "category", "count": "Int64", "height": "float32", "evergreen": "boolean"}), PLANTS
    )
    same_frame(PLANTS.astype({"count": float}), PLANTS)
    same_frame(PLANTS.astype({"name": object}), PLANTS)


def test_a_missing_cell_equals_a_missing_cell_of_any_spelling() -> None:
    same_frame(pd.DataFrame({"a": ["x", None]}), pd.DataFrame({"a": ["x", np.nan]}, dtype=object))


def test_a_missing_cell_is_not_a_zero_or_an_empty_text() -> None:
    mismatch(PLANTS.fillna({"height": 0.0}), PLANTS)
    mismatch(pd.DataFrame({"a": [""]}), pd.DataFrame({"a": [None]}, dtype=object))


def test_rounding_is_forgiven_and_does_not_disturb_the_order_of_rows() -> None:
    exact = pd.DataFrame({"x": [0.3, 0.3, -0.0], "name": ["b", "a", "c"]})
    noisy = pd.DataFrame({"x": [0.0, 0.1 + 0.2, 0.1 + 0.2], "name": ["c", "a", "b"]})
    same_frame(noisy, exact)


def test_whole_numbers_are_compared_to_the_last_digit() -> None:
    orders = pd.DataFrame({"id": [10_000_001, 10_000_002], "item": ["b", "a"]})
    same_frame(orders.iloc[::-1], orders)
    mismatch(orders.assign(id=[10_000_001, 10_000_003]), orders)
    mismatch(orders.assign(id=[10_000_002, 10_000_001]), orders)


def test_a_wrong_cell_is_shown_with_its_place() -> None:
    found = mismatch(PLANTS.assign(count=[3, 9, 1]), PLANTS)
    assert found.message == "The table differs in column 'count', row 1 once both tables are sorted."
    assert (found.got, found.expected) == ("9", "8")


def test_an_empty_table_equals_an_empty_table() -> None:
    same_frame(PLANTS.head(0), PLANTS.head(0))


def test_the_author_names_what_is_compared() -> None:
    assert mismatch(None, PLANTS, what="The report").message.startswith("The report should be")
