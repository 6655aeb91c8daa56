"""Runs an exercise's tests on an answer and comes to a verdict; recognises known mistakes by how they behave."""

from __future__ import annotations

import re
import time
import traceback
import zlib
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from autograder import values
from autograder.answers import Missing
from autograder.errors import CourseError, Mismatch
from autograder.exercise import Exercise, Mistake, Test
from autograder.limits import OutOfTime, Printed, printed, time_limit
from autograder.recorder import Call, Recorder
from autograder.verdict import Failure, TestResult, Verdict

MOST_SECONDS_FOR_MISTAKES = 10.0
"""Recognising is a courtesy: it stops after this long, claiming nothing it has not seen."""


@dataclass(frozen=True)
class Run:
    """One test run on one answer: how it ended and the calls that it made on the way."""

    failure: Failure | None
    calls: tuple[Call, ...]
    caution: str = ""

    @property
    def timed_out(self) -> bool:
        return self.failure is not None and self.failure.kind == "timeout"

    def same_as(self, other: Run) -> bool:
        """The same calls with the same effects, and the same end."""
        if (self.failure is None) != (other.failure is None) or len(self.calls) != len(other.calls):
            return False
        if self.failure is not None and other.failure is not None:
            mine, theirs = self.failure, other.failure
            if mine.kind != theirs.kind:
                return False
            if mine.kind == "mismatch" and (mine.message, mine.got) != (theirs.message, theirs.got):
                return False
            if mine.kind == "error" and mine.message.partition(":")[0] != theirs.message.partition(":")[0]:
                return False
        return all(a.same_as(b) for a, b in zip(self.calls, other.calls, strict=True))


def check(exercise: Exercise, answer: Any, *, seed: int = 0, stub_left: bool = False) -> Verdict:
    """The verdict on an answer. Never raises because of what the answer does.

    seed:      changes the random inputs of every test; the same seed gives the same verdict.
    stub_left: the stub's lines still stand in the answer's cell; then only full marks count.
    """
    started = time.perf_counter()
    with printed() as output:
        runs = run_tests(exercise, answer, seed)
        results = tuple(
            TestResult(test.sentence, test.points, test.hidden, run.failure, run.caution)
            for test, run in zip(exercise.tests, runs, strict=True)
        )
        passed = all(result.passed for result in results)
        mistake = None if passed or stub_left else recognise(exercise, runs, seed)
    if stub_left and not passed:
        return not_started(
            exercise, Missing("The line with the three dots still stands in your cell. Put your code in its place.")
        )
    return Verdict(
        exercise=exercise.id,
        outcome="passed" if passed else "in progress",
        maximum=exercise.points,
        results=results,
        note=_note(exercise, answer, runs, output),
        mistake=mistake.message if mistake else "",
        printed=_beginning(output),
        held_back=exercise.held_back,
        seconds=time.perf_counter() - started,
    )


def not_started(exercise: Exercise, missing: Missing) -> Verdict:
    """The verdict on an exercise without an answer: its visible tests are listed, nothing is failed."""
    return Verdict(exercise.id, "not started", exercise.points, note=missing.reason)


def generator(exercise: Exercise, test: Test, seed: int) -> Any:
    """The test's own random numbers: they depend on seed, exercise and sentence, not on the other tests."""
    import numpy as np

    return np.random.default_rng([seed, zlib.crc32(exercise.id.encode()), zlib.crc32(test.sentence.encode())])


def run_tests(exercise: Exercise, answer: Any, seed: int = 0) -> list[Run]:
    """Every test on one answer. After one had to be stopped the others get a second each, not the full time."""
    runs: list[Run] = []
    seconds = exercise.seconds
    for test in exercise.tests:
        runs.append(run_test(exercise, test, answer, seed, seconds))
        if runs[-1].timed_out:
            seconds = min(exercise.seconds, 1.0)
    return runs


def run_test(exercise: Exercise, test: Test, answer: Any, seed: int, seconds: float) -> Run:
    """One test on one answer, within `seconds`."""
    recorder = Recorder()
    name = exercise.names[0] if len(exercise.names) == 1 else exercise.id
    wrapped = recorder.wrap(answer, name, classes=not exercise.inside)
    arguments = (wrapped, generator(exercise, test, seed)) if test.wants_rng else (wrapped,)
    try:
        with time_limit(seconds):
            test.run(*arguments)
    except OutOfTime:
        words = f"It was still running after {_seconds(seconds)} and was stopped. Is there a loop that never ends?"
        return Run(_failure("timeout", words, recorder), tuple(recorder.calls))
    except KeyboardInterrupt:
        return Run(
            Failure("interrupted", "You stopped it. Run this cell again when you are ready."), tuple(recorder.calls)
        )
    except CourseError:
        raise  # a damaged data set, say: the course's fault, not the answer's
    except BaseException as error:  # answers may raise anything, SystemExit included
        return Run(_explain(error, exercise, recorder), tuple(recorder.calls))
    return Run(None, tuple(recorder.calls), _caution(recorder))


