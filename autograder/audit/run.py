"""Audits what somebody named: lessons of the course, or notebook files of anybody's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from autograder.audit.process import Target, audit_all, default_workers
from autograder.audit.results import LessonAudit
from autograder.errors import CourseError
from autograder.syllabus import Syllabus


def chosen(syllabus: Syllabus, names: Sequence[str]) -> list[Target]:
    """What the names stand for: a lesson's id, or the path of a notebook; without any, all lessons that are ready.

    Raises CourseError for a name that is neither.
    """
    if not names:
        names = [entry.id for entry in syllabus.lessons if entry.ready]
    return list(dict.fromkeys(_target(syllabus, name) for name in names))


def _target(syllabus: Syllabus, name: str) -> Target:
    if name.endswith(".ipynb"):
        path = Path(name).resolve()
        if not path.is_file():
            raise CourseError(f"There is no notebook {name}.", "Name a notebook file, or a lesson of the course.")
        return Target(path, name)
    entry = syllabus.lesson(name)
    if not entry.ready:
        raise CourseError(f"{entry.id} is planned but not written yet.", "`autograder progress` lists what is there.")
    return Target(syllabus.notebook_path(entry), entry.id)


def audit_chosen(targets: Sequence[Target], workers: int | None = None) -> Iterator[LessonAudit]:
    """Each audit as it ends; all are tried.

    Raises CourseError at the end, for the first that could not be audited.
    """
    failed: list[CourseError] = []
    for _, result in audit_all(targets, workers or default_workers()):
        if isinstance(result, CourseError):
            failed.append(result)
        else:
            yield result
    if failed:
        raise failed[0]
