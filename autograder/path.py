"""How far somebody is on the path: per lesson what is passed, and which exercise comes next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from autograder.journal import Journal
from autograder.spec import exercise_names
from autograder.syllabus import LessonEntry, Stage, Syllabus

State = Literal["planned", "new", "begun", "done"]


@dataclass(frozen=True)
class LessonProgress:
    """One lesson: its exercises, and which of them are passed."""

    lesson: LessonEntry
    exercises: tuple[str, ...]
    passed: frozenset[str]
    tried: frozenset[str]

    @property
    def state(self) -> State:
        if not self.lesson.ready:
            return "planned"
        if self.exercises and self.passed >= set(self.exercises):
            return "done"
        return "begun" if self.passed or self.tried else "new"

    @property
    def next_exercise(self) -> str:
        """The first exercise that is not passed; empty when all are."""
        return next((name for name in self.exercises if name not in self.passed), "")


@dataclass(frozen=True)
class Progress:
    """The whole path with what is done of it."""

    stages: tuple[tuple[Stage, tuple[LessonProgress, ...]], ...]

    @property
    def lessons(self) -> tuple[LessonProgress, ...]:
        return tuple(lesson for _, lessons in self.stages for lesson in lessons)

    @property
    def next_lesson(self) -> LessonProgress | None:
        """Where to go on: the lesson begun first and not done, else the first new one, else none."""
        for state in ("begun", "new"):
            for lesson in self.lessons:
                if lesson.state == state:
                    return lesson
        return None


def progress(syllabus: Syllabus, journal: Journal | None) -> Progress:
    """Replays the journal over the syllabus. Without a journal nothing is done yet."""
    passed = journal.passed() if journal else set()
    tried = journal.tried() if journal else set()
    stages = []
    for stage in syllabus.stages:
        lessons = []
        for lesson in stage.lessons:
            names = exercise_names(syllabus.spec_path(lesson)) if lesson.ready else ()
            lessons.append(
                LessonProgress(
                    lesson,
                    names,
                    frozenset(name for name in names if (lesson.id, name) in passed),
                    frozenset(name for name in names if (lesson.id, name) in tried),
                )
            )
        stages.append((stage, tuple(lessons)))
    return Progress(tuple(stages))
