"""What is tried on one exercise: each function here runs in a child that nobody will miss."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from autograder import snapshots, values
from autograder.answers import Found, Missing, find_answer
from autograder.audit.variations import same_on_other_inputs
from autograder.checking import Run, check, run_test, run_tests
from autograder.exercise import Exercise, Mistake, Test
from autograder.limits import printed

SEEDS: Final = range(1, 21)
"""The seeds under which an exercise must come to the same verdict as under 0, the one that grades."""
CONSTANTS: Final[dict[str, Callable[..., Any]]] = {
    "0": lambda *a, **k: 0,
    "1": lambda *a, **k: 1,
    "an empty text": lambda *a, **k: "",
    "an empty list": lambda *a, **k: [],
    "None": lambda *a, **k: None,
    "its first argument": lambda *a, **k: a[0] if a else None,
}


@dataclass(frozen=True)
class Tried:
    """How one answer fared.

    failed:   positions of the tests that it failed, in order.
    words:    everything the failures said, for finding messages that give the solution away.
    seconds:  per test, as measured here.
    note:     what else there is to say.
    """

    failed: tuple[int, ...] = ()
    words: tuple[str, ...] = ()
    seconds: tuple[float, ...] = ()
    note: str = ""
    equivalent: bool = False


@dataclass(frozen=True)
class Bench:
    """An exercise with the notebook's state just before it: `run` executes a cell there, `names` are its names."""

    exercise: Exercise
    run: Callable[[str], str]
    names: dict[str, Any]
    folder: Callable[[], Any]

    def answer(self, source: str) -> Found | Missing | str:
        """The answer that a cell's text makes; a text says why running it failed."""
        error = self.run(source)
        return error or find_answer(self.exercise, self.names, self.folder())


def reference(bench: Bench, source: str) -> Tried:
    """The solution: it must pass every test, under every seed."""
    found = bench.answer(source)
    if not isinstance(found, Found):
        return Tried(failed=(0,), note=found.reason if isinstance(found, Missing) else found)
    exercise, failed, seconds = bench.exercise, [], []
    answer = exercise.canonical(found.answer)
    for position, test in enumerate(exercise.tests):
        started = time.perf_counter()
        run = run_test(exercise, test, answer, 0, exercise.seconds)
        seconds.append(time.perf_counter() - started)
        if run.failure:
            failed.append(position)
    flaky = [] if failed else [seed for seed in SEEDS if _fails_by_chance(exercise, answer, seed)]
    return Tried(tuple(failed), seconds=tuple(seconds), note=f"fails under the seeds {flaky}" if flaky else "")


def stub(bench: Bench, source: str) -> Tried:
    """The stub: it must run, earn nothing and count as not started."""
    found = bench.answer(source)
    if isinstance(found, Missing):
        return Tried()
    if isinstance(found, str):
        return Tried(note=f"the stub raises: {found}")
    verdict = check(bench.exercise, found.answer, stub_left=found.stub_left)
    return Tried(
        note="" if verdict.outcome == "not started" else f"the stub is {verdict.outcome}, {verdict.points} points"
    )


def mistake(exercise: Exercise, known: Mistake) -> Tried:
    """A known mistake: it must fail, under every seed, and be recognised as itself."""
    answer = exercise.answer_of(known.answer)
    verdict = check(exercise, answer)
    failed = tuple(position for position, result in enumerate(verdict.results) if result.failure)
    words = [f"{r.failure.message} {r.failure.got}" for r in verdict.results if r.failure]
    if not failed:
        return Tried(note="it passes")
    if verdict.mistake != known.message:
        other = next((m.name for m in exercise.mistakes if m.message == verdict.mistake), "nothing")
        return Tried(failed, tuple(words), note=f"it is taken for {other}")
    always = any(not exercise.tests[position].wants_rng for position in failed)
    lucky = [] if always else [seed for seed in SEEDS if not _fails_by_chance(exercise, answer, seed)]
    return Tried(failed, tuple(words), note=f"it passes under the seeds {lucky}" if lucky else "")


def other_answer(exercise: Exercise, given: Callable[..., Any]) -> Tried:
    """Another right answer: it must pass every test, under every seed."""
    answer = exercise.canonical(exercise.answer_of(given))
    runs = run_tests(exercise, answer)
    failed = tuple(position for position, run in enumerate(runs) if run.failure)
    flaky = [] if failed else [seed for seed in SEEDS if _fails_by_chance(exercise, answer, seed)]
    return Tried(failed, note=f"fails under the seeds {flaky}" if flaky and not failed else "")


def constant(exercise: Exercise, name: str) -> Tried:
    """An answer without a thought: how many tests does it pass?"""
    answer = CONSTANTS[name] if not exercise.value else CONSTANTS[name]()
    runs = run_tests(exercise, exercise.canonical(answer))
    return Tried(tuple(position for position, run in enumerate(runs) if run.failure))


def mutant(bench: Bench, source: str, solution: str, limits: tuple[float, ...], whole: bool) -> Tried:
    """A changed solution: some test should fail.

    limits: seconds for each test.
    whole:  run all tests, not only until the first that fails.
    """
    found = bench.answer(source)
    exercise = bench.exercise
    if not isinstance(found, Found):
        return Tried(tuple(range(len(exercise.tests))), note="not an answer any more")
    answer = exercise.canonical(found.answer)
    failed, words = [], []
    with printed():
        for position, (test, limit) in enumerate(zip(exercise.tests, limits, strict=True)):
            run = run_test(exercise, test, answer, 0, limit)
            if run.failure:
                failed.append(position)
                words.append(f"{run.failure.message} {run.failure.got}")
                if not whole or run.timed_out:
                    break
        if failed:
            return Tried(tuple(failed), tuple(words))
        return _survivor(bench, answer, solution)


def _survivor(bench: Bench, answer: Any, solution: str) -> Tried:
    """A mutant that no test caught: is there any difference to be seen at all?"""
    found = bench.answer(solution)
    assert isinstance(found, Found)
    exercise, right = bench.exercise, bench.exercise.canonical(found.answer)
    if exercise.value:
        alike = snapshots.same(snapshots.snapshot(answer), snapshots.snapshot(right))
        return Tried(equivalent=alike, note="the same value" if alike else f"it is {values.show(answer)}")
    seen: list[Run] = []
    for seed in (0, *SEEDS):
        for test in _tests(exercise, chance_only=seed != 0):
            one = run_test(exercise, test, answer, seed, exercise.seconds)
            if one.failure:
                return Tried(note=f"seed {seed} would have caught it: {test.sentence}")
            if not one.same_as(run_test(exercise, test, right, seed, exercise.seconds)):
                return Tried(note=f"it behaves differently in the test “{test.sentence}”, and passes")
            seen.append(one)
    return Tried(*(), **same_on_other_inputs(answer, right, [call for run in seen for call in run.calls]))


def _tests(exercise: Exercise, chance_only: bool) -> list[Test]:
    """The tests whose inputs depend on the seed, or all."""
    return [test for test in exercise.tests if test.wants_rng or not chance_only]


def _fails_by_chance(exercise: Exercise, answer: Any, seed: int) -> bool:
    """Whether a test with random inputs fails under this seed; the others come to the same end under every seed."""
    with printed():
        return any(
            run_test(exercise, test, answer, seed, exercise.seconds).failure is not None
            for test in _tests(exercise, chance_only=True)
        )
