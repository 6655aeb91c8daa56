"""The machine that submissions attack: a course with its gradebook, a server, a process, a private file."""

from __future__ import annotations

import hashlib
import os
import shutil
import socket
import sqlite3
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.api import Gradebook

import autograder
from attacks.case import ASSIGNMENT, COURSE, SECRET, Case, Place, said, submit, submit_honest

PACKAGE = Path(autograder.__file__).parent
EARLIER = "ps0"
"""An assignment that was graded before, whose rows nobody may change."""


@dataclass
class World:
    """A course in a folder, with a copy of `gradebook`, and what around it must stay as it is.

    A cell of its notebooks may run for `cell_seconds`.

    Everything belongs to whoever makes it, except what is given to `owner` afterwards.
    """

    folder: Path
    gradebook: bytes
    cell_seconds: int = 5
    place: Place = field(init=False)

    def __post_init__(self) -> None:
        course, outside, home = (self.folder / name for name in ("course", "outside", "home"))
        _copy_course(course)
        config = course / "nbgrader_config.py"
        config.write_text(config.read_text().replace("timeout = 5", f"timeout = {self.cell_seconds}"))
        for folder in (outside, home):
            folder.mkdir()
        shutil.copytree(PACKAGE, self.site / "autograder", ignore=shutil.ignore_patterns("__pycache__"))
        (outside / "secret.txt").write_text("secret-file-4718")
        (outside / "secret.txt").chmod(0o600)
        (course / "gradebook.db").write_bytes(self.gradebook)
        self._victim: subprocess.Popen[bytes] | None = None
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.abstract = socket.socket(socket.AF_UNIX)
        self.abstract.bind("\0attacked")
        self.abstract.listen()
        for server in (self.listener, self.abstract):
            server.setblocking(False)
        self.place = Place(course, outside, home, self.listener.getsockname()[1], 0, "attacked")

    @property
    def site(self) -> Path:
        """Where the grader's own package lies; a copy, for it may be attacked too."""
        return self.folder / "site"

    @property
    def environment(self) -> dict[str, str]:
        """What the grader's process has in its environment."""
        return {
            "HOME": str(self.place.home),
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join([str(self.site), str(Path(__file__).parents[1])]),
            "PYTHONDONTWRITEBYTECODE": "1",
            "GROUNDWORK_JOURNAL": "off",
            "GRADER_SECRET": "secret-environment-4717",
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
        }

    def start_victim(self, **user: Any) -> None:
        """Starts a process of whoever grades, as this user or as the one that `user` says to `Popen`."""
        self._victim = subprocess.Popen(["sleep", "3600"], start_new_session=True, **user)
        self.place = Place(**{**vars(self.place), "victim": self._victim.pid})

    def submit(self, cases: Iterable[Case], honest: Iterable[str] = ()) -> None:
        """Hands in what the cases say, and right answers for the `honest` students."""
        submitted = self.place.course / "submitted"
        for name in honest:
            submit_honest(submitted / name / ASSIGNMENT)
        for case in cases:
            submit(case, submitted / case.handed_in_by / ASSIGNMENT, self.place)

    def give_to(self, uid: int) -> None:
        """Makes all of it somebody's."""
        for path in (self.folder, *self.folder.rglob("*")):
            os.chown(path, uid, uid, follow_symlinks=False)

    def digest(self) -> dict[str, str]:
        """A hash of every file that grading must leave as it is."""
        course = self.place.course
        folders = [course / "source", course / "submitted", self.place.outside, self.site]
        paths = [
            course / "nbgrader_config.py",
            *folders,
            *(path for folder in folders for path in sorted(folder.rglob("*"))),
        ]
        return {str(path.relative_to(self.folder)): _hash(path) for path in paths}

    def earlier_rows(self) -> list[Any]:
        """The gradebook's rows on the assignment that was graded before; an error's text when it is broken."""
        try:
            with closing(sqlite3.connect(self.place.course / "gradebook.db")) as db:
                return [list(row) for row in db.execute(ROWS, (EARLIER,))]
        except sqlite3.Error as error:
            return [str(error)]

    def harm(self, before: Mapping[str, str], rows: list[Any]) -> list[str]:
        """What has happened around the course, a word each; nothing should have."""
        after = self.digest()
        found = [f"changed {path}" for path in before if after.get(path) != before[path]]
        found += [f"made {path}" for path in after if path not in before]
        if self.earlier_rows() != rows:
            found.append("changed the gradebook's other rows")
        if self._victim is not None and self._victim.poll() is not None:
            found.append("killed another process")
        for server, word in ((self.listener, "reached a TCP server"), (self.abstract, "reached a unix socket")):
            try:
                server.accept()[0].close()
                found.append(word)
            except OSError:
                pass
        for path in (self.place.home / ".bashrc", Path("/usr/x"), Path("/etc/profile.d/x.sh")):
            if path.exists():
                path.unlink()
                found.append(f"made {path.name}")
        return found

    def marks(self, student: str) -> dict[str, float]:
        """The points in the gradebook, by grade id; nothing where nothing was graded."""
        with Gradebook(f"sqlite:///{self.place.course / 'gradebook.db'}") as gradebook:
            found = [s for s in gradebook.assignment_submissions(ASSIGNMENT) if s.student.id == student]
            return {
                grade.name: _finite(grade.score)
                for submission in found
                for notebook in submission.notebooks
                for grade in notebook.grades
                if grade.auto_score is not None or grade.manual_score is not None
            }

    def said(self, student: str) -> str:
        """What the student's own cells have put out, in the graded notebook."""
        path = self.place.course / "autograded" / student / ASSIGNMENT / "ps1.ipynb"
        if not path.exists() or not stat.S_ISREG(path.lstat().st_mode):
            return ""
        return said(nbformat.read(path, as_version=4))

    def close(self) -> None:
        """Ends the victim and the servers."""
        if self._victim is not None:
            self._victim.kill()
            self._victim.wait()
        self.listener.close()
        self.abstract.close()


