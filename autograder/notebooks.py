"""Reads and writes lesson notebooks: which cell is which, and where their solutions stand.

A lesson's cells are told apart by nbgrader's metadata: the check cell's `grade_id` is the exercise's id, the
cell with the answer is `<id>-answer`. A written answer, which a person marks, is one Markdown cell, its id and points
in its heading. Authors never write that metadata: `mark` puts it in from the cells' text.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from autograder.errors import CourseError
from autograder.quick import quick_imports
from autograder.spec import Spec

if TYPE_CHECKING:  # importing nbformat takes longer than all else that a check does
    from nbformat import NotebookNode

BEGIN: Final = "### BEGIN SOLUTION"
END: Final = "### END SOLUTION"
_CHECK: Final = re.compile(r"""^lesson\.check\(["'](\w+)["']\)$""")
_WRITTEN: Final = re.compile(r"^### Written answer: (\w+) \((\d+) points?\)$")
_SETUP: Final = re.compile(r"^lesson = Lesson\(", re.MULTILINE)
_KERNEL: Final = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def read_notebook(path: Path) -> NotebookNode:
    """A notebook of format 4; anything else is refused in a sentence."""
    with quick_imports():
        import nbformat

    try:
        notebook: NotebookNode = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)
    except FileNotFoundError:
        raise CourseError(f"There is no notebook {path}.", "`autograder progress` lists the lessons.") from None
    except (ValueError, OSError, AttributeError, TypeError, KeyError, nbformat.ValidationError) as error:
        raise CourseError(
            f"{path} is not a notebook that can be read ({type(error).__name__}).", "Restore it from a backup."
        ) from None
    return notebook


def write_notebook(notebook: NotebookNode, path: Path) -> None:
    """Writes it so that a reader never sees half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.part")
    with quick_imports():
        import nbformat
    beside.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")
    beside.replace(path)


def checked_exercise(cell: NotebookNode) -> str | None:
    """The id of the exercise that a cell checks, or None."""
    match = _CHECK.match(cell.source.strip()) if cell.cell_type == "code" else None
    return match.group(1) if match else None


def written_answer(cell: NotebookNode) -> tuple[str, int] | None:
    """The id and the points of the written answer that a Markdown cell asks for in its first line, or None."""
    first = cell.source.partition("\n")[0].rstrip()
    match = _WRITTEN.match(first) if cell.cell_type == "markdown" else None
    return (match.group(1), int(match.group(2))) if match else None


def cells_by_grade_id(notebook: NotebookNode) -> dict[str, NotebookNode]:
    """nbgrader's cells by their `grade_id`."""
    return {cell.metadata.nbgrader.grade_id: cell for cell in notebook.cells if "nbgrader" in cell.metadata}


def answer_cells(notebook: NotebookNode) -> dict[str, NotebookNode]:
    """The cells in which answers are written, by exercise id, in the notebook's order."""
    return {
        grade_id.removesuffix("-answer"): cell
        for grade_id, cell in cells_by_grade_id(notebook).items()
        if grade_id.endswith("-answer")
    }


def answer_sources(path: Path) -> dict[str, str]:
    """The texts of a stored notebook's answer cells, by exercise id, read without nbformat.

    Raises CourseError when the file is not a notebook.
    """
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        marked = {cell["metadata"].get("nbgrader", {}).get("grade_id", ""): cell["source"] for cell in cells}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise CourseError(
            f"{path.name} is not a notebook that can be read.", "Restore it with `git checkout`."
        ) from None
    return {
        grade_id.removesuffix("-answer"): "".join(source)
        for grade_id, source in marked.items()
        if grade_id.endswith("-answer")
    }


def solution(source: str) -> str:
    """A solution cell without its markers."""
    return "\n".join(line for line in source.splitlines() if line.strip() not in {BEGIN, END})


def solution_lines(source: str) -> list[str]:
    """The lines inside the solution regions, stripped, without empty ones."""
    lines, inside = [], False
    for line in source.splitlines():
        if line.strip() in {BEGIN, END}:
            inside = line.strip() == BEGIN
        elif inside and line.strip():
            lines.append(line.strip())
    return lines


def mark(notebook: NotebookNode, spec: Spec) -> None:
    """Puts nbgrader's metadata where the cells' text says it belongs; points come from the spec.

    Raises CourseError when an exercise has no check cell, two of them, or no cell with a solution before it, and when a
    written answer has no model answer or a name that is taken.
    """
    waiting: NotebookNode | None = None
    seen: set[str] = set()
    for cell in notebook.cells:
        cell.metadata.pop("nbgrader", None)
        if (written := written_answer(cell)) is not None:
            _mark_written(cell, *written, taken=seen | set(spec.exercises))
            seen.add(written[0])
        if cell.cell_type != "code":
            continue
        if _SETUP.search(cell.source):
            cell.metadata["nbgrader"] = _metadata("setup", locked=True)
        if BEGIN in cell.source:
            if waiting is not None:
                raise CourseError(
                    f"Two solution cells follow each other: {_start(waiting)!r} has no check cell.",
                    "Add lesson.check(…).",
                )
            waiting = cell
        name = checked_exercise(cell)
        if name is None:
            continue
        exercise = spec.exercise(name)
        if name in seen:
            raise CourseError(f'The exercise "{name}" has two check cells.', "Remove one.")
        if waiting is None:
            raise CourseError(
                f'The check of "{name}" has no solution cell before it.', f"Put {BEGIN} … {END} into one."
            )
        waiting.metadata["nbgrader"] = _metadata(f"{name}-answer", solution=True)
        cell.metadata["nbgrader"] = _metadata(name, grade=True, locked=True, points=exercise.points)
        seen.add(name)
        waiting = None
    missing = [name for name in spec.exercises if name not in seen]
    if missing:
        raise CourseError(
            f'The exercise "{missing[0]}" has no check cell.', f'Add a cell with lesson.check("{missing[0]}").'
        )


def _mark_written(cell: NotebookNode, name: str, points: int, taken: set[str]) -> None:
    """For nbgrader, what is a solution and graded at once waits for a person's mark, and untouched it counts 0."""
    if name in taken:
        raise CourseError(f'The written answer "{name}" has a name that is taken.', "Choose another one.")
    if not solution_lines(cell.source):
        raise CourseError(
            f'The written answer "{name}" has no model answer.', f"Put one between {BEGIN} and {END} into its cell."
        )
    cell.metadata["nbgrader"] = _metadata(name, grade=True, solution=True, points=points)


def _metadata(grade_id: str, **more: Any) -> dict[str, Any]:
    base = {
        "grade": False,
        "grade_id": grade_id,
        "locked": False,
        "schema_version": 3,
        "solution": False,
        "task": False,
    }
    return dict(sorted({**base, **more}.items()))


def _start(cell: NotebookNode) -> str:
    return next((line for line in cell.source.splitlines() if line.strip()), "")[:60]


def normalise(notebook: NotebookNode) -> None:
    """Leaves only what a reader or a grader needs: no widget state, no execution times, stable cell ids and counts."""
    with quick_imports():
        import nbformat

    notebook.metadata = nbformat.from_dict(_KERNEL)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    count = 0
    for position, cell in enumerate(notebook.cells):
        keep = {key: cell.metadata[key] for key in ("nbgrader", "tags") if cell.metadata.get(key)}
        cell.metadata = nbformat.from_dict(keep)
        grade_id = keep.get("nbgrader", {}).get("grade_id")
        cell["id"] = grade_id or f"cell-{position:03d}"
        if cell.cell_type == "code":
            count += bool(cell.outputs or cell.execution_count)
            cell.execution_count = count if cell.execution_count or cell.outputs else None
            for output in cell.outputs:
                output.pop("transient", None)
                if output.output_type == "execute_result":
                    output["execution_count"] = cell.execution_count
                if "metadata" in output:
                    output.metadata = nbformat.from_dict({})
