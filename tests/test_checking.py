"""Checking: every kind of answer is tested as it is, and whatever it does comes to a verdict in words."""

from __future__ import annotations

import functools
import sqlite3
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.checking import check
from autograder.compare import close, equal, is_a, raises, same_frame
from autograder.errors import CourseError
from autograder.exercise import Exercise
from autograder.verdict import Failure, Verdict

Try = Callable[..., None]


def exercise(*tests: Try, **options: Any) -> Exercise:
    made = Exercise(concepts=["checking"], minutes=1, **options)
    made.id = "answer"
    for number, test in enumerate(tests, start=1):
        made.test(f"test {number}")(test)
    return made


def verdict(answer: Any, *tests: Try, **options: Any) -> Verdict:
    return check(exercise(*tests, **options), answer)


def failure(answer: Any, test: Try, **options: Any) -> Failure:
    found = verdict(answer, test, **options).results[0].failure
    assert found is not None
    return found


def passes(answer: Any, test: Try, **options: Any) -> bool:
    return verdict(answer, test, **options).outcome == "passed"


def in_cell(source: str, name: str = "answer") -> Any:
    """What a notebook's cell defines: its code bears a cell's file name and its lines can be looked up."""
    import linecache

    place = f"<cell {abs(hash(source))}>"
    linecache.cache[place] = (len(source), None, source.splitlines(keepends=True), place)
    names: dict[str, Any] = {"__name__": "__main__"}
    exec(compile(source, place, "exec", dont_inherit=True), names)
    return names[name]


# Every kind of answer


def test_a_function_is_called_with_positional_keyword_and_default_arguments() -> None:
    def scaled(row: list[float], factor: float = 2, *, shift: float = 0) -> list[float]:
        return [x * factor + shift for x in row]

    def test(answer: Any) -> None:
        equal(answer([1]), [2])
        equal(answer([1], 3), [3])
        equal(answer(row=[1], factor=3, shift=1), [4])

    assert passes(scaled, test)


def test_a_function_that_takes_functions() -> None:
    assert passes(lambda f, x: f(f(x)), lambda answer: equal(answer(lambda n: n + 3, 1), 7))


def test_a_function_that_makes_functions() -> None:
    def adder(n: int) -> Callable[[int], int]:
        return lambda m: n + m

    assert passes(adder, lambda answer: equal(answer(2)(3), 5))
    assert failure(adder, lambda answer: equal(answer(2)(3), 6)).call == "answer(…)(3)"


def test_a_function_that_calls_itself_by_its_global_name() -> None:
    answer = in_cell("def answer(n):\n    return 1 if n == 0 else n * answer(n - 1)\n")
    assert passes(answer, lambda answer: equal(answer(200), functools.reduce(lambda a, b: a * b, range(1, 201))))
    assert failure(answer, lambda answer: equal(answer(3), 7)).call == "answer(3)"


def test_a_decorator_that_gives_its_function_back_is_seen_to_do_so() -> None:
    def given() -> None: ...

    def test(answer: Any) -> None:
        assert answer(given) is given

    assert passes(lambda function: function, test)


def test_a_function_made_once_is_the_same_function_each_time() -> None:
    made: dict[int, Callable[[], int]] = {}

    def test(answer: Any) -> None:
        assert answer(1) is answer(1)
        assert answer(1) is not answer(2)

    assert passes(lambda n: made.setdefault(n, lambda: n), test)


def test_what_a_decorator_writes_on_its_function_can_be_read_and_reset() -> None:
    def counted(function: Callable[..., Any]) -> Any:
        @functools.wraps(function)
        def counting(*args: Any) -> Any:
            counting.calls += 1  # type: ignore[attr-defined]
            return function(*args)

        counting.calls = 0  # type: ignore[attr-defined]
        return counting

    def test(answer: Any) -> None:
        double = answer(lambda n: 2 * n)
        equal([double(1), double(2)], [2, 4])
        equal(double.calls, 2)
        double.calls = 0
        double(1)
        equal(double.calls, 1)
        equal(double.__wrapped__(4), 8)

    assert passes(counted, test)


