"""The folder `autograded/`: what formgrader and `nbgrader generate_feedback` read."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Final

from autograder.grading.course import GradingCourse
from autograder.grading.files import Refused, copy_file
from autograder.grading.submission import MAX_FILE, Submission, release_files
from autograder.quick import quick_imports

if TYPE_CHECKING:
    from nbformat import NotebookNode

_PICTURES: Final = {".png", ".jpg", ".jpeg", ".gif"}


def autograded_path(course: GradingCourse, student: str, assignment: str, notebook: str) -> Path:
    """Where a graded notebook lies."""
    if {student, assignment, notebook} & {"", ".", ".."} or set(student + assignment + notebook) & set("/\\\0"):
        raise ValueError(f"not the name of a folder: {(student, assignment, notebook)}")
    return course.autograded(student, assignment) / f"{notebook}.ipynb"


def write_autograded(notebook: NotebookNode, path: Path, group_shared: bool = False) -> None:
    """Puts a graded notebook in its place in one step, read-only as nbgrader does it: no reader sees half a file."""
    with quick_imports():
        from nbformat.v4 import writes_json

    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    beside.unlink(missing_ok=True)
    with beside.open("xb") as file:
        # What a program has printed may hold halves of characters that no file can.
        file.write(f"{writes_json(notebook)}\n".encode("utf-8", "replace"))
        file.flush()
        os.fsync(file.fileno())
    beside.chmod(0o664 if group_shared else 0o444)
    beside.replace(path)


def place_files(course: GradingCourse, submission: Submission) -> None:
    """Puts beside a student's graded notebooks what their pages need: the release's files, pictures, the time.

    Other files of a student stay where they are: a page among them could act on who opens it.
    """
    to = course.autograded(submission.student, submission.assignment)
    for path in submission.extra:
        if path.suffix.lower() in _PICTURES or path == submission.folder / "timestamp.txt":
            try:
                copy_file(path, submission.folder, to / path.relative_to(submission.folder), MAX_FILE)
            except Refused:  # it was a file when it was found, and its notebook is refused for that where it is read
                continue
    for path in release_files(course, submission.assignment):
        copy = to / path.relative_to(course.source_folder(submission.assignment))
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.unlink(missing_ok=True)
        shutil.copyfile(path, copy)
