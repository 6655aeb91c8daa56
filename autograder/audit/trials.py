"""What is tried on one exercise: each function here runs in a child that nobody will miss."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from autograder import snapshots, values
from autograder.answers import Found, Missing
from autograder.audit.chance import SEEDS, WatchedTest
from autograder.audit.state import State
from autograder.audit.variations import same_on_other_inputs
from autograder.checking import Run, check, run_test
from autograder.exercise import Exercise, Test
from autograder.limits import printed

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

    failed:     positions of the tests that it failed, in order.
    words:      everything the failures said, for finding messages that give the solution away.
    points:     what it earned.
    note:       what else there is to say.
    flaky:      whether the verdict hangs on the seed or on luck.
    equivalent: nothing tells it from the solution.
    """

    failed: tuple[int, ...] = ()
    words: tuple[str, ...] = ()
    points: int = 0
    note: str = ""
    flaky: bool = False
    equivalent: bool = False


@dataclass(frozen=True)
class Measured:
    """What the solution takes and needs.

    cell, tests: seconds.
    cell_work, tests_work: seconds of a processor, for the cell and for all tests.
    by_chance: which of the tests may come to another end under another seed.
    imported: the modules that were not there before.
    """

    tried: Tried
    cell: float = 0.0
    tests: tuple[float, ...] = ()
    by_chance: tuple[int, ...] = ()
    cell_work: float = 0.0
    tests_work: float = 0.0
    imported: tuple[str, ...] = ()


@dataclass(frozen=True)
class Bench:
    """An exercise in the state of its notebook, with all that the trials need to know of its solution."""

    exercise: Exercise
    state: State
    solution: str
    measured: Measured = Measured(Tried())

    @property
    def limits(self) -> tuple[float, ...]:
        """Seconds for each test of a mutant: so many more than the solution takes that a busy machine does no harm."""
        return tuple(min(self.exercise.seconds, max(1.0, 20 * taken)) for taken in self.measured.tests)

    @property
    def cell_limit(self) -> float:
        return max(2.0, min(20 * self.measured.cell, 3 * self.measured.cell + 30))

    def answer(self, source: str, seconds: float) -> Found | Missing | str:
        """The answer that a cell's text makes; a text says why running it failed."""
        return self.state.run(source, seconds) or self.state.answer(self.exercise)


def reference(bench: Bench) -> Measured:
    """The solution: it must pass every test, under every seed, and again."""
    known_modules = set(sys.modules)
    started, worked = time.perf_counter(), time.process_time()
    found = bench.answer(bench.solution, 300)
    cell, cell_work = time.perf_counter() - started, time.process_time() - worked
    if not isinstance(found, Found):
        why = found.reason if isinstance(found, Missing) else found
        return Measured(Tried(failed=(0,), note=why))
    exercise = bench.exercise
    answer = exercise.canonical(found.answer)
    failed, seconds, by_chance, luck = [], [], [], []
    tests_work = 0.0
    with printed():
        for position, test in enumerate(exercise.tests):
            started = time.perf_counter()
            first = _patient(exercise, test, answer, 0)
            seconds.append(time.perf_counter() - started)
            watched, worked = WatchedTest(test), time.process_time()
            second = _patient(exercise, watched.test, answer, 0)
            tests_work += time.process_time() - worked
            if first.failure is not None:
                failed.append(position)
            if (first.failure is None) != (second.failure is None):
                luck.append(test.sentence)
            if watched.hangs_on_chance:
                by_chance.append(position)
        tried = Tried(tuple(failed), flaky=bool(luck), note=f"it passes “{luck[0]}” only sometimes" if luck else "")
        if not failed and not luck:
            tried = _steady(exercise, answer, by_chance)
    imported = tuple(name for name in sys.modules if name not in known_modules)
    return Measured(tried, cell, tuple(seconds), tuple(by_chance), cell_work, tests_work, imported)


def _steady(exercise: Exercise, answer: Any, by_chance: Sequence[int]) -> Tried:
    """What to say of a right answer after trying the tests that hang on chance under 20 more seeds."""
    unlucky = [
        seed
        for seed in SEEDS
        if any(_patient(exercise, exercise.tests[position], answer, seed).failure is not None for position in by_chance)
    ]
    if unlucky:
        return Tried(flaky=True, note=f"it fails under {len(unlucky)} of {len(SEEDS)} other seeds, first {unlucky[0]}")
    return Tried(points=exercise.points)


def _patient(exercise: Exercise, test: Test, answer: Any, seed: int) -> Run:
    """A test on a right answer. Running out of time on a busy machine is not held against it."""
    run = run_test(exercise, test, answer, seed, exercise.seconds)
    return run_test(exercise, test, answer, seed, 3 * exercise.seconds) if run.timed_out else run