def test_a_cached_function_keeps_its_cache() -> None:
    def test(answer: Any) -> None:
        answer(1), answer(1)
        equal(answer.cache_info().hits, 1)
        answer.cache_clear()

    assert passes(functools.lru_cache(lambda n: n), test)


def test_a_partial_a_builtin_and_a_method_are_functions() -> None:
    assert passes(functools.partial(pow, 2), lambda answer: equal(answer(3), 8))
    assert passes(len, lambda answer: equal(answer([1]), 1))
    assert passes("a-b".split, lambda answer: equal(answer("-"), ["a", "b"]))
    assert passes(np.add, lambda answer: close(answer(1, 2), 3))


def test_signature_name_and_documentation_are_those_of_the_answer() -> None:
    import inspect

    def area(radius: float, pi: float = 3.14) -> float:
        """The area of a disc."""
        return pi * radius**2

    def test(answer: Any) -> None:
        equal(str(inspect.signature(answer)), str(inspect.signature(area)))
        equal((answer.__name__, answer.__doc__), ("area", "The area of a disc."))

    assert passes(area, test)
    assert vars(area) == {}


def test_a_generator_function_is_not_run_ahead() -> None:
    def naturals() -> Iterator[int]:
        n = 0
        while True:
            yield n
            n += 1

    def test(answer: Any) -> None:
        numbers = answer()
        equal([next(numbers), next(numbers)], [0, 1])

    assert passes(naturals, test)


def test_values_of_every_kind() -> None:
    assert passes(3, lambda answer: equal(answer, 3), value=True)
    assert passes(np.ones(2), lambda answer: close(answer, [1, 1]), value=True)
    assert passes(torch.ones(2), lambda answer: close(answer, [1, 1]), value=True)
    table = pd.DataFrame({"a": [1]})
    assert passes(table, lambda answer: same_frame(answer, table), value=True)


def test_a_query() -> None:
    def test(answer: Any) -> None:
        database = sqlite3.connect(":memory:")
        pd.DataFrame({"city": ["Bern", "Basel"], "people": [134, 173]}).to_sql("cities", database, index=False)
        same_frame(pd.read_sql(answer, database), pd.DataFrame({"city": ["Basel"]}))
        database.close()

    assert passes("SELECT city FROM cities WHERE people > 150", test, value=True)
    assert "no such table" in failure("SELECT city FROM towns", test, value=True).message


def test_a_figure() -> None:
    from matplotlib.figure import Figure

    figure = Figure()
    figure.subplots().plot([1, 2], label="loss")

    def test(answer: Any) -> None:
        equal(len(answer.axes[0].lines), 1)

    assert passes(figure, test, value=True, inside=True)


def test_a_fitted_model() -> None:
    from sklearn.linear_model import LinearRegression

    x, y = np.array([[0.0], [1.0]]), np.array([1.0, 3.0])
    model = LinearRegression().fit(x, y)
    assert passes(model, lambda answer: close(answer.predict([[2.0]]), [5.0]), value=True)
    assert "NotFittedError" in failure(LinearRegression(), lambda answer: answer.predict([[2.0]]), value=True).message


