"""Known mistakes are recognised by what they do: never in a right answer, never when one call differs."""

from __future__ import annotations

import sqlite3
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from autograder.checking import check
from autograder.compare import close, equal, holds, same_frame, unchanged
from autograder.exercise import Exercise

Mean = Callable[[list[float]], float]


def exercise(name: str = "mean", **options: Any) -> Exercise:
    made = Exercise(concepts=["recognition"], minutes=1, **options)
    made.id = name
    return made


def mean_exercise() -> Exercise:
    made = exercise()

    @made.test("of three numbers")
    def _(answer: Mean, rng: np.random.Generator) -> None:
        row = rng.normal(size=3).tolist()
        close(answer(row), sum(row) / 3)

    @made.test("of one number")
    def _(answer: Mean) -> None:
        close(answer([4.0]), 4.0)

    @made.test("of nothing")
    def _(answer: Mean) -> None:
        close(answer([]), 0.0)

    @made.mistake("You divided by n - 1.")
    def n_minus_one(row: list[float]) -> float:
        return sum(row) / (len(row) - 1) if len(row) > 1 else sum(row)

    @made.mistake("You forgot the empty row.")
    def no_empty_row(row: list[float]) -> float:
        return sum(row) / len(row)

    @made.mistake("You took the middle one.")
    def middle(row: list[float]) -> float:
        return sorted(row)[len(row) // 2] if row else 0.0

    return made


def recognised(made: Exercise, answer: Any, **options: Any) -> str:
    return check(made, answer, **options).mistake


def test_a_mistake_written_in_another_way_is_recognised() -> None:
    def loop(row: list[float]) -> float:
        total = 0.0
        for x in row:
            total = total + x
        count = len(row) - 1
        return total / count if count > 0 else total

    assert recognised(mean_exercise(), loop) == "You divided by n - 1."


def test_a_mistake_that_differs_only_by_rounding_is_recognised() -> None:
    answer = lambda row: float(np.sum(row) / (len(row) - 1)) if len(row) > 1 else float(np.sum(row))  # noqa: E731
    assert recognised(mean_exercise(), answer) == "You divided by n - 1."


def test_a_mistake_is_recognised_by_the_same_error() -> None:
    answer = lambda row: sum(x / len(row) for x in row) if row else 1 / 0  # noqa: E731
    assert recognised(mean_exercise(), answer) == "You forgot the empty row."


def test_another_error_is_not_the_mistake() -> None:
    def answer(row: list[float]) -> float:
        if not row:
            raise ValueError("an empty row has no mean")
        return sum(row) / len(row)

    assert recognised(mean_exercise(), answer) == ""


def test_a_right_answer_is_never_taken_for_a_mistake() -> None:
    made = mean_exercise()
    made.mistake("This is the right answer.")(lambda row: sum(row) / len(row) if row else 0.0)
    assert recognised(made, lambda row: sum(row) / len(row) if row else 0.0) == ""


def test_one_call_that_differs_is_enough_not_to_claim_a_mistake() -> None:
    def nearly(row: list[float]) -> float:
        if row == [4.0]:
            return 4.5
        return sum(row) / (len(row) - 1) if len(row) > 1 else sum(row)

    assert recognised(mean_exercise(), nearly) == ""


@given(st.floats(min_value=1.001, max_value=10) | st.floats(min_value=-10, max_value=0.999))
def test_a_wrong_answer_that_is_no_known_mistake_is_left_alone(factor: float) -> None:
    answer = lambda row: factor * sum(row) / len(row) + 0.5 if row else 0.0  # noqa: E731
    assert recognised(mean_exercise(), answer) == ""


def test_every_seed_recognises_the_mistake() -> None:
    for seed in range(5):
        assert recognised(mean_exercise(), lambda row: sorted(row)[len(row) // 2] if row else 0.0, seed=seed) == (
            "You took the middle one."
        )


def test_what_a_call_did_to_its_arguments_counts() -> None:
    made = exercise("smallest")
    made.test("the smallest comes first")(lambda answer: equal(answer([3, 1, 2]), 1))
    made.mistake("You changed the row that you were given.")(lambda row: row.sort() or row[-1])

    assert recognised(made, lambda row: row.sort() or row[2]) == "You changed the row that you were given."
    assert recognised(made, lambda row: sorted(row)[2]) == ""


def test_a_caught_change_of_an_argument_is_recognised() -> None:
    made = exercise("smallest")

    @made.test("the caller's row stays as it is")
    def _(answer: Callable[[list[int]], int]) -> None:
        row = [3, 1, 2]
        with unchanged(row=row):
            equal(answer(row), 1)

    made.mistake("You sorted in place.")(lambda row: row.sort() or row[0])
    assert recognised(made, lambda row: [row.sort(), row[0]][1]) == "You sorted in place."
    assert recognised(made, lambda row: [row.reverse(), min(row)][1]) == ""


def test_the_order_of_a_dicts_keys_does_not_hide_a_mistake() -> None:
    made = exercise("count")
    made.test("letters are counted")(lambda answer: equal(answer("aba"), {"a": 2, "b": 1}))
    made.mistake("You counted one too many.")(lambda text: {c: text.count(c) + 1 for c in sorted(text)})
    assert recognised(made, lambda text: {c: text.count(c) + 1 for c in reversed(text)}) == "You counted one too many."


def test_named_results_are_told_apart() -> None:
    from typing import NamedTuple

    class Pair(NamedTuple):
        low: int
        high: int

    made = exercise("ends")
    made.test("the high end")(lambda answer: holds(answer([1, 2, 3]).high == 3, "The high end is wrong."))
    made.mistake("You took the second.")(lambda row: Pair(row[0], row[1]))
    assert recognised(made, lambda row: Pair(row[0], sorted(row)[1])) == "You took the second."
    assert recognised(made, lambda row: Pair(row[0], -1)) == ""


def test_the_calls_of_a_function_that_was_made_count() -> None:
    made = exercise("adder")
    made.test("it adds")(lambda answer: equal([answer(2)(3), answer(1)(1)], [5, 2]))
    made.mistake("You multiplied.")(lambda n: lambda m: n * m)

    def times(n: int) -> Callable[[int], int]:
        def inner(k: int) -> int:
            return sum([n] * k)

        return inner

    assert recognised(made, times) == "You multiplied."
    assert recognised(made, lambda n: lambda m: n - m) == ""


class Vector:
    """A learner's class with the mistake that `__add__` changes the left vector."""

    def __init__(self, x: float, y: float) -> None:
        self.values = (x, y)

    @property
    def x(self) -> float:
        return self.values[0]

    def __add__(self, other: Vector) -> Vector:
        self.values = (self.values[0] + other.values[0], self.values[1] + other.values[1])
        return self

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.values[0]}, {self.values[1]})"


