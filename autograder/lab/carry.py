"""Carries a learner's work from an older copy of a lesson into a newer one."""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from nbformat import NotebookNode


_GIVEN: Final = re.compile(r"cell-\d{3,}")
"""Ids that the course gives to cells without a grade; JupyterLab's own are eight hexadecimal digits or a UUID."""


def carried_over(mine: NotebookNode, fresh: NotebookNode) -> NotebookNode:
    """The fresh notebook with the learner's answers in its answer cells and the learner's own cells where they stood.

    An answer that was never begun gives way to the fresh cell, whose wording may be better. An answer to an exercise
    that the lesson no longer has stays as an ordinary cell. What was changed in the course's own cells does not
    come along: the caller keeps a backup.
    """
    merged = copy.deepcopy(fresh)
    answers = {_grade_id(cell): cell for cell in merged.cells if _is_answer(cell)}
    places = {_grade_id(cell) or cell.source: place for place, cell in enumerate(merged.cells)}
    given = {cell.source for cell in merged.cells}
    own: dict[int, list[NotebookNode]] = {}
    place = -1
    for cell in mine.cells:
        answer = answers.get(_grade_id(cell)) if _is_answer(cell) else None
        if answer is not None and not _only_given_lines(cell.source, answer.source):
            answer.source = cell.source
        place = places.get(_grade_id(cell) or cell.source, place)
        if answer is None and (_is_answer(cell) or _is_own(cell)) and cell.source.strip() and cell.source not in given:
            kept = copy.deepcopy(cell)
            kept.metadata.pop("nbgrader", None)
            own.setdefault(place, []).append(kept)
    cells = list(own.get(-1, ()))
    for number, cell in enumerate(merged.cells):
        cells += [cell, *own.get(number, ())]
    merged.cells = _with_unique_ids(cells)
    return merged


def _grade_id(cell: NotebookNode) -> str:
    return str(cell.metadata.get("nbgrader", {}).get("grade_id", ""))


def _is_answer(cell: NotebookNode) -> bool:
    return bool(cell.metadata.get("nbgrader", {}).get("solution"))


def _is_own(cell: NotebookNode) -> bool:
    return not _grade_id(cell) and not _GIVEN.fullmatch(cell.get("id", ""))


def _only_given_lines(mine: str, given: str) -> bool:
    return {line.strip() for line in mine.splitlines()} <= {line.strip() for line in given.splitlines()}


def _with_unique_ids(cells: list[NotebookNode]) -> list[NotebookNode]:
    """A notebook with two cells of one id is invalid; only copied cells can clash, or lack one."""
    seen: set[str] = set()
    for number, cell in enumerate(cells):
        if cell.get("id", "") in seen | {""}:
            cell["id"] = f"own-{number:03d}"
        seen.add(cell.id)
    return cells