def test_a_torch_module_of_an_inside_exercise() -> None:
    class Net(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer = torch.nn.Linear(4, 2)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            out: torch.Tensor = self.layer(x)
            return out

    def test(answer: Any) -> None:
        net = answer()
        equal(net(torch.zeros(3, 4)).shape, (3, 2))
        equal(len(net.state_dict()), 2)
        net(torch.ones(3, 4)).sum().backward()

    assert passes(Net, test, inside=True)
    assert passes(Net, test)


def test_a_web_app() -> None:
    from fastapi import FastAPI
    from fastapi.testclient import TestClient

    app = FastAPI()

    @app.get("/square")
    def square(n: int) -> dict[str, int]:
        return {"square": n * n}

    def test(answer: Any) -> None:
        with TestClient(answer) as client:
            equal(client.get("/square", params={"n": 3}).json(), {"square": 9})
            equal(client.get("/square", params={"n": "x"}).status_code, 422)

    assert passes(app, test, value=True, inside=True)


def test_the_text_of_a_file() -> None:
    assert passes("FROM python\n", lambda answer: equal(answer.split()[0], "FROM"), file="Dockerfile")


def test_several_names_at_once() -> None:
    from types import SimpleNamespace

    both = SimpleNamespace(encode=lambda text: text[::-1], decode=lambda text: text[::-1])
    test = lambda answer: equal(answer.decode(answer.encode("ab")), "ab")  # noqa: E731
    assert passes(both, test, names=["encode", "decode"])


# Classes are recorded without a change to how they behave


class Shape(ABC):
    __slots__ = ()

    @abstractmethod
    def area(self) -> float: ...


class Square(Shape):
    __slots__ = ("_side",)
    made: list[str] = []  # noqa: RUF012

    def __init__(self, side: float) -> None:
        self._side = side

    def __init_subclass__(cls) -> None:
        Square.made.append(cls.__name__)

    @property
    def side(self) -> float:
        return self._side

    @side.setter
    def side(self, side: float) -> None:
        if side < 0:
            raise ValueError("negative")
        self._side = side

    def area(self) -> float:
        return self.side**2

    @classmethod
    def unit(cls) -> Square:
        return cls(1)

    @staticmethod
    def corners() -> int:
        return 4

    def __add__(self, other: Square) -> Square:
        return Square(self.side + other.side)

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and isinstance(other, Square) and self.side == other.side

    def __hash__(self) -> int:
        return hash(self.side)

    def __repr__(self) -> str:
        return f"Square({self.side:g})"

    def __iter__(self) -> Iterator[float]:
        yield from [self.side] * 4

    def __len__(self) -> int:
        return 4

    def __enter__(self) -> Square:
        return self

    def __exit__(self, *_: object) -> bool:
        return True


def use_the_square(answer: Any) -> None:
    square = answer(2)
    is_a(square + answer(1), answer, Shape)
    assert type(square) is answer
    assert type(answer.unit()) is answer
    equal(square + answer(1), answer(3))
    equal({square: 1}[answer(2)], 1)
    equal(repr(square), "Square(2)")
    equal(list(square), [2, 2, 2, 2])
    equal((len(square), answer.corners()), (4, 4))
    close(square.area(), 4)
    square.side = 3
    close(square.side, 3)
    with raises(ValueError, says="negative"):
        square.side = -1
    with raises(AttributeError):
        square.colour = "red"  # __slots__ forbids it
    with square as inside:
        assert inside is square
        raise KeyError("swallowed by __exit__")


def test_a_class_behaves_as_it_does_in_the_notebook() -> None:
    use_the_square(Square)
    assert passes(Square, use_the_square, names=["Square"])


def test_a_class_is_left_as_it_was() -> None:
    before = dict(vars(Square))
    verdict(Square, use_the_square)
    assert dict(vars(Square)) == before
    assert (Square.__name__, Square.made) == ("Square", [])


def test_a_class_is_left_as_it_was_even_when_a_test_had_to_be_stopped() -> None:
    class Slow:
        def wait(self) -> None:
            time.sleep(60)

    before = dict(vars(Slow))
    assert failure(Slow, lambda answer: answer().wait(), seconds=0.1).kind == "timeout"
    assert dict(vars(Slow)) == before


def test_dataclasses_enums_and_exceptions_are_classes_too() -> None:
    @dataclass(frozen=True, order=True)
    class Point:
        x: float
        y: float = 0

    class Colour(Enum):
        RED = "r"

        def shout(self) -> str:
            return self.name + "!"

    class TooHotError(ValueError):
        def __init__(self, degrees: float) -> None:
            super().__init__(f"{degrees} degrees")

    def test_point(answer: Any) -> None:
        equal(answer(1), answer(1, 0))
        assert answer(1) < answer(2)
        assert len({answer(1), answer(1)}) == 1

    def test_error(answer: Any) -> None:
        with raises(answer, says="40 degrees"):
            raise answer(40)

    assert passes(Point, test_point)
    assert passes(Colour, lambda answer: equal(answer("r").shout(), "RED!"))
    assert passes(TooHotError, test_error)


def test_a_class_of_a_library_is_not_touched() -> None:
    from collections import Counter

    before = dict(vars(Counter))

    def test(answer: Any) -> None:
        assert dict(vars(Counter)) == before
        equal(answer("aab")["a"], 2)

    assert passes(Counter, test)


@pytest.mark.parametrize(
    ("test", "call"),
    [
        (lambda answer: equal(answer(2).area(), 5), "answer.area()"),
        (lambda answer: close((answer(2) + answer(1)).side, 5), "answer.side()"),
        (lambda answer: equal(answer(2), answer(3)), "answer == <answer>"),
        (lambda answer: equal(len(answer(2)), 5), "len(answer)"),
        (lambda answer: equal(answer.corners(), 5), "answer.corners()"),
        (lambda answer: equal(answer(2)._side, 5), "answer(2)"),
    ],
    ids=["method", "property", "equality", "len", "static", "constructor"],
)
def test_a_failed_test_of_a_class_says_what_it_asked(test: Try, call: str) -> None:
    assert failure(Square, test).call == call


def test_an_attribute_that_is_missing_is_not_taken_for_a_missing_return() -> None:
    message = failure(Square, lambda answer: answer(2).colour).message
    assert "has no attribute 'colour'" in message
    assert "return" not in message


# Whatever an answer does


def test_an_error_is_shown_with_the_learners_own_lines() -> None:
    answer = in_cell("def inner(x):\n    return 1 / x\n\ndef answer(x):\n    return inner(x)\n")
    found = failure(answer, lambda answer: answer(0))
    assert (found.kind, found.message, found.call) == ("error", "ZeroDivisionError: division by zero", "answer(0)")
    assert found.trace == (("line 5, in answer", "return inner(x)"), ("line 2, in inner", "return 1 / x"))


def test_a_long_traceback_is_cut_to_its_ends() -> None:
    answer = in_cell("def answer(n):\n    return answer(n - 1) if n else 1 / n\n")
    assert len(failure(answer, lambda answer: answer(20)).trace) == 4


def test_an_endless_recursion_is_named() -> None:
    answer = in_cell("def answer(n):\n    return answer(n + 1)\n")
    assert "calls itself again and again" in failure(answer, lambda answer: answer(0)).message


@pytest.mark.parametrize("stop", [sys.exit, lambda: exit(), lambda: (_ for _ in ()).throw(SystemExit(3))])
def test_an_answer_that_ends_the_program_does_not(stop: Callable[[], Any]) -> None:
    assert "exit()" in failure(stop, lambda answer: answer()).message


def test_an_error_of_any_class_comes_to_a_verdict() -> None:
    class Odd(BaseException):
        def __str__(self) -> str:
            raise ValueError("no text")

    def answer() -> None:
        raise Odd

    assert failure(answer, lambda answer: answer()).message == "Odd: (no message)"


def test_an_assertion_of_the_learners_own_is_an_error_of_theirs() -> None:
    def answer() -> None:
        raise AssertionError("my own check")

    assert failure(answer, lambda answer: answer()).message == "AssertionError: my own check"


def hang_and_swallow() -> None:
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no alarm")
@pytest.mark.parametrize("answer", [hang_and_swallow, lambda: time.sleep(60)], ids=["swallow", "sleep"])
def test_an_answer_that_hangs_is_stopped_and_the_other_tests_go_on(answer: Callable[[], None]) -> None:
    found = verdict(answer, lambda answer: answer(), lambda answer: answer(), lambda answer: None, seconds=0.1)
    kinds = [result.failure and result.failure.kind for result in found.results]
    assert kinds == ["timeout", "timeout", None]
    first = found.results[0].failure
    assert first is not None
    assert first.message.startswith("It was still running after 0.1 seconds and was stopped.")
    assert first.call == "answer()"


def test_after_a_hang_the_others_get_a_second_each() -> None:
    started = time.perf_counter()
    sleep = lambda answer: answer()  # noqa: E731
    verdict(lambda: time.sleep(60), sleep, sleep, seconds=1.2)
    assert time.perf_counter() - started < 1.2 + 1.0 + 0.8


def test_what_the_learner_stops_is_stopped_for_good() -> None:
    def answer() -> None:
        raise KeyboardInterrupt

    found = verdict(answer, lambda answer: answer(), lambda answer: None)
    assert [result.failure and result.failure.kind for result in found.results] == ["interrupted", "interrupted"]


def test_megabytes_of_prints_are_cut_and_counted() -> None:
    def answer() -> int:
        for _ in range(2000):
            print("x" * 1000)
        return 1

    found = verdict(answer, lambda answer: equal(answer(), 2))
    assert len(found.printed) < 2100
    assert "2,002,000 characters in all" in found.printed


def test_printing_instead_of_returning_is_told_apart() -> None:
    found = verdict(lambda n: print(2 * n), lambda answer: equal(answer(2), 4))
    assert "`print` shows a value to you; `return` hands it to the caller." in found.note


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda: None, "nothing (None). Is there a `return` on every path?"),
        (lambda: float("nan"), "nan (not a number)"),
        (lambda: (n for n in [1.0]), "a generator"),
        (lambda: np.ones((2, 1)), "should be a single number, but it is an array of shape (2, 1)"),
        (lambda: "1", "it is text"),
        (lambda: ..., "the three dots"),
        (lambda: abs, "the function abs itself"),
    ],
    ids=["None", "nan", "generator", "shape", "text", "dots", "function"],
)
def test_a_result_of_another_kind_is_named(answer: Callable[[], Any], words: str) -> None:
    assert words in failure(answer, lambda answer: close(answer(), 1.0)).message