def vector_exercise() -> Exercise:
    made = exercise("Vector")

    @made.test("adding makes a new vector")
    def _(answer: Any) -> None:
        u, v = answer(1, 2), answer(3, 4)
        close((u + v).x, 4)
        close(u.x, 1)
        holds(u is not u + v, "The sum is the left vector itself.", got=u)

    @made.mistake("You changed the left vector.")
    class InPlace:
        def __init__(self, x: float, y: float) -> None:
            self.x, self.y = x, y

        def __add__(self, other: Any) -> Any:
            self.x += other.x
            self.y += other.y
            return self

        def __repr__(self) -> str:
            return f"{self.__class__.__name__}({self.x}, {self.y})"

    return made


def test_a_class_is_recognised_though_it_is_written_otherwise() -> None:
    made = vector_exercise()
    made.tests[0] = made.tests[0].__class__("adding makes a new vector", self_sum, 1, False)
    assert recognised(made, Vector) == "You changed the left vector."


def self_sum(answer: Any) -> None:
    u = answer(1, 2)
    total = u + answer(3, 4)
    holds(u is not total, "The sum is the left vector itself.", got=u)


def test_a_class_that_does_something_else_is_not_recognised() -> None:
    class Other(Vector):
        def __add__(self, other: Vector) -> Vector:
            return Other(0, 0)

    Other.__module__ = Vector.__module__
    assert recognised(vector_exercise(), Other) == ""


def test_the_text_of_a_dataclass_does_not_hide_the_mistake() -> None:
    made = exercise("Point")
    made.test("it is a point of the plane")(lambda answer: equal(answer(1, 2).swapped(), answer(2, 1)))

    @made.mistake("You swapped nothing.")
    @dataclass
    class Unswapped:
        x: float
        y: float

        def swapped(self) -> Any:
            return type(self)(self.x, self.y)

    @dataclass
    class Point:
        x: float
        y: float

        def swapped(self) -> Any:
            return self

    assert recognised(made, Point) == "You swapped nothing."


def test_a_torch_module_is_recognised_by_how_its_tests_end() -> None:
    made = exercise("Net", inside=True)

    @made.test("two classes come out")
    def _(answer: Any) -> None:
        equal(tuple(answer()(torch.ones(3, 4)).shape), (3, 2))

    def net(outputs: int) -> type:
        class Net(torch.nn.Module):
            def __init__(self) -> None:
                super().__init__()
                self.layer = torch.nn.Linear(4, outputs)

            def forward(self, x: torch.Tensor) -> Any:
                return self.layer(x)

        return Net

    made.mistake("One output is not enough.")(net(1))
    assert recognised(made, net(1)) == "One output is not enough."
    assert recognised(made, net(3)) == ""


# Values


def value_exercise() -> Exercise:
    made = exercise("size", value=True)
    made.test("it is large enough")(lambda answer: holds(answer > 5, "It is too small."))
    made.mistake("You counted from zero.")(lambda: 4)
    return made


@pytest.mark.parametrize("answer", [4, 4.0, np.int64(4)])
def test_a_value_is_recognised_by_equality(answer: Any) -> None:
    assert recognised(value_exercise(), answer) == "You counted from zero."


