"""Runs a learner's copy of a lesson afresh, in a kernel and a folder of its own: what passes now, and what does not."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import re
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from autograder.card import Picture
from autograder.errors import CourseError
from autograder.guidance import picture_of
from autograder.journal import VARIABLE
from autograder.lab.workspace import Workspace
from autograder.notebooks import answer_cells, checked_exercise, read_notebook
from autograder.outline import outlines
from autograder.syllabus import LessonEntry

if TYPE_CHECKING:
    from nbformat import NotebookNode

CELL_SECONDS: Final = 120.0
"""How long a cell may run. Our own lessons need less than that for all their cells together."""
_MANY_CELLS: Final = 5
"""A whole notebook may take this many times as long as a cell: after that it is given up."""
_MIME: Final = "application/vnd.groundwork.verdict+json"
_CHECK: Final = (
    'from IPython.display import display\ndisplay({{"{mime}": lesson.check({name!r}).verdict.as_json()}}, raw=True)'
)


@dataclass(frozen=True)
class Project:
    """The larger task at a lesson's end.

    does:    what its answer was seen to do in this run, a sentence for each test that is listed.
    picture: what the lesson draws with the learner's answer, as drawn in this run; None where it draws nothing.
    """

    lesson: LessonEntry
    title: str
    does: tuple[str, ...]
    picture: Picture | None


@dataclass(frozen=True)
class Rerun:
    """What came of one lesson.

    passed, failed: ids of exercises; one that is not started is in neither.
    trouble:        a sentence about what kept the notebook from running to its end; it names no place on the machine.
    """

    lesson: LessonEntry
    passed: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    projects: tuple[Project, ...] = field(default=(), repr=False)
    trouble: str = ""


def rerun(workspace: Workspace, lesson: LessonEntry, cell_seconds: float = CELL_SECONDS) -> Rerun:
    """Runs a scratch copy; the learner's own file and journal are only read or left alone. Never raises."""
    try:
        notebook = read_notebook(workspace.copy_of(lesson))
    except CourseError:
        return Rerun(lesson, trouble="The notebook can't be opened.")
    exercises = tuple(outline.name for outline in outlines(workspace.syllabus.spec_path(lesson)))
    _report_checks(notebook, exercises)
    with tempfile.TemporaryDirectory() as folder:
        trouble = _execute(notebook, folder, cell_seconds)
    verdicts = _verdicts(notebook)
    outcomes = {name: str(verdict["outcome"]) for name, verdict in verdicts.items()}
    passed = tuple(name for name in exercises if outcomes.get(name) == "passed")
    projects = tuple(
        Project(lesson, title, _sentences(verdicts[name]), picture_of(name, notebook.cells))
        for name, title in projects_in(notebook).items()
        if name in passed
    )
    failed = tuple(name for name in exercises if outcomes.get(name) == "in progress")
    return Rerun(lesson, passed, failed, projects, trouble)


def projects_in(notebook: NotebookNode) -> dict[str, str]:
    """The titles of the exercises in a lesson's section "Challenge", by id."""
    answers = {id(cell): name for name, cell in answer_cells(notebook).items()}
    section = title = ""
    found: dict[str, str] = {}
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            for level, heading in re.findall(r"^(##|###) (.+?) *$", cell.source, re.MULTILINE):
                section, title = (heading, heading) if level == "##" else (section, heading)
        elif section == "Challenge" and id(cell) in answers:
            words = title.removeprefix("Exercise: ")
            found[answers[id(cell)]] = words[:1].upper() + words[1:]
    return found


def _report_checks(notebook: NotebookNode, exercises: tuple[str, ...]) -> None:
    """Makes each check say its verdict in full; one that was deleted is made up for at the end."""
    import nbformat

    missing = list(exercises)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = []
        name = checked_exercise(cell)
        if name in exercises:
            cell.source = _CHECK.format(mime=_MIME, name=name)
            missing = [other for other in missing if other != name]
    notebook.cells += [nbformat.v4.new_code_cell(_CHECK.format(mime=_MIME, name=name)) for name in missing]


def _execute(notebook: NotebookNode, folder: str, cell_seconds: float) -> str:
    """Runs the cells; a sentence when they did not come to an end."""
    from nbclient import NotebookClient
    from nbclient.exceptions import CellTimeoutError, DeadKernelError

    client = NotebookClient(
        notebook,
        timeout=cell_seconds,
        interrupt_on_timeout=True,
        allow_errors=True,
        kernel_name="python3",
        shutdown_kernel="immediate",
        resources={"metadata": {"path": folder}},
    )
    client.log.setLevel(logging.CRITICAL)  # what goes wrong is told below

    try:
        asyncio.run(_to_the_end(client, _MANY_CELLS * cell_seconds))
    except (TimeoutError, CellTimeoutError):
        return f"The notebook did not come to an end within {_MANY_CELLS * cell_seconds:g} seconds."
    except DeadKernelError:
        return "The notebook ended its kernel, so not all of it was run."
    except (OSError, RuntimeError):
        return "No kernel could be started for the notebook."
    stopped = [
        cell for cell in notebook.cells if any(out.get("ename") == "KeyboardInterrupt" for out in _outputs(cell))
    ]
    return f"A cell was stopped after {cell_seconds:g} seconds." if stopped else ""


async def _to_the_end(client: Any, seconds: float) -> None:
    """Raises TimeoutError when it takes longer, and KeyboardInterrupt on Ctrl-C; either way no kernel is left."""
    task = asyncio.ensure_future(
        client.async_execute(env={**os.environ, VARIABLE: "off"}, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    )
    interrupted = asyncio.Event()

    def on_start(notebook: NotebookNode) -> None:
        # Left to nbclient, Ctrl-C would end this kernel only, and the next notebook would begin.
        with contextlib.suppress(NotImplementedError):
            asyncio.get_running_loop().add_signal_handler(signal.SIGINT, interrupted.set)

    client.on_notebook_start = on_start
    stopping = asyncio.ensure_future(interrupted.wait())
    await asyncio.wait({task, stopping}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if task.done():
        task.result()
        return
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    if interrupted.is_set():
        raise KeyboardInterrupt
    raise TimeoutError


def _verdicts(notebook: NotebookNode) -> dict[str, Mapping[str, Any]]:
    found = [output.get("data", {}).get(_MIME) for cell in notebook.cells for output in _outputs(cell)]
    verdicts = [json.loads(said) if isinstance(said, str) else said for said in found if said]
    return {verdict["exercise"]: verdict for verdict in verdicts}


def _outputs(cell: NotebookNode) -> list[NotebookNode]:
    return list(cell.get("outputs", ()))


def _sentences(verdict: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(result["sentence"] for result in verdict["results"] if not result["hidden"])