def test_a_test_that_stumbles_over_none_says_so() -> None:
    found = failure(lambda row: None, lambda answer: equal(answer([1]) + 1, 2))
    assert found.message.startswith("What it gives back is nothing (None). Is there a `return` on every path?")


def test_a_test_that_stumbles_over_anything_else_shows_what_it_got() -> None:
    found = failure(lambda: [1, 2], lambda answer: answer()["a"])
    assert found.message.startswith("The test can't go on with what it got: TypeError")
    assert found.got == "a list of 2, [1, 2]"


def test_a_value_in_place_of_a_function_is_named() -> None:
    found = failure(3.5, lambda answer: answer(1))
    assert found.message == "`answer` should be a function or a class, something to call, but it is a number."


def test_too_few_parameters_are_pythons_own_error() -> None:
    assert "takes 0 positional arguments but 1 was given" in failure(lambda: 1, lambda answer: answer(1)).message


def test_a_right_answer_that_changes_its_argument_is_cautioned() -> None:
    def answer(row: list[int]) -> list[int]:
        row.sort()
        return row

    found = verdict(answer, lambda answer: equal(answer([2, 1]), [1, 2]))
    assert found.outcome == "passed"
    assert found.results[0].caution.startswith("`answer` changes `row`, which still belongs to whoever called it.")


