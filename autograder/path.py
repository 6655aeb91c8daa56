"""How far somebody is on the path: per lesson what is passed, what it builds on, and which exercise comes next."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from autograder.journal import Journal
from autograder.outline import Outline, outlines
from autograder.syllabus import LessonEntry, Stage, Syllabus

State = Literal["planned", "new", "begun", "done"]


@dataclass(frozen=True)
class LessonProgress:
    """One lesson: its exercises, which of them are passed, and how long the others will take.

    shown:        the exercises whose solution was looked at.
    open_needs:   the lessons that this one builds on and that are not done. A hint: every lesson can be opened.
    minutes_left: of the learner's time, in steps of five; 0 when the lesson is done.
    """

    lesson: LessonEntry
    exercises: tuple[str, ...]
    passed: frozenset[str]
    tried: frozenset[str]
    shown: frozenset[str] = frozenset()
    open_needs: tuple[LessonEntry, ...] = ()
    minutes_left: int = 0

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
    """The whole path with what is done of it.

    latest: the id of the lesson worked on last; before the first one, of the lesson that the entry check leads to.
    start:  the entry check itself, where there is one; it is no lesson of the path.
    """

    stages: tuple[tuple[Stage, tuple[LessonProgress, ...]], ...]
    latest: str = ""
    start: LessonProgress | None = None

    @property
    def lessons(self) -> tuple[LessonProgress, ...]:
        return tuple(lesson for _, lessons in self.stages for lesson in lessons)

    @property
    def next_lesson(self) -> LessonProgress | None:
        """Where to go on: where work was left off, else the first lesson begun and not done, else a new one.

        A new one is rather one after the lesson worked on last, so that whoever began with a later stage stays there.
        """
        lessons = self.lessons
        last = next((place for place, item in enumerate(lessons) if item.lesson.id == self.latest), 0)
        order = [*lessons[last:], *lessons[:last]]
        if order and order[0].state == "begun":
            return order[0]
        candidates = [*(item for item in lessons if item.state == "begun"), *(i for i in order if i.state == "new")]
        return candidates[0] if candidates else None


def progress(syllabus: Syllabus, journal: Journal | None) -> Progress:
    """Replays the journal over the syllabus. Without a journal nothing is done yet."""
    events = list(journal.events()) if journal else []
    checks = [event for event in events if event["event"] == "check" and event.get("outcome") != "not started"]
    tried = {(event["lesson"], event["exercise"]) for event in checks}
    passed = {(event["lesson"], event["exercise"]) for event in checks if event.get("outcome") == "passed"}
    shown = {(event["lesson"], event["exercise"]) for event in events if event["event"] == "solution"}
    ids = {lesson.id for lesson in syllabus.lessons}
    in_lessons = (event["lesson"] for event in reversed(events) if event["lesson"] in ids and "review" not in event)

    exercises = {lesson.id: outlines(syllabus.spec_path(lesson)) for lesson in syllabus.notebooks if lesson.ready}
    done = {
        lesson
        for lesson, outlined in exercises.items()
        if outlined and all((lesson, outline.name) in passed for outline in outlined)
    }

    def lesson_progress(lesson: LessonEntry, before: Sequence[LessonEntry]) -> LessonProgress:
        outlined = exercises.get(lesson.id, ())
        names = tuple(outline.name for outline in outlined)
        right = frozenset(name for name in names if (lesson.id, name) in passed)
        needs = [*before[-1:], *(syllabus.lesson(need) for need in lesson.needs)]
        return LessonProgress(
            lesson,
            names,
            right,
            frozenset(name for name in names if (lesson.id, name) in tried),
            frozenset(name for name in names if (lesson.id, name) in shown),
            tuple(dict.fromkeys(need for need in needs if need.ready and need.id not in done)),
            _minutes_left(lesson, outlined, right),
        )

    stages = tuple(
        (stage, tuple(lesson_progress(lesson, stage.lessons[:place]) for place, lesson in enumerate(stage.lessons)))
        for stage in syllabus.stages
    )
    start = lesson_progress(syllabus.start.notebook, ()) if syllabus.start else None
    led_to = syllabus.lessons_for(_known_at_start(syllabus, checks)) if start and start.state != "new" else []
    return Progress(stages, next(in_lessons, led_to[0].id if led_to else ""), start)


def _known_at_start(syllabus: Syllabus, checks: Iterable[Mapping[str, Any]]) -> set[str]:
    """The questions of the entry check whose last answer was right; earlier ones have been thought better of."""
    start = syllabus.start.notebook.id if syllabus.start else ""
    latest = {check["exercise"]: check.get("outcome") for check in checks if check["lesson"] == start}
    return {question for question, outcome in latest.items() if outcome == "passed"}


def _minutes_left(lesson: LessonEntry, exercises: Iterable[Outline], passed: frozenset[str]) -> int:
    """The lesson's minutes, shared out by those of its exercises: reading goes along with them."""
    minutes = {outline.name: outline.minutes for outline in exercises}
    everything = sum(minutes.values())
    left = sum(taken for name, taken in minutes.items() if name not in passed)
    return 5 * math.ceil(lesson.minutes * left / everything / 5) if everything else lesson.minutes
