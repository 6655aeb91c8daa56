"""The notebook that a submission is held against: the course's source, with the stub where a solution stands."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from autograder.errors import CourseError
from autograder.grading.course import GradingCourse
from autograder.quick import quick_imports

if TYPE_CHECKING:
    from nbformat import NotebookNode
    from traitlets.config import Config

AUTOTESTS: Final = "autotests.yml"


def hidden_tests(begin: str, end: str) -> re.Pattern[str]:
    """The lines of a region of hidden tests; one that has no end goes on to the end of the cell."""
    return re.compile(
        rf"^[^\n]*{re.escape(begin)}.*?(?:^[^\n]*{re.escape(end)}[^\n]*(?:\n|\Z)|\Z)", re.MULTILINE | re.DOTALL
    )


HIDDEN_TESTS: Final = hidden_tests("BEGIN HIDDEN TESTS", "END HIDDEN TESTS")
"""nbgrader's own delimiters; a course may configure others."""


def hidden_tests_of(course: GradingCourse) -> re.Pattern[str]:
    """What finds the regions of hidden tests in a course's cells."""
    settings = course.config.ClearHiddenTests
    return hidden_tests(
        str(settings.get("begin_test_delimeter", "BEGIN HIDDEN TESTS")),
        str(settings.get("end_test_delimeter", "END HIDDEN TESTS")),
    )


def master(course: GradingCourse, assignment: str, notebook: str) -> NotebookNode:
    """A source notebook as nbgrader's gradebook holds it: stubs for solutions, checksums, tests with hidden parts.

    Made by the first steps of `nbgrader generate_assignment` under the course's own settings, from the source as
    it is now. Only a source with AUTOTEST lines is run, by nbgrader in its kernel. Raises CourseError when
    nbgrader can't take the source.
    """
    path = course.source(assignment).get(notebook)
    if path is None:
        raise CourseError(
            f'The assignment "{assignment}" has no notebook "{notebook}".',
            f"It has {', '.join(course.source(assignment))}.",
        )
    with quick_imports():
        import nbformat
        from nbgrader import preprocessors as steps
    config = _settings(course.config, course.root, path.parent)
    resources: dict[str, Any] = {
        "metadata": {"path": str(path.parent)},
        "nbgrader": {"notebook": notebook, "assignment": assignment},
    }
    try:
        made: NotebookNode = nbformat.read(path, as_version=4)
        for step in (
            steps.IncludeHeaderFooter,
            steps.InstantiateTests,
            steps.LockCells,
            steps.ClearSolutions,
            steps.ClearOutput,
            steps.CheckCellMetadata,
            steps.ComputeChecksums,
        ):
            made, resources = step(config=config).preprocess(made, resources)
    except Exception as error:  # nbgrader and the kernels raise what they like
        said = str(error).strip().splitlines() or [type(error).__name__]
        raise CourseError(
            f"nbgrader can't take the source {path.name} of {assignment}: {said[0]}",
            f"The whole story: nbgrader generate_assignment {assignment}",
        ) from None
    for number, cell in enumerate(made.cells):
        cell.setdefault("id", f"source-{number:04d}")
    made.nbformat_minor = max(5, made.nbformat_minor)
    return made


def _settings(config: Config, root: Path, folder: Path) -> Config:
    """The course's settings, with what nbgrader takes relative to the folder it was started in made absolute."""
    from copy import deepcopy

    settings = deepcopy(config)
    for name in ("header", "footer"):
        if file := settings.IncludeHeaderFooter.get(name, ""):
            settings.IncludeHeaderFooter[name] = str(root / file)
    if not (folder / AUTOTESTS).is_file() and (root / AUTOTESTS).is_file():
        settings.InstantiateTests.autotest_filename = str(root / AUTOTESTS)
    return settings
