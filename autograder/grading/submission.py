"""Finds what a class has handed in, reads one notebook of it, and copies the files around it."""

from __future__ import annotations

import atexit
import os
import re
import shutil
import tempfile
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING, Final

from autograder.errors import CourseError
from autograder.grading.archive import unpack
from autograder.grading.course import GradingCourse
from autograder.grading.files import Refused, copy_file, read_bytes, regular_files, shown
from autograder.grading.parse import MAX_NOTEBOOK, parse
from autograder.sandbox.scratch import Scratch

if TYPE_CHECKING:
    from nbformat import NotebookNode

MAX_NAME: Final = 128
"""Characters of a student's name, as many as nbgrader's gradebook holds."""
MAX_FILE: Final = 100 << 20
"""Bytes of one file beside a notebook."""

_COPY: Final = re.compile(r"(?:[ _-]*\(\d+\)|[ _-]+(?:copy|kopie|copie|copia)[ _-]*\d*|[ _-]+copy\d+|\.ipynb)$")


@dataclass(frozen=True)
class Submission:
    """One source notebook and what a student has handed in for it.

    path:      the notebook, or None when there is none that can be taken; `refusal` says why.
    folder:    where it was found: below it, nothing may be a link.
    extra:     the other files that came with it, for all notebooks of the assignment.
    timestamp: when it was handed in, in UTC without a zone, as nbgrader keeps it.
    notes:     what an instructor should know, a sentence each.
    """

    student: str
    assignment: str
    notebook: str
    path: Path | None
    folder: Path
    extra: tuple[Path, ...] = ()
    timestamp: datetime | None = None
    refusal: str = ""
    notes: tuple[str, ...] = ()


def find_submissions(
    course: GradingCourse,
    assignment: str,
    student: str | None = None,
    notebook: str | None = None,
    scratch: Path | None = None,
) -> list[Submission]:
    """Every student who has handed in an assignment with every one of its notebooks, exactly once each.

    Zip files are unpacked into `scratch`, by default a folder that is removed when the program ends.
    Raises CourseError when the assignment, the student or the notebook is not there, or nobody has handed in.
    """
    names = list(course.source(assignment))
    if notebook is not None and notebook not in names:
        raise CourseError(f'The assignment "{assignment}" has no notebook "{notebook}".', f"It has {', '.join(names)}.")
    found: list[Submission] = []
    for name, folder in course.submitted(assignment).items():
        if student is None or name == student:
            found += _of_student(course, assignment, name, folder, names, scratch)
    if not found:
        who = "Nobody has" if student is None else f'"{student}" has not'
        raise CourseError(
            f'{who} handed in "{assignment}".',
            f"Put notebooks into {course.submitted_root / 'STUDENT' / assignment}, or: nbgrader collect {assignment}",
        )
    return [submission for submission in found if notebook in {None, submission.notebook}]


def read(submission: Submission) -> NotebookNode:
    """The submitted notebook, with every cell made anew from its source, type and nbgrader metadata.

    Raises Refused when there is none, or it is not a notebook that can be graded.
    """
    if submission.path is None:
        raise Refused(submission.refusal)
    return parse(read_bytes(submission.path, submission.folder, MAX_NOTEBOOK), submission.path.name)


def fits_gradebook(student: str) -> bool:
    """Whether a name can be a student's in nbgrader's gradebook: it is short, and formgrader, which puts it into its
    pages as it is, does not run it."""
    return len(student) <= MAX_NAME and not set(student) & set("<>")


def copy_files(submission: Submission, course: GradingCourse, to: Path) -> None:
    """Copies what a notebook may read into `to`: the submission's other files, and the release's over them.

    Notebooks, what the course ignores, and the lessons' tests are left out. Raises Refused as `read` does.
    """
    for path in submission.extra:
        copy_file(path, submission.folder, to / path.relative_to(submission.folder), MAX_FILE)
    for path in release_files(course, submission.assignment):
        inside = path.relative_to(course.source_folder(submission.assignment))
        if inside.as_posix() in course.keep_own.get(submission.assignment, ()) and (to / inside).exists():
            continue
        (to / inside).parent.mkdir(parents=True, exist_ok=True)
        (to / inside).unlink(missing_ok=True)
        shutil.copyfile(path, to / inside)


