"""What the buttons of the course page do. Each says what was done; what can't be done is a CourseError."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol

from autograder.errors import CourseError
from autograder.lab.page import Addresses, Desk, Said
from autograder.mastery import Mastery


class LessonAction(Protocol):
    """Something done to one lesson; None when the lesson itself is what to show next."""

    def __call__(self, desk: Desk, lesson_id: str) -> Said | None: ...


def begin(desk: Desk, lesson_id: str) -> None:
    """Makes the learner's copy where there is none, such as one that was deleted."""
    desk.workspace.begin(desk.lesson(lesson_id).lesson)


def reset(desk: Desk, lesson_id: str) -> Said:
    """Gives the lesson back as it was at first; the learner's copy is kept."""
    lesson = desk.lesson(lesson_id).lesson
    backup = desk.workspace.reset(lesson)
    return _kept(desk, f"“{lesson.title}” is as it was at first.", backup)


def update(desk: Desk, lesson_id: str) -> Said:
    """Brings the lesson to the course's version, with the learner's answers in it."""
    lesson = desk.lesson(lesson_id).lesson
    backup = desk.workspace.update(lesson)
    carried = " Your answers and the cells you added are in it." if backup else ""
    return _kept(desk, f"“{lesson.title}” is the course's newest version.{carried}", backup)


LESSON_ACTIONS: Final[Mapping[str, LessonAction]] = {"begin": begin, "reset": reset, "update": update}


def review(desk: Desk, to: Addresses) -> str:
    """Makes today's review where there is none yet; its address in JupyterLab."""
    from autograder.lab.review import todays_review

    now = datetime.now()
    mastery = Mastery.read(desk.workspace.syllabus, desk.journal, now)
    notebook = todays_review(desk.workspace, mastery, now.date())
    if notebook is None:
        raise CourseError("Nothing is due for review today.", "Go on with a lesson.")
    return to.file(notebook.relative_to(desk.workspace.folder).as_posix())


def _kept(desk: Desk, sentence: str, backup: Path | None) -> Said:
    if backup is None:
        return Said(sentence)
    link = backup.relative_to(desk.workspace.folder).as_posix()
    return Said(f"{sentence} Your copy as it was is kept.", link=link, words="Look at it")
