"""Runs an exercise's tests on an answer and comes to a verdict; recognises known mistakes by how they behave."""

from __future__ import annotations

import time
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, Final

from autograder import snapshots, values
from autograder.answers import Missing
from autograder.errors import NOTHING, CourseError, Mismatch
from autograder.exercise import Ending, Exercise, Mistake, Test
from autograder.limits import OutOfTime, Printed, printed, time_limit
from autograder.recorder import Call, Recorder
from autograder.seeds import seeded
from autograder.traces import is_cell as is_cell
from autograder.traces import own_lines
from autograder.verdict import Failure, TestResult, Verdict

MOST_SECONDS_FOR_MISTAKES = 10.0
"""Recognising is a courtesy: it stops after this long, claiming nothing it has not seen."""


@dataclass(frozen=True)
class Run:
    """One test run on one answer: how it ended, the calls that it made on the way, and what it last looked at."""

    failure: Failure | None
    calls: tuple[Call, ...]
    caution: str = ""
    seen: Any = None

    @property
    def timed_out(self) -> bool:
        return self.failure is not None and self.failure.kind == "timeout"

    @property
    def interrupted(self) -> bool:
        return self.failure is not None and self.failure.kind == "interrupted"

    @property
    def ending(self) -> Ending:
        """How it ended, which two runs that are the same have in common."""
        return "" if self.failure is None else self.failure.kind, len(self.calls)

    def same_as(self, other: Run) -> bool:
        """The same calls with the same effects, and the same end."""
        if self.ending != other.ending:
            return False
        if self.failure is not None and other.failure is not None:
            mine, theirs = self.failure, other.failure
            looked = self.seen is not None and other.seen is not None
            if mine.kind == "mismatch" and not looked and (mine.message, mine.got) != (theirs.message, theirs.got):
                return False
            if mine.kind == "error" and mine.message.partition(":")[0] != theirs.message.partition(":")[0]:
                return False
        return snapshots.alike(self.seen, other.seen) and all(
            a.same_as(b) for a, b in zip(self.calls, other.calls, strict=True)
        )


