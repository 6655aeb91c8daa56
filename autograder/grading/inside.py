"""What the grader calls in the student's process. Its first argument is that process's cells.

What these functions give back is a claim of the student's process, never taken as more than that.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from IPython.core.events import EventManager, available_events
from IPython.core.inputtransformer2 import TransformerManager

from autograder.answers import Missing, find_answer
from autograder.checking import check
from autograder.grading import guard, jailed
from autograder.sandbox.shell import Cells
from autograder.spec import spec_of

guard.remember()  # the fork server imports this module: nobody's cell has run yet


def begin(
    cells: Cells, passes: Callable[[str], bool], names: dict[str, tuple[str, ...]], files: dict[str, str]
) -> None:
    """Makes the process ready for a lesson's notebook."""
    jailed.install(passes, names, files)


def look_up(cells: Cells, name: str, names: tuple[str, ...], file: str) -> list[Any]:
    """["missing", why] or ["found", whether stub lines are left, the answer or a dict of its parts]."""
    found = find_answer(jailed.blank(name, names, file), cells.shell.user_ns, Path.cwd())
    if isinstance(found, Missing):
        return ["missing", found.reason]
    whole = isinstance(found.answer, SimpleNamespace) and len(names) > 1
    return ["found", found.stub_left, vars(found.answer) if whole else found.answer]


def check_exercise(cells: Cells, source: str, file: str, name: str, seed: int, nonce: str) -> dict[str, Any]:
    """Runs an exercise's tests here, beside the answer. Called in a fork, which ends afterwards."""
    changed = guard.restore()
    exercise = spec_of(source, Path(file)).exercises[name]
    found = find_answer(exercise, cells.shell.user_ns, Path.cwd())
    if isinstance(found, Missing):
        return {"nonce": nonce, "missing": found.reason}
    watch = guard.Watch()
    alive = guard.asserts_work()
    with watch.watching():
        verdict = check(exercise, found.answer, seed=seed, stub_left=found.stub_left)
    alive = alive and guard.asserts_work() and not guard.restore()
    return {
        "nonce": nonce,
        "alive": alive,
        "alarms": [*(f"it replaced {one}" for one in changed), *watch.alarms],
        "outcome": verdict.outcome,
        "note": verdict.note,
        "mistake": verdict.mistake,
        "printed": verdict.printed,
        "tests": jailed.failed_tests(verdict),
    }


def run_test_cell(cells: Cells, source: str, nonce: str) -> dict[str, Any]:
    """Runs a plain test cell here, between canaries that must fail. Called in a fork, which ends afterwards."""
    changed = guard.restore()
    shell = cells.shell
    shell.ast_transformers.clear()
    shell.input_transformers_post.clear()
    shell.input_transformer_manager = TransformerManager()  # type: ignore[no-untyped-call]
    shell.events = EventManager(shell, available_events)
    shell.call_pdb = False
    shell.ast_node_interactivity = "last_expr"
    before = _canaries(cells)
    watch = guard.Watch()
    with watch.watching():
        told = cells.run(source)
    alive = before and _canaries(cells) and guard.asserts_work()
    return {
        "nonce": nonce,
        "alive": alive,
        "alarms": [*(f"it replaced {one}" for one in changed), *watch.alarms],
        "cell": told,
    }


def _canaries(cells: Cells) -> bool:
    """Whether a cell that must fail, and one that must raise, are seen to, and one that must not is not."""
    failing = cells.run("assert 1 == 2, 'canary'")["error"]
    raising = cells.run("raise KeyError('canary')")["error"]
    passing = cells.run("assert 1 == 1")
    partial = cells.run("40 + 0.25")
    return (
        failing == ["AssertionError", "canary"]
        and raising == ["KeyError", "'canary'"]
        and (passing["error"], passing["value"]) == (None, None)
        and (partial["error"], partial["value"]) == (None, 40.25)
    )
