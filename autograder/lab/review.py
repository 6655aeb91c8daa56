"""Today's review: a notebook of about ten minutes, made when it is asked for, of what is due by the journal."""

from __future__ import annotations

import random
import re
import time
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from autograder.errors import CourseError
from autograder.lab.excerpt import Excerpt, excerpt
from autograder.lab.workspace import Workspace
from autograder.mastery import Due, Mastery
from autograder.notebooks import read_notebook, write_notebook
from autograder.outline import outlines
from autograder.student_version import student_version
from autograder.syllabus import LessonEntry

if TYPE_CHECKING:
    from nbformat import NotebookNode

MINUTES: Final = 10.0
SECOND_TIME: Final = 0.5
"""What an exercise takes the second time, as a part of its minutes in the lesson. A guess; see docs/learning.md."""
_OPTION: Final = re.compile(r"^(- (?:\*\*|`)?)([a-z])((?:\*\*|`)?[:)]? )(.*(?:\n  .*)*)", re.MULTILINE)
_WRITES: Final = re.compile(r"%%writefile (?:-a )?(\S+)")


@dataclass(frozen=True)
class _Task:
    """One exercise of a review. `shown` is the order of a question's options, empty where there is none."""

    due: Due
    lesson: LessonEntry
    excerpt: Excerpt
    shown: str


def todays_review(workspace: Workspace, mastery: Mastery, today: date) -> Path | None:
    """The notebook to open: today's while it is not finished, else a new one; None when nothing is due.

    Raises CourseError when the folder can't be written.
    """
    folder = workspace.folder / "review"
    number = 1
    while (path := folder / f"{today}{f'-{number}' if number > 1 else ''}.ipynb").is_file():
        if not _is_finished(path, mastery):
            return path
        number += 1
    tasks = _tasks(workspace, mastery, path.stem)
    if not tasks:
        return None
    try:
        _make_room(tasks, folder)
        write_notebook(_notebook(tasks, mastery, today, path.stem), path)
    except OSError as error:
        raise CourseError(
            f"{error.filename or folder} can't be written: {error.strerror}.",
            "Give yourself permission to write there, or free some disk space, then try again.",
        ) from None
    return path


def _is_finished(path: Path, mastery: Mastery) -> bool:
    """Whether every exercise of a review was passed in it. One that can't be read any more counts as finished."""
    try:
        tasks = read_notebook(path).metadata.groundwork.review
        records = [mastery.record(lesson, exercise) for lesson, exercise in tasks]
    except (CourseError, AttributeError, TypeError, ValueError):
        return True
    passed = [any(one.name == path.stem and one.how != "tried" for one in record.reviews) for record in records]
    return all(passed)


def _tasks(workspace: Workspace, mastery: Mastery, name: str) -> list[_Task]:
    """What fits into the time, longest waiting first. Two exercises that make the same name wait for each other."""
    syllabus = workspace.syllabus

    @cache
    def notebooks(lesson: LessonEntry) -> tuple[NotebookNode, NotebookNode]:
        source = read_notebook(syllabus.notebook_path(lesson))
        return source, student_version(source)

    tasks: list[_Task] = []
    left = MINUTES
    for due in mastery.due():
        lesson = syllabus.lesson(due.lesson)
        outline = {outline.name: outline for outline in outlines(syllabus.spec_path(lesson))}[due.exercise]
        needed = outline.minutes * SECOND_TIME
        if tasks and needed > left:
            continue
        try:
            taken = excerpt(*notebooks(lesson), due.exercise)
        except (CourseError, KeyError):  # a lesson that is just being changed: its turn comes when it is whole
            continue
        if taken is None or any(taken.makes & task.excerpt.makes for task in tasks):
            continue
        text, shown = taken.task, ""
        if outline.kind == "Choice":
            text, shown = _reordered(text, random.Random(zlib.crc32(f"{name} {due.exercise}".encode())))
        tasks.append(_Task(due, lesson, replace(taken, task=text), shown))
        left -= needed
    return tasks


def _reordered(task: str, chance: random.Random) -> tuple[str, str]:
    """A question with its options in another order, and their own letters in that order; else the task as it is."""
    options = list(_OPTION.finditer(task))
    letters = "".join(option[2] for option in options)
    if len(options) < 2 or letters != "abcdefgh"[: len(options)]:
        return task, ""
    order = list(range(len(options)))
    while order == sorted(order):
        chance.shuffle(order)
    for place, option in reversed(list(enumerate(options))):
        line = f"{option[1]}{option[2]}{option[3]}{options[order[place]][4]}"
        task = task[: option.start()] + line + task[option.end() :]
    return task, "".join(letters[number] for number in order)


def _make_room(tasks: Sequence[_Task], folder: Path) -> None:
    """Prepares the places of answers that are files; what stands there from an earlier review is kept elsewhere."""
    for task in tasks:
        written = _WRITES.match(task.excerpt.stub)
        if written is None:
            continue
        answer = folder / written.group(1)
        answer.parent.mkdir(parents=True, exist_ok=True)
        if answer.exists():
            backups = folder.parent / "backups" / "review"
            backups.mkdir(parents=True, exist_ok=True)
            answer.replace(backups / f"{answer.name}-{time.strftime('%Y%m%d-%H%M%S')}")


def _notebook(tasks: Sequence[_Task], mastery: Mastery, today: date, name: str) -> NotebookNode:
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

    minutes = "ten minutes" if len(tasks) > 1 else "a few minutes"
    cells = [
        new_markdown_cell(
            f"# Review of {today.day} {today:%B %Y}\n\n"
            f"About {minutes} of what you have learnt, before it fades. Answer **from memory** first: finding it "
            "again is what makes it stay, also when it takes a while. The tests draw other numbers than in the "
            "lesson, and the options of questions stand in another order.\n\n"
            "What you solve without help comes back after a longer while, what you don't, sooner. Run the cells from "
            "the top, with Shift+Enter."
        ),
        new_code_cell("from autograder import Lesson"),
    ]
    for task in tasks:
        begin = f'lesson = Lesson("{task.lesson.id}", review="{name}")'
        passed_on = mastery.record(task.lesson.id, task.due.exercise).passed_on
        when = f", which you solved on {passed_on.day} {passed_on:%B %Y}" if passed_on else ""
        origin = f"*From [{task.lesson.title}](../{task.lesson.id}.ipynb){when}.*"
        call = f'lesson.check("{task.due.exercise}"' + (f', shown="{task.shown}")' if task.shown else ")")
        cells.append(new_markdown_cell(f"{task.excerpt.task}\n\n{origin}"))
        if task.excerpt.context:
            cells.append(new_code_cell(f"{begin}\n{task.excerpt.context}"))
        cells += [new_code_cell(task.excerpt.stub), new_code_cell(f"{begin}\n{call}")]
    cells.append(
        new_markdown_cell(
            "## That was it\n\nSave the notebook and close it. What comes next stands on the course page."
        )
    )
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    chosen = [[task.lesson.id, task.due.exercise] for task in tasks]
    notebook: NotebookNode = new_notebook(cells=cells, metadata={**kernel, "groundwork": {"review": chosen}})
    return notebook