def check(exercise: Exercise, answer: Any, *, seed: int = 0, stub_left: bool = False) -> Verdict:
    """The verdict on an answer. Never raises because of what the answer does.

    seed:      changes the random inputs of every test; the same seed gives the same verdict.
    stub_left: the stub's lines still stand in the answer's cell; then only full marks count.
    """
    started = time.perf_counter()
    answer = exercise.canonical(answer)
    with printed() as output:
        runs = run_tests(exercise, answer, seed)
        cautions = [run.caution for run in runs]
        results = tuple(
            TestResult(test.sentence, test.points, test.hidden, run.failure, _said_once(cautions, position))
            for position, (test, run) in enumerate(zip(exercise.tests, runs, strict=True))
        )
    passed = all(result.passed for result in results)
    with printed():  # what our own wrong answers print is not the learner's
        mistake = None if passed or stub_left else recognise(exercise, answer, runs, seed)
    if stub_left and not passed:
        return not_started(
            exercise, Missing("The line with the three dots still stands in your cell. Put your code in its place.")
        )
    return Verdict(
        exercise=exercise.id,
        outcome="passed" if passed else "in progress",
        maximum=exercise.points,
        results=results,
        note=_note(runs, output),
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
    """Every test on one answer. After one had to be stopped the others get a second each, not the full time.

    After the learner has stopped one, no other is begun.
    """
    runs: list[Run] = []
    seconds = exercise.seconds
    for test in exercise.tests:
        stopped = bool(runs) and runs[-1].interrupted
        runs.append(Run(_INTERRUPTED, ()) if stopped else run_test(exercise, test, answer, seed, seconds))
        if runs[-1].timed_out:
            seconds = min(exercise.seconds, 1.0)
    return runs


def run_test(exercise: Exercise, test: Test, answer: Any, seed: int, seconds: float) -> Run:
    """One test on one answer, within `seconds`."""
    recorder = Recorder()
    name = exercise.names[0] if len(exercise.names) == 1 else exercise.id
    try:
        with recorder.recorded(answer, name, classes=not exercise.inside) as recorded, seeded(seed):
            arguments = (recorded, generator(exercise, test, seed)) if test.wants_rng else (recorded,)
            with time_limit(seconds):
                test.run(*arguments)
    except OutOfTime:
        words = f"It was still running after {_seconds(seconds)} and was stopped. Is there a loop that never ends?"
        return Run(_failure("timeout", words, recorder), tuple(recorder.calls))
    except KeyboardInterrupt:
        return Run(_INTERRUPTED, tuple(recorder.calls))
    except CourseError:
        raise  # a damaged data set, say: the course's fault, not the answer's
    except BaseException as error:  # answers may raise anything, SystemExit included
        failure = _explain(error, exercise, answer, recorder)
        return Run(failure, tuple(recorder.calls), seen=getattr(error, "seen", None))
    return Run(None, tuple(recorder.calls), _caution(recorder))


def recognise(exercise: Exercise, answer: Any, runs: list[Run], seed: int) -> Mistake | None:
    """The first known mistake that does on every call of every test what the answer did, or None.

    Where the answer is a value, it must also be equal to the mistake's; text (a query, a file) need only do the
    same, since there are many ways to write it.
    """
    if any(run.interrupted for run in runs):
        return None
    deadline = time.perf_counter() + MOST_SECONDS_FOR_MISTAKES
    ended = [(test.sentence, run.ending) for test, run in zip(exercise.tests, runs, strict=True)]
    for mistake in exercise.mistakes:
        if any(exercise.endings.get((seed, mistake.name, test), ending) != ending for test, ending in ended):
            continue
        wrong = exercise.canonical(exercise.answer_of(mistake.answer))
        if exercise.value and _is_another_value(answer, wrong):
            continue
        if _behaves_like(exercise, mistake.name, wrong, runs, seed, deadline):
            return mistake
    return None


def _is_another_value(answer: Any, wrong: Any) -> bool:
    if isinstance(answer, SimpleNamespace) and isinstance(wrong, SimpleNamespace):
        return any(_is_another_value(part, vars(wrong).get(name)) for name, part in vars(answer).items())
    given, known = snapshots.snapshot(answer), snapshots.snapshot(wrong)
    if isinstance(given, str | values.Opaque) and isinstance(known, str | values.Opaque):
        return False
    return not snapshots.same(given, known)


def _behaves_like(exercise: Exercise, name: str, wrong: Any, runs: list[Run], seed: int, deadline: float) -> bool:
    """Whether a known mistake does what the answer did; how it ends is kept for the next answer."""
    for test, run in zip(exercise.tests, runs, strict=True):
        left = deadline - time.perf_counter()
        if left < 0:
            return False
        tried = run_test(exercise, test, wrong, seed, min(exercise.seconds, left))
        if not tried.timed_out:  # that depends on what else the machine does
            exercise.endings[seed, name, test.sentence] = tried.ending
        if not run.same_as(tried):
            return False
    return True


_INTERRUPTED: Final = Failure("interrupted", "You stopped it. Run this cell again when you are ready.")


def _seconds(seconds: float) -> str:
    return "1 second" if seconds == 1 else f"{seconds:g} seconds"


def _failure(
    kind: Any, message: str, recorder: Recorder, got: str = "", expected: str = "", trace: Any = ()
) -> Failure:
    return Failure(kind, message, got, expected, str(recorder.last) if recorder.last else "", tuple(trace))


def _explain(error: BaseException, exercise: Exercise, answer: Any, recorder: Recorder) -> Failure:
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
    trace = own_lines(error)
    raised_by_answer = last is not None and last.error is error
    if isinstance(error, AssertionError) and not raised_by_answer:
        return _failure("mismatch", str(error) or "The answer does not do this yet.", recorder)
    if raised_by_answer or trace:
        return _failure("error", f"{type(error).__name__}: {_first_line(error)}", recorder, trace=trace)
    # The test itself stumbled over what the answer is or gave back.
    if last is None and not (exercise.value or callable(answer)) and "not callable" in str(error):
        name = exercise.names[0]
        words = f"`{name}` should be a function or a class, something to call, but it is {values.describe(answer)}."
        return _failure("mismatch", words, recorder, values.show(answer))
    if last is not None and last.result is None and last.error is None and "NoneType" in _first_line(error):
        return _failure("mismatch", f"What it gives back {NOTHING}", recorder, "None")
    got = last.result if last is not None else None
    words = f"The test can't go on with what it got: {type(error).__name__}: {_first_line(error)}"
    return _failure("mismatch", words, recorder, _described(got) if last else "")


def _described(value: Any) -> str:
    words = values.describe(value)
    return words if isinstance(value, values.Opaque) else f"{words}, {values.show(value)}"


def _first_line(error: BaseException) -> str:
    try:
        text = str(error)
    except Exception:  # a learner's own __str__ may raise anything
        text = ""
    return (text.strip().splitlines() or ["(no message)"])[0][:300]


def _said_once(cautions: list[str], position: int) -> str:
    """A caution, where no test before gave the same."""
    return "" if cautions[position] in cautions[:position] else cautions[position]


def _caution(recorder: Recorder) -> str:
    changed = _changed_argument(recorder.calls)
    return f"{changed[0]} changes {changed[1]} Work on a copy." if changed else ""


def _changed_argument(calls: Iterable[Call]) -> tuple[str, str] | None:
    """Which call changed which of its arguments. One that gives back nothing is meant to change something."""
    for call in calls:
        if call.result is not None and (changed := call.changed) is not None:
            which = f"`{call.parameter(changed)}`"
            return f"`{call.name}`", f"{which}, which still belongs to whoever called it."
    return None


def _note(runs: list[Run], output: Printed) -> str:
    """One more thing worth knowing about a wrong answer: most often, that it prints instead of returning."""
    failed = [run for run in runs if run.failure is not None]
    calls = [call for run in failed for call in run.calls]
    if calls and all(call.result is None and call.error is None for call in calls) and output.length:
        return (
            "Your function prints its result and gives back nothing. "
            "`print` shows a value to you; `return` hands it to the caller."
        )
    changed = _changed_argument(calls)
    return f"{changed[0]} also changes {changed[1]}" if changed else ""


def _beginning(output: Printed) -> str:
    if output.length <= len(output.text):
        return output.text
    return f"{output.text}… ({output.length:,} characters in all)"
