"""Writes the marks of results into nbgrader's rows, by nbgrader's rules."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.grading import ledger
from autograder.grading.course import GradingCourse
from autograder.grading.ledger import Entry
from autograder.grading.repair import grade_id, is_unanswered
from autograder.grading.results import Result
from autograder.quick import quick_imports

with quick_imports():
    from sqlalchemy import Boolean, Connection, bindparam, case, func, literal, select, true, update

if TYPE_CHECKING:
    from nbformat import NotebookNode

Graded = tuple[Result, "NotebookNode | None"]
"""A result with the graded notebook, or None when there is no notebook to show."""


def write_marks(connection: Connection, assignment: str, batch: Sequence[Graded]) -> None:
    """The automatic marks and comments of results of one assignment, given by its id; all its rows are there."""
    graded = {(result.student, result.notebook): (result, notebook) for result, notebook in batch}
    students = {result.student for result, _ in batch}
    _write_grades(connection, _only(ledger.entries(connection, ledger.grade, assignment, students), graded), graded)
    _write_comments(connection, _only(ledger.entries(connection, ledger.comment, assignment, students), graded), graded)


def write_penalties(connection: Connection, assignment: str, results: Sequence[Result], course: GradingCourse) -> None:
    """What the course's late submission plugin takes off each notebook, asked as nbgrader asks it."""
    due = connection.execute(select(ledger.assignment.c.duedate).where(ledger.assignment.c.id == assignment)).scalar()
    table = ledger.submitted_notebook
    rows = connection.execute(
        select(
            table.c.id,
            table.c.late_submission_penalty,
            ledger.notebook.c.name,
            ledger.submitted.c.student_id,
            ledger.submitted.c.timestamp,
            ledger.submitted.c.extension,
        )
        .join(ledger.submitted, ledger.submitted.c.id == table.c.assignment_id)
        .join(ledger.notebook, ledger.notebook.c.id == table.c.notebook_id)
        .where(ledger.submitted.c.assignment_id == assignment)
        .where(ledger.submitted.c.student_id.in_({result.student for result in results}))
    ).all()
    mine = {(result.student, result.notebook) for result in results}
    for row in rows:
        if (row.student_id, row.name) not in mine:
            continue
        late = 0.0
        if due is not None and row.timestamp is not None:
            late = (row.timestamp - (due + (row.extension or timedelta()))).total_seconds()
        penalty = _penalty(course, row.student_id, _score(connection, row.id), late) if late > 0 else None
        if penalty != row.late_submission_penalty:
            connection.execute(update(table).where(table.c.id == row.id).values(late_submission_penalty=penalty))


def _only(found: Sequence[Entry], graded: Mapping[tuple[str, str], Graded]) -> list[Entry]:
    return [entry for entry in found if (entry.student, entry.notebook) in graded]


def _write_grades(connection: Connection, grades: Sequence[Entry], graded: Mapping[tuple[str, str], Graded]) -> None:
    """What a person has marked before, or only a person can mark, is shown to a person; what is missing is not."""
    marked: list[dict[str, Any]] = []
    missing: list[dict[str, Any]] = []
    tasks: list[dict[str, Any]] = []
    for entry in grades:
        result, notebook = graded[entry.student, entry.notebook]
        score = _auto_score(result, notebook, entry)
        if notebook is None and score is not None:
            missing.append({"row": entry.id})
        elif entry.kind == "TaskCell":
            tasks.append({"row": entry.id})
        else:
            marked.append({"row": entry.id, "score": score, "by_hand": score is None})
    table, mine = ledger.grade, ledger.grade.c
    statement = update(table).where(mine.id == bindparam("row"))
    if marked:
        again = case((mine.manual_score.is_not(None), true()), else_=bindparam("by_hand", type_=Boolean))
        connection.execute(statement.values(auto_score=bindparam("score"), needs_manual_grade=again), marked)
    if missing:
        connection.execute(statement.values(auto_score=0.0, needs_manual_grade=False), missing)
    if tasks:  # nbgrader leaves them as they are; only the 0 of a notebook that was missing is taken back
        was_missing = statement.where(mine.auto_score.is_not(None))
        connection.execute(was_missing.values(auto_score=None, needs_manual_grade=True), tasks)


def _auto_score(result: Result, notebook: NotebookNode | None, entry: Entry) -> float | None:
    """The automatic mark of a cell, or None when only a person can give it."""
    if result.outcome == "tampered":
        return None
    if notebook is None:
        return 0.0
    cell = next((cell for cell in notebook.cells if grade_id(cell) == entry.cell), None)
    if cell is not None and cell.metadata.nbgrader.get("solution", False):
        return 0.0 if is_unanswered(cell) else None
    if entry.kind == "TaskCell" or (cell is not None and cell.cell_type != "code"):
        return None
    mark = next((mark for mark in result.cells if mark.grade_id == entry.cell), None)
    return 0.0 if mark is None else None if mark.trust == "manual" else float(mark.points)


def _write_comments(
    connection: Connection, comments: Sequence[Entry], graded: Mapping[tuple[str, str], Graded]
) -> None:
    rows = []
    for entry in comments:
        _, notebook = graded[entry.student, entry.notebook]
        if notebook is None:
            continue
        cell = next((cell for cell in notebook.cells if grade_id(cell) == entry.cell), None)
        silent = entry.kind == "SolutionCell" and cell is not None and is_unanswered(cell)
        rows.append({"row": entry.id, "said": "No response." if silent else None})
    if rows:
        table = ledger.comment
        statement = update(table).where(table.c.id == bindparam("row")).values(auto_comment=bindparam("said"))
        connection.execute(statement, rows)


def _score(connection: Connection, submitted_notebook: str) -> float:
    """A notebook's points, with what a person has given."""
    mine = ledger.grade.c
    extra = func.coalesce(mine.extra_credit, 0.0)
    score = case(
        (mine.manual_score.is_not(None), mine.manual_score + extra),
        (mine.auto_score.is_not(None), mine.auto_score + extra),
        else_=literal(0.0),
    )
    total = connection.execute(select(func.sum(score)).where(mine.notebook_id == submitted_notebook)).scalar()
    return float(total or 0.0)


def _penalty(course: GradingCourse, student: str, score: float, seconds: float) -> float | None:
    with quick_imports():
        from nbgrader.preprocessors import AssignLatePenalties

    with _importable(course.root):
        asked = AssignLatePenalties(config=course.config)
        asked.init_plugin()
        penalty = asked.plugin_inst.late_submission_penalty(student, score, seconds)
    return None if penalty is None else min(max(float(penalty), 0.0), score)


@contextmanager
def _importable(folder: Path) -> Iterator[None]:
    """A course's own plugins lie in its folder."""
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))
