"""What a learner waits for: how long the first cell takes to import, and what a check adds to its tests."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograder.card import Card
from autograder.checking import check, generator
from autograder.compare import close, equal
from autograder.exercise import Exercise

MOST_SECONDS_TO_IMPORT = 0.15
MOST_MILLISECONDS_TO_CHECK = 50.0


def benchmarks() -> Iterator[dict[str, Any]]:
    """Every measurement of this file, one after the other."""
    yield import_time()
    for name, exercise, answer in (
        ("a right answer", *_with_mistakes(lambda u, v: float(u @ v / (np.linalg.norm(u) * np.linalg.norm(v))))),
        ("a wrong answer", *_with_mistakes(lambda u, v: float(u @ v))),
        ("a right class", *_with_class()),
        ("a thousand calls", *_with_many_calls()),
        ("arrays of 100,000", *_with_large_arrays()),
    ):
        yield check_overhead(name, exercise, answer)


def import_time(pairs: int = 15) -> dict[str, Any]:
    """`import autograder` against an empty program: whole processes, in pairs, so that a busy machine hits both.

    The target holds for the processor's time, which other programs do not lengthen; on an idle machine the
    clock on the wall says the same.
    """
    empty, full = [], []
    for _ in range(pairs):
        empty.append(_seconds_of("pass"))
        full.append(_seconds_of("import autograder"))
    both = list(zip(empty, full, strict=True))
    processor = statistics.median(b[1] - a[1] for a, b in both)
    return {
        "benchmark": "import autograder",
        "seconds": round(processor, 4),
        "seconds_on_the_wall": round(statistics.median(b[0] - a[0] for a, b in both), 4),
        "ratio": round(statistics.median(b[1] / a[1] for a, b in both), 2),
        "target": MOST_SECONDS_TO_IMPORT,
        "met": processor <= MOST_SECONDS_TO_IMPORT,
    }


def _seconds_of(program: str) -> tuple[float, float]:
    """What a program takes from start to end: on the wall, and of the processor."""
    started = time.perf_counter()
    command = [sys.executable, "-c", f"{program}; import time; print(time.process_time())"]
    run = subprocess.run(command, check=True, capture_output=True, text=True)
    return time.perf_counter() - started, float(run.stdout)


def check_overhead(name: str, exercise: Exercise, answer: Any, runs: int = 101) -> dict[str, Any]:
    """What `check` and its card add to the tests alone, run as plain functions: processor time, median of many."""
    added = []
    for seed in range(runs):
        started = time.process_time()
        _bare(exercise, answer, seed)
        between = time.process_time()
        Card(check(exercise, answer, seed=seed), exercise)._repr_html_()
        added.append((time.process_time() - between) - (between - started))
    milliseconds = 1000 * statistics.median(added)
    return {
        "benchmark": f"check adds to {name}",
        "milliseconds": round(milliseconds, 2),
        "target": MOST_MILLISECONDS_TO_CHECK,
        "met": milliseconds <= MOST_MILLISECONDS_TO_CHECK,
    }


def _bare(exercise: Exercise, answer: Any, seed: int) -> None:
    for test in exercise.tests:
        arguments = (answer, generator(exercise, test, seed)) if test.wants_rng else (answer,)
        try:
            test.run(*arguments)
        except AssertionError:
            continue


def _exercise(name: str) -> Exercise:
    made = Exercise(concepts=[], minutes=1, hints=["one", "two"])
    made.id = name
    return made


def _with_mistakes(answer: Callable[..., float]) -> tuple[Exercise, Any]:
    """An exercise as lessons have them: five tests, eight known mistakes."""
    made = _exercise("cosine")
    for number in range(5):

        @made.test(f"the cosine of two vectors, {number}")
        def _(answer: Any, rng: np.random.Generator) -> None:
            u, v = rng.normal(size=(2, 20))
            close(answer(u, v), float(u @ v / np.sqrt((u @ u) * (v @ v))))
            close(answer(u, 3 * u), 1.0)

    for number in range(8):
        made.mistake(f"mistake {number}")(lambda u, v, power=number: float(u @ v) / float(u @ u) ** power + power)
    return made, answer


def _with_class() -> tuple[Exercise, type]:
    class Stack:
        def __init__(self) -> None:
            self.items: list[int] = []

        def push(self, item: int) -> None:
            self.items.append(item)

        def pop(self) -> int:
            return self.items.pop()

        def __len__(self) -> int:
            return len(self.items)

    made = _exercise("Stack")

    @made.test("last in, first out")
    def _(answer: Any) -> None:
        stack = answer()
        for n in range(20):
            stack.push(n)
        equal([stack.pop() for _ in range(20)], list(reversed(range(20))))
        equal(len(stack), 0)

    return made, Stack


def _with_many_calls() -> tuple[Exercise, Any]:
    made = _exercise("double")

    @made.test("every number is doubled")
    def _(answer: Any) -> None:
        equal([answer(n) for n in range(1000)], [2 * n for n in range(1000)])

    return made, lambda n: n + n


def _with_large_arrays() -> tuple[Exercise, Any]:
    made = _exercise("standardised")

    @made.test("the mean is 0 and the spread is 1")
    def _(answer: Any, rng: np.random.Generator) -> None:
        for _ in range(5):
            result = answer(rng.normal(3, 2, size=100_000))
            close([result.mean(), result.std()], [0, 1], atol=1e-9)

    return made, lambda x: (x - x.mean()) / x.std()
