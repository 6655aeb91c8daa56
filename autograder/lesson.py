"""`Lesson`, the only name that a lesson notebook imports."""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
import time
import zlib
from collections.abc import MutableMapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from autograder import own_answer, values
from autograder.answers import Found, Missing, find_answer, source_of
from autograder.beginning import where_to_begin
from autograder.card import NO_GUIDANCE, Card
from autograder.checking import check, not_started
from autograder.errors import CourseError
from autograder.exercise import Choice, Exercise
from autograder.journal import open_journal
from autograder.learner import Learner
from autograder.notes import Note
from autograder.spec import Spec, load_spec
from autograder.syllabus import LessonEntry, read_syllabus
from autograder.verdict import Verdict


class Lesson:
    """A lesson as its notebook sees it: checks answers, gives hints, holds data and solutions.

        lesson = Lesson("01-math/01-vectors")
        lesson.check("cosine_similarity")

    The exercises are read from the `.py` beside the notebook where there is one (a class's copy without hidden
    tests), else from the course itself.

    review: in a notebook of reviews, its name: the tests then draw other numbers than in the lesson.

    Raises CourseError, with the nearest name, when the course has no such lesson.
    """

    def __init__(self, lesson_id: str, namespace: MutableMapping[str, Any] | None = None, *, review: str = "") -> None:
        self._namespace = sys._getframe(1).f_globals if namespace is None else namespace
        self._folder = Path.cwd()
        self._spec, self._entry = _find_spec(lesson_id, self._folder)
        self.id = self._entry.id if self._entry else lesson_id
        journal = open_journal()
        self._learner = Learner(journal, self.id, self._spec, self._entry, self._folder, review) if journal else None
        self._review = review
        self._seed = zlib.crc32(review.encode()) if review else 0
        self._hints_given: dict[str, int] = {}
        self._lent: dict[str, Any] = {}
        self._passed: dict[str, Any] = {}

    @property
    def exercise_names(self) -> tuple[str, ...]:
        """The ids of this lesson's exercises, in order."""
        return tuple(self._spec.exercises)

    def check(self, name: str, *, shown: str = "") -> Card:
        """Tests your answer to an exercise and shows what is right, what is not yet, and why.

        shown: for a question whose options stand in another order than in the lesson, their letters there.
        """
        exercise = self._spec.exercise(name)
        verdict = self._verdict(exercise, shown)
        guidance = NO_GUIDANCE
        if self._learner is not None:
            verdict, guidance = self._learner.checked(exercise, verdict, self._namespace, self._answer_text(exercise))
        card = Card(verdict, exercise, self._after(name), guidance)
        if os.environ.get("NBGRADER_EXECUTION") == "validate" and verdict.outcome != "passed":
            print(card.text, file=sys.stderr)  # nbgrader's Validate shows what a failing cell says on stderr
        return card

    def hint(self, name: str) -> Note:
        """The next hint for an exercise; each call gives one more."""
        exercise = self._spec.exercise(name)
        given = self._hints_given.get(name, 0)
        if given >= len(exercise.hints):
            what = "That was the last hint." if exercise.hints else "There is no hint for this one."
            return Note(f'{what} `lesson.solution("{name}")` shows how we did it.')
        self._hints_given[name] = given + 1
        self._record(name, "hint", number=given + 1)
        return Note(exercise.hints[given])

    def solution(self, name: str) -> Note:
        """Our answer beside yours. Always there; looking is recorded, so that it comes up again in a review."""
        exercise = self._spec.exercise(name)
        ours = own_answer.solution_source(self._entry, name)
        yours = self._answer_text(exercise)
        self._record(name, "solution")
        return Note(
            f"Our answer to `{name}`. There are others: what counts is that the tests pass.",
            code={"Ours": ours, "Yours": yours},
        )

    def reset(self, name: str) -> Note:
        """A fresh start on an exercise: your answer is backed up, and this cell becomes the empty one."""
        exercise = self._spec.exercise(name)
        fresh = own_answer.stub_source(self._entry, name)
        found = find_answer(exercise, self._namespace, self._folder)
        kept = ""
        if not isinstance(found, Missing):
            backup = self._back_up(name, self._source(exercise, found.answer))
            kept = f"Your answer so far is kept in `{backup}`. "
        for variable in exercise.names:
            self._namespace.pop(variable, None)
        if exercise.file:
            (self._folder / exercise.file).unlink(missing_ok=True)
        with contextlib.suppress(ImportError, AttributeError):
            from IPython.core.getipython import get_ipython

            shell = get_ipython()
            if shell is not None:
                shell.set_next_input(fresh, replace=True)
        return Note(
            f"{kept}This cell now holds a fresh start for `{name}`: copy it into the answer's cell, or write here.",
            code={"Fresh start": fresh},
        )

    def use(self, name: str) -> Any:
        """Your own answer to an exercise when it passes, otherwise ours; a line says which.

        So the rest of a lesson works although an exercise is unfinished. Raises CourseError in a class's copy,
        which holds no answers of ours, while yours does not pass.
        """
        exercise = self._spec.exercise(name)
        found = find_answer(exercise, self._namespace, self._folder)
        if isinstance(found, Found) and self._passes(exercise, found.answer):
            print(f"Using your own `{name}`.")
            return found.answer
        answer = own_answer.solution_value(self._entry, exercise, self._namespace)
        if callable(answer):  # a number or a text of ours can't be told from the learner's own
            self._lent[name] = answer
        print(f"Using our `{name}`." if self._review else f"Using our `{name}`, because yours does not pass yet.")
        return answer

    def dataset(self, name: str) -> Any:
        """A data set of the course, ready to use; `autograder datasets` lists them."""
        from autograder import datasets

        return datasets.load(name)

    def progress(self) -> Note:
        """How far you are in this lesson: every exercise with its points."""
        rows = []
        total = earned = 0
        for name, exercise in self._spec.exercises.items():
            verdict = self._verdict(exercise)
            icon = {"passed": "✓", "in progress": "✗", "not started": "○"}[verdict.outcome]
            rows.append(f"{icon} `{name}`: {verdict.outcome}, {verdict.points} of {verdict.maximum} points")
            total, earned = total + verdict.maximum, earned + verdict.points
        if self._learner is not None:
            rows += self._learner.missing_checks()
        return Note(f"**{earned} of {total} points** in {self.id}.", items=rows)

    def where_to_begin(self) -> Note:
        """Where to begin in the course, from the answers above. Raises CourseError but in the entry check."""
        syllabus = read_syllabus()
        start = syllabus.start
        if start is None or self._entry != start.notebook:
            raise CourseError("Only the entry check says where to begin.", "The course page says where to go on.")
        outcomes = {name: self._verdict(self._spec.exercise(name)).outcome for name in start.leads_to}
        known = {name for name, outcome in outcomes.items() if outcome == "passed"}
        tried = {name for name, outcome in outcomes.items() if outcome != "not started"}
        return where_to_begin(syllabus, start, known, tried)

    def _passes(self, exercise: Exercise, answer: Any) -> bool:
        """Whether an answer passes; one and the same function or class is tested only once."""
        if callable(answer) and self._passed.get(exercise.id) is answer:
            return True
        return self._verdict(exercise).outcome == "passed"

    def _verdict(self, exercise: Exercise, shown: str = "") -> Verdict:
        found = find_answer(exercise, self._namespace, self._folder)
        if isinstance(found, Missing):
            return not_started(exercise, found)
        if name_lent := next((name for name, lent in self._lent.items() if found.answer is lent), ""):
            reason = f"`{name_lent}` is our answer, lent by `lesson.use`. Write your own in its cell and run that cell."
            return not_started(exercise, Missing(reason))
        answer = _as_in_the_lesson(exercise, found.answer, shown)
        verdict = check(exercise, answer, seed=self._seed, stub_left=found.stub_left)
        if answer is not found.answer:
            verdict = _as_given(verdict, found.answer)
        self._passed[exercise.id] = found.answer if verdict.outcome == "passed" else None
        return verdict

    def _after(self, name: str) -> str:
        names = list(self._spec.exercises)
        following = names.index(name) + 1
        return names[following] if following < len(names) else ""

    def _record(self, name: str, event: str, **details: Any) -> None:
        if self._learner is not None:
            self._learner.record(name, event, **details)

    def _answer_text(self, exercise: Exercise) -> str:
        found = find_answer(exercise, self._namespace, self._folder)
        return "" if isinstance(found, Missing) else self._source(exercise, found.answer)

    def _source(self, exercise: Exercise, answer: Any) -> str:
        if exercise.file:
            return str(answer)
        parts = vars(answer).values() if len(exercise.names) > 1 else [answer]
        # Names defined in one cell have one text.
        return "\n\n".join(dict.fromkeys(source_of(part) or repr(part) for part in parts))

    def _back_up(self, name: str, source: str) -> str:
        folder = self._folder / "backups"
        digest = hashlib.sha256(source.encode()).hexdigest()[:6]
        path = folder / f"{name}-{time.strftime('%Y%m%d-%H%M%S')}-{digest}.txt"
        try:
            folder.mkdir(exist_ok=True)
            path.write_text(source, encoding="utf-8")
        except OSError as error:
            raise CourseError(
                f"Your answer can't be backed up in {folder}: {error.strerror}. So nothing was reset.",
                "Make that folder writable, then run this cell again.",
            ) from None
        return str(path.relative_to(self._folder))