def stub(bench: Bench, source: str) -> Tried:
    """The stub: it must run, earn nothing and count as not started."""
    found = bench.answer(source, 300)
    if isinstance(found, Missing):
        return Tried()
    if isinstance(found, str):
        return Tried(note=f"the stub raises {found}")
    verdict = check(bench.exercise, found.answer, stub_left=found.stub_left)
    if verdict.outcome == "not started":
        return Tried()
    return Tried(points=verdict.points, note=f"the stub counts as {verdict.outcome}, with {verdict.points} points")


def other_answer(bench: Bench, given: Callable[..., Any]) -> Tried:
    """Another right answer: it must pass every test, under every seed."""
    exercise = bench.exercise
    answer = exercise.canonical(exercise.answer_of(given))
    with printed():
        runs = [_patient(exercise, test, answer, 0) for test in exercise.tests]
        failed = tuple(position for position, run in enumerate(runs) if run.failure is not None)
        if failed:
            failure = runs[failed[0]].failure
            assert failure is not None
            return Tried(failed, note=failure.message)
        by_chance = {n for n, test in enumerate(exercise.tests) if test.wants_rng} | set(bench.measured.by_chance)
        return _steady(exercise, answer, sorted(by_chance))


def constant(bench: Bench, name: str) -> Tried:
    """An answer without a thought: how many tests does it pass?"""
    exercise = bench.exercise
    return _tested(bench, CONSTANTS[name]() if exercise.value else CONSTANTS[name], (1.0,) * len(exercise.tests))


def mutant(bench: Bench, source: str) -> Tried:
    """A changed solution: some test should fail."""
    found = bench.answer(source, bench.cell_limit)
    if isinstance(found, Found):
        return _tested(bench, found.answer, bench.limits)
    why = found.reason if isinstance(found, Missing) else found
    return Tried(tuple(range(len(bench.exercise.tests))), note=f"no answer any more: {why}")


def _tested(bench: Bench, answer: Any, limits: Sequence[float]) -> Tried:
    exercise = bench.exercise
    answer = exercise.canonical(answer)
    runs: list[Run] = []
    with printed():
        for test, limit in zip(exercise.tests, limits, strict=True):
            runs.append(run_test(exercise, test, answer, 0, limit))
            if runs[-1].timed_out:
                break  # it may loop in each of the others as well
    failed = tuple(position for position, run in enumerate(runs) if run.failure is not None)
    passed = sum(test.points for test, run in zip(exercise.tests, runs, strict=False) if run.failure is None)
    return Tried(failed, words_of([run.failure for run in runs], answer), passed)


def words_of(failures: Sequence[Any], answer: Any) -> tuple[str, ...]:
    """What failures say; a text that is the answer itself may be quoted to whoever wrote it."""
    said = [f"{failure.message} {failure.expected}" for failure in failures if failure is not None]
    if isinstance(answer, str):
        for line in sorted((line.strip() for line in answer.splitlines() if line.strip()), key=len, reverse=True):
            said = [text.replace(line, "…") for text in said]
    return tuple(said)


def survivor(bench: Bench, source: str, right: Any = None) -> Tried:
    """A mutant that no test caught: is there any difference to be seen at all?

    right: our own answer where the notebook's state has it already.
    """
    found = bench.answer(source, bench.cell_limit)
    assert isinstance(found, Found)
    exercise = bench.exercise
    answer = exercise.canonical(found.answer)
    if right is None:
        ours = bench.answer(bench.solution, 300)
        assert isinstance(ours, Found)
        right = ours.answer
    right = exercise.canonical(right)
    if exercise.value:
        alike = snapshots.same(snapshots.snapshot(answer), snapshots.snapshot(right))
        return Tried(equivalent=alike, note="it comes to the same value" if alike else f"it is {values.show(answer)}")
    seen: list[Run] = []
    with printed():
        for seed in (0, *SEEDS):
            for position, test in enumerate(exercise.tests):
                if seed and position not in bench.measured.by_chance:
                    continue
                one = _patient(exercise, test, answer, seed)
                if one.failure is not None:
                    return Tried(note=f"the test “{test.sentence}” would have caught it under the seed {seed}")
                if not one.same_as(_patient(exercise, test, right, seed)):
                    return Tried(note=f"it does something else in the test “{test.sentence}”, which accepts that")
                seen.append(one)
        calls = [call for run in seen for call in run.calls]
        return Tried(**same_on_other_inputs(answer, right, calls, (source, bench.solution)))
