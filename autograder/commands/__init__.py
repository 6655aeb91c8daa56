"""The commands, a module for each of the three people who type them: they parse, call, print, and nothing else."""

from __future__ import annotations

from rich.console import Console

from autograder.errors import CourseError
from autograder.syllabus import LessonEntry

console = Console(soft_wrap=True, highlight=False)


def ready(entry: LessonEntry) -> LessonEntry:
    """The lesson, if it is written. Raises CourseError when it is only planned."""
    if not entry.ready:
        raise CourseError(f"{entry.id} is planned but not written yet.", "`autograder progress` lists what is there.")
    return entry