def released_gradebook() -> bytes:
    """The gradebook of a course that has graded an assignment before and has given out this one; slow, so made once."""
    # nbgrader starts alembic by name, which lies beside this Python.
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    with tempfile.TemporaryDirectory() as folder:
        course = Path(folder)
        _copy_course(course)
        release = [sys.executable, "-m", "nbgrader", "generate_assignment", ASSIGNMENT]
        subprocess.run(release, cwd=course, check=True, capture_output=True)
        with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook, gradebook.db.no_autoflush:
            gradebook.add_assignment(EARLIER)
            gradebook.add_notebook("old", EARLIER)
            gradebook.add_grade_cell("sum", "old", EARLIER, max_score=5, cell_type="code")
            for student, points in (("aaron", 5), ("zoe", 4), ("secret-gradebook-4719", 3)):
                gradebook.add_student(student)
                gradebook.add_submission(EARLIER, student)
                gradebook.find_grade("sum", "old", EARLIER, student).auto_score = points
            gradebook.db.commit()
        return (course / "gradebook.db").read_bytes()


def _copy_course(to: Path) -> None:
    (to / "source" / ASSIGNMENT).mkdir(parents=True)
    shutil.copy(COURSE / "nbgrader_config.py", to)
    for name in ("ps1.ipynb", "ps1.py"):
        shutil.copy(COURSE / name, to / "source" / ASSIGNMENT)


ROWS = """
select submitted_assignment.student_id, grade.auto_score, grade.manual_score, grade.extra_credit
from grade join submitted_notebook on grade.notebook_id = submitted_notebook.id
join submitted_assignment on submitted_notebook.assignment_id = submitted_assignment.id
join assignment on submitted_assignment.assignment_id = assignment.id where assignment.name = ? order by 1
"""


def tells(text: str) -> list[str]:
    """The kinds of secrets that are in a text."""
    return sorted({match.group(1) for match in SECRET.finditer(text)})


def _hash(path: Path) -> str:
    kind = path.lstat().st_mode
    if stat.S_ISLNK(kind):
        return f"link {path.readlink()}"
    if not stat.S_ISREG(kind) or path.lstat().st_size > 1 << 30:
        return oct(kind)
    return hashlib.sha256(path.read_bytes()).hexdigest() + oct(kind)


def _finite(number: Any) -> Any:
    return number if number is None or (number == number and abs(number) < 1e300) else str(number)