@pytest.mark.parametrize("answer", [3, 5, -4, None, "4", [4]])
def test_another_value_that_fails_the_same_test_is_not_the_mistake(answer: Any) -> None:
    assert recognised(value_exercise(), answer) == ""


def test_one_of_several_values_that_differs_is_another_answer() -> None:
    from types import SimpleNamespace

    made = exercise("ends", value=True, names=["low", "high"])
    made.test("they are apart")(lambda answer: holds(answer.low < answer.high, "They are not apart."))
    made.mistake("You exchanged them.")(lambda: {"low": 3, "high": 1})
    assert recognised(made, SimpleNamespace(low=3, high=1)) == "You exchanged them."
    assert recognised(made, SimpleNamespace(low=3, high=2)) == ""


def test_a_table_is_recognised_by_equality_not_by_its_first_difference() -> None:
    right = pd.DataFrame({"a": [1, 2], "b": [5, 6]})
    made = exercise("table", value=True)
    made.test("it is the table")(lambda answer: same_frame(answer, right))
    made.mistake("You left out the last row.")(lambda: right.head(1))
    assert recognised(made, pd.DataFrame({"a": [1], "b": [5]})) == "You left out the last row."
    assert recognised(made, pd.DataFrame({"a": [9], "b": [9]})) == ""


def test_a_query_is_recognised_by_what_it_finds_however_it_is_written() -> None:
    people = pd.DataFrame({"name": ["Ann", "Bo", "Cy"], "age": [17, 18, 30]})

    def test(answer: str) -> None:
        database = sqlite3.connect(":memory:")
        people.to_sql("people", database, index=False)
        same_frame(pd.read_sql(answer, database), people[people.age >= 18][["name"]])
        database.close()

    made = exercise("adults", value=True)
    made.test("all adults are found")(test)
    made.mistake("Eighteen is an adult as well.")(lambda: "SELECT name FROM people WHERE age > 18")
    assert recognised(made, "select p.name from people as p where not p.age <= 18") == "Eighteen is an adult as well."
    # As many rows, so the same sentence; but other people.
    assert recognised(made, "SELECT name FROM people WHERE age = 18") == ""


# Bounds


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no alarm")
def test_a_mistake_that_hangs_is_recognised_by_hanging() -> None:
    made = exercise("down", seconds=0.2)
    made.test("it ends")(lambda answer: equal(answer(3), 0))

    @made.mistake("You never count down.")
    def forever(n: int) -> int:
        while n > 0:
            pass
        return n

    assert recognised(made, lambda n: time.sleep(60)) == "You never count down."
    assert recognised(made, lambda n: n) == ""


def test_nothing_is_claimed_when_the_learner_stopped_it() -> None:
    made = exercise("down")
    made.test("it ends")(lambda answer: equal(answer(3), 0))

    def interrupted(n: int) -> int:
        raise KeyboardInterrupt

    made.mistake("You were impatient.")(interrupted)
    assert recognised(made, interrupted) == ""


def test_what_a_mistake_prints_is_not_the_learners() -> None:
    made = exercise("double")
    made.test("it doubles")(lambda answer: equal(answer(2), 4))
    made.mistake("You print.")(lambda n: print("printed by the mistake"))
    found = check(made, lambda n: None)
    assert found.mistake == "You print."
    assert found.printed == ""


def test_the_first_of_two_mistakes_that_fit_is_named() -> None:
    made = exercise("double")
    made.test("it doubles")(lambda answer: equal(answer(2), 4))

    @made.mistake("one")
    def nothing(n: int) -> int:
        return 0

    @made.mistake("two")
    def nought(n: int) -> int:
        return 0

    assert recognised(made, lambda n: 0) == "one"


def test_a_mistake_that_ended_otherwise_before_is_not_run_again() -> None:
    made = exercise("double")
    made.test("it doubles 2")(lambda answer: equal(answer(2), 4))
    made.test("it doubles 3")(lambda answer: equal(answer(3), 6))
    runs: list[int] = []

    @made.mistake("You square.")
    def square(n: int) -> int:
        runs.append(n)
        return n * n

    assert recognised(made, lambda n: 2 * n if n == 3 else 0) == ""
    assert runs == [2]  # it is right there, the answer is not
    assert recognised(made, lambda n: 2 * n if n == 3 else 1) == ""
    assert runs == [2]
    assert recognised(made, lambda n: n**2) == "You square."
    assert runs == [2, 2, 3]


def test_how_long_a_mistake_took_is_not_remembered() -> None:
    made = exercise("double", seconds=0.1)
    made.test("it doubles")(lambda answer: equal(answer(2), 4))
    waits = [0.3, 0.0]

    @made.mistake("You return nothing.")
    def nothing(n: int) -> None:
        time.sleep(waits.pop(0))

    assert recognised(made, lambda n: None) == ""
    assert recognised(made, lambda n: None) == "You return nothing."


def test_a_stub_is_no_mistake() -> None:
    made = exercise("double")
    made.test("it doubles")(lambda answer: equal(answer(2), 4))
    made.mistake("You return nothing.")(lambda n: None)
    assert recognised(made, lambda n: None, stub_left=True) == ""
