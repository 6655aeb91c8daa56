"""`Lesson` while a notebook is graded: the same words, with nothing of the course's behind them."""

from __future__ import annotations

import sys
from collections.abc import Callable, MutableMapping
from pathlib import Path
from typing import Any

from autograder.answers import Missing, find_answer
from autograder.errors import CourseError
from autograder.exercise import Exercise
from autograder.verdict import Verdict

_AWAY = "Answers, hints and checks are not at hand while a notebook is graded."
_passes: Callable[[str], bool] = lambda name: False  # noqa: E731
_names: dict[str, tuple[str, ...]] = {}
_files: dict[str, str] = {}


def install(passes: Callable[[str], bool], names: dict[str, tuple[str, ...]], files: dict[str, str]) -> None:
    """From here on `from autograder import Lesson` is this one. `passes` asks the grader about an exercise."""
    globals().update(_passes=passes, _names=names, _files=files)
    for module in ("autograder", "autograder.lesson"):
        vars(sys.modules[module])["Lesson"] = Lesson


class Lesson:
    """See `autograder.lesson.Lesson`."""

    def __init__(self, lesson_id: str, namespace: MutableMapping[str, Any] | None = None) -> None:
        self.id = lesson_id
        self._namespace = sys._getframe(1).f_globals if namespace is None else namespace

    @property
    def exercise_names(self) -> tuple[str, ...]:
        return tuple(_names)

    def use(self, name: str) -> Any:
        """The student's own answer where it passes; there is no other here."""
        found = find_answer(blank(name, _names.get(name, (name,)), _files.get(name, "")), self._namespace, Path.cwd())
        if isinstance(found, Missing) or not _passes(name):
            raise CourseError(f"`{name}` does not pass yet, and no answer of ours is at hand while it is graded.")
        print(f"Using your own `{name}`.")
        return found.answer

    def dataset(self, name: str) -> Any:
        from autograder import datasets

        return datasets.load(name)

    def check(self, name: str) -> str:
        return _AWAY

    hint = solution = reset = check

    def progress(self) -> str:
        return _AWAY


def blank(name: str, names: tuple[str, ...], file: str) -> Exercise:
    """An exercise without tests: all that is needed to find its answer."""
    exercise = Exercise(concepts=(), minutes=0, names=names, file=file)
    exercise.id = name
    return exercise


def failed_tests(verdict: Verdict) -> list[list[Any]]:
    """What a verdict says of each test, as plain data: None, or the failure's fields."""
    return [
        [None if one.failure is None else [one.failure.kind, one.failure.message, one.failure.got,
                                           one.failure.expected, one.failure.call, one.failure.trace], one.caution]
        for one in verdict.results
    ]  # fmt: skip