def test_a_wrong_answer_that_changes_its_argument_is_told() -> None:
    def answer(*, row: list[int]) -> int:
        row.append(0)
        return 0

    found = verdict(answer, lambda answer: equal(answer(row=[2, 1]), 3))
    assert found.note == "`answer` also changes `row`, which still belongs to whoever called it."


def test_an_answer_that_is_meant_to_change_its_argument_is_not_cautioned() -> None:
    def test(answer: Any) -> None:
        row = [2, 1]
        answer(row)
        equal(row, [1, 2])

    assert verdict(list.sort, test).results[0].caution == ""


def test_missing_dates_in_an_argument_are_no_change() -> None:
    table = pd.DataFrame({"when": pd.to_datetime(["2026-01-01", None]), "n": pd.array([1, None], dtype="Int64")})
    found = verdict(lambda table: len(table), lambda answer: equal(answer(table), 2))
    assert found.results[0].caution == ""


def test_an_error_of_the_course_itself_is_not_the_learners() -> None:
    def test(answer: Any) -> None:
        raise CourseError("A data file is damaged.")

    with pytest.raises(CourseError, match="damaged"):
        verdict(abs, test)


# Chance


def test_the_same_seed_gives_the_same_numbers_and_another_seed_others() -> None:
    seen: list[float] = []
    made = exercise(lambda answer, rng: seen.append(rng.random()))
    check(made, abs), check(made, abs), check(made, abs, seed=1)
    assert seen[0] == seen[1] != seen[2]


