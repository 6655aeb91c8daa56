"""Runs a lesson notebook from top to bottom in this process, without Jupyter, and gathers every verdict."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.card import Card
from autograder.errors import CourseError
from autograder.journal import VARIABLE
from autograder.lesson import Lesson
from autograder.notebooks import checked_exercise
from autograder.traces import own_lines
from autograder.verdict import Verdict

if TYPE_CHECKING:
    from nbformat import NotebookNode


@dataclass(frozen=True)
class NotebookRun:
    """What came of running a notebook.

    cards:    by exercise, in the notebook's order.
    problems: one sentence for each cell that raised and for each check cell that is missing.
    lesson:   the notebook's own `lesson`, or None when its first cell is gone.
    """

    cards: dict[str, Card]
    problems: tuple[str, ...]
    lesson: Lesson | None

    @property
    def verdicts(self) -> list[Verdict]:
        return [card.verdict for card in self.cards.values()]

    @property
    def passed(self) -> bool:
        return not self.problems and all(verdict.outcome == "passed" for verdict in self.verdicts)


def run_notebook(notebook: NotebookNode, folder: Path, told: Callable[[Card], None] = lambda card: None) -> NotebookRun:
    """Executes every code cell with `folder` as the working folder. The notebook itself is not changed.

    `told` gets each exercise's card as soon as its cell has run. Nothing of it goes into the journal: that a notebook
    was run again is nothing that a learner has done.

    Raises CourseError when the notebook is not a lesson: no cell of it makes a `Lesson`.
    """
    import matplotlib as mpl
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    mpl.use("Agg")
    InteractiveShell.clear_instance()
    settings = Config(HistoryManager={"enabled": False})  # what a person typed in IPython is none of a lesson's
    shell: Any = InteractiveShell.instance(config=settings, user_ns={"__name__": "__main__"})
    cards: dict[str, Card] = {}
    problems: list[str] = []
    with contextlib.chdir(folder), _no_journal():
        for position, cell in enumerate(notebook.cells, start=1):
            if cell.cell_type != "code":
                continue
            value, problem = _run_cell(shell, cell.source, position)
            name = checked_exercise(cell)
            if problem:
                problems.append(problem)
            elif name is not None and isinstance(value, Card):
                cards[name] = value
                told(value)
        lesson = shell.user_ns.get("lesson")
        if not isinstance(lesson, Lesson):
            if problems:
                raise CourseError(problems[0], "Everything else in the notebook builds on that cell.")
            raise CourseError(
                "This notebook is not a lesson: no cell of it makes a `Lesson`.",
                "`autograder progress` lists the lessons.",
            )
        for name in lesson.exercise_names:
            if name not in cards and not any(f"`{name}`" in problem for problem in problems):
                problems.append(
                    f'The cell that checks `{name}` is missing. Add one below your answer: lesson.check("{name}")'
                )
                cards[name] = lesson.check(name)
                told(cards[name])
    ordered = {name: cards[name] for name in lesson.exercise_names if name in cards}
    return NotebookRun(ordered, tuple(problems), lesson)


@contextlib.contextmanager
def _no_journal() -> Iterator[None]:
    before = os.environ.get(VARIABLE)
    os.environ[VARIABLE] = "off"
    try:
        yield
    finally:
        if before is None:
            del os.environ[VARIABLE]
        else:
            os.environ[VARIABLE] = before


def _run_cell(shell: Any, source: str, position: int) -> tuple[Any, str]:
    """The value of a cell's last line and, when it raised, a sentence that says where and what."""
    from IPython.utils.capture import capture_output

    with capture_output():
        result = shell.run_cell(source, store_history=True)
    error = result.error_before_exec or result.error_in_exec
    if error is None:
        return result.result, ""
    if isinstance(error, CourseError):
        return None, f"Cell {position}: {error.sentence}"
    lines = [f"{where}: {line}" for where, line in own_lines(error)]
    where = f" ({lines[-1]})" if lines else ""
    message = str(error).splitlines()[0] if str(error) else "no message"
    return None, f"Cell {position} raises {type(error).__name__}: {message}{where}."