def release_files(course: GradingCourse, assignment: str) -> Iterator[Path]:
    """The files of an assignment's source that a student is given beside the notebooks."""
    folder = course.source_folder(assignment)
    tests = {course.spec(assignment, name) for name in course.source(assignment)}
    for here, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not _ignored(name, course))
        for name in sorted(files):
            path = Path(here, name)
            if not _ignored(name, course) and path.suffix != ".ipynb" and path not in tests:
                yield path


def _ignored(name: str, course: GradingCourse) -> bool:
    return any(fnmatch(name, pattern) for pattern in course.ignore)


def _of_student(
    course: GradingCourse, assignment: str, student: str, folder: Path, names: list[str], scratch: Path | None
) -> list[Submission]:
    """A student's submissions of an assignment; none when nothing was handed in."""
    shown_name = student.encode("utf-8", "backslashreplace").decode()

    def refused(reason: str, notes: tuple[str, ...] = ()) -> list[Submission]:
        return [Submission(shown_name, assignment, name, None, folder, (), None, reason, notes) for name in names]

    try:
        where, notes = _locate(folder, course.submitted_root, scratch)
        if where is None:
            return []
        if shown_name != student or not fits_gradebook(student):
            raise Refused(
                f"The student's folder has a name that is not UTF-8 text of at most {MAX_NAME} characters without < "
                "and >. Rename the folder."
            )
        files = regular_files(where, [p for p in course.ignore if not fnmatch("x.ipynb", p)])
        timestamp, said = _timestamp(where)
    except Refused as refusal:
        return refused(refusal.reason)
    notes += said
    offered = [
        path.name for path in files if path.parent == where and path.name.lower().endswith((".ipynb", ".ipynb.txt"))
    ]
    extra = tuple(path for path in files if path.suffix.lower() != ".ipynb")
    chosen, left = _match(names, offered)
    if strangers := [shown(name) for name in left if name.lower().endswith(".ipynb")]:
        notes += (f"Not graded, since they belong to no notebook of the assignment: {', '.join(strangers)}.",)
    found = []
    for number, name in enumerate(names):
        file, reason, note = chosen[name]
        found.append(
            Submission(
                student, assignment, name, where / file if file else None, where, extra, timestamp, reason,
                (notes if number == 0 else ()) + ((note,) if note else ()),
            )
        )  # fmt: skip
    return found


def _locate(folder: Path, below: Path, scratch: Path | None) -> tuple[Path | None, tuple[str, ...]]:
    """The folder of a student's submission, unpacked from a zip file if it is one, with what to say about it."""
    if (parent := folder.parent).is_symlink():
        raise Refused(f"The student's folder {shown(parent.name)} is a link to something else. Put the folder itself.")
    try:
        names = sorted(entry.name for entry in os.scandir(parent))
    except OSError as error:
        raise Refused(
            f"The student's folder {shown(parent.name)} can't be read: {error.strerror}. Change its permissions."
        ) from None
    packed = [name for name in names if _is_archive(name, folder.name)]
    if folder.name in names:
        if folder.is_symlink():
            raise Refused(f"{shown(folder.name)} is a link to something else. Hand in the folder itself.")
        if folder.is_dir():
            return folder, (f"{shown(packed[0])} lies beside the folder and was not used.",) if packed else ()
    if len(packed) == 1 and packed[0].lower().endswith(".zip"):
        to = Path(tempfile.mkdtemp(prefix="unpacked-", dir=scratch or _temporary()), "files")
        unpack(parent / packed[0], below, to)
        return _single_folder(to), (f"Unpacked from {shown(packed[0])}.",)
    if packed:
        raise Refused(f"{shown(packed[0])} is not the one zip file of the assignment. Hand in one folder or one .zip.")
    alike = [name for name in names if _plain_name(name) == _plain_name(folder.name) and (parent / name).is_dir()]
    if len(alike) == 1:
        return parent / alike[0], (f"The folder {shown(alike[0])} was taken for {shown(folder.name)}.",)
    if alike:
        raise Refused(
            f"Several folders could be {shown(folder.name)}: {', '.join(map(shown, alike))}. Keep one and rename it."
        )
    return None, ()


