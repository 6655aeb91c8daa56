"""What a card says to one learner besides the verdict: the way back after a slip, what is next, the picture.

Read from the learner's copy of the lesson, the course's own, and the journal. Nothing here is needed to check an
answer, and nothing here may fail: what can't be read is left out.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from autograder.card import Link, Picture
from autograder.verdict import Verdict

RUN_ABOVE: Final = "Choose Run > Run All Above Selected Cell, then run this cell again."
_CHECK: Final = re.compile(r"""^lesson\.check\(["'](\w+)["']\)$""")
_NOT_DEFINED: Final = re.compile(r"NameError: name '(\w+)' is not defined")
_HEADING: Final = re.compile(r"^#+ (Exercise: .+)$", re.MULTILINE)

Cells = Sequence[Mapping[str, Any]]


def read_cells(path: Path) -> Cells:
    """A stored notebook's cells with their texts joined, without nbformat; none where there is no notebook."""
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        return [{**cell, "source": "".join(cell["source"])} for cell in cells]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def lost(names: Collection[str], namespace: Collection[str], was_tried: bool) -> str:
    """What to say when an answer's name is gone though it has been there: the kernel was restarted since."""
    gone = [name for name in names if name not in namespace]
    if not gone or not was_tried:
        return ""
    return (
        f"You have worked on this before, but `{gone[0]}` is not there now: the kernel was started anew since. "
        f"What you wrote still stands in its cell. {RUN_ABOVE}"
    )


def not_run(verdict: Verdict, cells: Cells) -> str:
    """What to say when an answer stumbles over a name that another cell of the notebook makes."""
    messages = [result.failure.message for result in verdict.results if result.failure]
    missing = next((match.group(1) for text in messages if (match := _NOT_DEFINED.search(text))), "")
    return f"{not_run_yet(missing)} {RUN_ABOVE}" if missing and missing in made_in(cells) else ""


def not_run_yet(name: str) -> str:
    """Says of a name that its cell was left out; the way back is RUN_ABOVE."""
    return f"`{name}` comes from another cell, which was not run since the kernel was started."


def made_in(cells: Cells) -> set[str]:
    """The names that a notebook's code cells make when they are run."""
    names: set[str] = set()
    for cell in cells:
        if cell.get("cell_type") == "code":
            try:
                tree = ast.parse(cell["source"])
            except SyntaxError:  # a magic command, or a cell that is not finished
                continue
            names |= {name for statement in tree.body for name in _made_by(statement)}
    return names


def _made_by(statement: ast.stmt) -> set[str]:
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {statement.name}
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return {(alias.asname or alias.name).partition(".")[0] for alias in statement.names}
    return {node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}


def checks_in(cells: Cells) -> dict[str, int]:
    """How many cells check each exercise."""
    found = [_CHECK.match(cell["source"].strip()) for cell in cells if cell.get("cell_type") == "code"]
    names = [match.group(1) for match in found if match]
    return {name: names.count(name) for name in names}


def copied(name: str, cells: Cells) -> str:
    """What to say when the cell that checks an exercise stands in the notebook more than once."""
    count = checks_in(cells).get(name, 0)
    if count < 2:
        return ""
    return f"{count} cells of this notebook check `{name}`, all the same answer. Keep one and delete the others."


def deleted(name: str, cells: Cells) -> str:
    """What to say when the cell that checks an exercise is gone from the notebook."""
    checks = checks_in(cells)
    if not checks or name in checks:
        return ""
    return (
        f"The cell that checks `{name}` is no longer in this notebook. Write it below your answer: "
        f'`lesson.check("{name}")`'
    )


def way_to(name: str, cells: Cells) -> Link | None:
    """The link to an exercise's heading further down the same notebook."""
    for position, cell in enumerate(cells):
        if _grade_id(cell) == f"{name}-answer":
            above = [_HEADING.findall(other["source"]) for other in cells[:position]]
            headings = [heading for found in above for heading in found]
            return Link("#" + headings[-1].strip().replace(" ", "-"), "Go there") if headings else None
    return None


def picture_of(name: str, cells: Cells) -> Picture | None:
    """The figure that the lesson draws with an exercise's answer before it goes on to the next exercise.

    It is the stored one, drawn with our answer: one that passes draws the same.
    """
    below = next((position for position, cell in enumerate(cells) if _grade_id(cell) == name), len(cells))
    lent = rf"""lesson\.use\(["']{name}["']\)"""
    words = {name}
    for position, cell in enumerate(cells[below + 1 :], start=below + 1):
        if _grade_id(cell):
            return None
        if cell.get("cell_type") != "code":
            continue
        source = cell["source"]
        words |= set(re.findall(rf"^(\w+) = {lent}", source, re.MULTILINE))
        drawn = [output.get("data", {}).get("image/png") for output in cell.get("outputs", ())]
        figure = next((png for png in drawn if png), None)
        used = re.search(lent, source) or any(re.search(rf'\b{word}\b(?!")', source) for word in words)
        if figure and used:
            return Picture("".join(figure).strip(), _described(cells[position + 1 : position + 2]))
    return None


def _described(below: Cells) -> str:
    """What the text below a figure says is in it."""
    text = below[0]["source"] if below else ""
    said = re.search(r"\*\*In the picture:\*\* (.+?)(?:\n\n|\Z)", text, re.DOTALL)
    return " ".join(said.group(1).split()) if said else ""


def _grade_id(cell: Mapping[str, Any]) -> str:
    return str(cell.get("metadata", {}).get("nbgrader", {}).get("grade_id", ""))