def test_two_tests_get_different_numbers() -> None:
    seen: list[float] = []
    test = lambda answer, rng: seen.append(rng.random())  # noqa: E731
    verdict(abs, test, test)
    assert seen[0] != seen[1]


def draw() -> list[float]:
    import random

    return [random.random(), np.random.rand(), float(torch.rand(1))]  # noqa: NPY002


def test_an_answer_that_draws_by_chance_draws_the_same_each_time() -> None:
    seen: list[list[float]] = []
    made = exercise(lambda answer: seen.append(answer()))
    check(made, draw), check(made, draw)
    assert seen[0] == seen[1]


def test_checking_leaves_the_notebooks_own_chance_alone() -> None:
    import random

    def start() -> None:
        random.seed(5), np.random.seed(5), torch.manual_seed(5)  # noqa: NPY002

    start()
    undisturbed = draw()
    start()
    verdict(draw, lambda answer: answer())
    assert draw() == undisturbed


# Points


@settings(max_examples=30)
@given(st.lists(st.tuples(st.booleans(), st.integers(1, 5)), min_size=1, max_size=6))
def test_points_are_the_sum_over_the_passed_tests(plan: list[tuple[bool, int]]) -> None:
    made = exercise()
    for number, (right, points) in enumerate(plan):
        made.test(f"test {number}", points=points)(lambda answer, right=right: equal(right, True))
    found = check(made, abs)
    assert found.points == sum(points for right, points in plan if right)
    assert found.maximum == sum(points for _, points in plan)
    assert (found.outcome == "passed") == all(right for right, _ in plan)


def test_a_stub_that_was_left_in_counts_as_not_started_until_everything_passes() -> None:
    one, two = (lambda answer: None), (lambda answer: equal(answer(2), 4))
    halfway = check(exercise(one, two), lambda n: n, stub_left=True)
    assert (halfway.outcome, halfway.points) == ("not started", 0)
    assert "three dots still stands in your cell" in halfway.note
    assert check(exercise(one, two), lambda n: 2 * n, stub_left=True).outcome == "passed"


def test_a_verdict_can_be_written_as_json() -> None:
    import json

    found = verdict(lambda: [1], lambda answer: equal(answer(), np.array([2])))
    assert json.loads(json.dumps(found.as_json()))["results"][0]["passed"] is False


def test_a_written_file_of_the_working_folder_is_reached_by_an_answer(tmp_path: Path) -> None:
    target = tmp_path / "written.txt"
    assert passes(target.write_text, lambda answer: equal(answer("hello"), 5))
    assert target.read_text() == "hello"


def test_a_test_that_calls_very_often_stays_quick() -> None:
    def test(answer: Any) -> None:
        for n in range(50_000):
            answer(n)

    started = time.perf_counter()
    assert passes(lambda n: n, test)
    assert time.perf_counter() - started < 3
