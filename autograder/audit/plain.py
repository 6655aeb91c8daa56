"""Audits any nbgrader notebook: solution cells, and cells with `assert`s that earn points when they run through.

There is no `.py` with known mistakes, other right answers and seeded tests beside it. What that leaves unknown is
said; what remains is that the stub earns nothing, the solution everything, and that mutants of it are caught.
"""

from __future__ import annotations

import ast
import contextlib
import re
import shutil
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

from nbformat import NotebookNode

from autograder import snapshots, values
from autograder.audit.assignment import Group, empty_asserts, groups, has_role, points
from autograder.audit.children import Died, Stumbled, run_forked
from autograder.audit.conclude import below_the_bar
from autograder.audit.mutants import Mutant, mutants
from autograder.audit.results import ExerciseAudit, LessonAudit, MutantFate
from autograder.audit.slots import Slots
from autograder.audit.state import State
from autograder.audit.variations import same_on_other_inputs
from autograder.errors import CourseError
from autograder.notebooks import checked_exercise, read_notebook, solution
from autograder.recorder import Call, Recorder

STUB: Final = "# YOUR CODE HERE\nraise NotImplementedError()"
"""What stock nbgrader puts in place of a solution."""
_HIDDEN: Final = re.compile(r"^[ \t]*### BEGIN HIDDEN TESTS.*?### END HIDDEN TESTS[^\n]*$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Graded:
    """What running a group's cells came to.

    earned: points per test cell; words: why a cell earned less than it could, by position among the test cells.
    """

    earned: tuple[float, ...] = ()
    words: tuple[str, ...] = ()
    note: str = ""
    equivalent: bool = False
    calls: tuple[tuple[str, Call], ...] = field(default=(), compare=False)


def is_lesson(notebook_path: Path) -> bool:
    """Whether a notebook is a lesson of this course's kind: it has exercises beside it, and cells that check them."""
    cells = read_notebook(notebook_path).cells
    return notebook_path.with_suffix(".py").is_file() and any(checked_exercise(cell) for cell in cells)


def audit_plain(notebook_path: Path, name: str, slots: Slots) -> LessonAudit:
    """Audits a notebook in a copy of its folder. Raises CourseError when it has no answers that tests check."""
    started = time.perf_counter()
    notebook = read_notebook(notebook_path)
    for position, cell in enumerate(notebook.cells):
        cell["id"] = str(position)  # older notebooks have none
    found, unknown = groups(notebook)
    if not found:
        raise CourseError(
            f"{notebook_path.name} has no answer's cell with an nbgrader test cell below it.",
            "Audit the source notebook, in which nbgrader's cell types are set.",
        )
    first = {group.cells[0]["id"]: group for group in found}
    inside = {cell["id"] for group in found for cell in group.cells}
    audits = []
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder, "copy")
        shutil.copytree(notebook_path.parent, here, ignore=shutil.ignore_patterns(".*", "*.ipynb"), symlinks=True)
        with contextlib.chdir(here):
            state = State()
            for cell in notebook.cells:
                if cell.cell_type != "code":
                    continue
                if (group := first.get(cell["id"])) is not None:
                    audits.append(_audit_group(group, state, slots))
                    for own in group.cells:
                        state.run(solution(own.source))
                elif cell["id"] not in inside and (error := state.run(solution(cell.source))):
                    unknown.append(f"A cell outside of the exercises raises {error[:100]}; the audit went on after it.")
    return LessonAudit(name, tuple(audits), tuple(unknown), time.perf_counter() - started)


def _audit_group(group: Group, state: State, slots: Slots) -> ExerciseAudit:
    started = time.perf_counter()
    sources = [solution(cell.source) for cell in group.cells]
    right = partial(_grade, group, state, sources)
    took = time.perf_counter()
    (reference,) = [result for _, result in run_forked([right], slots, 600)]
    took = time.perf_counter() - took
    stubs = [
        _stub(cell) if has_role(cell, "solution") else source for cell, source in zip(group.cells, sources, strict=True)
    ]
    (stub,) = [result for _, result in run_forked([partial(_grade, group, state, stubs)], slots, 600)]
    passes = isinstance(reference, Graded) and sum(reference.earned) == group.points
    tried = _mutants(group) if passes else []
    limit = max(5.0, 20 * took)
    full = [partial(_grade, group, state, _with(sources, at, mutant)) for at, mutant in tried]
    results: list[Any] = [result for _, result in sorted(run_forked(full, slots, limit))]
    left = [n for n, result in enumerate(results) if isinstance(result, Graded) and not _failed(group, result)]
    looks = [partial(_survivor, group, state, sources, tried[n][0], tried[n][1].source) for n in left]
    looked = {left[n]: result for n, result in run_forked(looks, slots, 60 + 10 * limit)}
    visible = [partial(_grade, group, state, _visible(_with(sources, at, mutant))) for at, mutant in tried]
    hides = any(_HIDDEN.search(source) for source in sources)
    seen: list[Any] = [result for _, result in sorted(run_forked(visible, slots, limit))] if hides else results
    fates = tuple(
        _fate(group, m, result, looked.get(n)) for n, ((_, m), result) in enumerate(zip(tried, results, strict=True))
    )
    failed = [set(_failed(group, result)) for result in results if isinstance(result, Graded)]
    idle = [cell for n, cell in enumerate(group.tests) if passes and tried and not any(n in f for f in failed)]
    audit = ExerciseAudit(
        exercise=group.name,
        points=group.points,
        tests=len(group.tests),
        stub_points=sum(stub.earned) if isinstance(stub, Graded) else 0,
        mutants=fates,
        idle=len(idle),
        hidden_adds=sum(isinstance(r, Graded) and not _failed(group, r) for r in seen) - len(left) if hides else 0,
    )
    defects = [
        *_of_solution(group, reference),
        *([f"the stub earns {audit.stub_points:g} of {group.points:g} points"] if audit.stub_points else []),
        *(f"no mutant fails the test {cell.metadata.nbgrader.grade_id}" for cell in idle),
        *empty_asserts(group),
        *below_the_bar(audit),
    ]
    return ExerciseAudit(**{**vars(audit), "defects": tuple(defects), "seconds": time.perf_counter() - started})


