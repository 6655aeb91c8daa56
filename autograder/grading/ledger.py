"""The rows of nbgrader's gradebook that must be there before marks can be written: cells, students, submissions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from autograder.grading.repair import grade_id, is_locked
from autograder.quick import quick_imports

with quick_imports():
    from nbgrader import api
    from sqlalchemy import Connection, CursorResult, Table, and_, delete, exists, insert, or_, select, update

if TYPE_CHECKING:
    from nbformat import NotebookNode

course, assignment, notebook = api.Course.__table__, api.Assignment.__table__, api.Notebook.__table__
student, submitted = api.Student.__table__, api.SubmittedAssignment.__table__
submitted_notebook, grade, comment = api.SubmittedNotebook.__table__, api.Grade.__table__, api.Comment.__table__
base_cell, source_cell = api.BaseCell.__table__, api.SourceCell.__table__
_KINDS: Final[dict[str, Table]] = {
    "GradeCell": api.GradeCell.__table__,
    "SolutionCell": api.SolutionCell.__table__,
    "TaskCell": api.TaskCell.__table__,
}


@dataclass(frozen=True)
class Entry:
    """A grade or a comment of one student: which row it is, and what it is of."""

    id: str
    student: str
    notebook: str
    submitted_notebook: str
    cell: str
    kind: str


def enter_assignment(connection: Connection, name: str, course_id: str, sources: Mapping[str, NotebookNode]) -> str:
    """Makes an assignment's rows what its source notebooks say, as `nbgrader generate_assignment` does; its id.

    Cells that are no longer in a source go, with their automatic marks; those that a person has marked or
    commented stay.
    """
    course_id = course_id or "default_course"
    _ensure(connection, course, [{"id": course_id}], ("id",))
    _ensure(connection, assignment, [{"name": name, "course_id": course_id}], ("name",))
    found = assignment_id(connection, name)
    assert found is not None
    rows = [{"name": key, "assignment_id": found} for key in sources]
    _ensure(connection, notebook, rows, ("name", "assignment_id"), notebook.c.assignment_id == found)
    ids = connection.execute(select(notebook.c.name, notebook.c.id).where(notebook.c.assignment_id == found))
    for key, notebook_id in ids.all():
        if key in sources:
            _enter_cells(connection, notebook_id, sources[key])
    return found


def assignment_id(connection: Connection, name: str) -> str | None:
    """The id of an assignment, or None when the gradebook does not have it."""
    found: str | None = connection.execute(select(assignment.c.id).where(assignment.c.name == name)).scalar()
    return found


def enter_students(connection: Connection, assignment: str, handed_in: Mapping[str, datetime | None]) -> None:
    """Makes the rows of students and of their submissions, with an empty grade and comment for every cell.

    `assignment` is its id. `handed_in` has the time for each student, in UTC; where it is None, what the gradebook
    knows is kept.
    """
    for some in _parts(sorted(handed_in), 100):
        _enter_some(connection, assignment, {name: handed_in[name] for name in some})


def _enter_some(connection: Connection, assignment: str, handed_in: Mapping[str, datetime | None]) -> None:
    _ensure(connection, student, [{"id": name} for name in handed_in], ("id",), student.c.id.in_(handed_in))
    here = and_(submitted.c.assignment_id == assignment, submitted.c.student_id.in_(handed_in))
    rows = [{"assignment_id": assignment, "student_id": name, "timestamp": at} for name, at in handed_in.items()]
    _ensure(connection, submitted, rows, ("assignment_id", "student_id"), here)
    known = connection.execute(select(submitted.c.id, submitted.c.student_id, submitted.c.timestamp).where(here)).all()
    for row in known:
        at = handed_in[row.student_id]
        if at is not None and at != row.timestamp:
            connection.execute(update(submitted).where(submitted.c.id == row.id).values(timestamp=at))
    notebooks = connection.execute(select(notebook.c.id).where(notebook.c.assignment_id == assignment)).scalars().all()
    mine = submitted_notebook.c.assignment_id.in_([row.id for row in known])
    rows = [{"assignment_id": row.id, "notebook_id": one} for row in known for one in notebooks]
    _ensure(connection, submitted_notebook, rows, ("assignment_id", "notebook_id"), mine)
    opened = connection.execute(select(submitted_notebook.c.id, submitted_notebook.c.notebook_id).where(mine)).all()
    cells = connection.execute(
        select(base_cell.c.id, base_cell.c.notebook_id, base_cell.c.type).where(base_cell.c.notebook_id.in_(notebooks))
    ).all()
    for table, kinds in ((grade, {"GradeCell", "TaskCell"}), (comment, {"SolutionCell", "TaskCell"})):
        rows = [
            {"cell_id": cell.id, "notebook_id": one.id}
            for one in opened
            for cell in cells
            if cell.notebook_id == one.notebook_id and cell.type in kinds
        ]
        there = table.c.notebook_id.in_([one.id for one in opened])
        _ensure(connection, table, rows, ("cell_id", "notebook_id"), there)


def entries(connection: Connection, table: Table, assignment: str, students: Iterable[str]) -> list[Entry]:
    """All grades, or all comments, of some students for an assignment."""
    query = (
        select(
            table.c.id,
            submitted.c.student_id,
            notebook.c.name,
            submitted_notebook.c.id.label("submitted_notebook"),
            base_cell.c.name.label("cell"),
            base_cell.c.type,
        )
        .join(base_cell, base_cell.c.id == table.c.cell_id)
        .join(submitted_notebook, submitted_notebook.c.id == table.c.notebook_id)
        .join(notebook, notebook.c.id == submitted_notebook.c.notebook_id)
        .join(submitted, submitted.c.id == submitted_notebook.c.assignment_id)
        .where(submitted.c.assignment_id == assignment)
    )
    found = []
    for some in _parts(sorted(students), 500):
        rows = connection.execute(query.where(submitted.c.student_id.in_(some))).all()
        found += [Entry(*row) for row in rows]
    return found


def _enter_cells(connection: Connection, notebook_id: str, source: NotebookNode) -> None:
    kernel = json.dumps(source.metadata.get("kernelspec", {}))
    connection.execute(
        update(notebook)
        .where(notebook.c.id == notebook_id, or_(notebook.c.kernelspec.is_(None), notebook.c.kernelspec != kernel))
        .values(kernelspec=kernel)
    )
    marked = {grade_id(cell): cell for cell in source.cells if grade_id(cell)}
    _enter_source_cells(connection, notebook_id, marked)
    for kind, role in (("GradeCell", "grade"), ("SolutionCell", "solution"), ("TaskCell", "task")):
        table = _KINDS[kind]
        wanted = {name: cell for name, cell in marked.items() if cell.metadata.nbgrader.get(role, False)}
        here = connection.execute(
            select(base_cell.c.name, base_cell.c.id).where(
                base_cell.c.notebook_id == notebook_id, base_cell.c.type == kind
            )
        )
        ids: dict[str, str] = {row.name: row.id for row in here.all()}
        for name, cell in wanted.items():
            values = {} if role == "solution" else _scored(cell)
            if name not in ids:
                made = connection.execute(insert(base_cell).values(name=name, notebook_id=notebook_id, type=kind))
                connection.execute(insert(table).values(id=_new_id(made), **values))
            elif values:
                changed = or_(*(table.c[key] != value for key, value in values.items()))
                connection.execute(update(table).where(table.c.id == ids[name], changed).values(values))
        for name in ids.keys() - wanted.keys():
            _drop_cell(connection, table, ids[name])


def _new_id(made: CursorResult[Any]) -> str:
    assert made.inserted_primary_key is not None
    return str(made.inserted_primary_key[0])


def _scored(cell: NotebookNode) -> dict[str, Any]:
    return {"max_score": float(cell.metadata.nbgrader["points"]), "cell_type": cell.cell_type}


def _enter_source_cells(connection: Connection, notebook_id: str, marked: Mapping[str, NotebookNode]) -> None:
    here = connection.execute(select(source_cell).where(source_cell.c.notebook_id == notebook_id))
    there = {row.name: row for row in here.all()}
    for name, cell in marked.items():
        marks = cell.metadata.nbgrader
        if not any(marks.get(role, False) for role in ("grade", "solution", "locked", "task")):
            continue
        values = {
            "cell_type": cell.cell_type,
            "locked": is_locked(cell),
            "source": cell.source,
            "checksum": marks.get("checksum"),
        }
        if name not in there:
            connection.execute(insert(source_cell).values(name=name, notebook_id=notebook_id, **values))
        elif any(getattr(there[name], key) != value for key, value in values.items()):
            connection.execute(update(source_cell).where(source_cell.c.id == there[name].id).values(values))
    gone = [row.id for name, row in there.items() if name not in marked]
    connection.execute(delete(source_cell).where(source_cell.c.id.in_(gone)))


def _drop_cell(connection: Connection, table: Table, cell_id: str) -> None:
    by_hand = connection.execute(
        select(
            or_(
                exists().where(
                    and_(
                        grade.c.cell_id == cell_id,
                        or_(grade.c.manual_score.is_not(None), grade.c.extra_credit.is_not(None)),
                    )
                ),
                exists().where(and_(comment.c.cell_id == cell_id, comment.c.manual_comment.is_not(None))),
            )
        )
    ).scalar()
    if by_hand:
        return
    for rows in (grade, comment):
        connection.execute(delete(rows).where(rows.c.cell_id == cell_id))
    connection.execute(delete(table).where(table.c.id == cell_id))
    connection.execute(delete(base_cell).where(base_cell.c.id == cell_id))


def _ensure(
    connection: Connection, table: Table, rows: Sequence[dict[str, Any]], key: tuple[str, ...], where: Any = True
) -> None:
    """Inserts those of `rows` whose key is not yet in the part of the table that `where` tells."""
    columns = [table.c[name] for name in key]
    query = select(*columns) if where is True else select(*columns).where(where)
    there = {tuple(row) for row in connection.execute(query).all()}
    new = [row for row in rows if tuple(row[name] for name in key) not in there]
    if new:
        connection.execute(insert(table), new)


def _parts(values: Sequence[str], at_once: int) -> Iterator[Sequence[str]]:
    for start in range(0, len(values), at_once):
        yield values[start : start + at_once]
