"""The learner at the desk: what they do goes into the journal, and the journal guides what the card says."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from autograder import guidance
from autograder.card import Guidance, Link
from autograder.exercise import Exercise
from autograder.guidance import Cells
from autograder.journal import Journal, entry_of
from autograder.path import progress
from autograder.spec import Spec
from autograder.syllabus import LessonEntry, read_syllabus
from autograder.verdict import Verdict

CHANGED_ATTEMPTS: Final = 2
"""So many different wrong answers, and the last hint is offered."""


@dataclass
class Learner:
    """One lesson's side of the journal.

    entry:  the lesson in the syllabus; None for a class's copy that no syllabus knows.
    review: the name of the notebook of reviews, or empty in the lesson itself.
    """

    journal: Journal
    lesson: str
    spec: Spec
    entry: LessonEntry | None
    folder: Path
    review: str = ""
    _waiting: list[dict[str, Any]] = field(default_factory=list)
    _last_wrong: dict[str, str] = field(default_factory=dict)

    def record(self, exercise: str, event: str, **details: Any) -> str:
        """Writes an event into the journal; a sentence when it could not be written.

        What could not be written is kept, and written along with the next event.
        """
        self._waiting.append(entry_of(self.lesson, exercise, event, **details, **self._in_review))
        trouble = self.journal.write(self._waiting)
        if not trouble:
            self._waiting.clear()
            return ""
        return (
            f"This could not be noted in your journal, `{self.journal.path}`: {trouble}. It is kept in this notebook's "
            "kernel and noted with your next check, as soon as that can be written."
        )

    def checked(
        self, exercise: Exercise, verdict: Verdict, namespace: Collection[str], answer: str
    ) -> tuple[Verdict, Guidance]:
        """Records a check; the verdict in the light of what was done before, and what the card adds to it.

        answer: the text of the answer, which tells whether it was changed; empty when there is none.
        """
        digest = hashlib.sha256(answer.encode(errors="replace")).hexdigest()[:12]
        trouble = self.record(
            exercise.id,
            "check",
            outcome=verdict.outcome,
            points=verdict.points,
            maximum=verdict.maximum,
            mistake=verdict.mistake,
            **({"answer": digest} if answer else {}),
        )
        copy = guidance.read_cells(self.folder / f"{self.lesson.rpartition('/')[2]}.ipynb") if not self.review else []
        notices = [trouble, guidance.copied(exercise.id, copy)]
        if verdict.outcome == "not started":
            if lost := guidance.lost(exercise.names, namespace, self._was_tried(exercise.id)):
                verdict = replace(verdict, note=lost)
            return verdict, self._guidance(exercise.id, notices, last_hint="kept")
        if verdict.outcome == "in progress":
            if self._last_wrong.get(exercise.id) == digest:
                notices.append("This is the answer of your last check. If you have changed it, run its cell first.")
            self._last_wrong[exercise.id] = digest
            slip = guidance.not_run(verdict, copy or self._course_cells())
            notices.append(slip)
            offered = not slip and len(self._wrong_answers(exercise.id) | {digest}) >= CHANGED_ATTEMPTS
            return verdict, self._guidance(exercise.id, notices, last_hint="offered" if offered else "kept")
        return verdict, self._after_a_pass(exercise.id, notices, copy)

    def missing_checks(self) -> list[str]:
        """A sentence for each exercise whose check cell is gone from the learner's copy."""
        cells = guidance.read_cells(self.folder / f"{self.lesson.rpartition('/')[2]}.ipynb")
        return list(filter(None, (guidance.deleted(name, cells) for name in self.spec.exercises)))

    @property
    def _in_review(self) -> dict[str, str]:
        return {"review": self.review} if self.review else {}

    def _guidance(self, name: str, notices: list[str], **more: Any) -> Guidance:
        recorded = {"lesson": self.lesson, "exercise": name, **self._in_review}
        return Guidance(tuple(filter(None, notices)), recorded=recorded, **more)

    def _after_a_pass(self, name: str, notices: list[str], copy: Cells) -> Guidance:
        if self.review:
            return self._guidance(name, notices, onward="It sits. It comes back later, after a longer while each time.")
        cells = self._course_cells()
        following = self._next_open(name)
        if following:
            notices.append(guidance.deleted(following, copy))
            onward, link = f"Next: `{following}`.", guidance.way_to(following, copy or cells)
        else:
            onward, link = self._next_lesson()
        return self._guidance(name, notices, onward=onward, link=link, picture=guidance.picture_of(name, cells))

    def _next_open(self, name: str) -> str:
        """The next exercise of the lesson that is not passed: further down first, then from the top; empty if none."""
        passed = {exercise for lesson, exercise in self.journal.passed() if lesson == self.lesson} | {name}
        names = list(self.spec.exercises)
        place = names.index(name)
        return next((other for other in (*names[place:], *names[:place]) if other not in passed), "")

    def _next_lesson(self) -> tuple[str, Link | None]:
        done = "That was the last open exercise of this lesson."
        if self.entry is None:
            return done, None
        syllabus = read_syllabus()
        if syllabus.start and self.entry == syllabus.start.notebook:
            return "That was the last open question. The cell at the end says where to begin.", None
        following = progress(syllabus, self.journal).next_lesson
        if following is None:
            return f"{done} And with it the last of all lessons that are there.", None
        lesson = following.lesson
        copy = self.folder.parent / lesson.stage / f"{lesson.stem}.ipynb"
        link = Link(f"../{lesson.stage}/{lesson.stem}.ipynb", "Open it") if copy.is_file() else None
        return f"{done} Next lesson: {lesson.title}.", link

    def _was_tried(self, name: str) -> bool:
        return (self.lesson, name) in self.journal.tried()

    def _wrong_answers(self, name: str) -> set[str]:
        """The digests of the wrong answers that were given so far."""
        return {
            str(event.get("answer", ""))
            for event in self.journal.events()
            if (event["lesson"], event["exercise"], event["event"]) == (self.lesson, name, "check")
            and event.get("outcome") == "in progress"
            and event.get("review", "") == self.review
        }

    def _course_cells(self) -> Cells:
        return guidance.read_cells(read_syllabus().notebook_path(self.entry)) if self.entry else []
