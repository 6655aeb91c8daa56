"""Tries a known mistake: it must fail under every seed, and be recognised as itself and not as another.

An exercise with n mistakes has n² pairs that may be taken for one another. So each mistake runs a test once and leaves
a record, and the records are compared: only those that are alike go through the real recognition.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from autograder.audit.chance import SEEDS, WatchedTest
from autograder.audit.trials import Bench, Tried, words_of
from autograder.checking import MOST_SECONDS_FOR_MISTAKES, Run, check, recognise, run_test, run_tests
from autograder.exercise import Exercise, Mistake
from autograder.limits import printed

RECOGNISED_UNDER: Final = (1,)
"""The seeds under which a mistake must be recognised as under 0: that takes as long as trying several answers."""


@dataclass(frozen=True)
class Record:
    """One known mistake in one test: how it ended, how long it took, and whether it may end otherwise another time."""

    run: Run
    seconds: float
    hangs_on_chance: bool


class Records:
    """What the known mistakes of an exercise do: each is run when it is first asked for, and kept in this process."""

    def __init__(self, exercise: Exercise) -> None:
        self._exercise = exercise
        self._kept: dict[tuple[str, int, int], Record] = {}

    def of(self, known: Mistake, position: int, seed: int) -> Record:
        """The record of a mistake in the test at a position."""
        key = (known.name, position, seed)
        if key not in self._kept:
            exercise = self._exercise
            watched = WatchedTest(exercise.tests[position])
            answer = exercise.canonical(exercise.answer_of(known.answer))
            seconds = min(exercise.seconds, MOST_SECONDS_FOR_MISTAKES)
            started = time.perf_counter()
            with printed():
                run = run_test(exercise, watched.test, answer, seed, seconds)
            self._kept[key] = Record(run, time.perf_counter() - started, watched.hangs_on_chance)
        return self._kept[key]

    def suspects(self, known: Mistake, seed: int) -> list[Mistake]:
        """The mistakes that it could be taken for: itself, and those before it that do in every test what it does.

        Recognising stops after a while. Where it could come to that, nobody is above suspicion.
        """
        before = self._exercise.mistakes[: self._exercise.mistakes.index(known)]
        taken, found = 0.0, []
        for other in before:
            for position in range(len(self._exercise.tests)):
                record = self.of(other, position, seed)
                taken += record.seconds
                if not record.run.same_as(self.of(known, position, seed).run):
                    break
            else:
                found.append(other)
        return [*(before if taken > MOST_SECONDS_FOR_MISTAKES / 2 else found), known]


def mistake(bench: Bench, records: Records, known: Mistake) -> Tried:
    """A known mistake: it must fail under every seed, and be recognised as itself.

    A test that left nothing to chance while it failed fails again under any seed; only where there is none are the
    seeds tried.
    """
    exercise = bench.exercise
    answer = exercise.answer_of(known.answer)
    verdict = check(_with(exercise, records.suspects(known, 0)), answer)
    failed = tuple(position for position, result in enumerate(verdict.results) if result.failure)
    words = words_of([result.failure for result in verdict.results], answer)
    if not failed:
        return Tried(note="it passes")
    if verdict.mistake != known.message:
        return Tried(failed, words, note=f"it is taken for {_name(exercise, verdict.mistake)}")
    certain = any(not records.of(known, position, 0).hangs_on_chance for position in failed)
    lucky = [seed for seed in SEEDS if not (certain or _fails(exercise, records, known, failed, seed))]
    if lucky:
        note = f"it passes under {len(lucky)} of {len(SEEDS)} other seeds, first {lucky[0]}"
        return Tried(failed, words, verdict.points, note, flaky=True)
    if not bench.measured.by_chance and certain:
        return Tried(failed, words, verdict.points)
    taken = next(filter(None, (_taken_for(exercise, records, known, seed) for seed in RECOGNISED_UNDER)), "")
    return Tried(failed, words, verdict.points, taken, flaky=bool(taken))


def _with(exercise: Exercise, mistakes: Sequence[Mistake]) -> Exercise:
    """The exercise with no other mistakes than these."""
    narrowed = copy.copy(exercise)
    narrowed.mistakes = list(mistakes)
    return narrowed


def _name(exercise: Exercise, message: str) -> str:
    return next((mistake.name for mistake in exercise.mistakes if mistake.message == message), "nothing")


def _fails(exercise: Exercise, records: Records, known: Mistake, failed: Sequence[int], seed: int) -> bool:
    """Whether some test fails under a seed: those first that failed before, and of these the quickest."""
    quickest = sorted(failed, key=lambda position: records.of(known, position, 0).seconds)
    order = [*quickest, *(position for position in range(len(exercise.tests)) if position not in failed)]
    return any(records.of(known, position, seed).run.failure is not None for position in order)


def _taken_for(exercise: Exercise, records: Records, known: Mistake, seed: int) -> str:
    """Which mistake that stands before it would be recognised in its place under a seed."""
    *before, _ = records.suspects(known, seed)
    if not before:
        return ""
    answer = exercise.canonical(exercise.answer_of(known.answer))
    with printed():
        other = recognise(_with(exercise, before), answer, run_tests(exercise, answer, seed), seed)
    another = other is not None and other.message != known.message
    return f"under the seed {seed} it is taken for {other.name}" if other and another else ""