def _is_archive(name: str, assignment: str) -> bool:
    return name.lower().startswith(f"{assignment.lower()}.") and name.lower().endswith(
        (".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar")
    )


def _temporary() -> Path:
    scratch = Scratch()
    atexit.register(scratch.remove)
    return scratch.path


def _single_folder(unpacked: Path) -> Path:
    """Where the notebooks are in what was packed as a whole folder."""
    inside = [path for path in unpacked.iterdir() if path.name not in {"__MACOSX", ".DS_Store"}]
    return inside[0] if len(inside) == 1 and inside[0].is_dir() else unpacked


def _match(names: list[str], offered: list[str]) -> tuple[dict[str, tuple[str, str, str]], list[str]]:
    """For each notebook: the file, or why there is none, and what to say of it; and the files that are left."""
    left = [file for file in offered if file.removesuffix(".ipynb") not in names or not file.endswith(".ipynb")]
    chosen: dict[str, tuple[str, str, str]] = {}
    for name in names:
        if f"{name}.ipynb" in offered:
            chosen[name] = (f"{name}.ipynb", "", "")
            continue
        alike = [file for file in left if _plain_name(file) == _plain_name(name)]
        rivals = [other for other in names if other != name and _plain_name(other) == _plain_name(name)]
        if len(alike) == 1 and not rivals:
            chosen[name] = (alike[0], "", f"{shown(alike[0])} was taken for {shown(f'{name}.ipynb')}.")
        elif alike:
            said = f"{', '.join(map(shown, alike))} could be it. Keep one and name it {shown(f'{name}.ipynb')}."
            chosen[name] = ("", f"There is no {shown(f'{name}.ipynb')}; {said}", "")
        else:
            chosen[name] = ("", f"There is no {shown(f'{name}.ipynb')} in what was handed in. Ask for it.", "")
    taken = {file for file, _, _ in chosen.values()}
    return chosen, [file for file in offered if file not in taken]


def _plain_name(name: str) -> str:
    """A name without what browsers, file managers and JupyterLab add to a copy, and without accidents of spelling."""
    text = unicodedata.normalize("NFC", name).casefold().strip().removesuffix(".txt").removesuffix(".ipynb").strip()
    while text != (shorter := _COPY.sub("", text).strip()) and shorter:
        text = shorter
    return re.sub(r"[\s_-]+", "-", text)


def _timestamp(folder: Path) -> tuple[datetime | None, tuple[str, ...]]:
    """When it was handed in, as nbgrader's collecting has written it down, or why that is not known."""
    path = folder / "timestamp.txt"
    if not path.exists():
        return None, ()
    try:
        text = read_bytes(path, folder, 1000).decode("utf-8").strip()
        return (_in_utc(text) if text else None), ()
    except (Refused, ValueError, OverflowError):
        return None, ("Its timestamp.txt is not a date, so it is not known whether it is late.",)


def _in_utc(text: str) -> datetime:
    """nbgrader's dates: "2015-02-02 15:58:23.948203 America/Los_Angeles", or anything that dateutil reads."""
    import dateutil.parser  # type: ignore[import-untyped]
    import dateutil.tz  # type: ignore[import-untyped]

    parts = text.split(" ")
    if len(parts) == 3:
        zone = int(parts[2]) if re.fullmatch(r"[+-]?\d+", parts[2]) else dateutil.tz.gettz(parts[2])
        read: datetime = dateutil.parser.parse(f"{parts[0]} {parts[1]} TZ", tzinfos={"TZ": zone})
    else:
        read = dateutil.parser.parse(text)
    offset = read.utcoffset()
    return read if offset is None else (read - offset).replace(tzinfo=None)
