"""What all submissions of one assignment are graded by: the course's notebooks, tests, limits and level."""

from __future__ import annotations

import hashlib
import json
import platform
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import autograder
from autograder.grading.course import GradingCourse
from autograder.grading.files import Refused, read_bytes
from autograder.grading.master import hidden_tests_of, master
from autograder.grading.parse import MAX_NOTEBOOK
from autograder.grading.preload import modules_of
from autograder.grading.repair import is_graded, is_locked
from autograder.grading.submission import MAX_FILE, Submission
from autograder.sandbox.levels import Level, Limits

if TYPE_CHECKING:
    from nbformat import NotebookNode

LONGEST_CELL: Final = 600.0
"""Seconds for a cell in a course whose configuration sets no limit."""
_INTERPRETED: Final = ("python", "")


@dataclass(frozen=True)
class Setup:
    """An assignment as the workers need it; passed to them whole.

    masters: the course's notebooks, with hidden tests and without solutions. specs: each lesson's `.py` as text.
    preload: modules to import before the first notebook is run. seconds: that one cell may run.
    all_cells: run the course's own cells, too, that no mark depends on.
    """

    course: GradingCourse
    assignment: str
    masters: Mapping[str, NotebookNode]
    specs: Mapping[str, str]
    spec_paths: Mapping[str, Path]
    preload: tuple[str, ...]
    level: Level
    missing: tuple[str, ...]
    limits: Limits
    seconds: float
    hidden: re.Pattern[str]
    all_cells: bool = False

    @classmethod
    def of(
        cls,
        course: GradingCourse,
        assignment: str,
        level: Level,
        missing: tuple[str, ...] = (),
        limits: Limits | None = None,
        all_cells: bool = False,
        preload: tuple[str, ...] | None = None,
    ) -> Setup:
        """Reads an assignment's sources. Raises CourseError where one can't be used."""
        masters = {name: master(course, assignment, name) for name in course.source(assignment)}
        paths = {name: path for name in masters if (path := course.spec(assignment, name)) is not None}
        texts = {name: path.read_text(encoding="utf-8") for name, path in paths.items()}
        timeout = course.config.Execute.get("timeout", course.config.ExecutePreprocessor.get("timeout", 30))
        return cls(
            course=course,
            assignment=assignment,
            masters=masters,
            specs=texts,
            spec_paths=paths,
            preload=modules_of(course, assignment) if preload is None else preload,
            level=level,
            missing=missing,
            limits=limits or Limits(),
            seconds=float(timeout) if timeout and timeout > 0 else LONGEST_CELL,
            hidden=hidden_tests_of(course),
            all_cells=all_cells,
        )

    def key(self, submission: Submission) -> str:
        """The hash of all that a submission's marks depend on."""
        run_by = f"{_grader()} {self.level} {self.missing} {self.seconds} {self.limits} {self.all_cells}\n"
        digest = hashlib.sha256(run_by.encode())
        digest.update(self._of_course(submission.notebook).encode())
        if submission.path is None:
            digest.update(submission.refusal.encode("utf-8", "replace"))
        for path in (submission.path, *submission.extra):
            if path is not None:
                limit = MAX_NOTEBOOK if path == submission.path else MAX_FILE
                try:
                    content = read_bytes(path, submission.folder, limit)
                except Refused as refusal:
                    content = refusal.reason.encode("utf-8", "replace")
                digest.update(f"\n{path.name} {len(content)}\n".encode("utf-8", "replace") + content)
        return digest.hexdigest()

    @cache  # noqa: B019 - one setup lives as long as the program
    def _of_course(self, notebook: str) -> str:
        sources = [[cell.source, cell.metadata.get("nbgrader")] for cell in self.masters[notebook].cells]
        text = json.dumps([sources, self.specs.get(notebook, "")], sort_keys=True, default=str)
        return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()

    @cache  # noqa: B019 - the same
    def shown_by_course(self, notebook: str) -> frozenset[str]:
        """The texts of the course's cells that only show something: no answers, no tests."""
        cells = [cell for cell in self.masters[notebook].cells if cell.cell_type == "code"]
        return frozenset(cell.source for cell in cells if is_locked(cell) or not cell.metadata.get("nbgrader")) - {
            cell.source for cell in cells if is_graded(cell)
        }

    def __hash__(self) -> int:
        return id(self)

    def __eq__(self, other: object) -> bool:
        return self is other


def language_of(notebook: NotebookNode) -> str:
    """The language of a notebook's kernel, in small letters; "python" where it doesn't say."""
    about: Any = notebook.metadata
    said = about.get("language_info", {}).get("name") or about.get("kernelspec", {}).get("language") or "python"
    return str(said).lower()


@cache
def _grader() -> str:
    """A hash of the grader's own code and of the libraries that answers use."""
    digest = hashlib.sha256(platform.python_version().encode())
    package = Path(autograder.__file__).parent
    folders = ("", "grading/", "sandbox/", "slicing/")
    for path in sorted(path for folder in folders for path in package.glob(f"{folder}*.py")):
        digest.update(path.read_bytes())
    for name in ("numpy", "pandas", "scipy", "scikit-learn", "matplotlib", "torch", "ipython"):
        try:
            digest.update(f"{name} {metadata.version(name)}".encode())
        except metadata.PackageNotFoundError:
            continue
    return digest.hexdigest()