def recognise(exercise: Exercise, runs: list[Run], seed: int) -> Mistake | None:
    """The first known mistake that does on every call of every test what the answer did, or None."""
    if not any(run.calls or run.failure for run in runs):
        return None
    deadline = time.perf_counter() + MOST_SECONDS_FOR_MISTAKES
    for mistake in exercise.mistakes:
        if _behaves_like(exercise, mistake, runs, seed, deadline):
            return mistake
    return None


def _behaves_like(exercise: Exercise, mistake: Mistake, runs: list[Run], seed: int, deadline: float) -> bool:
    answer = exercise.answer_of(mistake.answer)
    for test, run in zip(exercise.tests, runs, strict=True):
        left = deadline - time.perf_counter()
        if left < 0 or not run.same_as(run_test(exercise, test, answer, seed, min(exercise.seconds, left))):
            return False
    return True


def _seconds(seconds: float) -> str:
    return "1 second" if seconds == 1 else f"{seconds:g} seconds"


def _failure(
    kind: Any, message: str, recorder: Recorder, got: str = "", expected: str = "", trace: Any = ()
) -> Failure:
    return Failure(kind, message, got, expected, str(recorder.last) if recorder.last else "", tuple(trace))


def _explain(error: BaseException, exercise: Exercise, recorder: Recorder) -> Failure:
    """What an exception means for the learner, depending on where it was raised."""
    if isinstance(error, Mismatch):
        return _failure("mismatch", error.message, recorder, error.got, error.expected)
    last = recorder.last
    if isinstance(error, SystemExit):
        return _failure(
            "error", "SystemExit: your code calls exit(), which would end the program. Return instead.", recorder
        )
    if isinstance(error, RecursionError):
        words = "RecursionError: it calls itself again and again. Which case should return without calling itself?"
        return _failure("error", words, recorder)
    trace = own_lines(error.__traceback__)
    raised_by_answer = last is not None and last.error is error
    if isinstance(error, AssertionError) and not raised_by_answer:
        return _failure("mismatch", str(error) or "The answer does not do this yet.", recorder)
    if raised_by_answer or trace:
        return _failure("error", f"{type(error).__name__}: {_first_line(error)}", recorder, trace=trace)
    # The test itself stumbled over what the answer gave back.
    if last is not None and last.result is None:
        return _failure(
            "mismatch", "It gives back nothing (None). Is there a `return` on every path?", recorder, "None"
        )
    got = last.result if last is not None else None
    words = f"The test can't go on with what it got: {type(error).__name__}: {_first_line(error)}"
    return _failure("mismatch", words, recorder, f"{values.describe(got)}, {values.show(got)}" if last else "")


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or ["(no message)"])[0][:300]


def own_lines(trace: TracebackType | None) -> list[tuple[str, str]]:
    """The traceback cut to the learner's own cells: (place, source line), outermost first, at most four."""
    lines = []
    for frame in traceback.extract_tb(trace):
        if is_cell(frame.filename):
            where = f"line {frame.lineno}" + (f", in {frame.name}" if frame.name != "<module>" else "")
            lines.append((where, frame.line or ""))
    return lines[:2] + lines[-2:] if len(lines) > 4 else lines


def is_cell(filename: str) -> bool:
    """Whether a code object's file name is that of a notebook cell."""
    return bool(re.search(r"ipykernel_\d+|<ipython-input-|<cell ", filename))


def _caution(recorder: Recorder) -> str:
    for call in recorder.calls:
        if call.changed is not None:
            which = f"argument {call.changed + 1}" if isinstance(call.changed, int) else f"`{call.changed}`"
            return f"`{call.name}` changes {which}, which still belongs to whoever called it. Work on a copy."
    return ""


def _note(exercise: Exercise, answer: Any, runs: list[Run], output: Printed) -> str:
    """One more thing worth knowing about a wrong answer: most often, that it prints instead of returning."""
    failed = [run for run in runs if run.failure is not None]
    calls = [call for run in failed for call in run.calls]
    if calls and all(call.result is None and call.error is None for call in calls) and output.length:
        return (
            "Your function prints its result and gives back nothing. "
            "`print` shows a value to you; `return` hands it to the caller."
        )
    for run in failed:
        for call in run.calls:
            if call.changed is not None:
                which = f"argument {call.changed + 1}" if isinstance(call.changed, int) else f"`{call.changed}`"
                return f"`{call.name}` also changes {which}, which still belongs to whoever called it."
    return ""


def _beginning(output: Printed) -> str:
    if output.length <= len(output.text):
        return output.text
    return f"{output.text}… ({output.length:,} characters in all)"
