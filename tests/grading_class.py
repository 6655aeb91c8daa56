"""A course with a class, to be graded in tests: one lesson of ours and one plain nbgrader notebook."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import nbformat
from nbformat import NotebookNode

from autograder.notebooks import answer_cells
from autograder.student_version import student_version

HERE: Final = Path(__file__).parent
LESSON: Final = HERE / "small_curriculum" / "01-first" / "01-sums"
CONFIG: Final = """
c = get_config()
c.CourseDirectory.course_id = "small"
c.ClearSolutions.code_stub = {"python": "# Write your answer here, in place of the three dots.\\n..."}
"""
RIGHT: Final = {
    "question": 'question = "b"',
    "steps": 'steps = "xyz"',
    "total": "def total(numbers):\n    return sum(numbers)",
    "average": "def average(numbers):\n    return sum(numbers) / len(numbers)",
}


@dataclass(frozen=True)
class SmallClass:
    """A course in a folder, whose assignment `first` is handed in by whoever `hand_in` is told of."""

    root: Path
    released: NotebookNode

    @classmethod
    def make(cls, root: Path) -> SmallClass:
        source = root / "source" / "first"
        source.mkdir(parents=True)
        (root / "nbgrader_config.py").write_text(CONFIG, encoding="utf-8")
        for ending in (".ipynb", ".py"):
            shutil.copy(LESSON.with_suffix(ending), source)
        return cls(root, student_version(nbformat.read(source / "01-sums.ipynb", as_version=4)))

    def hand_in(self, student: str, answers: Mapping[str, str], more: Mapping[str, str] | None = None) -> None:
        """A student's notebook with these answers; `more` are cells put before an exercise's answer."""
        notebook = nbformat.from_dict(self.released)
        cells = answer_cells(notebook)
        for name, source in answers.items():
            cells[name]["source"] = source
        for name, source in (more or {}).items():
            notebook.cells.insert(notebook.cells.index(cells[name]), nbformat.v4.new_code_cell(source))
        folder = self.root / "submitted" / student / "first"
        folder.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, folder / "01-sums.ipynb")
