"""Finds the exercises in any nbgrader notebook: answers' cells, the test cells below them, and what a person grades."""

from __future__ import annotations

import ast
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from nbformat import NotebookNode

NOBODY_KNOWS: Final = (
    "It has no known mistakes: whether people's real wrong answers are refused is shown by mutants alone.",
    "It has no other right answers: whether a right answer that is written otherwise is accepted is not known.",
    "Its tests have no seeds: whether they pass and fail by luck is not known.",
)


@dataclass(frozen=True)
class Group:
    """An exercise: one answer's cell or several, and everything down to the last test cell before the next answer."""

    name: str
    cells: tuple[NotebookNode, ...]

    @property
    def answers(self) -> list[NotebookNode]:
        return [cell for cell in self.cells if has_role(cell, "solution")]

    @property
    def tests(self) -> list[NotebookNode]:
        return [cell for cell in self.cells if has_role(cell, "grade")]

    @property
    def points(self) -> float:
        return sum(points(cell) for cell in self.tests)


def has_role(cell: NotebookNode, role: str) -> bool:
    """Whether a cell is an answer that tests check ("solution") or such a test ("grade"), not what a person grades."""
    said = cell.metadata.get("nbgrader", {})
    other = {"solution": "grade", "grade": "solution"}[role]
    return cell.cell_type == "code" and bool(said.get(role)) and not said.get(other)


def points(cell: NotebookNode) -> float:
    return float(cell.metadata.nbgrader.get("points", 0))


def groups(notebook: NotebookNode) -> tuple[list[Group], list[str]]:
    """The exercises, and sentences on what can't be known about them and on cells that are part of none."""
    found: list[Group] = []
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for part in _parts(code):
        last = max((n for n, cell in enumerate(part) if has_role(cell, "grade")), default=-1)
        if last >= 0:
            found.append(Group(part[0].metadata.nbgrader.grade_id, tuple(part[: last + 1])))
    unknown = [*NOBODY_KNOWS]
    by_hand = [cell.metadata.nbgrader for cell in notebook.cells if _by_hand(cell.metadata.get("nbgrader", {}))]
    if by_hand:
        earned = sum(said.get("points", 0) for said in by_hand)
        ids = ", ".join(said.grade_id for said in by_hand)
        unknown.append(f"What a person grades is not looked at: {earned:g} points, in the cells {ids}.")
    inside = {cell["id"] for group in found for cell in group.cells}
    for cell in (cell for cell in code if cell["id"] not in inside):
        if has_role(cell, "solution"):
            unknown.append(f"No test stands below the answer {cell.metadata.nbgrader.grade_id}.")
        if has_role(cell, "grade"):
            unknown.append(f"The test {cell.metadata.nbgrader.grade_id} stands above every answer.")
    return found, unknown


def _parts(code: Sequence[NotebookNode]) -> list[list[NotebookNode]]:
    """The code cells from each answer on; answers that follow each other without a test between belong together."""
    parts: list[list[NotebookNode]] = []
    for cell in code:
        if has_role(cell, "solution") and (not parts or any(has_role(earlier, "grade") for earlier in parts[-1])):
            parts.append([])
        if parts:
            parts[-1].append(cell)
    return parts


def _by_hand(said: Any) -> bool:
    return bool(said) and (bool(said.get("task")) or bool(said.get("grade") and said.get("solution")))


def empty_asserts(group: Group) -> list[str]:
    """`assert (a == b, "words")` looks at a pair, which is always true, and `assert "words"` at nothing at all."""
    found = []
    for cell in group.tests:
        with contextlib.suppress(SyntaxError):
            for node in ast.walk(ast.parse(cell.source)):
                if isinstance(node, ast.Assert) and isinstance(node.test, ast.Tuple | ast.Constant):
                    where = f"{cell.metadata.nbgrader.grade_id}, line {node.lineno}"
                    found.append(f"{where}: this `assert` can't fail, whatever the answer is")
    return found
