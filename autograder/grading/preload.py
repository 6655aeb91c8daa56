"""Which modules a fork server should have imported before the first notebook is run."""

from __future__ import annotations

import ast
from collections.abc import Collection
from typing import Final

from autograder.errors import CourseError
from autograder.grading.course import GradingCourse
from autograder.notebooks import answer_cells, checked_exercise, read_notebook
from autograder.slicing.notebook import Cell, needed

_DATA: Final = "autograder.datasets"
"""The one part of this package that lessons import and that knows no answers."""


def modules_of(
    course: GradingCourse, assignment: str, notebooks: Collection[str] | None = None, *, all_cells: bool = False
) -> tuple[str, ...]:
    """What the source notebooks import, in order; only some `notebooks`, and of ours only what marks depend on.

    A source that can't be read imports nothing: whoever grades says why.
    """
    found: dict[str, None] = {}
    for name, path in course.source(assignment).items():
        if notebooks is not None and name not in notebooks:
            continue
        try:
            notebook = read_notebook(path)
        except CourseError:
            continue
        answers = answer_cells(notebook)
        own = {id(cell) for cell in answers.values()}
        code = [cell for cell in notebook.cells if cell.cell_type == "code" and checked_exercise(cell) is None]
        texts = [cell.source for cell in code]
        if not all_cells and course.spec(assignment, name) is not None:
            cells = [Cell(cell.source, id(cell) not in own) for cell in code]
            texts = needed(cells, {exercise: (exercise,) for exercise in answers}, files=True)
        for text in texts:
            found.update(dict.fromkeys(imported(text)))
    return tuple(name for name in found if name.partition(".")[0] not in ("autograder", "__future__") or name == _DATA)


def imported(source: str) -> list[str]:
    """The modules that a cell imports by `import` and `from … import`; magics are passed over."""
    lines = "\n".join(line for line in source.splitlines() if not line.lstrip().startswith(("%", "!")))
    try:
        tree = ast.parse(lines)
    except (SyntaxError, ValueError, RecursionError):
        return []
    names = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names += [node.module, *(_DATA for alias in node.names if f"{node.module}.{alias.name}" == _DATA)]
    return names
