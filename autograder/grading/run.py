"""Grades a class: finds what is to be done, has workers do it, writes every result once, resumes after anything."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import platform
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from autograder.errors import CourseError
from autograder.grading import worker
from autograder.grading.course import GradingCourse
from autograder.grading.grader import Graded, nothing
from autograder.grading.preload import modules_of
from autograder.grading.results import Result
from autograder.grading.setup import Setup
from autograder.grading.submission import Submission, find_submissions
from autograder.sandbox.levels import Level, Limits
from autograder.sandbox.probe import probe
from autograder.sandbox.scratch import remove_abandoned
from autograder.sandbox.zygote import Zygote

if TYPE_CHECKING:
    from autograder.grading.gradebook import Gradebook

FEW: Final = 2
"""Submissions that are graded in this process: starting workers would take longer."""
MOST_TRIES: Final = 3
"""Times that a submission is given to a worker when workers end under it."""
_BATCH: Final = 32
_SECONDS_BETWEEN_WRITES: Final = 1.0


@dataclass(frozen=True)
class Move:
    """A mark that is another one than last time."""

    student: str
    notebook: str
    before: float
    after: float


@dataclass(frozen=True)
class Progress:
    """How far a run is: told after every result."""

    done: int
    failed: int
    total: int
    seconds: float


@dataclass(frozen=True)
class Wishes:
    """What of a course is to be graded, and how.

    level: of the sandbox; None takes the best that this machine gives. trusted: "none" is good enough.
    all_cells: run what no mark depends on, too.
    jobs:  workers; None takes one for each processor. executor: makes the executor instead of local workers.
    """

    assignment: str
    student: str | None = None
    notebook: str | None = None
    level: Level | None = None
    trusted: bool = False
    jobs: int | None = None
    limits: Limits = field(default_factory=Limits)
    executor: Callable[[], AbstractContextManager[Executor]] | None = None
    again: bool = False
    all_cells: bool = False


@dataclass(frozen=True)
class Grading:
    """A finished run: every submission's result, in order, how many were graded now, and what moved."""

    results: tuple[Result, ...]
    graded_now: int
    moves: tuple[Move, ...]
    seconds: float
    level: Level
    missing: tuple[str, ...]


def grade_class(
    course_root: Path,
    assignment: str,
    *,
    level: Level | None = None,
    jobs: int | None = None,
    trust_student_code: bool = False,
    limits: Limits | None = None,
) -> list[Result]:
    """Every submission's result. See `run` for all that can be wished."""
    wishes = Wishes(assignment, level=level, trusted=trust_student_code, jobs=jobs, limits=limits or Limits())
    return list(run(GradingCourse.read(course_root), wishes).results)


def run(course: GradingCourse, wishes: Wishes, told: Callable[[Progress], None] = lambda progress: None) -> Grading:
    """Grades what is not graded yet and writes it into the gradebook as it comes.

    Raises CourseError when nothing can be graded, SandboxUnavailable when the sandbox can't be put up. Interrupted
    at any moment, what was told as done is in the gradebook, and the next run does only the rest.
    """
    started = time.monotonic()
    with ThreadPoolExecutor(1) as thread:  # finding the level is mostly waiting for a child
        found = thread.submit(_level, wishes)
        submissions = find_submissions(course, wishes.assignment, wishes.student, wishes.notebook)
        notebooks = {one.notebook for one in submissions}
        preload = modules_of(course, wishes.assignment, notebooks, all_cells=wishes.all_cells)
        level, missing = found.result()
    remove_abandoned()
    with ExitStack() as stack:
        zygote = None
        if wishes.executor is None and len(submissions) <= FEW:
            zygote = stack.enter_context(_soon(lambda: worker.zygote_for(level, preload)))
        setup = Setup.of(course, wishes.assignment, level, missing, wishes.limits, wishes.all_cells, preload)
        return _run(setup, wishes, submissions, zygote, started, told)


def _run(
    setup: Setup,
    wishes: Wishes,
    submissions: Sequence[Submission],
    zygote: Callable[[], Zygote] | None,
    started: float,
    told: Callable[[Progress], None],
) -> Grading:
    keys = {id(one): setup.key(one) for one in submissions}
    from autograder.grading.gradebook import Gradebook

    with Gradebook(setup.course) as book:
        known = book.known(wishes.assignment)
        todo = [
            one
            for one in submissions
            if wishes.again or known.get((one.student, one.notebook), ("", None))[0] != keys[id(one)]
        ]
        fresh: dict[tuple[str, str], Result] = {}
        if todo:
            book.enter(wishes.assignment, submissions, setup.masters)
            done = _keyed(_graded(setup, wishes, todo, zygote), keys)
            for written in _written(book, done):
                fresh.update({(result.student, result.notebook): result for result in written})
                failed = sum(result.outcome != "graded" for result in fresh.values())
                told(Progress(len(fresh), failed, len(todo), time.monotonic() - started))
    results = [fresh.get((one.student, one.notebook)) or known[one.student, one.notebook][1] for one in submissions]
    moves = [
        Move(*where, before.points, fresh[where].points)
        for where, (_, before) in known.items()
        if where in fresh and before.points != fresh[where].points
    ]
    return Grading(tuple(results), len(fresh), tuple(moves), time.monotonic() - started, setup.level, setup.missing)


