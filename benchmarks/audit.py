"""What an audit costs: a mutant over its tests' own time, also beside torch, and all lessons on two processors."""

from __future__ import annotations

import multiprocessing
import os
import resource
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from typing import Any

from autograder.audit import trials
from autograder.audit.children import run_forked
from autograder.audit.process import audit_all
from autograder.audit.run import chosen
from autograder.audit.slots import Slots
from autograder.audit.state import State
from autograder.audit.trials import Bench, Measured, Tried
from autograder.compare import close
from autograder.errors import CourseError
from autograder.exercise import Exercise
from autograder.syllabus import read_syllabus

MOST_MILLISECONDS_A_MUTANT = 30.0
MOST_SECONDS_FOR_ALL_LESSONS = 60.0
MUTANTS = 200


def benchmarks() -> Iterator[dict[str, Any]]:
    """Every measurement of this file, one after the other."""
    for beside in ("numpy", "torch"):
        with multiprocessing.get_context("spawn").Pool(1) as process:
            yield process.apply(cost_of_a_mutant, (beside,))
    yield all_lessons()


def cost_of_a_mutant(beside: str) -> dict[str, Any]:
    """Wall time for each of many mutants, one child at a time, less what their tests take without a child."""
    __import__(beside)
    exercise = Exercise(concepts=["sum"], minutes=1)
    exercise.id = "total"

    @exercise.test("random numbers are added")
    def _(answer: Any, rng: Any) -> None:
        row = rng.normal(size=100)
        close(answer(row), float(row.sum()))

    solution = "def total(row):\n    return row.sum()"
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        bench = Bench(exercise, State(), solution, Measured(Tried(), 0.0, (0.001,), (0,)))
        bench.state.run("import numpy")
        task = partial(trials.mutant, bench, solution.replace("sum", "mean"))
        task()
        started = time.perf_counter()
        for _once in range(20):
            task()
        own = (time.perf_counter() - started) / 20
        slots = Slots.of(0)
        started = time.perf_counter()
        for _index, result in run_forked([task] * MUTANTS, slots, 10):
            assert isinstance(result, Tried) and result.failed, result
        each = (time.perf_counter() - started) / MUTANTS
        slots.close()
        os.chdir("/")
    milliseconds = 1000 * (each - own)
    return {
        "benchmark": f"a mutant, beside {beside}",
        "milliseconds_over_its_tests": round(milliseconds, 2),
        "milliseconds_of_its_cell_and_tests": round(1000 * own, 2),
        "target": MOST_MILLISECONDS_A_MUTANT,
        "met": milliseconds <= MOST_MILLISECONDS_A_MUTANT,
    }


def all_lessons() -> dict[str, Any]:
    """`autograder audit` on two processors. The processor's time says what a busy machine hides."""
    targets = chosen(read_syllabus(), [])
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    audits = dict(audit_all(targets, 2))
    seconds = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    failed = [str(found) for found in audits.values() if isinstance(found, CourseError)]
    fine = [found for found in audits.values() if not isinstance(found, CourseError)]
    mutants = sum(len(exercise.mutants) for audit in fine for exercise in audit.exercises)
    return {
        "benchmark": f"audit of {len(targets)} lessons",
        "seconds": round(seconds, 1),
        "processor_seconds": round(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 1),
        "mutants": mutants,
        "seconds_by_lesson": {found.lesson: round(found.seconds, 1) for found in fine},
        "failed": failed,
        "target": MOST_SECONDS_FOR_ALL_LESSONS,
        "met": seconds <= MOST_SECONDS_FOR_ALL_LESSONS and not failed,
    }