def _stub(cell: NotebookNode) -> str:
    """The answer's cell as stock nbgrader releases it."""
    from nbgrader.preprocessors import ClearSolutions
    from traitlets.config import Config

    clear = ClearSolutions(config=Config(), code_stub={"python": STUB})
    copied = NotebookNode({**cell, "source": cell.source})
    if not clear._replace_solution_region(copied, "python"):
        copied.source = STUB
    return str(copied.source)


def _visible(sources: Sequence[str]) -> list[str]:
    return [_HIDDEN.sub("", source) for source in sources]


def _with(sources: Sequence[str], at: int, mutant: Mutant) -> list[str]:
    return [*sources[:at], mutant.source, *sources[at + 1 :]]


def _mutants(group: Group) -> list[tuple[int, Mutant]]:
    answers = [(at, cell) for at, cell in enumerate(group.cells) if has_role(cell, "solution")]
    return [(at, mutant) for at, cell in answers for mutant in mutants(cell.source)]


def _grade(group: Group, state: State, sources: Sequence[str], watched: Recorder | None = None) -> Graded:
    """Runs the cells as nbgrader does: a test cell that raises earns nothing, one that ends in a number so much."""
    earned: list[float] = []
    words: list[str] = []
    for cell, source in zip(group.cells, sources, strict=True):
        value, error = state.value(source, 60)
        if not has_role(cell, "grade"):
            continue
        most = points(cell)
        given = value if values.is_number(value) else most
        earned.append(0.0 if error else max(0.0, min(float(given), most)))
        words.append(error)
    return Graded(tuple(earned), tuple(words))


def _failed(group: Group, graded: Graded) -> list[int]:
    """Positions of the test cells that raised, or earned less than they could."""
    return [
        n
        for n, (cell, earned, word) in enumerate(zip(group.tests, graded.earned, graded.words, strict=True))
        if word or earned < points(cell)
    ]


def _survivor(group: Group, state: State, sources: Sequence[str], at: int, mutant: str) -> Graded:
    """Whether what the answer's cell defines does something else than the solution's, on other inputs."""
    before = set(state.names)
    for source in sources[: at + 1]:
        state.run(source)
    made = _defined(sources[at])
    right = {name: state.names[name] for name in made if name in state.names}
    recorder = Recorder()
    with contextlib.ExitStack() as recorded:
        for name, thing in right.items():
            if callable(thing) and not isinstance(thing, type):
                state.names[name] = recorded.enter_context(recorder.recorded(thing, name))
        for source in sources[at + 1 :]:
            state.run(source)
    state.names.update(right)
    state.run(mutant)
    note = "nothing seen tells it apart, but nothing that it defines could be compared"
    for name in sorted(right.keys() - (before - made)):
        mine, ours = state.names.get(name), right[name]
        if callable(ours) and not isinstance(ours, type):
            calls = [call for call in recorder.calls if call.name == name]
            found = same_on_other_inputs(mine, ours, calls, (mutant, sources[at]))
            note = found["note"].replace(", and under 20 other seeds", "")
            if not found.get("equivalent"):
                return Graded(note=note)
        elif not snapshots.same(snapshots.snapshot(mine), snapshots.snapshot(ours)):
            return Graded(note=f"`{name}` is {values.show(mine)} instead of {values.show(ours)}")
        else:
            note = f"`{name}` is the same"
    return Graded(note=note, equivalent=not note.startswith("nothing seen"))


def _defined(source: str) -> set[str]:
    """The names that a cell gives a value."""
    try:
        body = ast.parse(source).body
    except SyntaxError:
        return set()
    names = {node.id for s in body for node in ast.walk(s) if isinstance(s, ast.Assign) and isinstance(node, ast.Name)}
    return {node.name for node in body if isinstance(node, ast.FunctionDef)} | names


def _fate(group: Group, mutant: Mutant, result: Any, looked: Any) -> MutantFate:
    if isinstance(result, Died):
        fate, note = "killed", result.why
    elif isinstance(result, Stumbled):
        fate, note = "survived", f"the audit stumbled: {result.why}"
    elif failed := _failed(group, result):
        fate, note = "killed", f"{group.tests[failed[0]].metadata.nbgrader.grade_id}: {result.words[failed[0]]}"[:200]
    elif isinstance(looked, Graded):
        fate, note = "equivalent" if looked.equivalent else "survived", looked.note
    else:
        fate, note = "survived", getattr(looked, "why", "")
    return MutantFate(mutant.operator, mutant.line, mutant.diff, fate, note)


def _of_solution(group: Group, reference: Any) -> list[str]:
    if not isinstance(reference, Graded):
        return [f"the solution can't be tested: {reference.why}"]
    return [
        f"the solution fails the test {group.tests[n].metadata.nbgrader.grade_id}: {reference.words[n]}".rstrip(": ")
        for n in _failed(group, reference)
    ]