def _as_in_the_lesson(exercise: Exercise, answer: Any, shown: str) -> Any:
    """The letter that an option has in the lesson, given the one that it has where it is shown."""
    if not isinstance(exercise, Choice) or sorted(shown) != sorted(exercise.letters):
        return answer
    given = exercise.canonical(answer)
    return shown[exercise.letters.index(given)] if given in exercise.letters else answer


def _as_given(verdict: Verdict, answer: Any) -> Verdict:
    """The verdict with the letter that the learner wrote, where the tests saw the lesson's."""
    results = (replace(r, failure=r.failure and replace(r.failure, got=values.show(answer))) for r in verdict.results)
    return replace(verdict, results=tuple(results))


def _find_spec(lesson_id: str, folder: Path) -> tuple[Spec, LessonEntry | None]:
    """The lesson's exercises: from the `.py` beside the notebook, else from the course."""
    beside = folder / f"{lesson_id.rpartition('/')[2]}.py"
    if beside.is_file():
        entry = None
        with contextlib.suppress(CourseError):
            entry = read_syllabus().lesson(lesson_id)
        return load_spec(beside), entry
    syllabus = read_syllabus()
    entry = syllabus.lesson(lesson_id)
    if not entry.ready:
        raise CourseError(
            f"The lesson {entry.id} is planned but not written yet.", "`autograder progress` lists what is there."
        )
    return load_spec(syllabus.spec_path(entry)), entry