def _level(wishes: Wishes) -> tuple[Level, tuple[str, ...]]:
    """The level to grade at, and the layers that it lacks."""
    if not sys.platform.startswith("linux"):
        raise CourseError(
            f"Grading runs each notebook in a fork that only Linux can make safely, and this is {platform.system()}.",
            "Run the same command in WSL, in a Linux container or on a Linux machine; nothing was graded.",
        )
    if wishes.level == "none":
        found: Level = "none"
        missing: tuple[str, ...] = ("everything",)
    else:
        seen = probe()
        missing = tuple(f"{name}: {reason}" for name, reason in seen.missing)
        if wishes.level == "strong" and seen.level != "strong":
            raise CourseError(
                f"This machine gives only the sandbox's level {seen.level}: {'; '.join(missing)}.",
                "See `autograder doctor`, or grade at what there is: autograder grade ASSIGNMENT",
            )
        found = wishes.level or seen.level
        missing = () if found == "strong" else missing or ("namespaces: not asked for",)
    if found == "none" and not wishes.trusted:
        raise CourseError(
            "There is no sandbox on this machine: a notebook could read and change all that you can, marks included.",
            "If you trust every student's code: autograder grade ASSIGNMENT --trust-student-code",
        )
    return found, missing


def _keyed(graded: Iterable[tuple[Submission, Graded]], keys: dict[int, str]) -> Iterator[Graded]:
    for submission, (result, notebook) in graded:
        yield replace(result, key=keys[id(submission)]), notebook


def _written(book: Gradebook, graded: Iterator[Graded]) -> Iterator[list[Result]]:
    """Writes results in batches, one transaction each; what is yielded is in the gradebook."""
    batch: list[Graded] = []
    last = time.monotonic()
    try:
        for one in graded:
            batch.append(one)
            if len(batch) >= _BATCH or time.monotonic() - last > _SECONDS_BETWEEN_WRITES:
                book.write(batch)
                yield [result for result, _ in batch]
                batch = []
                last = time.monotonic()
    finally:  # Ctrl-C as well: what is graded is not graded again
        if batch:
            book.write(batch)
    if batch:
        yield [result for result, _ in batch]


@contextmanager
def _soon(make: Callable[[], Zygote]) -> Iterator[Callable[[], Zygote]]:
    """What `make` makes, begun now beside what the block does first, and closed with the block."""
    with ThreadPoolExecutor(1) as thread:
        made = thread.submit(make)
        try:
            yield made.result
        finally:
            if made.exception() is None:
                made.result().close()


def _graded(
    setup: Setup, wishes: Wishes, todo: Sequence[Submission], zygote: Callable[[], Zygote] | None
) -> Iterator[tuple[Submission, Graded]]:
    if wishes.executor is None and len(todo) <= FEW:
        with ExitStack() as stack:
            soon = zygote or stack.enter_context(_soon(lambda: worker.zygote_for(setup.level, setup.preload)))
            for one in todo:
                yield one, worker.grade_or_say_why(setup, one, soon())
        return
    make = wishes.executor or (lambda: _local(min(wishes.jobs or os.cpu_count() or 1, len(todo))))
    packed = pickle.dumps(setup)
    tries: dict[int, int] = {}
    left = list(todo)
    while left:
        with make() as executor:
            try:
                for one, graded in _by(executor, packed, left):
                    left = [other for other in left if other is not one]
                    yield one, graded
            except BrokenProcessPool:
                # A worker has ended, and nobody knows under which submission: each that was begun has one try less.
                for one in left[: 2 * (wishes.jobs or os.cpu_count() or 1)]:
                    tries[id(one)] = tries.get(id(one), 0) + 1
        for one in [one for one in left if tries.get(id(one), 0) >= MOST_TRIES]:
            left = [other for other in left if other is not one]
            yield one, (_lost(setup, one), None)


def _lost(setup: Setup, one: Submission) -> Result:
    reason = f"The worker that graded it ended {MOST_TRIES} times. Is there enough memory?"
    return Result(
        one.student, one.assignment, one.notebook, "killed", reason, nothing(setup.masters[one.notebook]),
        one.notes, setup.level, setup.missing,
    )  # fmt: skip


def _by(executor: Executor, packed: bytes, todo: Sequence[Submission]) -> Iterator[tuple[Submission, Graded]]:
    """Results as they come, with few tasks in flight, so that Ctrl-C has little to wait for.

    An executor over other machines says by `in_flight` how many keep them busy.
    """
    waiting = iter(todo)
    flying: dict[Future[Graded], Submission] = {}
    try:
        while True:
            most = getattr(executor, "in_flight", 4 * (os.cpu_count() or 1))
            while len(flying) < most and (one := next(waiting, None)) is not None:
                flying[executor.submit(worker.work, packed, one)] = one
            if not flying:
                return
            for future in wait(flying, return_when=FIRST_COMPLETED).done:
                yield flying.pop(future), future.result()
    finally:
        for future in flying:
            future.cancel()


@contextmanager
def _local(jobs: int) -> Iterator[Executor]:
    """Worker processes of this machine; they end with the block, at once when it is left by an error."""
    context: Any = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(jobs, mp_context=context, initializer=worker.begin)
    try:
        yield pool
    except BaseException:
        for process in list((pool._processes or {}).values()):  # no public way to end workers before 3.14
            process.terminate()
        # Waiting is short now. Without it the thread that minds the pool may stumble while Python ends.
        pool.shutdown(wait=True, cancel_futures=True)
        raise
    pool.shutdown(wait=True, cancel_futures=True)
