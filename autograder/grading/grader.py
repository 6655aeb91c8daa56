"""Grades one notebook: repaired, run in the sandbox cell by cell, tested from outside wherever answers can cross."""

from __future__ import annotations

import contextlib
import copy
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from autograder.grading.files import Refused
from autograder.grading.marking import Marker
from autograder.grading.repair import grade_id, is_graded, is_manual, repair
from autograder.grading.results import CellMark, Outcome, Result
from autograder.grading.sanitise import sanitise
from autograder.grading.setup import Setup, language_of
from autograder.grading.submission import Submission, copy_files, read
from autograder.sandbox.codec_parts import WireError
from autograder.sandbox.remote_errors import CannotCross
from autograder.sandbox.scratch import Scratch
from autograder.sandbox.supervisor import Session, error_output
from autograder.sandbox.wire import Gone, TookTooLong
from autograder.sandbox.zygote import Zygote

if TYPE_CHECKING:
    from nbformat import NotebookNode

Graded = tuple[Result, "NotebookNode | None"]
MOST_TIMEOUTS: Final = 2
"""Cells that run out of time before the rest of a notebook is given up."""
_LEFT_OUT: Final = {
    "output_type": "stream",
    "name": "stdout",
    "text": "No mark depends on the rest of this cell, so it was not run: --all-cells shows what it does.\n",
}


def grade(setup: Setup, submission: Submission, zygote: Zygote, slot: int = 0) -> Graded:
    """One notebook's result and the notebook to show for it; there is always exactly one outcome."""
    started = time.perf_counter()
    blank = Result(
        submission.student, submission.assignment, submission.notebook, "invalid",
        notes=submission.notes, level=setup.level, missing=setup.missing,
    )  # fmt: skip
    master = setup.masters[submission.notebook]
    if (language := language_of(master)) != "python":
        reason = f"Its kernel's language is {language}; only Python is graded here. Use `nbgrader autograde` for it."
        return replace(blank, reason=reason, cells=nothing(master)), None
    files = Scratch()
    try:
        submitted = read(submission)
        repaired = repair(submitted, master, setup.hidden)
        copy_files(submission, setup.course, files.path)
    except Refused as refusal:
        files.remove()
        return replace(blank, reason=refusal.reason, cells=nothing(master)), None
    notebook = repaired.notebook
    try:
        child = zygote.spawn(files.path, setup.limits, slot)
    finally:
        files.remove()
    session = Session(child, memory=setup.limits.memory)
    try:
        run = _Run(setup, submission, session, notebook)
        run.all_cells()
        cpu = child.cpu_seconds()
    finally:
        session.close()
    outcome, reason = run.outcome()
    result = replace(
        blank,
        outcome=outcome,
        reason=reason,
        cells=tuple(run.marks),
        notes=(*submission.notes, *repaired.notes, *run.notes),
        seconds=time.perf_counter() - started,
        cpu_seconds=cpu,
    )
    shown = sanitise(notebook, master, run.ours, setup.hidden)
    return result, shown


def nothing(master: NotebookNode) -> tuple[CellMark, ...]:
    """No points in any graded cell, for a notebook that was not run."""
    return tuple(
        CellMark(grade_id(cell), 0.0, _points(cell), "manual" if is_manual(cell) else "outside", note="not run")
        for cell in master.cells
        if is_graded(cell)
    )


def _points(cell: NotebookNode) -> float:
    return float(cell.metadata["nbgrader"].get("points") or 0)


class _Run:
    """The cells of one notebook, in order."""

    def __init__(self, setup: Setup, submission: Submission, session: Session, notebook: NotebookNode) -> None:
        self.marks: list[CellMark] = []
        self.notes: list[str] = []
        self.ours: list[str] = []
        self._setup = setup
        self._session = session
        self._notebook = notebook
        self._marker = Marker(setup, submission.notebook, session)
        self._timed_out: list[str] = []
        self._ended_at = ""

    def all_cells(self) -> None:
        """Runs and marks every cell; after the process is gone, every graded cell left gets its 0."""
        with contextlib.suppress(Gone, TookTooLong, WireError, CannotCross):
            self._marker.begin()
        count = 0
        needed = {} if self._setup.all_cells else self._marker.needed(self._notebook)
        for number, cell in enumerate(self._notebook.cells, 1):
            if cell.cell_type == "code":
                cell["outputs"] = []
                cell["execution_count"] = None
            name = grade_id(cell)
            stopped = bool(self._session.ended[0]) or len(self._timed_out) >= MOST_TIMEOUTS
            if is_graded(cell) and not is_manual(cell):
                self._marked(cell, name, stopped)
            elif cell.cell_type == "code" and not stopped:
                source = needed.get(number - 1, cell.source)
                if source or not cell.source:
                    count += 1
                    self._run(cell, source, f'the cell "{name}"' if name else f"cell {number}")
                    cell["execution_count"] = count
                if number - 1 in needed:
                    cell["outputs"] += _nodes([_LEFT_OUT])
            if is_graded(cell) and is_manual(cell):
                self.marks.append(CellMark(name, 0.0, _points(cell), "manual"))
            if self._session.ended[0] and not self._ended_at:
                self._ended_at = f'at "{name}"' if name else f"in cell {number}"

    def _run(self, cell: NotebookNode, source: str, called: str) -> None:
        run = self._session.run_cell(source, self._setup.seconds)
        cell["outputs"] = _nodes(run.outputs)
        if run.timed_out:
            self._timed_out.append(called)

    def _marked(self, cell: NotebookNode, name: str, stopped: bool) -> None:
        maximum = _points(cell)
        if stopped:
            note = "not run: its process had ended" if self._session.ended[0] else "not run: the notebook took too long"
            self.marks.append(CellMark(name, 0.0, maximum, "outside", note=note))
            cell["outputs"] = _nodes([error_output("NotRun", note)])
            return
        if self._marker.knows(cell, name):
            mark, outputs = self._marker.exercise(name, maximum)
            self.ours.append(name)
        else:
            mark, outputs = self._marker.test_cell(cell.source, name, maximum)
        self.marks.append(mark)
        cell["outputs"] = _nodes(outputs)

    def outcome(self) -> tuple[Outcome, str]:
        """What it came to, and a sentence on anything but "graded"."""
        if self._marker.alarms:
            return "tampered", f"Marks are withheld: {'; '.join(dict.fromkeys(self._marker.alarms))}."
        ended, words = self._session.ended
        if ended:
            return ended, f"{words[:1].upper()}{words[1:]}, {self._ended_at}." if self._ended_at else f"{words}."
        if self._timed_out:
            where = " and ".join(self._timed_out)
            return "timed out", f"More than {self._setup.seconds:g} seconds were not enough for {where}."
        return "graded", ""


def _nodes(outputs: Any) -> list[Any]:
    from nbformat.notebooknode import from_dict

    return [from_dict(copy.deepcopy(output)) for output in outputs]
